"""A new template: a skeleton of each kind, a copy, a Word file; its head; samples and pictures in proposals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.people.roles import Actor
from docservice.office.review import heads, starting
from docservice.office.review.proposing import Proposal
from docservice.office.review.starting import Start
from docservice.refusal import Refusal
from docservice.town import load_pack
from docservice.wording.meta import load_meta
from tests.office.reviewed import KEY, NOON, people

PACK = load_pack(shipped.folder("town") / "madrona-hills")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Path:
    made = tmp_path_factory.mktemp("starting") / "home"
    made.mkdir()
    (made / "fonts").symlink_to(fonts_folder)
    return made


@pytest.fixture(scope="module")
def office(home: Path) -> Iterator[Office]:
    with open_office(Settings(home=home), clock=lambda: NOON) as opened:
        yield opened


@pytest.fixture(scope="module")
def who(office: Office) -> dict[str, Actor]:
    return people(office)


def begin(office: Office, who: dict[str, Actor], key: str, **more: Any) -> int:
    given = {"title": key.replace("-", " ").capitalize(), "note": "We need one.", **more}
    return starting.start(office.means, Start(key, **given), actor=who["cora"])[0].number


@pytest.mark.parametrize("kind", sorted(PACK.document_types))
def test_a_skeleton_of_every_document_type_passes_lint_and_checklist(
    office: Office, who: dict[str, Actor], kind: str
) -> None:
    key = f"my-{kind}"
    number = begin(office, who, key, head={"document_type": kind, "not_in": ["es"]})
    version = office.review.version(key, number).version
    assert (version.number, version.status, version.author, version.document_type) == (1, "draft", "account:cora", kind)
    errors = [finding for finding in office.review.lint(key, number) if finding.severity == "error"]
    assert errors == []
    meta = office.review.bundle(key, number).meta
    assert meta.signers == PACK.document_types[kind].signers
    assert set(PACK.document_types[kind].required_blocks) <= set(meta.required_blocks)
    assert meta.not_in == ("es",)
    # What only some facts bring is not said to everybody; and nothing that the town wants said is forgotten.
    marks = [mark for mark in office.review.outline(key, number).marks if mark.name in PACK.statements]
    # Unless the wording in force says it to everybody: each who gets a tenant notice is a tenant.
    told = {mark.name for mark in office.review.outline(kind, 1).marks if not mark.conditional}
    demanded = {*PACK.document_types[kind].required_blocks, *told}
    assert [mark.name for mark in marks if not mark.conditional and mark.name not in demanded] == []
    assert set(PACK.document_types[kind].statements) <= {mark.name for mark in marks}
    # It can be looked at: there is a sample, and it comes out as pages.
    shown = office.review.shown(key, number)
    assert shown.pictures


def test_what_is_not_written_yet_cannot_be_approved(office: Office, who: dict[str, Actor]) -> None:
    head = {"document_type": "extension-decision", "required_blocks": ["chronology"]}  # which no wording in force has
    number = begin(office, who, "decision", head=head)
    wording = office.review.bundle("decision", number).wording
    assert '{% include "clauses/recipient.html" %}' in wording
    assert '{% include "clauses/signature.html" %}' in wording
    assert "document.data.to_write.chronology" in wording
    codes = {finding.code for finding in office.review.assess("decision", number).errors}
    assert codes == {"checks.unresolved"}
    files = {"letter.html": wording.replace("{{ document.data.to_write.chronology }}", "We grant it.").encode()}
    done = office.review.propose(Proposal("decision", files, "Written.", number, number), actor=who["cora"])
    assert "checks.unresolved" not in {f.code for f in office.review.assess("decision", done.number).errors}


def test_of_a_kind_in_force_its_own_words_are_taken(office: Office, who: dict[str, Actor]) -> None:
    number = begin(office, who, "second-notice", head={"document_type": "notice-of-violation"})
    wording = office.review.bundle("second-notice", number).wording
    assert "to_write" not in wording
    assert "{% trans %}What we saw{% endtrans %}" in wording
    for clause in ("fines-to-come", "appeal-rights", "signature"):
        assert f'{{% include "clauses/{clause}.html" %}}' in wording
    number = begin(office, who, "second-citation", head={"document_type": "administrative-citation"})
    assert "appeal-rights-citation" in office.review.bundle("second-citation", number).wording


def test_a_block_that_stands_in_another_is_said_once(office: Office, who: dict[str, Actor]) -> None:
    number = begin(office, who, "second-sign", head={"document_type": "placard-unsafe"})
    bundle = office.review.bundle("second-sign", number)
    assert bundle.meta.letterhead == "placard"
    assert "to_write" not in bundle.wording
    assert bundle.wording.count('{% include "clauses/placard-foot.html" %}') == 1
    number = begin(office, who, "for-tenants", head={"document_type": "tenant-notice"})
    assert office.review.bundle("for-tenants", number).wording.count('data-block="hearing"') == 1


def test_a_copy_brings_everything_but_the_key(office: Office, who: dict[str, Actor]) -> None:
    number = begin(office, who, "kind-letter", title="A kind letter", copy_of=(KEY, 1))
    mine, theirs = office.review.bundle("kind-letter", number), office.review.bundle(KEY, 1)
    assert (mine.key, mine.meta.title, mine.languages) == ("kind-letter", "A kind letter", theirs.languages)
    assert mine.wording == theirs.wording.replace(f'"{KEY}"', '"kind-letter"')
    assert 'data-document="kind-letter"' in mine.wording
    assert mine.meta.signers == theirs.meta.signers
    record = office.review.version("kind-letter", number).version
    assert record.based_on is None
    assert record.samples_sha256 == office.review.version(KEY, 1).version.samples_sha256
    draft = office.review.propose(Proposal(KEY, {"letter.html": theirs.wording.replace("gladly ", "").encode()},
                                           "Shorter.", 1), actor=who["ian"])  # fmt: skip
    with pytest.raises(Refusal) as refused:  # else its author could approve the copy
        begin(office, who, "copied-draft", copy_of=(KEY, draft.number))
    assert refused.value.code == "proposal.copy"


def test_a_handout(office: Office, who: dict[str, Actor]) -> None:
    number = begin(office, who, "oaks", title="May I cut my {{ oak }} & 5% of it?", face="handout",
                   head={"not_in": ["es"]})  # fmt: skip
    assert [f for f in office.review.lint("oaks", number) if f.severity == "error"] == []
    assert {f.code for f in office.review.assess("oaks", number).errors} == {"handout.unresolved"}
    number = begin(office, who, "oaks-again", face="handout", copy_of=("fences-and-hedges", 1))
    assert office.review.bundle("oaks-again", number).files["illustration.svg"]


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ({"key": KEY}, "template.exists", "/key"),
        ({"key": "Bad key"}, "template.head", "/key"),
        ({"key": ""}, "template.head", "/key"),
        ({"key": "new"}, "template.head", "/key"),
        ({"title": ""}, "template.head", "/title"),
        ({"title": "x" * 201}, "template.head", "/title"),
        ({"head": {"document_type": "love-letter"}}, "template.head", "/document_type"),
        ({"head": {"not_in": ["es", "tlh"]}}, "template.head", "/not_in/1"),
        ({"head": {"signers": ["king"]}}, "template.head", "/signers/0"),
        ({"head": {"recipients": ["owner", "dog"]}}, "template.head", "/recipients/1"),
        ({"head": {"envelope": "pink"}}, "template.head", "/envelope"),
        ({"note": " "}, "proposal.note", "/note"),
        ({"copy_of": ("nothing", 1)}, "template.unknown", ""),
    ],
)
def test_what_is_wrong_is_named_at_its_field(
    office: Office, who: dict[str, Actor], more: dict[str, Any], code: str, place: str
) -> None:
    given = {"key": "refused", "head": {"document_type": "courtesy-letter"}, **more}
    with pytest.raises(Refusal) as refused:
        begin(office, who, **given)
    assert refused.value.code == code
    assert place in {problem.place for problem in refused.value.problems} or not place
    assert "refused" not in office.review.template_keys()


def test_a_key_is_taken_once(office: Office, who: dict[str, Actor]) -> None:
    begin(office, who, "once", head={"document_type": "courtesy-letter"})
    for actor in ("cora", "ian"):
        with pytest.raises(Refusal) as refused:
            starting.start(office.means, Start("once", "Once", "Again."), actor=who[actor])
        assert (refused.value.code, refused.value.kind) == ("template.exists", "conflict")
    with pytest.raises(Refusal) as refused:  # two that begin at the same moment: looked at when nobody else can
        office.review.propose(Proposal("once", {}, "Mine.", new=True, copy_of=(KEY, 1)), actor=who["ian"])
    assert refused.value.code in ("template.exists", "proposal.key")
    assert len(office.review.versions("once")) == 1


def test_from_a_word_file(office: Office, who: dict[str, Actor]) -> None:
    data = office.review.to_word(KEY, 1)
    for keep in (False, True):
        key = f"from-word-{'kept' if keep else 'read'}"
        head = {"document_type": "courtesy-letter"}
        record, findings = starting.start(
            office.means,
            Start(key, "From Word", "Written in Word.", head=head, word=data, keep=keep),
            actor=who["cora"],
        )
        bundle = office.review.bundle(key, record.number)
        assert bundle.meta.title == "From Word"
        assert bundle.written_in_word == keep
        assert not [finding for finding in findings if finding.severity == "error"]
        assert [f for f in office.review.lint(key, 1) if f.severity == "error"] == []
    with pytest.raises(Refusal) as refused:
        starting.start(office.means, Start("macros", "M", "M.", word=b"PK no", head=head), actor=who["cora"])
    assert refused.value.code.startswith("word.")


HEAD = """# What the attorney wants to remember.
key: courtesy-letter
title: Courtesy letter
document_type: courtesy-letter
signers: [coordinator, inspector]  # either
recipients:
  - owner
  - occupant
