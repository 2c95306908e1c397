"""Redactions burned in: the words are gone from the file, not covered.

A page with a hit becomes a picture in which the bars are black pixels, under an invisible layer of the text that is
left; a screen reader hears "[redacted]" where words were. Other pages stay as they are. Run it in a process of its own
where the file is not one of ours.

What this does not do: read words inside pictures (a finding names their pages), or keep the headings, tables and lists
of a page that became a picture.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped,unused-ignore]
from pikepdf import Array, Name

from docservice.finding import Finding
from docservice.pdf.foreign import boxes, cleanliness, glyphs
from docservice.pdf.foreign.glyphs import Rectangle
from docservice.pdf.foreign.intake import Intake, PageInfo, spoken
from docservice.pdf.foreign.textlayer import TextLayer
from docservice.pdf.redaction import blackout, drawn, scrub, spotting
from docservice.pdf.redaction.asked import Redaction, RedactionsAsked
from docservice.pdf.redaction.pruning import ObjectId, PageAsPicture, prune
from docservice.pdf.redaction.spotting import Spotted
from docservice.pdf.redaction.wanted import WantedTerms
from docservice.pdf.sealing.field import enroll
from docservice.refusal import Refusal

__all__ = ["Redacted", "Redaction", "covered", "redact", "redacted_intake"]

_LEAST_UNDER = 5  # letters of what lay under a box, to be looked for elsewhere
_PICTURE_SHARE = 0.1  # of a page; a smaller picture is an emblem
_BROKEN = (pikepdf.PdfError, pdfium.PdfiumError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Redacted:
    """The file without what was to go. Publish it only when no finding is an error.

    ``replaced``: the pages (from 1) that became pictures, ``why``: the reasons on each of them; ``by_page``,
    ``by_reason``: how many places were blackened; ``elsewhere``: in how many titles, alternative texts, addresses and
    the like words were replaced.
    """

    pdf: bytes = field(repr=False)
    replaced: tuple[int, ...]
    why: Mapping[int, tuple[str, ...]]
    by_page: Mapping[int, int]
    by_reason: Mapping[str, int]
    elsewhere: int
    findings: tuple[Finding, ...]


def redact(pdf: bytes, redactions: Sequence[Redaction] = (), terms: Sequence[str] = ()) -> Redacted:
    """Burn ``redactions`` into a PDF, and every place where one of ``terms`` stands.

    Takes an issued document, or the pages of an intake before or after they are tagged. Raises ``Refusal`` when the
    file cannot be read, and when something is left of what was to go.
    """
    try:
        source = pikepdf.open(io.BytesIO(pdf))
        if source.is_encrypted:
            raise Refusal("redact.unusable", "A file with a password cannot be redacted.")
        if any(entry.get(Name.FT) != Name.Sig for entry in _fields(source)):
            raise Refusal("redact.unusable", "A form cannot be redacted; take it in as an exhibit first.")
        with source, _Work(source, pdf, redactions, terms) as work:
            return work.run()
    except _BROKEN as error:
        raise Refusal("redact.unusable", f"The file cannot be redacted; it may be damaged ({error}).") from error


def redacted_intake(
    intake: Intake, redactions: Sequence[Redaction] = (), terms: Sequence[str] = ()
) -> tuple[Intake, Redacted]:
    """``redact`` for a file that was taken in: the intake as it is then, its pages described anew."""
    done = redact(intake.pdf, redactions, terms)
    pages = tuple(
        PageInfo(page.width, page.height, "raster", text_layer=True, searchable=True) if n in done.replaced else page
        for n, page in enumerate(intake.pages, 1)
    )
    return replace(intake, pages=pages, pdf=done.pdf), done


def covered(pdf: bytes, redactions: Sequence[Redaction]) -> tuple[str, ...]:
    """The lines of text that lie under the boxes of ``redactions``; nothing for a file that cannot be redacted."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as source, _Work(source, pdf, redactions, ()) as work:
            return tuple(dict.fromkeys(work.covered()))
    except _BROKEN:
        return ()


