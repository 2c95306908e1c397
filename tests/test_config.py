"""The settings of single sign-on: whole, or refused by the name of the variable."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from docservice.config import Settings, is_private_way
from docservice.office import open_office
from docservice.refusal import Refusal

WHOLE = {
    "DOCSERVICE_OIDC_ISSUER": "https://id.town.example/realms/town/",
    "DOCSERVICE_OIDC_CLIENT_ID": "desk",
    "DOCSERVICE_OIDC_CLIENT_SECRET": "very secret",
    "DOCSERVICE_PUBLIC_URL": "https://docs.town.example/",
}


def test_whole_it_is_read() -> None:
    found = Settings.from_env(
        {**WHOLE, "DOCSERVICE_OIDC_ROLES_CLAIM": "groups", "DOCSERVICE_OIDC_ONLY": "yes",
         "DOCSERVICE_OIDC_ROLES": "Compliance staff=staff; /town/legal = reviewer, approver;a=b=administrator"}
    )  # fmt: skip
    assert found.oidc_issuer == "https://id.town.example/realms/town/"
    assert found.public_url == "https://docs.town.example"
    assert found.oidc_only is True
    assert found.oidc_roles == (
        ("Compliance staff", ("staff",)), ("/town/legal", ("reviewer", "approver")), ("a=b", ("administrator",)),
    )  # fmt: skip
    assert "very secret" not in repr(found)


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"OIDC_ISSUER": ""}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "id.town.example"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "http://id.town.example"}, "OIDC_ISSUER"),
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET"),
        ({"OIDC_CLIENT_SECRET": "gehäim"}, "OIDC_CLIENT_SECRET"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://docs.town.example"}, "PUBLIC_URL"),
        ({"OIDC_SCOPES": "email profile"}, "OIDC_SCOPES"),
        ({"OIDC_ROLES": "legal=approver"}, "OIDC_ROLES_CLAIM"),
        ({"OIDC_ROLES_CLAIM": "groups"}, "OIDC_ROLES"),
        ({"OIDC_ROLES_CLAIM": "groups", "OIDC_ROLES": "legal"}, "OIDC_ROLES"),
        ({"OIDC_ROLES_CLAIM": "groups", "OIDC_ROLES": "=staff"}, "OIDC_ROLES"),
        ({"OIDC_ONLY": "perhaps"}, "OIDC_ONLY"),
    ],
)  # fmt: skip
def test_by_halves_it_is_refused(changed: dict[str, str], variable: str) -> None:
    given = WHOLE | {f"DOCSERVICE_{name}": value for name, value in changed.items()}
    with pytest.raises(Refusal) as caught:
        Settings.from_env(given)
    assert (caught.value.code, caught.value.kind) == ("settings.invalid", "setup")
    assert [problem.place for problem in caught.value.problems] == [f"DOCSERVICE_{variable}"]
    assert "gehäim" not in str(caught.value)


def test_a_role_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    given = {**WHOLE, "DOCSERVICE_OIDC_ROLES_CLAIM": "groups", "DOCSERVICE_OIDC_ROLES": "legal=king,approver"}
    with pytest.raises(Refusal, match="king: no such roles") as caught:
        open_office(Settings.from_env(given, home=tmp_path / "home"))
    assert caught.value.problems[0].place == "DOCSERVICE_OIDC_ROLES"
    assert not (tmp_path / "home").exists()


def test_without_authlib_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docservice.office.people.identity_provider", None)
    with pytest.raises(Refusal, match=r"docservice\[oidc\]") as caught:
        open_office(Settings.from_env(WHOLE, home=tmp_path / "home"))
    assert caught.value.kind == "setup"


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://id.town.example", True), ("http://localhost:8000", True), ("http://127.0.0.1", True),
        ("http://[::1]:9/x", True), ("http://localhost.evil.example", False), ("http://id.town.example", False),
        ("http://127.0.0.1@evil.example", False), ("ftp://localhost", False), ("https://", False), ("", False),
        ("https://[bad", False), ("javascript:alert(1)", False),
    ],
)  # fmt: skip
def test_what_nobody_can_listen_to(url: str, private: bool) -> None:
    assert is_private_way(url) is private
