"""A sample that says only how it differs from a shipped example: ``"_extends": "CE-2026-0147"`` and a merge patch.

What stands beside ``_extends`` is the patch (RFC 7396): an object changes what it names, null takes away; anything
else, a list too, takes the place of what was there. A version keeps its samples whole: an example that changes later
changes no sample on record.
"""

from __future__ import annotations

import json
import re
from typing import Any

from docservice import shipped

EXTENDS = "_extends"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*\Z")


def resolved(content: bytes) -> bytes:
    """The whole sample; as it is when it extends nothing, or nothing that there is (lint says so)."""
    try:
        patch = json.loads(content)
        base = _example(patch.pop(EXTENDS)) if isinstance(patch, dict) and EXTENDS in patch else None
    except (ValueError, UnicodeDecodeError, RecursionError):
        return content
    if base is None:
        return content
    return json.dumps(merged(base, patch), ensure_ascii=False, indent=1).encode() + b"\n"


def merged(base: Any, patch: Any) -> Any:
    """RFC 7396 §2: ``base`` with ``patch`` applied."""
    if not isinstance(patch, dict):
        return patch
    found = dict(base) if isinstance(base, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found


def difference(base: Any, wanted: Any) -> Any:
    """The patch that makes ``wanted`` of ``base``; neither may hold null, which a patch cannot say."""
    if not isinstance(base, dict) or not isinstance(wanted, dict):
        return wanted
    gone = {name: None for name in base if name not in wanted}
    changed = {
        name: difference(base.get(name), value)
        for name, value in wanted.items()
        if name not in base or base[name] != value
    }
    return {**changed, **gone}


def shortened(content: bytes) -> bytes:
    """A whole sample as the shortest patch of an example; as it is where no example makes it shorter."""
    wanted = json.loads(content)
    best = content
    for name in names():
        base = _example(name)
        patch = difference(base, wanted)
        said = json.dumps({EXTENDS: name, **patch}, ensure_ascii=False, indent=1).encode() + b"\n"
        if len(said) < len(best) and merged(base, patch) == wanted:
            best = said
    return best


def names() -> tuple[str, ...]:
    """The examples that a sample can extend."""
    return tuple(sorted(path.parent.name for path in shipped.folder("examples").glob("*/casefile.json")))


def _example(name: object) -> Any:
    if not isinstance(name, str) or not _NAME.match(name):
        return None
    path = shipped.folder("examples") / name / "casefile.json"
    return json.loads(path.read_bytes()) if path.is_file() else None
