"""From a proposal to wording in force, on a real office: who may, what must hold, what it shows."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from docservice.office import Office, Order
from docservice.office.people.roles import Actor
from docservice.office.review import proposing
from docservice.office.review.looking import etag_of
from docservice.office.review.proposing import Proposal, files_in, unzip
from docservice.refusal import Refusal
from tests.office.reviewed import FOLDER, KEY, NOON, TODAY, an_office, code, people, proposal, wording

SYSTEM = Actor("key:tracker", via="tracker")


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path) -> Iterator[Office]:
    with an_office(tmp_path / "home", fonts_folder) as opened:
        yield opened


@pytest.fixture
def who(office: Office) -> dict[str, Actor]:
    return people(office)


def under_review(office: Office, author: Actor, addition: str = "<p>{{ case.number }}</p>") -> int:
    number = office.review.propose(proposal(addition), actor=author).number
    office.review.submit(KEY, number, actor=author)
    return number


def letter(example: Callable[[str], tuple[dict[str, Any], dict[str, bytes]]], on: date) -> Order:
    casefile, photos = example("CE-2026-0147")  # in which nothing is an immediate danger
    for violation in casefile["violations"]:
        violation.pop("comply_by", None)  # days of the example that are over on some of the days
    return Order(KEY, casefile, recipient="owner-llc", on=on, attachments=photos)


def test_the_story(office: Office, who: dict[str, Actor], example: Any) -> None:
    """On its day every system gets the new version without doing anything; a letter of the day before keeps the old."""
    cora, ada, rae = who["cora"], who["ada"], who["rae"]
    effective = TODAY + timedelta(30)
    before = office.issuing.issue(letter(example, TODAY), actor="key:tracker")
    draft = office.review.propose(proposal("<p>{{ case.number }}</p>"), actor=cora)
    assert (draft.number, draft.status, draft.author, draft.based_on) == (2, "draft", "account:cora", 1)
    assert draft.languages == office.review.record(KEY, 1).languages  # the translations came along
    submitted = office.review.submit(KEY, 2, actor=cora, reviewer="ADA", message="For the new year.")
    assert (submitted.status, submitted.reviewer) == ("in_review", "ada")
    assert [one.number for one in office.review.waiting()] == [2]
    said = office.review.comment(KEY, 2, path="solution/li[1]", quote="", body="Warmer,\vplease.\r\n", actor=rae)
    assert said.body == "Warmer,\nplease."  # as it is pasted from Word
    office.review.send_back(KEY, 2, reason="Two words.", actor=ada)
    third = office.review.propose(proposal("<p>Re: {{ case.number }}</p>", based_on=2, replaces=2), actor=cora)
    assert (office.review.record(KEY, 2).status, third.number) == ("withdrawn", 3)
    ((comment, found),) = office.review.located(KEY, 2, within=3)
    assert (comment.id, found.how) == (said.id, "same")
    office.review.submit(KEY, 3, actor=cora)
    record, assessment = office.review.approve(KEY, 3, effective_on=effective, actor=ada)
    assert (record.approver, record.effective_on, assessment.errors) == ("account:ada", effective, ())
    assert {one.standing for one in office.review.versions(KEY)} == {"in_force", "withdrawn", "scheduled"}
    assert office.review.version(KEY, 1, effective).standing == "superseded"
    for day, version in ((effective - timedelta(1), 1), (effective, 3)):
        office.means.clock = lambda day=day: NOON + (day - TODAY)  # type: ignore[misc]
        assert office.issuing.issue(letter(example, day), actor="key:tracker").version == version
    office.means.clock = lambda: NOON
    assert office.issuing.reproduce(before.id).identical
    withdrawn = office.review.withdraw(KEY, 1, reason="Nobody reads it.", actor=ada, replacement="none")
    assert withdrawn.replacement is None
    with pytest.raises(Refusal) as refused:
        office.issuing.preview(replace(letter(example, effective), version=1))
    assert (refused.value.code, refused.value.kind) == ("template.withdrawn", "conflict")
    assert "Version 3 is in force" in refused.value.message
    with pytest.raises(Refusal) as refused:
        office.issuing.issue(replace(letter(example, TODAY), version=3), actor="key:tracker")
    assert refused.value.code == "template.not_approved"
    assert office.issuing.reproduce(before.id).identical
    actions = [line.action for line in reversed(office.review.trail(KEY))]
    assert actions == [
        "template.added", "template.approved", "template.added", "template.submitted", "review.comment",
        "template.sent_back", "template.added", "template.withdrawn", "template.submitted", "template.approved",
        "template.withdrawn",
    ]  # fmt: skip
    assert office.verify_audit() is None


def test_who_may_approve(office: Office, who: dict[str, Actor]) -> None:
    number = under_review(office, who["cora"])

    def approve(actor: Actor) -> str:
        return code(office.review.approve, KEY, number, effective_on=TODAY, actor=actor)

    assert approve(SYSTEM) == "approval.person"
    assert approve(Actor("cli:root")) == "approval.person"
    for login in ("cora", "tia", "max", "req"):
        assert approve(who[login]) == "access.role"
    assert approve(who["rae"]) == "approval.role"  # the town lets reviewers approve handouts, not letters
    assert office.review.may_decide(office.review.record(KEY, number), who["ada"])
    assert not office.review.may_decide(office.review.record(KEY, number), who["rae"])
    assert office.review.may_decide(office.review.record("fences-and-hedges", 1), who["rae"])
    own = under_review(office, who["ian"], "<p>{{ case.title }}</p>")
    assert code(office.review.approve, KEY, own, effective_on=TODAY, actor=who["ian"]) == "template.own_version"
    office.review.approve(KEY, number, effective_on=TODAY, actor=who["ian"])


def test_what_no_person_proposed_nobody_approves(office: Office, who: dict[str, Actor]) -> None:
    """Ada at the terminal, or with a system's key, is not to be told from Ada at the desk."""
    draft = proposal("<p>{{ case.number }}</p>")
    for number, nobody in ((2, Actor("cli:ada")), (3, SYSTEM)):
        assert under_review(office, nobody) == number
        said = office.review.why_not(office.review.record(KEY, number), who["ada"])
        assert f"{nobody.name} proposed version {number}, which is no account" in str(said)
        approve = office.review.approve
        assert code(approve, KEY, number, effective_on=TODAY, actor=who["ada"]) == "template.own_version"
        if number == 3:
            more = proposal("<p>{{ case.title }}</p>", based_on=3)
            made_from_it = office.review.propose(more, actor=who["cora"])
            assert "proposed version 3" in str(office.review.why_not(made_from_it, who["ada"]))
        office.review.withdraw(KEY, number, reason="A person proposes it.", actor=nobody)
    again = office.review.propose(draft, actor=who["cora"])
    assert office.review.why_not(again, who["ada"]) is None


