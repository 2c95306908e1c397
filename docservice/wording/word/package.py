"""A Word file that nobody trusts: opened within limits, and refused by name for what a letter has no use for.

Refused (``word.*``): what is no .docx (``word.file``), what is encrypted or an old .doc (``word.encrypted``), more
than a letter needs (``word.too_large``), paths that leave the archive (``word.path``), macros (``word.macros``),
embedded objects, controls and files (``word.embedded``), links to other files (``word.external``), fields that fetch or
run something (``word.field``), XML with a document type (``word.entities``) or that does not parse (``word.xml``).
Everything that is wrong is named at once. What it does not do: say what the file means (``wording.word.body``).
"""

from __future__ import annotations

import io
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.wording.word import fields

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_VML = "{urn:schemas-microsoft-com:vml}"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

MOST_BYTES, MOST_PARTS, MOST_PART, MOST_ALL = 20 * 2**20, 500, 12 * 2**20, 60 * 2**20
MOST_ELEMENTS = 400_000  # of one part
_BLANK = b" \t\r\n\xef\xbb\xbf"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = re.compile(r"vbaproject|vbadata|macrosheet|\.bin\.rels|/customui|attachedtoolbars|/mac(ro)?s?/", re.I)
_EMBEDDED = re.compile(
    r"/(embeddings|activex|oleobject|afchunk|subdocs?|externallinks)[/\d.]|\.(exe|dll|js|vbs|hta)\Z", re.I
)
_BAD_TYPES = {  # kinds of relations, in small letters
    "vbaproject": "macros", "wordvbadata": "macros", "keymapcustomizations": "macros", "attachedtoolbars": "macros",
    "extensibility": "macros", "oleobject": "embedded", "package": "embedded", "control": "embedded",
    "activexcontrolbinary": "embedded", "afchunk": "embedded", "attachedtemplate": "external",
    "subdocument": "external", "frame": "external", "externallinkpath": "external", "mailmergesource": "external",
    "mailmergeheadersource": "external", "transform": "external",
}  # fmt: skip
# Parts that are no XML, by their ending; every other part is read, whatever it is called.
_BINARY = frozenset(
    "png jpg jpeg jpe jfif gif bmp tif tiff emf wmf emz wmz wdp ico odttf ttf otf bin dat sigs".split()  # noqa: SIM905
)
_HIDDEN = (_OLE, b"PK\x03\x04", b"MZ", b"\x7fELF", b"#!", b"{\\rtf", b"%PDF")  # what no picture or font begins with
_SAY = {
    "macros": "has macros ({})",
    "embedded": "has something embedded in it ({})",
    "external": "draws on another file ({})",
    "field": "has the field {}, which fetches or runs something",
    "path": "has a part with a name that it may not have ({})",
    "entities": "has a document type or entities in it ({})",
    "xml": "has a part that is no readable XML ({})",
}


@dataclass(frozen=True)
class Package:
    """The parts of a Word file, all of them looked at. ``main`` is the path of the document part."""

    parts: Mapping[str, bytes]
    main: str

    def xml(self, path: str) -> Any | None:
        """The root of a part; None when there is no such part, or when it is none that was read."""
        data = self.parts.get(path)
        return parsed(data) if data is not None and _is_xml(path) else None

    @property
    def document(self) -> Any:
        return self.xml(self.main)

    def beside(self, kind: str) -> str:
        """The path of a part that the document refers to (``styles``, ``numbering``), or where it would be."""
        for relation in self.relations().values():
            if relation.kind == kind:
                return relation.target
        return posixpath.join(posixpath.dirname(self.main), f"{kind}.xml")

    def relations(self) -> Mapping[str, Relation]:
        """What the document part refers to, by id."""
        return {r.id: r for r in relations(self.parts, self.main)}


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: ``target`` is the path of a part, or an address when it is ``external``."""

    id: str
    kind: str
    target: str
    external: bool


def open_package(data: bytes) -> Package:
    """The parts of a Word file. Raises ``Refusal("word.refused")`` with everything that it may not have in it."""
    if data.startswith(_OLE):
        message = "The file is protected by a password, or an old .doc. Save it as .docx, without a password."
        raise Refusal("word.encrypted", message, [Finding.error("word.encrypted", message, "letter.docx")])
    if len(data) > MOST_BYTES:
        raise _too_large(f"it has more than {MOST_BYTES // 2**20} MB")
    parts = _unzipped(data)
    if "[Content_Types].xml" not in parts:
        raise _no_word("it is no Word document (.docx)")
    found = list(dict.fromkeys(_complaints(parts)))
    if found:
        problems = [Finding.error(f"word.{kind}", _SAY[kind].format(what[:120]), "letter.docx") for kind, what in found]
        raise Refusal("word.refused", f"The Word file {problems[0].message}.", problems)
    main = next((r.target for r in relations(parts, "") if r.kind == "officeDocument"), "")
    if main not in parts or not _declares(parts, main, DOCUMENT):
        raise _no_word("it is no Word document (.docx)")
    root = parsed(parts[main])
    if root.tag != f"{W}document":
        raise _no_word("it is in the “strict” format; save it as an ordinary Word document (.docx)")
    return Package(parts, main)


def relations(parts: Mapping[str, bytes], path: str) -> Iterator[Relation]:
    """What the part at ``path`` refers to; of the package itself when it is empty."""
    folder, name = posixpath.split(path)
    data = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if data is None:
        return
    for one in parsed(data).iter(f"{_PACKAGE}Relationship"):
        external = one.get("TargetMode") == "External"
        target = one.get("Target") or ""
        if not external:
            target = posixpath.normpath(
                target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            )
        yield Relation(one.get("Id") or "", (one.get("Type") or "").rpartition("/")[2], target, external)


def parsed(data: bytes) -> Any:
    """The root of an XML part that ``open_package`` has looked at."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def _unzipped(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_PARTS:
                raise _too_large(f"it has more than {MOST_PARTS} parts")
            if any(entry.file_size > MOST_PART for entry in entries) or sum(e.file_size for e in entries) > MOST_ALL:
                raise _too_large("what is packed in it is too much")
            parts: dict[str, bytes] = {}
            for entry in entries:
                if entry.flag_bits & 1:
                    message = "The file is encrypted. Save it without a password."
                    raise Refusal("word.encrypted", message, [Finding.error("word.encrypted", message, "letter.docx")])
                name = entry.filename
                # Names are compared without case: two parts that differ in it alone are one to Word.
                twice = any(name.lower() == known.lower() for known in parts)
                outside = name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")
                if twice or outside or len(name) > 200 or stat.S_ISLNK(entry.external_attr >> 16):
                    problem = Finding.error("word.path", _SAY["path"].format(name[:120]), "letter.docx")
                    raise Refusal("word.refused", f"The Word file {problem.message}.", [problem])
                with archive.open(entry) as stream:  # never past the size that it says
                    parts[name] = stream.read(entry.file_size + 1)
                if len(parts[name]) > entry.file_size:
                    raise _too_large("a part is larger than it says")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise _no_word(f"it is no Word document that can be read ({type(error).__name__})") from None
    return parts


