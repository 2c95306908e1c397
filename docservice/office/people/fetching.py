"""Asking another server over HTTP, with limits: so many seconds, so many bytes, no redirect followed.

The standard library's client: it trusts the authorities that the machine trusts (a town's own among them) and goes
through the proxy that the environment names.
"""

from __future__ import annotations

import http.client
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

SECONDS = 10.0  # for one answer, to its last byte
BYTES = 512 * 1024
_PIECE = 64 * 1024


class Unanswered(Exception):
    """No answer came that could be read; the message says why, for the log. ``slow``: it took too long."""

    def __init__(self, why: str, *, slow: bool = False) -> None:
        super().__init__(why)
        self.slow = slow


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; any status."""

    status: int
    media_type: str
    body: bytes


class Fetch(Protocol):
    """``fetch`` or what stands in for it."""

    def __call__(self, url: str, *, headers: Mapping[str, str] = ..., body: bytes | None = ...) -> Answer: ...


class _Response(Protocol):
    status: int
    headers: http.client.HTTPMessage
    length: int | None  # of what is still to come, where that is known

    def read1(self, n: int, /) -> bytes: ...

    def close(self) -> None: ...


def fetch(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float | None = None,
    limit: int = BYTES,
) -> Answer:
    """What is at ``url``: a GET, or a POST of ``body``. Raises ``Unanswered``."""
    seconds = SECONDS if seconds is None else seconds
    request = urllib.request.Request(url, data=body, headers={"Accept-Encoding": "identity", **(headers or {})})
    ends, pieces, size = time.monotonic() + seconds, [], 0
    try:
        response = cast(_Response, _opener().open(request, timeout=seconds / 2))
        try:
            while piece := response.read1(_PIECE):
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    raise Unanswered(f"more than {limit} bytes")
                if time.monotonic() > ends:
                    raise Unanswered(f"not whole after {seconds:g} seconds", slow=True)
            if response.length:
                raise Unanswered(f"cut off: {response.length} bytes are missing")
        finally:
            response.close()
    except TimeoutError:
        raise Unanswered(f"nothing for {seconds / 2:g} seconds", slow=True) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        slow = isinstance(getattr(error, "reason", None), TimeoutError)
        raise Unanswered(f"{type(error).__name__}: {error}", slow=slow) from None
    return Answer(response.status, response.headers.get_content_type(), b"".join(pieces))


def _opener() -> urllib.request.OpenerDirector:
    """Only HTTP and HTTPS; without the handlers that follow redirects and make errors of statuses."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler(),
        urllib.request.UnknownHandler(),
    ):  # fmt: skip
        opener.add_handler(handler)
    return opener