def test_wording_that_the_rules_of_the_town_know_otherwise_is_not_submitted(
    office: Office, who: dict[str, Actor]
) -> None:
    head = (FOLDER / "template.yaml").read_text(encoding="utf-8")
    files = {"template.yaml": head.replace("[coordinator, inspector]", "[coordinator, director]").encode()}
    number = office.review.propose(Proposal(KEY, files, "Signed above", 1), actor=who["cora"]).number
    with pytest.raises(Refusal) as refused:
        office.review.submit(KEY, number, actor=who["cora"])
    assert [(one.code, one.message) for one in refused.value.findings] == [
        ("template.town", "“director” is no signer of the type “courtesy-letter”")
    ]


def test_what_other_roles_may(office: Office, who: dict[str, Actor]) -> None:
    draft = proposal("<p>{{ case.number }}</p>")
    for login in ("tia", "max", "req"):
        assert code(office.review.propose, draft, actor=who[login]) == "access.role"
    office.review.propose(draft, actor=SYSTEM)
    assert code(office.review.submit, KEY, 2, actor=who["cora"], reviewer="cora") == "review.reviewer"
    assert code(office.review.submit, KEY, 2, actor=who["cora"], reviewer="nobody") == "account.unknown"
    office.review.submit(KEY, 2, actor=who["cora"])
    assert office.review.assign(KEY, 2, "rae", actor=who["ada"]).reviewer == "rae"
    assert code(office.review.send_back, KEY, 2, reason="x", actor=who["cora"]) == "access.role"
    assert code(office.review.withdraw, KEY, 2, reason="x", actor=who["cora"]) == "access.role"
    assert code(office.review.withdraw, KEY, 1, reason="x", actor=SYSTEM) == "approval.person"
    office.review.withdraw(KEY, 2, reason="Our own draft.", actor=SYSTEM)
    with pytest.raises(Refusal) as refused:
        office.review.comment(KEY, 1, path="nowhere/p[3]", quote="These words are nowhere.", body="?", actor=who["tia"])
    assert refused.value.code == "comment.anchor"
    assert code(office.review.comment, KEY, 1, path="", quote="", body=" ", actor=who["tia"]) == "review.text"


