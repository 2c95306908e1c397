"""Cases at the desk: opened, read, changed, told; two people at one; what a tracker keeps; what is refused."""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from docservice import shipped
from docservice.office import Office
from docservice.office.cases.listing import CaseFilter, street_of
from tests.web.desk.conftest import Client, Clock, Desk, opened

NUMBER = "CE-2026-0203"
FACTS = json.loads((shipped.folder("examples") / NUMBER / "casefile.json").read_text(encoding="utf-8"))
HERE = f"/desk/cases/{NUMBER}"


def facts() -> dict:  # type: ignore[type-arg]
    made = copy.deepcopy(FACTS)
    made.pop("_order", None)
    for listed in ("hearings", "costs", "service", "memoranda", "events"):
        made.pop(listed, None)
    made["case"]["opened_on"] = made["violations"][0]["observed_on"] = "2026-06-01"
    for one in made["violations"]:
        one["observed_on"] = "2026-06-01"
    for one in made["inspections"]:
        one["on"] = "2026-06-01"
        one.pop("reinspection_on", None)
        for photo in one.get("photos", ()):
            photo["taken_on"] = "2026-06-01"
    made["confidential"]["complaint_received_on"] = "2026-06-01"
    return made


@pytest.fixture
def case(desk: Desk) -> Desk:
    desk.office.cases.put(NUMBER, facts(), actor="account:cora", saw="new")
    return desk


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Desk]:
    """One office with two cases, one of them a tracker's, for tests that only look."""
    with opened(tmp_path_factory.mktemp("cases") / "home", fonts_folder, Clock()) as one:
        one.office.cases.put(NUMBER, facts(), actor="account:cora", saw="new")
        other = facts()
        other["case"] |= {"number": "CE-2026-0777", "title": "Weeds", "topics": ["weeds"]}
        other["property"] |= {"situs": "9 Alder Way"}
        one.office.cases.put("CE-2026-0777", other, actor="key:permits", saw="new")
        yield one


def held(office: Office) -> dict:  # type: ignore[type-arg]
    return dict(office.cases.read(NUMBER).casefile)


def values_of(form: object) -> list[tuple[str, str]]:
    """What a browser would send: the line end after a textarea's tag is none of its text."""
    return [(name, value.removeprefix("\n")) for name, value in form.form_values()]  # type: ignore[attr-defined]


def sent(client: Client, address: str, **typed: object) -> dict[str, object]:
    """What the form at an address holds, with something else typed."""
    import lxml.html

    form = lxml.html.fromstring(client.get(address).text).get_element_by_id("form")
    data: dict[str, object] = {}
    for name, value in values_of(form):
        data.setdefault(name, []).append(value)  # type: ignore[attr-defined]
    return {**data, "form_token": client.token, **typed}


@pytest.mark.parametrize(
    ("situs", "street"),
    [("214-220 Molino Street", "Molino Street"), ("77 Ridgeline Terrace, Unit 3", "Ridgeline Terrace"),
     ("5½ Elm Avenue Apt 4", "Elm Avenue"), ("12 and 14 Oak Road", "Oak Road"), ("Lot 7", "Lot 7"), ("", "")],
)  # fmt: skip
def test_the_street_of_an_address(situs: str, street: str) -> None:
    assert street_of(situs) == street


def test_lists_are_by_words_street_topic_and_who_is_in_charge(kept: Desk) -> None:
    def numbers(**wanted: str) -> list[str]:
        return [one.number for one in kept.office.cases.listed(CaseFilter(**wanted)).items]  # type: ignore[arg-type]

    assert numbers() == ["CE-2026-0777", NUMBER]
    assert numbers(q="214-220") == [NUMBER]
    assert numbers(q="phuong thao", street="molino street") == [NUMBER]
    assert numbers(topic="weeds") == ["CE-2026-0777"]
    assert numbers(officer="coordinator") == ["CE-2026-0777", NUMBER]
    assert numbers(officer="inspector") == numbers(state="closed") == []
    assert numbers(by="street") == ["CE-2026-0777", NUMBER]
    page = kept.client("requester").get("/desk/cases?q=9+alder").text
    assert "9 Alder Way" in page
    assert "Kept in permits" in page
    assert "New case" not in page