# Mailed folded.
envelope: window-10
not_in: [es]
"""


@pytest.mark.parametrize(
    ("values", "gone", "there"),
    [
        ({"title": "Courtesy letter"}, (), ()),
        ({"title": "Kind: letter"}, ("title: Courtesy",), ("title: 'Kind: letter'\n",)),
        ({"recipients": ["owner"]}, ("- owner",), ("recipients: [owner]\n# Mailed folded.\n",)),
        ({"envelope": None}, ("envelope",), ("# Mailed folded.\nnot_in",)),
        ({"not_in": ["es", "vi"]}, (), ("not_in: [es, vi]",)),
        ({"signers": ["inspector", "coordinator"], "not_in": ["es"]}, (), ()),
        ({"taglines": True}, (), ("taglines: true\n",)),
        ({"taglines": False, "audience": "parties", "statements": []}, (), ()),
    ],
)
def test_a_head_is_changed_where_it_is_changed(
    office: Office, values: dict[str, Any], gone: tuple[str, ...], there: tuple[str, ...]
) -> None:
    text = heads.changed(office.means, HEAD, values)
    assert all(part not in text for part in gone)
    assert all(part in text for part in there)
    assert "# What the attorney wants to remember." in text
    if not gone and not there:
        assert text == HEAD
    meta = load_meta(text)
    assert all(set(value) == set(getattr(meta, name)) for name, value in values.items()
               if isinstance(value, list))  # fmt: skip


def test_a_head_names_what_the_town_does_not_know(office: Office) -> None:
    with pytest.raises(Refusal) as refused:
        heads.changed(office.means, HEAD, {"document_type": "love-letter", "statements": ["nothing"], "title": ""})
    assert {p.place for p in refused.value.problems} == {"/document_type", "/statements/0", "/title"}


# Samples and pictures in a proposal


def samples(office: Office, key: str, number: int) -> dict[str, Any]:
    return {name: json.loads(data) for name, data in office.review.samples(key, number).items()}


def test_samples_alone_make_a_version(office: Office, who: dict[str, Actor]) -> None:
    number = begin(office, who, "sampled", copy_of=(KEY, 1))
    held = office.review.samples("sampled", number)
    assert sorted(held) == ["awkward.json", "usual.json"]
    more = {f"samples/{name}": data for name, data in held.items()} | {"samples/third.json": held["usual.json"]}
    second = office.review.propose(Proposal("sampled", more, "One more.", number, number), actor=who["cora"])
    assert (second.number, sorted(samples(office, "sampled", 2))) == (2, ["awkward.json", "third.json", "usual.json"])
    assert office.review.version("sampled", 1).version.status == "withdrawn"
    again = office.review.propose(Proposal("sampled", more, "One more.", 2), actor=who["cora"])
    assert again.number == 2
    taken = frozenset({"samples/third.json", "samples/awkward.json"})
    third = office.review.propose(Proposal("sampled", {}, "Fewer.", 2, 2, removes=taken), actor=who["cora"])
    assert sorted(samples(office, "sampled", third.number)) == ["usual.json"]
    none = Proposal("sampled", {}, "None.", 3, 3, removes=frozenset({"samples/usual.json"}))
    assert samples(office, "sampled", office.review.propose(none, actor=who["cora"]).number) == {}


def test_the_same_text_with_other_samples_is_not_approved_by_its_author(office: Office, who: dict[str, Actor]) -> None:
    """Whoever wrote the text cannot have it proposed under another name with a sample added, and approve it."""
    number = office.review.propose(
        Proposal(KEY, {"letter.html": office.review.bundle(KEY, 1).wording.replace("gladly come", "come").encode()},
                 "Plain.", 1), actor=who["ian"],
    ).number  # fmt: skip
    held = {f"samples/{name}": data for name, data in office.review.samples(KEY, number).items()}
    held["samples/more.json"] = held["samples/usual.json"]
    copy = office.review.propose(Proposal(KEY, held, "A sample.", number), actor=who["cora"])
    assert copy.number != number
    assert "somebody else approves" in (office.review.why_not(copy, who["ian"]) or "")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#234"/>%s</svg>'
BROKEN = [
    ("a.png", b"\x89PNG\r\n\x1a\nno", "no PNG file"),
    ("a.jpg", b"GIF89a", "no JPEG file"),
    ("a.svg", b"<html/>", "no SVG file"),
    ("a.svg", b"<svg", "no SVG file"),
    ("a.svg", SVG % b"<script>alert(1)</script>", "something that runs"),
    ("a.svg", SVG % b'<rect onload="x()"/>', "something that runs"),
    ("a.svg", SVG % b'<image href="https://example.org/a.png"/>', "from elsewhere"),
    ("a.svg", SVG % b"<style>@import 'x.css'</style>", "from elsewhere"),
    ("a.svg", SVG % b'<rect fill="url(https://example.org/#a)"/>', "from elsewhere"),
    ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG % b"<text>&a;</text>", "document type"),
    ("a.svg", SVG % b" " * 70_000, "MB"),
]


@pytest.mark.parametrize(("name", "data", "said"), BROKEN)
def test_a_picture_that_cannot_be_used_is_refused_by_name(
    office: Office, who: dict[str, Actor], name: str, data: bytes, said: str
) -> None:
    text = office.review.bundle(KEY, 1).wording
    files = {name: data, "letter.html": text.replace("</article>", f'<img src="bundle:{name}" alt="x"/></article>')}
    with pytest.raises(Refusal) as refused:
        office.review.propose(
            Proposal(KEY, {p: d.encode() if isinstance(d, str) else d for p, d in files.items()}, "Why.", 1),
            actor=who["cora"],
        )
    assert [(p.code, p.place) for p in refused.value.problems] == [("proposal.picture", f"/files/{name}")]
    assert said in refused.value.problems[0].message