def test_what_has_errors_is_not_approved(office: Office, who: dict[str, Actor]) -> None:
    text = wording()["letter.html"].decode()
    start = text.index('<section data-block="solution">')
    lacking = text[:start] + text[text.index("</section>", start) + len("</section>") :]
    draft = Proposal(KEY, {"letter.html": lacking.encode()}, "Shorter", based_on=1)
    number = office.review.propose(draft, actor=who["cora"]).number
    with pytest.raises(Refusal) as refused:
        office.review.submit(KEY, number, actor=who["cora"])
    assert refused.value.code == "template.not_ready"
    assert {"template.block", "checklist.block"} <= {problem.code for problem in refused.value.problems}
    items = {item.name: item.status for item in office.review.assess(KEY, number).checklist.items}
    assert items["solution"] == "missing"


def test_samples_must_come_out(office: Office, who: dict[str, Actor]) -> None:
    """What lint cannot see: a field that the samples' facts do not have."""
    number = under_review(office, who["cora"], "<p>{{ hearing.place|one_line }}</p>")
    with pytest.raises(Refusal) as refused:
        office.review.approve(KEY, number, effective_on=TODAY, actor=who["ada"])
    assert refused.value.code == "template.not_ready"
    assert any("samples/" in problem.place for problem in refused.value.problems), refused.value.problems
    none = Proposal(KEY, {**files_in(FOLDER), "letter.html": wording("<p>{{ case.number }}</p>")["letter.html"]}, "x")
    bare = replace(none, files={name: data for name, data in none.files.items() if not name.startswith("samples/")})
    number = office.review.propose(bare, actor=who["cora"]).number
    assert [f.code for f in office.review.assess(KEY, number).errors] == ["sample.none"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"recipient": None}, None),
        ({"recipient": None, "on": None}, None),
        ({"recipient": "nobody"}, "recipient.unknown"),
        ({"on": "soon"}, "sample.order"),
    ],
)
def test_a_sample_is_shown_and_assessed_alike(
    office: Office, who: dict[str, Actor], order: dict[str, Any], expected: str | None
) -> None:
    """What a sample's order leaves open is settled for both as for a real order: the first party it is for."""
    sample = json.loads((FOLDER / "samples/usual.json").read_bytes())
    sample["_order"] = {name: said for name, said in {**sample["_order"], **order}.items() if said is not None}
    more = "<p>{% trans %}A sentence that nobody has translated.{% endtrans %}</p>"  # English alone: fewer letters
    files = {name: data for name, data in files_in(FOLDER).items() if not name.startswith("samples/")}
    files |= wording(more) | {"samples/usual.json": json.dumps(sample).encode()}
    number = office.review.propose(Proposal(KEY, files, "Other samples"), actor=who["cora"]).number
    errors = {finding.code for finding in office.review.assess(KEY, number).errors}
    if expected is None:
        assert errors == set()
        assert office.review.shown(KEY, number).pdf.startswith(b"%PDF")
    else:
        assert errors == {expected}
        assert code(office.review.shown, KEY, number) == expected


def test_an_assessment_tells_what_breaks_and_for_whom(office: Office, who: dict[str, Actor], example: Any) -> None:
    for actor in ("key:tracker", "key:tracker", "account:cora"):
        office.issuing.issue(letter(example, TODAY), actor=actor)
    more = "<p>{% trans %}A sentence that nobody has translated.{% endtrans %} {{ permit.number }}</p>"
    number = office.review.propose(proposal(more), actor=who["cora"]).number
    found = office.review.assess(KEY, number)
    assert (found.against, found.open_comments) == (1, 0)
    office.review.comment(KEY, number, path="", quote="", body="Why?", actor=who["rae"])
    assert office.review.assess(KEY, number).open_comments == 1
    assert {(one.kind, one.name) for one in found.breaks} == {
        ("field", "permit.number"), ("language", "es"), ("language", "zh-Hant"), ("language", "vi"), ("language", "ar"),
    }  # fmt: skip
    assert {(client.actor, client.documents) for client in found.clients} == {("key:tracker", 2), ("account:cora", 1)}
    assert "translation.missing" in {finding.code for finding in found.warnings}
    assert {(s.language, s.face) for s in found.samples} == {("en", face) for face in ("pdf", "docx", "html")}
    whole = office.review.assess(KEY, 1)
    assert whole.errors == ()
    assert {s.language for s in whole.samples} == {"en", "es", "zh-Hant", "vi", "ar"}


