"""Foreign files on their way into a packet: examined, recognized, redacted, tagged, made ready; each step once.

What is worked out lies on the shelf afterwards, so that the next packet with the same file only copies.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import pikepdf
from pikepdf import Array, Name

from docservice.finding import Finding
from docservice.pdf.foreign import intake, measure, recognize
from docservice.pdf.foreign.intake import Frame, Intake
from docservice.pdf.foreign.tagging import tagged
from docservice.pdf.redaction.asked import CONFIDENTIAL
from docservice.pdf.redaction.redact import Redacted, Redaction, covered, redacted_intake
from docservice.pdf.shelf import Held, Shelf, kept, key_of, opened, read, sha256_of
from docservice.pdf.splicing.part import Part
from docservice.pdf.splicing.prepare import PageLook, prepare
from docservice.pdf.splicing.tagtree import listed
from docservice.refusal import Refusal

Turns = Sequence[tuple[int, int]]  # page (from 1) and degrees clockwise
_MAY_PASS = ("intake.time", "intake.limits", "intake.recognition_failed")  # a second try may succeed
_SCAN_SHARE = 0.5  # of the page that its largest picture covers


@dataclass(frozen=True, slots=True)
class Veil:
    """What is taken out of a file: places, and words wherever they stand."""

    redactions: tuple[Redaction, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A foreign file as it goes into the packet: ``taken`` lacks its PDF, which ``held`` has; ``key``: on the shelf;
    ``sha256``: of the file as it came."""

    key: str
    sha256: str
    taken: Intake
    held: Held
    name: str

    @property
    def pages(self) -> int:
        return len(self.taken.pages)

    def whole(self) -> Intake:
        """The intake with its PDF."""
        return intake.unpack(read(self.held))


@dataclass(frozen=True, slots=True)
class Exhibits:
    """How files become parts in one packet."""

    shelf: Shelf
    frame: Frame

    def examined(self, file: Held, name: str, turns: Turns = ()) -> Exhibit:
        """A file examined, and no more; ``turns`` as those of :class:`Frame`."""
        sha256, frame = sha256_of(file), replace(self.frame, turns=tuple(turns))
        return self._kept(intake.key(sha256, frame), sha256, name, lambda: intake.examine(read(file), frame))

    def taken(
        self, file: Held, name: str, languages: Sequence[str], veil: Veil | None = None, turns: Turns = ()
    ) -> Exhibit:
        """A file examined, and recognized in ``languages`` (BCP 47) where it has no text; with a ``veil``, redacted."""
        found = self.examined(file, name, turns)
        if found.taken.verdict != "refused" and any(not page.searchable for page in found.taken.pages):
            bare = found
            found = self._kept(
                key_of("recognized", bare.key, list(languages), recognize.version()),
                bare.sha256,
                name,
                lambda: recognize.recognize(bare.whole(), languages=languages),
            )
        if veil is not None and found.taken.verdict != "refused":
            open_one = found
            found = self._kept(
                key_of("redacted", found.key, asdict(veil)),
                found.sha256,
                name,
                lambda: _redacted(open_one.whole(), veil, name),
            )
        return found

    def chosen(self, exhibit: Exhibit, pages: Sequence[int]) -> Exhibit:
        """Some pages of a file (from 1), in its own order; what was found on others is not told.

        Raises ``Refusal("packet.pages")`` for one that it does not have.
        """
        if exhibit.taken.verdict == "refused":
            return exhibit
        beyond = [page for page in pages if page > exhibit.pages]
        if beyond:
            message = f"{exhibit.name} has {exhibit.pages} pages; there is no page {beyond[0]}."
            raise Refusal("packet.pages", message, [Finding.error("packet.pages", message)])
        wanted = sorted(set(pages))
        key = key_of("chosen", exhibit.key, wanted)
        made = self._kept(key, exhibit.sha256, exhibit.name, lambda: _chosen(exhibit.whole(), wanted))
        told = [one for one in exhibit.taken.findings if one.page is None or one.page in wanted]
        if len(wanted) < exhibit.pages:
            message = f"{intake.spoken(wanted)} of the {exhibit.pages} pages of the file are here."
            told.append(Finding.warning("intake.pages", message))
        return replace(made, taken=replace(made.taken, findings=tuple(told)))

    def covered(
        self, file: Held, name: str, languages: Sequence[str], redactions: Sequence[Redaction], turns: Turns = ()
    ) -> tuple[str, ...]:
        """The lines of a file that lie under boxes."""
        found = self.taken(file, name, languages, turns=turns)
        if found.taken.verdict == "refused":
            return ()
        key = key_of("covered", found.key, [str(one) for one in redactions])
        return kept(
            self.shelf, key, lambda: json.dumps(covered(found.whole().pdf, redactions)).encode(),
            lambda held: tuple(json.loads(read(held))),
        )  # fmt: skip

    def _kept(self, key: str, sha256: str, name: str, make: Callable[[], Intake]) -> Exhibit:
        def described(held: Held) -> Exhibit:
            with opened(held) as stream:
                return Exhibit(key, sha256, intake.unpack_description(stream), held, name)

        found = kept(self.shelf, key, lambda: intake.pack(make()), described)
        if any(finding.code in _MAY_PASS for finding in found.taken.findings):
            self.shelf.forget(key)
        return found

    def part(self, exhibit: Exhibit, alts: Sequence[str], first: int = 0) -> Part:
        """The part of its pages from ``first`` (from 0) on, one for each of ``alts``, their alternative texts."""
        key = key_of("exhibit", exhibit.key, list(alts), first)
        return kept(self.shelf, key, lambda: _made(exhibit.whole(), alts, exhibit.name, first), Part)


