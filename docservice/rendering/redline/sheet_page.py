"""Pages side by side on one web page, or on paper: a picture for each pair, and in words what is outlined in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from html import escape

from docservice import shipped
from docservice.media_types import MEDIA_TYPES, data_uri
from docservice.rendering.fonts import FontSet
from docservice.rendering.letters.letter import Rendered
from docservice.rendering.letters.typst_press import ENGINE, page_count, typst_pdf
from docservice.rendering.redline.sheets import PagePair
from docservice.town.look import Colors

_STYLE = """
:root{color-scheme:light}body{margin:0;background:#fff;color:#1b1c1a;font:1rem/1.5 "Noto Sans",system-ui,sans-serif}
main{max-width:90rem;margin:0 auto;padding:1rem 1.25rem 3rem}h1{font-size:1.6rem;line-height:1.2;color:var(--strong)}
h2{font-size:1.15rem;color:var(--strong);margin:2rem 0 .5rem}
.names{display:grid;grid-template-columns:1fr 1fr;gap:1rem;font-weight:600;margin:0}
.old{color:#a3121f}.new{color:#0b4f8a}figure{margin:0}img{width:100%;height:auto;border:1px solid #c9c4b4}
figcaption{margin-top:.5rem}ul{margin:.25rem 0 0}nav ul{columns:2}
@media print{@page{size:letter landscape;margin:.5in}section{break-before:page}img{max-height:6in;width:auto}}
"""


def page(
    title: str, pairs: Sequence[PagePair], *, old_name: str, new_name: str, colors: Colors | None = None
) -> str:  # fmt: skip
    """The pairs as one page with everything inside it, in the town's ``colors``."""
    style = f":root{{--strong:{(colors or Colors()).strong}}}{_STYLE}"
    total = sum(len(pair.differences) for pair in pairs)
    opening = "The letters look the same." if not total else f"{counted(total)} on {len(pairs)} pages."
    links = "".join(
        f'<li><a href="#pair-{n}">{escape(name(pair))}</a>: {counted(len(pair.differences))}</li>'
        for n, pair in enumerate(pairs, 1)
    )
    parts = "".join(_pair(n, pair, old_name, new_name) for n, pair in enumerate(pairs, 1))
    return (
        '<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f"<p>{opening} What only {escape(old_name)} has is outlined with dashes, what only {escape(new_name)} has with "
        f'a line.</p>\n<nav aria-label="Pages"><ul>{links}</ul></nav>\n{parts}</main>\n</body>\n</html>\n'
    )


def print_pdf(
    title: str, pairs: Sequence[PagePair], *, old_name: str, new_name: str, town: str, on: date, fonts: FontSet,
    colors: Colors | None = None,
) -> Rendered:  # fmt: skip
    """The pairs as PDF/A-3a and PDF/UA-1, a sheet for each, in the town's ``colors``. ``on`` dates the file."""
    folder = shipped.folder("law") / "us" / "letterhead"
    sources = {file: (folder / file).read_bytes() for file in ("redline-sheets.typ", "faces.typ")}
    pictures = {f"pairs/{number}.png": pair.png for number, pair in enumerate(pairs, 1)}
    data = {
        "title": title,
        "town": town,
        "look": asdict(colors or Colors()),
        "stamp": [on.year, on.month, on.day],
        "names": [old_name, new_name],
        "pairs": [
            {"file": f"/pairs/{n}.png", "name": name(pair), "alt": pair.alt, "lines": list(pair.differences)}
            for n, pair in enumerate(pairs, 1)
        ],
    }
    pdf = typst_pdf(sources, "redline-sheets.typ", data, fonts=fonts, stamp=on, pictures=pictures)
    return Rendered(pdf, page_count(pdf), ENGINE)


def _pair(number: int, pair: PagePair, old_name: str, new_name: str) -> str:
    said = "".join(f"<li>{escape(one)}</li>" for one in pair.differences)
    old = f"{escape(old_name)}, page {pair.old}" if pair.old else f"not in {escape(old_name)}"
    new = f"{escape(new_name)}, page {pair.new}" if pair.new else f"not in {escape(new_name)}"
    picture = data_uri(pair.png, MEDIA_TYPES["png"])
    return (
        f'<section id="pair-{number}"><h2>{escape(name(pair))}</h2>\n<figure>'
        f'<p class="names"><span class="old">{old}</span><span class="new">{new}</span></p>'
        f'<img src="{picture}" alt="{escape(pair.alt)}">'
        f"<figcaption>{'Outlined:' if said else 'No difference.'}{f'<ul>{said}</ul>' if said else ''}</figcaption>"
        "</figure></section>\n"
    )


def counted(count: int) -> str:
    """ "no differences", "1 difference", "3 differences"."""
    return f"{count or 'no'} difference{'' if count == 1 else 's'}"


def name(pair: PagePair) -> str:
    if pair.old and pair.new:
        return f"Page {pair.new}" if pair.old == pair.new else f"Page {pair.new} (was page {pair.old})"
    return f"Page {pair.new} is new" if pair.new else f"Page {pair.old} is gone"
