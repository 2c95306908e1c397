"""One folder, one letter: nothing in the code names a template, a document type, or a date, rule or statement of one.

What is special about a letter stands in its folder or in the town's pack (CONTRIBUTING.md). A name of them in the code
is a letter that another town, or the next folder, does not get.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from docservice.casefile.facts import PartyRole
from docservice.town.blocks import BLOCKS
from docservice.town.loading import load_pack
from docservice.town.meanings import Meaning, PacketPart, RoleMeaning
from docservice.town.pack import Condition, SubjectKind
from tests.places import ROOT
from tests.shipped_wording import HANDOUTS, LETTERHEAD, LETTERS, TOWN

PACKAGE = ROOT / "docservice"
# The machine's own vocabulary: a key that is spelled like a word of it is meant when the word stands there.
VOCABULARY = {*BLOCKS, *(w for kind in (Meaning, PacketPart, RoleMeaning, PartyRole, Condition, SubjectKind)
                         for w in get_args(kind))}  # fmt: skip
ALLOWED = {
    # What the names of packs and templates meant before they could say so; read of those alone.
    "town/meanings.py": {
        "access-request", "administrative-citation", "construction-time-limit", "contest-citation", "contest-notice",
        "court-review-fine", "court-review-other", "courtesy-letter", "hearing-notice", "inspection-report",
        "memorandum", "notice-of-hearing", "notice-of-violation", "notice-to-abate", "pay-costs", "pay-fine",
        "stop-work-order",
    },
    "wording/meta.py": {"access-request-by", "decision-by", "staff-report-by"},
    # A mark of the semantic HTML (docs/house.md): the part of a violation that says by when.
    "checks/violations.py": {"comply-by"},
    # The English noun, in a sentence about what a casefile lacks.
    "town/subjects.py": {"memorandum"},
    # Procedure is for the trade's types, those too whose letters nobody wrote yet: another name is a mistake
    # (docs/cases.md). Its words for two dates of a paper stand in what earlier papers and imports say as well.
    "town/procedure.py": {
        "administrative-citation", "citation-warning", "closure-letter", "complaint-acknowledgement",
        "construction-time-limit", "cost-invoice", "courtesy-letter", "extension-decision",
        "hardship-decision", "hearing-decision", "hearing-minutes", "inspection-report", "lien-notice",
        "memorandum", "notice-of-hearing", "notice-of-violation", "notice-to-abate", "proof-of-service",
        "proof-of-service-list", "declaration-of-posting", "declaration-of-attempts",
        "reinspection-notice", "stop-work-order", "substandard-notice-and-order", "tenant-notice",
        "appeal-receipt", "hearing-continuance", "lien-release", "payment-reminder", "stop-work-release", "withdrawal",
        "placard-stop-work", "placard-unsafe",
    },
    "town/held_papers.py": {"comply-by", "contest-by"},
    "town/appeals.py": {"contest-by"},
    # Examples in the descriptions of the API and of the casefile.
    "casefile/schema_history.py": {"notice-of-violation"},
    "api/editions.py": {"contest-by"},
    "api/schemas.py": {"contest-by", "notice-of-violation"},
    # What the public site says of each of the trade's kinds of paper, in words of its own, and which handouts it leads
    # to; a kind that it has no words for says what its dates say. It should lie in the pack (docs/web.md, weak).
    "web/site/kinds.py": {
        "access-request-by", "administrative-citation", "appeal-receipt", "appeals-and-hardship-waivers",
        "citation-warning", "closure-letter", "complaint-acknowledgement", "comply-by", "construction-time-limit",
        "construction-time-limits", "contest-by", "cost-invoice", "courtesy-letter", "extension-decision",
        "hardship-decision", "hearing-continuance", "hearing-decision", "how-to-make-a-complaint", "lien-notice",
        "lien-release", "not-before", "notice-of-hearing", "notice-of-violation", "notice-to-abate", "pay-by",
        "payment-reminder", "placard-stop-work", "placard-unsafe", "received-a-notice", "reinspection-notice",
        "review-by", "review-other-by", "stop-work-order", "stop-work-release", "substandard-notice-and-order",
        "tenant-notice", "tenants-rights", "unpermitted-work", "withdrawal",
    },
    "web/pages/kind-parts.html": {"administrative-citation"},
    "web/public.py": {"how-to-make-a-complaint"},
    # Where a proof of what was done is written.
    "web/pages/desk/letters/document.html": {"proof-of-service"},
}  # fmt: skip


@cache
def keys() -> frozenset[str]:
    pack = load_pack(TOWN)
    dates = (name for kind in pack.document_types.values() for name in kind.deadlines)
    every = {*LETTERS, *HANDOUTS, *pack.document_types, *dates, *pack.deadlines, *pack.statements}
    return frozenset(every - VOCABULARY)


@cache
def hyphenated() -> re.Pattern[str]:
    """A key of several words is one wherever it stands; of one word it may be English, and counts alone."""
    several = sorted((re.escape(key) for key in keys() if "-" in key), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(several)})(?![\w-])")


def named(text: str) -> Iterator[str]:
    yield from ({text.strip()} & keys()) or hyphenated().findall(text)


def texts(source: str) -> Iterator[str]:
    """The texts of a module that the machine reads: not its docstrings."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = {id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def found_in(path: Path) -> set[str]:
    source = path.read_text("utf-8")
    return {key for text in (texts(source) if path.suffix == ".py" else [source]) for key in named(text)}


def files() -> list[Path]:
    read = {".py", ".html", ".js", ".css", ".typ", ".j2", ".json", ".yaml", ".txt", ".xml"}
    among = (path for folder in (PACKAGE, LETTERHEAD) for path in folder.rglob("*") if "_shipped" not in path.parts)
    return sorted(path for path in among if path.suffix in read)


def test_no_code_names_a_letter_or_what_is_one_letters() -> None:
    found = {}
    for path in files():
        place = path.relative_to(PACKAGE if path.is_relative_to(PACKAGE) else ROOT).as_posix()
        if names := found_in(path):
            found[place] = names
    assert found == ALLOWED


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('KIND = "closure-letter"', {"closure-letter"}),
        ('if kind == "memorandum": ...', {"memorandum"}),
        ('message = "A memorandum is for officials."', set()),
        ('x = f"templates/{a}/notice-of-violation/x"', {"notice-of-violation"}),
        ('x = {"pay-by": 1, "unpay-by": 2, "pay-by-noon": 3}', {"pay-by"}),
        ('x = statements["hardship-waiver"]', {"hardship-waiver"}),
        ('x = handouts["fences-and-hedges"]', {"fences-and-hedges"}),
        ('def f():\n    """Like a notice-of-violation."""\n    return 1', set()),
        ("x = 1  # a notice-of-violation", set()),
        ('x = "cure"', set()),  # a meaning
        ('x = "judicial-review"', set()),  # a block
    ],
)
def test_the_guard_sees_what_it_shall_see(source: str, said: set[str], tmp_path: Path) -> None:
    (tmp_path / "spoiled.py").write_text(source)
    assert found_in(tmp_path / "spoiled.py") == said
