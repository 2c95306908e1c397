"""Method × URL × role over the real url_map: a route of the desk that this table does not know fails."""

from __future__ import annotations

import pytest

from docservice.office.means.choices import ROLES
from docservice.office.people.roles import ROLE_PERMISSIONS
from docservice.web.desk import access
from docservice.web.desk.case_events import KINDS
from docservice.web.desk.case_parts import PARTS
from tests.web.desk.conftest import Desk

EVERYBODY = frozenset({"nobody", *ROLES})
SIGNED_IN = frozenset(ROLES)
WORDING = frozenset({"staff", "translator", "reviewer", "approver", "administrator"})
AUTHORS = frozenset({"staff", "reviewer", "approver"})
SPEAKERS = AUTHORS | {"translator"}
DECIDERS = frozenset({"reviewer", "approver"})
READERS = frozenset({"requester", "staff", "reviewer", "approver"})
STAFF, ADMINISTRATOR = frozenset({"staff"}), frozenset({"administrator"})
VERSION = "/desk/templates/<key>/<int(max=999999):number>"
LEG = "/desk/documents/<number>/service/<int:position>/<int(max=100):leg>"
PLAN = "/desk/packets/plans/<id>"
LANGUAGE = "/desk/translations/<key>/<language>"
CASE = "/desk/cases/<number:case>"
PART = f"<any({', '.join(repr(key) for key in PARTS)}):part>"
EVENT = f"<any({', '.join(repr(key) for key in KINDS)}):kind>"

