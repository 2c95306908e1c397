"""Who may approve wording: the town's part of that (docs/review.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from docservice.town.source import Source

ApproverRole = Literal["reviewer", "approver"]  # of accounts (office.people.roles): those that may approve at all

_SILENT = Source("Where the town says nothing", "P")


@dataclass(frozen=True, slots=True)
class Approval:
    """Which roles may approve a version of the wording: by document type, for handouts, and for everything else;
    and an edition of these rules.

    Whatever stands here, nobody approves what they wrote themselves.
    """

    otherwise: tuple[ApproverRole, ...] = ("approver",)
    handouts: tuple[ApproverRole, ...] = ("approver",)
    document_types: Mapping[str, tuple[ApproverRole, ...]] = field(default_factory=dict)
    rules: tuple[ApproverRole, ...] = ("approver",)  # editions of this pack
    source: Source = _SILENT

    def roles(self, document_type: str, face: str) -> tuple[ApproverRole, ...]:
        """The roles that may approve a version of this document type and face (``letter`` or ``handout``)."""
        general = self.handouts if face == "handout" else self.otherwise
        return self.document_types.get(document_type, general)
