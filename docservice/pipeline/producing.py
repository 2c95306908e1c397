"""The one pipeline: casefile → town → catalog → rendering → checks.

Preview, issue and reproduce all go through ``produce``; they differ only in the task they give and in what
they do with the product. ``produce`` is a function of its arguments: no database, no clock, so that it can run
in a rendering process and give the same bytes there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from docservice import casefile as casefiles
from docservice import checks
from docservice.casefile.facts import Casefile, Party
from docservice.finding import Finding
from docservice.pipeline.faces import Face
from docservice.pipeline.notices import Earlier as Earlier
from docservice.pipeline.notices import NoticeCopy
from docservice.pipeline.pinning import pinned_pack
from docservice.pipeline.product import Enclosure, Product
from docservice.recent import RecentShelf
from docservice.refusal import Refusal
from docservice.rendering import engines
from docservice.rendering.composing import facts as facts_room
from docservice.rendering.composing import sameness, semantic_text
from docservice.rendering.fonts import FontPlaces
from docservice.town import reckoning
from docservice.town.addressees import addressee
from docservice.town.envelopes import larger_envelope, sheets_of
from docservice.town.pack import DocumentType, Envelope, TownPack
from docservice.town.reckoning import Reckoning
from docservice.wording.bundle import Bundle

if TYPE_CHECKING:  # what typesets is loaded where something is typeset, in a rendering process
    from docservice.rendering.handouts.web_face import Around
    from docservice.rendering.letters.letter import Rendered


@dataclass(frozen=True, slots=True)
class Task:
    """What to make. ``bundle``, ``pack``, ``casefile`` and ``attachments`` are SHA-256 of parts given beside it.

    ``number`` None makes a draft: watermarked, with what is unresolved in red. ``engine`` is what a document on record
    pins (``rendering.engines``); None is today's. ``verify_url`` ends with the code that the public checks it by.
    ``copy`` is there where several get the notice, or it is printed again. ``mail_on`` is the day from which its dates
    count; None is ``on``.
    ``envelope`` is the profile that was ordered; None for the document's own, or a larger one where it needs that.
    ``mailing`` is the class of mail (``order.MailClass``), ``article`` the digits of the certified mail article number.
    ``enclosures`` are the forms that go with it: by key, the SHA-256 of the bundle.
    """

    bundle: str
    pack: str
    casefile: str
    recipient: str | None
    language: str
    on: date
    about: str | None
    number: str | None
    verify_url: str
    fonts: FontPlaces
    attachments: Mapping[str, str] = field(default_factory=dict)
    supersedes: Earlier | None = None
    reason: str | None = None
    original: Earlier | None = None
    served: Mapping[str, Any] | None = None
    engine: str | None = None
    copy: NoticeCopy | None = None
    mail_on: date | None = None
    mailing: str | None = None
    article: str | None = None
    enclosures: Mapping[str, str] = field(default_factory=dict)
    envelope: str | None = None

    @property
    def verify_code(self) -> str:
        return self.verify_url.rpartition("/")[2]


def produce(parts: Mapping[str, bytes], task: Task, face: Face, casefile: Casefile | None = None) -> Product:
    """Make one face of one document. Raises ``Refusal`` from whichever room says no.

    ``casefile`` is the task's, where the caller has read it already: it crosses to another process in a sixth of the
    time that it takes to read it again.
    """
    started = time.perf_counter()
    bundle, pack = pinned_bundle(task.bundle, parts), pinned_pack(task.pack, parts)
    if casefile is None:
        casefile = _casefiles.take(task.casefile, lambda: casefiles.load(parts[task.casefile], on_record=True))
    attachments = {name: parts[sha256] for name, sha256 in task.attachments.items()}
    fonts = task.fonts.prepared()
    kind = pack.document_types[bundle.meta.document_type]
    recipient = party(casefile, task.recipient, kind)
    reckoned = reckoning.reckon(
        pack,
        casefile,
        bundle.meta.document_type,
        on=task.on,
        recipient=task.recipient or "",
        about=task.about,
        served_on=task.mail_on,
        language=task.language,
    )
    facts_of = partial(
        facts_room.assemble,
        casefile,
        pack,
        reckoning=reckoned,
        recipient=recipient,
        on=task.on,
        number=task.number,
        language=task.language,
        about=task.about,
        verify_url=task.verify_url,
        supersedes=task.supersedes,
        reason=task.reason,
        served=task.served,
        original=task.original,
        copy=task.copy,
        mailing=task.mailing,
        article=task.article,
        attached=frozenset(task.attachments),
    )
    draft = task.number is None
    engine = engines.engine("typst", task.engine)
    composed = partial(semantic_text.compose, own_joints=engines.takes(engine, "joints 1"))
    forms = {key: pinned_bundle(sha256, parts) for key, sha256 in task.enclosures.items()}
    enclosed = {
        key: composed(form, facts_of(meta=form.meta, enclosed=True), task.language, draft=draft)
        for key, form in forms.items()
    }
    facts = facts_of(meta=bundle.meta, enclosures=tuple(one.title for one in enclosed.values()))
    look = pack.appearance if engines.takes(engine, "look 1") else None
    composition = composed(bundle, facts, task.language, draft=draft)
    profile = task.envelope or bundle.meta.envelope or kind.envelope
    rendered: Rendered | None = None
    enclosures: tuple[Enclosure, ...] = ()
    findings: tuple[Finding, ...] = ()
    # What is on record was typeset and checked when it was issued; its other faces need neither again.
    if face == "pdf" or draft:
        from docservice.rendering.letters import letter

        typeset = partial(
            letter.typeset,
            bundle,
            composition,
            town=pack.identity,
            attachments=attachments,
            issued_on=task.on,
            draft=draft,
            fonts=fonts,
            number=task.number,
            pinned=task.engine,
            look=look,
        )
        rendered = typeset(envelope=_envelope(pack, profile))
        for key, form in forms.items():
            printed = letter.typeset(
                form, enclosed[key], town=pack.identity, envelope=_envelope(pack, form.meta.envelope or kind.envelope),
                attachments={}, issued_on=task.on, draft=draft, fonts=fonts, number=task.number, pinned=task.engine,
                look=look,
            )  # fmt: skip
            # The dates and the facts are the letter's, and held to the rules there.
            findings += checks.run(
                casefile=casefile, pack=pack, bundle=form, reckoning=None, composition=enclosed[key], rendered=printed,
                draft=draft,
            )  # fmt: skip
            enclosures += (Enclosure(key, enclosed[key].title, printed.pages, form.sha256, printed.pdf),)
        sheets = sheets_of(rendered.pages) + sum(sheets_of(one.pages) for one in enclosures)
        if task.envelope is not None:
            _refuse_thick(pack.envelopes[profile], sheets)
        larger = larger_envelope(pack.envelopes[profile], sheets)
        if larger is not None:  # its window is elsewhere
            profile, rendered = larger, typeset(envelope=_envelope(pack, larger))
        findings += checks.run(
            casefile=casefile,
            pack=pack,
            bundle=bundle,
            reckoning=reckoned,
            composition=composition,
            rendered=rendered,
            draft=draft,
            attachments=attachments,
        )
    content = rendered.pdf if rendered else b""
    # Each of the other faces has an engine of its own (python-docx, WeasyPrint), which letters on paper do not load.
    if face == "docx" and bundle.written_in_word:
        from docservice.rendering.docx import own_file

        content = own_file.to_docx(
            bundle, facts, composition, attachments=attachments, issued_on=task.on, draft=draft
        )  # fmt: skip
    elif face == "docx":
        from docservice.rendering.docx import letterhead

        content = letterhead.to_docx(
            bundle,
            composition,
            town=pack.identity,
            attachments=attachments,
            issued_on=task.on,
            number=task.number,
            draft=draft,
            look=look,
        )
    elif face == "html":
        from docservice.rendering import web

        content = web.page(
            bundle, composition, town=pack.identity, attachments=attachments, look=look
        ).encode()  # fmt: skip
    name = recipient.name.text if recipient else ""
    elapsed = (time.perf_counter() - started) * 1000
    return Product(
        content,
        composition.html,
        composition.title,
        name,
        rendered.pages if rendered else None,
        findings,
        rendered.engine if rendered else "",
        fonts.identity,
        elapsed,
        () if draft else set_by(reckoned),
        window=rendered.window if rendered else (),
        envelope=profile if rendered else None,
        enclosures=enclosures,
        body_sha256=None if draft else sameness.digest(body(composition.root, pack, kind, task)),
    )


def body(text: Any, pack: TownPack, kind: DocumentType, task: Task, *, days: bool = False) -> list[tuple[str, str]]:
    """What all copies of a letter must say alike, piece by piece with its place; ``text`` is HTML or its root.

    The letter's own day is left out of it, unless ``days``.
    """
    bound = {key for key in kind.statements if (one := pack.statements[key]).audience or one.trigger in _TO_SOME}
    return sameness.said(text, None if days else task.on, bound)


_TO_SOME = ("tenant_recipient", "lienholder_recipient")


def _refuse_thick(ordered: Envelope, sheets: int) -> None:
    """Who orders an envelope gets that one, or is told: another may lie ready for what goes with the letter."""
    if ordered.max_sheets is not None and sheets > ordered.max_sheets:
        message = f"{ordered.title} takes {ordered.max_sheets} sheets; this document has {sheets}. Order a larger one."
        raise Refusal("order.envelope", message, [Finding.error("order.envelope", message, "/envelope")])


def _envelope(pack: TownPack, profile: str) -> Envelope:
    if profile not in pack.envelopes:
        raise Refusal("template.envelope", f"The town's rules ({pack.version}) have no envelope {profile}.")
    return pack.envelopes[profile]


def set_by(reckoned: Reckoning) -> tuple[dict[str, Any], ...]:
    """The dates that a letter sets, as JSON values: name, title, date, how it was counted, and the rule's source."""
    return tuple(
        {"name": name, "title": one.title, "date": one.date.isoformat(), "explained": one.explain(),
         "source": one.citation}
        for name, one in reckoned.deadlines.items()
    )  # fmt: skip