def _redacted(taken: Intake, veil: Veil, name: str) -> Intake:
    found, done = redacted_intake(taken, veil.redactions, veil.terms)
    refuse_missed(done.findings, name)
    return replace(found, findings=(*found.findings, *done.findings, *redaction_notes(done)))


def redaction_notes(done: Redacted) -> list[Finding]:
    """For each page that was redacted that it was, and for what reasons: a reader has a right to know."""
    return [
        Finding.warning("redact.done", f"Parts of it are redacted ({', '.join(why) or CONFIDENTIAL}).", page=page)
        for page, why in sorted(done.why.items())
    ]


def refuse_missed(findings: Sequence[Finding], name: str) -> None:
    """A redaction that was asked for and found nothing must not pass."""
    problems = [
        replace(one, message=f"{name}: {one.message}", place=name) for one in findings if one.severity == "error"
    ]
    if problems:
        raise Refusal("packet.redaction", " ".join(problem.message for problem in problems), problems)


def _made(taken: Intake, alts: Sequence[str], name: str, first: int) -> bytes:
    if first or len(alts) < len(taken.pages):
        taken = _some(taken, first, len(alts))
    document = tagged(taken, alts, on_behalf_of=name)
    looks = [
        PageLook(info.searchable, info.kind == "picture", None if info.kind == "picture" else _scan_dpi(page))
        for page, info in zip(document.pages, taken.pages, strict=True)
    ]
    buffer = io.BytesIO()
    document.save(buffer, deterministic_id=True)
    document.close()
    return prepare(buffer.getvalue(), name, looks=looks)


def _lands(link: Any, kept: set[tuple[int, int]]) -> bool:
    """Whether a link leads to the web, or to one of these pages."""
    return Name.Dest not in link or link.Dest[0].objgen in kept


def _scan_dpi(page: pikepdf.Page) -> float | None:
    """The resolution of a page that is a picture of a page."""
    picture = measure.raster(page)
    return round(picture.dpi, 1) if picture is not None and picture.share >= _SCAN_SHARE else None


def _some(taken: Intake, first: int, count: int) -> Intake:
    """Some pages of an intake that follow each other, as an intake."""
    return _chosen(taken, range(first + 1, first + count + 1))


def _chosen(taken: Intake, numbers: Sequence[int]) -> Intake:
    """The pages of these numbers (from 1), as an intake."""
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        kept = {pdf.pages[number - 1].obj.objgen for number in numbers}
        for at in range(len(pdf.pages) - 1, -1, -1):
            if at + 1 not in numbers:
                del pdf.pages[at]
        for page in pdf.pages:
            page.obj.Annots = Array([link for link in listed(page.obj.get(Name.Annots)) if _lands(link, kept)])
        pdf.remove_unreferenced_resources()
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True)
    return replace(taken, pages=tuple(taken.pages[number - 1] for number in numbers), pdf=buffer.getvalue())