# (method, rule) → who is let in. Of those, by role; what a person may do to a version is decided by the office.
TABLE: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/desk/assets/<name>"): EVERYBODY,
    ("GET", "/desk/sign-in"): EVERYBODY,
    ("POST", "/desk/sign-in"): EVERYBODY,
    ("POST", "/desk/sign-in/kept"): EVERYBODY,
    ("GET", "/desk/first"): EVERYBODY,
    ("POST", "/desk/first"): EVERYBODY,
    ("GET", "/desk/sign-in/provider"): EVERYBODY,
    ("GET", "/desk/sign-in/callback"): EVERYBODY,
    ("POST", "/desk/sign-out"): SIGNED_IN,
    ("GET", "/desk/password"): SIGNED_IN,
    ("POST", "/desk/password"): SIGNED_IN,
    ("GET", "/desk/"): SIGNED_IN,
    ("GET", "/desk/search"): READERS,
    ("GET", "/desk/due"): READERS,
    ("POST", "/desk/due/calendar"): READERS,
    ("POST", "/desk/drafts"): SIGNED_IN,
    ("POST", "/desk/drafts/forget"): SIGNED_IN,
    ("GET", "/desk/hand-out"): READERS,
    ("POST", "/desk/hand-out"): STAFF,
    ("GET", "/desk/hand-out/<key>/<language>/card"): READERS,
    ("GET", "/desk/hand-out/<key>/<language>/code.svg"): READERS,
    ("GET", "/desk/templates"): WORDING,
    ("GET", "/desk/templates/new"): AUTHORS,
    ("POST", "/desk/templates/new"): AUTHORS,
    ("GET", "/desk/templates/<key>"): WORDING,
    ("GET", "/desk/templates/<key>/trail"): WORDING,
    ("GET", VERSION): WORDING,
    ("GET", f"{VERSION}/letter"): WORDING,
    ("GET", f"{VERSION}/letter.pdf"): WORDING,
    ("GET", f"{VERSION}/letter/<int(max=99):page>.png"): WORDING,
    ("GET", f"{VERSION}/assessment"): WORDING,
    ("GET", f"{VERSION}/assessment/part"): WORDING,
    ("GET", f"{VERSION}/redline.<face>"): WORDING,
    ("GET", f"{VERSION}/changes"): WORDING,
    ("GET", f"{VERSION}/side-by-side"): WORDING,
    ("GET", f"{VERSION}/edit"): AUTHORS,
    ("POST", f"{VERSION}/edit"): AUTHORS,
    ("GET", f"{VERSION}/head"): AUTHORS,
    ("POST", f"{VERSION}/head"): AUTHORS,
    ("GET", f"{VERSION}/paragraphs"): AUTHORS,
    ("POST", f"{VERSION}/paragraphs"): AUTHORS,
    ("GET", f"{VERSION}/samples"): AUTHORS,
    ("POST", f"{VERSION}/samples"): AUTHORS,
    ("GET", f"{VERSION}/pictures"): AUTHORS,
    ("POST", f"{VERSION}/pictures"): AUTHORS,
    ("GET", f"{VERSION}/pictures/<path:name>"): WORDING,
    ("POST", f"{VERSION}/comments"): SPEAKERS,
    ("POST", f"{VERSION}/comments/<id>"): SPEAKERS,
    ("POST", f"{VERSION}/submit"): AUTHORS,
    ("POST", f"{VERSION}/reviewer"): SPEAKERS,
    ("POST", f"{VERSION}/send-back"): AUTHORS,
    ("GET", f"{VERSION}/approval"): WORDING,
    ("POST", f"{VERSION}/approve"): DECIDERS,
    ("POST", f"{VERSION}/withdraw"): AUTHORS,
    ("GET", f"{VERSION}/word"): WORDING,
    ("POST", "/desk/templates/<key>/word"): AUTHORS,
    ("POST", "/desk/templates/<key>/word/read"): AUTHORS,
    ("GET", "/desk/rules"): WORDING,
    ("POST", "/desk/rules/proposals"): AUTHORS,
    ("GET", "/desk/rules/<int(max=999999):number>"): WORDING,
    ("POST", "/desk/rules/<int(max=999999):number>/approve"): DECIDERS,
    ("POST", "/desk/rules/<int(max=999999):number>/send-back"): AUTHORS,
    ("GET", "/desk/translations"): WORDING,
    ("GET", LANGUAGE): WORDING,
    ("POST", f"{LANGUAGE}/drafts"): frozenset({"translator"}),
    ("POST", f"{LANGUAGE}/approvals"): frozenset({"translator", "reviewer"}),
    ("POST", f"{LANGUAGE}/chosen"): frozenset({"translator", "reviewer"}),
    ("POST", f"{LANGUAGE}/chosen/approvals"): frozenset({"translator", "reviewer"}),
    ("POST", f"{LANGUAGE}/reopenings"): frozenset({"translator", "reviewer"}),
    ("GET", f"{LANGUAGE}/file.<any(po, xliff):format>"): WORDING,
    ("POST", f"{LANGUAGE}/file"): frozenset({"translator"}),
    ("GET", "/desk/documents"): READERS,
    ("GET", "/desk/documents/<id>.pdf"): READERS,
    ("GET", "/desk/documents/<number>"): READERS,
    ("GET", "/desk/documents/<id>/pages/<int(max=99):page>.png"): READERS,
    ("GET", "/desk/documents/<number>/print.pdf"): READERS,
    ("GET", "/desk/documents/<number>/mail-list.<face>"): READERS,
    ("GET", "/desk/documents/<number>/labels.pdf"): READERS,
    ("GET", "/desk/documents/<number>/envelopes.pdf"): READERS,
    ("POST", "/desk/documents/<number>/service"): STAFF,
    ("GET", LEG): STAFF,
    ("POST", LEG): STAFF,
    ("GET", "/desk/documents/<number>/void"): STAFF,
    ("POST", "/desk/documents/<number>/void"): STAFF,
    ("GET", "/desk/documents/<number>/replace"): STAFF,
    ("POST", "/desk/documents/<number>/replace"): STAFF,
    ("GET", "/desk/documents/<number>/again"): STAFF,
    ("POST", "/desk/documents/<number>/again"): STAFF,
    ("GET", "/desk/write"): STAFF,
    ("GET", "/desk/cases/<path:number>/write"): STAFF,
    ("POST", "/desk/cases/<path:number>/write"): STAFF,
    ("POST", "/desk/cases/<path:number>/write/pages"): STAFF,
    ("POST", "/desk/cases/<path:number>/write/last"): STAFF,
    ("POST", "/desk/cases/<path:number>/write/issue"): STAFF,
    ("GET", "/desk/letters/jobs/<id>"): STAFF,
    ("GET", "/desk/letters/batch"): STAFF,
    ("POST", "/desk/letters/batch"): STAFF,
    ("POST", "/desk/letters/batch/issue"): STAFF,
    ("GET", "/desk/letters/batch/progress"): STAFF,
    ("GET", "/desk/letters/drafts/<token>/<int(max=99):page>.png"): STAFF,
    ("GET", "/desk/letters/drafts/<token>.pdf"): STAFF,
    ("GET", "/desk/packets"): STAFF,
    ("GET", "/desk/packets/<id>"): STAFF,
    ("GET", "/desk/packets/<id>/files/<name>"): STAFF,
    ("GET", "/desk/packets/new"): STAFF,
    ("POST", "/desk/packets/new"): STAFF,
    ("GET", "/desk/packets/<id>/certificate.json"): STAFF,
    ("GET", "/desk/packets/<id>/pages/<int:page>.jpg"): STAFF,
    ("GET", PLAN): STAFF,
    ("POST", PLAN): STAFF,
    ("POST", f"{PLAN}/undo/<int:revision>"): STAFF,
    ("POST", f"{PLAN}/files"): STAFF,
    ("POST", f"{PLAN}/forget"): STAFF,
    ("GET", f"{PLAN}/settings"): STAFF,
    ("POST", f"{PLAN}/settings"): STAFF,
    ("GET", f"{PLAN}/bind"): STAFF,
    ("POST", f"{PLAN}/bind"): STAFF,
    ("GET", f"{PLAN}/jobs/<job>"): STAFF,
    ("GET", f"{PLAN}/jobs/<job>/<name>"): STAFF,
    ("GET", f"{PLAN}/rows/<row>"): STAFF,
    ("POST", f"{PLAN}/rows/<row>"): STAFF,
    ("GET", f"{PLAN}/rows/<row>/cover"): STAFF,
    ("POST", f"{PLAN}/rows/<row>/cover"): STAFF,
    ("GET", f"{PLAN}/rows/<row>/<int:page>.jpg"): STAFF,
    ("GET", "/desk/jobs"): STAFF,
    ("GET", "/desk/cases"): READERS,
    ("GET", "/desk/cases/new"): STAFF,
    ("POST", "/desk/cases/new"): STAFF,
    ("GET", CASE): READERS,
    ("GET", f"{CASE}/history"): READERS,
    ("GET", f"{CASE}/private"): STAFF,
    ("GET", f"{CASE}/private/edit"): STAFF,
    ("POST", f"{CASE}/private/edit"): STAFF,
    ("GET", f"{CASE}/property"): STAFF,
    ("POST", f"{CASE}/property"): STAFF,
    ("GET", f"{CASE}/{PART}"): READERS,
    ("GET", f"{CASE}/{PART}/new"): STAFF,
    ("POST", f"{CASE}/{PART}/new"): STAFF,
    ("GET", f"{CASE}/{PART}/<id>"): STAFF,
    ("POST", f"{CASE}/{PART}/<id>"): STAFF,
    ("POST", f"{CASE}/{PART}/<id>/out"): STAFF,
    ("GET", f"{CASE}/seen"): READERS,
    ("GET", f"{CASE}/seen/new"): STAFF,
    ("POST", f"{CASE}/seen/new"): STAFF,
    ("GET", f"{CASE}/seen/<id>"): STAFF,
    ("POST", f"{CASE}/seen/<id>"): STAFF,
    ("POST", f"{CASE}/seen/<id>/out"): STAFF,
    ("GET", f"{CASE}/visits/<id>/photographs"): STAFF,
    ("POST", f"{CASE}/visits/<id>/photographs"): STAFF,
    ("POST", f"{CASE}/visits/<id>/photographs/described"): STAFF,
    ("GET", f"{CASE}/photographs/<sha256>"): READERS,
    ("GET", f"{CASE}/record"): STAFF,
    ("GET", f"{CASE}/record/note"): STAFF,
    ("POST", f"{CASE}/record/note"): STAFF,
    ("GET", f"{CASE}/record/put-right"): STAFF,
    ("POST", f"{CASE}/record/put-right"): STAFF,
    ("GET", f"{CASE}/record/{EVENT}"): STAFF,
    ("POST", f"{CASE}/record/{EVENT}"): STAFF,
    ("GET", f"{CASE}/record/not-so/<int:position>"): STAFF,
    ("POST", f"{CASE}/record/not-so/<int:position>"): STAFF,
    ("GET", "/desk/accounts"): ADMINISTRATOR,
    ("POST", "/desk/accounts"): ADMINISTRATOR,
    ("GET", "/desk/accounts/<login>"): ADMINISTRATOR,
    ("POST", "/desk/accounts/<login>/<any(roles, password, unlink, disable, enable):what>"): ADMINISTRATOR,
    ("GET", "/desk/keys"): ADMINISTRATOR,
    ("POST", "/desk/keys"): ADMINISTRATOR,
    ("POST", "/desk/keys/<id>/rotate"): ADMINISTRATOR,
    ("POST", "/desk/keys/<id>/revoke"): ADMINISTRATOR,
}
FILLED = {
    "<int:page>": "1", "<int:revision>": "1", "<job>": "x", "<row>": "x",
    "<int(max=999999):number>": "999", "<int(max=99):page>": "1",
    "<any(roles, password, unlink, disable, enable):what>": "roles",
    "<path:number>": "CE-1", "<number>": "NOV-1", "<token>": "x", "<int:position>": "1", "<int(max=100):leg>": "1",
    "<path:name>": "x.png", "<key>": "x", "<id>": "x", "<name>": "x", "<login>": "x", "<face>": "pdf",
    PART: "people", EVENT: "closed", "<number:case>": "CE-1", "<sha256>": "0",
    "<language>": "es", "<any(po, xliff):format>": "po",
}  # fmt: skip


