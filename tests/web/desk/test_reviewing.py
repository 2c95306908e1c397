"""A version at the desk: what is shown, which steps are offered and refused, forms that show what is no longer so."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta

import pytest
from lxml import html

from docservice.office.review import sampling
from docservice.office.review.looking import etag_of
from docservice.office.review.proposing import Proposal
from docservice.office.translating.translations import Draft
from docservice.web.desk.sentences import sentences
from tests.office.reviewed import KEY, TODAY, wording
from tests.web.desk.conftest import Desk

JULY = (TODAY + timedelta(30)).isoformat()


def address(number: int, step: str = "") -> str:
    return f"/desk/templates/{KEY}/{number}{'/' if step else ''}{step}"


def state(desk: Desk, number: int) -> dict[str, object]:
    """The hidden fields of a form that shows the version as it is now."""
    return {
        "seen": etag_of(desk.office.review.record(KEY, number)),
        "trail": desk.office.audit(below=KEY, last=1)[0].sequence,
    }


def test_what_is_shown(desk: Desk) -> None:
    number = desk.under_review("<p>{% trans %}Come and see us. We are nice.{% endtrans %}</p>")
    page = desk.client("ada").get(address(number)).text
    for said in ("Under review", "Cora Reyes", "A better ending.", "Asked of Ada Byron", "Come and see us.", "<ins>"):
        assert said in page, said
    found = desk.client("ada").get(address(number, "assessment")).text
    for said in ("Fit to be approved.", "Statutory checklist", "Informal", "MHMC 1.20.040",
                 "not offered until translated", "Nobody has issued from this template yet."):  # fmt: skip
        assert said in found, said
    letter = desk.client("ada").get(address(number, "letter")).text
    assert letter.count("<img") >= 1


def test_who_uses_it_is_named(desk: Desk, example) -> None:  # type: ignore[no-untyped-def]
    from tests.web.desk.test_story import order

    desk.office.issuing.issue(order(example, TODAY), actor="key:tracker")
    number = desk.under_review()
    assert "tracker (a system): 1 document," in desk.client("ada").get(address(number, "assessment")).text
    assert "1 document" in desk.client("ada").get(address(1)).text
    assert "None yet" in desk.client("ada").get(address(number)).text
    listed = desk.client("ada").get(f"/desk/documents?template={KEY}&version=1").text
    assert f"1 letter of {KEY}, version 1" in listed
    letter = desk.client("ada").get(re.findall(r"/desk/documents/[\w-]+", listed)[-1]).text
    pdf = desk.client("ada").get(re.findall(r"/desk/documents/[\w-]+\.pdf", letter)[0])
    assert pdf.data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("login", "offered", "why"),
    [
        ("ada", {"approval", "send-back", "withdraw", "reviewer", "edit"}, ""),
        ("cora", {"send-back", "withdraw", "reviewer", "edit"}, "Approving this is for people with the role approver."),
        ("staff", {"reviewer", "edit"}, "Approving this is for people with the role approver."),
        ("reviewer", {"send-back", "reviewer", "edit"}, "this is for: approver"),
        ("translator", {"reviewer"}, "Approving this is for people with the role approver."),
        ("administrator", set(), "Approving this is for people with the role approver."),
    ],
)
def test_the_steps_offered(desk: Desk, login: str, offered: set[str], why: str) -> None:
    number = desk.under_review()
    page = html.fromstring(desk.client(login).get(address(number)).text)
    steps = {form.get("action").rpartition("/")[2] for form in page.xpath("//aside//form")}
    disabled = page.xpath("//aside//button[@disabled]")
    steps -= {"approval"} if disabled else set()
    steps |= {"edit"} if page.xpath("//aside//a[contains(@href, '/paragraphs')]") else set()
    assert steps == offered
    assert bool(disabled) == ("approval" not in offered)
    if disabled:
        assert why in page.xpath("//p[@id='why-not']")[0].text_content()


def test_nobody_approves_their_own(desk: Desk) -> None:
    number = desk.under_review(author="ian")
    client = desk.client("ian")
    assert "You wrote this version" in client.get(address(number)).text
    answer = client.post(address(number, "approve"), {"effective_on": JULY, **state(desk, number)})
    assert answer.status_code == 403
    assert "somebody else approves it" in answer.text
    assert desk.office.review.record(KEY, number).status == "in_review"


def test_the_roles_of_the_town_decide(desk: Desk) -> None:
    number = desk.under_review()
    answer = desk.client("reviewer").post(address(number, "approve"), {"effective_on": JULY, **state(desk, number)})
    assert (answer.status_code, desk.office.review.record(KEY, number).status) == (403, "in_review")


def test_approving(desk: Desk) -> None:
    number = desk.under_review()
    client = desk.client("ada")
    for given, said in (("", "Say from which day on"), ("2020-01-01", "is past"), ("tomorrow", "from which day on")):
        answer = client.post(address(number, "approve"), {"effective_on": given, **state(desk, number)})
        assert answer.status_code == 422
        assert said in answer.text
    assert (
        f'value="{2020}-01-01"'
        in client.post(address(number, "approve"), {"effective_on": "2020-01-01", **state(desk, number)}).text
    )
    answer = client.post(address(number, "approve"), {"effective_on": JULY, **state(desk, number)})
    assert (answer.status_code, answer.headers["Location"]) == (303, address(number) + "?done=approved")
    second = desk.under_review("<p>{{ case.number }} again</p>")
    answer = client.post(address(second, "approve"), {"effective_on": JULY, **state(desk, second)})
    assert answer.status_code == 409
    assert f"Version {number} takes force on" in answer.text


def test_a_version_with_errors_is_not_approved(desk: Desk) -> None:
    """Its errors are all said, and the day that was typed is still there."""
    number = desk.draft("<p>{{ case.nonsense }}</p>")
    answer = desk.client("cora").post(address(number, "submit"), {"message": "Look!", **state(desk, number)})
    assert answer.status_code == 422
    assert "from being approved" in answer.text
    assert "nonsense" in answer.text
    assert "Look!" in answer.text


@pytest.mark.parametrize("step", ["approve", "send-back", "withdraw", "reviewer"])
def test_a_form_that_shows_what_is_no_longer_so_is_refused(desk: Desk, step: str) -> None:
    number = desk.under_review()
    client, shown = desk.client("ada"), state(desk, number)
    desk.office.review.send_back(KEY, number, reason="Not yet: the fee is wrong.", actor=desk.who["ian"])
    before = desk.office.review.record(KEY, number)
    form = {"effective_on": JULY, "reason": "A reason of more than twenty letters.", "reviewer": "ian", **shown}
    answer = client.post(address(number, step), form)
    assert answer.status_code == 412
    for said in ("It changed while you were looking", "Sent back", "Not yet: the fee is wrong.", "Ian Cho",
                 "A reason of more than twenty letters."):  # fmt: skip
        assert said in answer.text, said
    assert desk.office.review.record(KEY, number) == before
    without = client.post(address(number, step), {k: v for k, v in form.items() if k != "seen"})
    assert without.status_code == 412


def test_withdrawing_what_is_in_force_says_what_takes_its_place(desk: Desk) -> None:
    number = desk.under_review()
    desk.office.review.approve(KEY, number, effective_on=TODAY, actor=desk.who["ada"])
    client = desk.client("ada")
    page = client.get(address(number)).text
    assert "I know that version 1 goes out again from now on" in page
    form = {"reason": "The fee is wrong.", **state(desk, number)}
    answer = client.post(address(number, "withdraw"), form)
    assert answer.status_code == 422
    assert "it would be version 1" in answer.text
    assert client.post(address(number, "withdraw"), {**form, "replacement": "1"}).status_code == 303
    assert desk.office.review.version(KEY, 1).standing == "in_force"
    assert "I know that no letter of this kind can go out afterwards" in client.get(address(1)).text


def test_comments_without_a_script(desk: Desk) -> None:
    number = desk.under_review()
    client = desk.client("translator")
    form = {"path": "solution/p[1]", "quote": "", "body": "<b>Too</b> stiff.\r\nTwo lines."}
    answer = client.post(address(number, "comments"), form)
    assert answer.headers["Location"] == address(number) + "?done=said#p-solution-p-1-"
    page = client.get(address(number)).text
    assert "&lt;b&gt;Too&lt;/b&gt; stiff.<br>Two lines." in page
    ((said, _),) = desk.office.review.located(KEY, number)
    reply = client.post(address(number, f"comments/{said.id}"), {"kind": "reply", "body": "Yes."})
    assert reply.status_code == 303
    client.post(address(number, f"comments/{said.id}"), {"kind": "resolved"})
    ((said, _),) = desk.office.review.located(KEY, number)
    assert (said.resolved, [one.kind for one in said.answers]) == (True, ["reply", "resolved"])
    client.post(address(number, f"comments/{said.id}"), {"kind": "reopened"})
    assert "opened it again" in client.get(address(number)).text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"path": "nowhere", "quote": "", "body": "A comment long enough to be given back."}, 422),
        ({"path": "", "quote": "", "body": " "}, 422),
        ({"path": "", "quote": "", "body": "x" * 5001}, 422),
    ],
)
def test_comments_that_cannot_be(desk: Desk, form: dict[str, object], status: int) -> None:
    number = desk.under_review()
    answer = desk.client("cora").post(address(number, "comments"), form)
    assert answer.status_code == status
    assert desk.office.review.comments(KEY, number) == ()


def test_comments_on_a_draft_are_shown_where_they_stand_in_the_next(desk: Desk) -> None:
    number = desk.under_review()
    desk.office.review.comment(KEY, number, path="solution/p[1]", quote="", body="Warmer!", actor=desk.who["ada"])
    desk.office.review.send_back(KEY, number, reason="Warmer.", actor=desk.who["ada"])
    newer = desk.draft("<p>{{ case.number }}!</p>", based_on=number, replaces=number)
    page = desk.client("cora").get(address(newer)).text
    assert "Open comments on earlier drafts" in page
    assert 'href="#p-solution-p-1-"' in page
    assert 'id="p-solution-p-1-"' in page


@pytest.mark.parametrize(
    "path", ["99", "99/letter", "99/assessment", "99/edit", "99/letter/1.png", "1/letter/9.png", "1/redline.exe"]
)
def test_what_is_not_there(desk: Desk, path: str) -> None:
    answer = desk.client("ada").get(f"/desk/templates/{KEY}/{path}")
    assert answer.status_code == 404
    assert "nothing at this address" in answer.text


def test_other_faces_of_what_changed(desk: Desk) -> None:
    number = desk.draft()
    client = desk.client("ada")
    assert client.get(address(number, "redline.pdf")).data.startswith(b"%PDF")
    word = client.get(address(number, "redline.docx"))
    assert word.data.startswith(b"PK")
    assert "attachment" in word.headers["Content-Disposition"]
    assert "sha256-" in client.get(address(number, "side-by-side")).headers["Content-Security-Policy"]
    assert "in Spanish" in client.get(address(number) + "?language=es&against=1").text
    assert client.get(address(1)).status_code == 200
    assert "first version" in client.get("/desk/templates/memorandum/1").text


def test_what_changed_in_a_language_that_the_draft_is_not_offered_in_yet(desk: Desk) -> None:
    changed = wording()["letter.html"].replace(b"differently, please tell us.", b"differently, please tell us all.")
    number = desk.office.review.propose(
        Proposal(KEY, {"letter.html": changed}, "Warmer", based_on=1), actor=desk.who["cora"]
    ).number
    client = desk.client("ada")
    page = client.get(address(number) + "?language=es&against=1").text
    assert re.search(r"is not offered in Spanish: 1 of its \d+ sentences has no translation", page)
    assert "[not translated]" in page
    assert client.get(address(number, "redline.docx") + "?language=es&against=1").data.startswith(b"PK")
    # A translation that is saved shows at once.
    (missing,) = [
        one for one in desk.office.review.translations.sheet(KEY, "es", number).strings if "tell us all" in one.english
    ]
    draft = Draft(missing.id, ("Gracias a todos.",))
    desk.office.review.translations.save(KEY, "es", [draft], actor=desk.who["translator"], version=number)
    assert "Gracias a todos." in client.get(address(number) + "?language=es&against=1").text


def test_handouts_are_looked_at_too(desk: Desk) -> None:
    key = next(t.key for t in desk.office.review.templates() if t.face == "handout")
    client = desk.client("ada")
    assert client.get(f"/desk/templates/{key}/1").status_code == 200
    assert "<img" in client.get(f"/desk/templates/{key}/1/letter").text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ("One.", "Two.")),
        ("One only.", ()),
        ("See Mr. Ames. He helps.", ("See Mr. Ames.", "He helps.")),
        ("Call J. Doe at {town.phone}. {name} helps! Why?", ("Call J. Doe at {town.phone}.", "{name} helps!", "Why?")),
        ("Pay 3.50 dollars. ", ()),
    ],
)
def test_sentences(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected
    assert all(sentence in text for sentence in expected)


def test_the_checks_are_shown_as_far_as_they_have_come(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number, client, part = desk.draft("<p>{{ case.nmber }}</p>"), desk.client("ada"), {"HX-Request": "true"}
    let, real = threading.Event(), sampling.letter
    monkeypatch.setattr(sampling, "letter", lambda *given, **more: (let.wait(60), real(*given, **more))[1])
    found = client.get(address(number, "assessment"), headers=part).text
    for _ in range(1000):
        if "of 30 samples" in found:
            break
        time.sleep(0.01)
        found = client.get(address(number, "assessment/part"), headers=part).text
    assert "0 of 30 samples rendered" in found
    assert 'aria-busy="true"' in found
    assert "no record has a field “nmber”" in found  # lint has said so already
    let.set()
    desk.office.review.underway(KEY, number).result()
    found = client.get(address(number, "assessment/part"), headers=part).text
    assert "30 samples rendered" in found
    assert "Statutory checklist" in found
    assert "aria-busy" not in found