def party(casefile: Casefile, party_id: str | None, kind: DocumentType | None = None) -> Party | None:
    """Who has this id, of those to whom a document of the type may go. Raises ``Refusal("recipient.unknown")``."""
    if party_id is None:
        return None
    found = addressee(casefile, kind, party_id)
    if found is not None:
        return found
    problem = Finding.error("recipient.unknown", f"the casefile has no party “{party_id}”", "/recipient")
    raise Refusal("recipient.unknown", f"The casefile has no party “{party_id}”.", [problem])


@dataclass(frozen=True, slots=True)
class HandoutTask:
    """A handout in one language; ``url`` is the public address of its page, ``engine`` as in ``Task``.

    ``languages``: those it is offered in, to which its page links.
    """

    bundle: str
    pack: str
    language: str
    url: str
    revised_on: date
    fonts: FontPlaces
    engine: str | None = None
    languages: tuple[str, ...] = ()


def produce_handout(parts: Mapping[str, bytes], task: HandoutTask, face: Face) -> Product:
    """Make one face of a handout."""
    from docservice.rendering.handouts import handout

    started = time.perf_counter()
    bundle, pack = pinned_bundle(task.bundle, parts), pinned_pack(task.pack, parts)
    fonts = task.fonts.prepared()
    facts = handout.facts(bundle, pack, task.language, url=task.url)
    road = engines.engine("weasyprint", task.engine)
    colors = pack.look.colors if engines.takes(road, "look 1") else None
    joints = engines.takes(road, "joints 1")
    around = _around(task, pack) if face == "html" else None
    page = handout.page(bundle, facts, task.language, colors=colors, around=around, own_joints=joints)
    composition = semantic_text.compose(bundle, facts, task.language, own_joints=joints)
    content, pages, engine = page.encode(), None, ""
    if face == "pdf":
        rendered = handout.print_pdf(
            bundle,
            page,
            language=task.language,
            title=composition.title,
            fonts=fonts,
            revised_on=task.revised_on,
            colors=colors,
            pinned=task.engine,
        )
        content, pages, engine = rendered.pdf, rendered.pages, rendered.engine
    elif face == "docx":
        raise Refusal(
            "handout.no_word", "A handout is a web page and a PDF; there is no Word file of it.", kind="missing"
        )
    elapsed = (time.perf_counter() - started) * 1000
    return Product(content, composition.html, composition.title, "", pages, (), engine, fonts.identity, elapsed)