def test_a_handout_is_shown_in_every_language(office: Office, who: dict[str, Actor]) -> None:
    found = office.review.assess("fences-and-hedges", 1)
    assert found.errors == ()
    assert len(found.samples) == 5 * 2
    html = office.review.bundle("fences-and-hedges", 1).wording.replace("</article>", "<p>2026</p></article>")
    draft = Proposal("fences-and-hedges", {"handout.html": html.encode()}, "A year", based_on=1)
    office.review.submit("fences-and-hedges", office.review.propose(draft, actor=who["cora"]).number, actor=who["cora"])
    approved, _ = office.review.approve("fences-and-hedges", 2, effective_on=TODAY, actor=who["rae"])
    assert approved.approver == "account:rae"


def test_the_same_text_is_the_same_draft(office: Office, who: dict[str, Actor]) -> None:
    draft = proposal("<p>{{ case.number }}</p>")
    first = office.review.propose(draft, actor=who["cora"])
    assert office.review.propose(draft, actor=who["cora"]) == first
    assert code(office.review.propose, draft, actor=who["ian"]) == "template.unchanged"
    assert code(office.review.propose, proposal(""), actor=who["cora"]) == "template.unchanged"  # that is version 1
    assert code(office.review.propose, proposal("<p>1</p>", replaces=2), actor=who["ian"]) == "proposal.replaces"
    office.review.withdraw(KEY, 2, reason="x", actor=who["cora"])
    assert office.review.propose(draft, actor=who["ian"]).number == 3


def test_drafts_are_nobodys_to_order_or_to_read_about(office: Office, who: dict[str, Actor]) -> None:
    folder = FOLDER.parents[1] / "handouts" / "received-a-notice"
    files = files_in(folder)
    files["template.yaml"] = files["template.yaml"].replace(b"key: received-a-notice", b"key: goats")
    office.review.propose(Proposal("goats", files, "A new handout"), actor=who["cora"])
    assert "goats" in office.review.template_keys()
    assert "goats" not in [template.key for template in office.review.templates()]
    assert "goats" not in [key for language in office.review.languages() for key in language.templates]
    office.review.submit("goats", 1, actor=who["cora"])
    office.review.approve("goats", 1, effective_on=TODAY + timedelta(1), actor=who["rae"])
    assert next(t for t in office.review.templates() if t.key == "goats").version is None
    assert "goats" not in [key for language in office.review.languages() for key in language.templates]


def test_a_folder_is_the_version_it_was(office: Office, who: dict[str, Actor]) -> None:
    whole = Proposal(KEY, files_in(FOLDER), "The shipped one")
    with pytest.raises(Refusal) as refused:
        office.review.propose(whole, actor=who["cora"])
    assert "version 1" in refused.value.message
    assert code(office.review.propose, replace(whole, key="memorandum"), actor=who["cora"]) == "proposal.key"
    assert code(office.review.propose, replace(whole, note=""), actor=who["cora"]) == "proposal.note"
    assert code(office.review.propose, replace(whole, based_on=9), actor=who["cora"]) == "template.unknown"


def test_a_proposal_brings_clauses_and_translations_of_its_own(office: Office, who: dict[str, Actor]) -> None:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    po = head + 'msgid "Be well."\nmsgstr "Que le vaya bien."\n'
    files = wording('{% include "clauses/farewell.html" %}') | {
        "clauses/farewell.html": b"<p>{% trans %}Be well.{% endtrans %}</p>",
        "locales/es/LC_MESSAGES/courtesy-letter.po": po.encode(),
    }  # fmt: skip
    record = office.review.propose(Proposal(KEY, files, "Farewell", based_on=1), actor=who["cora"])
    assert record.languages == ("en", "es")
    bundle = office.review.bundle(KEY, record.number)
    assert bundle.messages("es").gettext("Be well.") == "Que le vaya bien."
    assert office.review.assess(KEY, record.number).errors == ()


def test_names_that_lead_out_are_refused(office: Office, who: dict[str, Actor]) -> None:
    for name in ("/etc/passwd", "../x", "a/../../x", "a\\b", "letterhead/letter.typ", "locales/x.mo", "a\0", "", "c:x"):
        draft = Proposal(KEY, {name: b"x"}, "x", based_on=1)
        assert code(office.review.propose, draft, actor=who["cora"]) == "proposal.files", name


