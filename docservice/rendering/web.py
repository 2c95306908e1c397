"""The web-page face of a letter: one complete HTML page, with everything it needs inside it.

The same semantic text as the PDF, dressed for a screen: it reflows at 400 % zoom and on a phone, follows the reader's
light or dark setting, prints without waste, has no script and loads nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from html import escape
from typing import Any

import segno
from lxml import etree

from docservice.finding import Finding
from docservice.media_types import MEDIA_TYPES, data_uri, media_type_of
from docservice.refusal import Refusal
from docservice.rendering import barcodes
from docservice.rendering.composing.semantic_text import Composition
from docservice.rendering.pictures import prepare
from docservice.town.look import Appearance, Colors, on_dark
from docservice.town.pack import TownIdentity
from docservice.wording.bundle import Bundle

_PAGE = """<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · {town}</title>
<style>{css}</style>
</head>
<body>
<header lang="en" dir="ltr">{seal}<p><strong>{town}</strong><br>{office}</p><p class="contact">{contact}</p></header>
<main>
{article}
</main>
</body>
</html>
"""
_COUNTERS = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_CSS = """
:root{color-scheme:light dark;--ink:#1b1c1a;--paper:#fff;--tint:#f4f1e8;--green:#1f4a3f;--bark:#8a3b1e;
--line:#c9c4b4;--link:#1f4a3f}
@media(prefers-color-scheme:dark){:root{--ink:#eceae3;--paper:#191b19;--tint:#262a27;--green:#9fd0bf;
--bark:#eba585;--line:#4d534f;--link:#9fd0bf}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 "Noto Serif",Georgia,
"Noto Naskh Arabic","Noto Serif CJK TC",serif;
overflow-wrap:break-word}
header,main{max-width:46rem;margin:0 auto;padding:1rem 1.25rem}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;border-bottom:2px solid var(--green)}
header img{width:4rem;height:4rem}header p{margin:0;flex:1 1 14rem}header strong{font-size:1.25rem;
color:var(--green)}
header .contact{font-size:.9rem;text-align:end}
h1,h2,h3,dt,th,header{font-family:"Noto Sans","Helvetica Neue",Arial,"Noto Sans Arabic","Noto Sans CJK TC",
sans-serif}
h1{font-size:1.9rem;line-height:1.2;color:var(--green);margin:1.5rem 0 1rem}
h2{font-size:1.25rem;line-height:1.3;color:var(--green);margin:2rem 0 .5rem}
h3{font-size:1.05rem;line-height:1.3;color:var(--bark);margin:1.5rem 0 .35rem}
[data-block=recipient]{margin-bottom:1rem}
p{margin:0 0 .85rem}address{font-style:normal}a{color:var(--link);text-underline-offset:.15em}
a:focus-visible{outline:3px solid var(--bark);outline-offset:2px}
ul,ol{padding-inline-start:1.6rem;margin:0 0 1rem}li{margin-bottom:.4rem}
dl{display:grid;grid-template-columns:minmax(0,max-content) minmax(0,1fr);gap:.3rem 1.25rem;margin:0 0 1rem}
dt{font-weight:600;font-size:.9rem;color:var(--bark)}dd{margin:0}
@media(max-width:30rem){dl{display:block}dd{margin-bottom:.5rem}}
table{border-collapse:collapse;width:100%;margin:0 0 1rem}caption{text-align:start;font-weight:600;
padding-bottom:.3rem}
th,td{text-align:start;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line)}
thead th{font-size:.9rem;border-bottom:2px solid var(--green)}tfoot th,tfoot td{border-top:2px solid var(--green);
font-weight:700}
figure{margin:0 0 1.25rem}figure img{max-width:100%;height:auto;border:1px solid var(--line)}
figcaption{font-size:.9rem}
[data-block=appeal-rights],[data-block=judicial-review],[data-block=resume-conditions],
[data-block=hearing]{border-inline-start:3px solid var(--bark);
padding-inline-start:1rem;margin-block:1.5rem}
[data-block=appeal-rights]>h2,[data-block=judicial-review]>h3,[data-block=resume-conditions]>h2{margin-top:0}
[data-block=payment],[data-block=informal]{background:var(--tint);padding:1rem 1.25rem;margin-block:1.5rem}
[data-block=payment]>h2{margin-top:0}
[data-block=payment-stub]{border-top:2px dashed var(--line);margin-top:2.5rem;padding-top:.5rem}
[data-field]::after{content:"";display:block;height:2.2rem;margin-top:.25rem;border:1px solid currentColor}
[data-kind=lines]::after{height:9rem}[data-kind=signature]::after{border-width:0 0 1px}
[data-kind=check]::after{display:none}[data-kind=check]::before{content:"";display:inline-block;width:1em;height:1em;
margin-inline-end:.6em;border:1px solid currentColor;vertical-align:-.1em}
[data-block=placard-words]{background:#b00020;color:#fff;padding:1rem 1.25rem;font-weight:bold;font-size:1.3em}
[data-block=placard-words][data-part=caution]{background:#ffd200;color:#1b1c1a}
[data-block=taglines]{margin-top:2.5rem;border-top:2px solid var(--green)}
[data-qr]{width:8rem;height:8rem;background:#fff}
mark{background:#b00020;color:#fff;padding:0 .2em}
.table{overflow-x:auto}
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--green:#1f4a3f;--bark:#8a3b1e;--line:#999;
--tint:#f4f1e8;--link:#000}
body{font-size:10.5pt}header,main{max-width:none;padding-inline:0}h1,h2,h3{break-after:avoid}
figure,[data-block=payment-stub],tr{break-inside:avoid}[data-block=taglines]{break-before:page}@page{size:letter;
margin:1in}}
"""


def page(
    bundle: Bundle,
    composition: Composition,
    *,
    town: TownIdentity,
    attachments: Mapping[str, bytes],
    look: Appearance | None = None,
) -> str:
    """The letter as a page.

    ``attachments`` are the pictures that the wording names (``picture:NAME``), ``look`` the town's seal, colors and
    head lines; without it, the letterhead's own. Raises ``Refusal``: ``picture.missing`` naming those that are not
    there, ``photo.broken`` for what cannot be read.
    """
    article = deepcopy(composition.root)
    missing: list[Finding] = []
    for picture in list(article.iter("img")):
        problem = _fill_in(picture, bundle, attachments)
        if problem:
            missing.append(problem)
    if missing:
        raise Refusal("picture.missing", "A picture that the letter shows was not given.", missing)
    for table in list(article.iter("table")):
        _scrollable(table)
    return _PAGE.format(
        language=escape(composition.language),
        direction=composition.direction,
        title=escape(composition.title),
        town=escape(town.name),
        office=escape(town.office),
        contact="<br>".join(escape(line) for line in _head(town, look)),
        seal=_seal(bundle, look),
        css=_CSS + _colored(look) + _counted(article),
        article=etree.tostring(article, method="html", encoding="unicode"),
    )


def _counted(article: Any) -> str:
    """How lists count that were pasted as "1)", "(a)" or "i.": as they were."""
    patterns = sorted({one.get("data-numbering") for one in article.iter("ol")} - {None})
    return "".join(
        f'@counter-style pasted{index}{{system:extends {_COUNTERS[kind]};prefix:"{before}";suffix:"{after} "}}\n'
        f'ol[data-numbering="{pattern}"]{{list-style-type:pasted{index}}}\n'
        for index, pattern in enumerate(patterns)
        for kind in _COUNTERS
        for before, found, after in [pattern.partition(kind)]
        if found
    )


def _fill_in(picture: Any, bundle: Bundle, attachments: Mapping[str, bytes]) -> Finding | None:
    code = picture.get("data-qr")
    if code is not None:
        drawn = segno.make(code, error="m", micro=False)
        _as_svg(picture, drawn.svg_inline(border=4, omitsize=True, dark="#000", light="#fff"), "data-qr")
        return None
    digits = picture.get("data-barcode")
    if digits is not None:
        _as_svg(picture, barcodes.as_drawing(digits), "data-barcode")
        return None
    kind, _, name = picture.get("src").partition(":")
    read: Callable[[str], bytes] = bundle.picture if kind == "bundle" else attachments.__getitem__
    try:
        data = read(name)
    except KeyError:
        return Finding.error("picture.missing", f"the picture “{name}” was not given", name)
    if kind == "picture":
        ready = prepare(data, name=name)
        picture.set("src", data_uri(ready.data, ready.media_type))
        picture.set("width", str(ready.width))
        picture.set("height", str(ready.height))
    else:
        picture.set("src", data_uri(data, media_type_of(name)))
    return None


def _as_svg(picture: Any, drawn: str, mark: str) -> None:
    """Put the code's own drawing in place of the image: sharp at any zoom, with the alternative text as its name."""
    drawing = etree.fromstring(drawn)
    drawing.set("role", "img")
    drawing.set("aria-label", picture.get("alt"))
    drawing.set(mark, picture.get(mark))
    drawing.tail = picture.tail
    picture.getparent().replace(picture, drawing)


def _scrollable(table: Any) -> None:
    """A wide table scrolls by itself, so that the page does not at 400 %; reachable by keyboard."""
    box = etree.Element("div", {"class": "table", "tabindex": "0", "role": "group"})
    caption = table.find("caption")
    heading = table.getparent().find("h2") if caption is None else caption
    if heading is not None:
        box.set("aria-label", " ".join("".join(heading.itertext()).split()))
    table.getparent().replace(table, box)
    box.tail, table.tail = table.tail, None
    box.append(table)


def _head(town: TownIdentity, look: Appearance | None) -> tuple[str, ...]:
    own = look.head if look is not None else ()
    return own or (*town.address, f"{town.phone} · TTY {town.tty}")


def _colored(look: Appearance | None) -> str:
    """The town's colors over the page's; on a dark ground they are lightened."""
    if look is None or look.colors == Colors():
        return ""
    strong, accent = look.colors.strong, look.colors.accent
    light = f"--green:{strong};--bark:{accent};--link:{strong}"
    dark = f"--green:{on_dark(strong)};--bark:{on_dark(accent)};--link:{on_dark(strong)}"
    printed = f"--green:{strong};--bark:{accent};--link:#000"
    return (
        f":root{{{light}}}\n@media(prefers-color-scheme:dark){{:root{{{dark}}}}}\n@media print{{:root{{{printed}}}}}\n"
    )


def _seal(bundle: Bundle, look: Appearance | None) -> str:
    """The seal beside the town's name; it says nothing that the name does not."""
    if look is not None:
        seal = look.seal
        return f'<img src="{data_uri(seal.data, seal.media_type)}" alt="">' if seal else ""
    try:
        data = bundle.picture("seal.svg")
    except KeyError:
        return ""
    return f'<img src="{data_uri(data, MEDIA_TYPES["svg"])}" alt="">'