def test_a_list_reads_what_an_earlier_release_did_not_keep(desk: Desk) -> None:
    from sqlalchemy import update

    from docservice.storage.models import CaseRow

    desk.office.cases.put(NUMBER, facts(), actor="account:cora", saw="new")
    with desk.office.means.store.database.writing() as session:
        session.execute(update(CaseRow).values(officer=None, site="", street="", topics=""))
    assert [one.street for one in desk.office.cases.listed(CaseFilter(officer="coordinator")).items] == [
        "Molino Street"
    ]


def test_a_case_is_opened_and_who_complained_stays_private(desk: Desk) -> None:
    client = desk.client("cora")
    page = client.get("/desk/cases/new").text
    assert 'value="CE-2026-0001"' in page or "CE-2026-" in page
    typed = sent(client, "/desk/cases/new", **{
        "property/situs": "88 Quarry Lane", "case/title": "Weeds behind the house",
        "confidential/complaint": "Dry weeds.",
        "confidential/complainant/name/text": "Nelly Bly", "owner/name": "",
    })  # fmt: skip
    answer = client.flask.post("/desk/cases/new", data=typed)
    assert answer.status_code == 303, answer.text
    number = answer.headers["Location"].rpartition("/")[2].partition("?")[0]
    told = desk.office.cases.read(number).casefile
    assert told["confidential"]["complainant"]["name"]["text"] == "Nelly Bly"
    assert told["parties"][0]["name"]["text"] == "Owner of record"
    page = client.get(answer.headers["Location"]).text
    assert "88 Quarry Lane" in page
    assert "Nelly" not in page
    assert "Dry weeds" not in page
    assert "Nelly" not in client.get(f"/desk/cases/{number}/history").text
    assert "Nelly Bly" in client.get(f"/desk/cases/{number}/private").text
    assert [one.number for one in desk.office.cases.listed(CaseFilter(q="Nelly")).items] == []
    again = client.flask.post("/desk/cases/new", data={**typed, "case/number": "CE-2026-0999"})
    assert again.status_code == 409
    assert "There is an open case at this address" in again.text
    assert "Weeds behind the house" in again.text
    assert (
        client.flask.post("/desk/cases/new", data={**typed, "case/number": "CE-2026-0999", "anyway": "1"}).status_code
        == 303
    )


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    client = desk.client("cora")
    typed = sent(client, "/desk/cases/new", **{"confidential/complaint": "A < B & “C”"})
    answer = client.flask.post("/desk/cases/new", data=typed)
    assert answer.status_code == 422
    assert 'href="#f-property-situs"' in answer.text
    assert 'id="f-property-situs-error"' in answer.text
    assert "A &lt; B &amp; “C”" in answer.text


def test_the_page_of_a_case_says_what_is_next_and_shows_no_words_of_the_machine(kept: Desk) -> None:
    page = kept.client("cora").get(HERE).text
    assert "Next steps" in page
    assert "Notice of violation" in page
    assert "The dates it would say" in page
    assert "7 dangers" in page
    assert "Heating" in page
    words = re.sub(r"<[^>]+>", " ", page)
    for word in ("JSON", "schema", "casefile", "template", "/violations/", "clause", "locale"):
        assert word not in words, word


def test_a_tracker_s_case_is_read_only(kept: Desk) -> None:
    client = kept.client("cora")
    page = client.get("/desk/cases/CE-2026-0777").text
    assert "kept in permits" in page
    assert "/people/new" not in page
    assert "/property" not in page
    refused = client.get("/desk/cases/CE-2026-0777/people/new")
    assert refused.status_code == 409
    assert "Change them there" in refused.text
    assert "More time is given" in client.get("/desk/cases/CE-2026-0777/record").text


