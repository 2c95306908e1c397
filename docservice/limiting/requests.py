"""Requests: whose they are, and where they are counted. A blueprint that knows who asks counts by that."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import cast

from flask import Flask, Response, current_app, g, request

from docservice.limiting.counting import RateLimits
from docservice.limiting.table import Class, class_of

EXTENSION = "docservice.limits"


def install(app: Flask, limits: RateLimits) -> None:
    """Count what is asked of ``app`` by address."""
    app.extensions[EXTENSION] = limits

    @app.before_request
    def count_anybody() -> None:
        name = class_of(request.endpoint) if request.endpoint is not None else "free"
        if name in ("public", "verify"):
            _take(name, address())

    @app.after_request
    def tell(response: Response) -> Response:
        counted: tuple[Class, str] | None = g.get("counted")
        if counted is not None and "RateLimit" not in response.headers and g.get("tell_limit", False):
            left = limits_of_app().left(*counted)
            if left is not None:
                # draft-ietf-httpapi-ratelimit-headers-10
                response.headers["RateLimit-Policy"] = f'"{counted[0]}";q={left.quota};w={left.window}'
                response.headers["RateLimit"] = f'"{counted[0]}";r={left.left};t={left.seconds}'
        return response


def count_known(who: str, *, tell: bool = False) -> None:
    """Count this request for the account or key that asks; ``tell`` it in headers what is left."""
    name = class_of(request.endpoint or "")
    if name in ("work", "costly"):
        g.tell_limit = tell
        _take(name, who)


def count_stranger(name: Class) -> None:
    """Count this request for its address, whatever it asks for."""
    _take(name, address())


def refuse_spent(name: Class) -> None:
    """Refuse an address that has no more of this class."""
    limits_of_app().refuse_spent(name, address())


def limits_of_app() -> RateLimits:
    """The limits of this app."""
    return cast(RateLimits, current_app.extensions[EXTENSION])


def address() -> str:
    """Where a request comes from, as far as one is told apart: an IPv4 address, or the /64 of an IPv6 address.

    Who has one IPv6 address mostly has the 2⁶⁴ of its network (RFC 6177).
    """
    return network(request.remote_addr or "")


def network(text: str) -> str:
    """What of an address is counted as one; all that is no address counts as one."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found)


def _take(name: Class, who: str) -> None:
    g.counted = (name, who)
    limits_of_app().take(name, who)
