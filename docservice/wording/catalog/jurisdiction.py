"""Whose law a wording names: statutes, courts and states belong in ``law/<state>/`` or a town's folder (docs/law.md).

A list of words, and no lawyer: it finds citations as American codes and courts are cited, and the names of states. A
wording that tells a rule of one state without naming it is not found.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress

from docservice.finding import Finding
from docservice.layers import NATION
from docservice.wording.bundle import Bundle

STATES: Mapping[str, str] = {
    "al": "Alabama", "ak": "Alaska", "az": "Arizona", "ar": "Arkansas", "ca": "California", "co": "Colorado",
    "ct": "Connecticut", "de": "Delaware", "dc": "District of Columbia", "fl": "Florida", "ga": "Georgia",
    "hi": "Hawaii", "id": "Idaho", "il": "Illinois", "in": "Indiana", "ia": "Iowa", "ks": "Kansas", "ky": "Kentucky",
    "la": "Louisiana", "me": "Maine", "md": "Maryland", "ma": "Massachusetts", "mi": "Michigan", "mn": "Minnesota",
    "ms": "Mississippi", "mo": "Missouri", "mt": "Montana", "ne": "Nebraska", "nv": "Nevada", "nh": "New Hampshire",
    "nj": "New Jersey", "nm": "New Mexico", "ny": "New York", "nc": "North Carolina", "nd": "North Dakota",
    "oh": "Ohio", "ok": "Oklahoma", "or": "Oregon", "pa": "Pennsylvania", "ri": "Rhode Island",
    "sc": "South Carolina", "sd": "South Dakota", "tn": "Tennessee", "tx": "Texas", "ut": "Utah", "vt": "Vermont",
    "va": "Virginia", "wa": "Washington", "wv": "West Virginia", "wi": "Wisconsin", "wy": "Wyoming",
}  # fmt: skip

_CODES = r"(?:Civil|Civ\.|Government|Gov\.|Govt\.|Health|Penal|Vehicle|Revenue|Rev\.|Business|Bus\.|Evidence|Labor|Tax)"
_CITED = re.compile(
    rf"§+\s*\d[\w.()-]*"
    rf"|\b{_CODES}(?:\s+(?:and|&amp;|&)\s+[A-Z][\w.]+)?\s+(?:Code|Proc\.|Procedure)(?:,?\s+(?:sections?|§+)\s*[\d.]+)?"
    r"|\bCode\s+(?:of\s+[A-Z]\w+\s+)*(?:sections?|§+)\s*\d[\d.]*|\b(?:Code|Statutes?|Stat\.)\s+(?:sections?|ch(?:apter|\.))\s*\d[\d.]*"
    r"|\b[Ss]ections?\s+\d+\.\d[\d.]*"
    r"|\b(?:Superior|Circuit|County|District|Municipal|Justice|Supreme|Appeals?)\s+Court\b|\bCourt\s+of\s+Appeals?\b"
    r"|\bFranchise\s+Tax\s+Board\b|\blaws\s+of\s+the\s+(?:State|Commonwealth)\b|\bunder\s+penalt(?:y|ies)\s+of\s+perjury\b"
)
_STATE = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, STATES.values()))})(?![\w-])")
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.S)
_REMARKS = {"yaml": re.compile(r"(?m)(?:^|\s)#.*"), "typ": re.compile(r"(?<!:)//.*"), "json": re.compile(r"(?!)")}
_TAGS = re.compile(r"<[^>]*>")
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", re.S)


def named_law(text: str) -> Iterator[tuple[str, int]]:
    """Every statute, court and state that a wording (HTML, Jinja) names, and its line."""
    yield from _named(_EXPRESSION.sub(_blank, _COMMENT.sub(_blank, text)))


def law_in(path: str, data: bytes) -> Iterator[tuple[str, int]]:
    """The same of any file of a bundle that is printed from: wording, ``template.yaml``, the letterhead.

    Samples are facts of invented cases, and a stylesheet names typefaces (Georgia): they are not looked at.
    """
    if path.endswith(".html"):
        yield from named_law(data.decode())
    elif path.endswith(".docx"):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as parts:  # its face refuses a broken one
            for name in parts.namelist():
                if name.startswith("word/") and name.endswith(".xml"):
                    yield from ((words, 1) for words, _ in _named(_TAGS.sub("", parts.read(name).decode())))
    elif path.endswith((".yaml", ".typ", "words.json")):
        yield from _named(_REMARKS[path.rpartition(".")[2]].sub(_blank, data.decode()))


def _named(bare: str) -> Iterator[tuple[str, int]]:
    for match in sorted((*_CITED.finditer(bare), *_STATE.finditer(bare)), key=lambda found: found.start()):
        yield " ".join(match.group().split()), bare.count("\n", 0, match.start()) + 1


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def misplaced(bundle: Bundle) -> Iterator[Finding]:
    """What names law where it does not belong: anything in the nation's layer; in another, another state; in a
    translation, what its English does not name."""
    own = next((key for key in bundle.layers.values() if key.startswith(f"{NATION}-")), None)
    for path, data in bundle.files.items():
        layer = bundle.layers.get(path)
        if layer is None:
            continue
        allowed = STATES.get((layer if layer.startswith(f"{NATION}-") else own or "").removeprefix(f"{NATION}-"))
        for words, line in law_in(path, data):
            if layer == NATION:
                message = f"“{words}” is the law of one state; its place is law/<state>/ or the town's folder"
            elif words in STATES.values() and allowed is not None and words != allowed:
                message = f"“{words}” is not the state of this wording ({allowed})"
            else:
                continue
            yield Finding("template.jurisdiction", "error", message, f"{path}:{line}")
    yield from _added(bundle)


def _added(bundle: Bundle) -> Iterator[Finding]:
    """What a translation names that its English does not: wherever that stands, it is law that nobody put there."""
    for language in bundle.languages[1:]:
        for english, said in bundle.messages(language).texts.items():
            if any(named_law(english)):
                continue
            for words, _ in (one for form in ([said] if isinstance(said, str) else said) for one in named_law(form)):
                message = f"“{words}” is named in the translation of “{english[:80]}”, which names no law"
                yield Finding("template.jurisdiction", "error", message, f"messages/{language}.json")
