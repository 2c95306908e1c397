"""A client that is generated from the service's own description issues a notice and fetches its PDF, typed throughout.

The generator is openapi-python-client, as an integrator runs it; the client speaks to the real application.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, open_office
from tests.homes import furnish

Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]
PACKAGE = "generated_docservice"


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path) -> Iterator[Office]:
    home = furnish(tmp_path / "home", fonts_folder)
    with open_office(Settings(home=home)) as opened:
        yield opened


@pytest.fixture
def generated(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str]]:
    """The generated package, by its modules; and what the generator had to say."""
    app = create_app(office)
    document = tmp_path / "openapi.json"
    document.write_bytes(app.test_client().get("/openapi.json").data)
    config = tmp_path / "config.yml"
    config.write_text(f"post_hooks: []\npackage_name_override: {PACKAGE}\n")
    command = Path(sys.executable).with_name("openapi-python-client")
    done = subprocess.run(
        [str(command), "generate", "--path", str(document), "--config", str(config), "--meta", "none",
         "--output-path", str(tmp_path / PACKAGE), "--fail-on-warning"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    secret = office.people.keys.add("permit-tracker", ("issue",), "test")[1]
    package = importlib.import_module(PACKAGE)
    transport = httpx.WSGITransport(app=app)
    client = package.AuthenticatedClient(
        base_url="http://docservice", token=secret, httpx_args={"transport": transport}
    )
    yield client, PACKAGE
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_a_notice_is_issued_and_its_pdf_fetched(generated: tuple[Any, str], office: Office, example: Example) -> None:
    client, package = generated
    api = lambda name: importlib.import_module(f"{package}.api.{name}")  # noqa: E731
    models = importlib.import_module(f"{package}.models")
    casefile, _ = example("CE-2026-0231")
    facts = models.Casefile.from_dict(casefile)
    assert facts.parties[0].name.text == casefile["parties"][0]["name"]["text"]
    assert json.loads(json.dumps(facts.to_dict())) == casefile  # typed, and nothing of it lost

    order = models.Issue(template="notice-of-violation", casefile=facts)  # what may be left out is left out
    made = api("documents.issue_document").sync(client=client, body=order, idempotency_key="n1")
    assert isinstance(made, models.Document), made
    assert (made.status, made.template, made.case) == ("issued", "notice-of-violation", "CE-2026-0231")
    assert made.dates[0].explained
    record = office.issuing.document(made.id)
    assert (made.sheets, made.duplex) == (record.sheets, record.duplex)

    pdf = api("documents.get_document_file").sync(made.id, models.GetDocumentFileFace.PDF, client=client)
    assert pdf.payload.read() == office.issuing.face(made.id, "pdf")[0]
    page = api("documents.get_document_file").sync(made.number, models.GetDocumentFileFace.HTML, client=client)
    assert b"<html" in page.payload.read()

    again = api("documents.issue_document").sync_detailed(client=client, body=order, idempotency_key="n1")
    assert (again.parsed.id, again.headers["Idempotent-Replayed"]) == (made.id, "true")
    found = api("documents.list_documents").sync(client=client, q="ridgeline")
    assert [item.number for item in found.items] == [made.number]
    refused = api("documents.get_document").sync("NOV-2026-9999", client=client)
    assert isinstance(refused, models.Problem)
    assert refused.code == "document.unknown"