def test_a_key_that_leads_out_is_refused_before_anything_is_written(
    office: Office, who: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is the name of a folder for a moment; “..” is the folder of everybody's temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = sorted(tmp_path.iterdir())
    for key in ("..", ".", "../x", "/tmp/x", "clauses", "letterhead", "x" * 3000, "x" * 81, "X", "a\0", ""):
        draft = Proposal(key, {"letter.html": b"x", "template.yaml": b"x"}, "x")
        assert code(office.review.propose, draft, actor=who["cora"]) == "proposal.key", key
        assert sorted(tmp_path.iterdir()) == before


HEAD = (FOLDER / "template.yaml").read_text(encoding="utf-8")
LETTER = wording()["letter.html"].decode()


UNKEPT: tuple[tuple[dict[str, str | bytes], str], ...] = (
    ({"letter.html/x": "x"}, "proposal.files"),
    ({"template.yaml/x": "x"}, "proposal.files"),
    ({"samples": "x"}, "proposal.files"),
    ({"clauses": "x"}, "proposal.files"),
    ({"a": "x", "a/b": "x"}, "proposal.files"),
    ({"template.yaml": HEAD + "\ndata: {x: " + "[" * 5000 + "]" * 5000 + "}\n"}, "template.invalid"),
    ({"template.yaml": re.sub("(?m)^title:.*", r'title: "a\\0b"', HEAD)}, "template.invalid"),
    ({"template.yaml": re.sub("(?m)^title:.*", r'title: "a\\ud800b"', HEAD)}, "template.invalid"),
    ({"template.yaml": re.sub("(?m)^document_type:.*\n", "", HEAD) + f"\ndocument_type: {'x' * 200}\n"},
     "template.invalid"),
    ({"template.yaml": HEAD.encode("utf-16")}, "template.invalid"),
    ({"letter.html": LETTER.replace("</article>", "{% if 1 %}" * 900 + "{% endif %}" * 900 + "</article>")},
     "template.invalid"),
    ({"letter.html": LETTER.replace("</article>", "{{ " + "(" * 900 + "1" + ")" * 900 + " }}</article>")},
     "template.invalid"),
)  # fmt: skip


def test_what_cannot_be_kept_is_refused_and_is_no_defect_of_ours(office: Office, who: dict[str, Actor]) -> None:
    for files, refused in UNKEPT:
        given = {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}
        found = code(office.review.propose, Proposal(KEY, given, "x", based_on=1), actor=who["cora"])
        assert found == refused, str(files)[:200]


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_a_zipped_folder() -> None:
    files = {"letter.html": b"x", "samples/a.json": b"{}"}
    assert unzip(zipped(files)) == files
    inside = {f"courtesy-letter/{name}": data for name, data in files.items()} | {"__MACOSX/._x": b"x"}
    assert unzip(zipped(inside)) == files


@pytest.mark.parametrize("what", ["bomb", "many", "cut", "text", "lies", "link"])
def test_archives_that_will_not_do(what: str) -> None:
    data = {
        "bomb": lambda: zipped({"a": bytes(proposing.MOST_BYTES + 1)}),
        "many": lambda: zipped({f"{n}": b"" for n in range(proposing.MOST_FILES + 1)}),
        "cut": lambda: zipped({"a": b"x" * 1000})[:-40],
        "text": lambda: b"no archive",
        "lies": lambda: _lying(zipped({"a": b"x" * 5000})),
        "link": _link,
    }[what]()
    assert code(unzip, data) == "proposal.files"


def _lying(data: bytes) -> bytes:
    """The declared size is smaller than what is there."""
    return data.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


def _link() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        entry = zipfile.ZipInfo("a")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return stream.getvalue()


def test_an_etag_changes_with_every_decision(office: Office, who: dict[str, Actor]) -> None:
    seen = [etag_of(office.review.propose(proposal("<p>{{ case.number }}</p>"), actor=who["cora"]))]
    office.review.comment(KEY, 2, path="", quote="", body="Fine.", actor=who["rae"])
    assert etag_of(office.review.record(KEY, 2)) == seen[0]  # words are not decisions
    seen.append(etag_of(office.review.submit(KEY, 2, actor=who["cora"])))
    seen.append(etag_of(office.review.assign(KEY, 2, "rae", actor=who["ada"])))
    seen.append(etag_of(office.review.approve(KEY, 2, effective_on=TODAY, actor=who["ada"])[0]))
    seen.append(etag_of(office.review.withdraw(KEY, 2, reason="x", actor=who["ada"], replacement=1)))
    assert len(set(seen)) == len(seen)
    json.dumps([line.detail for line in office.review.trail(KEY)])