def test_a_person_is_added_changed_and_taken_out(case: Desk) -> None:
    client = case.client("cora")
    lines = "214 MOLINO ST\nMADRONA HILLS CA 95999"
    typed = sent(
        client, f"{HERE}/people/new", **{"name/text": "Ana Núñez", "roles": ["tenant"], "address/lines": lines}
    )  # fmt: skip
    assert client.flask.post(f"{HERE}/people/new", data=typed).status_code == 303
    new = held(case.office)["parties"][-1]
    assert new["id"] == "tenant-ana-nunez"
    assert new["address"]["lines"][1] == "MADRONA HILLS CA 95999"
    typed = sent(client, f"{HERE}/people/{new['id']}", email="no address")
    answer = client.flask.post(f"{HERE}/people/{new['id']}", data=typed)
    assert answer.status_code == 422
    assert "This is not an e-mail address." in answer.text
    assert '<details class="part" open>' in answer.text
    typed = sent(client, f"{HERE}/people/{new['id']}", email="ana@mail.example")
    assert client.flask.post(f"{HERE}/people/{new['id']}", data=typed).status_code == 303
    assert held(case.office)["parties"][-1]["email"] == "ana@mail.example"
    assert client.post(f"{HERE}/people/{new['id']}/out").status_code == 303
    assert all(one["id"] != new["id"] for one in held(case.office)["parties"])
    page = client.get(f"{HERE}/history").text
    assert "Cora Reyes" in page
    assert "taken out" in page


def test_a_field_that_the_form_does_not_ask_stays(case: Desk) -> None:
    client = case.client("cora")
    before = held(case.office)
    typed = sent(client, f"{HERE}/visits/i1", purpose="Another")
    assert client.flask.post(f"{HERE}/visits/i1", data=typed).status_code == 303
    after = held(case.office)
    assert after["inspections"][0] == {**before["inspections"][0], "purpose": "Another"}
    assert (
        client.flask.post(
            f"{HERE}/property", data=sent(client, f"{HERE}/property", **{"property/zone": "R-1"})
        ).status_code
        == 303
    )
    assert held(case.office)["property"] == {**before["property"], "zone": "R-1"}
    assert held(case.office)["case"] == before["case"]


@pytest.mark.parametrize("path", ["property", "people/owner-chen", "visits/i1", "seen/v1", "seen/v8", "private/edit"])
def test_saving_what_nobody_changed_changes_nothing(case: Desk, path: str) -> None:
    client = case.client("cora")
    before = case.office.cases.read(NUMBER)
    answer = client.flask.post(f"{HERE}/{path}", data=sent(client, f"{HERE}/{path}"))
    assert answer.status_code == 303, answer.text
    after = case.office.cases.read(NUMBER)
    assert after.casefile == before.casefile
    assert after.summary.revision == before.summary.revision


def test_two_people_at_one_thing_choose_and_at_two_things_meet_nobody(case: Desk) -> None:
    cora, ian = case.client("cora"), case.client("ian")
    mine = sent(cora, f"{HERE}/people/owner-chen", phone="(555) 555-0001")
    other = sent(cora, f"{HERE}/people/tenant-214", phone="(555) 555-0003")
    theirs = sent(ian, f"{HERE}/people/owner-chen", phone="(555) 555-0002")
    assert ian.flask.post(f"{HERE}/people/owner-chen", data=theirs).status_code == 303
    assert cora.flask.post(f"{HERE}/people/tenant-214", data=other).status_code == 303
    answer = cora.flask.post(f"{HERE}/people/owner-chen", data=mine)
    assert answer.status_code == 412
    assert "Which words stay?" in answer.text
    assert "Ian Cho" not in answer.text.partition("saved")[0][-1:]
    assert "(555) 555-0001" in answer.text
    assert "(555) 555-0002" in answer.text
    import lxml.html

    form = lxml.html.fromstring(answer.text).xpath("//main//form")[0]
    assert cora.flask.post(f"{HERE}/people/owner-chen", data=dict(form.form_values())).status_code == 303
    assert case.office.cases.read(NUMBER).casefile["parties"][0]["phone"] == "(555) 555-0001"


