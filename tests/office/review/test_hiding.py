"""A town's files that hide shipped ones: told, and told again when the shipped one changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from docservice.layers import Layer, SearchPath
from docservice.office.review.hiding import NOTES, hidden, note
from docservice.refusal import Refusal


@pytest.fixture
def path(tmp_path: Path) -> SearchPath:
    files = {
        "law/us/law.yaml": "key: us\nname: U\n", "law/us/clauses/help.html": "help", "law/us/clauses/call.html": "call",
        "law/us-ca/law.yaml": "key: us-ca\nname: C\nparent: us\n", "law/us-ca/clauses/help.html": "help there",
        "town/clauses/help.html": "our help", "town/clauses/own.html": "only ours",
        "town/letters/memorandum/letter.html": "ours", "law/us/letters/memorandum/letter.html": "theirs",
        "town/locales/es/LC_MESSAGES/clauses.po": "x", "law/us/locales/es/LC_MESSAGES/clauses.po": "x",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    law = (Layer("us-ca", tmp_path / "law/us-ca"), Layer("us", tmp_path / "law/us"))
    return SearchPath((Layer("heron-pass", tmp_path / "town"), *law))


def told(path: SearchPath) -> dict[str, tuple[str, str]]:
    return {one.name: (one.layer, one.state) for one in hidden(path)}


def test_what_is_hidden_and_whether_it_changed(path: SearchPath) -> None:
    assert told(path) == {
        "clauses/help.html": ("us-ca", "not noted"), "letters/memorandum/letter.html": ("us", "not noted"),
    }  # fmt: skip
    note(path, ["clauses/help.html"])
    assert told(path)["clauses/help.html"] == ("us-ca", "as noted")
    assert told(path)["letters/memorandum/letter.html"] == ("us", "not noted")
    town, state = path.layers[0].folder, path.layers[1].folder
    sha256 = hashlib.sha256(b"help there").hexdigest()
    assert (town / NOTES).read_text() == f"{sha256}  clauses/help.html\n"  # as sha256sum has it
    (state / "clauses/help.html").write_text("better help there")
    assert told(path)["clauses/help.html"] == ("us-ca", "newer")
    note(path)
    assert {state for _, state in told(path).values()} == {"as noted"}


def test_notes_and_names_that_are_none(path: SearchPath) -> None:
    with pytest.raises(Refusal) as refused:
        note(path, ["clauses/own.html"])
    assert (refused.value.kind, refused.value.problems[0].place) == ("missing", "clauses/own.html")
    (path.layers[0].folder / NOTES).write_text("no hash\n")
    with pytest.raises(Refusal) as refused:
        hidden(path)
    assert refused.value.problems[0].place == f"{NOTES}:1"
