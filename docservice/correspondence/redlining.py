"""Redlines of versions on record, and of folders that are not yet: the office's side of ``catalog.redlines``."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from docservice import casefile as casefiles
from docservice.catalog import translated, versions
from docservice.catalog.bundle import Bundle, used_sentences
from docservice.catalog.messages import Messages, completeness
from docservice.catalog.redlines import Redline, redline
from docservice.catalog.renditions import CLAUSES
from docservice.catalog.versions import VersionRecord
from docservice.correspondence import freezing, languages, pinning, templates
from docservice.correspondence.production import HandoutTask, Task, prepared_fonts, produce_handout
from docservice.correspondence.shop import Shop, recipients_of
from docservice.refusal import Problem, Refusal

if TYPE_CHECKING:
    from docservice.rendering.redline_sheets import PagePair

# Each face has an engine of its own, which an office that issues letters does not load.
Version = int | Path
RedlineFace = Literal["html", "pdf", "docx"]
REDLINE_FACES: tuple[RedlineFace, ...] = get_args(RedlineFace)


def between(shop: Shop, key: str, old: Version, new: Version, language: str = "en") -> Redline:
    """What changed from one version of a template to another, in ``language``.

    ``old`` and ``new`` are numbers of versions on record, or template folders, which are frozen with the clauses and
    translations of this installation. A version that is not offered in the language stands with what it has in it.
    Raises ``Refusal``: ``template.unknown``, ``template.invalid`` for a folder, ``redline.other_template`` when a
    folder is not of template ``key``, ``language.unknown`` when neither has anything in the language.
    """
    before, after = (_version(shop, key, one) for one in (old, new))
    return redline(
        before.bundle, after.bundle, language, old_name=before.name, new_name=after.name,
        old_told=_told(shop, before, language), new_told=_told(shop, after, language),
    )  # fmt: skip


def languages_of(shop: Shop, key: str, old: Version, new: Version) -> tuple[str, ...]:
    """The languages that one of two versions is offered in: those of the new one, then what only the old one has."""
    before, after = (_version(shop, key, one).bundle.languages for one in (old, new))
    return tuple(dict.fromkeys((*after, *before)))


def translations_mark(shop: Shop, key: str, language: str) -> tuple[object, ...]:
    """What a redline in ``language`` depends on besides its two versions: it holds until this changes."""
    with shop.store.database.reading() as session:
        marks = translated.marks(session, (key, CLAUSES), language)
        listed = versions.versions(session, key)
    return (*sorted(marks.items()), *(one.approved_at for one in listed))


def face(shop: Shop, made: Redline, kind: RedlineFace, *, author: str, at: datetime | None = None) -> bytes:
    """A redline as a web page, a PDF or a Word file. ``author`` and ``at`` (now) stand on Word's tracked changes."""
    when = at or shop.clock()
    if kind == "html":
        from docservice.rendering import redline_page

        return redline_page.page(made).encode()
    if kind == "docx":
        from docservice.rendering import redline_word

        return redline_word.to_docx(made, author=author, at=when)
    from docservice.rendering import redline_print

    settings = shop.settings
    fonts = prepared_fonts(settings.fonts_home, settings.fonts)
    town = shop.editions[-1].pack.identity.name
    return redline_print.print_pdf(made, town=town, on=when.date(), fonts=fonts).pdf


def embedded(made: Redline) -> str:
    """A redline as HTML for a page that has a frame already: for an element of class ``redline``."""
    from docservice.rendering import redline_page

    return redline_page.body(made)


def stylesheet() -> str:
    """The style of what ``embedded`` gives."""
    from docservice.rendering import redline_page

    return redline_page.STYLE


@dataclass(frozen=True, slots=True)
class Sheets:
    """A sample letter under both versions, page by page, and the page that shows the pairs."""

    title: str
    pairs: tuple[PagePair, ...]
    html: str = field(repr=False)
    pdf: bytes = field(repr=False)


def sheets(
    shop: Shop, key: str, old: Version, new: Version, sample: str | Mapping[str, Any] = "usual", language: str = "en"
) -> Sheets:
    """A sample letter rendered under both versions, its pages side by side with what differs outlined.

    ``sample`` names one of the template's samples (``usual``), or is a casefile with an ``_order``. A handout needs
    none. A version that is not offered in the language stands in English. Raises what ``between`` raises,
    ``redline.sample`` for a sample that is not there, and what rendering refuses.
    """
    from docservice.rendering import redline_sheet_page, redline_sheets

    sides = [_version(shop, key, one) for one in (old, new)]
    if all(language not in side.bundle.languages for side in sides):
        sides[1].bundle.messages(language)  # refuses
    facts = _sample(shop, key, sample, (old, new)) if isinstance(sample, str) else dict(sample)
    # What goes out under a version that does not offer the language is its English.
    spoken = [language if language in side.bundle.languages else "en" for side in sides]
    pdfs = [rendered(shop, side.bundle, facts, tag) for side, tag in zip(sides, spoken, strict=True)]
    pairs = redline_sheets.compare(*pdfs)
    called = [f"{s.name} (in English)" if tag != language else s.name for s, tag in zip(sides, spoken, strict=True)]
    title = f"{sides[1].bundle.meta.title}: {called[0]} beside {called[1]}"
    names = {"old_name": called[0], "new_name": called[1]}
    page = redline_sheet_page.page(title, pairs, **names)
    town, on = shop.editions[-1].pack.identity.name, shop.today()
    fonts = prepared_fonts(shop.settings.fonts_home, shop.settings.fonts)
    printed = redline_sheet_page.print_pdf(title, pairs, town=town, on=on, fonts=fonts, **names)
    return Sheets(title, pairs, page, printed.pdf)


