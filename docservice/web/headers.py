"""Security headers of the public pages: no scripts, nothing from elsewhere, no framing, no tracking."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Response

_STYLE = re.compile(rb"<style[^>]*>(.*?)</style>", re.DOTALL)

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def policy(*styles: str) -> str:
    """A Content-Security-Policy that allows our own stylesheet, pictures of our own or inline, and ``styles``."""
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["style-src 'self'", *styles]),
            "img-src 'self' data:",
            "font-src 'self' data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def style_hashes(html: bytes) -> list[str]:
    """The CSP hash of each ``<style>`` element, so that a finished page may bring its style and nothing more."""
    return [f"'sha256-{base64.b64encode(hashlib.sha256(s).digest()).decode()}'" for s in _STYLE.findall(html)]


def protect(response: Response) -> Response:
    """Put the headers on; a policy that a view has set stays."""
    response.headers.setdefault("Content-Security-Policy", policy())
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    return response
