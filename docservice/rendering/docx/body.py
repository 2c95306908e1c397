"""The semantic HTML of a letter as the body of a Word document (WordprocessingML).

Word headings, lists, tables and links are real ones, by the style names of the Word letterhead
(``Heading 1`` …, ``List Bullet``, ``List Number``, ``Caption``, ``Quote``, ``Reference``, ``Address``). Looks are the
letterhead's; nothing here knows a font or a color, save the red of an unresolved field.

What it does not do: position anything. The window, the stub's place at the foot of the page and fold marks belong
to the printed face; a Word file is a draft that staff may still edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape

from lxml.html import HtmlElement

from docservice.casefile.direction import RTL_CHARACTERS
from docservice.rendering.docx.lists import Numbered, in_order
from docservice.rendering.language import direction

EMU_PER_PIXEL = 9525  # at 96 dpi
_TEXT_WIDTH = 9360  # twentieths of a point: 6.5 in
_INLINE = {"strong", "em", "span", "bdi", "time", "data", "a", "br", "img", "mark", "b", "i", "sub", "sup", "abbr"}
_BOLD = {"strong", "b", "dt", "th"}
_ITALIC = {"em", "i"}
_SHIFTS = {"sup": "superscript", "sub": "subscript"}
_RIGHT_TO_LEFT = re.compile(f"[{RTL_CHARACTERS}]")
# Inside right-to-left text what holds Latin letters or figures in groups, such as a telephone number: after an Arabic
# letter its groups would be set in the wrong order. Stops and brackets at its ends are the sentence's.
_FOREIGN = re.compile(f"[^{RTL_CHARACTERS}]+")
_WORTH_IT = re.compile(r"[A-Za-z\u00c0-\u024f]|\d[-/.) ]+\(?\d")
_BRACKETS = {")": "(", "]": "["}
# Marks around text that runs against its paragraph, by whether that text is read from right to left: a strong letter
# inside at each end, so that figures and stops stay with it, and one of the paragraph outside. Word and LibreOffice
# know these; of the isolates (U+2066 …) Word is not sure.
_MARKS = ("\u200f\u200e", "\u200e\u200f")  # the paragraph's and the text's mark, before left-to-right and right-to-left
_APART = {
    rtl: tuple(f"<w:r><w:t>{mark}</w:t></w:r>" for mark in (_MARKS[rtl], _MARKS[rtl][::-1])) for rtl in (False, True)
}
_HEADINGS = {f"h{level}": f"Heading{level}" for level in range(1, 5)}


@dataclass(frozen=True, slots=True)
class _Run:
    """How the text at one point is set."""

    language: str
    rtl: bool
    bold: bool = False
    italic: bool = False
    shift: str = ""  # superscript or subscript
    unresolved: bool = False


@dataclass(frozen=True, slots=True)
class WordPicture:
    """A picture as Word wants it: the relationship id of its part and its size in pixels at 96 dpi."""

    relation: str
    width: int
    height: int


@dataclass
class DocxBody:
    """Collects what the body needs from the package around it."""

    picture: Callable[[HtmlElement], WordPicture]
    link: Callable[[str], str]  # URL → relationship id
    numbered: list[Numbered] = field(default_factory=list)
    _drawings: int = field(default=0)

    def xml(self, article: HtmlElement) -> str:
        """The body of ``article`` (which carries lang and dir) as a sequence of w:p and w:tbl."""
        run = _Run(article.get("lang") or "en", article.get("dir") == "rtl")
        return "".join(self._blocks(article, run, "Normal"))

    def line(self, element: HtmlElement) -> str:
        """The inside of ``element`` (which carries lang and dir) as a sequence of runs."""
        return self._content(element, _Run(element.get("lang") or "en", element.get("dir") == "rtl"))

    # Blocks -------------------------------------------------------------------------------------------------

    def _blocks(self, parent: HtmlElement, run: _Run, style: str, extra: str = "") -> Iterator[str]:
        """The children of ``parent`` as paragraphs and tables; loose inline content becomes a paragraph."""
        loose: list[str] = []
        if parent.text and parent.text.strip():
            loose.append(self._text(parent.text, run))
        for child in parent:
            if not isinstance(child.tag, str):
                continue
            if child.tag in _INLINE:
                loose.append(self._inline(child, run))
            else:
                if any(loose):
                    yield self._paragraph("".join(loose), style, run, extra)
                loose = []
                yield from self._block(child, _within(child, run), style, extra)
            tail = child.tail.lstrip() if child.tail and child.tag == "br" else child.tail
            if tail and (loose or tail.strip()):
                loose.append(self._text(tail, run))
        if any(loose):
            yield self._paragraph("".join(loose), style, run, extra)

    def _block(self, element: HtmlElement, run: _Run, style: str, extra: str) -> Iterator[str]:
        tag = element.tag
        if tag in _HEADINGS:
            yield self._paragraph(self._content(element, run), _HEADINGS[tag], run)
        elif tag == "p":
            # A paragraph that is one fact in the other direction runs in it as a whole.
            own = _within(element[0], run) if _is_one_fact(element) else run
            yield self._paragraph(self._content(element, own), style, own, extra)
        elif tag in ("ul", "ol"):
            yield from self._list(element, run, 0)
        elif tag == "dl":
            yield from self._references(element, run)
        elif tag == "table":
            yield from self._table(element, run)
        elif tag == "blockquote":
            yield from self._blocks(element, run, "Quote")
        elif tag == "address":
            # Read by machines too: from left to right, whatever the letter's direction.
            yield from self._blocks(element, replace(run, rtl=False), "Address")
        elif tag == "figcaption":
            yield self._paragraph(self._content(element, run), "Caption", run)
        elif element.get("data-block") == "payment-stub":
            yield self._paragraph("", "CutLine", run)
            yield from self._blocks(element, run, style, extra)
        elif element.get("data-block") == "taglines":
            yield self._paragraph('<w:r><w:br w:type="page"/></w:r>', "Normal", run)
            yield from self._blocks(element, run, style, extra)
        else:
            yield from self._blocks(element, run, style, extra)

    def _list(self, element: HtmlElement, run: _Run, level: int) -> Iterator[str]:
        run = _within(element, run)
        if element.tag == "ol":
            self.numbered.append(Numbered(level, int(element.get("start", "1")), element.get("data-numbering", "")))
            number, style = 1 + len(self.numbered), "ListNumber"
        else:
            number, style = 1, "ListBullet"
        numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        for item in element.iterchildren("li"):
            inner = _within(item, run)
            first = True
            for piece in in_order(item):
                if piece.tag in ("ul", "ol"):
                    yield from self._list(piece, inner, level + 1)
                    continue
                for paragraph in self._blocks(piece, inner, style, numbering):
                    yield paragraph if first else _below(paragraph, numbering, level)
                    first = False

    def _references(self, element: HtmlElement, run: _Run) -> Iterator[str]:
        """A definition list as lines "term <tab> definition"."""
        term = ""
        for child in element.iter("dt", "dd"):
            inner = _within(child, run)
            if child.tag == "dt":
                term = self._content(child, replace(inner, bold=True))
            else:
                yield self._paragraph(f"{term}<w:r><w:tab/></w:r>{self._content(child, inner)}", "Reference", run)
                term = ""

    def _table(self, element: HtmlElement, run: _Run) -> Iterator[str]:
        for caption in element.iterchildren("caption"):
            yield self._paragraph(self._content(caption, _within(caption, run)), "Caption", run)
        rows = list(element.iter("tr"))
        columns = max((sum(_span(c) for c in row if c.tag in ("td", "th")) for row in rows), default=1)
        width = _TEXT_WIDTH // max(columns, 1)
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for _ in range(columns))
        mirrored = "<w:bidiVisual/>" if run.rtl else ""
        properties = f'<w:tblPr><w:tblStyle w:val="TownTable"/>{mirrored}<w:tblW w:w="5000" w:type="pct"/></w:tblPr>'
        lines = []
        for position, row in enumerate(rows, start=1):
            # A small table stays on one page.
            together = "<w:keepNext/>" if len(rows) <= 12 and position < len(rows) else ""
            parent = row.getparent()
            head = parent is not None and parent.tag == "thead"
            cells = []
            for cell in row:
                if cell.tag not in ("td", "th"):
                    continue
                inner = _within(cell, run)
                if cell.tag == "th":
                    inner = replace(inner, bold=True)
                content = "".join(self._blocks(cell, inner, "TableText", together)) or self._paragraph(
                    "", "TableText", run
                )
                if content.endswith("</w:tbl>"):  # Word wants a paragraph last
                    content += self._paragraph("", "TableText", run)
                span = _span(cell)
                merge = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
                cells.append(
                    f'<w:tc><w:tcPr><w:tcW w:w="{width * span}" w:type="dxa"/>{merge}</w:tcPr>{content}</w:tc>'
                )
            repeat = "<w:tblHeader/>" if head else ""
            lines.append(f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(cells)}</w:tr>")
        yield f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
        yield self._paragraph("", "TableText", run)

    def _paragraph(self, runs: str, style: str, run: _Run, extra: str = "") -> str:
        mirrored = "<w:bidi/>" if run.rtl else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}{mirrored}</w:pPr>{runs}</w:p>'

    # Runs ---------------------------------------------------------------------------------------------------

    def _content(self, element: HtmlElement, run: _Run) -> str:
        parts = [self._text(element.text, run)] if element.text else []
        for child in element:
            if isinstance(child.tag, str):
                parts.append(self._inline(child, run))
            if child.tail:
                # HTML drops the white space that begins a line; Word would print it.
                tail = child.tail.lstrip() if child.tag == "br" else child.tail
                parts.append(self._text(tail, run))
        return "".join(parts)

    def _inline(self, element: HtmlElement, run: _Run) -> str:
        tag = element.tag
        if tag == "br":
            return "<w:r><w:br/></w:r>"
        if tag == "img":
            return self._drawing(element)
        around, run = run, _within(element, run)
        if tag in _BOLD:
            run = replace(run, bold=True)
        elif tag in _ITALIC:
            run = replace(run, italic=True)
        elif tag in _SHIFTS:
            run = replace(run, shift=_SHIFTS[tag])
        elif tag == "mark":
            run = replace(run, unresolved=True)
        content = self._content(element, run)
        if run.rtl != around.rtl and content:
            before, after = _APART[run.rtl]
            content = f"{before}{content}{after}"
        target = element.get("href")
        if tag == "a" and target:
            return f'<w:hyperlink r:id="{self.link(target)}">{content}</w:hyperlink>'
        return content

    def _text(self, text: str | None, run: _Run) -> str:
        if not text:
            return ""
        collapsed = " ".join(text.split())
        if not collapsed:
            return '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
        lead = " " if text[0].isspace() else ""
        trail = " " if text[-1].isspace() else ""
        if not run.rtl:
            return self._run(f"{lead}{collapsed}{trail}", run)
        before, after = _APART[False]
        return "".join(
            f"{before}{self._run(part, replace(run, rtl=False))}{after}" if against else self._run(part, run)
            for part, against in _directed(f"{lead}{collapsed}{trail}")
        )

    def _run(self, text: str, run: _Run) -> str:
        # Word wants the complex-script twins (bCs, iCs) for right-to-left and Indic text; order is the schema's.
        marks = ("<w:b/><w:bCs/>" if run.bold else "") + ("<w:i/><w:iCs/>" if run.italic else "")
        marks += '<w:color w:val="B00020"/>' if run.unresolved else ""
        marks += f'<w:vertAlign w:val="{run.shift}"/>' if run.shift else ""
        marks += "<w:rtl/>" if run.rtl else ""
        kind = "bidi" if run.rtl else "eastAsia" if run.language.split("-")[0] in ("zh", "ja", "ko") else "val"
        marks += f'<w:lang w:{kind}="{escape(run.language)}"/>'
        return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'

    def _drawing(self, element: HtmlElement) -> str:
        picture = self.picture(element)
        self._drawings += 1
        name = f"Picture {self._drawings}"
        alt = escape(element.get("alt") or "", {'"': "&quot;"})
        cx, cy = picture.width * EMU_PER_PIXEL, picture.height * EMU_PER_PIXEL
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>'
            f'<wp:docPr id="{self._drawings}" name="{name}" descr="{alt}"/>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{self._drawings}" name="{name}" descr="{alt}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{picture.relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
            "</wp:inline></w:drawing></w:r>"
        )


def _within(element: HtmlElement, run: _Run) -> _Run:
    """The run inside ``element``, which may carry a language and a direction of its own."""
    language, way = element.get("lang"), element.get("dir")
    if language:
        run = replace(run, language=language, rtl=direction(language) == "rtl")
    elif element.tag in ("bdi", "data", "time") and not way:
        run = replace(run, rtl=run.rtl and _RIGHT_TO_LEFT.search("".join(element.itertext())) is not None)
    if way:
        run = replace(run, rtl=way == "rtl")
    return run


def _is_one_fact(paragraph: HtmlElement) -> bool:
    if len(paragraph) != 1 or paragraph[0].tag != "bdi":
        return False
    return not (paragraph.text or "").strip() and not (paragraph[0].tail or "").strip()


def _directed(text: str) -> Iterator[tuple[str, bool]]:
    """Right-to-left text in pieces; True for those that are read from left to right."""
    at = 0
    for match in _FOREIGN.finditer(text):
        start, end = _trimmed(text, match.start(), match.end())
        if _WORTH_IT.search(text, start, end):
            if start > at:
                yield text[at:start], False
            yield text[start:end], True
            at = end
    if at < len(text):
        yield text[at:], False


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without spaces, stops and brackets at its ends; a bracket stays whose other half lies inside."""
    while (
        end > start and not text[end - 1].isalnum() and _BRACKETS.get(text[end - 1], "\0") not in text[start : end - 1]
    ):
        end -= 1
    closing = {opening: mark for mark, opening in _BRACKETS.items()}
    while start < end and not text[start].isalnum() and closing.get(text[start], "\0") not in text[start + 1 : end]:
        start += 1
    return start, end


def _below(paragraph: str, numbering: str, level: int) -> str:
    """A further paragraph of an item: without its number, as far in as its text."""
    if numbering not in paragraph:
        return paragraph
    return paragraph.replace(numbering, "").replace("</w:pPr>", f'<w:ind w:start="{360 * (level + 1)}"/></w:pPr>', 1)


def _span(cell: HtmlElement) -> int:
    return max(1, int(cell.get("colspan") or 1))
