"""A case with many papers: the fold of the register, the guards of one order, what is next; CPU, on the pure core.

    .venv/bin/python bench/cases.py [PAPERS]

Each paper was served by an attempt of two legs, and one in ten came back. Without attempts the same is measured again,
served by the short form. Reading the rows from a database is not in it.
"""

from __future__ import annotations

import copy
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from docservice import casefile as casefiles
from docservice.casefile.article_numbers import check_digit
from docservice.casefile.folding import fold
from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument
from docservice.town import load_pack
from docservice.town.guards import may
from docservice.town.next_steps import next_steps
from docservice.town.pack import TownPack
from docservice.town.service_standing import judge_of

ROOT = Path(__file__).resolve().parent.parent
ON = date(2026, 12, 1)
SWORN = {"name": "D. Varga", "title": None, "address": ["1 Civic Plaza"], "over_18_and_not_a_party": True}


def record(facts: dict[str, Any], papers: int, *, short: bool) -> CaseRecord:
    """A case of so many notices of violation, each served and some come back."""
    documents, events = [], []
    told = datetime(2026, 12, 1, tzinfo=UTC)
    for n in range(papers):
        day = date(2026, 5, 25) + timedelta(days=n % 150)
        number = f"NOV-2026-{n + 1:04}"
        documents.append(IssuedDocument(
            number, "notice-of-violation", "notice-of-violation", day, position=3 * n + 1, recipient="owner",
            title="Notice of violation", sha256="0" * 64, pages=3,
            dates={"comply-by": day + timedelta(days=14), "contest-by": day + timedelta(days=10)},
        ))  # fmt: skip
        label = f"94071118992231974{n:04}"
        legs = [
            {"method": "certified_mail", "place": "Post office", "address": ["A", "B", "C"],
             "article_number": label + check_digit(label)},
            {"method": "first_class_mail", "place": "Post office", "address": ["A", "B", "C"]},
        ]  # fmt: skip
        data: dict[str, Any] = {"party": "owner", "declarant": SWORN, "legs": legs}
        if short:
            data = {"party": "owner", "method": "first_class_mail"}
        type = "served" if short else "attempted"
        events.append(CaseEvent(3 * n + 2, day, told, "clerk", type, number, data))  # type: ignore[arg-type]
        if n % 10 == 0:
            back = {"attempt": 3 * n + 2, "leg": 2, "result": "returned", "reason": "Vacant"}
            if short:
                back = {"party": "owner", "result": "returned"}
            type = "returned" if short else "service-result"
            later = day + timedelta(days=9)
            events.append(CaseEvent(3 * n + 3, later, told, "clerk", type, number, back))  # type: ignore[arg-type]
    pack = load_pack(ROOT / "town" / "madrona-hills")
    return CaseRecord(facts["case"]["number"], tuple(documents), tuple(events), True, judge_of(pack.service))


def cpu(work: Callable[[], object], rounds: int = 15) -> float:
    """Milliseconds of CPU, the median."""
    taken = []
    for _ in range(rounds):
        before = time.process_time()
        work()
        taken.append((time.process_time() - before) * 1000)
    return statistics.median(taken)


def main(papers: int) -> None:
    pack = load_pack(ROOT / "town" / "madrona-hills")
    facts = json.loads((ROOT / "examples/CE-2026-0231/casefile.json").read_text("utf-8"))
    facts["service"], facts["citations"] = [], copy.deepcopy(facts["citations"])
    print(f"{papers} papers                 fold   load  guards   next   (ms of CPU)")
    for name, short in (("attempts of two legs", False), ("the short form", True)):
        print(
            f"{name:26}" + "".join(f"{one:7.2f}" for one in measured(pack, facts, record(facts, papers, short=short)))
        )


def measured(pack: TownPack, facts: dict[str, Any], known: CaseRecord) -> tuple[float, ...]:
    folded = fold(facts, known, ON).facts
    casefile = casefiles.load(folded)
    about = casefile.citations[-1].id
    return (
        cpu(lambda: fold(facts, known, ON)),
        cpu(lambda: casefiles.load(folded)),
        cpu(lambda: may(pack, casefile, known, "administrative-citation", about, "owner", ON)),
        cpu(lambda: next_steps(pack, casefile, known, ON), 3),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
