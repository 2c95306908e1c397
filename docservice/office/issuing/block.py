"""A block: letters that are issued together, one or many, from their numbers to the record.

The number is printed on the document, so it must be known before rendering, and must not be used up when rendering or
a check refuses. So: a short transaction reserves the numbers (``storage.numbering``); the letters are rendered and
checked while nothing is locked and no transaction is open; their files are staged; one more short transaction adds the
records and uses the numbers. Files go to their place after the commit (``storage.blobs``). A kill at any point leaves
either all of a letter or nothing; the number of what is refused, or was lost with its process, is taken by the next
reservation.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docservice.casefile.record import case_key
from docservice.office.issuing import clerical
from docservice.office.issuing.certified import articles_for
from docservice.office.issuing.filing import file_sets, issued_before
from docservice.office.issuing.making import MadeSet, make, stage_set
from docservice.office.issuing.notice_numbers import Numbers, OwnNumbers
from docservice.office.issuing.rechecking import recheck
from docservice.office.issuing.same_text import differing
from docservice.office.means import case_records, closings, idempotency
from docservice.office.means.idempotency import Request
from docservice.office.means.means import Means, Prepared
from docservice.office.means.records import DocumentRecord, document_record
from docservice.refusal import Refusal
from docservice.storage import numbering
from docservice.storage.articles import release_articles, use_articles
from docservice.storage.holding import HolderLostError
from docservice.storage.outages import Outage
from docservice.storage.store import register
from docservice.town.effects import effect_of

log = logging.getLogger(__name__)

_TRIES = 3  # when the lease is lost: the machine slept, or the database did not answer for so long
HALTED = "job.halted"
_WITH_OTHERS = Refusal("notice.with_others", "Another of its copies is refused; none was issued.", kind="conflict")


def issue_block(
    means: Means,
    letters: Sequence[Prepared],
    actor: str,
    *,
    requests: Sequence[Request | None] | None = None,
    halted: Callable[[], str | None] | None = None,
    numbers: Numbers | None = None,
    together: bool = False,
) -> list[DocumentRecord | Refusal]:
    """The outcome of each letter, in their order. Raises what hinders all of them.

    ``requests`` are theirs. With ``together`` all are kept, or none. ``halted`` is asked
    before each letter; once it says why, the letters that are left are refused (``HALTED``).

    ``numbers`` says where they have theirs from; unsaid, each its own. Those rise in their order, but that the last
    letter of a series takes the number of one that is refused.
    """
    for turn in range(_TRIES):
        with means.store.holding.held() as holder:
            block = LetterBlock(means, letters, holder, requests=requests, halted=halted, numbers=numbers)
            try:
                block.reserve()
                block.make()
                return block.keep(actor, together=together)
            except HolderLostError:  # nothing was kept, and the numbers are somebody else's: begin again
                means.store.holding.abandon(holder)
                if turn == _TRIES - 1:
                    raise
            finally:
                block.let_go()
    raise AssertionError("unreachable")


class LetterBlock:
    """Letters on their way: ``reserve``, ``make`` and ``keep``, and ``let_go`` of what was not kept."""

    def __init__(
        self,
        means: Means,
        letters: Sequence[Prepared],
        holder: str,
        *,
        requests: Sequence[Request | None] | None = None,
        halted: Callable[[], str | None] | None = None,
        numbers: Numbers | None = None,
    ) -> None:
        self._means, self._letters, self._holder, self._halted = means, letters, holder, halted
        self._requests = requests or [None] * len(letters)
        self._source = numbers or OwnNumbers()
        self._numbers: list[int] = []  # of each letter
        self._articles: Mapping[int, str | Refusal] = {}  # of those that go by certified mail
        self._made: list[MadeSet | Refusal] = []
        self._unused: set[int] = set()  # places in ``letters`` whose numbers are reserved and not used

    def reserve(self) -> None:
        """A number for each letter, in their order, and an article number where it goes by certified mail."""
        at = self._means.clock()
        with self._means.store.database.writing() as session:
            self._means.store.holding.give_up(session)
            self._articles = articles_for(session, self._letters, holder=self._holder, at=at)
            self._numbers = self._source.reserve(self._means, session, self._letters, self._holder)
        self._unused = set(range(len(self._letters)))

    @property
    def numbers(self) -> Sequence[int]:
        """Those of the letters, in their order."""
        return self._numbers

    @property
    def articles(self) -> Sequence[str | None]:
        """The article numbers of the letters, in their order; None for those without."""
        found = [self._articles.get(place) for place in range(len(self._letters))]
        return [one if isinstance(one, str) else None for one in found]

    @property
    def made(self) -> Sequence[MadeSet | Refusal]:
        """What was made of each letter, or why not."""
        return self._made

    def take(self, numbers: Sequence[int], articles: Sequence[str | None], made: Sequence[MadeSet]) -> None:
        """Go on with what was reserved and made before."""
        self._articles = {place: article for place, article in enumerate(articles) if article is not None}
        self._numbers, self._made = list(numbers), list(made)
        self._unused = set(range(len(self._letters)))

    def make(self, *, fill: bool = True) -> None:
        """Render and check every letter, in as many rendering processes as the office has.

        With ``fill`` the number of one that is refused is given to the last.
        """
        places = range(len(self._letters))
        self._made = self._means.at_once(self._make, places)
        for place in places:
            if fill and self._source.own and isinstance(self._made[place], Refusal) and HALTED not in self._codes():
                self._fill(place)

        if not self._source.own:
            for place, refusal in differing(self._means, self._made).items():
                self._made[place] = refusal

    def _codes(self) -> set[str]:
        return {made.code for made in self._made if isinstance(made, Refusal)}

    def _make(self, place: int) -> MadeSet | Refusal:
        if self._halted is not None and self._halted() is not None:
            return Refusal(HALTED, "The work was ended before this letter.", kind="conflict")
        article = self._articles.get(place)
        if isinstance(article, Refusal):
            return article
        try:
            made = make(self._means, self._letters[place], self._numbers[place], article)
            clerical.refuse_more(self._means, self._letters[place], made)
            return made
        except Refusal as refusal:
            return refusal

    def _fill(self, gap: int) -> None:
        """Give the number of a refused letter to the last of its series: what stays open is at the block's end."""
        later = [
            place
            for place, letter in enumerate(self._letters)
            if letter.series == self._letters[gap].series
            and not isinstance(self._made[place], Refusal)
            and self._numbers[place] > self._numbers[gap]
        ]
        if later:
            last = max(later, key=lambda place: self._numbers[place])
            self._numbers[last], self._numbers[gap] = self._numbers[gap], self._numbers[last]
            self._made[last] = self._make(last)

    def keep(self, actor: str, *, together: bool = False) -> list[DocumentRecord | Refusal]:
        """Put on record what was made: all at once, or each for itself when that does not go through.

        ``together``: only all at once; none where one was refused, and raises what hinders them.
        """
        outcomes: dict[int, DocumentRecord | Refusal] = {
            place: made for place, made in enumerate(self._made) if isinstance(made, Refusal)
        }
        ready = [place for place in range(len(self._made)) if place not in outcomes]
        if together and outcomes:
            return [outcomes.get(place, _WITH_OTHERS) for place in range(len(self._letters))]
        try:
            outcomes.update(zip(ready, self._keep(ready, actor), strict=True))
        except (IntegrityError, Refusal):  # another process did one of them under its key, or a case moved on
            if len(self._letters) == 1 or together:
                raise
            outcomes.update((place, self._keep_alone(place, actor)) for place in ready)
        return [outcomes[place] for place in range(len(self._letters))]

    def _keep_alone(self, place: int, actor: str) -> DocumentRecord | Refusal:
        request = self._requests[place]
        try:
            [record] = self._keep([place], actor)
            return record
        except IntegrityError:
            found = idempotency.replay(self._means, request, issued_before) if request is not None else None
            if found is None:
                raise
            return found
        except HolderLostError:
            raise
        except Refusal as refusal:
            return refusal

    def _keep(self, places: Sequence[int], actor: str) -> list[DocumentRecord]:
        if not places:
            return []
        at = self._means.clock()
        sets = [(self._numbers[place], made) for place in places if not isinstance(made := self._made[place], Refusal)]
        with self._means.store.blobs.staging() as stage:
            for _, made in sets:
                stage_set(stage, made)
            with self._means.store.database.writing() as session:
                self._means.store.holding.confirm(session, self._holder)
                self._refuse_moved(session, places)
                register(session, stage, at)
                recheck(self._means, session, [made for _, made in sets])
                letters, numbers = [self._letters[place] for place in places], [number for number, _ in sets]
                self._source.use(self._means, session, letters, numbers, self._holder)
                every = file_sets(session, sets, at=at, actor=actor)
                for place, rows in zip(places, every, strict=True):
                    request = self._requests[place]
                    if request is not None:
                        request.remember(session, at, document=rows[-1].id)
                printed = {
                    article: rows[0].id
                    for place, rows in zip(places, every, strict=True)
                    if isinstance(article := self._articles.get(place), str)
                }
                use_articles(session, printed, holder=self._holder, at=at)
                closings.settle(self._means, session, self._closing(places))
                session.flush()
                records = [document_record(rows[-1]) for rows in every]
            self._unused -= set(places)
            stage.publish()
        return records

    def _refuse_moved(self, session: Session, places: Sequence[int]) -> None:
        """Hold the cases that letters were made by, in one order: two blocks may not wait for each other crosswise."""
        closings.hold(session, self._closing(places))
        cases = {case for place in places if (case := self._letters[place].case) is not None and case.strict}
        for case in sorted(cases, key=lambda case: (case.number, case.revision)):
            case_records.refuse_moved(session, case.number, case.revision, lock=True)

    def _closing(self, places: Sequence[int]) -> set[str]:
        """The cases that letters of the block close."""
        letters = [self._letters[place] for place in places]
        return {
            case_key(one.casefile.case.number)
            for one in letters
            if effect_of(one.edition.pack, one.bundle.meta.document_type) == "closed"
        }

    def let_go(self) -> None:
        """Free the numbers that were not used, for the next reservation."""
        if not self._unused:
            return
        at = self._means.clock()
        try:
            with self._means.store.database.writing() as session:
                own = self._unused if self._source.own else ()  # a notice's number is its mailing's
                for place in sorted(own, key=lambda place: self._letters[place].series):
                    made = self._made[place] if place < len(self._made) else None
                    why = made.code if isinstance(made, Refusal) else "failed"
                    series, number = self._letters[place].series, [self._numbers[place]]
                    numbering.release(session, *series, number, holder=self._holder, why=why, at=at)
                unused = [self._articles.get(place) for place in self._unused]
                free = [article for article in unused if isinstance(article, str)]
                if free:
                    release_articles(session, self._holder, free, at=at)
        except Outage as error:
            log.warning("numbers are left to their lease: %s", error)
            self._means.store.holding.abandon(self._holder)
