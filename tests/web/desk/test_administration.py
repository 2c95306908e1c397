"""Accounts, keys, packets and jobs at the desk."""

from __future__ import annotations

import re

from tests.web.desk.conftest import PASSWORD, Desk

NEW = "another horse battery"


def test_an_account_from_its_making_to_its_end(desk: Desk) -> None:
    admin = desk.client("administrator")
    answer = admin.post(
        "/desk/accounts",
        {"login": "New@Town.example", "name": "Nia New", "roles": ["staff", "reviewer"], "password": NEW},
    )
    assert answer.headers["Location"] == "/desk/accounts/new@town.example?done=added"
    assert "Nia New" in admin.get("/desk/accounts").text
    client = desk.client()
    assert client.sign_in("new@town.example", NEW).status_code == 303
    page = "/desk/accounts/new@town.example"
    assert admin.post(f"{page}/roles", {"roles": ["translator"]}).status_code == 303
    assert client.get("/desk/packets").status_code == 403
    assert admin.post(f"{page}/password", {"password": PASSWORD}).status_code == 303
    assert client.get("/desk/").status_code == 303
    assert client.sign_in("new@town.example").status_code == 303
    assert admin.post(f"{page}/disable").status_code == 303
    assert client.get("/desk/").status_code == 303
    assert client.sign_in("new@town.example").status_code == 401
    assert admin.post(f"{page}/enable").status_code == 303
    assert client.sign_in("new@town.example").status_code == 303
    actions = [line.action for line in desk.office.audit(subject="account/new@town.example")]
    assert {"account.added", "account.roles", "account.password", "account.disabled", "account.enabled"} <= set(actions)
    assert {line.actor for line in desk.office.audit(subject="account/new@town.example")} == {
        "account:administrator", "account:new@town.example",
    }  # fmt: skip


def test_what_is_wrong_with_a_new_account_is_all_said(desk: Desk) -> None:
    admin = desk.client("administrator")
    answer = admin.post("/desk/accounts", {"login": "no good", "name": "", "roles": ["king"], "password": "short"})
    assert answer.status_code == 422
    for said in ("login:", "name:", "password:", "“king” is no role"):
        assert said in answer.text
    assert 'value="no good"' in answer.text
    assert "short" not in re.sub(r"<li>.*?</li>|a short name", "", answer.text)
    assert admin.post("/desk/accounts", {"login": "staff", "name": "X"}).status_code == 409
    assert admin.get("/desk/accounts/nobody").status_code == 404
    assert admin.post("/desk/accounts/nobody/disable").status_code == 404


def test_an_administrator_does_not_lock_the_door_from_outside(desk: Desk) -> None:
    admin = desk.client("administrator")
    for what, form in (("disable", {}), ("roles", {"roles": ["staff"]})):
        answer = admin.post(f"/desk/accounts/administrator/{what}", form)
        assert answer.status_code == 409
        assert "lock yourself out" in answer.text
    assert admin.post("/desk/accounts/administrator/roles", {"roles": ["administrator", "staff"]}).status_code == 303
    assert admin.get("/desk/packets").status_code == 200


def test_a_keys_secret_is_shown_once(desk: Desk) -> None:
    admin = desk.client("administrator")
    answer = admin.post("/desk/keys", {"name": "tracker", "scopes": ["issue", "read"]})
    assert answer.status_code == 201
    found = re.search(r"dsk_[\w-]{20,}", answer.text)
    assert found is not None
    key = desk.office.key_for(found[0])
    assert key is not None
    assert (key.name, key.scopes, key.created_by) == ("tracker", ("issue", "read"), "account:administrator")
    assert found[0] not in admin.get("/desk/keys").text
    assert admin.post(f"/desk/keys/{key.id}/revoke").status_code == 303
    assert desk.office.key_for(found[0]) is None
    assert "revoked" in admin.get("/desk/keys").text
    assert desk.office.audit(subject=key.id, last=1)[0].actor == "account:administrator"


def test_a_key_that_cannot_be(desk: Desk) -> None:
    admin = desk.client("administrator")
    for form, said in (
        ({"name": "x", "scopes": []}, "at least one scope"),
        ({"name": "", "scopes": ["read"]}, "1 to 100 characters"),
        ({"name": "x", "scopes": ["approve"]}, "approving takes a person"),
    ):
        answer = admin.post("/desk/keys", form)
        assert answer.status_code == 422
        assert said in answer.text
    assert desk.office.keys() == ()
    answer = admin.post("/desk/keys", {"name": "reviewer's tool", "scopes": ["approve"], "account": "ada"})
    assert answer.status_code == 201
    assert desk.office.keys()[0].account is not None


def test_work_under_way_is_shown(desk: Desk, example) -> None:  # type: ignore[no-untyped-def]
    from tests.office.reviewed import TODAY
    from tests.web.desk.test_story import order

    staff = desk.client("staff")
    assert "None." in staff.get("/desk/jobs").text
    desk.office.queue_letters(order(example, TODAY), everyone=False, actor="key:tracker")
    page = staff.get("/desk/jobs").text
    assert "queued" in page
    assert "every 3s" in page
    assert "<html" not in staff.get("/desk/jobs", headers={"HX-Request": "true"}).text
    assert "Work under way" in staff.get("/desk/").text
