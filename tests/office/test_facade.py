"""The office is a few rooms, and the house's page names them."""

from __future__ import annotations

import re
from pathlib import Path

from docservice.config import Settings
from docservice.office import open_office

PAGE = Path(__file__).parents[2] / "docs" / "house.md"


def test_the_office_is_the_rooms_that_the_page_names(tmp_path: Path, fonts_folder: Path) -> None:
    (tmp_path / "fonts").symlink_to(fonts_folder)
    with open_office(Settings(home=tmp_path)) as office:
        rooms = {name for name in vars(office) if name != "means"}
    said = re.search(
        r"^`Office` is (?:\w+) rooms\.(.*?)\(`means`", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert said is not None
    assert rooms == set(re.findall(r"`(\w+)`:", said[1]))
    assert len(rooms) <= 7
