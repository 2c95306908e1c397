"""One box for everything: cases and papers by street, name, number or code, whatever of it somebody has.

It reads the two narrow tables beside the records (``cases.words``, ``document_index``), which are written with what
they tell of. A number or a code that is whole is looked up and leads there at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from docservice.casefile.record import case_key
from docservice.office.cases.values import CaseSummary, summary_of
from docservice.office.issuing import document_index
from docservice.office.issuing.on_record import spellings
from docservice.office.means.means import Means
from docservice.office.means.records import DocumentRecord, document_record
from docservice.storage.folding import fold
from docservice.storage.models import CaseRow, DocumentIndexRow, DocumentRow

MOST = 20  # of each; who sees so many says more
LONGEST = 200


@dataclass(frozen=True, slots=True)
class FoundThings:
    """What a search found, the newest first. ``exact``: one of it has just that number or code.

    ``titles`` are those of the cases of the papers, by number.
    """

    cases: tuple[CaseSummary, ...] = ()
    papers: tuple[DocumentRecord, ...] = ()
    exact: bool = False
    more_cases: bool = False
    more_papers: bool = False


class Searching:
    """The search. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def find(self, query: str) -> FoundThings:
        """What is found by all words of ``query``; nothing by nothing."""
        query = " ".join(query.split())[:LONGEST]
        words = fold(query).split()
        if not words:
            return FoundThings()
        today = self._means.today()
        code = "".join(character for character in query.upper() if character.isalnum())
        with self._means.store.database.reading() as session:
            case = session.scalar(select(CaseRow).where(CaseRow.key == case_key(query)))
            if case is not None:
                return FoundThings((summary_of(case, today, None),), exact=True)
            named = select(DocumentRow).where(
                DocumentRow.number.in_(spellings(query)) | (DocumentRow.verify_code == code)
            )  # fmt: skip
            one = session.scalar(named.limit(1))
            if one is not None:
                return FoundThings(papers=(document_record(one),), exact=True)
            parts = [CaseRow.words.contains(word, autoescape=True) for word in words]
            cases = list(
                session.scalars(select(CaseRow).where(*parts).order_by(CaseRow.position.desc()).limit(MOST + 1))
            )
            places = list(
                session.scalars(
                    select(DocumentIndexRow.position).where(*document_index.matching(query))
                    .order_by(DocumentIndexRow.position.desc()).limit(MOST + 1)
                )
            )  # fmt: skip
            listed = select(DocumentRow).where(DocumentRow.position.in_(places[:MOST]))
            papers = list(session.scalars(listed.order_by(DocumentRow.position.desc())))
            return FoundThings(
                tuple(summary_of(row, today, None) for row in cases[:MOST]), tuple(map(document_record, papers)),
                more_cases=len(cases) > MOST, more_papers=len(places) > MOST,
            )  # fmt: skip

    def titles(self, numbers: Iterable[str]) -> dict[str, str]:
        """The titles of cases, by their numbers; a number that is not on record has none."""
        keys = {case_key(number): number for number in numbers}
        query = select(CaseRow.key, CaseRow.title).where(CaseRow.key.in_(keys))
        with self._means.store.database.reading() as session:
            return {keys[key]: title for key, title in session.execute(query)}
