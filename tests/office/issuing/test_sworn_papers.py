"""Papers about service against the register: what was issued, what its window showed, which pictures it holds."""

from __future__ import annotations

import copy
import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.binding.packet_register import documents_for, of_case
from docservice.office.cases.happening import CaseEventOrder
from docservice.office.means.records import DocumentRecord
from docservice.packets.plan import load as load_plan
from docservice.refusal import Refusal
from tests.homes import furnish

ON = date(2026, 6, 16)
CASE = "CE-2026-0147"
Letters = dict[str, DocumentRecord]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Office]:
    opened = open_office(Settings(home=furnish(tmp_path_factory.mktemp("sworn"), fonts_folder)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def facts(example: Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]) -> dict[str, Any]:
    casefile, _ = example(CASE)
    return {**casefile, "service": []}


@pytest.fixture(scope="module")
def letters(home: Office, facts: dict[str, Any]) -> Letters:
    """A notice to a trust whose name the window has no room for, and to a company whose name it breaks."""
    orders = [Order("notice-of-violation", facts, on=ON, recipient=party) for party in ("owner-trust", "owner-llc")]
    return {record.recipient or "": record for record in (home.issuing.issue(one, actor="ana") for one in orders)}


def served(facts: dict[str, Any], letters: Letters, **changes: Any) -> dict[str, Any]:
    sworn = {"name": "Pilar Everhart", "title": "Office Assistant", "address": ["1 Town Hall Way"],
             "over_18_and_not_a_party": True}  # fmt: skip
    records = [
        {
            "id": f"s-{party}", "document": letter.number, "title": letter.title, "party": party,
            "method": "first_class_mail", "served_on": ON.isoformat(), "place": "Depot Street", "declarant": sworn,
            **changes.get(party, {}),
        }
        for party, letter in letters.items()
    ]  # fmt: skip
    return {**copy.deepcopy(facts), "service": records}


def order(casefile: dict[str, Any], template: str = "proof-of-service-list", **more: Any) -> Order:
    return Order(template, casefile, on=ON, about="s-owner-trust", **more)


def test_a_proof_of_several_swears_to_what_the_windows_showed(
    home: Office, facts: dict[str, Any], letters: Letters
) -> None:
    proof = home.issuing.issue(order(served(facts, letters)), actor="ana")
    assert proof.number == "PSL-2026-0001"
    row = home.issuing.document(proof.id)
    html = home.issuing.face(proof.id, "html")[0].decode()
    assert "C/O PINNACLE FIDUCIARY SVCS" in html
    assert "1209 ORANGE BLOSSOM ST STE 400" in html
    assert html.count("Co-Trustees of The Hernández-Villaseñor") == 1  # as the person served, not on the envelope
    assert all(letter.sha256 in html for letter in letters.values())
    assert home.issuing.reproduce(row.id).identical

    rows, _ = of_case(home.means, CASE)
    plan = load_plan({"title": "P", "case": CASE, "parts": [{"document": one.number} for one in letters.values()]})
    bound = documents_for(home.means, rows, plan)
    assert [[one.number for one in document.proofs] for document in bound.values()] == [["PSL-2026-0001"]] * 2
    proves = next(iter(bound.values())).proofs[0].proves
    assert {one.record: (one.number, one.sha256) for one in proves} == {
        f"s-{party}": (letter.number, letter.sha256) for party, letter in letters.items()
    }


LONG = "Maximiliano Hernández-Villaseñor and Bronwyn Llewelyn-Featherstonehaugh, Co-Trustees"


@pytest.mark.parametrize(
    ("party", "change", "place"),
    [
        ("owner-trust", {"address": [LONG, "C/O PINNACLE FIDUCIARY SVCS", "PO BOX 7"]}, "/service/0/address/0"),
        ("owner-llc", {"address": ["GOLONDRINA HOLDINGS III, LLC", "1 OTHER ST"]}, "/service/1/address/1"),
        ("owner-llc", {"sha256": "0" * 64}, "/service/1/sha256"),
        ("owner-llc", {"pages": 77}, "/service/1/pages"),
    ],
)
def test_nobody_swears_to_what_was_not_so(
    home: Office, facts: dict[str, Any], letters: Letters, party: str, change: dict[str, Any], place: str
) -> None:
    with pytest.raises(Refusal) as refused:
        home.issuing.preview(order(served(facts, letters, **{party: change})), "html")
    assert (refused.value.code, [one.place for one in refused.value.problems]) == ("service.mismatch", [place])


def picture() -> bytes:
    """As a telephone makes it, with the place in it."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x8825] = {1: "N", 2: (37.0, 30.0, 0.0), 3: "W", 4: (122.0, 10.0, 0.0)}
    Image.new("RGB", (640, 480), "gray").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_declaration_of_posting_shows_the_pictures_that_the_register_holds(
    home: Office, facts: dict[str, Any], letters: Letters
) -> None:
    data = picture()
    sha256 = hashlib.sha256(data).hexdigest()
    with home.means.store.blobs.staging() as stage:
        stage.put(data, sha256)
        stage.publish()
    shown = [
        {"file": f"{name}.jpg", "caption": name, "alt": name, "taken_on": ON.isoformat(), "taken_at": "10:06",
         "taken_by": "inspector", "sha256": sha256}
        for name in ("near", "place")
    ]  # fmt: skip
    posted = {"method": "posting_site", "at": "10:05", "place": "Front gate", "photos": shown, "result": "posted"}
    casefile = served(facts, letters, **{"owner-trust": posted})
    made = home.issuing.issue(order(casefile, "declaration-of-posting"), actor="ana")
    pdf = home.issuing.face(made.id, "pdf")[0]
    assert b"Exif" not in pdf
    assert home.issuing.reproduce(made.id).identical
    assert home.means.store.blobs.read(sha256) == data  # the original says where
    assert [one for one in made.findings if one.severity == "error"] == []
    # Two pictures of one name: one would stand for both.
    other = hashlib.sha256(data + b" ").hexdigest()
    with home.means.store.blobs.staging() as stage:
        stage.put(data + b" ", other)
        stage.publish()
    again = {**posted, "photos": [{**shown[0], "sha256": other}]}
    with pytest.raises(Refusal) as refused:
        home.issuing.preview(
            order(served(facts, letters, **{"owner-trust": posted, "owner-llc": again}), "declaration-of-posting")
        )
    assert [one.place for one in refused.value.problems] == ["/service/1/photos/0/file"]


def test_the_legs_of_an_attempt_on_record_are_told_as_they_are(home: Office, facts: dict[str, Any]) -> None:
    number = "CE-2026-0999"
    known = {**facts, "case": {**facts["case"], "number": number}}
    home.cases.put(number, known, actor="ana", saw="new")
    notice = home.cases.order(number, None, Order("notice-of-violation", {}, on=ON, recipient="owner-llc"))
    paper = home.issuing.issue(notice, actor="ana")
    legs = [
        {"method": "certified_mail", "place": "Depot Street", "article_number": "9407111899223197428490"},
        {"method": "first_class_mail", "place": "Depot Street"},
    ]
    sworn = {"name": "Pilar Everhart", "address": ["1 Town Hall Way"], "over_18_and_not_a_party": True}
    data = {"party": "owner-llc", "declarant": sworn, "legs": legs}
    told = home.cases.tell(number, CaseEventOrder("attempted", ON, paper.number, data), actor="ana")
    about = f"attempt-{told.position}-1"
    wanted = home.cases.order(number, None, Order("proof-of-service-list", {}, on=ON, about=about))
    proof = home.issuing.issue(wanted, actor="ana")
    assert proof.findings == ()
    html = home.issuing.face(proof.id, "html")[0].decode()
    assert html.count("WILMINGTON DE 19801-0001") == 2  # each leg with the lines of the window
    assert html.count(paper.sha256) == 1
