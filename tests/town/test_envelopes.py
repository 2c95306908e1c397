"""How many sheets of paper a document has, and which envelope takes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docservice.town.coherence import incoherences
from docservice.town.envelopes import larger_envelope, sheets_of
from docservice.town.pack import TownPack


@pytest.mark.parametrize(("pages", "sheets"), [(1, 1), (2, 1), (3, 2), (12, 6), (13, 7)])
def test_both_sides_are_printed(pages: int, sheets: int) -> None:
    assert sheets_of(pages) == sheets


def test_what_does_not_fold_goes_flat(pack: TownPack) -> None:
    folded, flat = pack.envelopes["window-10"], pack.envelopes["flat-9x12"]
    assert [larger_envelope(folded, sheets) for sheets in (2, 6, 7, 20)] == [None, None, "flat-9x12", "flat-9x12"]
    assert larger_envelope(flat, 40) is None
    assert larger_envelope(pack.envelopes["plain"], 40) is None


@pytest.mark.parametrize(
    "change",
    [
        {"max_sheets": None},
        {"over": None},
        {"over": "plain"},
        {"over": "window-10"},
        {"over": "none"},
        {"max_sheets": 0},
    ],
)
def test_a_rule_that_leads_nowhere_is_refused(pack: TownPack, change: dict[str, object]) -> None:
    wrong = replace(pack.envelopes["window-10"], **change)  # type: ignore[arg-type]
    assert list(incoherences(replace(pack, envelopes={**pack.envelopes, "window-10": wrong})))
    assert not [one for one in incoherences(pack) if "envelopes" in str(one)]
