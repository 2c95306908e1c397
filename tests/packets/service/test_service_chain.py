"""Who had to be served, and every way in which that goes wrong, one at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from docservice.casefile.facts import Address, Casefile, Confidential, Declarant, Name, Party, ServiceRecord
from docservice.packets.service.chain import Notice, Proof, ServiceChain, service_chain
from tests.packets.making import case, pack

ISSUED = date(2026, 6, 1)
PACKET = date(2026, 7, 10)
CLERK = Declarant("Pilar Everhart", "Office Assistant", ("1 Town Hall Way",), True)
STREET = Address("street", ("1 MAIN ST", "MADRONA HILLS CA 95999"), "CA")

TRUST = Party(
    "trust", ("owner",), Name("The Hernández Family Trust"), replace(STREET, lines=("C/O PINNACLE", "PO BOX 7"))
)
LLC = Party("llc", ("owner",), Name("Golondrina Holdings III, LLC"), STREET, agent="acme", interest="1/3")
ACME = Party("acme", ("agent",), Name("Registered Agents, Inc."), STREET)
BANK = Party("bank", ("lienholder",), Name("Pacific Sequoia Bank, N.A."), STREET)
T214 = Party("t214", ("tenant",), Name("Nguyễn Thị Phương Thảo", "vi"), STREET, unit="214")
T216 = Party("t216", ("tenant",), Name("عبد الرحمن الخطيب", "ar", "Abdulrahman Al-Khatib"), STREET, unit="216 (ADU)")
FOREMAN = Party("foreman", ("worker",), Name("Thaddeus Okonkwo-Reyes"), Address("post_on_site", ()))


def sha(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()


def notice(party: str, kind: str = "administrative-citation", **more: Any) -> Notice:
    number = more.pop("number", f"N-{party}")
    return Notice(number, kind, "Notice", party, ISSUED, sha(number), 3, **{"group": kind, **more})


def record(party: str, **more: Any) -> ServiceRecord:
    number = more.pop("document", f"N-{party}")
    method = more.get("method", "certified_mail")
    result = {"personal": "delivered", "posting": "posted", "first_class_mail": "pending"}.get(method, "delivered")
    values = {
        "id": f"s-{party}-{method}", "document": number, "title": "Notice", "party": party,
        "method": method, "served_on": ISSUED, "place": "Post office", "declarant": CLERK, "result": result,
    }  # fmt: skip
    return ServiceRecord(**{**values, **more})


def proof(of: ServiceRecord, **more: Any) -> Proof:
    values = {"title": of.title, "sha256": sha(of.document), "pages": 3, "issued_on": of.served_on}
    return Proof(f"P-{of.id}", of.document, of.id, **{**values, **more})


def chain(
    parties: Sequence[Party],
    notices: Sequence[Notice],
    records: Sequence[ServiceRecord],
    proofs: Sequence[Proof] | None = None,
    **more: Any,
) -> ServiceChain:
    """The chain of a case with these parties; each record is proven, unless ``proofs`` are given."""
    facts: Casefile = replace(case(), parties=tuple(parties), service=tuple(records), hearings=more.pop("hearings", ()))
    given = [proof(one) for one in records] if proofs is None else proofs
    return service_chain(replace(facts, **more), pack(), notices, given, on=PACKET)


def codes(found: ServiceChain) -> Found:
    return [(gap.code.removeprefix("service."), gap.severity, gap.party) for gap in found.gaps]


def mailed_to(*parties: Party) -> tuple[list[Notice], list[ServiceRecord]]:
    return [notice(party.id) for party in parties], [record(party.id) for party in parties]


def test_everyone_served_and_proven_leaves_no_gap() -> None:
    found = chain((TRUST, LLC, ACME, BANK), *mailed_to(TRUST, LLC, ACME))
    assert codes(found) == []
    (served,) = found.notices
    assert [(row.party, row.status, row.why, row.document) for row in served.rows] == [
        ("trust", "served", "owner", "N-trust"),  # care of somebody is still the trust
        ("llc", "served", "owner", "N-llc"),
        ("acme", "served", "agent; agent for service of Golondrina Holdings III, LLC", "N-acme"),
    ]
    assert served.rows[1].capacity == "owner, 1/3"
    assert [row.attempts[0].proof for row in served.rows] == [
        f"P-s-{p}-certified_mail" for p in ("trust", "llc", "acme")
    ]


TWO = (TRUST, replace(LLC, agent=None))

Found = list[tuple[str, str, str | None]]
GAPS: list[tuple[str, Sequence[Party], Sequence[Notice], Sequence[ServiceRecord], Found]] = [
    ("two owners, one without a copy", TWO, [notice("trust")], [record("trust")], [("no_copy", "error", "llc")]),
    (
        "two owners, one copy never served",
        TWO,
        [notice("trust"), notice("llc")],
        [record("trust")],
        [("not_served", "error", "llc")],
    ),
    (
        "an owner whose agent was served, which a person should look at",
        (LLC, ACME),
        [notice("acme")],
        [record("acme")],
        [("no_copy", "warning", "llc")],
    ),
    (
        "an owner served, the heir whom it named as agent not",
        (replace(TRUST, agent="bank"), BANK),
        [notice("trust")],
        [record("trust")],
        [("no_copy", "warning", "bank")],
    ),
    (
        "an agent who is no party",
        (replace(TRUST, agent="Acme, Inc."),),
        [notice("trust")],
        [record("trust")],
        [("agent_unknown", "warning", None)],
    ),
    (
        "every unit has its own notice",
        (T214, T216),
        [notice("t214", "tenant-notice"), notice("t216", "tenant-notice")],
        [record("t214", method="posting", place="Front door of unit 214")],
        [("not_served", "error", "t216")],
    ),
    (
        "posted at another door",
        (T216,),
        [notice("t216", "tenant-notice")],
        [record("t216", method="posting", place="Front door, 2160 Molino Street")],
        [("unit", "warning", "t216")],
    ),
    (
        "posted at the right door, whatever is said beside the unit",
        (T216,),
        [notice("t216", "tenant-notice")],
        [record("t216", method="posting", place="Door of 216, Molino Street")],
        [],
    ),
    (
        "a lienholder where the type asks for one",
        (TRUST, BANK),
        [notice("trust", "notice-to-abate")],
        [record("trust")],
        [("no_copy", "error", "bank")],
    ),
    ("a lienholder where it does not", (TRUST, BANK), [notice("trust")], [record("trust")], []),
    (
        "someone without a role in it, to whom a copy is addressed",
        (TRUST, BANK),
        [notice("trust"), notice("bank")],
        [record("trust")],
        [("not_served", "error", "bank")],
    ),
    (
        "a foreman to be posted, mailed to",
        (TRUST, FOREMAN),
        [notice("trust", "stop-work-order"), notice("foreman", "stop-work-order")],
        [record(p, method=m) for p, m in (("trust", "personal"), ("foreman", "certified_mail"))],
        [("post_on_site", "warning", "foreman")],
    ),
    (
        "no formal notice, nobody recorded how it went out",
        (TRUST,),
        [notice("trust", "citation-warning")],
        [],
        [("not_served", "warning", "trust")],
    ),
    (
        "the copy of someone else",
        TWO,
        [notice("trust")],
        [record("trust"), record("llc", document="N-trust")],
        [("other_copy", "warning", "llc")],
    ),
    (
        "the agent takes the copy of its principal",
        (LLC, ACME),
        [notice("llc")],
        [record("llc"), record("acme", document="N-llc")],
        [],
    ),
    (
        "only a translation served",
        (TRUST,),
        [notice("trust"), notice("trust", number="N-trust-es", translation_of="N-trust", group="other")],
        [record("trust", document="N-trust-es")],
        [("translation_only", "error", "trust")],
    ),
    (
        "the translation of a text that is not there",
        (TRUST,),
        [notice("trust", number="N-trust-es", translation_of="N-trust")],
        [],
        [("translation_alone", "warning", None)],
    ),
    ("a document type that the town has given up", (TRUST,), [replace(notice("trust"), document_type="x")], [],
     [("type_unknown", "warning", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("parties", "notices", "records", "expected"), [g[1:] for g in GAPS], ids=[g[0] for g in GAPS])
def test_who_was_not_reached(
    parties: Sequence[Party],
    notices: Sequence[Notice],
    records: Sequence[ServiceRecord],
    expected: Found,
) -> None:
    found = chain(parties, notices, records)
    assert codes(found) == expected
    for gap in found.gaps:
        named = next((party.name.text for party in parties if party.id == gap.party), "")
        assert named in gap.message
        assert (gap.notice or "-") in gap.message
        assert "None" not in gap.message


LATER = ISSUED + timedelta(days=20)

RESULTS: list[tuple[str, list[dict[str, Any]], str, list[tuple[str, str]]]] = [
    ("delivered", [{}], "served", []),
    ("no receipt yet", [{"result": "pending"}], "pending", [("pending", "warning")]),
    ("unclaimed, nothing after", [{"result": "unclaimed"}], "failed", [("failed", "error")]),
    ("returned, nothing after", [{"result": "returned"}], "failed", [("failed", "error")]),
    ("refused, nothing after", [{"result": "refused"}], "failed", [("failed", "error")]),
    ("refused by hand", [{"method": "personal", "result": "refused"}], "failed", [("refused", "warning")]),
    ("unclaimed, then posted", [{"result": "unclaimed"}, {"method": "posting", "served_on": LATER}], "served", []),
    ("unclaimed beside first-class mail", [{"result": "unclaimed"}, {"method": "first_class_mail"}], "served", []),
    ("first-class mail is complete on mailing", [{"method": "first_class_mail"}], "served", []),
    ("first-class mail that came back", [{"method": "first_class_mail", "result": "returned"}], "failed",
     [("failed", "error")]),
    ("unclaimed, then again", [{"result": "unclaimed"}, {"id": "s2", "served_on": LATER, "result": "unclaimed"}],
     "failed", [("failed", "error")]),
    ("unclaimed, then sent again", [{"result": "unclaimed"}, {"id": "s2", "served_on": LATER, "result": "pending"}],
     "pending", [("pending", "warning")]),
    ("served before it was issued", [{"served_on": ISSUED - timedelta(days=1)}], "served", [("before_issue", "error")]),
    ("served in days to come", [{"served_on": PACKET + timedelta(days=1)}], "served", [("ahead", "error")]),
    ("a result before it was sent", [{"result_on": ISSUED - timedelta(days=1)}], "served", [("result_date", "error")]),
    ("a result in days to come", [{"result_on": PACKET + timedelta(days=1)}], "served", [("result_date", "error")]),
    ("sworn to by a minor or party", [{"declarant": replace(CLERK, over_18_and_not_a_party=False)}], "served",
     [("declarant", "error")]),
    ("sworn to by a party by name", [{"declarant": replace(CLERK, name=TRUST.name.text.upper())}], "served",
     [("declarant", "error")]),
    ("the record of another title", [{"title": "Notice and order"}], "served",
     [("record_differs", "error"), ("proof_differs", "error")]),
    ("the record of another file", [{"sha256": "0" * 64}], "served", [("record_differs", "error")]),
    ("the record of another count of pages", [{"pages": 9}], "served", [("record_differs", "error")]),
]  # fmt: skip


@pytest.mark.parametrize(("records", "status", "expected"), [r[1:] for r in RESULTS], ids=[r[0] for r in RESULTS])
def test_what_came_of_it(records: list[dict[str, Any]], status: str, expected: list[tuple[str, str]]) -> None:
    found = chain((TRUST,), [notice("trust")], [record("trust", **one) for one in records])
    assert [(code, severity) for code, severity, _ in codes(found)] == expected
    assert found.notices[0].rows[0].status == status
    assert len(found.notices[0].rows[0].attempts) == len(records)


PROOFS: list[tuple[str, list[dict[str, Any]], list[tuple[str, str]]]] = [
    ("none", [], [("no_proof", "error")]),
    ("of another file", [{"sha256": "f" * 64}], [("proof_differs", "error")]),
    ("in capitals", [{"sha256": sha("N-trust").upper(), "title": "NOTICE "}], []),
    ("of another count of pages", [{"pages": 4}], [("proof_differs", "error")]),
    ("of another title", [{"title": "Notice of violation and order"}], [("proof_differs", "error")]),
    ("that says no file", [{"sha256": None, "pages": None}], [("proof_unbound", "warning")]),
    ("older than the service", [{"issued_on": ISSUED - timedelta(days=1)}], [("proof_early", "error")]),
    ("of a record that is gone", [{"record": "s9"}], [("no_proof", "error"), ("proof_without_record", "warning")]),
    ("that names no record, where there is one", [{"record": None}], []),
    ("of a document that is not here", [{}, {"of_document": "N-9", "record": None}], [("proof_stray", "warning")]),
]


@pytest.mark.parametrize(("proofs", "expected"), [p[1:] for p in PROOFS], ids=[p[0] for p in PROOFS])
def test_what_a_proof_proves(proofs: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    served = record("trust")
    found = chain((TRUST,), [notice("trust")], [served], [replace(proof(served), **one) for one in proofs])
    assert [(code, severity) for code, severity, _ in codes(found)] == expected


def test_a_failed_attempt_without_proof_is_the_lesser_gap() -> None:
    tried = record("trust", result="unclaimed")
    posted = record("trust", method="posting", served_on=LATER)
    found = chain((TRUST,), [notice("trust")], [tried, posted], [proof(posted)])
    assert codes(found) == [("no_proof", "warning", "trust")]


def test_a_proof_of_another_documents_service() -> None:
    other = record("trust", id="s2", document="N-9")
    served = record("trust")
    wrong = replace(proof(served), record="s2")
    found = chain((TRUST,), [notice("trust")], [served, other], [proof(served), wrong])
    assert codes(found) == [("proof_differs", "error", "trust")]


def test_what_needs_no_service_gives_no_rows() -> None:
    kinds = ("memorandum", "inspection-report", "proof-of-service", "courtesy-letter", "reinspection-notice")
    found = chain((TRUST,), [notice("trust", kind, number=kind) for kind in kinds], [])
    assert found == ServiceChain(())


def test_a_translation_is_no_service_of_its_own() -> None:
    copies = [notice("trust"), notice("trust", number="N-trust-es", translation_of="N-trust", group="es")]
    both = [record("trust"), record("trust", id="s2", document="N-trust-es")]
    found = chain((TRUST,), copies, both)
    assert codes(found) == []
    (served,) = found.notices
    assert (served.numbers, served.translations) == (("N-trust",), ("N-trust-es",))
    assert [attempt.translation for attempt in served.rows[0].attempts] == [False, True]


def test_two_mailings_of_one_kind_are_two_notices() -> None:
    notices = [notice("trust", group="c1"), notice("trust", number="N-2", group="c2")]
    found = chain((TRUST,), notices, [record("trust")])
    assert [one.numbers for one in found.notices] == [("N-trust",), ("N-2",)]
    assert codes(found) == [("not_served", "error", "trust")]
    assert found.gaps[0].notice == "N-2"


def test_the_complainant_is_not_named() -> None:
    secret = Party("c", ("interested",), Name("Dolores Whitfield"), STREET)
    found = chain(
        (TRUST,), [notice("trust")], [record("trust"), record("c", document="N-trust")],
        confidential=Confidential(complainant=secret),
    )  # fmt: skip
    assert codes(found) == [("stranger", "warning", None)]
    assert "Whitfield" not in repr(found)


@pytest.mark.parametrize(
    ("served", "adopted", "address", "expected"),
    [
        (date(2026, 7, 6), False, STREET, []),  # the hearing is on July 16: ten days before
        (date(2026, 7, 7), False, STREET, [("lead_time", "error")]),
        (date(2026, 7, 1), True, STREET, []),  # five days more for mail within the state
        (date(2026, 7, 2), True, STREET, [("lead_time", "error")]),
        (date(2026, 6, 17), True, replace(STREET, kind="foreign", country="ES"), [("lead_time", "error")]),
        (date(2026, 6, 1), True, replace(STREET, kind="military", region="AP"), [("lead_time", "warning")]),
    ],
)
def test_a_hearing_is_noticed_in_time(
    served: date, adopted: bool, address: Address, expected: list[tuple[str, str]]
) -> None:
    town = replace(pack(), mail_extension=replace(pack().mail_extension, adopted=adopted))
    owner = replace(TRUST, address=address)
    sent = record("trust", served_on=served)
    facts = replace(case(), parties=(owner,), service=(sent,))
    heard = notice("trust", "notice-of-hearing", about="h1")
    found = service_chain(facts, town, [heard], [proof(sent)], on=PACKET)
    assert [(gap.code.removeprefix("service."), gap.severity) for gap in found.gaps] == expected


def test_errors_come_first() -> None:
    found = chain((TRUST, replace(LLC, agent=None)), [notice("trust")], [record("trust", result="pending")])
    assert [gap.severity for gap in found.gaps] == ["error", "warning"]


def test_an_attempt_of_several_legs_is_judged_by_the_towns_rules() -> None:
    """A certified letter that nobody took leaves the first-class one; a posting without pictures does not hold."""
    address = {"address": STREET.lines, "attempt": "a1"}
    certified = record("llc", article_number="9407111899223197428490", result="unclaimed", **address)
    mailed = record("llc", method="first_class_mail", **address)
    posted = record("llc", method="posting_site", attempt="a2", at=time(9), result="pending")
    again = replace(mailed, id="s-again", attempt="a2")

    def found(*records: ServiceRecord) -> tuple[str, set[str]]:
        made = chain([LLC], [notice("llc")], records, [])
        return made.notices[0].rows[0].status, {gap.code for gap in made.gaps if gap.party == "llc"}

    assert found(certified, mailed)[0] == "served"
    status, codes = found(certified, replace(mailed, result="returned"))
    assert (status, "service.failed" in codes) == ("failed", True)
    status, codes = found(posted, again)
    assert (status, "service.lacking" in codes) == ("pending", True)
