"""The example cases, put on record to try the desk with: invented people, invented places, each with its facts."""

from __future__ import annotations

import json

from docservice import shipped
from docservice.office.cases.room import Cases


def load(cases: Cases, *, actor: str) -> tuple[str, ...]:
    """Put each example case on record that is not there yet; their numbers. Raises what ``Cases.put`` raises."""
    numbers = []
    for path in sorted(shipped.folder("examples").glob("*/casefile.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        number = facts["case"]["number"]
        if cases.put_by(number) is None:
            cases.put(number, facts, actor=actor, saw="new")
            numbers.append(number)
    return tuple(numbers)
