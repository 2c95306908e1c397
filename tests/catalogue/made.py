"""What a finished letter, form, placard or handout must be, whatever it says: valid, tagged, readable by three readers.

``looked_into(made)`` says all that is wrong with one. It is asked of every document in every language by
``script/catalogue``, and of a sample of them in the suite.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import lxml.html
from pikepdf import Dictionary, Name

from docservice.office import Office
from docservice.office.means import languages, template_folders
from docservice.office.review import sampling
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.freezing import samples_of
from tests.packets.structure import Checker, _listed
from tests.rendering.reading_back import READERS, words

_PIECES = ("h1", "h2", "h3", "p", "li", "dt", "dd", "th", "td", "caption", "figcaption", "address")
# Where a reader puts the parts of words into another order, their letters must be there: in a language without spaces,
# whose "words" are whole clauses that columns part; by PDFium, which takes every line of a page that is read from right
# to left for such a line.
_WITHOUT_SPACES = ("zh-Hant", "zh-Hans", "ja", "km")
_RIGHT_TO_LEFT = ("ar", "fa")
_LETTERS_OR_DIGITS = re.compile(r"\d+|\D+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document that could be made: a template in one of its languages, of one of its samples (a handout of none)."""

    bundle: Bundle
    sample: str
    content: bytes
    language: str

    @property
    def name(self) -> str:
        return "-".join(filter(None, (self.bundle.key, self.sample, self.language)))


@dataclass(frozen=True, slots=True)
class Made:
    """A document in one language: its page and its PDF. ``key`` is its template, ``sample`` what it was made of."""

    key: str
    sample: str
    language: str
    pdf: bytes
    html: str

    @property
    def name(self) -> str:
        return "-".join(filter(None, (self.key, self.sample, self.language)))


def all_of(office: Office, folder: Path) -> Iterator[Wanted]:
    """Every sample of a template in every language in which its wording is complete, English first."""
    bundle = template_folders.frozen(office.means, folder)
    samples = samples_of(folder, office.means.path) if bundle.meta.face == "letter" else {"": b""}
    for language in languages.shown_in(office.means, bundle):
        for name, content in samples.items():
            yield Wanted(bundle, Path(name).stem, content, language)


def make(office: Office, wanted: Wanted) -> Made:
    """The document, as it would be assessed. Raises ``Refusal`` where it cannot be made."""
    bundle, language = wanted.bundle, wanted.language
    if bundle.meta.face == "handout":
        made = sampling.handout(office.means, bundle, language)
    else:
        made = sampling.letter(office.means, bundle, sampling.read(wanted.content), language)
    return Made(bundle.key, wanted.sample, language, made.content, made.html)


class DocumentChecker(Checker):
    """The checker of packets, for one document by itself: no parts, no contents; the fields of a form are its own."""

    def _parts(self) -> None:
        kids = _listed(self.tree.get(Name.K))
        if len(kids) != 1 or Name.Document != kids[0].S:
            self._fault("the structure does not begin with one Document")

    def _catalog(self) -> None:
        root = self.pdf.Root
        if not str(root.get(Name.Lang, "")):
            self._fault("the document has no Lang")
        if not root.get(Name.MarkInfo, Dictionary()).get(Name.Marked, False):
            self._fault("the document is not marked as tagged")
        for key in (Name.AA, Name.OpenAction, Name.Collection):
            if key in root:
                self._fault(f"the catalog has {key}")
        for number, page in enumerate(self.pages, 1):
            for annotation in _listed(page.get(Name.Annots)):
                if annotation.get(Name.Subtype) not in (Name.Link, Name.Widget):
                    self._fault(f"page {number} has a {annotation.Subtype}")

    def _destinations(self) -> None:
        """A link of a letter goes to an address."""

    def _numbers(self) -> None:
        """Its pages are numbered by the letterhead."""


def looked_into(made: Made) -> list[str]:
    """Everything that is wrong with a document, as sentences that begin with its name."""
    return [f"{made.name}: {fault}" for fault in (*DocumentChecker(made.pdf).run(), *unread(made))]


def unread(made: Made) -> Iterator[str]:
    """The words of the page that a reader does not find in the PDF, by reader."""
    said = [word for piece in pieces(made.html) for word in words(piece)]
    if made.language in _RIGHT_TO_LEFT:
        # “and 11:00” is one word in Arabic; a reader puts its number elsewhere on a page of mostly Latin letters.
        said = [part for word in said for part in _LETTERS_OR_DIGITS.findall(word)]
    wanted = Counter(said)
    for reader, read in READERS.items():
        found = read(made.pdf)
        there = Counter(words(found))
        # A word that the end of a line or of a cell parts is there in two.
        whole = "".join(words(found))
        letters = Counter(whole)
        gone = [word for word, count in wanted.items() if there[word] < count and whole.count(word) < count]
        if made.language in _WITHOUT_SPACES or (reader == "PDFium" and made.language in _RIGHT_TO_LEFT):
            gone = [word for word in gone if Counter(word) - letters]
        if gone:
            yield f"{reader} does not find {len(gone)} of {len(wanted)} words: {' '.join(sorted(gone)[:8])}"


def pieces(html: str) -> Iterator[str]:
    """The text of a page piece by piece: paragraphs, headings, items, cells; each once."""
    root = lxml.html.fromstring(html)
    (article,) = root.iter("article")
    for unprinted in article.xpath(".//section[@data-block='web']"):  # words of the web page, and of no other
        unprinted.drop_tree()
    for line_break in article.iter("br"):
        line_break.tail = f" {line_break.tail or ''}"
    for element in article.iter(*_PIECES):
        if next(element.iterdescendants(*_PIECES), None) is None and element.get("hidden") is None:
            yield element.text_content()
