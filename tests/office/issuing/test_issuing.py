"""Issue, find, supersede, void: what is kept, and what refusals leave behind."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from docservice.office import Office, Order, open_office
from docservice.office.issuing import issuing
from docservice.office.issuing.missing_numbers import standing_open
from docservice.pipeline import producing
from docservice.refusal import Refusal
from tests.places import ROOT


@pytest.fixture
def other(office: Office) -> Iterator[Office]:
    """A second office on the same data, as another process would have it."""
    opened = open_office(office.settings)
    yield opened
    opened.close()


def test_a_preview_keeps_nothing(office: Office, citation: Order) -> None:
    before = {p for p in office.settings.blobs.rglob("*") if p.is_file()}
    made = office.issuing.preview(citation)
    assert made.content.startswith(b"%PDF-")
    assert made.pages
    assert not [f for f in made.findings if f.severity == "error"]
    assert office.issuing.documents().total == 0
    assert {p for p in office.settings.blobs.rglob("*") if p.is_file()} == before


def test_what_is_issued_can_be_found_and_made_again(office: Office, citation: Order) -> None:
    record = office.issuing.issue(citation, actor="ana")
    assert (record.number, record.status, record.case) == ("AC-2026-0001", "issued", "CE-2026-0231")
    pdf, media_type = office.issuing.face(record.id, "pdf")
    assert (media_type, hashlib.sha256(pdf).hexdigest()) == ("application/pdf", record.sha256)
    assert (
        office.issuing.document("AC-2026-0001")
        == office.issuing.document(record.id)
        == office.issuing.verify(record.verify_code.lower())
    )
    assert office.issuing.documents(case="CE-2026-0231").items == (record,)
    assert office.issuing.documents(case="CE-2026-0203").total == 0
    assert office.issuing.reproduce(record.id).identical
    assert office.issuing.face(record.id, "docx")[0].startswith(b"PK")
    assert record.number in office.issuing.face(record.id, "html")[0].decode()
    assert office.verify_audit() is None
    assert [entry.action for entry in office.audit(subject=record.id)] == ["document.issued"]


def test_another_process_makes_the_same_bytes(office: Office, citation: Order) -> None:
    record = office.issuing.issue(citation, actor="ana")
    script = (
        "import sys\nfrom pathlib import Path\nfrom docservice.config import Settings\n"
        "from docservice.office import open_office\n"
        "with open_office(Settings(home=Path(sys.argv[1]), town=Path(sys.argv[3]))) as office:\n"
        "    print(office.issuing.reproduce(sys.argv[2]).actual)\n"
    )
    root = str(ROOT)
    command = [sys.executable, "-c", script, str(office.settings.home), record.id, str(office.settings.town)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=root, check=True)
    assert run.stdout.strip() == record.sha256


def test_a_correction_says_what_it_replaces(office: Office, citation: Order) -> None:
    first = office.issuing.issue(citation, actor="ana")
    second = office.issuing.supersede(first.id, citation, reason="The amount was wrong.", actor="ana")
    assert (second.number, second.supersedes) == ("AC-2026-0002", first.id)
    old = office.issuing.document(first.id)
    assert (old.status, old.superseded_by) == ("superseded", second.id)
    html = office.issuing.face(second.id, "html")[0].decode()
    assert first.number in html
    assert office.issuing.face(first.id, "pdf")[0].startswith(b"%PDF-")  # it stays
    assert office.issuing.reproduce(second.id).identical
    with pytest.raises(Refusal) as refused:
        office.issuing.supersede(first.id, citation, reason="Again.", actor="ana")
    assert (refused.value.code, refused.value.kind) == ("document.not_issued", "conflict")


def test_voiding_keeps_the_bytes_and_the_reason(office: Office, citation: Order) -> None:
    record = office.issuing.issue(citation, actor="ana")
    voided = office.issuing.void(record.number, reason="Wrong owner.", actor="ana")
    assert (voided.status, voided.void_reason, voided.sha256) == ("void", "Wrong owner.", record.sha256)
    assert hashlib.sha256(office.issuing.face(record.id, "pdf")[0]).hexdigest() == record.sha256
    for reason, code in (("Again.", "document.not_issued"), (" ", "document.reason")):
        with pytest.raises(Refusal) as refused:
            office.issuing.void(record.id, reason=reason, actor="ana")
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": "nobody"}, "recipient.unknown"),
        ({"about": "c9"}, "about.unknown"),
        ({"template": "no-such-letter"}, "template.unknown"),
        ({"template": "fences-and-hedges"}, "template.no_letter"),
        ({"language": "tlh"}, "language.not_offered"),
        ({"version": 9}, "template.unknown"),
        ({"on": date(2020, 1, 1)}, "template.not_in_force"),
        ({"attachments": {}, "template": "inspection-report", "about": None}, "picture.missing"),
    ],
)
def test_a_refusal_uses_up_no_number(office: Office, citation: Order, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        office.issuing.issue(replace(citation, **change), actor="ana")
    assert code in {refused.value.code, *(p.code for p in refused.value.problems)}
    assert office.issuing.documents().total == 0
    assert office.issuing.issue(citation, actor="ana").number == "AC-2026-0001"


def test_the_same_key_gives_the_same_document(office: Office, other: Office, citation: Order) -> None:
    first = office.issuing.issue(citation, actor="ana", idempotency_key="k1")
    assert not first.replayed
    assert office.issuing.issue(citation, actor="ana", idempotency_key="k1").replayed
    assert office.issuing.issue(citation, actor="ana", idempotency_key="k1") == first
    assert other.issuing.issue(citation, actor="ana", idempotency_key="k1") == first
    assert office.issuing.issue(citation, actor="ben", idempotency_key="k1").id != first.id  # a key is its owner's
    with pytest.raises(Refusal) as refused:
        office.issuing.issue(replace(citation, on=date(2026, 6, 1)), actor="ana", idempotency_key="k1")
    assert (refused.value.code, refused.value.kind) == ("idempotency.mismatch", "input")


def test_a_request_under_way_is_not_begun_again(
    office: Office, citation: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on = threading.Event(), threading.Event()
    real = producing.produce

    def slow(*args: Any) -> Any:
        entered.set()
        assert go_on.wait(30)
        return real(*args)

    monkeypatch.setattr(producing, "produce", slow)
    made: list[str] = []
    thread = threading.Thread(
        target=lambda: made.append(office.issuing.issue(citation, actor="a", idempotency_key="k").id)
    )
    thread.start()
    assert entered.wait(30)
    with pytest.raises(Refusal) as refused:
        office.issuing.issue(citation, actor="a", idempotency_key="k")
    assert (refused.value.code, refused.value.kind) == ("idempotency.in_flight", "conflict")
    assert refused.value.retry_after  # which the API tells as Retry-After
    go_on.set()
    thread.join()
    assert office.issuing.issue(citation, actor="a", idempotency_key="k").id == made[0]


def test_nothing_is_typeset_under_a_lock_or_in_a_transaction(
    office: Office, other: Office, citation: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one letter is rendered, another office issues in the same series; what both print is what they have."""
    real, turns = producing.produce, iter([True, False])

    def produce(*args: Any) -> Any:
        if next(turns, False):
            assert other.issuing.issue(citation, actor="ben").number == "AC-2026-0002"
        return real(*args)

    monkeypatch.setattr(producing, "produce", produce)
    record = office.issuing.issue(citation, actor="ana")
    assert record.number == "AC-2026-0001"
    assert "AC-2026-0001" in office.issuing.face(record.id, "html")[0].decode()
    assert office.issuing.documents().total == 2
    assert not standing_open(office.means)


