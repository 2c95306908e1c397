"""The way of a version, on SQLite and PostgreSQL: which steps are open, to whom, and two who take them at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from docservice.office.means import lifecycle, remarks, versions
from docservice.office.means.versions import VersionRecord
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.store import Store, open_store
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.anchors import Anchor

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = date(2026, 6, 1)
START = date(2026, 1, 1)
Texts = Callable[[str], Bundle]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = f"sqlite:///{tmp_path / 'x.db'}"
    opened = open_store(
        sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url"), tmp_path / "blobs"
    )
    yield opened
    opened.close()


@pytest.fixture
def text(shop: Path, frozen: Callable[[], Bundle]) -> Texts:
    """``text("tall")`` is the letter about a tall tree."""

    def make(word: str) -> Bundle:
        path = shop / "letters" / "demo" / "letter.html"
        path.write_text(path.read_text().replace('alt="', f'alt="{word} ', 1))
        return frozen()

    return make


def add(store: Store, bundle: Bundle, author: str = "ana", **more: Any) -> VersionRecord:
    with store.blobs.staging() as stage:
        with store.database.writing() as session:
            record = versions.add(session, stage, bundle, author=author, at=NOON, **more)
        stage.publish()
    return record


def step(store: Store, what: str, number: int = 1, actor: str = "ben", **more: Any) -> VersionRecord:
    given: dict[str, Any] = {
        "submit": {}, "send_back": {"reason": "Not yet."},
        "approve": {"effective_on": TODAY, "today": TODAY},
        "withdraw": {"reason": "Wrong.", "today": TODAY},
    }[what]  # fmt: skip
    with store.database.writing() as session:
        record: VersionRecord = getattr(lifecycle, what)(
            session, "demo", number, actor=actor, at=NOON, **{**given, **more}
        )  # fmt: skip
    return record


def brought(store: Store, state: str, bundle: Bundle, **more: Any) -> VersionRecord:
    """A version in this state."""
    record = add(store, bundle, **more)
    for what in {"in_review": ["submit"], "approved": ["submit", "approve"], "withdrawn": ["withdraw"]}.get(state, []):
        record = step(store, what, record.number)
    return record


OPEN = {
    ("draft", "submit"): "in_review",
    ("draft", "withdraw"): "withdrawn",
    ("in_review", "send_back"): "draft",
    ("in_review", "approve"): "approved",
    ("in_review", "withdraw"): "withdrawn",
    ("approved", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize("what", ["submit", "send_back", "approve", "withdraw"])
@pytest.mark.parametrize("state", ["draft", "in_review", "approved", "withdrawn"])
def test_which_steps_are_open(store: Store, text: Texts, state: str, what: str) -> None:
    brought(store, state, text("a"))
    more = {"replacement": "none"} if what == "withdraw" else {}
    if (state, what) in OPEN:
        assert step(store, what, **more).status == OPEN[state, what]
        return
    with pytest.raises(Refusal) as refused:
        step(store, what, **more)
    assert (refused.value.code, refused.value.kind) == ("template.transition", "conflict")
    with store.database.reading() as session:
        assert versions.version(session, "demo", 1).status == state
        assert audit.verify(session) is None


def test_every_step_is_on_the_trail(store: Store, text: Texts) -> None:
    add(store, text("a"), note="Why not?", samples=b"samples")
    step(store, "submit", actor="ana", reviewer="ben@town.example")
    step(store, "send_back", reason="A word is wrong.")
    step(store, "submit", actor="ana")
    step(store, "approve")
    step(store, "withdraw", replacement="none")
    with store.database.reading() as session:
        lines = audit.entries(session, below="demo")
        assert [line.action for line in reversed(lines)] == [
            "template.added", "template.submitted", "template.sent_back", "template.submitted", "template.approved",
            "template.withdrawn",
        ]  # fmt: skip
        assert lines[-1].detail["note"] == "Why not?"
        assert lines[1].detail["effective_on"] == "2026-06-01"
        assert audit.verify(session) is None
        said = remarks.entries(session, "demo", 1)
        assert [(one.kind, one.body) for one in said] == [
            ("submitted", ""), ("sent_back", "A word is wrong."), ("submitted", ""),
        ]  # fmt: skip
        assert audit.entries(session, below="dem") == ()


def test_nobody_approves_what_they_wrote(store: Store, text: Texts) -> None:
    """Nor by the detour of another's proposal of it, or of a draft made from theirs."""
    own = text("a")
    add(store, own, author="ana")
    made_from_it = text("b")
    add(store, made_from_it, author="ben", based_on=1)
    step(store, "submit", 2)
    for actor in ("ana", "ben"):
        with pytest.raises(Refusal) as refused:
            step(store, "approve", 2, actor=actor)
        assert (refused.value.code, refused.value.kind) == ("template.own_version", "forbidden")
    step(store, "withdraw", 1, actor="ana")
    again = add(store, own, author="cleo", again=True)
    assert again.number == 3
    step(store, "submit", 3)
    with pytest.raises(Refusal) as refused:
        step(store, "approve", 3, actor="ana")
    assert refused.value.code == "template.own_version"
    assert step(store, "approve", 3, actor="ben").approver == "ben"
    # What was approved belongs to the town: its author may approve what others make of it.
    add(store, text("c"), author="dora", based_on=3)
    step(store, "submit", 4)
    assert step(store, "approve", 4, actor="cleo", effective_on=TODAY + timedelta(1)).status == "approved"


