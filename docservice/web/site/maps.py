"""What search engines are told: every public page in every language, and where not to look."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

ROBOTS = """User-agent: *
Disallow: {root}/desk/
Disallow: {root}/api/
Disallow: {root}/calendars/
Disallow: {root}/verify/?

Sitemap: {public}/sitemap.xml
"""


def robots(root: str, public: str) -> str:
    """``robots.txt`` of the service at ``root`` (a path, mostly empty), which the public reaches at ``public``."""
    return ROBOTS.format(root=root, public=public)


def sitemap(addresses: Iterable[str]) -> str:
    """``sitemap.xml`` (sitemaps.org 0.9) of complete addresses."""
    listed = "".join(f"<url><loc>{escape(one)}</loc></url>\n" for one in addresses)
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{schema}">\n{listed}</urlset>\n'