def test_what_is_refused_is_taken_by_the_next(
    office: Office, other: Office, citation: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0001 is refused while 0002 is out already: it stands open, is listed with its reason, and goes to the next."""
    real, turns = producing.produce, iter([True])

    def produce(*args: Any) -> Any:
        if next(turns, False):
            assert other.issuing.issue(citation, actor="ben").number == "AC-2026-0002"
            raise Refusal("checks.failed", "No.")
        return real(*args)

    monkeypatch.setattr(producing, "produce", produce)
    with pytest.raises(Refusal):
        office.issuing.issue(citation, actor="ana")
    assert [(one.sequence, one.why, one.holder) for one in standing_open(office.means)] == [(1, "checks.failed", None)]
    assert [office.issuing.issue(citation, actor="ana").number for _ in range(2)] == ["AC-2026-0001", "AC-2026-0003"]
    assert not standing_open(office.means)


def test_a_lease_that_ran_out_is_work_done_again(
    office: Office, other: Office, citation: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who slept longer than its lease finds its number given to another: it gets the next, on its face too."""
    real, turns = producing.produce, iter([True])

    def produce(*args: Any) -> Any:
        if next(turns, False):
            clock = other.means.clock
            monkeypatch.setattr(other.means.store.holding, "_clock", lambda: clock() + timedelta(hours=1))
            assert other.issuing.issue(citation, actor="ben").number == "AC-2026-0001"
            monkeypatch.setattr(other.means.store.holding, "_clock", clock)
        return real(*args)

    monkeypatch.setattr(producing, "produce", produce)
    record = office.issuing.issue(citation, actor="ana")
    assert record.number == "AC-2026-0002"
    assert "AC-2026-0002" in office.issuing.face(record.id, "html")[0].decode()
    assert office.issuing.documents().total == 2
    assert not standing_open(office.means)


def test_a_block_is_each_for_itself(office: Office, citation: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each letter is typeset once, but for the one that gets the number of a refused one."""
    real = producing.produce
    printed: list[str | None] = []
    refused: set[str] = set()

    def produce(parts: Any, task: producing.Task, face: Any, *_: Any) -> Any:
        printed.append(task.number)
        if task.number in refused:
            refused.discard(task.number)
            raise Refusal("checks.failed", "No.")
        return real(parts, task, face)

    monkeypatch.setattr(producing, "produce", produce)

    def issue_all(*orders: Order, keys: list[str | None] | None = None) -> list[str]:
        outcomes = issuing.issue_all(office.means, orders, actor="ana", idempotency_keys=keys)
        return [one.code if isinstance(one, Refusal) else one.number for one in outcomes]

    office.issuing.issue(citation, actor="ana", idempotency_key="k1")
    unknown = replace(citation, template="no-such-letter")
    assert issue_all(citation, unknown, citation, citation, keys=["k1", None, "k2", "k2"]) == [
        "AC-2026-0001", "template.unknown", "AC-2026-0002", "idempotency.in_flight",
    ]  # fmt: skip
    assert issue_all(citation, citation, keys=["k2", None]) == ["AC-2026-0002", "AC-2026-0003"]
    assert printed == ["AC-2026-0001", "AC-2026-0002", "AC-2026-0003"]
    refused.add("AC-2026-0004")
    assert issue_all(citation, citation, citation) == ["checks.failed", "AC-2026-0005", "AC-2026-0004"]
    assert printed[3:] == [f"AC-2026-{n:04d}" for n in (4, 5, 6, 4)]
    assert not standing_open(office.means)
    assert issue_all(citation) == ["AC-2026-0006"]
    assert office.verify_audit() is None


def test_threads_of_two_offices_leave_no_gap(office: Office, other: Office, citation: Order) -> None:
    failures: list[BaseException] = []

    def work(where: Office) -> None:
        try:
            for _ in range(3):
                where.issuing.issue(citation, actor="ana")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(where,)) for where in (office, other, office, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    numbers = sorted(record.number for record in office.issuing.documents(per_page=100).items)
    assert numbers == [f"AC-2026-{n:04d}" for n in range(1, 13)]
    assert office.verify_audit() is None


def served(casefile: dict[str, Any], **fields: Any) -> dict[str, Any]:
    record = {
        "id": "proof", "document": "AC-2026-0001", "title": "Administrative citation", "party": "owner",
        "method": "first_class_mail", "served_on": "2026-05-29", "place": "Madrona Hills, California",
        "declarant": {
            "name": "Jo Mailer", "title": "Clerk", "address": ["1 Town Hall Way", "Madrona Hills, CA 95999"],
            "over_18_and_not_a_party": True,
        },
    }  # fmt: skip
    return {**casefile, "service": [{**record, **fields}]}


def test_a_proof_of_service_must_match_the_register(office: Office, citation: Order) -> None:
    record = office.issuing.issue(citation, actor="ana")
    casefile = dict(citation.casefile)
    proof = Order("proof-of-service", served(casefile), on=date(2026, 5, 29), about="proof")
    html = office.issuing.preview(proof, "html").html
    assert record.sha256[:8] in html or record.title in html
    assert 'data-fact="/service/0/address/2">SAN FRANCISCO CA 94115<' in html  # what showed in the window
    typed = ["Château Nº 9 Vacation Rentals, LLC", "1 Test Way", "SAN FRANCISCO CA 94115"]
    for fields, place in (
        ({"sha256": "0" * 64}, "/service/0/sha256"),
        ({"pages": 99}, "/service/0/pages"),
        ({"address": typed}, "/service/0/address/1"),  # L7: sworn to what the window did not show
    ):
        with pytest.raises(Refusal) as refused:
            office.issuing.preview(replace(proof, casefile=served(casefile, **fields)))
        assert refused.value.code == "service.mismatch"
        assert [p.place for p in refused.value.problems] == [place]
    other = served({**casefile, "case": {**casefile["case"], "number": "ce–2026–0231"}})
    assert office.issuing.preview(replace(proof, casefile=other), "html").html


def test_keys_are_shown_once_and_can_be_revoked(office: Office) -> None:
    record, secret = office.people.keys.add("tracker", ["issue", "read"], "ana")
    assert office.people.keys.working(secret) == record
    assert office.people.keys.working(secret + "x") is None
    database = b"".join(p.read_bytes() for p in office.settings.home.glob("docservice.db*"))
    assert secret.encode() not in database
    office.people.keys.revoke(record.id)
    assert office.people.keys.working(secret) is None
    with pytest.raises(Refusal) as refused:
        office.people.keys.add(" ", ["everything"], "ana")
    assert {p.place for p in refused.value.problems} == {"/name", "/scopes/0"}
