"""Method × URL × role over the real url_map: a route that this table does not know fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docservice.api.access import requires
from docservice.app import create_app
from docservice.office.cases.parts import LISTS
from tests.fake_office import FakeOffice

ROLES = (
    "nobody",
    "stranger",
    "preview",
    "issue",
    "read",
    "records",
    "packets",
    "review",
    "approve",
    "translate",
    "admin",
)
EVERYBODY = frozenset(ROLES)
KEYS = frozenset(ROLES[2:])
REVIEWERS = frozenset({"review", "approve", "admin"})
READERS = REVIEWERS | {"read"}
TRANSLATIONS = "/api/v1/translations"
ONE = f"{TRANSLATIONS}/<string:key>/<string:language>"
TRANSLATORS = frozenset({"translate", "admin"})
VERSION = "/api/v1/templates/<string:key>/versions/<int(max=999999):number>"
CASE = "/api/v1/cases/<number:case>"
ITEM = f"{CASE}/<any({', '.join(LISTS)}):listed>/<number:id>"
ATTEMPTS = (
    "/api/v1/documents/<string:id>/attempts", "/api/v1/notices/<string:notice>/copies/<int(max=9999):copy>/attempts",
)  # fmt: skip
LEG = "<int(max=9007199254740992):position>/legs/<int(max=100):leg>/result"
EDITIONS = "/api/v1/town/editions"
EDITION = f"{EDITIONS}/<int(max=999999):number>"

# (method, rule) → who is let in. HEAD goes with GET; OPTIONS answers with the methods alone.
TABLE: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/assets/site.css"): EVERYBODY,
    ("GET", "/assets/seal/<name>"): EVERYBODY,
    ("GET", EDITIONS): READERS,
    ("POST", EDITIONS): frozenset({"review", "admin"}),
    ("GET", EDITION): READERS,
    ("GET", f"{EDITION}/changes"): READERS,
    ("POST", f"{EDITION}/approve"): frozenset({"approve", "admin"}),
    ("POST", f"{EDITION}/send-back"): REVIEWERS,
    ("GET", "/handouts/"): EVERYBODY,
    ("GET", "/handouts/<key>"): EVERYBODY,
    ("GET", "/handouts/<key>/<language>"): EVERYBODY,
    ("GET", "/handouts/<key>/picture"): EVERYBODY,
    ("GET", "/verify/"): EVERYBODY,
    ("GET", "/verify/<code>"): EVERYBODY,
    ("GET", "/verify/<code>/dates.ics"): EVERYBODY,
    ("GET", "/letters/"): EVERYBODY,
    ("GET", "/letters/<key>"): EVERYBODY,
    ("GET", "/help/"): EVERYBODY,
    ("GET", "/assets/frame.css"): EVERYBODY,
    ("GET", "/favicon.ico"): EVERYBODY,
    ("GET", "/sitemap.xml"): EVERYBODY,
    ("GET", "/robots.txt"): EVERYBODY,
    **{
        ("GET", f"/<tongue:tongue>{page}"): EVERYBODY
        for page in (
            "/",
            "/handouts/",
            "/handouts/<key>",
            "/letters/",
            "/letters/<key>",
            "/help/",
            "/verify/",
            "/verify/<code>",
            "/verify/<code>/dates.ics",
        )
    },
    ("GET", "/calendars/<token>.ics"): EVERYBODY,
    ("GET", "/openapi.json"): EVERYBODY,
    ("GET", "/health/live"): EVERYBODY,
    ("GET", "/health/ready"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,
    ("GET", "/api/v1/languages"): EVERYBODY,
    ("GET", "/api/v1/handouts"): EVERYBODY,
    ("GET", "/api/v1/handouts/<string:key>/<string:language>"): EVERYBODY,
    ("GET", "/api/v1/handouts/<string:key>/<string:language>/files/<any(pdf, html):face>"): EVERYBODY,
    ("GET", "/api/v1/casefile/schema"): EVERYBODY,
    ("GET", "/api/v1/templates"): KEYS,
    ("GET", "/api/v1/templates/<string:key>"): KEYS,
    ("GET", "/api/v1/templates/<string:key>/versions"): KEYS,
    ("POST", "/api/v1/templates/<string:key>/versions"): frozenset({"review", "admin"}),
    ("GET", VERSION): KEYS,
    ("GET", f"{VERSION}/assessment"): READERS,
    ("GET", f"{VERSION}/consequences"): READERS,
    ("GET", f"{VERSION}/outline"): READERS,
    ("GET", f"{VERSION}/comments"): READERS,
    ("POST", f"{VERSION}/comments"): REVIEWERS,
    ("POST", f"{VERSION}/comments/<string:id>/answers"): REVIEWERS,
    ("POST", f"{VERSION}/submit"): frozenset({"review", "admin"}),
    ("POST", f"{VERSION}/send-back"): REVIEWERS,
    ("POST", f"{VERSION}/approve"): frozenset({"approve", "admin"}),
    ("POST", f"{VERSION}/withdraw"): REVIEWERS,
    ("GET", f"{VERSION}/word"): READERS,
    ("POST", "/api/v1/templates/<string:key>/word"): frozenset({"review", "admin"}),
    ("POST", "/api/v1/templates/<string:key>/versions/from-word"): frozenset({"review", "admin"}),
    ("GET", "/api/v1/templates/<string:key>/audit"): READERS,
    ("GET", TRANSLATIONS): READERS | {"translate"},
    ("GET", ONE): READERS | {"translate"},
    ("GET", f"{ONE}/file"): READERS | {"translate"},
    ("POST", f"{ONE}/file"): TRANSLATORS,
    ("POST", f"{ONE}/drafts"): TRANSLATORS,
    ("POST", f"{ONE}/approvals"): TRANSLATORS | {"approve"},
    ("POST", f"{ONE}/reopenings"): TRANSLATORS | {"approve"},
    ("POST", "/api/v1/previews"): frozenset({"preview", "issue", "admin"}),
    ("POST", "/api/v1/previews/files/<any(pdf, docx, html):face>"): frozenset({"preview", "issue", "admin"}),
    ("GET", "/api/v1/documents/<string:id>/files/<any(pdf, docx, html):face>"): frozenset(
        {"issue", "read", "records", "admin"}
    ),
    ("GET", "/api/v1/documents/<string:id>/enclosures/<string:key>"): frozenset({"issue", "read", "records", "admin"}),
    ("GET", "/api/v1/cases"): frozenset({"issue", "read", "records", "admin"}),
    ("PUT", CASE): frozenset({"issue", "admin"}),
    ("PATCH", CASE): frozenset({"issue", "admin"}),
    ("GET", CASE): frozenset({"issue", "read", "records", "admin"}),
    ("PUT", ITEM): frozenset({"issue", "admin"}),
    ("DELETE", ITEM): frozenset({"issue", "admin"}),
    ("POST", f"{CASE}/events"): frozenset({"issue", "admin"}),
    ("GET", f"{CASE}/events"): frozenset({"issue", "read", "records", "admin"}),
    ("GET", f"{CASE}/next"): frozenset({"issue", "read", "records", "admin"}),
    ("GET", f"{CASE}/due"): frozenset({"issue", "read", "records", "admin"}),
    ("GET", "/api/v1/due"): frozenset({"issue", "read", "records", "admin"}),
    ("POST", "/api/v1/calendars"): frozenset({"issue", "read", "records", "admin"}),
    ("GET", "/api/v1/calendars"): frozenset({"issue", "read", "records", "admin"}),
    ("DELETE", "/api/v1/calendars/<string:id>"): frozenset({"issue", "read", "records", "admin"}),
    ("GET", f"{CASE}/ledger"): frozenset({"issue", "read", "records", "admin"}),
    ("GET", f"{CASE}/export"): frozenset({"records", "admin"}),
    ("GET", "/api/v1/articles"): frozenset({"records", "admin"}),
    ("POST", "/api/v1/articles"): frozenset({"records", "admin"}),
    ("POST", "/api/v1/articles/<string:number>/spoil"): frozenset({"records", "admin"}),
    ("GET", "/api/v1/mail-list"): frozenset({"records", "admin"}),
    ("GET", f"{CASE}/evidence/<string:sha256>"): frozenset({"issue", "read", "records", "admin"}),
    **{
        (method, place): who
        for place in ATTEMPTS
        for method, who in (
            ("POST", frozenset({"issue", "admin"})),
            ("GET", frozenset({"issue", "read", "records", "admin"})),
        )
    },
    **{("PUT", f"{place}/{LEG}"): frozenset({"issue", "admin"}) for place in ATTEMPTS},
    ("GET", "/api/v1/events"): frozenset({"issue", "read", "records", "admin"}),
    ("POST", "/api/v1/documents"): frozenset({"issue", "admin"}),
    ("POST", "/api/v1/notices"): frozenset({"issue", "admin"}),
    ("GET", "/api/v1/notices/<string:number>"): frozenset({"issue", "read", "records", "admin"}),
    **{
        ("POST", f"/api/v1/notices/<string:number>/{what}"): frozenset({"issue", "admin"})
        for what in ("copies", "copies/<int:copy>/printings", "supersede", "void")
    },
    ("GET", "/api/v1/documents"): frozenset({"issue", "read", "records", "admin"}),
    ("GET", "/api/v1/documents/<string:id>"): frozenset({"issue", "read", "records", "admin"}),
    ("POST", "/api/v1/documents/<string:id>/void"): frozenset({"issue", "admin"}),
    ("POST", "/api/v1/documents/<string:id>/supersede"): frozenset({"issue", "admin"}),
    ("POST", "/api/v1/documents/<string:id>/reproduce"): frozenset({"issue", "read", "records", "admin"}),
    ("GET", "/api/v1/jobs"): frozenset({"issue", "packets", "read", "admin"}),
    ("GET", "/api/v1/jobs/<string:id>"): frozenset({"issue", "packets", "read", "admin"}),
    ("GET", "/api/v1/jobs/<string:id>/events"): frozenset({"issue", "packets", "read", "admin"}),
    ("POST", "/api/v1/jobs/<string:id>/cancel"): frozenset({"issue", "packets", "admin"}),
    ("POST", "/api/v1/packets"): frozenset({"packets", "admin"}),
    ("GET", "/api/v1/packets"): frozenset({"packets", "read", "admin"}),
    ("GET", "/api/v1/packets/<packet:id>"): frozenset({"packets", "read", "admin"}),
    ("GET", "/api/v1/packets/<packet:id>/files/<string:name>"): frozenset({"packets", "read", "admin"}),
    ("GET", "/api/v1/packets/<packet:id>/certificate"): frozenset({"packets", "read", "admin"}),
    ("POST", "/api/v1/packets/verifications"): frozenset({"packets", "read", "admin"}),
    ("GET", "/api/v1/packets/profiles"): KEYS,
    ("GET", "/api/v1/packets/profiles/<string:key>"): KEYS,
    ("POST", "/api/v1/exhibits"): frozenset({"packets", "admin"}),
    ("GET", "/api/v1/exhibits"): frozenset({"packets", "admin"}),
    ("PUT", "/api/v1/exhibits/<string:sha256>"): frozenset({"packets", "admin"}),
    ("GET", "/api/v1/exhibits/<string:sha256>"): frozenset({"packets", "admin"}),
    ("DELETE", "/api/v1/exhibits/<string:sha256>"): frozenset({"packets", "admin"}),
}


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_table_knows_every_route_and_no_other() -> None:
    found = routes(create_app(FakeOffice()))  # type: ignore[arg-type]
    # The desk's have a table of their own (tests/web/desk/test_access.py), and a real office.
    assert {entry for entry in found if not entry[1].startswith("/desk")} == set(TABLE)


@pytest.mark.parametrize(("method", "rule"), sorted(TABLE), ids=lambda v: v.replace("/api/v1", ""))
def test_who_is_let_in(client: FlaskClient, key: Callable[..., dict[str, str]], method: str, rule: str) -> None:
    url = rule.replace("<int(max=999999):number>", "1").replace("<any(pdf, docx, html):face>", "pdf")
    url = url.replace(LEG, "1/legs/1/result").replace("<int(max=9999):copy>", "1")
    url = url.replace("<any(pdf, html):face>", "pdf").replace(ITEM.partition(CASE)[2], "/parties/x")
    for name in (
        "<string:case>",
        "<string:id>",
        "<packet:id>",
        "<string:name>",
        "<string:notice>",
        "<string:sha256>",
        "<string:key>",
        "<string:language>",
        "<key>",
        "<language>",
        "<code>",
    ):
        url = url.replace(name, "x")
    url = url.replace("<int:copy>", "1")
    for role in ROLES:
        headers = {"nobody": {}, "stranger": {"Authorization": "Bearer not-a-key"}}.get(role)
        headers = key(role) if headers is None else headers
        for verb in (method, "HEAD") if method == "GET" else (method,):
            response = client.open(url, method=verb, headers=headers)
            if role in TABLE[method, rule]:
                assert response.status_code not in (401, 403), role
            else:
                assert response.status_code == (401 if role in ("nobody", "stranger") else 403), role
                assert response.mimetype == "application/problem+json"
                assert (response.headers.get("WWW-Authenticate") is not None) == (response.status_code == 401)


def test_a_route_that_says_nothing_is_closed_to_all(office: FakeOffice, key: Callable[..., dict[str, str]]) -> None:
    from docservice.api.blueprint import Blueprint

    blueprint = Blueprint("forgotten", __name__)
    blueprint.add_url_rule("/api/v1/forgotten", view_func=lambda: "open", endpoint="forgotten")
    app = create_app(office)  # type: ignore[arg-type]
    app.register_blueprint(blueprint)
    assert app.test_client().get("/api/v1/forgotten").status_code == 401
    assert app.test_client().get("/api/v1/forgotten", headers=key("admin")).status_code == 403


def test_a_revoked_key_is_refused(client: FlaskClient, office: FakeOffice, key: Callable[..., dict[str, str]]) -> None:
    headers = key("read")
    assert client.get("/api/v1/documents", headers=headers).status_code == 200
    office.people.keys.revoke(office.people.keys.listed()[0].id)
    assert client.get("/api/v1/documents", headers=headers).get_json()["code"] == "access.key_unknown"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic c2VjcmV0", "secret"])
def test_what_is_no_bearer_key_asks_for_one(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/v1/documents", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "access.key_missing"


def test_a_scope_that_does_not_exist_cannot_be_required() -> None:
    with pytest.raises(ValueError, match="everything"):
        requires("everything")
