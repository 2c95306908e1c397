"""The town's rules over HTTP and from a terminal."""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from docservice import shipped
from docservice.app import create_app
from docservice.cli import main
from docservice.config import Settings
from docservice.office import Office, open_office
from tests.homes import furnish
from tests.other_town import edit

CONTEST = "    means: contest\n    trigger: service\n    count: "
NEXT = (
    ("town.yaml", 'version: "2026.4"', 'version: "2099.1"'),
    ("rules.yaml", "    count: 14\n", "    count: 20\n"),
    ("rules.yaml", f"{CONTEST}30\n", f"{CONTEST}21\n"),
)
PASSWORD = "correct horse battery"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(shipped.folder("town") / "madrona-hills", tmp_path / "next"))
    edit(folder, NEXT)
    return folder


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path) -> Iterator[Office]:
    with open_office(Settings(home=furnish(tmp_path / "home", fonts_folder))) as opened:
        for login in ("ana", "ben"):
            opened.people.accounts.add(login, login.title(), ("approver",), password=PASSWORD, actor="test")
        yield opened


class Caller:
    def __init__(self, client: FlaskClient, secret: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {secret}"}

    def __call__(self, method: str, path: str, status: int, **more: Any) -> Any:
        answer = self.client.open(f"/api/v1/town/editions{path}", method=method, headers=self.headers, **more)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()


def test_over_http(office: Office, pack: Path) -> None:
    client = create_app(office).test_client()
    ana, ben = (
        Caller(client, office.people.keys.add(login, ("review", "approve"), "test", account=login)[1])
        for login in ("ana", "ben")
    )
    files = {path.name: base64.b64encode(path.read_bytes()).decode() for path in pack.iterdir()}
    made = ana("POST", "", 201, json={"note": "Resolution 44", "files": files})
    assert (made["number"], made["standing"], made["proposed_by"]) == (2, "proposed", "account:ana")
    parts = [(io.BytesIO(path.read_bytes()), path.name) for path in pack.iterdir()]
    form = {"proposal": json.dumps({"note": "Again"}), "files": parts}
    assert ana("POST", "", 201, data=form)["number"] == 2
    assert [one["standing"] for one in ana("GET", "", 200)["items"]] == ["in_force", "proposed"]
    read = ben("GET", "/2", 200)
    assert any("20 days after service" in one["text"] for one in read["sentences"])
    compared = ben("GET", "/2/changes", 200)
    assert [one["name"] for one in compared["changes"]] == ["", "cure", "contest-citation", "pay-reminded"]
    assert any(one["differs"] and one["what"] == "contest-by" for one in compared["outcomes"])
    assert ben("GET", "/2/changes?against=2", 200)["changes"] == []
    order = {"effective_on": "2099-01-01", "on_behalf_of": "ana"}
    assert ana("POST", "/2/approve", 403, json=order)["code"] == "edition.own"
    assert ben("POST", "/2/approve", 403, json=order)["code"] == "approval.person"
    order["on_behalf_of"] = "ben"
    assert (
        ben("POST", "/2/approve", 422, json={**order, "effective_on": "2020-01-01"})["code"] == "edition.effective_past"
    )
    done = ben("POST", "/2/approve", 200, json=order)
    assert (done["standing"], done["decided_by"], done["effective_on"]) == ("scheduled", "account:ben", "2099-01-01")
    weak = Caller(client, office.people.keys.add("weak", ("review",), "test", account="ben")[1])
    assert weak("POST", "/2/send-back", 403, json={"reason": "late"})["code"] == "access.scope_missing"
    assert ben("POST", "/2/send-back", 200, json={"reason": "wrong"})["standing"] == "sent_back"
    assert ben("POST", "/2/send-back", 409, json={"reason": "late"})["code"] == "edition.transition"
    assert ben("GET", "/9", 404)["code"] == "edition.unknown"
    spoiled = {**files, "rules.yaml": base64.b64encode(b"deadlines: [").decode()}
    assert ana("POST", "", 422, json={"note": "n", "files": spoiled})["code"] == "town.invalid"
    spoiled["rules.yaml"] = base64.b64encode(b"deadlines: \0").decode()
    assert ana("POST", "", 422, json={"note": "n", "files": spoiled})["code"] == "town.invalid"


def test_who_proposed_at_one_door_approves_at_no_other(office: Office, pack: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["--home", str(tmp_path / "home"), "town", *arguments], input=f"{PASSWORD}\n")
        return done.output

    client = create_app(office).test_client()
    add = office.people.keys.add
    ana = Caller(client, add("ana", ("review", "approve"), "test", account="ana")[1])
    system = Caller(client, add("tracker", ("review", "admin"), "test")[1])
    files = {path.name: base64.b64encode(path.read_bytes()).decode() for path in pack.iterdir()}
    assert system("POST", "", 403, json={"note": "n", "files": files})["code"] == "edition.person"
    order = {"effective_on": "2099-01-01", "on_behalf_of": "ana"}
    assert "number 2: proposed" in run("propose", str(pack), "--note", "n", "--as", "ana")
    assert ana("POST", "/2/approve", 403, json=order)["code"] == "edition.own"
    assert ana("POST", "/2/send-back", 200, json={"reason": "mine"})["standing"] == "sent_back"
    assert ana("POST", "", 201, json={"note": "n", "files": files})["number"] == 3
    assert "Somebody else" in run("approve", "3", "--effective-on", "2099-01-01", "--as", "ana")
    (line,) = (one for one in office.audit(subject="town/2") if one.action == "town.proposed")
    assert str(line.detail["via"]).startswith("cli")


def test_from_a_terminal(office: Office, pack: Path, tmp_path: Path) -> None:
    def run(*arguments: str, code: int = 0, given: str = "") -> str:
        done = CliRunner().invoke(main, ["--home", str(tmp_path / "home"), "town", *arguments], input=given)
        assert done.exit_code == code, done.output
        return done.output

    proposal = ("propose", str(pack), "--note", "Resolution 44")
    assert "--as" in run(*proposal, code=2)
    run(*proposal, "--as", "ana", given="wrong\n", code=3)
    assert "number 2: proposed" in run(*proposal, "--as", "Ana", given=f"{PASSWORD}\n")
    assert "set up by the operator" in run("editions")
    told = run("review", "2")
    assert "Correct the violation: 20 days after service" in told
    assert "[-14-] {+20+} days" in told
    assert "contest-by" in run("diff", "1", str(pack))
    run("diff", "1", "nowhere", code=4)
    approve = ("approve", "2", "--effective-on", "2099-01-01", "--as", "ben")
    assert "Somebody else" in run(*approve[:-1], "ana", given=f"{PASSWORD}\n", code=3)
    assert "in force from 2099-01-01" in run(*approve, given=f"{PASSWORD}\n")
    run("send-back", "2", "--reason", "late", code=3)
    assert "scheduled" in run("editions")
    run("diff", "1", "²", code=4)
    run("send-back", "2", "--reason", "wrong", "--as", "ben", given=f"{PASSWORD}\n")
    assert "sent back" in run("editions")
