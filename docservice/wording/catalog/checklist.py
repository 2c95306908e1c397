"""The statutory checklist of a version: every block and statement that the law asks for, and where it stands.

Read off the wording, without rendering it. What stands inside a condition is said to: whether the facts bring it out is
for the samples to show, and for the checks of every single document (``checks.blocks``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.outline import OutlineMark, outline

_Status = Literal["there", "conditional", "missing"]


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing the law, the town or the template asks for. ``path`` and ``place`` are None when it is missing.

    ``required_by`` is the document type, the template, or both; ``citation`` the source in the town pack.
    """

    kind: Literal["block", "statement"]
    name: str
    title: str
    required_by: tuple[Literal["document_type", "template"], ...]
    citation: str
    status: _Status
    path: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """The checklist of one version under one edition of the town's rules."""

    document_type: str
    rules: str  # the edition of the town pack
    items: tuple[ChecklistItem, ...]

    @property
    def missing(self) -> tuple[ChecklistItem, ...]:
        return tuple(item for item in self.items if item.status == "missing")


def checklist(bundle: Bundle, pack: TownPack) -> Checklist:
    """The checklist of a version under an edition of the town's rules. A handout has the template's own blocks only."""
    kind = pack.document_types.get(bundle.meta.document_type) if bundle.meta.face == "letter" else None
    marks = outline(bundle).marks
    items: list[ChecklistItem] = []
    by_type = kind.required_blocks if kind else ()
    own = (*bundle.meta.required_blocks, *bundle.meta.must_contain)
    for name in dict.fromkeys((*by_type, *own)):
        asked: list[Literal["document_type", "template"]] = []
        if name in by_type:
            asked.append("document_type")
        if name in own:
            asked.append("template")
        citation = kind.source.citation if kind and name in by_type else ""
        found = _best([mark for mark in marks if mark.kind == "block" and mark.name == name])
        items.append(ChecklistItem("block", name, name.replace("-", " "), tuple(asked), citation, *_stand(found)))
    # A statement may be a block of its name as well (docs/house.md).
    for key in kind.statements if kind else ():
        statement = pack.statements[key]
        found = _best([mark for mark in marks if mark.name == key])
        items.append(
            ChecklistItem(
                "statement", key, statement.title, ("document_type",), statement.source.citation, *_stand(found)
            )
        )
    return Checklist(bundle.meta.document_type, pack.version, tuple(items))


def _best(marks: list[OutlineMark]) -> OutlineMark | None:
    """The mark that always stands there, else the first."""
    return min(marks, key=lambda mark: mark.conditional, default=None)


def _stand(mark: OutlineMark | None) -> tuple[_Status, str | None, str | None]:
    if mark is None:
        return "missing", None, None
    return ("conditional" if mark.conditional else "there"), mark.path, mark.place
