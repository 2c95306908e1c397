"""Whose law a wording names: statutes, courts and states belong in ``law/<state>/`` or a town's folder (docs/law.md).

A list of words, and no lawyer: it finds citations as American codes and courts are cited, and the names of states. A
wording that tells a rule of one state without naming it is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

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
_NAMED = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, STATES.values()))})(?![\w-])")
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.S)
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", re.S)


def named_law(text: str) -> Iterator[tuple[str, int]]:
    """Every statute, court and state that a wording names, and its line."""
    bare = _COMMENT.sub(_blank, text)
    bare = _EXPRESSION.sub(_blank, bare)
    for match in sorted((*_CITED.finditer(bare), *_NAMED.finditer(bare)), key=lambda found: found.start()):
        yield " ".join(match.group().split()), bare.count("\n", 0, match.start()) + 1


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def misplaced(bundle: Bundle) -> Iterator[Finding]:
    """What names law where it does not belong: anything in the nation's layer; in another, another state."""
    own = next((key for key in bundle.layers.values() if key.startswith(f"{NATION}-")), None)
    for path, data in bundle.files.items():
        layer = bundle.layers.get(path)
        if layer is None or not path.endswith(".html"):
            continue
        allowed = STATES.get((layer if layer.startswith(f"{NATION}-") else own or "").removeprefix(f"{NATION}-"))
        for words, line in named_law(data.decode()):
            if layer == NATION:
                message = f"“{words}” is the law of one state; its place is law/<state>/ or the town's folder"
            elif words in STATES.values() and allowed is not None and words != allowed:
                message = f"“{words}” is not the state of this wording ({allowed})"
            else:
                continue
            yield Finding("template.jurisdiction", "error", message, f"{path}:{line}")
