"""Redlines of versions on record, and of folders that are not yet: the office's side of ``wording.redlines``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from docservice.finding import Finding
from docservice.office.means import languages, template_folders, translated, versions
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.office.review import sampling
from docservice.refusal import Refusal
from docservice.storage.models import AccountRow
from docservice.wording.bundle import Bundle, used_sentences
from docservice.wording.catalog.freezing import samples_of
from docservice.wording.catalog.renditions import CLAUSES
from docservice.wording.messages import Messages, completeness
from docservice.wording.redlines import Redline, redline

if TYPE_CHECKING:
    from docservice.rendering.redline.sheets import PagePair

# Each face has an engine of its own, which an office that issues letters does not load.
Version = int | Path
RedlineFace = Literal["html", "pdf", "docx"]


def between(means: Means, key: str, old: Version, new: Version, language: str = "en") -> Redline:
    """What changed from one version of a template to another, in ``language``.

    ``old`` and ``new`` are numbers of versions on record, or template folders, which are frozen with the clauses and
    translations of this installation. A version that is not offered in the language stands with what it has in it.
    Raises ``Refusal``: ``template.unknown``, ``template.invalid`` for a folder, ``redline.other_template`` when a
    folder is not of template ``key``, ``language.unknown`` when neither has anything in the language.
    """
    before, after = (_version(means, key, one) for one in (old, new))
    made = redline(
        before.bundle, after.bundle, language, old_name=before.name, new_name=after.name,
        old_told=_known_messages(means, before, language), new_told=_known_messages(means, after, language),
        languages=languages.wanted(means, after.bundle),
    )  # fmt: skip
    if after.record is None:
        return made
    return replace(made, author=_called(means, after.record.author), written_at=after.record.created_at)


def _called(means: Means, actor: str) -> str:
    """A person by the name that the account has; anything else that wrote a version (``cli:op``) as it is."""
    kind, _, login = actor.partition(":")
    if kind != "account":
        return actor
    with means.store.database.reading() as session:
        return session.scalar(select(AccountRow.name).where(AccountRow.login == login)) or login


def languages_of(means: Means, key: str, old: Version, new: Version) -> tuple[str, ...]:
    """The languages that one of two versions speaks, English first, the town's in its order."""
    before, after = (_version(means, key, one).bundle.languages for one in (old, new))
    of_town = (one.tag for one in means.current().languages)
    return tuple(dict.fromkeys(("en", *(tag for tag in of_town if tag in (*after, *before)), *after, *before)))


def translations_mark(means: Means, key: str, language: str) -> tuple[object, ...]:
    """What a redline in ``language`` depends on besides its two versions: it holds until this changes."""
    with means.store.database.reading() as session:
        marks = translated.marks(session, (key, CLAUSES), language)
        listed = versions.versions(session, key)
    return (*sorted(marks.items()), *(one.approved_at for one in listed))


def face(means: Means, made: Redline, kind: RedlineFace, *, author: str = "") -> bytes:
    """A redline as a web page, a PDF or a Word file.

    Word's tracked changes are those of who wrote the newer version, of when that was: they are filed, and whoever
    downloads them did not write them. ``author`` is for a draft that is not on record; its changes are of now.
    """
    when = made.written_at or means.clock()
    if kind == "html":
        from docservice.rendering.redline import web_page

        return web_page.page(made, means.current().look.colors).encode()
    if kind == "docx":
        from docservice.rendering.redline import tracked_changes

        return tracked_changes.to_docx(made, author=made.author or author or "docservice", at=when)
    from docservice.rendering.redline import printed as redline_print

    fonts = means.fonts.prepared()
    pack = means.current()
    look: dict[str, Any] = {"town": pack.identity.name, "colors": pack.look.colors}
    return redline_print.print_pdf(made, **look, on=means.today(), fonts=fonts).pdf


def embedded(made: Redline) -> str:
    """A redline as HTML for a page that has a frame already: for an element of class ``redline``."""
    from docservice.rendering.redline import web_page

    return web_page.body(made)


def stylesheet() -> str:
    """The style of what ``embedded`` gives."""
    from docservice.rendering.redline import web_page

    return web_page.STYLE


@dataclass(frozen=True, slots=True)
class Sheets:
    """A sample letter under both versions, page by page, and the page that shows the pairs."""

    title: str
    pairs: tuple[PagePair, ...]
    html: str = field(repr=False)
    pdf: bytes = field(repr=False)


