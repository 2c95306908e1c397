"""Rendering in other processes: warm, with a time and a memory limit, replaced when they exceed it.

``Pool.call(function, …)`` runs a module-level function in a worker. Workers are plain child processes that speak
length-prefixed pickles over pipes; each keeps what it has warmed (compilers, compiled wording). Big values that
repeat, such as bundles, go by their SHA-256 and cross the pipe once per worker (``parts``).

What it does not do: keep a worker from reading files or the network by the means of the operating system. The
sandbox and the engines' own settings do that; the limits here end what those cannot: loops and floods.
"""

from __future__ import annotations

import logging
import os
import pickle
import re
import select
import signal
import struct
import subprocess
import sys
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from threading import Condition, Thread
from typing import Any, Concatenate, ParamSpec, TypeVar

from docservice.refusal import Refusal

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
Parts = Mapping[str, bytes]

_PARTS_KEPT = 64
_START_SECONDS = 60.0
_SHA256 = re.compile("[0-9a-f]{64}")
_HEAD = struct.Struct(">Q")
_START = "import sys; sys.path[:] = {path!r}\nfrom docservice.jobs.pool_worker import main; main({megabytes!r})"


class Pool:
    """A pool of rendering processes. Threads may share it; workers start when they are first needed."""

    def __init__(self, workers: int = 2, seconds: float = 30.0, megabytes: int = 1536) -> None:
        self.workers, self.seconds, self.megabytes = workers, seconds, megabytes
        self._free: list[_Worker] = []  # the last used is taken first: it is the warmest
        self._room = workers  # workers that may still be started
        self._waiting: deque[object] = deque()  # in turn: who makes many things lets the others in between
        self._first: tuple[tuple[Any, ...], Parts] | None = None  # what every worker does first
        self._warm: set[_Worker] = set()
        self.warming = False  # ``warm`` is about to be called, or at work
        self._change = Condition()
        self._closed = False

    def call(
        self,
        function: Callable[Concatenate[Parts, P], T],
        parts: Parts,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """``function(parts, *args, **kwargs)``, in a worker.

        ``parts`` maps SHA-256 to bytes. Refusals of the function come through. Raises ``Refusal``:
        ``render.timeout`` (kind ``timeout``), ``render.memory``, or ``render.crashed`` (kind ``setup``).
        """
        return self.call_within(self.seconds, function, parts, *args, **kwargs)

    def call_within(
        self,
        seconds: float,
        function: Callable[Concatenate[Parts, P], T],
        parts: Parts,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """``call`` with a time limit of its own."""
        _refuse_names(parts)
        worker = self._take()
        try:
            ok, value = worker.call((function, args, kwargs), parts, seconds)
        except BaseException:
            worker.kill()
            raise
        finally:
            self._give_back(worker)
        if not ok:
            raise value
        return value  # type: ignore[no-any-return]

    def warm(
        self, function: Callable[Concatenate[Parts, P], Any], parts: Parts, /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Start every worker and run ``function`` once in each; from now on also in each that replaces a dead one."""
        _refuse_names(parts)
        with self._change:
            self._first = (function, args, kwargs), parts
            begun: list[_Worker | None] = [*self._free, *[None] * self._room]
            self._free.clear()
            self._room = 0
        threads = [Thread(target=self._begin, args=(worker,), daemon=True) for worker in begun]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @property
    def warm_workers(self) -> int:
        """How many workers are warm."""
        return len(self._warm)

    def _begin(self, worker: _Worker | None = None) -> None:
        """Start a worker, or take a running one, and have it do the first job."""
        try:
            worker = worker or _Worker(self.megabytes)
            assert self._first is not None
            ok, value = worker.call(*self._first, _START_SECONDS)
            if ok:
                self._warm.add(worker)
            else:
                log.warning("a rendering process did not warm up: %s", value)
        except (Refusal, OSError) as error:
            log.warning("a rendering process did not warm up: %s", error)
        with self._change:
            if worker is not None and worker.alive and not self._closed:
                self._free.append(worker)
            else:  # it is started when it is needed: what ends it now might do so for ever
                self._drop(worker)
                self._room += 1
            self._change.notify_all()

    def _drop(self, worker: _Worker | None) -> None:
        if worker is not None:
            worker.kill()
            self._warm.discard(worker)

    def _replace(self, worker: _Worker) -> None:
        """Another for one that ended; the condition is held."""
        self._drop(worker)
        if self._first is None or self._closed:
            self._room += 1
        else:
            Thread(target=self._begin, daemon=True).start()

    def _take(self) -> _Worker:
        mine = object()
        with self._change:
            self._waiting.append(mine)
            try:
                while (self._waiting[0] is not mine or not self._any()) and not self._closed:
                    self._change.wait()
            finally:
                self._waiting.remove(mine)
                self._change.notify_all()
            if self._closed:
                raise Refusal("render.closed", "The service is shutting down.", kind="setup")
            if self._free:
                return self._free.pop()
            self._room -= 1
        try:
            return _Worker(self.megabytes)
        except BaseException:
            with self._change:
                self._room += 1
                self._change.notify_all()
            raise

    def _any(self) -> bool:
        """Whether there is a worker to take, or to start. One that ended while it was idle is replaced."""
        while self._free and not self._free[-1].is_running():
            self._replace(self._free.pop())
        return bool(self._free or self._room)

    def _give_back(self, worker: _Worker) -> None:
        with self._change:
            if worker.alive and not self._closed:
                self._free.append(worker)
            else:
                self._replace(worker)
            self._change.notify_all()

    def close(self) -> None:
        """End every idle worker; busy ones end when their job does."""
        with self._change:
            self._closed = True
            for worker in self._free:
                self._drop(worker)
            self._free.clear()
            self._change.notify_all()


class _Worker:
    """One child process. Used by one thread at a time."""

    def __init__(self, megabytes: int) -> None:
        code = _START.format(path=sys.path, megabytes=megabytes)
        self._process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._into, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._into, False)
        os.set_blocking(self._from, False)
        self._held: OrderedDict[str, None] = OrderedDict()
        self.alive = True

    def call(self, job: object, parts: Parts, seconds: float) -> tuple[bool, Any]:
        new = {sha256: data for sha256, data in parts.items() if sha256 not in self._held}
        for sha256 in parts:
            self._held.pop(sha256, None)
            self._held[sha256] = None
        stale = list(self._held)[: max(0, len(self._held) - _PARTS_KEPT - len(parts))]
        for sha256 in stale:
            del self._held[sha256]
        body = pickle.dumps((job, seconds, list(parts), new, stale), protocol=pickle.HIGHEST_PROTOCOL)
        # A new process imports the engines before it says that it begins; that is not the template's time.
        deadline = time.monotonic() + _START_SECONDS
        self._write(_HEAD.pack(len(body)) + body, deadline, _START_SECONDS)
        self._read(1, deadline, _START_SECONDS)
        deadline = time.monotonic() + seconds
        (length,) = _HEAD.unpack(self._read(_HEAD.size, deadline, seconds))
        answer = self._read(length, deadline, seconds)
        ok, value = pickle.loads(answer)
        return bool(ok), value

    def _write(self, data: bytes, deadline: float, seconds: float) -> None:
        view = memoryview(data)
        while view:
            self._wait([], [self._into], deadline, seconds)
            try:
                view = view[os.write(self._into, view[: 1 << 20]) :]
            except BrokenPipeError:
                raise self._died() from None

    def _read(self, length: int, deadline: float, seconds: float) -> bytes:
        pieces = bytearray()
        while len(pieces) < length:
            self._wait([self._from], [], deadline, seconds)
            piece = os.read(self._from, length - len(pieces))
            if not piece:
                raise self._died()
            pieces += piece
        return bytes(pieces)

    def _wait(self, reading: list[int], writing: list[int], deadline: float, seconds: float) -> None:
        poll = select.poll()
        for descriptor in reading:
            poll.register(descriptor, select.POLLIN)
        for descriptor in writing:
            poll.register(descriptor, select.POLLOUT)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            self.kill()
            raise _too_slow(seconds)

    def _died(self) -> Refusal:
        self.alive = False
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.returncode
        # An engine that cannot get memory aborts; the kernel's last resort is SIGKILL.
        if code in (-signal.SIGABRT, -signal.SIGKILL):
            return Refusal("render.memory", "The document needs more memory than one document may take.")
        if code in (-signal.SIGALRM, -signal.SIGXCPU):
            return _too_slow(0)
        log.error("a rendering process ended with %s", code)
        return Refusal("render.crashed", "The document could not be made: the rendering process ended.", kind="setup")

    def is_running(self) -> bool:
        return self.alive and self._process.poll() is None

    def kill(self) -> None:
        self.alive = False
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def _refuse_names(parts: Parts) -> None:
    """A worker keeps what it was sent under a key: under a name it would answer with the bytes of an earlier job."""
    if not all(_SHA256.fullmatch(key) for key in parts):
        raise ValueError("parts go by their SHA-256; what has none is an argument")


def _too_slow(seconds: float) -> Refusal:
    limit = f" than the {seconds:g} seconds allowed" if seconds else " than is allowed"
    return Refusal("render.timeout", f"The document took longer{limit}.", kind="timeout")
