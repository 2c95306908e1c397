"""Make a folder of letters, handouts and a hearing packet out of the example cases.

    script/demo [OUT]

Issues, for real and on record, every letter of ``examples/<case>/letters.json`` to every recipient it goes to, in the
language they read; builds all handouts in all languages and faces; binds the hearing packet of CE-2026-0231; renders
every issued document a second time and compares the bytes. ``OUT/index.html`` shows it all. Exits with 1 if anything
fell short, having said what.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
import pypdfium2

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.packets import plan as plans
from docservice.pipeline.faces import FACES
from docservice.refusal import Refusal

PACKET_CASE = "CE-2026-0231"
ACTOR = "demo"


@dataclass
class Row:
    """One line of the table."""

    group: str
    title: str
    recipient: str
    language: str
    pages: int
    milliseconds: float
    checks: str
    files: dict[str, str]
    picture: str
    number: str = ""


@dataclass
class Demo:
    out: Path
    office: Office
    rows: list[Row] = field(default_factory=list)
    shortfalls: list[str] = field(default_factory=list)
    reproduced: int = 0
    walk: list[tuple[str, str]] = field(default_factory=list)  # pages of the packet to show: title, picture

    def keep(self, folder: str, name: str, content: bytes) -> str:
        path = self.out / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path.relative_to(self.out).as_posix()

    def picture(self, name: str, pdf: bytes, page: int = 1) -> tuple[str, int]:
        """A small picture of one page, and how many pages there are."""
        document = pypdfium2.PdfDocument(pdf)
        try:
            path = self.out / "pictures" / f"{name}.{page}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            document[page - 1].render(scale=0.62).to_pil().convert("RGB").save(path, quality=82)
            return path.relative_to(self.out).as_posix(), len(document)
        finally:
            document.close()

    def attempt(self, what: str, make: Callable[[], None]) -> None:
        try:
            make()
        except Refusal as refusal:
            self.shortfalls.append(f"{what}: {refusal}")
            print(f"  ✗ {what}\n    {refusal}", file=sys.stderr)

    # What the demo makes -----------------------------------------------------------------------------------

    def letter(self, order: Order, case: str) -> None:
        started = time.perf_counter()
        issued = self.office.issuing.issue(order, actor=ACTOR)
        milliseconds = (time.perf_counter() - started) * 1000
        if issued.original:
            # The English text that controls was issued with it.
            self.letter_files(self.office.issuing.document(issued.original), case, 0.0)
        self.letter_files(issued, case, milliseconds)

    def letter_files(self, record: Any, case: str, milliseconds: float) -> None:
        files: dict[str, str] = {}
        for face in FACES["letter"]:
            content, _ = self.office.issuing.face(record.id, face)
            files[face] = self.keep(case, f"{record.number}.{face}", content)
        picture, pages = self.picture(record.number, (self.out / files["pdf"]).read_bytes())
        again = self.office.issuing.reproduce(record.id)
        if again.identical:
            self.reproduced += 1
        else:
            self.shortfalls.append(f"{record.number}: rendered again, the bytes differ")
        warnings = len(record.findings)
        self.rows.append(
            Row(
                group=case,
                title=record.title,
                recipient=record.recipient_name or "the file",
                language=record.language,
                pages=pages,
                milliseconds=milliseconds,
                checks="passed" if not warnings else f"passed, {warnings} to note",
                files=files,
                picture=picture,
                number=record.number,
            )
        )

    def handout(self, key: str, language: str) -> None:
        files, pages, picture, title = {}, 0, "", key
        started = time.perf_counter()
        for face in ("pdf", "html"):
            made = self.office.issuing.handout(key, language, face)
            files[face] = self.keep("handouts", f"{key}.{language}.{face}", made.content)
            if face == "pdf":
                milliseconds = (time.perf_counter() - started) * 1000
                picture, pages = self.picture(f"{key}.{language}", made.content)
                title = made.title
        self.rows.append(Row("Handouts", title, "the public", language, pages, milliseconds, "passed", files, picture))

    def packet(self, folder: Path) -> None:
        plan = plans.parse((folder / "packet.json").read_text(encoding="utf-8"))
        started = time.perf_counter()
        packet = self.office.binding.bind(plan, _files(folder), actor=ACTOR)
        milliseconds = (time.perf_counter() - started) * 1000
        pdf = self.office.binding.pdf(packet.id)
        name = f"{PACKET_CASE}-hearing-packet"
        files = {"pdf": self.keep("packets", f"{name}.pdf", pdf)}
        picture, pages = self.picture(name, pdf)
        # A walk through it: the parts that do not look like the letters shown further down.
        for entry in packet.entries:
            if entry["first_page"] > 1 and (entry["kind"] == "generated" or entry["label"]):
                behind_its_sheet = entry["first_page"] + bool(entry["label"])
                self.walk.append((entry["title"], self.picture(name, pdf, behind_its_sheet)[0]))
        notes = len(packet.findings)
        checks = "passed" if not notes else f"passed, {notes} to note"
        self.rows.append(
            Row(
                "Hearing packet",
                plan.title,
                "the hearing officer",
                "en",
                pages,
                milliseconds,
                checks,
                files,
                picture,
            )
        )


def _files(folder: Path) -> dict[str, bytes]:
    """Photos and exhibits beside a casefile, by the names it may use for them."""
    held = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix.lower() in {".jpg", ".jpeg", ".png", ".heic", ".tif", ".tiff", ".pdf"}:
            content = path.read_bytes()
            held[path.relative_to(folder).as_posix()] = content
            held.setdefault(path.name, content)
    return held


def orders(examples: Path, office: Office) -> Iterator[tuple[str, Order]]:
    """Every order of every case's letters.json, in the order in which the town wrote them."""
    listed: list[tuple[str, str, Mapping[str, Any], Mapping[str, Any], dict[str, bytes]]] = []
    for folder in sorted(path.parent for path in examples.glob("*/letters.json")):
        casefile = json.loads((folder / "casefile.json").read_text(encoding="utf-8"))
        pictures = _files(folder)
        for line in json.loads((folder / "letters.json").read_text(encoding="utf-8")):
            listed.append((line["on"], folder.name, line, casefile, pictures))
    for on, case, line, casefile, pictures in sorted(listed, key=lambda item: item[0]):
        order = Order(
            template=line["template"],
            casefile=casefile,
            on=date.fromisoformat(on),
            ordered_on=date.fromisoformat(on),  # the town wrote it that day
            about=line.get("about"),
            attachments=pictures,
        )
        # What goes to the file has no recipient.
        recipients = line.get("recipients") or office.issuing.recipients(order) or (None,)
        for recipient in recipients:
            yield case, replace(order, recipient=recipient)