def sheets(
    means: Means, key: str, old: Version, new: Version, sample: str | Mapping[str, Any] = "", language: str = "en"
) -> Sheets:
    """A sample letter rendered under both versions, its pages side by side with what differs outlined.

    ``sample`` names a sample of the versions (the usual one), or is a casefile with an ``_order``. A handout needs
    none. A version that is not offered in the language stands in English. Raises what ``between`` raises,
    ``redline.sample`` for a sample that is not there, and what rendering refuses.
    """
    from docservice.rendering.redline import sheet_page
    from docservice.rendering.redline import sheets as redline_sheets

    sides = [_version(means, key, one) for one in (old, new)]
    if all(language not in side.bundle.languages for side in sides):
        sides[1].bundle.messages(language)  # refuses
    chosen = _sample(sides, key, sample) if isinstance(sample, str) else sampling.read(sample)
    # What goes out under a version that does not offer the language is its English.
    spoken = [language if language in side.bundle.languages else "en" for side in sides]
    pdfs = [_pdf(means, side.bundle, chosen, tag) for side, tag in zip(sides, spoken, strict=True)]
    pairs = redline_sheets.compare(*pdfs)
    called = [f"{s.name} (in English)" if tag != language else s.name for s, tag in zip(sides, spoken, strict=True)]
    title = f"{sides[1].bundle.meta.title}: {called[0]} beside {called[1]}"
    names: dict[str, Any] = {"old_name": called[0], "new_name": called[1]}
    pack = means.current()
    page = sheet_page.page(title, pairs, colors=pack.look.colors, **names)
    look: dict[str, Any] = {"town": pack.identity.name, "colors": pack.look.colors}
    fonts = means.fonts.prepared()
    printed = sheet_page.print_pdf(title, pairs, on=means.today(), fonts=fonts, **look, **names)
    return Sheets(title, pairs, page, printed.pdf)


def _pdf(means: Means, bundle: Bundle, sample: sampling.Sample | None, language: str) -> bytes:
    if bundle.meta.face == "handout":
        return sampling.handout(means, bundle, language).content
    if sample is None:
        raise Refusal("redline.sample", f"{bundle.meta.title} has no sample to show it with.", kind="missing")
    return sampling.letter(means, bundle, sample, language).content


def _sample(sides: Sequence[_Side], key: str, name: str) -> sampling.Sample | None:
    """A sample by name, of the newer side that has any; without a name the usual one. A handout has none."""
    held = next((found for side in reversed(sides) if (found := side.samples)), None)
    if held is None:
        return None
    known = sorted(PurePosixPath(file).stem for file in held)
    chosen = name or ("usual" if "usual" in known else known[0])
    if chosen in known:
        return sampling.read(held[f"{chosen}.json"])
    message = f"there is no sample “{name}”; there is: {', '.join(known)}"
    raise Refusal(
        "redline.sample", f"{key}: {message}.", [Finding.error("redline.sample", message, name)], kind="missing"
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """A version to compare, and what the redline calls it; ``record`` and all ``listed`` of one that is on record."""

    bundle: Bundle
    name: str
    samples: Mapping[str, bytes] = field(default_factory=dict, repr=False)  # by file name
    record: VersionRecord | None = None
    listed: tuple[VersionRecord, ...] = ()


def _known_messages(means: Means, side: _Side, language: str) -> Messages | None:
    """What a language has for a version that is not offered in it."""
    if language in side.bundle.languages or language not in languages.wanted(means, side.bundle):
        return None
    if side.record is not None:
        return languages.known_messages(means, side.record, side.listed, language)
    return completeness(used_sentences(side.bundle.files), means.path, language, side.bundle.key).messages


def _version(means: Means, key: str, one: Version) -> _Side:
    if isinstance(one, int):
        with means.store.database.reading() as session:
            record, listed = versions.version(session, key, one), versions.versions(session, key)
        # With the translations that hold today.
        return _Side(
            languages.whole(means, record, listed), f"version {one}", sampling.held(means, record), record, listed
        )  # fmt: skip
    bundle = template_folders.frozen(means, one)
    if bundle.key != key:
        message = f"is the template {bundle.key}, not {key}"
        raise Refusal(
            "redline.other_template",
            f"{one.name} {message}.",
            [Finding.error("redline.other_template", message, one.name)],
        )
    samples = samples_of(one, means.path)
    return _Side(bundle, f"the draft in {one.name}" if one.name != key else "the draft", samples)
