"""Asking another server: limits of time and size hold, whatever it does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from docservice.office.people.fetching import Unanswered, fetch

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"


@contextmanager
def server(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of somebody who answers one question, byte by byte as ``speak`` has it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(5)
                try:
                    connection.recv(65536)
                    speak(connection)
                except OSError:
                    pass  # whoever asked has gone

        thread = threading.Thread(target=run)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        thread.join()


def drip(connection: socket.socket) -> None:
    """A byte now and then, without end."""
    connection.sendall(HEAD + b"\r\n")
    for _ in range(100):
        connection.sendall(b" ")
        time.sleep(0.05)


def flood(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"\r\n" + b"x" * 200_000)


def test_an_answer() -> None:
    with server(lambda one: one.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")) as url:
        answer = fetch(url)
    assert (answer.status, answer.media_type, answer.body) == (200, "application/json", b"{}")


@pytest.mark.parametrize(
    ("speak", "slow", "said"),
    [
        (drip, True, "not whole after"),
        (lambda one: time.sleep(1), True, "nothing for"),
        (lambda one: (one.sendall(HEAD), time.sleep(1)), True, "nothing for"),
        (flood, False, "more than 100000 bytes"),
        (lambda one: one.sendall(b"what?\r\n\r\n"), False, "BadStatusLine"),
        (lambda one: one.sendall(HEAD + b"Content-Length: 9\r\n\r\n{}"), False, "cut off: 7 bytes"),
        (lambda one: None, False, "RemoteDisconnected"),
    ],
)  # fmt: skip
def test_what_is_no_answer(speak: Callable[[socket.socket], None], slow: bool, said: str) -> None:
    started = time.monotonic()
    with server(speak) as url:
        with pytest.raises(Unanswered, match=said) as caught:
            fetch(url, seconds=0.4, limit=100_000)
        assert time.monotonic() - started < 2
    assert caught.value.slow is slow


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1/", "refused"),
        ("file:///etc/hostname", "unknown url type"),
        ("ftp://127.0.0.1/x", "unknown url type"),
        ("http://", "no host"),
        ("http://127.0.0.1/a b", "control characters"),
    ],
)  # fmt: skip
def test_what_is_not_asked(url: str, said: str) -> None:
    with pytest.raises(Unanswered, match=said):
        fetch(url)


def test_redirects_are_told_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with server(lambda one: one.sendall(moved)) as url:
        assert fetch(url).status == 302
