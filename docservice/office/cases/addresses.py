"""Numbers by which cases and permits are reached: they are parts of addresses, also with a slash in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.cases.parts import LISTS
from docservice.refusal import Refusal, things_are

ADDRESS_WORDS = frozenset({"due", "events", "evidence", "export", "ledger", "next", *LISTS})
"""What stands after the number in addresses below a case (``tests/api/test_case_numbers.py`` holds them all)."""


def refuse_unreachable(facts: Mapping[str, Any]) -> None:
    """Raise ``Refusal("case.number")`` for a number in a casefile that was read which no address can hold.

    Browsers, proxies and clients take “.”, “..” and empty parts out of a path, encoded or not.
    """
    problems = [Finding.error("case.number", message, "/case/number") for message in _wrong(facts["case"]["number"])]
    for index, permit in enumerate(facts.get("permits") or ()):
        problems += [
            Finding.error("case.number", message, f"/permits/{index}/number") for message in _wrong(permit["number"])
        ]
    if problems:
        message = f"{things_are(problems)} wrong with numbers: they are parts of addresses."
        raise Refusal("case.number", message, problems)


def _wrong(number: str) -> Iterator[str]:
    parts = case_key(number).split("/")
    if "." in parts or ".." in parts or "" in parts:
        yield "Between slashes there is something, and neither “.” nor “..”."
    for word in parts[1:]:
        if word in ADDRESS_WORDS:
            yield f"“/{word}” means something else in an address; write the number otherwise."
