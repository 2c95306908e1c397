"""The statutory checklist, what a version would break, and how hard it is to read."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from docservice import shipped
from docservice.town import TownPack, load_pack
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.breaking import breaks, needed_fields
from docservice.wording.catalog.checklist import checklist
from docservice.wording.catalog.grade import grade
from tests.shipped_wording import FOLDERS, bundle_of


@cache
def pack() -> TownPack:
    return load_pack(shipped.folder("town") / "madrona-hills")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_shipped_wording_has_what_the_law_asks_for(folder: Path) -> None:
    bundle = bundle_of(folder.name)
    found = checklist(bundle, pack())
    assert found.missing == ()
    assert {item.name for item in found.items if item.kind == "block"} >= set(bundle.meta.required_blocks)
    assert all(item.path and item.place and item.place.partition(":")[0] in bundle.files for item in found.items)


def test_a_checklist_says_where_and_by_what_law() -> None:
    found = {item.name: item for item in checklist(
        bundle_of("notice-of-violation"), pack()
    ).items}  # fmt: skip
    rights = found["appeal-rights"]  # who lives there and owns nothing is not told to appeal
    assert (rights.status, rights.path, rights.place) == (
        "conditional", "appeal-rights", "clauses/appeal-rights.html:1",
    )  # fmt: skip
    assert rights.required_by == ("document_type", "template")
    assert "53069.4" in rights.citation
    to_all = {item.name: item for item in checklist(bundle_of("substandard-notice-and-order"), pack()).items}
    rights = to_all["appeal-rights"]
    assert (rights.status, rights.path, rights.place) == ("there", "appeal-rights", "clauses/appeal-rights.html:1")
    retaliation = found["retaliation"]
    assert (retaliation.kind, retaliation.status, retaliation.citation) == (
        "statement", "conditional", "Civ. Code § 1942.5",
    )  # fmt: skip


def test_what_is_missing_is_named(shop: Path, frozen: Callable[[], Bundle]) -> None:
    found = checklist(frozen(), pack())  # it says that it is a courtesy letter
    assert found.document_type == "courtesy-letter"
    names = {item.name for item in found.missing}
    assert names >= {"recipient", "violations", "informal", "courtesy-translation"}
    assert "salutation" not in names


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("</article>", "<p>{{ permit.number }}</p></article>", [("field", "permit.number")]),
        ("</article>", "{% if permit %}<p>{{ permit.number }}</p>{% endif %}</article>", []),
        (
            "</article>",
            "{% if hearing %}<p>{{ permit.number }}</p>{% else %}<b>{{ permit.number }}</b>{% endif %}</article>",
            [("field", "permit.number")],
        ),
        ("</article>", "{% if hearing %}<p>No</p>{% else %}<b>{{ permit.number }}</b>{% endif %}</article>", []),
        ("</article>", "<p>{{ permit.number|default('') }}</p></article>", []),
        ("</article>", "{% set p = permit %}<p>{{ p.number }}</p></article>", [("field", "permit.number")]),
        (
            "</article>",
            "{% for v in violations %}<p>{{ v.facts }}</p>{% endfor %}</article>",
            [("field", "violations.facts")],
        ),
        ("</article>", "<p>{{ recipient.name }} {{ town.name }} {{ deadlines.x }}</p></article>", []),
        ("A letter", "A new letter", [("language", "es")]),
    ],
)
def test_what_breaks_those_who_order(
    shop: Path, frozen: Callable[[], Bundle], old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    before = frozen()
    path = shop / "letters" / "demo" / "letter.html"
    path.write_text(path.read_text().replace(old, new, 1))
    after = frozen()
    assert [(one.kind, one.name) for one in breaks(before, after)] == expected
    assert breaks(after, after) == ()


def test_a_newly_required_block_is_a_break(shop: Path, frozen: Callable[[], Bundle]) -> None:
    before = frozen()
    path = shop / "letters" / "demo" / "template.yaml"
    path.write_text(path.read_text().replace("[salutation]", "[salutation, fine]"))
    (found,) = breaks(before, frozen())
    assert (found.kind, found.name) == ("block", "fine")


def test_needed_fields_are_those_of_every_order() -> None:
    fields = needed_fields(bundle_of("notice-of-violation"))
    assert {"violations.facts", "case.number", "property.apn"} <= fields
    assert not any(name.startswith(("document", "town", "deadlines")) for name in fields)
    assert "violations.danger_reason" not in fields


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat. It was fat.", -3, 2),
        ("You may ask for a hearing. Your request must reach the Town Clerk by the date above.", 1, 6),
        ("Notwithstanding contrary determinations, jurisdictional considerations necessitate adjudication.", 18, 40),
        ("%(name)s", -16, 1),
        ("", 0, 0),
    ],
)
def test_grades(text: str, low: float, high: float) -> None:
    assert low <= grade(text) <= high
