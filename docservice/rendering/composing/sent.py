"""What a copy of a notice says of itself: which one it is, and to whom the notice goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from docservice.rendering.composing.values import Day, Fact, Record
from docservice.rendering.composing.view import EarlierDocument, View


class CopyOfNotice(Protocol):
    """Which copy of which notice: as ``pipeline.notices.NoticeCopy``."""

    @property
    def number(self) -> str: ...
    @property
    def copy(self) -> int: ...
    @property
    def printing(self) -> int: ...
    @property
    def recipients(self) -> Sequence[str]: ...
    @property
    def earlier(self) -> EarlierDocument | None: ...


def notice(view: View, copy: CopyOfNotice | None) -> Record | None:
    """``document.notice``: ``number``, ``copy`` and ``printing``; ``earlier`` (``number``, ``date``), the printing that
    it takes the place of; ``sent_to``, each with ``name`` and ``role`` (of its roles the first), empty where one gets
    it. Who gets it is named, and nothing more of them."""
    if copy is None:
        return None
    listed = {party.id: index for index, party in enumerate(view.casefile.parties)}
    sent_to = tuple(
        Record(
            f"document.notice.sent_to.{place}",
            {
                "name": view.name(view.casefile.parties[listed[id]].name, f"/parties/{listed[id]}/name"),
                "role": view.casefile.parties[listed[id]].roles[0],
            },
        )
        for place, id in enumerate(copy.recipients)
        if id in listed
    )
    earlier = None
    if copy.earlier is not None:
        values = {
            "number": Fact(copy.earlier.number, "record/earlier/number"),
            "date": Day(copy.earlier.issued_on, view.language),
        }
        earlier = Record("document.notice.earlier", values)
    return Record(
        "document.notice",
        {
            "number": Fact(copy.number, "record/notice") if copy.number else None,
            "copy": copy.copy,
            "printing": copy.printing,
            "earlier": earlier,
            "sent_to": sent_to if len(copy.recipients) > 1 else (),
        },
    )
