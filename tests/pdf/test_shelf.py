"""What lies on the shelf may be old, cut off or gone: it is made again, and never believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice.packets import plan as plans
from docservice.packets.assemble import Means, Packet, assemble
from docservice.pdf.shelf import FolderShelf, key_of
from tests.packets.making import ON, font_set, foreign, issued, letter, pack


def _packet(folder: Path) -> Packet:
    plan = plans.load({"title": "Packet", "case": "CE-1", "parts": [
        {"document": "NOV-1"}, {"file": "log.pdf", "title": "Log", "alt": ["A log"]}]})  # fmt: skip
    means = Means(pack(), font_set(), ON, folder / "made", shelf=FolderShelf(folder / "shelf"))
    documents = {"NOV-1": issued("NOV-1", letter("Notice", 2), "Notice")}
    return assemble(plan, means, documents=documents, files={"log.pdf": foreign()})


def _lying(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "shelf").rglob("*") if path.is_file())


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: b"", lambda data: b"DSP1" + data[4:]])
def test_what_is_spoiled_is_made_again(tmp_path: Path, spoil: object) -> None:
    first = _packet(tmp_path)
    before = first.pdf
    lying = _lying(tmp_path)
    assert len(lying) >= 3
    whole = {path: path.read_bytes() for path in lying}
    for path in lying:
        if whole[path].startswith(b"DSP"):
            path.write_bytes(spoil(whole[path]))  # type: ignore[operator]
    assert _packet(tmp_path).pdf == before
    assert {path: path.read_bytes() for path in lying} == whole


def test_what_is_known_is_not_worked_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _packet(tmp_path).pdf
    from docservice.pdf.foreign import intake

    def never(*_: object) -> None:
        raise AssertionError("examined again")

    monkeypatch.setattr(intake, "examine", never)
    assert _packet(tmp_path).pdf == before


def test_a_key_names_all_that_went_in() -> None:
    assert key_of("exhibit", "a", ["b"]) != key_of("exhibit", "a", ["b", "c"])
    assert key_of("exhibit", "a") != key_of("document", "a")
