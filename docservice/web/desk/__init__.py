"""The desk: where staff and legal staff work in the browser (docs/desk.md). Thin: it asks the office and shows."""

from docservice.web.desk.wiring import blueprint, register

__all__ = ["blueprint", "register"]