def test_a_phrase_is_picked_and_its_blanks_are_asked(case: Desk) -> None:
    client = case.client("cora")
    here = f"{HERE}/seen/new"
    found = client.flask.post(here, data={**sent(client, here), "words": "wires", "find": "1"})
    assert found.status_code == 200
    assert "HSC 17920.3(d)" in found.text
    typed = {**sent(client, here), "section": "HSC 17920.3(d)", "use": "facts:bare-wires"}
    page = client.flask.post(here, data=typed).text
    assert "Blanks of “Bare wires”" in page
    assert "…" in page
    typed.pop("use")
    typed |= {"phrase/facts/id": "bare-wires", "told:facts": "x", "facts": "x", "correction": "Repair it.",
              "phrase/facts/values/height": "5 feet"}  # fmt: skip
    refused = client.flask.post(here, data=typed)
    assert refused.status_code == 422
    assert "Fill the blank" in refused.text
    typed |= {"phrase/facts/values/voltage": "120 volts"}
    assert client.flask.post(here, data=typed).status_code == 303
    new = held(case.office)["violations"][-1]
    assert new["phrase"]["facts"] == {"id": "bare-wires", "values": {"height": "5 feet", "voltage": "120 volts"}}
    assert "5 feet above the floor" in new["facts"]
    own = {**sent(client, f"{HERE}/seen/{new['id']}"), "facts": "My own words."}
    assert client.flask.post(f"{HERE}/seen/{new['id']}", data=own).status_code == 303
    new = held(case.office)["violations"][-1]
    assert new["facts"] == "My own words."
    assert "phrase" not in new


def jpeg(width: int = 1200, height: int = 900) -> bytes:
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "Telephone 5"
    exif.get_ifd(0x8769)[0x9003] = "2026:06:01 13:58:10"
    Image.new("RGB", (width, height), (120, 80, 40)).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def test_photographs_are_taken_in_described_and_shown(case: Desk) -> None:
    client = case.client("cora")
    here = f"{HERE}/visits/i1/photographs"
    count = len(held(case.office)["inspections"][0]["photos"])
    files = [(io.BytesIO(jpeg()), "IMG 0412.JPG"), (io.BytesIO(jpeg(600, 800)), "IMG 0413.JPG")]
    page = client.flask.post(here, data={"form_token": client.token, "photographs": files}).text
    assert "2 photographs are here" in page
    assert 'value="13:58"' in page
    import lxml.html

    form = lxml.html.fromstring(page).get_element_by_id("form")
    values = [*form.form_values()]
    typed: dict[str, list[str]] = {}
    for name, value in values:
        typed.setdefault(name, []).append(value)
    refused = client.flask.post(f"{here}/described", data=typed)
    assert refused.status_code == 422
    assert f'href="#f-{count}-caption"' in refused.text
    typed |= {f"{n}/{name}": [f"Words {n}"] for n in (count, count + 1) for name in ("caption", "alt")}
    assert client.flask.post(f"{here}/described", data=typed).status_code == 303
    photo = held(case.office)["inspections"][0]["photos"][-1]
    assert photo["taken_with"] == "Telephone 5"
    assert photo["taken_on"] == "2026-06-01"
    assert photo["taken_by"] == "inspector"
    for query in ("", "?small=1"):
        shown = case.client("requester").get(f"{HERE}/photographs/{photo['sha256']}{query}")
        assert shown.status_code == 200
        assert not Image.open(io.BytesIO(shown.data)).getexif().get(0x0110)
    assert case.client("requester").get(f"{HERE}/photographs/{'0' * 64}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("a.jpg", b"no picture", "cannot be read as a photograph"), ("a.jpg", b"", "is empty"),
     ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be read as a photograph"),
     ("a.jpg", jpeg()[:400], "cannot be read as a photograph")],
    ids=["words", "empty", "drawing", "half"],
)  # fmt: skip
def test_what_is_no_photograph_is_refused_in_words(case: Desk, name: str, content: bytes, says: str) -> None:
    client = case.client("cora")
    here = f"{HERE}/visits/i1/photographs"
    answer = client.flask.post(here, data={"form_token": client.token, "photographs": [(io.BytesIO(content), name)]})
    assert answer.status_code == 422
    assert says in answer.text
    none = client.flask.post(here, data={"form_token": client.token})
    assert none.status_code == 422
    assert "Choose a photograph first." in none.text


