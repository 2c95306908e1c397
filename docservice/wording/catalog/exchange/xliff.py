"""XLIFF 1.2 as its guide for gettext has it: one trans-unit per string, per plural form one in a group.

Blanks, tags and entities travel as ``<ph>``, so that a tool keeps them whole. What a file says about approval is not
believed: who approves is a person here. What is doubtful goes out as ``needs-review-translation`` and is not taken
back until its state says that somebody has looked at it. XLIFF 1.1, which translate-toolkit makes of PO, is read too.
What it does not do: XLIFF 2, segmentation, and ``<x/>``
without its ``equiv-text`` or its ``<ph>`` in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from docservice.wording.catalog.exchange.values import (
    Offered,
    Received,
    TakenString,
    TranslationUnit,
    broken,
    refuse_size,
)
from docservice.wording.messages import message_id
from docservice.wording.plurals import plural_rule

MEDIA_TYPE = "application/x-xliff+xml"
_NS = "urn:oasis:names:tc:xliff:document:1.2"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_CODE = re.compile(r"%\(\w+\)s|%%|<[^<>]*>|&#?\w+;")
_DOUBTFUL = frozenset(
    ("needs-review-translation", "needs-translation", "needs-adaptation", "needs-l10n", "new", "needs-review-l10n")
)
_NS_1_1 = "urn:oasis:names:tc:xliff:document:1.1"
_PLURALS, _HEADER = "x-gettext-plurals", "x-gettext-domain-header"
_RULE = re.compile(r"^Plural-Forms:.*?plural\s*=([^;\n]+)", re.M)
_OURS = re.compile(r"[0-9a-f]{64}")


def written(offered: Offered) -> bytes:
    """The file, without any date: the same strings are the same bytes."""
    names: Any = {None: _NS}
    root = etree.Element(f"{{{_NS}}}xliff", nsmap=names, version="1.2")
    file = _below(
        root, "file", original=f"{offered.template}/{offered.version}", datatype="po",
        **{"source-language": "en", "target-language": offered.language, "build-num": offered.sha256},
    )  # fmt: skip
    note = f"{offered.title}, version {offered.version}, into {offered.language}. Keep every inline code as it is."
    _below(_below(file, "header"), "note").text = note
    body = _below(file, "body")
    for entry in offered.entries:
        _put(body, entry, plural_rule(offered.language).count)
    _indent(root, "\n")
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _put(body: Any, entry: TranslationUnit, count: int) -> None:
    if entry.plural is None:
        _unit(body, entry.id, entry.text, entry.forms[0] if entry.forms else "", entry, first=True)
        return
    whole = all(entry.forms) and len(entry.forms) == count and not entry.doubtful
    # Not in the schema of XLIFF, but without it translate-toolkit (Weblate) takes every plural for fuzzy.
    group = _below(body, "group", id=entry.id, restype=_PLURALS, approved="yes" if whole else "no")
    for index in range(count):
        # With one form only, it is the form for many.
        source = entry.text if index == 0 and count > 1 else entry.plural
        form = entry.forms[index] if index < len(entry.forms) else ""
        _unit(group, f"{entry.id}[{index}]", source, form, entry, first=index == 0)


def _unit(parent: Any, id: str, source: str, target: str, entry: TranslationUnit, *, first: bool) -> None:
    # Tools take what is not "approved" for fuzzy: a draft that may be taken as it is says so in its state alone.
    unit = _below(parent, "trans-unit", id=id, approved="yes" if target and not entry.doubtful else "no")
    unit.set(_SPACE, "preserve")
    _inline(_below(unit, "source"), source)
    if target:
        state = "needs-review-translation" if entry.doubtful else "final" if entry.approved else "translated"
        _inline(_below(unit, "target", state=state), target)
    if not first:
        return
    if entry.files or entry.paths:
        group = _below(unit, "context-group", purpose="location")
        for kind, values in (("sourcefile", entry.files), ("x-block-path", entry.paths)):
            for value in values:
                _below(group, "context", **{"context-type": kind}).text = value
    for comment in (*entry.comments, *((entry.approved,) if entry.approved else ())):
        _below(unit, "note", **{"from": "docservice"}).text = comment
    if entry.was is not None:
        _below(unit, "note", **{"from": "earlier English"}).text = entry.was


def _indent(element: Any, line: str) -> None:
    """Line ends for a reader of the file; none inside a source or target, where they would be text."""
    if etree.QName(element).localname in ("source", "target") or not len(element):
        return
    element.text = line + " "
    for child in element:
        _indent(child, line + " ")
        child.tail = line + " "
    element[-1].tail = line


def _below(parent: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{_NS}}}{name}", attributes)


def _inline(element: Any, text: str) -> None:
    """Put ``text`` into ``element``, its codes as ``<ph>``."""
    at, last = 0, None
    for number, match in enumerate(_CODE.finditer(text), 1):
        _append(element, last, text[at : match.start()])
        last = _below(element, "ph", id=str(number))
        last.text = match.group()
        at = match.end()
    _append(element, last, text[at:])


def _append(element: Any, last: Any, text: str) -> None:
    if last is None:
        element.text = (element.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def read(data: bytes, name: str = "the file") -> Received:
    """What an XLIFF file holds. Raises ``Refusal``: ``translation.broken`` with the line, ``translation.size``."""
    refuse_size(name, data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root: Any = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise broken(name, "it is not well-formed XML", error.lineno or 0) from None
    except (ValueError, LookupError):
        raise broken(name, "it is no XML file") from None
    if root.getroottree().docinfo.doctype:
        raise broken(name, "it declares a document type, which no XLIFF file needs")
    if root.tag not in (f"{{{_NS}}}xliff", f"{{{_NS_1_1}}}xliff"):
        raise broken(name, "it is not XLIFF 1.2")
    for element in root.iter(f"{{{_NS_1_1}}}*"):
        element.tag = f"{{{_NS}}}{etree.QName(element).localname}"
    files = root.findall(f"{{{_NS}}}file")
    languages = {file.get("target-language") for file in files}
    if len(languages) > 1:
        raise broken(name, "it has several target languages")
    entries = tuple(taken for file in files for taken in _entries(file, name))
    if not entries:
        raise broken(name, "there is no trans-unit in it")
    seen: set[str] = set()
    for taken in entries:
        if taken.id in seen:
            raise broken(name, f"the entry “{taken.sources[0][:60]}” stands there twice", _line_of(taken))
        seen.add(taken.id)
    language = next(iter(languages))
    return Received(language.replace("_", "-") if language else None, _stated(root), entries)


def _stated(root: Any) -> str | None:
    """The plural rule of the PO file that an XLIFF file was made from, where it tells."""
    for unit in root.iter(f"{{{_NS}}}trans-unit"):
        if unit.get("restype") == _HEADER:
            rule = _RULE.search(_halves(unit)[1])
            return rule[1].strip() if rule else None
    return None


def _line_of(taken: TakenString) -> int:
    return int(taken.place.rpartition(":")[2] or 0)


def _entries(file: Any, name: str) -> Iterator[TakenString]:
    unit, group = f"{{{_NS}}}trans-unit", f"{{{_NS}}}group"
    for element in file.iter(unit, group):
        place = f"{name}:{element.sourceline or 0}"
        if element.tag == group:
            if element.get("restype") == _PLURALS:
                units = [_halves(one) for one in element.findall(unit)]
                forms = tuple(target for _, target, _ in units)
                while forms and not forms[-1]:
                    forms = forms[:-1]
                doubtful = any(is_doubtful for _, _, is_doubtful in units)
                sources = tuple(dict.fromkeys(source for source, _, _ in units))
                own = element.get("id", "")
                # A tool that made the file of a PO file numbers it anew; both forms of the English say which it is.
                id = own if _OURS.fullmatch(own) or len(sources) != 2 else message_id(*sources)
                if units:
                    yield TakenString(id, sources, forms, doubtful, place, counts=True)
        elif element.get("restype") == _HEADER:
            continue
        elif (parent := element.getparent()) is None or parent.get("restype") != _PLURALS:
            source, target, doubtful = _halves(element)
            yield TakenString(message_id(source), (source,), (target,) if target else (), doubtful, place)


def _halves(unit: Any) -> tuple[str, str, bool]:
    """Source, target, and whether the target is doubtful."""
    source, target = unit.find(f"{{{_NS}}}source"), unit.find(f"{{{_NS}}}target")
    codes = {} if source is None else {code.get("id"): _text(code, {}) for code in source.iter() if code is not source}
    state = target.get("state", "") if target is not None else ""
    return _text(source, {}), _text(target, codes), state in _DOUBTFUL


def _text(element: Any, codes: dict[str, str]) -> str:
    """The text of a source or target, its inline codes back in place."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        own = _text(child, codes)
        parts.append(own or child.get("equiv-text") or codes.get(child.get("id"), ""))
        parts.append(child.tail or "")
    return "".join(parts)
