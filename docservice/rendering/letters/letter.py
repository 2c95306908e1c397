"""Bundle + composition → the letter as PDF/A-3a and PDF/UA-1, set by Typst (docs/rendering.md).

The looks are in the bundle's letterhead (``letterhead/letter.typ``); here the semantic HTML becomes a tree of data, the
pictures are made ready, and what the envelope asks of the page is worked out. Pure: same values, same bytes, in any
process. What this module does not do: judge the document (``checks``), number it or keep it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from docservice.casefile.direction import direction
from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.rendering import engines, seal_picture, textlayer
from docservice.rendering.fonts import FontSet
from docservice.rendering.letters import sheet_store, tree, typst_press
from docservice.rendering.letters.address_forms import address_forms, form_shown
from docservice.rendering.letters.album import Album
from docservice.rendering.letters.field_widgets import with_fields
from docservice.rendering.letters.sheet import Sheet
from docservice.rendering.letters.typst_language import directions_before, split_language
from docservice.rendering.letters.window import window_lines
from docservice.rendering.typst_objects import UnreadableError
from docservice.town.look import Appearance
from docservice.town.pack import Box, Envelope, TownIdentity
from docservice.wording.bundle import Bundle
from docservice.wording.form_fields import FormField, fields_in

if TYPE_CHECKING:
    from docservice.rendering.composing.semantic_text import Composition

_SECOND = b"sheet-second"  # a letterhead that numbers its pages for a sheet put behind the first
_ROOM = b"stub-room"  # one that may set the payment stub at the foot of the sheet
_STUB_ROOM = 1.75  # inches there

# A #10 envelope (9 1/2 x 4 1/8 in) lets a tri-folded page move 1 in sideways and 0.458 in up: with the 1/8 in of
# clearance that the safe area keeps, everything up to here may show through the window (DOMAIN section 6).
_FOLDS = (11 / 3, 22 / 3)
_MOVES_RIGHT = 1.2
# How far a page may be from where the safe area counts it, sideways and up or down, with that clearance; flat, a page
# has half an inch and an inch in an envelope of 9 x 12.
_MOVES = {"tri-fold": (1.125, 0.583), "none": (0.625, 1.125)}
_LONGEST_RUNNING_NAME = 60
# How much closer (1 to 3) a letter may be set to save a last page with less than this on it, as a share of the fullest.
_CLOSER = ((3, 0.25), (2, 0.45))


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file. ``engine`` names what made it, with its version; a document pins it.

    The pages ``apart`` (from 0) were made apart: they are ``sheet`` (SHA-256), the same in every letter that has it.
    ``window`` are the lines that the envelope's window shows; none of a draft, or where there is no window.
    """

    pdf: bytes = field(repr=False)
    pages: int
    engine: str
    apart: tuple[int, ...] = ()
    sheet: bytes = b""
    window: tuple[str, ...] = ()