def _around(task: HandoutTask, pack: TownPack) -> Around:
    from docservice.rendering.handouts.web_face import Around

    every = task.url.rpartition("/")[0]
    asked = "" if task.language == "en" else f"?language={task.language}"
    known = [(tag, pack.language(tag)) for tag in task.languages]
    others = tuple((tag, one.own_name, f"{every}/{tag}") for tag, one in known if one is not None)
    return Around(f"{every.rpartition('/')[0]}/{asked}", f"{task.url}.pdf", others)


# A process keeps what it has read, by its SHA-256: the parts never change.
_bundles: RecentShelf[Bundle] = RecentShelf(64)
_casefiles: RecentShelf[Casefile] = RecentShelf(8)


def pinned_bundle(sha256: str, parts: Mapping[str, bytes]) -> Bundle:
    """The bundle among the parts that has this SHA-256."""
    return _bundles.take(sha256, lambda: Bundle.from_bytes(parts[sha256]))


def warm(parts: Mapping[str, bytes], bundles: Sequence[str], task: Task | None) -> None:
    """Read, compile and load what letters from ``bundles`` need, and make one: the first that is asked for is quick."""
    for sha256 in bundles:
        semantic_text.prepare(pinned_bundle(sha256, parts))
    if task is not None:
        produce(parts, task, "pdf")
