"""The public pages: front page, handouts, verification of a notice (docs/web.md). The staff's desk comes later."""

from docservice.web.public import register, respond

__all__ = ["register", "respond"]
