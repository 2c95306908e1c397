"""Case and permit numbers in addresses: with slashes, on the shipped server too; and those that no address can hold."""

from __future__ import annotations

import http.client
import json
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docservice.api.cases import CASE
from docservice.office.cases.addresses import ADDRESS_WORDS
from docservice.office.cases.parts import LISTS
from tests.api.test_cases import client, facts, office, send  # noqa: F401  # fixtures
from tests.serving import serving

Send = Any
SLASHED = "CE/2026/0231 A"


def test_a_number_with_slashes_is_reached_everywhere(send: Send, facts: dict[str, Any]) -> None:  # noqa: F811
    facts["case"]["number"] = SLASHED
    facts["permits"][0]["number"] = "B 2026/12"
    for typed in (quote(SLASHED, safe=""), quote(SLASHED)):
        url = f"/api/v1/cases/{typed}"
        made = send("tracker", "PUT", url, "*", json=facts)
        assert made.status_code in (201, 200), made.get_json()
        assert made.headers["Location"] == f"/api/v1/cases/{quote(SLASHED, safe='')}"
        etag = made.get_json()["etag"]
        assert send("tracker", "GET", url).get_json()["number"] == SLASHED
        for below in ("events", "next"):
            assert send("tracker", "GET", f"{url}/{below}").status_code == 200
        permit = {**facts["permits"][0], "description": f"Reached by {typed}."}
        put = send("tracker", "PUT", f"{url}/permits/{quote('B 2026/12', safe='')}", etag, json=permit)
        assert put.status_code == 200, put.get_json()
        facts["permits"][0] = permit
        told = {"type": "closed", "on": "2026-06-30", "subject": SLASHED, "data": {"reason": "Done."}}
        event = send("tracker", "POST", f"{url}/events", json=told).get_json()
        gone = told | {"type": "retracted", "data": {}, "corrects": event["position"], "reason": "No."}
        assert send("tracker", "POST", f"{url}/events", json=gone).status_code == 201
    exported = send("desk", "GET", f"/api/v1/cases/{quote(SLASHED, safe='')}/export")
    assert (exported.status_code, exported.data[:2]) == (200, b"PK")
    exported.close()


def test_the_shipped_server_takes_encoded_slashes(
    send: Send, client: FlaskClient, office: Any, facts: dict[str, Any]  # noqa: F811
) -> None:  # fmt: skip
    facts["case"]["number"] = SLASHED
    key = office.people.keys.add("served", ["issue"], "cli:op")[1]
    headers = {"Authorization": f"Bearer {key}", "If-None-Match": "*", "Content-Type": "application/json"}
    app: Flask = client.application
    with serving(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        url = f"/api/v1/cases/{quote(SLASHED, safe='')}"
        connection.request("PUT", url, json.dumps(facts), headers)
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["number"]) == (201, SLASHED)
        del headers["If-None-Match"]
        connection.request("GET", answer.headers["Location"], headers=headers)
        assert json.load(connection.getresponse())["number"] == SLASHED
        connection.close()


@pytest.mark.parametrize(
    "number",
    [
        ".",
        "..",
        "．",
        "a/../b",
        "a/./b",
        "a//b",
        "/a",
        "a/",
        "CE-1/Events",
        "CE-1/2/NEXT",
        "CE/Permits/7",
    ],
)
def test_a_number_that_no_address_can_hold_is_refused_by_its_place(
    send: Send, facts: dict[str, Any], number: str  # noqa: F811
) -> None:  # fmt: skip
    facts["case"]["number"] = number
    answer = send("tracker", "PUT", f"/api/v1/cases/{quote(number, safe='')}", "*", json=facts)
    if answer.status_code == 308:  # a server takes “//” together before anybody reads it
        return
    if answer.status_code == 404:  # nor is there an address that ends in a slash
        assert number.endswith("/") or number.startswith("/")
        return
    assert (answer.status_code, answer.get_json()["code"]) == (422, "case.number"), answer.get_json()
    assert [one["pointer"] for one in answer.get_json()["errors"]] == ["/case/number"]


@pytest.mark.parametrize("number", ["\x07", "CE\u2028-1", "", " "])
def test_a_number_of_nothing_or_of_control_characters_is_refused(
    send: Send, facts: dict[str, Any], number: str  # noqa: F811
) -> None:  # fmt: skip
    facts["case"]["number"] = number
    answer = send("tracker", "PUT", "/api/v1/cases/CE-1", "*", json=facts)
    assert answer.status_code == 422
    assert "/case/number" in [one["pointer"] for one in answer.get_json()["errors"]]


@pytest.mark.parametrize("number", [".", "a//b", "a/.."])
def test_a_permit_number_that_no_address_can_hold(send: Send, facts: dict[str, Any], number: str) -> None:  # noqa: F811
    facts = deepcopy(facts)
    facts["permits"][0]["number"] = number
    answer = send("tracker", "PUT", "/api/v1/cases/CE-2026-0231", "*", json=facts)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "case.number")
    assert [one["pointer"] for one in answer.get_json()["errors"]] == ["/permits/0/number"]


def test_a_number_that_an_address_reads_otherwise_makes_no_case(send: Send, facts: dict[str, Any]) -> None:  # noqa: F811
    for number, status in (("CE-1/events", 405), ("CE-1/2/next", 405), ("CE-1/permits/7", 428)):
        facts["case"]["number"] = number
        answer = send("tracker", "PUT", f"/api/v1/cases/{quote(number, safe='')}", "*", json=facts)
        assert answer.status_code == status, answer.get_json()
    assert send("tracker", "GET", "").get_json()["total"] == 0


def test_every_word_below_a_case_is_kept_out_of_numbers(client: FlaskClient) -> None:  # noqa: F811
    prefix = f"/api/v1{CASE}/"
    rules = [rule.rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith(prefix)]
    words = {rule.removeprefix(prefix).split("/")[0] for rule in rules}
    assert {word for word in words if not word.startswith("<")} | LISTS.keys() == ADDRESS_WORDS