def test_a_withdrawal_says_what_takes_its_place(store: Store, text: Texts) -> None:
    for number, day in ((1, START), (2, date(2026, 5, 1)), (3, date(2026, 7, 1))):
        add(store, text(f"v{number}"))
        step(store, "submit", number)
        step(store, "approve", number, effective_on=day, backdated=True)
    for said in (None, "none", 3, 2):
        with pytest.raises(Refusal) as refused:
            step(store, "withdraw", 2, replacement=said)
        assert refused.value.code == "template.replacement"
        assert "version 1" in refused.value.message
    assert step(store, "withdraw", 2, replacement=1).replacement == 1
    assert step(store, "withdraw", 3).replacement is None  # it is not in force yet
    with pytest.raises(Refusal):
        step(store, "withdraw", 1)
    assert step(store, "withdraw", 1, replacement="none").withdrawn_by == "ben"
    with store.database.reading() as session, pytest.raises(Refusal) as refused:
        versions.in_force(session, "demo", TODAY)
    assert refused.value.code == "template.not_in_force"


@pytest.mark.parametrize(("what", "more"), [("send_back", {"reason": " "}), ("withdraw", {"reason": ""})])
def test_a_step_back_says_why(store: Store, text: Texts, what: str, more: dict[str, Any]) -> None:
    brought(store, "in_review", text("a"))
    with pytest.raises(Refusal) as refused:
        step(store, what, **more)
    assert refused.value.code == "template.reason"


def at_once(works: list[Callable[[], Any]]) -> list[str]:
    """What came of works begun at the same moment: ``done``, or the code of the refusal."""
    gate, came = threading.Barrier(len(works)), [""] * len(works)

    def run(index: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            work()
            came[index] = "done"
        except Refusal as refusal:
            came[index] = refusal.code

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came)


def test_two_approve_at_once(store: Store, text: Texts) -> None:
    brought(store, "in_review", text("a"))
    works = [lambda actor=f"approver {n}": step(store, "approve", actor=actor) for n in range(4)]
    assert at_once(works) == ["done", *["template.transition"] * 3]


def test_two_days_may_not_become_one(store: Store, text: Texts) -> None:
    """Two versions approved at once for the same day: one is told that the day is taken."""
    for number in (1, 2):
        brought(store, "in_review", text(f"v{number}"))
        assert number
    works = [lambda number=number: step(store, "approve", number) for number in (1, 2)]
    assert at_once(works) == ["done", "template.effective_taken"]


def test_many_propose_at_once(store: Store, text: Texts) -> None:
    bundles = [text(f"v{n}") for n in range(5)]
    assert at_once([lambda bundle=bundle: add(store, bundle) for bundle in [*bundles, bundles[0]]]) == ["done"] * 6
    with store.database.reading() as session:
        assert [one.number for one in versions.versions(session, "demo")] == [1, 2, 3, 4, 5]
        assert audit.verify(session) is None


def test_who_saw_another_state_is_refused(store: Store, text: Texts) -> None:
    brought(store, "in_review", text("a"))

    def seen(record: VersionRecord) -> None:
        raise Refusal("precondition.failed", f"is {record.status}", kind="precondition-failed")

    for what in ("send_back", "approve", "withdraw"):
        with pytest.raises(Refusal) as refused:
            step(store, what, seen=seen)
        assert refused.value.code == "precondition.failed"
    with store.database.reading() as session:
        assert versions.version(session, "demo", 1).status == "in_review"


def test_comments_are_answered_never_changed(store: Store, text: Texts) -> None:
    add(store, text("a"))
    anchor = Anchor("salutation/p[1]", "good day")

    def say(act: Callable[..., remarks.Remark], *arguments: Any, **more: Any) -> remarks.Remark:
        with store.database.writing() as session:
            return act(session, "demo", 1, *arguments, at=NOON, **more)

    first = say(remarks.comment, anchor, body="Too stiff.", author="ben")
    assert say(remarks.comment, anchor, body="Too stiff.", author="ben") == first  # sent twice
    say(remarks.answer, first.id, "reply", body="Is it?", author="ana")
    say(remarks.answer, first.id, "resolved", author="ana")
    say(remarks.answer, first.id, "resolved", author="ana")  # says nothing new
    say(remarks.answer, first.id, "reopened", body="It is.", author="ben")
    with store.database.reading() as session:
        (comment,) = remarks.comments(remarks.entries(session, "demo", 1))
        assert (comment.resolved, comment.anchor) == (False, anchor)
        assert [one.kind for one in comment.answers] == ["reply", "resolved", "reopened"]
    say(remarks.answer, first.id, "resolved", author="ben")
    second = say(remarks.comment, anchor, body="Too stiff.", author="ben")
    assert second.id != first.id  # the first is closed
    with pytest.raises(Refusal) as refused:
        say(remarks.answer, "nothing", "reply", body="x", author="ana")
    assert refused.value.code == "comment.unknown"
    step(store, "withdraw")
    with pytest.raises(Refusal) as refused:
        say(remarks.comment, anchor, body="Late.", author="ben")
    assert refused.value.code == "template.transition"
    with store.database.reading() as session:
        assert audit.verify(session) is None
