"""Bad input: a code of its own, a message that names the place, no document, no number, no trace."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import func, select

from docservice import shipped
from docservice.app import create_app
from docservice.cli import main
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.refusal import Refusal
from docservice.storage.models import Base
from tests.homes import furnish
from tests.shipped_wording import folder_of, sample_of

Change = Callable[[dict[str, Any]], None]
Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]


def at(*changes: tuple[str, Any]) -> Change:
    """A change of the casefile: pairs of JSON pointer and value; ``...`` takes the field out."""

    def change(casefile: dict[str, Any]) -> None:
        for pointer, value in changes:
            *way, last = pointer.strip("/").split("/")
            here: Any = casefile
            for step in way:
                here = here[int(step)] if isinstance(here, list) else here[step]
            if value is ...:
                del here[int(last) if isinstance(here, list) else last]
            elif isinstance(here, list):
                here[int(last)] = value
            else:
                here[last] = value

    return change


NOTHING = at()
PLAIN = ("/violations/0/phrase", ...)  # its facts are free text
HEARING = {"template": "notice-of-hearing", "about": "h1", "on": date(2026, 7, 2)}
REPORT = {"template": "inspection-report", "about": "i1", "on": date(2026, 5, 24)}
PROOF = {"template": "proof-of-service", "about": "s1", "on": date(2026, 5, 29)}
MEMO = {"template": "memorandum", "about": "m1", "on": date(2026, 7, 8)}
NO_PHOTO: dict[str, bytes] = {"cars-fire-lane.jpg": b"\xff\xd8\xff\xe0 not a photograph"}
LONG = ["PMB 380", "THE OFFICE OF THE TRUSTEES", *["SUITE 100"] * 5, "SAN FRANCISCO CA 94115"]
BEFORE_THE_RULE = at(
    ("/case/opened_on", "2019-01-02"),
    ("/violations/0/observed_on", "2019-05-01"),
    ("/citations/0/violation_on", "2019-05-01"),
)

# what is wrong, the change of the casefile, fields of the order, the code (also of a problem in it), the place
CASES: list[tuple[str, Change, dict[str, Any], str, str]] = [
    ("unknown template", NOTHING, {"template": "love-letter"}, "template.unknown", ""),
    ("language without a translation", NOTHING, {"language": "km"}, "language.not_offered", "/language"),
    ("unknown recipient", NOTHING, {"recipient": "nobody"}, "recipient.unknown", "/recipient"),
    ("recipient it does not go to", at(("/parties/1/roles", ["tenant"])), {"recipient": "local-contact"},
     "recipient.role", "/recipient"),
    ("unknown subject", NOTHING, {"about": "c9"}, "about.unknown", "/about"),
    ("a date before the first rules", NOTHING, {"on": date(2025, 12, 31)}, "template.not_in_force", ""),
    ("a date beyond calendars", NOTHING, {"on": date.max}, "order.date", "/on"),
    ("field missing", at(("/violations/0/section", ...)), {}, "casefile.missing", "/violations/0/section"),
    ("wrong type", at(("/violations/0/observed_on", "last May")), {}, "casefile.type", "/violations/0/observed_on"),
    ("year 9999", at(("/hearings/0/on", "9999-12-31")), HEARING, "casefile.range", "/hearings/0/on"),
    ("year 1", at(("/permits", [{"number": "B-1", "issued_on": "0001-01-01"}])), {}, "casefile.range",
     "/permits/0/issued_on"),
    ("before the case opened", at(("/violations/0/observed_on", "2026-05-01")), {}, "casefile.date_before_opening",
     "/violations/0/observed_on"),
    ("two with one id", at(("/violations/1/id", "v1")), {}, "casefile.duplicate_id", "/violations/1/id"),
    ("section nobody knows", at(PLAIN, ("/violations/0/section", "MHMC 99.99.990")), {}, "checks.section_unknown",
     "/violations/0/section"),
    ("section not in force on the observed date", BEFORE_THE_RULE, {}, "checks.section_not_in_force",
     "/violations/0/section"),
    ("fine over its cap", at(("/citations/0/fine", "1500.01")), {}, "checks.fine_over_cap", "/citations/0/fine"),
    ("wrong ordinal", at(("/citations/0/ordinal", 2)), {}, "checks.ordinal", "/citations/0/ordinal"),
    ("ordinal after a dismissed citation", at(("/citations/0/status", "dismissed")),
     {"about": "c2", "on": date(2026, 6, 17)}, "checks.ordinal", "/citations/1/ordinal"),
    ("signer without the right", at(("/case/officer", "mailer")), {}, "checks.signer", "/case/officer"),
    ("signer nobody knows", at(("/case/officer", "nobody")), {}, "checks.officer_unknown", "/case/officer"),
    ("memorandum by one who may write none", at(("/memoranda/0/sender", "mailer")), MEMO, "checks.signer",
     "/memoranda/0/sender"),
    ("hearing on a Saturday", at(("/hearings/0/on", "2026-07-18")), HEARING, "checks.hearing_closed_day",
     "/hearings/0/on"),
    ("hearing on a town holiday", at(("/hearings/0/on", "2026-09-07")), HEARING, "checks.hearing_closed_day",
     "/hearings/0/on"),
    ("hearing too soon", NOTHING, {**HEARING, "on": date(2026, 7, 8)}, "checks.hearing_lead_time", "/hearings/0/on"),
    ("hearing officer who cited", at(("/hearings/0/officer", "coordinator")), HEARING, "checks.hearing_officer",
     "/hearings/0/officer"),
    ("report before the inspection", NOTHING, {**REPORT, "about": "i2"}, "checks.date_ahead", "/inspections/1/on"),
    ("proof before the service", at(("/service/0/document", "X")), {**PROOF, "on": date(2026, 5, 28)},
     "checks.date_ahead", "/service/0/served_on"),
    ("proof without the envelope", at(("/service/0/document", "X"), ("/service/0/address", ...)), PROOF,
     "checks.service_address", "/service/0/address"),
    ("no violation to speak of", at(("/violations", [])), {"template": "courtesy-letter", "about": None},
     "casefile.dangling_reference", "/citations/0/violations/0"),
    ("a letter before anything was seen", NOTHING, {"template": "courtesy-letter", "about": None,
     "on": date(2026, 5, 22)}, "checks.violation_missing", "/violations"),
    ("characters no font has", at(("/parties/0/name/text", "Château \U000f1234 LLC")), {}, "text.glyph_missing",
     "/parties/0/name/text"),
    ("emoji in the facts", at(PLAIN, ("/violations/0/facts", "Party \U0001f389")), {}, "text.glyph_missing",
     "/violations/0/facts"),
    ("address too long for the window", at(("/parties/0/address/lines", LONG)), {}, "address.overflow",
     "/parties/0/address"),
    ("nobody to mail to", at(("/parties/0/address", ...)), {}, "checks.unresolved", "/parties/0/address"),
    ("a blank of a phrase left open", at(("/violations/0/phrase/facts/values/people", ...)), {},
     "checks.phrase_blank", "/violations/0/phrase/facts/values/people"),
    ("complainant in the facts", at(PLAIN, ("/violations/0/facts", "Seen by Cornelius Abernathy-Voss from next door.")),
     {}, "checks.confidential", "/confidential/complainant/name"),
    ("broken photo", NOTHING, {**REPORT, "attachments": NO_PHOTO}, "photo.broken", "cars-fire-lane.jpg"),
    ("missing photo", NOTHING, {**REPORT, "attachments": {}}, "picture.missing", "cars-fire-lane.jpg"),
    ("what JSON cannot hold", at(("/case/number", float("nan"))), {}, "casefile.malformed", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Office]:
    """One office for all refusals: none of them may leave anything for the next."""
    home = furnish(tmp_path_factory.mktemp("home"), fonts_folder)
    with open_office(Settings(home=home)) as office:
        yield office


def codes(refusal: Refusal) -> set[str]:
    return {refusal.code, *(problem.code for problem in refusal.problems)}


def traces(office: Office) -> dict[str, object]:
    """Everything on record: the files below the home, and how many rows each table has."""
    home = office.settings.home
    files = [p for p in home.rglob("*") if p.is_file() and "fonts" not in p.parts and "docservice.db" not in p.name]
    found: dict[str, object] = {"files": sorted(map(str, files))}
    tables = Base.metadata.tables
    with office.means.store.database.engine.connect() as connection:
        for name, table in tables.items():
            if name == "holder":  # who is at work, and not what was done
                continue
            found[name] = connection.scalar(select(func.count()).select_from(table))
        # A series begins with its first reservation; where that came to nothing it has given no number.
        series = tables["series"]
        found["series"] = connection.execute(select(series).where(series.c.last > 0)).all()
    return found


@pytest.mark.parametrize(("what", "change", "fields", "code", "place"), CASES, ids=[case[0] for case in CASES])
def test_each_is_refused_by_name_and_leaves_no_trace(
    shared: Office, citation: Order, what: str, change: Change, fields: dict[str, Any], code: str, place: str
) -> None:
    casefile = copy.deepcopy(dict(citation.casefile))
    change(casefile)
    before = traces(shared)

    with pytest.raises(Refusal) as refused:
        shared.issuing.issue(replace(citation, **{"casefile": casefile, **fields}), actor="test", idempotency_key="key")

    assert code in codes(refused.value), str(refused.value)
    if place:
        assert place in {problem.place for problem in refused.value.problems}, str(refused.value)
    for sentence in (refused.value.message, *(problem.message for problem in refused.value.problems)):
        assert len(sentence) > 8
        assert "Traceback" not in sentence
        assert "object at 0x" not in sentence
    assert traces(shared) == before


# The same, of letters that the example has none of: by their own samples.
OF_SAMPLES: list[tuple[str, str, Change, str, str]] = [
    ("a decision without findings", "hearing-decision", at(("/hearings/0/decision/findings", [])), "checks.unresolved",
     "/hearings/0/decision/findings"),
    ("a decision that leaves something undecided", "hearing-decision", at(("/hearings/0/decisions/1", ...)),
     "checks.decision_lacking", "/hearings/0/decisions"),
    ("an entry of the minutes without a time", "hearing-minutes", at(("/hearings/0/minutes/entries/3/at", ...)),
     "casefile.missing", "/hearings/0/minutes/entries/3/at"),
    ("a fine among the costs of an invoice", "cost-invoice", at(("/costs/0/description", "Fine for the fence")),
     "checks.cost_is_fine", "/costs/0/description"),
    ("a lien on a fine", "lien-notice", at(("/costs/0/description", "Unpaid fine")), "checks.cost_is_fine",
     "/costs/0/description"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "key", "change", "code", "place"), OF_SAMPLES, ids=[case[0] for case in OF_SAMPLES])
def test_each_is_refused_of_its_own_letter(
    shared: Office, what: str, key: str, change: Change, code: str, place: str
) -> None:
    casefile = sample_of(folder_of(key) / "samples" / "usual.json")
    order = casefile.pop("_order")
    day = min(date.fromisoformat(order["on"]), shared.means.today())
    made = Order(key, casefile, order.get("recipient"), "en", day, order.get("about"))
    assert code not in {one.code for one in shared.issuing.preview(made, "html").findings}
    change(casefile)
    before = traces(shared)
    with pytest.raises(Refusal) as refused:
        shared.issuing.issue(made, actor="test")
    assert (code, place) in {(one.code, one.place) for one in refused.value.problems}, str(refused.value)
    assert traces(shared) == before


def test_a_topic_that_there_is_not(shared: Office) -> None:
    with pytest.raises(Refusal) as refused:
        shared.issuing.handout("love-and-hedges", "en", "html")
    assert (refused.value.code, refused.value.kind) == ("template.unknown", "missing")


def test_after_all_that_the_first_document_has_the_first_number(office: Office, citation: Order) -> None:
    with pytest.raises(Refusal):
        office.issuing.issue(replace(citation, recipient="nobody"), actor="test")
    wrong = copy.deepcopy(dict(citation.casefile))
    at(("/citations/0/fine", "1500.01"))(wrong)
    with pytest.raises(Refusal):
        office.issuing.issue(replace(citation, casefile=wrong), actor="test")
    assert office.issuing.issue(citation, actor="test").number == "AC-2026-0001"


# Templates


NEVER_ENDING = "".join(f"{{% for {name} in range(999) %}}" for name in "abcd") + "{% endfor %}" * 4
HOSTILE = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ town.__class__ }}",
    "{{ town|attr('__class__') }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../../etc/passwd' %}",
    "{% import 'letter.html' as x %}",
    "{{ 'x' * 999999999999 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ range(999999999)|list }}",
    "{% for a in range(900) %}{% for b in range(900) %}{{ town.hours }}{% endfor %}{% endfor %}",
    "<img src='file:///etc/passwd' alt='x'/>",
    "<img src='picture:/etc/passwd' alt='x'/>",
    "<img src='https://example.com/x.png' alt='x'/>",
    "<a href='javascript:alert(1)'>x</a>",
    "<script>alert(1)</script>",
    "<p style='display:none'>x</p>",
    "<p onclick='x'>x</p>",
    "<b>never closed",
]


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_template_is_refused(shared: Office, citation: Order, tmp_path: Path, payload: str) -> None:
    folder = courtesy_letter_with(payload, tmp_path)
    order = replace(citation, template="courtesy-letter", about=None)

    def add_and_issue() -> None:
        version = shared.review.add_template(folder, effective_on=date(2026, 1, 1), actor="test").number
        shared.issuing.issue(replace(order, version=version), actor="test")

    with pytest.raises(Refusal) as refused:
        add_and_issue()
    assert refused.value.code.startswith(("template.", "checks.", "picture.")), str(refused.value)
    assert shared.issuing.documents().total == 0


def test_a_template_that_loops_is_ended_and_the_next_letter_is_made(
    tmp_path: Path, fonts_folder: Path, citation: Order
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    settings = Settings(home=home, isolated_rendering=True, workers=1, render_seconds=4)
    with open_office(settings) as office:
        folder = courtesy_letter_with(NEVER_ENDING, tmp_path)
        version = office.review.add_template(folder, effective_on=date(2026, 1, 1), actor="test").number
        endless = replace(citation, template="courtesy-letter", about=None, version=version)
        before = traces(office)
        with pytest.raises(Refusal) as refused:
            office.issuing.issue(endless, actor="test")
        assert (refused.value.code, refused.value.kind) == ("render.timeout", "timeout")
        assert traces(office) == before
        assert office.issuing.issue(replace(endless, version=1), actor="test").number == "CL-2026-0001"


def courtesy_letter_with(payload: str, tmp_path: Path) -> Path:
    """The shipped courtesy letter with something at its end."""
    folder = tmp_path / "letters" / "courtesy-letter"
    shutil.copytree(shipped.folder("law") / "us" / "letters" / "courtesy-letter", folder)
    wording = folder / "letter.html"
    text = wording.read_text(encoding="utf-8")
    assert "</article>" in text
    wording.write_text(text.replace("</article>", f"<p>{payload}</p></article>"), encoding="utf-8")
    return folder


# The same through HTTP and from the command line


@pytest.fixture
def http(shared: Office) -> Callable[..., tuple[int, dict[str, Any]]]:
    """``http(body)`` posts a document order; the answer's status and problem."""
    client: FlaskClient = create_app(shared).test_client()
    _, secret = shared.people.keys.add("test", ("issue",), "test")

    def post(body: bytes | dict[str, Any], **environment: Any) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        answer = client.post("/api/v1/documents", data=data, headers=headers, environ_overrides=environment)
        assert answer.mimetype == "application/problem+json"
        return answer.status_code, json.loads(answer.data)

    return post


