"""Make a small home with documents in it, to be opened by releases to come: they must reproduce every one of them.

``python -m tests.office.old_home.make OUT.zip``, run in the checkout whose home it shall be. What is in OUT.zip
is what that release wrote: its database, and the parts that its documents were made from. The documents themselves and
the fonts are left out: the record has the SHA-256 of the one, a system package the other.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import tempfile
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.pipeline import producing
from docservice.rendering import fonts

AT = datetime(2026, 9, 30, 19, tzinfo=UTC)
_THEN = (1980, 1, 1, 0, 0, 0)


def _order(case: str, template: str, on: date, **more: str) -> Order:
    folder = shipped.folder("examples") / case
    photos = {path.name: path.read_bytes() for path in folder.glob("photos/*.jpg")}
    casefile = json.loads((folder / "casefile.json").read_text(encoding="utf-8"))
    about = more.get("about")
    named = {photo["file"] for one in casefile["inspections"] if one["id"] == about for photo in one["photos"]}
    return Order(
        template,
        casefile,
        recipient=more.get("recipient"),
        language=more.get("language"),
        on=on,
        about=about,
        attachments={name: data for name, data in photos.items() if name in named},
    )


def issue(office: Office) -> None:
    """One document of every kind of road: code and stub, sheet of languages, right to left, photographs, a reason."""
    orders = [
        _order("CE-2026-0231", "administrative-citation", date(2026, 5, 29), about="c1"),
        _order("CE-2026-0203", "notice-of-violation", date(2026, 9, 1), recipient="owner-chen"),
        _order("CE-2026-0203", "notice-of-hearing", date(2026, 9, 1), about="h1", language="ar"),
        _order("CE-2026-0147", "stop-work-order", date(2026, 4, 17), about="swo1", language="zh-Hant"),
        _order("CE-2026-0147", "inspection-report", date(2026, 3, 3), about="i1"),
        _order("CE-2026-0203", "proof-of-service", date(2026, 9, 2), about="s1"),
        _order("CE-2026-0203", "memorandum", date(2026, 8, 28), about="m1"),
    ]
    made = [office.issuing.issue(order, actor="ana") for order in orders]
    office.issuing.supersede(made[0].id, orders[0], reason="The name was misspelled.", actor="ana")


def handouts(office: Office) -> list[dict[str, str]]:
    """What this release prints of handouts: no record pins one, so the task's parts stand here."""
    found = []
    means = office.means
    for key, language in (("fences-and-hedges", "en"), ("received-a-notice", "ar")):
        (version,) = office.review.records(key)
        bundle, edition = means.bundle(version.sha256), means.editions[-1]
        task = producing.HandoutTask(
            bundle.sha256, edition.sha256, language, f"https://town.example/handouts/{key}", date(2026, 9, 1),
            means.fonts,
        )  # fmt: skip
        parts = {bundle.sha256: bundle.to_bytes(), edition.sha256: edition.data}
        made = producing.produce_handout(parts, task, "pdf")
        found.append({
            "bundle": task.bundle, "pack": task.pack, "language": language, "url": task.url,
            "revised_on": task.revised_on.isoformat(), "engine": made.engine, "fonts": made.fonts,
            "sha256": hashlib.sha256(made.content).hexdigest(),
        })  # fmt: skip
    return found


def font_files() -> dict[str, str]:
    """The system's font files that documents are set in, with the SHA-256 of each."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in fonts._find(fonts.DEFAULT).items()}


def pack(home: Path, extra: list[dict[str, str]], out: Path) -> None:
    """The database, and of the blobs the parts; packed the same way each time."""
    with closing(sqlite3.connect(home / "docservice.db")) as database:
        database.executescript("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE; VACUUM;")
        documents = {sha256 for (sha256,) in database.execute("SELECT sha256 FROM document")}
        parts = {
            sha256
            for query in (
                "SELECT bundle_sha256 FROM document", "SELECT town_sha256 FROM document",
                "SELECT casefile_sha256 FROM document", "SELECT sha256 FROM attachment",
            )
            for (sha256,) in database.execute(query)
        }  # fmt: skip
    parts |= {one[name] for one in extra for name in ("bundle", "pack")}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        named = {"docservice.db": (home / "docservice.db").read_bytes(), "handouts.json": json.dumps(extra).encode()}
        named["fonts.json"] = json.dumps(font_files()).encode()
        for sha256 in sorted(parts - documents):
            named[f"blobs/{sha256[:2]}/{sha256[2:]}"] = (home / "blobs" / sha256[:2] / sha256[2:]).read_bytes()
        for name, data in named.items():
            archive.writestr(zipfile.ZipInfo(name, _THEN), data, zipfile.ZIP_DEFLATED)


def main(out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with open_office(Settings(home=home), clock=lambda: AT) as office:
            issue(office)
            extra = handouts(office)
        pack(home, extra, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