def routes(desk: Desk) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in desk.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/desk")
    }


def test_the_table_knows_every_route_and_no_other(shared_desk: Desk) -> None:
    assert routes(shared_desk) == set(TABLE)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_who_is_let_in(shared_desk: Desk, role: str) -> None:
    client = shared_desk.client(None if role == "nobody" else role)
    # Signing out comes last: it ends the session.
    for method, rule in sorted(TABLE, key=lambda entry: (entry[1] == "/desk/sign-out", entry)):
        url = rule
        for name, value in FILLED.items():
            url = url.replace(name, value)
        for verb in (method, "HEAD") if method == "GET" else (method,):
            answer = client.flask.open(url, method=verb, data={"form_token": client.token} if verb == "POST" else None)
            said = f"{role} {verb} {url}: {answer.status_code}"
            if role in TABLE[method, rule]:
                away = "sign-in" in answer.headers.get("Location", "")
                let_in = answer.status_code not in (401, 403) and not away
                # The sign-in form of somebody without its cookie is refused; signing out leads to the sign-in, and so
                # does the first start, once there is an account.
                leads = ("/desk/sign-in", "/desk/sign-in/kept", "/desk/sign-out", "/desk/first")
                assert let_in or rule in leads, said
            elif role == "nobody":
                assert answer.status_code == 401 if method == "POST" else "/desk/sign-in" in answer.headers["Location"]
            else:
                assert answer.status_code == 403, said
                assert verb == "HEAD" or "Your roles do not open this page" in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_shows_no_locked_door(shared_desk: Desk, role: str) -> None:
    client = shared_desk.client(role)
    page = client.get("/desk/").text
    for words, endpoint, needed in access._MENU:
        shown = f">{words}</a></li>" in page
        there = endpoint in shared_desk.app.view_functions
        assert shown == (there and (needed is None or needed in ROLE_PERMISSIONS[role])), endpoint


