"""The runs of one Word paragraph as a stream of text and marks, tracked changes accepted, what is lost named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from docservice.wording.word import fields
from docservice.wording.word.labels import element_of
from docservice.wording.word.package import R, Relation, W
from docservice.wording.word.pieces import Mark, Stream, TextFormat
from docservice.wording.word.styles import Styles
from docservice.wording.word.tree import Element

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DESCEND = ("ins", "moveTo", "smartTag", "customXml", "dir", "bdo")
_SILENT = frozenset(
    [
        "bookmarkStart",
        "bookmarkEnd",
        "proofErr",
        "permStart",
        "permEnd",
        "commentRangeStart",
        "commentRangeEnd",
        "moveFromRangeStart",
        "moveFromRangeEnd",
        "moveToRangeStart",
        "moveToRangeEnd",
        "lastRenderedPageBreak",
        "annotationRef",
        "rPr",
        "pPr",
        "sdtPr",
        "sdtEndPr",
        "delInstrText",
        "customXmlInsRangeStart",
        "customXmlInsRangeEnd",
        "customXmlDelRangeStart",
        "customXmlDelRangeEnd",
        "footnoteRef",
        "endnoteRef",
        "separator",
        "continuationSeparator",
        "softHyphen",
        "smartTagPr",
        "customXmlPr",
        "tblPrEx",
    ]
)
_CHINESE = {"zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans"}
_LOOKS = {
    "u": "underlining", "highlight": "highlighting",
    "caps": "capitals by format", "smallCaps": "small capitals", "bdr": "a border",
}  # fmt: skip
_SYMBOLS = ("wingdings", "webdings", "symbol", "zapf dingbats")
_PICTURES = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*\Z")
TAG_STYLES = ("wording tag text", "wording sentence", "wording field")

Lose = Callable[[str, str], None]  # code, what


@dataclass
class WordExtras:
    """What reading picks up on its way: pictures, and counts of tracked changes."""

    pictures: dict[str, str] = field(default_factory=dict)  # name in the template folder → part
    changes: int = 0


@dataclass
class Runs:
    """Reads the runs of one part. Fields of Word's may reach over paragraphs, so it remembers where it is."""

    styles: Styles
    parts: Mapping[str, bytes]
    relations: Mapping[str, Relation]
    notes: Mapping[str, str]  # text of footnotes, endnotes and comments, by kind and id
    lose: Lose
    taken: WordExtras
    _paragraph_style: str = ""
    _fields: list[list[str]] = field(default_factory=list)  # instructions; "=shown" once what it shows has begun

    def stream(self, paragraph: Any) -> Stream:
        """The text of ``paragraph`` (w:p)."""
        found: Stream = []
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        self._paragraph_style = (named.get(f"{W}val") or "") if named is not None else ""
        self._inside(paragraph, found)
        return found

    def _inside(self, parent: Any, found: Stream) -> None:
        for child in parent:
            name = _name(child)
            if name == "r":
                self._run(child, found)
            elif name == "hyperlink":
                self._link(child, found)
            elif name == "sdt":
                self._control(child, found)
            elif name in ("del", "moveFrom"):
                self.taken.changes += 1
            elif name == "fldSimple":
                self._field("begin", found)
                self._fields[-1].append(child.get(f"{W}instr") or "")
                self._field("separate", found)
                self._inside(child, found)
                self._field("end", found)
            elif name in _DESCEND:
                self.taken.changes += name in ("ins", "moveTo")
                self._inside(child, found)
            elif name in ("oMath", "oMathPara"):
                self.lose("word.formula", "".join(child.itertext()) or "a formula")
            elif name and name not in _SILENT:
                self.lose("word.layout", f"“{name}” of Word's")

    def _link(self, element: Any, found: Stream) -> None:
        relation = self.relations.get(element.get(f"{R}id") or "")
        if relation is None or not relation.external:
            self._inside(element, found)
            return
        target = relation.target.replace("%7B%7B", "{{").replace("%7D%7D", "}}").replace("%20", " ")
        found.append(Mark("open", Element("a", {"href": target})))
        self._inside(element, found)
        found.append(Mark("close"))

    def _control(self, element: Any, found: Stream) -> None:
        tag = element.find(f"{W}sdtPr/{W}tag")
        meant = element_of(tag.get(f"{W}val") if tag is not None else None, inline=True)
        content = element.find(f"{W}sdtContent")
        if content is None:
            return
        if element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            self.lose("word.placeholder", "the placeholder of a field of Word's that nobody filled in")
            return
        if isinstance(meant, Element):
            bold, italic, _ = self.styles.emphasis(element.find(f"{W}sdtPr/{W}rPr"))
            found.append(Mark("open", meant, TextFormat(bold, italic)))
        self._inside(content, found)
        if isinstance(meant, Element):
            found.append(Mark("close"))

    def _run(self, run: Any, found: Stream) -> None:
        properties = run.find(f"{W}rPr")
        bold, italic, style = self.styles.emphasis(properties)
        source = style in TAG_STYLES
        if not source and self.styles.sets(properties, self._paragraph_style, "vanish"):
            text = "".join(t.text or "" for t in run.iter(f"{W}t"))
            if text.strip():
                self.lose("word.hidden", f"hidden text “{text[:60]}”")
            return
        struck = not source and self.styles.sets(properties, self._paragraph_style, "strike", "dstrike")
        if struck and (text := "".join(t.text or "" for t in run.iter(f"{W}t"))).strip():
            self.lose("word.struck", f"the struck-out text “{text[:60]}”: delete it, or take the line out of it")
        font = properties.find(f"{W}rFonts") if properties is not None else None
        if font is not None and (font.get(f"{W}ascii") or "").lower().startswith(_SYMBOLS):
            self.lose("word.symbol", "a symbol of a symbol font")
            return
        shift = "" if source else self.styles.shift(properties, self._paragraph_style)
        for child in run:
            name = _name(child)
            if name in ("t", "noBreakHyphen", "sym"):
                text = "\u2011" if name == "noBreakHyphen" else child.text or "" if name == "t" else ""
                if name == "sym":
                    self.lose("word.symbol", "a symbol of a symbol font")
                if self._shown() and text and not struck:
                    language = None if source else _language(properties, text)
                    found.append((text, TextFormat(bold, italic, shift, language, source)))
                    if properties is not None and not source:
                        self._looks(properties)
            elif self._shown() or name in ("fldChar", "instrText"):
                self._other(name, child, found)

    def _other(self, name: str, child: Any, found: Stream) -> None:
        if name in ("br", "cr"):
            kind = child.get(f"{W}type")
            if kind in ("page", "column"):
                self.lose("word.page_break", f"a {kind} break: where pages break is the letterhead's")
            else:
                found.append(Mark("br"))
        elif name in ("tab", "ptab"):
            found.append(Mark("tab"))
        elif name == "fldChar":
            self._field(child.get(f"{W}fldCharType") or "", found)
        elif name == "instrText":
            if self._fields:
                self._fields[-1].append(child.text or "")
        elif name == "drawing":
            self._drawing(child, found)
        elif name == "AlternateContent":
            choice = next(iter(child.iter(f"{_MC}Choice")), child)
            drawing = next(choice.iter(f"{W}drawing"), None)
            if drawing is not None and next(choice.iter(f"{W}txbxContent"), None) is None:
                self._drawing(drawing, found)
            else:
                self._box(choice)
        elif name == "pict":
            self._box(child)
        elif name in ("footnoteReference", "endnoteReference", "commentReference"):
            kind = name.removesuffix("Reference")
            text = self.notes.get(f"{kind}:{child.get(f'{W}id')}", "")
            self.lose(f"word.{kind}", f"the {kind} “{text[:200]}”")
        elif name in ("del", "delText"):
            pass
        elif name and name not in _SILENT:
            self.lose("word.layout", f"“{name}” of Word's")

    # Word's own fields: what they show stays, as text

    def _shown(self) -> bool:
        return all(field[-1:] == ["=shown"] for field in self._fields)

    def _field(self, kind: str, found: Stream) -> None:
        if kind == "begin":
            self._fields.append([])
        elif kind == "separate" and self._fields:
            instruction = "".join(self._fields[-1])
            link = fields.address(instruction)
            if link is not None:
                found.append(Mark("open", Element("a", {"href": link})))
                self._fields[-1].append("=link")
            elif fields.name(instruction):
                self.lose("word.word_field", f"Word's field {fields.name(instruction)}; what it shows is text now")
            self._fields[-1].append("=shown")
        elif kind == "end" and self._fields and "=link" in self._fields.pop():
            found.append(Mark("close"))

    # Pictures and boxes

    def _drawing(self, drawing: Any, found: Stream) -> None:
        if next(drawing.iter(f"{W}txbxContent"), None) is not None:
            self._box(drawing)
            return
        blip = next(drawing.iter(f"{_A}blip"), None)
        properties = next(drawing.iter(f"{_DRAWING}docPr"), None)
        called = (properties.get("descr") or properties.get("name") or "") if properties is not None else ""
        if drawing.find(f"{_DRAWING}inline") is None:
            self.lose(
                "word.floating", f"a picture or drawing that floats (“{called[:80]}”); set it in line with the text"
            )
            return
        relation = self.relations.get(blip.get(f"{R}embed") or "") if blip is not None else None
        if relation is None or relation.external:
            self.lose("word.drawing", f"a drawing that is no picture (“{called[:80]}”)")
            return
        ending = relation.target.rpartition(".")[2].lower()
        begins = _PICTURES.get(ending)
        if begins is None:
            self.lose("word.picture", f"a picture in the format {ending}; PNG and JPEG can be printed")
            return
        if not self.parts.get(relation.target, b"").startswith(begins):
            self.lose("word.picture", f"a picture that is no {ending.upper()} (“{called[:80]}”)")
            return
        name = next((n for n, part in self.taken.pictures.items() if part == relation.target), "")
        if not name:
            name = f"picture-{len(self.taken.pictures) + 1}.{ending}"
            self.taken.pictures[name] = relation.target
        alt = " ".join((properties.get("descr") or "").split()) if properties is not None else ""
        found.append(Mark("element", Element("img", {"src": f"bundle:{name}", "alt": alt})))

    def _box(self, element: Any) -> None:
        text = " ".join("".join(t.text or "" for t in element.iter(f"{W}t")).split())
        self.lose("word.text_box", f"a text box or shape “{text[:200]}”" if text else "a shape")

    def _looks(self, properties: Any) -> None:
        for name, what in _LOOKS.items():
            if properties.find(f"{W}{name}") is not None and _is_on(properties, name):
                self.lose("word.look", f"{what}: looks are the letterhead's")


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _is_on(properties: Any, name: str) -> bool:
    found = properties.find(f"{W}{name}")
    return found is not None and (found.get(f"{W}val") or "1").lower() not in ("0", "false", "off", "none")


def _language(properties: Any | None, text: str) -> str | None:
    """The language of a run where it is not English, BCP 47."""
    found = properties.find(f"{W}lang") if properties is not None else None
    if found is None or _is_on(properties, "noProof") or not any(c.isalpha() for c in text):
        return None
    asian = any("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in text)
    kind = "bidi" if _is_on(properties, "rtl") else "eastAsia" if asian else "val"
    tag = (found.get(f"{W}{kind}") or "").lower()
    if not _LANGUAGE.match(tag):
        return None
    tag = _CHINESE.get(tag, tag.partition("-")[0])
    return None if tag == "en" else tag


def streams_text(stream: Stream) -> str:
    """The words of a stream, for naming its paragraph."""
    return " ".join("".join(one[0] for one in stream if not isinstance(one, Mark)).split())
