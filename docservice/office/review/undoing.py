"""A version that takes another's place without its changes: on that day they are gone, and nobody decided so.

When a version is approved for a day, it is held against the version that goes before it and the one that comes after it
by date, in whatever order they were approved. Who wrote the later one from the earlier saw its text; of others, what
the earlier changed since the text that both come from must be in the later (``wording.redlines.undone``), or the
approver confirms that it goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from docservice.office.means.lineage import common, neighbours
from docservice.office.means.versions import VersionRecord
from docservice.rendering.redline.labels import in_words
from docservice.wording.bundle import Bundle
from docservice.wording.redlines.undone import Undone, undone


@dataclass(frozen=True, slots=True)
class Undoing:
    """On the day ``on`` version ``later`` takes the place of ``earlier``, and these of its ``changes`` are gone.

    ``changes`` are sentences. ``id`` names exactly this: whoever approves confirms it by that name.
    """

    id: str
    earlier: int
    later: int
    on: date
    changes: tuple[str, ...]


def undoings(
    listed: Sequence[VersionRecord], version: VersionRecord, effective_on: date,
    text: Callable[[VersionRecord], Bundle],
) -> tuple[Undoing, ...]:  # fmt: skip
    """What would be undone if ``version``, one of ``listed`` of its template, took force on that day.

    ``text`` gives the bundle of a version, with the translations that hold today.
    """
    before, after = neighbours(listed, version.number, effective_on)
    found = []
    if before is not None and before.effective_on is not None:
        first = neighbours(listed, before.number, before.effective_on)[0]
        found.append(_undoing(listed, before, version, effective_on, first, text))
    if after is not None and after.effective_on is not None:
        found.append(_undoing(listed, version, after, after.effective_on, before, text))
    return tuple(one for one in found if one is not None)


def _undoing(
    listed: Sequence[VersionRecord], earlier: VersionRecord, later: VersionRecord, on: date,
    first: VersionRecord | None, text: Callable[[VersionRecord], Bundle],
) -> Undoing | None:  # fmt: skip
    if earlier.sha256 == later.sha256:
        return None
    # Without a text that both come from, what the earlier changed is what it changed on its day, of the ``first``.
    base = common(listed, earlier.number, later.number) or first
    if base is None or base.sha256 == earlier.sha256:
        return None
    changes = tuple(dict.fromkeys(_sentences(undone(text(base), text(earlier), text(later)))))
    if not changes:
        return None
    said = "\n".join([earlier.sha256, later.sha256, on.isoformat(), *changes])
    return Undoing(hashlib.sha256(said.encode()).hexdigest()[:12], earlier.number, later.number, on, changes)


def _sentences(found: Undone) -> Iterator[str]:
    for change in found.words:
        where = change.block.within[-1].replace("-", " ") if change.block.within else ""
        said = in_words(change, found.made)
        yield f"{where}: {said}" if where else said
    for one in found.meta:
        name = one.name.replace("_", " ")
        yield f"about the template, {name}: “{one.old or 'nothing'}” became “{one.new or 'nothing'}”"
    for file in found.files:
        yield f"the file {file.path} was {'changed' if file.change == 'changed' else file.change}"
    for language, english in found.translations:
        short = english if len(english) <= 80 else f"{english[:79]}…"
        yield f"the translation ({language}) of “{short}” was changed"