def _complaints(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """What is wrong, and with which part."""
    for name, data in parts.items():
        if _MACROS.search(f"/{name}"):
            yield "macros", name
        if _EMBEDDED.search(f"/{name}"):
            yield "embedded", name
        if not _is_xml(name):
            if data.lstrip(_BLANK).startswith(b"<") or _is_utf16(data) or data.startswith(_HIDDEN):
                yield "embedded", name  # it is not what it says
            continue
        wrong = _unsafe(data)
        if wrong:
            yield wrong, name
            continue
        root = parsed(data)
        if name == "[Content_Types].xml":
            yield from _types(root)
        elif name.lower().endswith(".rels"):
            yield from _relations(root)
        else:
            yield from _content(root, name)


def _is_xml(name: str) -> bool:
    return name.rpartition(".")[2].lower() not in _BINARY


def _is_utf16(data: bytes) -> bool:
    return data.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"))


def _unsafe(data: bytes) -> str:
    try:
        root = parsed(data)
    except (etree.XMLSyntaxError, ValueError) as error:
        return "entities" if "ntity" in str(error) or b"<!DOCTYPE" in data[:2000] else "xml"
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        return "entities"
    count = sum(1 for _ in root.iter())
    if count > MOST_ELEMENTS:
        raise _too_large("one of its parts has too many elements")
    return ""


def _types(root: Any) -> Iterator[tuple[str, str]]:
    for one in root:
        kind = (one.get("ContentType") or "") if isinstance(one.tag, str) else ""
        if "macroenabled" in kind.lower() or "vba" in kind.lower():
            yield "macros", kind.rpartition("/")[2]
        elif "activex" in kind.lower() or "oleobject" in kind.lower():
            yield "embedded", kind.rpartition("/")[2]


def _relations(root: Any) -> Iterator[tuple[str, str]]:
    for one in root.iter(f"{_PACKAGE}Relationship"):
        kind, target = (one.get("Type") or "").rstrip("/ ").rpartition("/")[2], one.get("Target") or ""
        complaint = _BAD_TYPES.get(kind.lower(), "")
        if complaint:
            yield complaint, f"{kind} {target}".strip()
        elif (one.get("TargetMode") or "").strip().lower() == "external":
            if kind != "hyperlink":
                yield "external", f"{kind} {target}"
            elif not fields.may_lead(target):
                yield "external", f"a link to {target}"
        elif ":" in target.partition("#")[0] or "\\" in target or target.startswith("//"):
            yield "external", f"{kind} {target}"  # a part of the file it is not


def _content(root: Any, name: str) -> Iterator[tuple[str, str]]:
    for tag, kind in (("object", "embedded"), ("control", "embedded"), ("altChunk", "embedded"),
                      ("subDoc", "external"), ("attachedTemplate", "external"), ("mailMerge", "external")):  # fmt: skip
        if root.find(f".//{W}{tag}") is not None:
            yield kind, f"{tag} in {name}"
    if root.find(".//{urn:schemas-microsoft-com:office:office}OLEObject") is not None:
        yield "embedded", f"OLEObject in {name}"
    for element in root.iter(f"{_VML}*"):
        for attribute, value in element.attrib.items():
            if attribute.rpartition("}")[2] in ("src", "href") and not value.startswith("#"):
                yield "external", f"a drawing with {value}"
    for instruction in fields.instructions(root):
        target = fields.address(instruction)
        if not fields.may_be(instruction):
            yield "field", fields.name(instruction) or "without a name"
        elif target is not None and not fields.may_lead(target):
            yield "external", f"a link to {target}"


def _declares(parts: Mapping[str, bytes], path: str, kind: str) -> bool:
    types = parts.get("[Content_Types].xml")
    return types is not None and any(
        one.get("ContentType") == kind and (one.get("PartName") or "").lstrip("/") == path for one in parsed(types)
    )


def _too_large(words: str) -> Refusal:
    message = f"The Word file is more than a letter needs: {words}."
    return Refusal("word.too_large", message, [Finding.error("word.too_large", words, "letter.docx")], kind="too-large")


def _no_word(words: str) -> Refusal:
    return Refusal(
        "word.file", f"The file cannot be used: {words}.", [Finding.error("word.file", words, "letter.docx")]
    )