def main(out: Path) -> int:
    started = time.perf_counter()
    examples = shipped.folder("examples")
    register = out / "register"
    if (register / "docservice.db").is_file():  # an earlier demo's folder, not somebody's own
        for old in (out / "pictures", register / "blobs", register / "staging"):
            shutil.rmtree(old, ignore_errors=True)
        for old in register.glob("docservice.db*"):
            old.unlink()
    out.mkdir(parents=True, exist_ok=True)
    office = open_office(Settings(home=register, public_url="https://docs.madronahills.example"))
    demo = Demo(out, office)
    try:
        print("Letters", flush=True)
        for case, order in orders(examples, office):
            demo.attempt(f"{order.template} to {order.recipient} ({case})", partial(demo.letter, order, case))
        print("Handouts", flush=True)
        for template in office.review.templates():
            if template.face != "handout":
                continue
            for language in template.languages:
                demo.attempt(f"{template.key} in {language}", partial(demo.handout, template.key, language))
        print("Hearing packet", flush=True)
        demo.attempt(f"the hearing packet of {PACKET_CASE}", lambda: demo.packet(examples / PACKET_CASE))
    finally:
        office.close()
    seconds = time.perf_counter() - started
    _index(demo, seconds)
    print(_table(demo.rows))
    letters = sum(1 for row in demo.rows if row.number)
    print(
        f"\n{letters} letters on record ({demo.reproduced} rendered again, same bytes), "
        f"{len(demo.rows) - letters} others, {sum(row.pages for row in demo.rows)} pages, {seconds:.1f} s. "
        f"Open {out / 'index.html'}"
    )
    for shortfall in demo.shortfalls:
        print(f"FELL SHORT: {shortfall}", file=sys.stderr)
    return 1 if demo.shortfalls else 0


def _table(rows: list[Row]) -> str:
    lines = [f"{'document':<38}{'recipient':<40}{'lang':<9}{'pages':>5}{'ms':>8}  checks"]
    for row in rows:
        what = f"{row.number} {row.title}" if row.number else row.title
        ms = f"{row.milliseconds:.0f}" if row.milliseconds else "–"
        lines.append(f"{what[:36]:<38}{row.recipient[:38]:<40}{row.language:<9}{row.pages:>5}{ms:>8}  {row.checks}")
    return "\n".join(lines)


def _index(demo: Demo, seconds: float) -> None:
    source = Path(__file__).with_name("demo.html.j2").read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
    groups: dict[str, list[Row]] = {}
    for row in demo.rows:
        groups.setdefault(row.group, []).append(row)
    ordered = dict(sorted(groups.items(), key=lambda item: (item[0] != "Hearing packet", not item[0].startswith("CE"))))
    page = template.render(groups=ordered, seconds=seconds, demo=demo)
    (demo.out / "index.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output")))