def test_a_route_that_says_nothing_is_closed_to_all(desk: Desk) -> None:
    from flask import Blueprint

    from docservice.web.desk.wiring import answers

    forgotten = Blueprint("forgotten", __name__)
    forgotten.before_request(access.guard)
    forgotten.register_error_handler(Exception, answers.respond)
    forgotten.add_url_rule("/desk/forgotten", view_func=lambda: "open", endpoint="forgotten")
    desk.app.register_blueprint(forgotten)
    assert desk.client().get("/desk/forgotten").status_code == 303
    assert desk.client("administrator").get("/desk/forgotten").status_code == 403


@pytest.mark.parametrize("method_rule", sorted(entry for entry in TABLE if entry[0] == "POST"), ids=lambda e: e[1])
def test_every_form_needs_its_token(shared_desk: Desk, method_rule: tuple[str, str]) -> None:
    """Of somebody who may: no token, another session's token, and a form sent by another site are refused."""
    url = method_rule[1]
    for name, value in FILLED.items():
        url = url.replace(name, value)
    allowed = TABLE[method_rule] & set(ROLES)
    client = shared_desk.client(min(allowed))
    other = shared_desk.client(min(allowed))
    assert client.token != other.token
    for data, headers in (
        ({}, {}),
        ({"form_token": other.token}, {}),
        ({"form_token": client.token}, {"Sec-Fetch-Site": "cross-site"}),
        ({"form_token": client.token}, {"Sec-Fetch-Site": "same-site"}),
    ):
        answer = client.flask.post(url, data=data, headers=headers)
        assert answer.status_code == 403, (url, data, headers)
    assert client.get("/desk/password").status_code == 200


def test_every_page_answers_with_a_slash_after_it(shared_desk: Desk) -> None:
    """People copy addresses with it. A form that was sent is sent on whole (308)."""
    client = shared_desk.client("staff")
    for method, rule in sorted(TABLE):
        if rule.endswith("/") or "<path:" in rule:
            continue
        url = rule
        for name, value in FILLED.items():
            url = url.replace(name, value)
        answer = client.flask.open(f"{url}/?case=a%20b", method=method)
        assert (answer.status_code, answer.headers.get("Location")) == (308, f"{url}?case=a%20b"), (method, rule)
    assert client.get("/desk/documents/", follow_redirects=True).status_code == 200
    for nowhere in (
        "/desk/nowhere/",
        "/desk/documents//",
        "/desk//documents/",
        "/%2F%2Fevil.example/",
    ):
        answer = client.get(nowhere)
        assert answer.status_code in (404, 308), nowhere
        assert "evil" not in answer.headers.get("Location", ""), nowhere
    answer = client.get("/api/v1/documents/")  # an empty id is no list
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "case=%1F", "template=%7F", "q=ok&page=1%00", "%00=1"])
@pytest.mark.parametrize("page", ["documents", "packets", "jobs", "sign-in"])
def test_a_control_character_is_asked_for(shared_desk: Desk, page: str, query: str) -> None:
    answer = shared_desk.client("staff").get(f"/desk/{page}?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "has a control character" in answer.text
    assert shared_desk.client("staff").get(f"/desk/documents?q={chr(0x200B)}%20%F3%A0%80%81").status_code == 200