def _sample(shop: Shop, key: str, name: str, sides: tuple[Version, Version]) -> dict[str, Any]:
    """A sample by name, of the folders compared, else of the installation's template. A handout has none."""
    homes = [one for one in reversed(sides) if isinstance(one, Path)]
    homes += [folder for folder in templates.folders(shop.settings.templates) if folder.name == key]
    known = sorted({path.stem for home in homes for path in (home / "samples").glob("*.json")})
    if name in known:
        path = next(path for home in homes if (path := home / "samples" / f"{name}.json").is_file())
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    if not known:
        return {}
    message = f"there is no sample “{name}”; there is: {', '.join(known)}"
    raise Refusal("redline.sample", f"{key}: {message}.", [Problem("redline.sample", message, name)], kind="missing")


def rendered(shop: Shop, bundle: Bundle, sample: Mapping[str, Any], language: str) -> bytes:
    """The letter of a sample as PDF, numbered SAMPLE: without the mark of a draft, which would lie under the words."""
    facts = dict(sample)
    order = facts.pop("_order", {})
    on = date.fromisoformat(order["on"]) if order.get("on") else shop.today()
    edition = pinning.edition_in_force(shop.editions, on)
    parts = {bundle.sha256: bundle.to_bytes(), edition.sha256: edition.data}
    fonts: dict[str, Any] = {"fonts_home": shop.settings.fonts_home, "fonts_search": shop.settings.fonts}
    bundle.messages(language)  # refuses a language that is not offered
    if bundle.meta.face == "handout":
        address = f"{edition.pack.identity.website.rstrip('/')}/handouts/{bundle.key}/{language}"
        sheet = HandoutTask(bundle.sha256, edition.sha256, language, address, on, **fonts)
        if shop.pool is not None:
            return shop.pool.call(produce_handout, parts, sheet, "pdf").content
        return produce_handout(parts, sheet, "pdf").content
    casefile = casefiles.load(facts)
    snapshot = casefiles.canonical(facts)
    pictures = {name: _placeholder() for name in _photographs(facts)}
    attachments = {name: hashlib.sha256(data).hexdigest() for name, data in pictures.items()}
    identity = hashlib.sha256(snapshot).hexdigest()
    parts |= {identity: snapshot, **{attachments[name]: data for name, data in pictures.items()}}
    task = Task(
        bundle=bundle.sha256,
        pack=edition.sha256,
        casefile=identity,
        recipient=order.get("recipient") or next(iter(recipients_of(casefile, bundle)), None),
        language=language,
        on=on,
        about=order.get("about"),
        number="SAMPLE",
        verify_url=shop.verify_url(edition, "SAMPLE"),
        attachments=attachments,
        **fonts,
    )
    return shop.produce(parts, task, "pdf").content


def _photographs(value: Any) -> Iterator[str]:
    """The names of the pictures that a casefile speaks of."""
    if isinstance(value, Mapping):
        for photo in value.get("photos") or ():
            if isinstance(photo, Mapping) and isinstance(photo.get("file"), str):
                yield photo["file"]
        for inner in value.values():
            yield from _photographs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _photographs(inner)


@lru_cache(maxsize=1)
def _placeholder() -> bytes:
    """A gray picture: a sample speaks of photographs that nobody took."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (1200, 900), (205, 203, 196)).save(buffer, "PNG")
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class _Side:
    """A version to compare, and what the redline calls it; ``record`` and all ``listed`` of one that is on record."""

    bundle: Bundle
    name: str
    record: VersionRecord | None = None
    listed: tuple[VersionRecord, ...] = ()


def _told(shop: Shop, side: _Side, language: str) -> Messages | None:
    """What a language has for a version that is not offered in it."""
    if language in side.bundle.languages or language not in side.bundle.meta.languages:
        return None
    if side.record is not None:
        return languages.told(shop, side.record, side.listed, language)
    return completeness(used_sentences(side.bundle.files), shop.settings.locales, language, side.bundle.key).messages


def _version(shop: Shop, key: str, one: Version) -> _Side:
    if isinstance(one, int):
        with shop.store.database.reading() as session:
            record, listed = versions.version(session, key, one), versions.versions(session, key)
        # With the translations that hold today.
        return _Side(languages.whole(shop, record, listed), f"version {one}", record, listed)
    bundle = freezing.frozen(shop, one)
    if bundle.key != key:
        message = f"is the template {bundle.key}, not {key}"
        raise Refusal(
            "redline.other_template", f"{one.name} {message}.", [Problem("redline.other_template", message, one.name)]
        )
    return _Side(bundle, f"the draft in {one.name}" if one.name != key else "the draft")