def test_over_http(shared: Office, citation: Order, http: Callable[..., tuple[int, dict[str, Any]]]) -> None:
    casefile = copy.deepcopy(dict(citation.casefile))
    order: dict[str, Any] = {
        "template": "administrative-citation", "about": "c1", "on": "2026-05-29", "casefile": casefile
    }  # fmt: skip
    before = traces(shared)

    def refused(body: bytes | dict[str, Any], **environment: Any) -> tuple[int, str, set[str]]:
        status, problem = http(body, **environment)
        assert problem["status"] == status
        assert problem["trace_id"]
        return status, problem["code"], {e["pointer"] for e in problem.get("errors", []) if "pointer" in e}

    assert refused({**order, "template": "love-letter"})[:2] == (404, "template.unknown")
    assert refused({**order, "language": "km"})[:2] == (422, "language.not_offered")
    assert refused(b'{"template": "administrative-citation", ')[:2] == (400, "request.malformed")
    assert refused(b"\xff\xfe")[:2] == (400, "request.malformed")
    assert refused(b"x", CONTENT_LENGTH=str(50 * 2**20))[:2] == (413, "request.too_large")
    at(("/violations/0/section", ...), ("/violations/1/observed_on", 7))(casefile)
    status, code, pointers = refused(order)
    assert (status, code) == (422, "casefile.invalid")
    assert pointers == {"/casefile/violations/0/section", "/casefile/violations/1/observed_on"}
    order["casefile"] = copy.deepcopy(dict(citation.casefile))
    at(("/citations/0/fine", 99999))(order["casefile"])
    assert refused(order) == (422, "checks.failed", {"/casefile/citations/0/fine"})
    assert traces(shared) == before


