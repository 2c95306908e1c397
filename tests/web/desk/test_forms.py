"""Forms lose nothing: values from the schema and back, errors at their fields, two people side by side."""

from __future__ import annotations

import pytest
from lxml import html
from werkzeug.datastructures import MultiDict

from docservice.casefile.schema_enforcement import ViolationSchema
from docservice.casefile.schema_people import PartySchema
from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.web.desk import forms, two_people
from docservice.web.desk.forms import DeskForm
from tests.web.desk.conftest import Desk

PARTY = {
    "id": "owner",
    "roles": ["owner", "occupant"],
    "name": {"text": "陳美玲", "language": "zh-Hant", "latin": "Mei-Ling Chen"},
    "address": {"kind": "street", "lines": ["214 Molino Street", "Madrona Hills CA 95999"]},
    "language": "zh-Hant",
    "mail_extension_days": 5,
}


def party_form() -> DeskForm:
    return DeskForm(forms.ask(PartySchema(), without=("greeting",)), at="/parties/3")


def posted(form: DeskForm) -> MultiDict[str, str]:
    """What a browser sends of a form that nobody touched."""
    sent: MultiDict[str, str] = MultiDict([("seen", form.seen)])
    for one in form:
        for value in one.values if one.kind in ("boxes", "yes", "radio") else (one.value,):
            sent.add(one.name, value.replace("\n", "\r\n"))
    return sent


def test_what_is_on_record_comes_back_as_it_was() -> None:
    shown = party_form().filled(PARTY, seen='"7"')
    again = party_form().sent(posted(shown))
    assert (again.facts(), again.seen) == (PARTY, '"7"')


@pytest.mark.parametrize("flag", [True, False, None])
def test_yes_no_and_not_said_are_three_things(flag: bool | None) -> None:
    names = [name for name, field in ViolationSchema().load_fields.items() if type(field).__name__ == "FlagField"]
    assert names
    form = DeskForm(forms.ask(ViolationSchema(), only=names[:1]))
    facts = {} if flag is None else {names[0]: flag}
    assert form.sent(posted(form.filled(facts))).facts() == facts


def test_errors_stand_twice_and_what_was_typed_stays() -> None:
    sent = party_form().sent(
        MultiDict({"name/text": "  Ann ", "mail_extension_days": "many", "address/lines": "a\r\nb"})
    )
    problems = [
        Finding.error("x", "This must be a whole number.", "/parties/3/mail_extension_days"),
        Finding.error("x", "This line is too long.", "/parties/3/address/lines/1"),
        Finding.error("x", "The case is closed.", "/case"),
    ]
    shown = sent.refused(Refusal("casefile.invalid", "Three things are wrong.", problems))
    assert shown["mail_extension_days"].errors == ("This must be a whole number.",)
    assert shown["mail_extension_days"].value == "many"
    assert sent.facts()["mail_extension_days"] == "many"
    assert shown["address/lines"].errors == ("This line is too long.",)
    assert [link for link, _ in shown.wrong] == ["f-mail-extension-days", "f-address-lines", ""]
    assert shown.heading == "3 things are missing or wrong"


def test_the_page_links_each_error_to_its_field(desk: Desk) -> None:
    form = party_form().sent(MultiDict({"email": "<b>no</b>"}))
    form = form.refused(findings=[Finding.error("x", "This is no e-mail address.", "/parties/3/email")])
    with desk.app.test_request_context("/desk/"):
        from flask import render_template_string

        page = html.document_fromstring(
            render_template_string(
                '{% import "desk/fields.html" as fields with context %}{{ fields.errors(form) }}'
                '{% call fields.form(form, "/x") %}{{ fields.each(form, ()) }}{% endcall %}',
                form=form, form_token="t",
            )
        )  # fmt: skip
    link = page.find(".//div[@role='alert']//a")
    assert link is not None
    assert page.get_element_by_id(link.get("href")[1:]).get("value") == "<b>no</b>"
    field = page.get_element_by_id("f-email")
    assert field.get("aria-invalid") == "true"
    assert "f-email-error" in field.get("aria-describedby").split()
    assert page.get_element_by_id("f-email-error").text == "This is no e-mail address."
    for one in page.iterfind(".//*[@aria-describedby]"):
        for described in one.get("aria-describedby").split():
            assert page.get_element_by_id(described) is not None
    for one in page.xpath(".//input[not(@type='hidden')] | .//select | .//textarea"):
        assert page.find(f".//label[@for='{one.get('id')}']") is not None, one.get("name")


def test_two_people_put_together_what_fits() -> None:
    base = {"a": ("1",), "b": ("1",), "c": ("1",), "d": ()}
    yours = {"a": ("2",), "b": ("1",), "c": ("2",), "d": ()}
    theirs = {"a": ("1",), "b": ("3",), "c": ("3",), "d": ()}
    assert two_people.compare(base, yours, theirs) == ({"a": ("2",), "b": ("3",), "d": ()}, ["c"])


@pytest.mark.parametrize(
    ("pick", "said"),
    [("yours", "Ann B. Lee"), ("theirs", "Anna Lee"), ("both", "Ann B. Lee\n\nAnna Lee")],
)
def test_the_page_of_two_people_answers_as_the_form(desk: Desk, pick: str, said: str) -> None:
    base = party_form().filled({**PARTY, "attention": "Ann Lee"}, seen='"1"')
    theirs = party_form().filled({**PARTY, "attention": "Anna Lee", "unit": "9"}, seen='"2"')
    typed = posted(base)
    typed["attention"] = "Ann B. Lee"
    typed.setlist("roles", ["tenant"])
    with desk.app.test_request_context("/desk/"):
        answer = two_people.page(party_form().sent(typed), base, theirs, action="/x", what="this person")
    assert answer.status_code == 412
    page = html.document_fromstring(answer.get_data(as_text=True))
    fields: MultiDict[str, str] = MultiDict()
    for one in page.iterfind(".//main//input"):
        if one.get("type") == "radio" and one.get("value") != pick:
            continue
        if one.get("name") != "form_token":
            fields.add(one.get("name"), one.get("value"))
    if pick == "both":  # a short field has no such choice: its text goes on as somebody would have sent it
        fields["pick:attention"] = "both"
    form = party_form().sent(fields)
    assert form.seen == '"2"'
    assert form.reopened == (pick == "both")
    assert form.facts() == {**PARTY, "roles": ["tenant"], "attention": said, "unit": "9"}
