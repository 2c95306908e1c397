"""What a copy of a notice says of itself: which one it is, to whom the notice goes, and who owes what it sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from docservice.casefile.facts import Party
from docservice.rendering.composing.values import Day, Fact, Record
from docservice.rendering.composing.view import EarlierDocument, View
from docservice.town.pack import DocumentType
from docservice.town.readers import only_told, reader_of


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


# Who knows the people who live there anyway.
_KNOW_RESIDENTS = ("owner", "agent")


def notice(view: View, copy: CopyOfNotice | None, reader: Party | None) -> Record | None:
    """``document.notice``: ``number``, ``copy`` and ``printing``; ``earlier`` (``number``, ``date``), the printing that
    it takes the place of; ``sent_to``, each with ``name`` and ``role`` (of its roles the first), empty where one gets
    it. Who gets it is named, and nothing more of them. Of the people who live there only the owner's side reads the
    names, and each their own: ``residents`` says that others of them get it too."""
    if copy is None:
        return None
    parties = view.casefile.parties
    listed = {party.id: index for index, party in enumerate(parties)}
    got = [id for id in copy.recipients if id in listed]
    knows = reader is not None and reader_of(reader, parties) in _KNOW_RESIDENTS
    hidden = {
        id
        for id in got
        if not knows and only_told(parties[listed[id]], parties) and (reader is None or id != reader.id)
    }
    sent_to = tuple(
        Record(
            f"document.notice.sent_to.{place}",
            {
                "name": view.name(view.casefile.parties[listed[id]].name, f"/parties/{listed[id]}/name"),
                "role": view.casefile.parties[listed[id]].roles[0],
            },
        )
        for place, id in enumerate(one for one in got if one not in hidden)
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
            "residents": bool(hidden),
        },
    )


def debt(
    view: View, kind: DocumentType | None, party: Party | None, number: str | None, copy: CopyOfNotice | None
) -> Record:
    """``document.debt``: ``owes``, whether who gets this owes what it sets; ``number``, under which it is paid;
    ``owed_by``, the names of those who owe it, empty for the only one who does."""
    liability = kind.liability if kind is not None else None
    owes = liability is None or party is None or liability.owes(party.roles)
    together = [
        view.name(each.name, f"/parties/{index}/name")
        for index, each in enumerate(view.casefile.parties)
        if (copy is None or each.id in copy.recipients) and liability is not None and liability.owes(each.roles)
    ]
    if owes and (copy is None or len(together) < 2):
        together = []
    known = copy.number if copy is not None else number
    return Record(
        "document.debt",
        {
            "owes": owes,
            "number": Fact(known, "record/debt") if known else None,
            "pay_at": Fact(view.pack.payment.at(known), "town/payment/link"),
            "owed_by": tuple(together),
        },
    )
