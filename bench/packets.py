"""Hearing packets against plain merges of the same files: pikepdf, pypdf, qpdf, mutool, in turn in one run.

    .venv/bin/python bench/packets.py [PAGES] [ROUNDS]        # 1000 pages, 3 rounds

The packet: letters of our own (three in four pages), photographs, scans. Every tool runs in a process of its own;
memory is its peak. CPU seconds (user and system) are those of the work itself: Python's start and imports are left
out for all, and our process is warm, as the service's are (they have bound a small packet). Ours is measured from
parts already taken in, as they lie on the shelf after their first packet: *merge* writes the packet with cover,
contents, bookmarks, labels and tags; *bind* is everything, with the certificate, reading the finished file back and
holding it against the forum's rules. The others lose tags, bookmarks and labels. PAGES may be 5000.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

PYTHON = sys.executable
ON = date(2026, 9, 1)


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory(prefix="docservice-bench-") as folder:
        home = Path(folder)
        print(f"making the parts of a packet of {pages} pages …", flush=True)
        # In a process of its own: a child's peak memory counts what its parent had at the fork.
        subprocess.run([PYTHON, __file__, "--prepare", folder, str(pages)], check=True)
        sources = sorted((home / "sources").iterdir())
        total = sum(path.stat().st_size for path in sources)
        print(f"{len(sources)} parts, {total / 1e6:.1f} MB", flush=True)
        tools = {
            "docservice merge": [PYTHON, __file__, "--merge", folder],
            "docservice bind": [PYTHON, __file__, "--bind", folder],
            "pikepdf": [PYTHON, __file__, "--pikepdf", folder],
            "pypdf": [PYTHON, __file__, "--pypdf", folder],
            "qpdf": ["qpdf", "--empty", "--pages", *map(str, sources), "--", str(home / "qpdf.pdf")],
            "mutool": ["mutool", "merge", "-o", str(home / "mutool.pdf"), *map(str, sources)],
        }
        tools = {name: command for name, command in tools.items() if shutil.which(command[0])}
        measured: dict[str, list[tuple[float, float]]] = {name: [] for name in tools}
        for _ in range(rounds):
            for name, command in tools.items():
                measured[name].append(run(command))
        ours = statistics.median(cpu for cpu, _ in measured["docservice merge"])
        print(f"{'tool':<18}{'CPU s':>8}{'MB':>7}{'ours / it':>11}{'file MB':>9}")
        for name, found in measured.items():
            cpu, memory = statistics.median(c for c, _ in found), max(m for _, m in found)
            made = home / f"{name.split()[-1]}.pdf"
            size = made.stat().st_size / 1e6 if made.exists() else 0
            print(f"{name:<18}{cpu:>8.2f}{memory:>7.0f}{ours / cpu:>11.2f}{size:>9.1f}")


def run(command: list[str]) -> tuple[float, float]:
    """CPU seconds and peak megabytes: what the process says of itself, or else what the system says of it."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.PIPE)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            assert process.stderr is not None
            raise SystemExit(f"{command[:2]}: {process.stderr.read().decode()[-2000:]}")
        said.seek(0)
        words = said.read().split()
    if len(words) == 2:
        return float(words[0]), float(words[1])
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _peak() -> int:
    """Megabytes: VmHWM, not ``getrusage``, which counts the parent's size at the fork."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024


def with_pikepdf(home: Path) -> None:
    import warnings

    import pikepdf

    warnings.simplefilter("ignore")
    started = time.process_time()
    out = pikepdf.new()
    for path in sorted((home / "sources").iterdir()):
        with pikepdf.open(path) as source:
            out.pages.extend(source.pages)
    out.save(home / "pikepdf.pdf")
    print(time.process_time() - started, _peak())


def with_pypdf(home: Path) -> None:
    import pypdf

    started = time.process_time()
    writer = pypdf.PdfWriter()
    for path in sorted((home / "sources").iterdir()):
        writer.append(path)
    writer.write(home / "pypdf.pdf")
    print(time.process_time() - started, _peak())


_MOST_PARTS = 2000  # of a plan; a larger packet has several photographs in a file


def prepared(home: Path, pages: int) -> None:
    """The sources as files, and all that our own runs need; their parts are made ready on the shelf."""
    letters = home / "letters"
    documents = list(_letters(home / "office", letters, int(pages * 0.75)))
    scans = dict(_scans(home / "files", pages // 20))
    room = _MOST_PARTS - 2 - len(documents) - len(scans)
    files = {**dict(_photographs(home / "files", pages // 5, -(-pages // 5 // room))), **scans}
    plan: dict[str, Any] = {
        "title": "Bench",
        "case": "CE-2026-0231",
        "parts": [{"generated": "cover"}, {"generated": "contents"}],
    }
    plan["parts"] += [{"document": document.number} for document in documents]
    plan["parts"] += [
        {"file": name, "title": name, "exhibit": "none", "alt": ["A page"] * count}
        for name, (_, count) in files.items()
    ]
    made = {
        "plan": plan,
        "documents": {one.number: one for one in documents},
        "files": {n: p for n, (p, _) in files.items()},
    }
    (home / "packet.pickle").write_bytes(pickle.dumps(made))
    bind(home, ready=True)
    sources = home / "sources"
    sources.mkdir()
    for number, document in enumerate(documents):
        shutil.copyfile(document.pdf, sources / f"{number:05}.pdf")
    from docservice.pdf.foreign.intake import Frame
    from docservice.pdf.preparing import Exhibits
    from docservice.pdf.shelf import FolderShelf

    exhibits = Exhibits(FolderShelf(home / "shelf"), Frame())
    for number, (name, path) in enumerate(made["files"].items(), len(documents)):
        (sources / f"{number:05}.pdf").write_bytes(exhibits.taken(path, name, ["en"]).whole().pdf)


def _letters(home: Path, folder: Path, pages: int) -> Iterator[Any]:
    """Letters that differ, as the register has them: citations, and proofs of service."""
    from loose_town import loose_town

    from docservice import shipped
    from docservice.config import Settings
    from docservice.office import Order, open_office
    from docservice.packets.pieces import ResolvedDocument

    facts = json.loads((shipped.folder("examples") / "CE-2026-0231" / "casefile.json").read_text(encoding="utf-8"))
    settings = Settings(home=home, town=loose_town(folder / "town"))
    with open_office(settings, clock=lambda: datetime(2026, 5, 29, 19, tzinfo=UTC)) as office:
        count = 0
        while count < pages:
            serial = len(facts["events"])
            facts["events"].append({"on": "2026-07-09", "text": f"Call number {serial} answered."})
            for violation in facts["violations"]:
                violation["facts"] = f"{violation['facts'].partition(' Visit')[0]} Visit {serial} found it so."
                violation.pop("phrase", None)
            bare = [{**inspection, "photos": []} for inspection in facts["inspections"]]
            orders = (
                Order("administrative-citation", facts, on=date(2026, 5, 29), about="c1", recipient="owner"),
                Order("inspection-report", {**facts, "inspections": bare}, on=date(2026, 5, 29), about="i1"),
            )
            for order in orders:
                record = office.issuing.issue(order, actor="bench")
                path = office.means.store.blobs.where(record.sha256)
                count += record.pages
                yield ResolvedDocument(record.number, path, record.title, record.sha256, record.recipient_name or None)


def _photographs(folder: Path, count: int, together: int) -> Iterator[tuple[str, tuple[Path, int]]]:
    """JPEG files; PDF files of several photographs where there are more than a plan has room for."""
    from PIL import Image

    dice = random.Random(7)
    for number in range(0, count, together):
        pictures = []
        for _ in range(min(together, count - number)):
            small = Image.frombytes("RGB", (160, 120), dice.randbytes(160 * 120 * 3))
            pictures.append(small.resize((1600, 1200), Image.Resampling.BICUBIC))
        path = folder / f"photo-{number:04}.{'jpg' if together == 1 else 'pdf'}"
        if together == 1:
            pictures[0].save(path, quality=80)
        else:
            pictures[0].save(path, save_all=True, append_images=pictures[1:], quality=80, resolution=200)
        yield path.name, (path, len(pictures))


def _scans(folder: Path, count: int) -> Iterator[tuple[str, tuple[Path, int]]]:
    from PIL import Image

    folder.mkdir(exist_ok=True)
    dice = random.Random(8)
    for number in range(max(1, count // 10)):
        sheets = []
        for _ in range(min(10, count)):
            sheet = Image.frombytes("L", (170, 220), dice.randbytes(170 * 220)).resize((1700, 2200))
            sheets.append(sheet.point(lambda gray: 255 if gray > 90 else 0).convert("1"))
        buffer = io.BytesIO()
        sheets[0].save(buffer, "TIFF", compression="group4", save_all=True, append_images=sheets[1:], dpi=(200, 200))
        path = folder / f"scan-{number:04}.tif"
        path.write_bytes(buffer.getvalue())
        yield path.name, (path, len(sheets))


def bind(home: Path, *, ready: bool = False, merge: bool = False) -> None:
    """Our packet from the shelf; ``merge``: without certificate and what comes after writing it."""
    from docservice import casefile as casefiles
    from docservice import shipped, town
    from docservice.packets import finishing
    from docservice.packets import plan as plans
    from docservice.packets.assemble import Bindery, assemble
    from docservice.pdf.foreign import recognize
    from docservice.pdf.shelf import FolderShelf
    from docservice.rendering import fonts

    recognize.recognize = lambda taken, **_: taken  # Tesseract is not measured here
    made = pickle.loads((home / "packet.pickle").read_bytes())
    case = json.loads((shipped.folder("examples") / "CE-2026-0231" / "casefile.json").read_text(encoding="utf-8"))
    pack = town.load_pack(shipped.folder("town") / "madrona-hills")
    bindery = Bindery(
        pack, fonts.prepare(home / "fonts"), ON, home / "made", casefiles.load(case), FolderShelf(home / "shelf")
    )
    few = {**made["plan"], "parts": made["plan"]["parts"][:4]}
    assemble(
        plans.load(few), bindery, documents=made["documents"], files=made["files"]
    )  # as warm as the service's processes
    started = time.process_time()
    plan = plans.load({**made["plan"], "certificate": not merge})
    if merge:
        finishing.Finisher.finished = lambda self, layout, *_: layout  # type: ignore[method-assign]
    assemble(plan, bindery, documents=made["documents"], files=made["files"])
    if not ready:
        print(time.process_time() - started, _peak())
        (written,) = (home / "made").iterdir()
        written.replace(home / ("merge.pdf" if merge else "bind.pdf"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--prepare"]:
        prepared(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] in (["--merge"], ["--bind"]):
        bind(Path(sys.argv[2]), merge=sys.argv[1] == "--merge")
    elif sys.argv[1:2] == ["--pikepdf"]:
        with_pikepdf(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--pypdf"]:
        with_pypdf(Path(sys.argv[2]))
    else:
        main()
