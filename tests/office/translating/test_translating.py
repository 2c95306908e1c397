"""Translations on a real office: approved string by string, stale when the English changes, marked or refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.people.roles import Actor
from docservice.office.review.proposing import Proposal
from docservice.office.translating.translation_sheets import TranslationSheet, TranslationString
from docservice.office.translating.translations import Draft, StringSeen
from docservice.refusal import Refusal
from tests.homes import furnish, ungoverned
from tests.office.reviewed import people

Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]
KEY = "notice-of-hearing"
NOON = datetime(2026, 9, 17, 19, tzinfo=UTC)  # where the town is, on the day of the notice
MARK = "Un traductor certificado todavía no ha revisado esta traducción."
OLD, NEW = "What can be decided", "What may be decided"


@pytest.fixture
def home(tmp_path: Path, fonts_folder: Path) -> Path:
    return furnish(tmp_path / "home", fonts_folder, NOON)


@pytest.fixture
def office(home: Path) -> Iterator[Office]:  # type: ignore[override]
    with open_office(Settings(home=home), clock=lambda: NOON) as opened:
        yield opened


@pytest.fixture
def who(office: Office) -> dict[str, Actor]:
    return people(office)


@pytest.fixture
def spanish(example: Example) -> Order:
    casefile, photos = example("CE-2026-0203")
    return Order(KEY, casefile, recipient="tenant-220", on=date(2026, 9, 17), attachments=photos)


def seen(*strings: TranslationString) -> list[StringSeen]:
    return [StringSeen(one.id, one.etag) for one in strings]


def approve_all(office: Office, actor: Actor, version: int | None = None, language: str = "es") -> TranslationSheet:
    sheet = office.review.translations.sheet(KEY, language, version)
    return office.review.translations.approve(KEY, language, seen(*sheet.strings), actor=actor, version=version)


def reworded(office: Office, actor: Actor, old: str = OLD, new: str = NEW) -> int:
    """A draft in which one sentence of the letter reads otherwise."""
    folder = shipped.folder("law") / "us" / "letters" / KEY
    text = (folder / "letter.html").read_text(encoding="utf-8")
    assert text.count(old) == 1
    files = {"letter.html": text.replace(old, new).encode()}
    return office.review.propose(Proposal(KEY, files, "Shorter.", 1), actor=actor).number


def test_the_shipped_drafts_say_so_until_every_string_is_approved(
    office: Office, who: dict[str, Actor], spanish: Order
) -> None:
    (progress,) = office.review.translations.overview(KEY, "es")
    assert (progress.draft, progress.offered, progress.incomplete) == (progress.total, True, "draft-mark")
    first = office.issuing.issue(spanish, actor="ana")
    assert MARK in office.issuing.face(first.id, "html")[0].decode()
    done = approve_all(office, who["tia"])
    assert (done.progress.approved, done.progress.draft) == (progress.total, 0)
    assert {(one.approved_by, one.approved_at) for one in done.strings} == {("account:tia", NOON)}
    second = office.issuing.issue(spanish, actor="ana")
    assert MARK not in office.issuing.face(second.id, "html")[0].decode()
    assert second.version == first.version == 1
    assert second.bundle_sha256 != first.bundle_sha256
    assert office.issuing.document(second.original or "").bundle_sha256 == office.review.version(KEY, 1).version.sha256
    for record in (first, second):  # whatever was approved since, what went out can be made again
        assert office.issuing.reproduce(record.id).identical
    line = next(e for e in office.audit() if e.action == "translation.approved")
    assert (line.actor, line.subject, len(line.detail["strings"])) == ("account:tia", f"{KEY}/1", progress.total)
    assert office.verify_audit() is None


def test_clauses_are_approved_for_every_template(office: Office, who: dict[str, Actor]) -> None:
    approve_all(office, who["tia"])
    (other,) = office.review.translations.overview("notice-of-violation", "es")
    assert 0 < other.approved < other.total


def test_a_changed_sentence_is_stale_until_a_person_approves_it_again(
    office: Office, who: dict[str, Actor], spanish: Order
) -> None:
    approve_all(office, who["tia"], 1)
    number = reworded(office, who["cora"])
    versions = {p.version: p for p in office.review.translations.overview(KEY, "es")}
    assert (versions[1].approved, versions[1].stale, versions[1].offered) == (versions[1].total, 0, True)
    assert (versions[number].stale, versions[number].missing, versions[number].offered) == (1, 0, False)
    sheet = office.review.translations.sheet(KEY, "es")
    assert (sheet.progress.version, sheet.progress.standing) == (number, "draft")
    (stale,) = [one for one in sheet.strings if one.state == "stale"]
    assert (stale.english, stale.was, stale.stale_since, stale.translation) == (NEW, OLD, NOON, ())
    assert [(run.operation, run.text) for run in stale.redline] == [
        ("equal", "What"), ("deleted", " can"), ("inserted", " may"), ("equal", " be decided"),
    ]  # fmt: skip
    assert stale.was_translation == next(
        one.translation for one in office.review.translations.sheet(KEY, "es", 1).strings if one.english == OLD
    )
    pinned = replace(spanish, version=number, language="es")
    with pytest.raises(Refusal) as refused:  # nothing is printed in a translation of other English
        office.issuing.preview(pinned)
    assert refused.value.code == "language.unknown"
    with pytest.raises(Refusal) as refused:
        office.review.translations.approve(KEY, "es", seen(stale), actor=who["tia"])
    assert refused.value.code == "translation.missing"
    after = office.review.translations.save(
        KEY, "es", [Draft(stale.id, ("De qué trata la audiencia",), stale.etag)], actor=who["tia"]
    )
    saved = after.string(stale.id)
    assert saved is not None
    assert (saved.state, saved.translated_by, saved.was, after.progress.offered) == ("draft", "account:tia", None, True)
    assert MARK in office.issuing.preview(pinned).html
    office.review.translations.approve(KEY, "es", seen(saved), actor=who["rae"])
    shown = office.issuing.preview(pinned).html
    assert "De qué trata la audiencia" in shown
    assert MARK not in shown
    assert office.review.translations.overview(KEY, "es")[0].approved == versions[1].total  # version 1 is as it was
    assert not [b for b in office.review.assess(KEY, number).breaks if (b.kind, b.name) == ("language", "es")]


def test_a_newer_draft_leaves_the_approved_text_in_use(office: Office, who: dict[str, Actor], spanish: Order) -> None:
    approve_all(office, who["tia"])
    one = next(s for s in office.review.translations.sheet(KEY, "es").strings if s.english == OLD)
    office.review.translations.save(KEY, "es", [Draft(one.id, ("OTRA COSA",))], actor=who["tia"])
    assert "OTRA COSA" not in office.issuing.preview(spanish).html
    now = office.review.translations.sheet(KEY, "es").string(one.id)
    assert now is not None
    assert (now.state, now.translation, now.in_use) == ("draft", ("OTRA COSA",), one.translation)
    assert office.review.translations.sheet(KEY, "es").progress.offered
    office.review.translations.approve(KEY, "es", seen(now), actor=who["tia"])
    assert "OTRA COSA" in office.issuing.preview(spanish).html


def test_an_approval_can_be_taken_back(office: Office, who: dict[str, Actor], spanish: Order) -> None:
    one = approve_all(office, who["tia"]).strings[0]
    office.review.translations.reopen(KEY, "es", seen(one), reason="Wrong word.", actor=who["rae"])
    assert MARK in office.issuing.preview(spanish).html
    entry = office.audit(last=1)[0]
    assert (entry.action, entry.detail["reason"]) == ("translation.reopened", "Wrong word.")
    other = office.review.translations.sheet(KEY, "es").string(one.id)
    assert other is not None
    with pytest.raises(Refusal) as refused:
        office.review.translations.reopen(KEY, "es", seen(other), reason="Again.", actor=who["rae"])
    assert (refused.value.code, refused.value.kind) == ("translation.not_approved", "conflict")


def test_what_changed_meanwhile_is_not_approved(office: Office, who: dict[str, Actor]) -> None:
    one, two = office.review.translations.sheet(KEY, "es").strings[:2]
    office.review.translations.save(KEY, "es", [Draft(one.id, ("Otra.",), one.etag)], actor=who["tia"])
    for act in (
        lambda: office.review.translations.approve(KEY, "es", seen(one, two), actor=who["tia"]),
        lambda: office.review.translations.save(KEY, "es", [Draft(one.id, ("Más.",), one.etag)], actor=who["tia"]),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert (refused.value.code, refused.value.kind) == ("translation.changed", "conflict")
        assert [p.place for p in refused.value.problems] == ["/strings/0"]
    assert office.review.translations.sheet(KEY, "es").progress.approved == 0  # all or none
    with pytest.raises(Refusal) as refused:
        office.review.translations.approve(KEY, "es", [StringSeen("0" * 64, "x")], actor=who["tia"])
    assert refused.value.code == "translation.unknown"


def test_a_broken_translation_is_not_kept(office: Office, who: dict[str, Actor]) -> None:
    sheet = office.review.translations.sheet(KEY, "es")
    blank = next(one for one in sheet.strings if "%(" in one.english and one.plural is None)
    good, other = [one for one in sheet.strings if "%(" not in one.english and one.plural is None][:2]
    drafts = [Draft(good.id, ("Bien.",)), Draft(blank.id, ("Sin nada.",)), Draft(other.id, ("  ",))]
    with pytest.raises(Refusal) as refused:
        office.review.translations.save(KEY, "es", drafts, actor=who["tia"])
    assert refused.value.code == "translation.unsound"
    assert [(p.code, p.place) for p in refused.value.problems] == [
        ("translation.blank", "/strings/1"), ("translation.empty", "/strings/2"),
    ]  # fmt: skip
    assert office.review.translations.sheet(KEY, "es") == sheet


ROLES = {
    "cora": (False, False), "rae": (False, True), "ada": (False, False), "tia": (True, True), "max": (False, False),
    "req": (False, False),
}  # fmt: skip


@pytest.mark.parametrize(("login", "writes", "approves"), [(login, *may) for login, may in ROLES.items()])
def test_who_may(office: Office, who: dict[str, Actor], login: str, writes: bool, approves: bool) -> None:
    actor = who[login]
    one = office.review.translations.sheet(KEY, "es").strings[0]
    file = office.review.translations.export(KEY, "es").content

    def may(act: Callable[[], object]) -> bool:
        try:
            act()
        except Refusal as refusal:
            if refusal.code != "access.role":
                raise
            return False
        return True

    assert may(lambda: office.review.translations.save(KEY, "es", [Draft(one.id, ("Aviso.",))], actor=actor)) == writes
    assert may(lambda: office.review.translations.take(KEY, "es", file, actor=actor)) == writes
    now = seen(office.review.translations.sheet(KEY, "es").strings[0])
    assert may(lambda: office.review.translations.approve(KEY, "es", now, actor=actor)) == approves


def test_a_system_approves_nothing(office: Office) -> None:
    one = office.review.translations.sheet(KEY, "es").strings[0]
    for system in (Actor("key:tracker", via="tracker"), Actor("cli:op")):
        with pytest.raises(Refusal) as refused:
            office.review.translations.approve(KEY, "es", seen(one), actor=system)
        assert (refused.value.code, refused.value.kind) == ("approval.person", "forbidden")


@pytest.mark.parametrize("format", ["po", "xliff"])
def test_a_file_goes_out_and_comes_back(office: Office, who: dict[str, Actor], format: Any) -> None:
    number = reworded(office, who["cora"])
    made = office.review.translations.export(KEY, "es", format)
    assert made.name == f"{KEY}-{number}.es.{'po' if format == 'po' else 'xlf'}"
    before = office.review.translations.sheet(KEY, "es")
    same = office.review.translations.take(KEY, "es", made.content, actor=who["tia"], name=made.name)
    assert (same.saved, same.same) == ((), before.progress.total - 1)
    assert same.doubtful == (NEW,)  # what translates earlier English is not taken
    assert office.review.translations.sheet(KEY, "es") == before
    text = made.content.decode()
    title = before.strings[0].translation[0]
    assert text.count(title) == 1
    changed = office.review.translations.take(KEY, "es", text.replace(title, "Aviso nuevo").encode(), actor=who["tia"])
    assert changed.saved == (before.strings[0].id,)
    assert office.review.translations.sheet(KEY, "es").strings[0].translation == ("Aviso nuevo",)
    told = next(e for e in office.audit() if e.action == "translation.saved")
    assert told.detail["format"] == format


def test_a_file_with_a_broken_entry_is_refused_whole(office: Office, who: dict[str, Actor]) -> None:
    before = office.review.translations.sheet(KEY, "es")
    text = office.review.translations.export(KEY, "es").content.decode()
    title = before.strings[0].translation[0]
    bad = text.replace(title, "Aviso %(nada)s", 1)
    line = next(n for n, one in enumerate(bad.splitlines(), 1) if one == f'msgid "{before.strings[0].english}"')
    with pytest.raises(Refusal) as refused:
        office.review.translations.take(KEY, "es", bad.encode(), actor=who["tia"], name="es.po")
    (problem,) = refused.value.problems
    assert (refused.value.code, problem.code, problem.place) == (
        "translation.unsound",
        "translation.blank",
        f"es.po:{line}",
    )
    assert before.strings[0].id[:12] in problem.message
    assert "es, “" in problem.message
    assert office.review.translations.sheet(KEY, "es") == before
    for content, code in (
        (text.replace('"Language: es', '"Language: vi'), "translation.language"),
        (text.replace("msgstr", "msgtxt", 1), "translation.broken"),
    ):
        with pytest.raises(Refusal) as refused:
            office.review.translations.take(KEY, "es", content.encode(), actor=who["tia"])
        assert refused.value.code == code


def test_a_file_for_another_version(office: Office, who: dict[str, Actor]) -> None:
    text = office.review.translations.export(KEY, "es").content
    reworded(office, who["cora"])
    taken = office.review.translations.take(KEY, "es", text, actor=who["tia"])
    assert (taken.foreign, taken.saved) == ((OLD,), ())


def test_languages_and_templates_that_are_not_there(office: Office) -> None:
    for template, language in ((KEY, "en"), (KEY, "fr"), ("nothing", "es")):
        with pytest.raises(Refusal) as refused:
            office.review.translations.sheet(template, language)
        assert refused.value.kind == "missing"


@pytest.fixture
def strict(home: Path, tmp_path: Path) -> Iterator[Callable[[str, str], Office]]:
    """An office whose town says something else about translations."""
    opened: list[Office] = []

    def make(old: str, new: str) -> Office:
        town = Path(shutil.copytree(shipped.folder("town"), tmp_path / "town"))
        path = town / "madrona-hills" / "languages.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        opened.append(open_office(Settings(home=ungoverned(home), town=town / "madrona-hills"), clock=lambda: NOON))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


REFUSALS = [
    ("  incomplete: draft-mark", "  incomplete: refuse", False, False),
    ("  handouts: draft-mark", "  handouts: refuse", True, False),
    ("  second_person: false", "  document_types: {notice-of-hearing: refuse}", False, True),
    ("    own_name: Español\n", "    own_name: Español\n    incomplete: refuse\n", False, False),
    ("    own_name: Tiếng Việt\n", "    own_name: Tiếng Việt\n    incomplete: refuse\n", True, True),
]


@pytest.mark.parametrize(("old", "new", "letters", "handouts"), REFUSALS)
def test_the_town_says_whether_drafts_go_out(
    strict: Callable[[str, str], Office], spanish: Order, old: str, new: str, letters: bool, handouts: bool
) -> None:
    office = strict(old, new)
    offered = {t.key: t.languages for t in office.review.templates()}
    assert ("es" in offered[KEY], "es" in offered["fences-and-hedges"]) == (letters, handouts)
    assert office.issuing.preview(spanish, "html").language == ("es" if letters else "en")  # nobody asked for Spanish
    asked = replace(spanish, language="es")
    if letters:
        assert office.issuing.issue(asked, actor="ana").language == "es"
    else:
        assert "checks.translation_unapproved" in [f.code for f in office.issuing.preview(asked).findings]
        with pytest.raises(Refusal) as refused:
            office.issuing.issue(asked, actor="ana")
        assert [p.code for p in refused.value.problems] == ["checks.translation_unapproved"]
    if handouts:
        assert office.issuing.handout("fences-and-hedges", "es", "html").language == "es"
    else:
        with pytest.raises(Refusal) as refused:
            office.issuing.handout("fences-and-hedges", "es", "html")
        assert refused.value.code == "language.unknown"


def test_approval_opens_what_the_town_refused(strict: Callable[[str, str], Office], spanish: Order) -> None:
    office = strict("  incomplete: draft-mark", "  incomplete: refuse")
    who = people(office)
    assessed = office.review.assess(KEY, 1)  # the English can be approved before its translations are
    assert [f.code for f in assessed.errors] == []
    assert "checks.translation_unapproved" in [f.code for f in assessed.warnings]
    approve_all(office, who["tia"])
    assert office.issuing.issue(spanish, actor="ana").language == "es"
    assert "es" in next(t.languages for t in office.review.templates() if t.key == KEY)


def test_the_town_may_want_a_second_person(strict: Callable[[str, str], Office]) -> None:
    office = strict("  second_person: false", "  second_person: true")
    who = people(office)
    one = office.review.translations.sheet(KEY, "es").strings[0]
    after = office.review.translations.save(KEY, "es", [Draft(one.id, ("Aviso.",))], actor=who["tia"])
    now = after.strings[0]
    with pytest.raises(Refusal) as refused:
        office.review.translations.approve(KEY, "es", seen(now), actor=who["tia"])
    assert (refused.value.code, refused.value.kind) == ("translation.own", "forbidden")
    assert office.review.translations.approve(KEY, "es", seen(now), actor=who["rae"]).strings[0].state == "approved"


def test_a_proposal_cannot_say_that_it_was_reviewed(office: Office, who: dict[str, Actor]) -> None:
    po = (shipped.folder("law") / "us" / "locales" / "es" / "LC_MESSAGES" / f"{KEY}.po").read_text(encoding="utf-8")
    path = f"locales/es/LC_MESSAGES/{KEY}.po"
    text = po.replace("X-Review-State: draft", "X-Review-State: approved")
    assert text != po
    files = {
        path: text.replace('msgstr "', 'msgstr "Ea: ', 2).replace('msgstr "Ea: "\n"Lang', 'msgstr ""\n"Lang').encode()
    }
    number = office.review.propose(Proposal(KEY, files, "Better Spanish.", 1), actor=who["cora"]).number
    assert office.review.bundle(KEY, number).messages("es").review == "draft"
    assert office.review.translations.sheet(KEY, "es", number).progress.approved == 0
    broken = po.replace("%(", "%[", 3)
    with pytest.raises(Refusal) as refused:
        office.review.propose(Proposal(KEY, {path: broken.encode()}, "Broken.", 1), actor=who["cora"])
    assert refused.value.code == "translation.unsound"
    assert all(p.place.startswith(f"{path}:") for p in refused.value.problems)
