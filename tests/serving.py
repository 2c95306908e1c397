"""The service's own HTTP server, in a thread, and ended in order."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docservice.cli.serving import make_server


@contextmanager
def serving(app: Any, *, max_body_megabytes: int = 25, port: int = 0, **proxy: Any) -> Iterator[int]:
    """The port on which ``app`` answers: any that is free, unless it is given.

    waitress may only be closed by the thread that runs its loop, and after its workers have let go.
    """
    server, port = make_server(app, "127.0.0.1", port, 2, max_body_megabytes, **proxy)
    done = threading.Event()

    def run() -> None:
        while not done.is_set():
            server.asyncore.loop(timeout=0.05, map=server._map, count=1)
        server.task_dispatcher.shutdown()
        for channel in list(server.active_channels.values()):  # who left in the middle of a stream
            channel.connected = False
            channel.handle_close()
        server.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield port
    finally:
        done.set()
        thread.join()


def free_port() -> int:
    """A port that nobody listens on, for who must know it before they serve."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
