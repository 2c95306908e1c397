"""A proof of several services in a packet: bound once, and it counts for each of the documents it tells of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from docservice.casefile.facts import Casefile, Declarant, ServiceRecord
from docservice.packets import plan as plans
from docservice.packets.assemble import Bindery, Packet, ResolvedDocument, assemble
from docservice.packets.pieces import ProvenService
from docservice.packets.plan import Plan
from docservice.packets.requirements import chain
from tests.packets.making import ON, case, folder, font_set, issued, letter, pack

CLERK = Declarant("Pilar Everhart", "Office Assistant", ("1 Town Hall Way",), True)
DAY = date(2026, 7, 1)
PARTIES = case().parties[:2]
NUMBERS = [f"AC-2026-0001.{n}" for n, _ in enumerate(PARTIES, 1)]
NAMES = {"AC-2026-0001.1": "Citation", "AC-2026-0001.2": "Citation, second copy"}


def documents(*numbers: str) -> dict[str, ResolvedDocument]:
    """Copies of a citation; their proof tells of all of them, bound or not."""
    files = {number: letter(NAMES[number]) for number in NUMBERS}
    made = {number: issued(number, files[number], "Administrative Citation") for number in NUMBERS}
    first = made[NUMBERS[0]]
    proof = issued(
        "PSL-2026-0001", letter("Proof of several"), "Proof of service on several persons", issued_on=DAY, about="s1",
        served=(("number", NUMBERS[0]), ("pages", 1), ("sha256", first.sha256), ("title", first.title)),
        proves=tuple(
            ProvenService(f"s{n}", number, "Administrative Citation", 1, made[number].sha256)
            for n, number in enumerate(NUMBERS, 1)
        ),
    )  # fmt: skip
    return {
        number: replace(
            made[number], document_type="administrative-citation", template="citation", party=party.id,
            issued_on=DAY, pages=1, proofs=(proof,),
        )
        for number, party in zip(NUMBERS, PARTIES, strict=True) if number in numbers
    }  # fmt: skip


def facts() -> Casefile:
    records = tuple(
        ServiceRecord(f"s{n}", number, "Administrative Citation", party.id, "first_class_mail", DAY, "Depot", CLERK)
        for n, (number, party) in enumerate(zip(NUMBERS, PARTIES, strict=True), 1)
    )
    return replace(case(), service=records)


def plan(*numbers: str) -> Plan:
    parts = [{"document": number} for number in numbers]
    return plans.load({"title": "Hearing packet", "case": "CE-2026-0231", "parts": [*parts, {"generated": "contents"}]})


def packet(*numbers: str) -> Packet:
    bindery = Bindery(pack(), font_set(), ON, folder(), facts())
    return assemble(plan(*numbers), bindery, documents=documents(*numbers), files={})


def test_it_is_bound_once_behind_the_first_of_its_documents() -> None:
    made = packet(*NUMBERS)
    entries = [entry.title for entry in made.entries]
    assert [title for title in entries if "PSL-2026-0001" in title] == [
        "Proof of service on several persons PSL-2026-0001"
    ]
    assert [("PSL" in title, "AC-2026-0001.2" in title) for title in entries[1:3]] == [(True, False), (False, True)]


def test_it_counts_for_each_of_them() -> None:
    known = documents(*NUMBERS)
    found = chain(plan(*NUMBERS), known, facts(), pack(), ON)
    assert found is not None
    proofs = {row.party: [one.proof for one in row.attempts] for row in found.notices[0].rows if row.attempts}
    assert proofs == {party.id: ["PSL-2026-0001"] for party in PARTIES}
    assert {gap.code for gap in found.gaps}.isdisjoint({"service.no_proof", "service.proof_stray"})


def test_what_it_tells_of_documents_that_are_not_bound_is_no_stray() -> None:
    found = chain(plan(NUMBERS[0]), documents(NUMBERS[0]), facts(), pack(), ON)
    assert found is not None
    assert "service.proof_stray" not in {gap.code for gap in found.gaps}


def test_one_of_another_file_is_told() -> None:
    known = documents(*NUMBERS)
    other = replace(known[NUMBERS[1]], sha256="0" * 64)
    found = chain(plan(*NUMBERS), {**known, NUMBERS[1]: other}, facts(), pack(), ON)
    assert found is not None
    told = [(gap.code, gap.notice) for gap in found.gaps if gap.code == "service.proof_differs"]
    assert told == [("service.proof_differs", NUMBERS[1])]


def test_copies_of_one_notice_are_one_whatever_their_days() -> None:
    """A copy for who was found later has a day of its own, and is of the same notice."""
    known = documents(*NUMBERS)
    later = {**known, NUMBERS[1]: replace(known[NUMBERS[1]], issued_on=date(2026, 7, 9))}
    apart = chain(plan(*NUMBERS), later, facts(), pack(), ON)
    assert apart is not None
    assert [one.numbers for one in apart.notices] == [(NUMBERS[0],), (NUMBERS[1],)], "of before there were notices"
    copies = {number: replace(one, notice="AC-2026-0001") for number, one in later.items()}
    found = chain(plan(*NUMBERS), copies, facts(), pack(), ON)
    assert found is not None
    assert [one.numbers for one in found.notices] == [tuple(NUMBERS)]
