"""A handout's own page (``rendering.handouts``) in the frame of the site: head, menu and foot around what it says.

The page is kept as it was made; only what is around it is put in when it is served.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_OTHERS = re.compile(r'<nav class="switch".*?</nav>', re.S)
_TAGS = re.compile(r'hreflang="([^"]+)"')
_LEDE = re.compile(r'<p class="lede">(.*?)</p>', re.S)
_MARKUP = re.compile(r"<[^>]+>")


def languages_of(page: str, own: str) -> Sequence[str]:
    """The languages that a handout's page is offered in: its own, and those that it links to."""
    found = _OTHERS.search(page)
    return (own, *(_TAGS.findall(found[0]) if found is not None else ()))


def described(page: str) -> str:
    """What a handout answers, in its own words: its lede, as text that is escaped for HTML."""
    found = _LEDE.search(page)
    return " ".join(_MARKUP.sub("", found[1]).split()).replace('"', "&quot;") if found is not None else ""


def framed(page: str, head: str, top: str, foot: str) -> str:
    """The page with ``head`` in its head, ``top`` first in its header and ``foot`` at its end; as it is without one."""
    if '<header class="around">' not in page:
        return page
    page = page.replace("</head>", f"{head}</head>", 1)
    page = page.replace('<header class="around">', f'<header class="around">{top}', 1)
    before, _, after = page.rpartition("</body>")
    return f"{before}{foot}</body>{after}"