def typeset(
    bundle: Bundle,
    composition: Composition,
    *,
    town: TownIdentity,
    envelope: Envelope,
    attachments: Mapping[str, bytes],
    issued_on: date,
    draft: bool,
    fonts: FontSet,
    number: str | None = None,
    pinned: str | None = None,
    look: Appearance | None = None,
) -> Rendered:
    """Typeset one letter for one recipient.

    ``attachments`` are the pictures that the wording names (``picture:NAME``), ``number`` the document's number for the
    running matter (None while there is none), ``pinned`` the engine of a document that is made again, ``look`` the
    town's seal, colors and head lines; without it the letterhead has those of its own. Raises ``Refusal``:
    ``text.glyph_missing`` (a character no font has, with its place), ``address.overflow``,
    ``picture.missing``, ``photo.broken``, ``typeset.failed``, ``engine.unknown``, ``form.field``, ``form.unplaced``.
    """
    engine = engines.engine("typst", pinned)
    _refuse_missing_glyphs(composition.root, composition.language, fonts)
    fields = _form_fields(composition.root)
    album = Album(bundle, attachments, composition.root)
    directions = direction if engines.takes(engine, "text 1") else directions_before
    letter = tree.build(composition.root, album.place, directions)
    rtl = letter.direction == "rtl"
    language = {"tag": letter.language, **split_language(letter.language), "dir": letter.direction}
    forms = address_forms(letter.recipient, of_before=not engines.takes(engine, "window 1"))
    sources, main = _sources(bundle, look), f"letterhead/{bundle.meta.letterhead}.typ"
    looks = _looks(look)
    sheet, roomy, mended = None, None, engines.takes(engine, "text 1")
    if letter.taglines and engines.takes(engine, "sheet 1"):
        prepared = partial(sheet_store.prepared, sources, language, letter.taglines, fonts, mended=mended, looks=looks)
        sheet = prepared()
        if sheet and letter.stub and _ROOM in sources[main]:
            roomy = prepared(stub_room=_STUB_ROOM)
            roomy = roomy if roomy and len(roomy.pages) == len(sheet.pages) else None
    data = {
        "title": " ".join(part for part in (letter.title, number) if part),
        "stamp": [issued_on.year, issued_on.month, issued_on.day],
        "draft": draft,
        "town": _town(town, look),
        "envelope": _envelope(envelope),
        "address": [form.plain() for form in forms],
        "name": [line.nodes for line in letter.recipient if line.kind != "line"],
        "footer": _joined([number, letter.title], rtl),
        "continuation": _joined([number, _running_name(letter.recipient), _letter_date(composition.root)], rtl),
        "identification": letter.identification,
        "body": letter.body,
        "stub": _stub(letter.stub),
    }
    written = json.dumps(data, ensure_ascii=False)
    setting = {"language": language, "marks": textlayer.has_marks_elsewhere(written), **looks}

    def pressed(sheet: Sheet | None) -> Rendered:
        """The letter with its sheet of languages: put in, or set with the rest."""
        sheets = len(sheet.pages) if sheet else 0
        # Behind a payment stub stands nothing: it is cut off. The languages then go to the back of the first page.
        second = bool(sheet and letter.stub and _SECOND in sources[main])
        whole = {**data, "taglines": [] if sheet else letter.taglines, "sheets": sheets, "sheet-second": second}
        whole |= {"stub-room": _STUB_ROOM} if sheet and roomy else {}

        def set_at(closeness: int | None) -> bytes:
            close = {**whole, "closer": closeness}
            return typst_press.typst_pdf(
                sources, main, close, fonts=fonts, stamp=issued_on, pictures=album.files, setting=setting
            )

        if sheet_store.MAIN in sources:
            pdf = _settled(set_at)
        else:  # a letterhead of before, which does not choose itself
            pdf = _without_short_tail(set_at, sheets or len(letter.taglines[:1]))
        shown = None
        if envelope.kind == "window" and envelope.address is not None and not draft and pinned is None:
            shown = form_shown(forms, window_lines(pdf, envelope.address) if len(forms) > 1 else ())
        if mended and (textlayer.needs_mending(written) or (letter.taglines and not sheet)):
            pdf = textlayer.mend(pdf)
        if fields:
            pdf = with_fields(pdf, fields, fonts.folder, to_right=rtl)
        above_stub = bool(sheet and roomy and not roomy.has_free_pages(pdf))
        if above_stub:
            sheet, second = roomy, False
        try:
            pdf = sheet.into(pdf, second=second, above_stub=above_stub) if sheet else pdf
        except UnreadableError:  # this letterhead leaves no page free for it
            return pressed(None)
        pages = typst_press.page_count(pdf)
        first = 1 if second else pages - sheets
        apart = tuple(range(first, first + sheets))
        return Rendered(pdf, pages, engine, apart, sheet.mark if sheet else b"", shown.text if shown else ())

    try:
        return pressed(sheet)
    except Refusal as refusal:
        if refusal.code != "address.overflow":
            raise
        problem = Finding.error(refusal.code, _too_much(letter.recipient, envelope), _mailed_to(composition))
        raise Refusal(refusal.code, refusal.message, [problem]) from None


def _too_much(lines: Sequence[tree.AddressLine], envelope: Envelope) -> str:
    """What does not fit, and by which line."""
    longest = max((line.text for line in lines), key=len, default="")
    most = f" of which the window shows {envelope.max_lines}" if envelope.max_lines else ""
    return f"{len(lines)} lines, the name among them,{most}; the longest is “{longest[:80]}”"


def _settled(pressed: Callable[[int | None], bytes]) -> bytes:
    """The letter as close as the letterhead chooses; not closer at all where it comes to no end of choosing."""
    try:
        return pressed(None)
    except Refusal as refusal:
        if refusal.code != typst_press.UNSETTLED:
            raise
        return pressed(0)


def _without_short_tail(pressed: Callable[[int], bytes], sheets: int) -> bytes:
    """The letter, set no closer than it takes to save a last page with only a few lines on it.

    ``sheets`` pages behind the text do not count.
    """
    pdf = pressed(0)
    weights = typst_press.page_weights(pdf)
    *full, last = weights[: -sheets or None] or weights
    pages = typst_press.page_count(pdf)
    tail = last / max(full, default=last)
    for closeness in range(next((most for most, below in _CLOSER if tail < below), 0), 0, -1):
        closer = pressed(closeness)
        if typst_press.page_count(closer) >= pages:
            break
        pdf = closer
    return pdf


def _mailed_to(composition: Composition) -> str:
    """Where the recipient's address stands in the casefile."""
    places = composition.root.xpath(".//*[@data-block='recipient']//@data-fact")
    parties = [f"{place.partition('/name')[0]}/address" for place in places if "/name" in place]
    return parties[0] if parties else ""