class _Work:
    """One file while it is redacted."""

    def __init__(self, source: pikepdf.Pdf, data: bytes, redactions: Sequence[Redaction], terms: Sequence[str]) -> None:
        self.source, self.data = source, data
        self.asked = RedactionsAsked(redactions, terms)
        self.wanted = self.asked.wanted
        self.findings = self.asked.findings
        self.why: dict[int, tuple[str, ...]] = {}
        self.by_page: Counter[int] = Counter()
        self.by_reason: Counter[str] = Counter()
        self.pages: dict[int, Spotted] = {}
        self.left: dict[int, list[str]] = {}  # the characters of each page that stay
        self.under: dict[str, int] = {}  # words under boxes, and the page of the box
        self._bare: Any = None

    def __enter__(self) -> _Work:
        with pikepdf.open(io.BytesIO(self.data)) as shown:
            if any(Name.AP in annotation for page in shown.pages for annotation in page.obj.get(Name.Annots, ())):
                shown.flatten_annotations("screen")  # so that what they say is read, and what they draw is seen
            for page in shown.pages:
                boxes.normalize(page)
            self.shown = io.BytesIO()
            shown.save(self.shown)
            self.sizes = [boxes.upright_size(page) for page in shown.pages]
            self.uprights = [boxes.upright_matrix(page) for page in shown.pages]
        self.drawing = pdfium.PdfDocument(self.shown.getvalue())
        return self

    def __exit__(self, *_: object) -> None:
        self.drawing.close()
        if self._bare is not None:
            self._bare.close()

    def run(self) -> Redacted:
        count = len(self.source.pages)
        boxed = self.asked.boxes(self.sizes)
        for number in range(1, count + 1):
            self._look(number, boxed.get(number, []))
        pdf = self.source
        drawn.own_resources(pdf)
        dropped = self._annotations()
        layer = TextLayer(pdf)
        replacements: dict[ObjectId, PageAsPicture] = {}
        for number, spotted in self.pages.items():
            page = pdf.pages[number - 1]
            replacements[page.obj.objgen] = self._blacken(page, number, spotted, layer)
        if replacements:
            layer.finish()
            drawn.trim(pdf)
        if Name.StructTreeRoot in pdf.Root and (replacements or dropped):
            prune(pdf, replacements, dropped)
        if replacements or dropped:
            self._seals()
        self._attachments()
        unseen = WantedTerms([*self.asked.everywhere(), *self.under])
        elsewhere = scrub.scrub(pdf, unseen)
        self._warn()
        if replacements or dropped or elsewhere or any(f.code == "redact.attachment" for f in self.findings):
            buffer = io.BytesIO()
            pdf.save(buffer, deterministic_id=True, compress_streams=True,
                     object_stream_mode=pikepdf.ObjectStreamMode.generate)  # fmt: skip
            self.data = buffer.getvalue()
        self._verify()
        return Redacted(
            self.data, tuple(self.pages), self.why, dict(sorted(self.by_page.items())),
            dict(sorted(self.by_reason.items())), elsewhere, tuple(self.findings),
        )  # fmt: skip

    def covered(self) -> Iterator[str]:
        """The lines that lie under boxes."""
        for number, boxed in self.asked.boxes(self.sizes).items():
            sheet = self.drawing[number - 1]
            try:
                said = glyphs.read(sheet, self.uprights[number - 1])
            finally:
                sheet.close()
            for which, box in boxed:
                yield from Spotted(said).hide(box, which).splitlines()

    # --- one page ---

    def _look(self, number: int, boxed: list[tuple[int, Rectangle]]) -> None:
        sheet = self.drawing[number - 1]
        upright = self.uprights[number - 1]
        try:
            said = glyphs.read(sheet, upright)
            bare = self._drawn(number) if any(glyph.stated for glyph in said) else said
            ink: list[tuple[str, Rectangle]] = []

            def tight() -> list[tuple[str, Rectangle]]:
                if not ink:
                    ink.extend(spotting.ink(sheet, upright))
                return ink

            spotted = spotting.spot(said, bare, tight, self.wanted, self.asked.on(number))
            self._judge(number, sheet, said)
        finally:
            sheet.close()
        for hit in spotted.hits:
            for which in hit.asked:
                self.asked.met(which)
            self.by_reason[self.asked.reason(min(hit.asked))] += 1
        for which, box in boxed:
            words = spotted.hide(box, which)
            self.by_reason[self.asked.redactions[which].reason] += 1
            for line in words.splitlines():
                if sum(char.isalnum() for char in line) >= _LEAST_UNDER:
                    self.under.setdefault(line, number)
        self.left[number] = ["\n" if place in spotted.gone else glyph.char for place, glyph in enumerate(said)]
        unseen = self._unseen(number)
        if spotted.hits or unseen:
            self.by_page[number] = len(spotted.hits) + unseen
            self.pages[number] = spotted

    def _unseen(self, number: int) -> int:
        """How often a page says something wanted that it does not draw."""
        page = self.source.pages[number - 1]
        asked = self.asked.on(number)
        found = [match.which for text in scrub.spoken_in(page) for match in self.wanted.find(text)]
        found = [which for which in found if asked(which)]
        for which in found:
            self.asked.met(which)
        if found:
            self.by_reason[self.asked.reason(found[0])] += 1
        return int(bool(found))

    def _drawn(self, number: int) -> list[glyphs.PageGlyph]:
        """The glyphs of a page as they are drawn, whatever an ActualText says they are."""
        if self._bare is None:
            with pikepdf.open(io.BytesIO(self.shown.getvalue())) as pdf:
                for page in pdf.pages:
                    cleanliness.strip_marks(pdf, page)
                buffer = io.BytesIO()
                pdf.save(buffer)
            self._bare = pdfium.PdfDocument(buffer.getvalue())
        sheet = self._bare[number - 1]
        try:
            return glyphs.read(sheet, self.uprights[number - 1])
        finally:
            sheet.close()

    def _judge(self, number: int, sheet: Any, said: Sequence[glyphs.PageGlyph]) -> None:
        """Say where words may stand that cannot be found."""
        width, height = self.sizes[number - 1]
        pictures = list(sheet.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=8))
        area = 0.0
        for item in pictures:
            left, bottom, right, top = item.get_bounds()
            area = max(area, abs(right - left) * abs(top - bottom) / (width * height))
        speaks = any(glyph.char.strip() for glyph in said)
        if pictures and not speaks:
            note = "It shows pictures and has no text: words in them cannot be found. Look at it, and give boxes."
            self.findings.append(Finding.warning("redact.picture_only", note, page=number))
        elif area > _PICTURE_SHARE and not any(glyph.invisible for glyph in said):
            note = "It shows a picture: words in it cannot be found. Look at it, and give boxes."
            self.findings.append(Finding.warning("redact.picture", note, page=number))
        if any(b"Tj" in drawn.content_of(item) for item in drawn.patterns_of(self.source.pages[number - 1].obj)):
            note = "It has text in a pattern, which cannot be searched; look at it, and give boxes."
            self.findings.append(Finding.warning("redact.unreadable", note, page=number))
        if unknown := spotting.without_meaning(sheet):
            note = (
                f"It has text whose font does not say what it means ({unknown} characters); look at it, and give boxes."
            )
            self.findings.append(Finding.warning("redact.unreadable", note, page=number))

    def _blacken(self, page: pikepdf.Page, number: int, spotted: Spotted, layer: TextLayer) -> PageAsPicture:
        size, upright = self.sizes[number - 1], self.uprights[number - 1]
        boxes.normalize(page)
        sheet = self.drawing[number - 1]
        try:
            picture = blackout.picture_of(sheet, size)
        finally:
            sheet.close()
        for hit in spotted.hits:
            if any(blackout.is_blank(picture, size, bar) for bar in hit.bars):
                self.findings.append(
                    Finding.warning(
                        "redact.blank", "A bar covers nothing but blank paper; look at where it lies.", page=number
                    )
                )
        blackout.blacken(picture, size, [bar for hit in spotted.hits for bar in hit.bars])
        if any(hit.estimated for hit in spotted.hits):
            note = "It is a scan: whole lines may be black, since its text does not say exactly where words stand."
            self.findings.append(Finding.warning("redact.scan", note, page=number))
        text = blackout.replace(self.source, page, picture, size, upright, layer, spotted.layer())
        reasons = sorted({self._reason_of(which, hit) for hit in spotted.hits for which in hit.asked})
        self.why[number] = tuple(reasons)
        alt = f"Page {number} with redactions" + (f": {', '.join(reasons)}." if reasons else ".")
        return PageAsPicture(page.obj, alt, blackout.bounds(page), text)

    def _reason_of(self, which: int, hit: spotting.Hit) -> str:
        return self.asked.redactions[which].reason if hit.boxed else self.asked.reason(which)

    # --- the rest of the file ---

    def _annotations(self) -> set[ObjectId]:
        """Take off the annotations that say or show what must go; their object ids."""
        wanted = WantedTerms(self.asked.everywhere())
        dropped: set[ObjectId] = set()
        for number, page in enumerate(self.source.pages, 1):
            if Name.Annots not in page.obj:
                continue
            bars = [bar for hit in self.pages[number].hits for bar in hit.bars] if number in self.pages else []
            kept = []
            for annotation in page.obj.Annots:
                goes = number in self.pages and (
                    annotation.get(Name.Subtype) != Name.Link
                    or Name.AP in annotation
                    or self._under(annotation, number, bars)
                    or scrub.tells(annotation, self.wanted)
                )
                if goes or (Name.A in annotation and scrub.tells(annotation.A, wanted)):
                    dropped.add(annotation.objgen)
                else:
                    kept.append(annotation)
            if len(kept) < len(page.obj.Annots):
                page.obj.Annots = Array(kept)
        return dropped

    def _under(self, annotation: Any, number: int, bars: Sequence[Any]) -> bool:
        a, b, c, d, e, f = self.uprights[number - 1]
        x0, y0, x1, y1 = (float(value) for value in annotation.Rect)
        xs = sorted((a * x0 + c * y0 + e, a * x1 + c * y1 + e))
        ys = sorted((b * x0 + d * y0 + f, b * x1 + d * y1 + f))
        return any(xs[0] < bar.right and xs[1] > bar.left and ys[0] < bar.top and ys[1] > bar.bottom for bar in bars)

    def _seals(self) -> None:
        """A seal holds no longer: its field stays, empty, unless its page became a picture."""
        for entry in _fields(self.source):
            if Name.V in entry:
                del entry.V
                self.findings.append(
                    Finding.warning("redact.seal", "It was sealed; the seal holds no longer and was taken off.")
                )
        enroll(self.source)

    def _attachments(self) -> None:
        """Embedded files may say anything, and are not looked into."""
        names = self.source.Root.get(Name.Names)
        count = 0
        if names is not None and Name.EmbeddedFiles in names:
            del names.EmbeddedFiles
            count += 1
        for item in self.source.objects:
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                for key in (Name.AF, Name.PieceInfo, Name.Thumb):
                    if key in item:
                        del item[key]
                        count += 1
        if count:
            note = "Files embedded in it, previews and programs' private data were left out."
            self.findings.append(Finding.warning("redact.attachment", note))

    def _warn(self) -> None:
        self.asked.unanswered()
        elsewhere: dict[int, set[int]] = {}
        for words, page in self.under.items():
            wanted = WantedTerms([words])
            elsewhere.setdefault(page, set()).update(n for n, left in self.left.items() if wanted.find(left))
        for page, others in elsewhere.items():
            if others:
                where = spoken(sorted(others)).lower()
                note = f"Words that lie under a box of page {page} can be read elsewhere: {where}."
                self.findings.append(Finding.warning("redact.elsewhere", note, page=page))

    def _verify(self) -> None:
        """Read the finished file once more."""
        everywhere = WantedTerms(self.asked.everywhere())
        with pikepdf.open(io.BytesIO(self.data)) as pdf:
            left = scrub.left_in(pdf, everywhere)
            for page in self.pages:
                boxes.normalize(pdf.pages[page - 1])
            uprights = {page: boxes.upright_matrix(pdf.pages[page - 1]) for page in self.pages}
        drawing = pdfium.PdfDocument(self.data)
        try:
            for page, upright in uprights.items():
                sheet = drawing[page - 1]
                try:
                    said = glyphs.read(sheet, upright)
                finally:
                    sheet.close()
                asked = self.asked.on(page)
                left |= any(asked(m.which) for m in self.wanted.find([glyph.char for glyph in said]))
        finally:
            drawing.close()
        if left:
            raise Refusal("redact.left", "Something is left in the file of what was to go; it was not made.")


def _fields(pdf: pikepdf.Pdf) -> list[Any]:
    form = pdf.Root.get(Name.AcroForm)
    return list(form.get(Name.Fields, ())) if form is not None else []
