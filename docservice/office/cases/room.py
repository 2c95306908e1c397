"""The room where cases are kept, as the doors see it: told, read, changed in part, searched; events; the feed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, BinaryIO

from docservice.office.cases import (
    changing,
    exporting,
    feed,
    happening,
    keeping,
    listing,
    next_steps,
    ordering,
    parts,
    photographs,
    reading,
    revisions,
    serving,
    taking_over,
)
from docservice.office.cases.due_room import Due
from docservice.office.cases.happening import CaseEventOrder
from docservice.office.cases.keeping import FactsChange, OwnerCheck, SeenRevision
from docservice.office.cases.listing import CaseFilter, ListChoices, ListedCase
from docservice.office.cases.next_steps import Outlook
from docservice.office.cases.photographs import TakenPhotograph
from docservice.office.cases.revisions import CaseRevision
from docservice.office.cases.serving import AttemptOnRecord, ServiceOnRecord
from docservice.office.cases.taking_over import CaseTakenOver
from docservice.office.cases.values import CaseOnRecord, CaseSummary, Feed
from docservice.office.means.means import Means
from docservice.office.means.records import CaseEventRecord, Page
from docservice.pipeline.order import Order
from docservice.storage import audit
from docservice.town.debts import DebtLedger
from docservice.town.next_steps import NextStep
from docservice.town.owed_papers import OwedPaper


class Cases:
    """Cases on record, and what is ``due`` in them. Threads may share it.

    Every method finds a case however its number is typed.
    """

    def __init__(self, means: Means) -> None:
        self._means, self.due = means, Due(means)

    def read(self, number: str, on: date | None = None, revision: int | None = None) -> CaseOnRecord:
        """A case with what the register knew on a day (today). See ``office.cases.reading``."""
        return reading.read(self._means, number, on, revision)

    def summary(self, number: str) -> CaseSummary:
        """A case as it stands in a list. Raises ``Refusal("case.unknown", kind="missing")``."""
        with self._means.store.database.reading() as session:
            return reading.summary_in(session, reading.row_of(session, number), self._means.today())

    def listed(self, wanted: CaseFilter, page: int = 1) -> Page[ListedCase]:
        """Cases as the desk lists them. See ``office.cases.listing``."""
        return listing.listed(self._means, wanted, page)

    def choices(self) -> ListChoices:
        """What a list of cases may be narrowed to: officers, topics, streets that there are."""
        return listing.choices(self._means)

    def suggested_number(self) -> str:
        """The number that goes on after the newest case's."""
        return listing.suggested_number(self._means)

    def revisions(self, number: str) -> tuple[CaseRevision, ...]:
        """Who changed the facts of a case when, the newest first. See ``office.cases.revisions``."""
        return revisions.of(self._means, number)

    def opened_private(self, number: str, *, actor: str) -> None:
        """Put on the trail that somebody opened what is confidential of a case."""
        with self._means.store.database.writing() as session:
            row = reading.row_of(session, number)
            audit.record(session, at=self._means.clock(), actor=actor, action="case.private_read",
                         subject=f"case/{row.number}", detail={"case": row.number})  # fmt: skip

    def put_by(self, number: str) -> str | None:
        """Who put a case on record; None: nobody."""
        with self._means.store.database.reading() as session:
            return reading.put_by(session, number)

    def search(self, **wanted: Any) -> Page[CaseSummary]:
        """Cases, newest first. See ``office.cases.reading.search``."""
        return reading.search(self._means, **wanted)

    def put(
        self,
        number: str,
        facts: Mapping[str, Any],
        *,
        actor: str,
        saw: SeenRevision,
        allowed: OwnerCheck = lambda owner: None,
    ) -> CaseOnRecord:
        """Keep the whole facts of a case. See ``office.cases.keeping``."""
        return changing.told(
            self._means,
            number,
            lambda: keeping.keep(
                self._means, number, lambda _: facts, actor=actor, saw=saw, whole=True, allowed=allowed
            ),
        )

    def rewrite(self, number: str, change: FactsChange, *, actor: str, saw: int) -> CaseOnRecord:
        """Keep what ``change`` makes of the facts as they are read, with what the register knows in them."""
        return self._change(number, change, actor, saw)

    def patch(self, number: str, patch: Mapping[str, Any], *, actor: str, saw: int) -> CaseOnRecord:
        """Change objects of the facts by a merge patch. See ``office.cases.parts``."""
        return self._change(number, partial(parts.patched, patch=patch), actor, saw)

    def put_item(
        self, number: str, listed: str, id: str, item: Mapping[str, Any], *, actor: str, saw: int
    ) -> CaseOnRecord:
        """Put one item into a list of the facts."""
        return self._change(number, partial(parts.with_item, listed=listed, id=id, item=item), actor, saw)

    def remove_item(self, number: str, listed: str, id: str, *, actor: str, saw: int) -> CaseOnRecord:
        """Take one item out of a list of the facts, unless a paper in force needs it."""
        return self._change(number, partial(parts.without_item, listed=listed, id=id), actor, saw)

    def _change(self, number: str, change: Any, actor: str, saw: int) -> CaseOnRecord:
        return changing.told(
            self._means, number, lambda: keeping.keep(self._means, number, change, actor=actor, saw=saw, whole=False)
        )

    def tell(
        self, number: str, order: CaseEventOrder, *, actor: str, idempotency_key: str | None = None
    ) -> CaseEventRecord:
        """Put on record what happened in a case. See ``office.cases.happening``."""
        return happening.tell(self._means, number, order, actor=actor, idempotency_key=idempotency_key)

    def attempt(self, case: str, document: str, on: date, data: Mapping[str, Any], **told: Any) -> AttemptOnRecord:
        """Put an attempt to serve a document on record. See ``office.cases.serving``."""
        return serving.attempt(self._means, case, document, on, data, **told)

    def service_result(
        self, case: str, document: str, position: int, leg: int, on: date, data: Mapping[str, Any], **told: Any
    ) -> AttemptOnRecord:
        """Tell what became of a leg of an attempt."""
        return serving.result(self._means, case, document, position, leg, on, data, **told)

    def service(self, case: str, document: str) -> ServiceOnRecord:
        """The attempts to serve a document, and what they amount to."""
        return serving.service_of(self._means, case, document)

    def printing(self, case: str, notice: str, copy: int) -> str:
        """The number of the newest printing of a copy of a notice."""
        return serving.printing_of(self._means, case, notice, copy)

    def evidence(self, case: str, sha256: str) -> tuple[str, bytes]:
        """A file that came with what was told of a case: its name and its bytes."""
        return serving.file_of(self._means, case, sha256)

    def take_photographs(self, number: str, files: Mapping[str, bytes]) -> tuple[TakenPhotograph, ...]:
        """Keep photographs of a case, to be named by its visits. See ``office.cases.photographs``."""
        return photographs.take(self._means, reading.read(self._means, number).casefile, files)

    def photograph(self, sha256: str, name: str, *, small: bool) -> tuple[bytes, str]:
        """A photograph that is kept, as it is shown, and its media type."""
        return photographs.shown(self._means, sha256, name, small=small)

    def take_over(self, told: Mapping[str, Any], *, actor: str) -> CaseTakenOver:
        """Put a whole case of before on record: its facts and what happened in it. See ``office.cases.taking_over``."""
        return taking_over.take_over(self._means, told, actor=actor)

    def events(self, number: str) -> tuple[CaseEventRecord, ...]:
        """What happened in a case, in the order of record."""
        return happening.told(self._means, number)

    def feed(self, position: int, *, limit: int, owner: str | None = None) -> Feed:
        """What was put on record after a position. See ``office.cases.feed``."""
        return feed.after(self._means, position, limit=limit, owner=owner)

    def order(self, number: str, revision: int | None, order: Order) -> Order:
        """An order by the number of a case. See ``office.cases.ordering``."""
        return ordering.by_case(self._means, number, revision, order)

    def next_steps(self, number: str, on: date | None = None) -> tuple[NextStep, ...]:
        """What may go out in a case next, and to whom. See ``office.cases.next``."""
        return next_steps.steps(self._means, number, on)

    def outlook(self, number: str) -> Outlook:
        """What may go out today, and the dates that it would say. See ``office.cases.next_steps``."""
        return next_steps.outlook(self._means, number)

    def owed_papers(self, number: str, on: date | None = None) -> tuple[OwedPaper, ...]:
        """Papers that what happened in a case calls for: of fines that fell, of what is void."""
        return next_steps.owed(self._means, number, on)

    def ledger(self, number: str, on: date | None = None) -> DebtLedger:
        """What is owed in a case: one debt for each citation, and its costs. See ``town.debts``."""
        return next_steps.ledger(self._means, number, on)

    def export(self, number: str, out: BinaryIO) -> None:
        """Everything on record of a case, as one .zip. See ``office.cases.exporting``."""
        exporting.export(self._means, number, out)