def test_from_the_command_line(
    tmp_path: Path, fonts_folder: Path, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    monkeypatch.setenv("DOCSERVICE_RENDER_SECONDS", "4")
    casefile, _ = example("CE-2026-0231")

    def issue(template: str, change: Change = NOTHING, *options: str, text: str = "") -> tuple[int, str]:
        changed = copy.deepcopy(casefile)
        change(changed)
        path = tmp_path / "case.json"
        path.write_text(text or json.dumps(changed), encoding="utf-8")
        arguments = ["--home", str(home), "issue", template, str(path), "--on", "2026-05-29", *options]
        result = CliRunner().invoke(main, arguments)
        assert result.stdout == ""
        return result.exit_code, result.stderr

    for given, code, said in (
        (issue("love-letter"), 4, "template.unknown"),
        (issue("administrative-citation", NOTHING, "--language", "km"), 3, "only a line on the sheet of languages"),
        (issue("administrative-citation", text="{"), 3, "casefile.malformed"),
        (issue("administrative-citation", at(("/violations/0/section", ...))), 3, "/violations/0/section: "),
        (issue("administrative-citation", at(("/citations/0/fine", 2000)), "--about", "c1"), 1, "/citations/0/fine: "),
        (issue("administrative-citation", at(("/parties/0/address/lines", LONG))), 3, "/parties/0/address: "),
    ):
        assert given[0] == code, given
        assert said in given[1]
        assert "Traceback" not in given[1]
    folder = courtesy_letter_with(NEVER_ENDING, tmp_path)
    added = CliRunner().invoke(
        main, ["--home", str(home), "templates", "add", str(folder), "--effective-on", "2026-01-01"]
    )
    assert added.exit_code == 0, added.stderr
    status, said = issue("courtesy-letter")
    assert status == 3
    assert "render.timeout" in said
    with open_office(Settings(home=home)) as office:
        assert office.issuing.documents().total == 0
