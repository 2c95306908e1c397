"""Processes that an office of a test starts, forked from one that has imported what they import.

The office looks at every foreign file in a process of its own and renders in others: a Python each time, whose imports
are most of what it costs. Here they are processes of their own as ever, with their limits, killed and waited for; only
the imports are done once. ``processes_anew`` has them started as in service, for tests that are about just that.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import select
import socket
import struct
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

from docservice.jobs import pool
from docservice.pdf.foreign import darkroom, intake

_FOREIGN = ("docservice.pdf.foreign.examine", "docservice.pdf.foreign.pdfs", "docservice.pdf.foreign.scans",
            "docservice.pdf.foreign.darkroom")  # fmt: skip
_RENDERING = ("docservice.jobs.pool_worker", "docservice.pipeline.producing", "docservice.rendering.letters.letter",
              "docservice.rendering.handouts.handout", "docservice.packets.assemble")  # fmt: skip
_IMPORTS = {"examine": _FOREIGN, "darkroom": _FOREIGN, "pool_worker": _RENDERING}
_NUMBER = struct.Struct("i")
_STARTERS = (intake, darkroom, pool)


def _imports_of(command: Any) -> tuple[str, ...] | None:
    """What a process of this command imports; None of one that is started as it is."""
    if not isinstance(command, list) or command[:2] != [sys.executable, "-c"]:
        return None
    return next((names for word, names in _IMPORTS.items() if f".{word} import main" in command[2]), None)


class Forked(subprocess.Popen):  # type: ignore[type-arg]
    """A process that was forked from a warm one; to who started it a ``Popen`` like another."""

    def _execute_child(self, args: Any, executable: Any, preexec: Any, close: Any, pass_fds: Any, *more: Any) -> None:
        cwd, env, *_, into, mine_into, mine_from, out, mine_error, error = more[:11]
        names = _imports_of(args)
        if names is None or cwd is not None or env is not None:
            super()._execute_child(args, executable, preexec, close, pass_fds, *more)  # type: ignore[misc]
            return
        self._ended, theirs = socket.socketpair()
        with Path(os.devnull).open("rb") as nothing, theirs:
            ends = [nothing.fileno() if into == -1 else into, 1 if out == -1 else out, 2 if error == -1 else error]
            said = pickle.dumps((args[2:], dict(os.environ), str(Path.cwd())))
            socket.send_fds(_warm(names), [said], [*ends, theirs.fileno()])
        self._close_pipe_fds(into, mine_into, mine_from, out, mine_error, error)  # type: ignore[attr-defined]
        self.pid = _NUMBER.unpack(self._ended.recv(_NUMBER.size, socket.MSG_WAITALL))[0]
        self._child_created = True

    def _try_wait(self, flags: int) -> tuple[int, int]:
        if not hasattr(self, "_ended"):
            return super()._try_wait(flags)  # type: ignore[misc, no-any-return]
        if flags & os.WNOHANG and not select.select([self._ended], [], [], 0)[0]:
            return 0, 0
        with self._ended:
            said = self._ended.recv(_NUMBER.size, socket.MSG_WAITALL)
        return self.pid, _NUMBER.unpack(said)[0]

    def _internal_poll(self, *deadstate: Any, **more: Any) -> int | None:
        if not hasattr(self, "_ended"):
            return super()._internal_poll(*deadstate, **more)  # type: ignore[misc, no-any-return]
        if self.returncode is None and self._waitpid_lock.acquire(False):  # type: ignore[attr-defined]
            try:
                if self.returncode is None and (ended := self._try_wait(os.WNOHANG))[0]:
                    self._handle_exitstatus(ended[1])  # type: ignore[attr-defined]
            finally:
                self._waitpid_lock.release()  # type: ignore[attr-defined]
        return self.returncode


_run = FunctionType(subprocess.run.__code__, {**vars(subprocess), "Popen": Forked}, "run", subprocess.run.__defaults__)
_run.__kwdefaults__ = subprocess.run.__kwdefaults__
_WARM = SimpleNamespace(**{**vars(subprocess), "Popen": Forked, "run": _run})


def fork_processes() -> None:
    """From now on processes of offices are forked."""
    for module in _STARTERS:
        module.subprocess = _WARM  # type: ignore[assignment]


@contextmanager
def started_anew() -> Iterator[None]:
    """Meanwhile they are started as in service."""
    for module in _STARTERS:
        module.subprocess = subprocess
    yield
    fork_processes()


@cache
def _warm(names: tuple[str, ...]) -> socket.socket:
    """The process that has imported ``names`` and forks; it ends when this one does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    root = str(Path(__file__).resolve().parent.parent)
    code = (
        f"import sys; sys.path.insert(0, {root!r}); from tests.zygote import serve; serve({theirs.fileno()}, {names!r})"
    )
    process = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def serve(number: int, names: tuple[str, ...]) -> None:
    """Fork for whoever asks at the socket, and tell them how each process ended."""
    for name in names:
        import_module(name)
    gc.freeze()
    asked = socket.socket(fileno=number)
    asked.set_inheritable(False)
    poll = select.poll()
    poll.register(asked, select.POLLIN)
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for ready, _ in poll.poll():
            if ready != asked.fileno():
                poll.unregister(ready)
                os.close(ready)
                pid, teller = running.pop(ready)
                _tell(teller, os.waitpid(pid, 0)[1])
                teller.close()
                continue
            said, ends, _, _ = socket.recv_fds(asked, 1 << 20, 4)
            if not said:
                return
            teller = socket.socket(fileno=ends.pop())
            pid = os.fork()
            if not pid:
                _become(*pickle.loads(said), ends)
            for end in ends:
                os.close(end)
            _tell(teller, pid)
            ended = os.pidfd_open(pid)
            running[ended] = pid, teller
            poll.register(ended, select.POLLIN)


def _tell(teller: socket.socket, number: int) -> None:
    with suppress(OSError):  # nobody waits for it any more
        teller.sendall(_NUMBER.pack(number))


def _become(command: list[str], environment: dict[str, str], folder: str, ends: list[int]) -> None:
    """Be the process that the command would have started."""
    status = 1
    try:
        for number, end in enumerate(ends):
            os.dup2(end, number)
        os.closerange(3, 1024)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.argv[:] = ["-c", *command[1:]]
        exec(command[0], {"__name__": "__main__"})
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
