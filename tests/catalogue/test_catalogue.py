"""A sample of what ``script/catalogue`` asks of every document in every language.

Each template once, each in another language than the one before: so each language and each template is there in every
run, and what is true of all is asked of some.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docservice.config import Settings
from docservice.office import Office, open_office
from tests.catalogue.made import Made, all_of, looked_into, make
from tests.homes import furnish
from tests.shipped_wording import HANDOUTS, LETTERS, folder_of
from tests.verapdf import validate

KEYS = (*LETTERS, *HANDOUTS)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fonts_folder) -> Iterator[Office]:  # type: ignore[no-untyped-def]
    with open_office(Settings(home=furnish(tmp_path_factory.mktemp("catalogue") / "home", fonts_folder))) as opened:
        yield opened


@pytest.mark.parametrize("at", range(len(KEYS)), ids=KEYS)
def test_a_document_is_valid_tagged_and_readable(office: Office, at: int) -> None:
    wanted = list(all_of(office, folder_of(KEYS[at])))
    made = make(office, wanted[at % len(wanted)])
    assert validate([made.pdf]) == []
    assert looked_into(made) == []


def test_what_is_spoiled_is_seen(office: Office) -> None:
    """Words that are not in the PDF, and content that no tag reaches."""
    good = make(office, next(all_of(office, folder_of("courtesy-letter"))))
    unsaid = good.html.replace("</h1>", " verbatim</h1>", 1)
    found = looked_into(Made(good.key, good.sample, good.language, good.pdf, unsaid))
    assert [fault.partition(" does not find ")[2] for fault in found] == [found[0].partition(" does not find ")[2]] * 3
    assert "verbatim" in found[0]
