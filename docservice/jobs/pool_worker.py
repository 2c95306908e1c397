"""The other end of ``jobs.pool``: a child process that renders until its pipe closes."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from io import FileIO
from math import ceil

from docservice import disk
from docservice.refusal import Refusal

_HEAD = struct.Struct(">Q")


def main(megabytes: int) -> None:
    """Serve jobs from standard input. What anything prints goes to standard error, never into the answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    answers = FileIO(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs = os.fdopen(os.dup(0), "rb")
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    parts: dict[str, bytes] = {}
    gc.disable()  # loading makes no garbage to speak of
    while head := jobs.read(_HEAD.size):
        body = jobs.read(_HEAD.unpack(head)[0])
        answer = _answer(body, parts, answers)
        signal.alarm(0)
        view = memoryview(_HEAD.pack(len(answer)) + answer)
        while view:
            view = view[answers.write(view) :]
        if not gc.isenabled():  # what the first job has loaded stays: no look for garbage goes through it again
            gc.enable()
            gc.freeze()


def _answer(body: bytes, parts: dict[str, bytes], answers: FileIO) -> bytes:
    result: tuple[bool, object]
    try:
        try:
            (function, args, kwargs), seconds, wanted, new, stale = pickle.loads(body)
        finally:
            answers.write(b"\n")  # what the job needs is imported, or cannot be: its time begins
        # The parent ends a job that is too long. If the parent is gone, this does.
        signal.alarm(ceil(seconds) + 5)
        for sha256 in stale:
            parts.pop(sha256, None)
        parts.update(new)
        result = True, function({sha256: parts[sha256] for sha256 in wanted}, *args, **kwargs)
        return pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
    except Refusal as refusal:
        result = False, refusal
    except MemoryError:
        result = False, Refusal("render.memory", "The document needs more memory than one document may take.")
    except RecursionError:
        result = False, Refusal("render.memory", "The document is nested too deeply.")
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        crashed = Refusal("render.crashed", "The document could not be made.", kind="setup")
        result = False, disk.refusal_of(error) or crashed
    return pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
