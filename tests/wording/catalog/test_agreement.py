"""A letter and the town's rules of its document type, held against each other, spoiled in one way at a time."""

from __future__ import annotations

from functools import cache

import pytest

from docservice.town.loading import load_pack
from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.agreement import agreement
from tests.shipped_wording import HANDOUTS, LETTERS, TOWN, bundle_of

NOTICE, COURTESY, LIMIT = "notice-of-violation", "courtesy-letter", "construction-time-limit"
HEAD, WORDING = "template.yaml", "letter.html"
END = "</article>"


@cache
def pack() -> TownPack:
    return load_pack(TOWN)


def spoiled(key: str, file: str, old: str, new: str) -> Bundle:
    text = bundle_of(key).files[file].decode()
    assert old in text
    return Bundle.of({**bundle_of(key).files, file: text.replace(old, new, 1).encode()})


@pytest.mark.parametrize(
    ("key", "old", "new", "field", "said"),
    [
        (NOTICE, "document_type: ", "document_type: ransom-", "document_type", "no document type “ransom-notice-of"),
        (NOTICE, "solution, ", "", "required_blocks", "the block “solution” of the type"),
        (NOTICE, "signers: [coordinator]", "signers: [mayor]", "signers", "“mayor” is no signer"),
        (NOTICE, "signers: [coordinator]", "signers: []", "signers", "nobody signs it"),
        (NOTICE, "occupant", "interested", "recipients", "“occupant”, who must be served"),
        (NOTICE, "occupant", "occupant, uncle", "recipients", "no role “uncle”"),
        (COURTESY, "recipients: [", "recipients: [] # ", "recipients", "it has no recipients"),
        (NOTICE, "retaliation, ", "", "statements", "the statement “retaliation” of the type"),
        (NOTICE, "retaliation, ", "retaliation, horoscope, ", "statements", "no statement “horoscope”"),
        (NOTICE, "taglines: true", "taglines: false", "taglines", "this one has none"),
        (NOTICE, "taglines: true", "", "key", "this one has none"),
        (NOTICE, "envelope: window-10", "envelope: pigeon", "envelope", "no envelope “pigeon”; it has: flat-9x12"),
        (NOTICE, "dates: []", "dates: [doomsday]", "dates", "prints a date called “doomsday”"),
        (NOTICE, "dates: []", "not_in: [es, en]", "not_in", "English controls"),
        (NOTICE, "dates: []", "not_in: [es, cy]", "not_in", "the town has no language “cy”"),
    ],
)
def test_what_a_head_says_otherwise_is_found_in_its_line(key: str, old: str, new: str, field: str, said: str) -> None:
    made = spoiled(key, HEAD, old, new)
    (found,) = agreement(made, pack())
    # Another town may have the language that is excepted.
    assert (found.code, found.severity) == ("template.town", "warning" if "cy" in said else "error")
    assert said in found.message
    file, _, line = found.place.rpartition(":")
    assert file == HEAD
    assert made.files[HEAD].decode().splitlines()[int(line) - 1].startswith(f"{field}:")


@pytest.mark.parametrize(
    ("asked", "severity", "said"),
    [
        ("deadlines.pay_by", "error", "no date “pay-by”"),
        ("deadlines.time_limit", "error", "no date “time-limit”"),
        ("periods.patience", "warning", "the town's periods have no “patience”"),
        ("phrases.king", "warning", "the town's phrases have no “king”"),
    ],
)
def test_what_a_wording_asks_for_is_there_also_where_no_sample_comes(asked: str, severity: str, said: str) -> None:
    made = spoiled(NOTICE, WORDING, END, f"{{% if false %}}{{{{ {asked} }}}}{{% endif %}}{END}")
    (found,) = agreement(made, pack())
    assert (found.code, found.severity) == ("template.town", severity)
    assert said in found.message
    file, _, line = found.place.rpartition(":")
    assert file == WORDING
    assert asked in made.files[WORDING].decode().splitlines()[int(line) - 1]


@pytest.mark.parametrize("name", ["pay_by", "contest_by", "comply_by"])
def test_a_date_that_the_type_has_or_the_head_names_may_be_asked_for(name: str) -> None:
    named = spoiled(NOTICE, HEAD, "dates: []", "dates: [pay-by]")
    text = named.files[WORDING].decode().replace(END, f"{{{{ deadlines.{name} }}}}{END}")
    assert agreement(Bundle.of({**named.files, WORDING: text.encode()}), pack()) == ()


def test_a_letter_about_a_permit_may_ask_when_its_time_is_up() -> None:
    assert agreement(spoiled(LIMIT, WORDING, END, f"{{{{ deadlines.time_limit }}}}{END}"), pack()) == ()


@pytest.mark.parametrize("key", [*LETTERS, *HANDOUTS])
def test_what_is_shipped_agrees(key: str) -> None:
    assert agreement(bundle_of(key), pack()) == ()