def _refuse_missing_glyphs(root: Any, language: str, fonts: FontSet) -> None:
    problems = []
    for element in root.iter():
        for text, holder in ((element.text, element), (element.tail, element.getparent())):
            missing = fonts.covers(text, language) if text else ""
            if missing:
                place = holder.get("data-fact") or "" if holder is not None else ""
                shown = ", ".join(f"“{c}” (U+{ord(c):04X})" for c in missing)
                problems.append(
                    Finding.error("text.glyph_missing", f"no font has {shown}; write it another way", place)
                )
    if problems:
        raise Refusal("text.glyph_missing", "The letter has characters that cannot be printed.", problems)


def _form_fields(root: Any) -> tuple[FormField, ...]:
    fields, problems = fields_in(root)
    if problems:
        raise Refusal("form.field", "The form has fields that cannot be filled in.", problems)
    return fields


def _sources(bundle: Bundle, look: Appearance | None) -> Mapping[str, bytes]:
    """The letterhead without its Word side: what Typst may see of a bundle. The seal is the town's."""
    own = {} if look is None else {"letterhead/seal.svg": seal_picture.as_svg(look.seal)}
    return own | {
        path: data
        for path, data in bundle.files.items()
        if path.startswith("letterhead/") and not path.endswith(".docx") and path not in own
    }


def _looks(look: Appearance | None) -> dict[str, Any]:
    return {"look": asdict(look.colors)} if look is not None else {}


def _town(town: TownIdentity, look: Appearance | None) -> dict[str, Any]:
    return {
        "name": town.name,
        "office": town.office,
        "department": town.department,
        "address": list(town.address),
        "lines": [*(look.head if look else ())]
        or [*town.address, f"{town.phone} · TTY {town.tty}", town.email, _bare(town.website)],
        "seal": (look.seal.alt if look and look.seal else town.seal_alt) or town.name,
        "sealed": look is None or look.seal is not None,
    }


def _bare(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _envelope(envelope: Envelope) -> dict[str, Any]:
    box = envelope.address
    folded = envelope.fold == "tri-fold"
    facts: dict[str, Any] = {"kind": envelope.kind, "folds": list(_FOLDS) if folded else []}
    if envelope.kind == "window" and box is not None:
        facts |= {
            "address": _box(box),
            "max-lines": envelope.max_lines or 99,
            "references-left": float(box.right) + (_MOVES_RIGHT if folded else 0.5),
            "clear-bottom": max(float(box.bottom) + 0.3, _FOLDS[0] + 0.12 if folded else 0.0),
            "shows": _shows(box, envelope.fold),
        }
    elif envelope.kind == "recorder":
        facts["clear-bottom"] = max((float(area.bottom) for area in envelope.clear), default=2.5)
        facts["return-block"] = _box(envelope.return_block) if envelope.return_block else None
    return facts


def _shows(safe: Box, fold: str) -> dict[str, float]:
    """What of the page the window may ever show."""
    across, along = _MOVES[fold]
    edges = _box(safe)
    return {"top": edges["top"] - along, "bottom": edges["bottom"] + along, "right": edges["right"] + across}


def _box(box: Box) -> dict[str, float]:
    return {side: float(getattr(box, side)) for side in ("left", "top", "right", "bottom")}


def _running_name(lines: Sequence[tree.AddressLine]) -> str | None:
    """The addressee for the head of later pages; left out when too long for it, never cut."""
    names = [line.text for kind in ("name", "latin") for line in lines if line.kind == kind]
    return next((name for name in names if len(name) <= _LONGEST_RUNNING_NAME), None)


def _letter_date(root: Any) -> str | None:
    """The letter's own date as it is printed in the identification."""
    found = root.find(".//*[@data-block='identification']//time")
    return None if found is None else tree.text_of(found)


def _joined(parts: Iterable[str | None], rtl: bool) -> str:
    return "  ·  ".join(f"\u2068{part}\u2069" if rtl else part for part in parts if part)


def _stub(nodes: list[Any]) -> dict[str, Any] | None:
    """The payment stub: its text, and its code to stand beside it."""
    if not nodes:
        return None
    codes: list[dict[str, Any]] = []
    rest = _without_codes(nodes, codes)
    return {"nodes": rest, "code": codes[0] if codes else None}


def _without_codes(nodes: list[Any], codes: list[dict[str, Any]]) -> list[Any]:
    kept: list[Any] = []
    for node in nodes:
        if isinstance(node, str):
            kept.append(node)
        elif node[0] in ("image", "figure") and node[1].get("qr"):
            codes.append(node[1])
            if node[2]:
                kept.append(["p", {}, node[2]])
        elif node[0] in ("p", "section"):
            inside = _without_codes(node[2], codes)
            if inside:
                kept.append([node[0], node[1], inside])
        else:
            kept.append(node)
    return kept
