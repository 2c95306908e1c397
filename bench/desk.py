"""The desk over a full register: what Today, the search, the list of what is due and a list of letters take.

    .venv/bin/python bench/desk.py 10000 100000

Cases are those of ``due.py``, each with a street and a name; papers are written straight into the tables: nothing is
rendered. Pages are asked for as a browser does, by somebody signed in, without the network.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import due
from sqlalchemy import insert, select

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.storage.folding import fold
from docservice.storage.models import BlobRow, CaseRow, DocumentIndexRow, DocumentRow

_STREETS = ("Ridgeline Terrace", "Molino Street", "Quarry Way", "Alder Court", "Vista Lane", "Old Mill Road")
_FIRST = ("Ana", "José", "Mei", "Linh", "Omar", "Ruth", "Adébáyọ̀", "Ivan", "Carla", "Sam")
_LAST = ("García", "Nguyen", "Chen", "Haddad", "Okafor", "Petrov", "Lee", "Smith", "Yang", "Singh")
_AT_ONCE = 5000
QUERIES = ("ridgeline garcía", "molino", "12", "nguyen quarry", "nobody-has-this", "CE-77", "NOV-2026-000500")


def papers(office: Office, count: int) -> None:
    """So many letters of the cases that there are, to people at streets, each with a code."""
    chance = random.Random(7)  # the same papers each time
    with office.means.store.database.reading() as session:
        sha256 = session.scalars(select(BlobRow.sha256).limit(1)).one()
        cases = list(session.execute(select(CaseRow.key, CaseRow.number)))
    for start in range(0, count, _AT_ONCE):
        rows, found = list[dict[str, Any]](), list[dict[str, Any]]()
        for n in range(start, min(start + _AT_ONCE, count)):
            key, case = cases[n % len(cases)]
            who = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
            street = f"{chance.randint(1, 999)} {chance.choice(_STREETS)}"
            code = "".join(chance.choices("ABCDEFGHJKMNPQRSTUVWXYZ23456789", k=12))
            number, place = f"NOV-2026-{n + 1:06}", 10**9 + n
            rows.append({
                "id": f"bench-{n}", "position": place, "number": number, "series": "NOV", "year": 2026,
                "sequence": 10**6 + n, "case_number": case, "case_key": key, "template": "notice-of-violation",
                "version": 1, "language": "en", "recipient": "owner", "recipient_name": who, "about": None,
                "title": "Notice of violation", "status": "issued", "pages": 6,
                "issued_on": date(2025, 1, 1) + timedelta(days=n % 500), "sha256": sha256, "casefile_sha256": sha256,
                "bundle_sha256": sha256, "town_sha256": sha256, "town_version": "bench", "engine": "bench",
                "fonts": "0" * 64, "verify_url": f"https://town.example/verify/{code}", "verify_code": code,
                "findings": [], "notice": {}, "created_at": due.NOW, "created_by": "key:bench", "dates": [],
                "notice_number": number, "copy": 1, "printing": 1,
            })  # fmt: skip
            words = "\n".join(map(fold, (number, case, who, code, street, "Madrona Hills, CA 95999", street)))
            found.append({"position": place, "name": fold(who), "words": words, "whole": True})
        with office.means.store.database.writing() as session:
            session.execute(insert(DocumentRow.__table__), rows)  # type: ignore[arg-type]
            session.execute(insert(DocumentIndexRow.__table__), found)  # type: ignore[arg-type]


def named(office: Office) -> None:
    """Give each case a street and a name to be found by."""
    chance = random.Random(8)
    with office.means.store.database.writing() as session:
        for row in session.scalars(select(CaseRow)):
            street = f"{chance.randint(1, 999)} {chance.choice(_STREETS)}"
            row.title = street
            row.words = "\n".join(map(fold, (row.number, street, f"{chance.choice(_FIRST)} {chance.choice(_LAST)}")))


def main(cases: int, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder, open_office(
        Settings(home=Path(folder) / "home"), clock=lambda: due.NOW
    ) as office:  # fmt: skip
        due.fill(office, cases)
        named(office)
        papers(office, count)
        print(f"{cases} cases, {count} papers", flush=True)
        code = office.issuing.documents(per_page=1).items[0].verify_code
        for query in (*QUERIES, code):
            print(f"search: {re.sub(code, 'CODE', query):<32}", due.timed(partial(office.searching.find, query), 9))
        office.cases.due.rebuild()
        office.people.accounts.add("rosa", "Rosa Park", ["staff"], password="correct horse battery", actor="bench")
        account = office.people.accounts.find("rosa")
        client = create_app(office).test_client()
        client.set_cookie("__Host-desk", office.people.sessions.begin(account), secure=True)
        pages = ["/desk/", "/desk/due", "/desk/documents", "/desk/search?q=ridgeline garcía"]
        for path in pages:
            ask = partial(client.get, path, base_url="https://localhost")
            answer = ask()
            assert answer.status_code in (200, 303), (path, answer.status_code)
            print(f"{path:<40}", due.timed(ask, 9), f" {len(answer.data) / 1024:6.1f} KB")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:3]]
    main(*(given or [10_000, 100_000]))
