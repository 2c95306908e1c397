"""waitress, with a clear answer to a body that is too large.

waitress alone answers with plain text, closes at once — a client that is still sending sees its connection break
instead of the answer — and after ``Expect: 100-continue`` it invites the body all the same. Here the refusal is
problem+json, the body is not invited, and what a client sends nevertheless is thrown away for a moment before the
connection is closed (RFC 9112 §9.6), never stored.
"""

from __future__ import annotations

import json
import secrets
import socket
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.utilities import RequestEntityTooLarge

from docservice.app import EXHIBITS_PATH, PACKET_FACTOR, advice, allowed_at

LINGER_BYTES = 512 * 2**20
LINGER_SECONDS = 20.0


class _TooLarge(RequestEntityTooLarge):  # type: ignore[misc]
    """413 as problem+json."""

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        problem = {
            "type": "urn:docservice:problem:request.too_large",
            "title": "Content Too Large",
            "status": 413,
            "code": "request.too_large",
            "detail": self.body,
            "trace_id": secrets.token_hex(16),
        }
        body = json.dumps(problem).encode()
        headers = [("Content-Type", "application/problem+json"), ("Connection", "close")]
        return "413 Content Too Large", [*headers, ("Content-Length", str(len(body)))], body


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Decides by path and Content-Length alone, before any body is read."""

    error: Any

    def received(self, data: bytes) -> int:
        consumed = int(super().received(data))
        if self.headers_finished and not isinstance(self.error, _TooLarge):
            path = getattr(self, "path", "")
            limit = allowed_at(path, self.adj.docservice_order, self.adj.docservice_exhibit)
            # chunked bodies show their size only as they come
            size = max(self.content_length, self.body_bytes_received)
            if isinstance(self.error, RequestEntityTooLarge) or size > limit:
                message = f"The request body is too large: at most {limit >> 20} MB are taken here. "
                self.error = _TooLarge(message + advice(path))
                self.expect_continue = False
                self.completed = True
        return consumed


class _Channel(HTTPChannel):  # type: ignore[misc]
    """Lingers after a refused body: the answer is out, the rest of the body is read and forgotten."""

    parser_class = _Parser
    lingering: float | None = None  # the moment it ends
    discarded = 0
    refused = False

    def received(self, data: bytes) -> bool:
        done = bool(super().received(data))
        self.refused = self.refused or any(isinstance(r.error, _TooLarge) for r in self.requests)
        return done

    def readable(self) -> bool:
        return self.lingering is not None or bool(super().readable())

    def writable(self) -> bool:
        if self.lingering is not None:
            return time.monotonic() > self.lingering  # which ends in handle_close
        return bool(super().writable())

    def handle_read(self) -> None:
        if self.lingering is None:
            super().handle_read()
            return
        try:
            data = self.recv(self.adj.recv_bytes)
        except OSError:
            data = b""
        self.discarded += len(data)
        self.last_activity = time.time()
        if not data or self.discarded > LINGER_BYTES or time.monotonic() > self.lingering:
            super().handle_close()

    def handle_close(self) -> None:
        if self.refused and self.lingering is None and self.connected:
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            else:
                self.lingering = time.monotonic() + LINGER_SECONDS
                return
        super().handle_close()


def make_server(
    app: Any,
    host: str,
    port: int,
    threads: int,
    max_body_megabytes: int,
    max_exhibit_megabytes: int = 256,
    *,
    trusted_proxy: str = "",
    trusted_proxies: int = 1,
) -> tuple[Any, int]:
    """A waitress server for ``app``, listening, and its port; ``port`` 0 picks a free one. Raises ``OSError``.

    Who asks, how and for which host is believed of ``trusted_proxy`` alone: what the last ``trusted_proxies`` in a row
    said. Anybody else's word on that (X-Forwarded-For and its kin) is thrown away.
    """
    believed: dict[str, Any] = {}
    if trusted_proxy:
        believed = {
            "trusted_proxy": trusted_proxy,
            "trusted_proxy_count": trusted_proxies,
            "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto x-forwarded-host",
        }
    order, exhibit = max_body_megabytes * 2**20, max_exhibit_megabytes * 2**20
    listening: dict[int, Any] = {}
    server = create_server(
        app,
        map=listening,
        host=host,
        port=port,
        threads=threads,
        ident="docservice",
        max_request_body_size=max(order * PACKET_FACTOR, allowed_at(EXHIBITS_PATH, order, exhibit)),
        channel_timeout=60,
        clear_untrusted_proxy_headers=True,
        **believed,
    )
    for each in listening.values():
        if hasattr(each, "channel_class"):
            each.channel_class = _Channel
            each.adj.docservice_order, each.adj.docservice_exhibit = order, exhibit
    ports = getattr(server, "effective_listen", None) or [(host, server.effective_port)]
    return server, int(ports[0][1])