def test_a_photograph_that_is_too_large_is_refused_in_words(case: Desk) -> None:
    client = case.client("cora")
    length = 50 * 2**20
    answer = client.flask.post(
        f"{HERE}/visits/i1/photographs", content_type="multipart/form-data; boundary=x", content_length=length,
        input_stream=io.BytesIO(bytes(length)),
    )  # fmt: skip
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert "25 MB" in answer.text


def test_letters_find_the_photographs_by_themselves(case: Desk) -> None:
    from docservice.office import Order

    client = case.client("cora")
    here = f"{HERE}/visits/i1/photographs"
    page = client.flask.post(
        here, data={"form_token": client.token, "photographs": [(io.BytesIO(jpeg()), "b.jpg")]}
    ).text
    import lxml.html

    typed: dict[str, list[str]] = {}
    for name, value in lxml.html.fromstring(page).get_element_by_id("form").form_values():
        typed.setdefault(name, []).append(value)
    last = len(typed["file"]) - 1
    typed |= {f"{last}/caption": ["Wires"], f"{last}/alt": ["Wires"]}
    assert client.flask.post(f"{here}/described", data=typed).status_code == 303
    typed = sent(client, f"{HERE}/seen/v8", photographs=["b.jpg"])
    assert client.flask.post(f"{HERE}/seen/v8", data=typed).status_code == 303
    order = case.office.cases.order(NUMBER, None, Order("notice-of-violation", {}, "owner-chen", "en"))  # type: ignore[arg-type]
    assert list(order.attachments) == ["b.jpg"]


def test_what_happened_is_put_on_record_once_and_taken_back(case: Desk) -> None:
    client = case.client("cora")
    here = f"{HERE}/record/time-granted"
    typed = sent(client, here, subject="v2", **{"data/to": "2026-12-24", "data/reason": "The roofer is ill."})
    assert client.flask.post(here, data=typed).status_code == 303
    assert client.flask.post(here, data=typed).status_code == 303  # a double click
    told = case.office.cases.events(NUMBER)
    assert [(one.type, one.subject) for one in told] == [("extension-granted", "v2")]
    assert "More time until December 24, 2026" in client.get(HERE).text
    refused = client.flask.post(here, data={**typed, "key": "other", "data/to": ""})
    assert refused.status_code == 422
    assert 'id="f-data-to-error"' in refused.text
    back = f"{HERE}/record/not-so/{told[0].position}"
    assert "More time until" in client.get(back).text
    assert client.post(back, {"reason": ""}).status_code == 422
    assert client.post(back, {"reason": "Another case."}).status_code == 303
    assert (
        "More time until December 24, 2026"
        not in client.get(HERE).text.partition("What has happened")[2].partition("</ol>")[0]
    )


def test_a_note_and_what_is_put_right(case: Desk) -> None:
    client = case.client("cora")
    typed = sent(client, f"{HERE}/record/note", text="Mr. Chen called: the electrician comes on Monday.")
    for _ in range(2):
        assert client.flask.post(f"{HERE}/record/note", data=typed).status_code == 303
    assert [one["text"] for one in held(case.office)["events"]] == ["Mr. Chen called: the electrician comes on Monday."]
    typed = sent(client, f"{HERE}/record/put-right", ids=["v1", "v2"])
    assert client.flask.post(f"{HERE}/record/put-right", data=typed).status_code == 303
    day = case.office.means.today().isoformat()
    assert [one.get("corrected_on") for one in held(case.office)["violations"][:3]] == [day, day, None]


def test_opening_what_is_private_is_on_the_trail(case: Desk) -> None:
    case.client("cora").get(f"{HERE}/private")
    assert any(
        one.action == "case.private_read" and one.actor == "account:cora"
        for one in case.office.audit(subject=f"case/{NUMBER}")
    )
    assert case.client("requester").get(f"{HERE}/private").status_code == 403
