"""The figures of docs: each a ratio of two things done in turn in one run. See bench/README.md."""

from __future__ import annotations

import argparse
import atexit
import gc
import hashlib
import io
import itertools
import json
import os
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, cast

from loose_town import loose_town

from docservice import casefile as casefiles
from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.means import languages
from docservice.office.review import sampling
from docservice.pipeline import producing
from docservice.pipeline.product import Product

CHROMIUM = "/usr/bin/chromium"
RENDERING = Path(__file__).with_name("rendering.py")


class Measured(NamedTuple):
    """What A and B took, in milliseconds, and A/B: medians over the pairs."""

    a: float
    b: float
    ratio: float
    cpu_a: float
    cpu_b: float
    cpu_ratio: float


def pairs(a: Callable[[], object], b: Callable[[], object], rounds: int, *, below: str = "ab") -> Measured:
    """A and B in turn, after a warm-up of each. Wall: medians; CPU: sums, since the system counts in 10 ms.

    ``below`` says to whom processes below this one belong: Chromium goes on working in the turn of the other.
    """
    for _ in range(2):
        a(), b()
    rows: list[tuple[float, float, float]] = []
    cpu = {"a": 0.0, "b": 0.0}
    for _ in range(rounds):
        times = [_clocks()]
        for step in (a, b):
            step()
            times.append(_clocks())
        walls = []
        for turn, (before, after) in zip("ab", pairwise(times), strict=True):
            walls.append((after[0] - before[0]) * 1000)
            cpu[turn] += after[1] - before[1]
            cpu[turn if turn in below else below] += after[2] - before[2]
        rows.append((walls[0], walls[1], walls[0] / walls[1]))
    wall_a, wall_b, ratio = (statistics.median(column) for column in zip(*rows, strict=True))
    return Measured(wall_a, wall_b, ratio, cpu["a"] * 1000 / rounds, cpu["b"] * 1000 / rounds, cpu["a"] / cpu["b"])


def _clocks() -> tuple[float, float, float]:
    """Wall time, the CPU time of this process, and that of all processes below it, in seconds."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = sum(_cpu(pid) for pid in _below(os.getpid()))
    return time.perf_counter(), time.process_time(), ended.ru_utime + ended.ru_stime + running


def _below(process: int) -> list[int]:
    """The living descendants of a process: Chromium prints in several."""
    found, todo = [], [process]
    while todo:
        pid = todo.pop()
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                children = [int(child) for child in task.read_text().split()]
                found += children
                todo += children
    return found


def _cpu(pid: int) -> float:
    """What a process, its ended threads and its ended children took (proc(5): fields 14 to 17)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def report(what: str, a: str, b: str, measured: Measured, target: str) -> None:
    m = measured
    print(
        f"{what:<34} {a} {m.a:7.1f} ms, {b} {m.b:7.1f} ms, ratio {m.ratio:5.2f}"
        f" | CPU {m.cpu_a:7.1f} / {m.cpu_b:7.1f} ms, ratio {m.cpu_ratio:5.2f} | target {target}",
        flush=True,
    )


@cache
def _prepared_fonts() -> str:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    return folder


@contextmanager
def office() -> Iterator[Office]:
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "fonts").symlink_to(_prepared_fonts())
        settings = Settings(home=Path(home), town=loose_town(Path(home) / "town"))
        opened = open_office(settings, clock=lambda: datetime(2026, 9, 1, 19, tzinfo=UTC))
        try:
            yield opened
        finally:
            opened.close()


def casefile(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (shipped.folder("examples") / case / "casefile.json").read_text(encoding="utf-8")
    )
    return found


def dense_notice() -> Order:
    """A notice of violation whose letter fills two pages (the tagline sheet is a third)."""
    facts = casefile("CE-2026-0203")
    facts["violations"] = facts["violations"][:2]
    return Order("notice-of-violation", facts, recipient="owner-chen", language="en", on=date(2026, 9, 1))


def task_of(opened: Office, order: Order) -> tuple[Mapping[str, bytes], producing.Task, bytes, str]:
    """What the pipeline works on for this order, and its PDF and web page."""
    held: list[tuple[Mapping[str, bytes], producing.Task]] = []
    room: Any = producing
    real = room.produce

    def spy(parts: Mapping[str, bytes], task: producing.Task, *more: Any) -> Product:
        held.append((parts, task))
        return cast(Product, real(parts, task, *more))

    room.produce = spy
    try:
        pdf = opened.issuing.preview(order, "pdf").content
        html = opened.issuing.preview(order, "html").content.decode()
    finally:
        room.produce = real
    parts, task = held[0]
    return parts, replace(task, number="NOV-2026-0001"), pdf, html


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser.new_page()
        finally:
            browser.close()


def variants(parts: Mapping[str, bytes], task: producing.Task) -> Iterator[tuple[Mapping[str, bytes], producing.Task]]:
    """The same kind of letter again and again, each of another case, at another address, to somebody else, about
    something else: Typst remembers what it has set before.
    """
    text = parts[task.casefile].decode()
    for serial in itertools.count(1):
        name = "Mei-" + "".join(chr(ord("a") + int(digit)) for digit in str(serial)).title()
        mine = text.replace("CE-2026-0203", f"CE-2026-{serial:04}").replace("Mei-Ling", name)
        mine = mine.replace("214-220 Molino", f"{serial}-{serial + 6} Molino").replace("1188 STOCK", f"{serial} STOCK")
        facts = json.loads(mine)
        for violation in facts["violations"]:
            violation["facts"] = f"On visit {serial} the inspector found it so. {violation['facts']}"
            violation.pop("phrase", None)
        snapshot = casefiles.canonical(facts)
        identity = hashlib.sha256(snapshot).hexdigest()
        yield {**parts, identity: snapshot}, replace(task, casefile=identity, number=f"NOV-2026-{serial:04}")


def letters() -> None:
    from docservice.rendering.letters import typst_press

    with office() as opened, chromium() as page:
        parts, task, _, html = task_of(opened, dense_notice())
        real = typst_press.typst_pdf
        calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        finished = producing.produce(parts, task, "pdf")

        def record(*args: Any, **kwargs: Any) -> bytes:
            calls.append((args, kwargs))
            return pdf

        pdf = finished.content
        different = variants(parts, task)
        typst_press.typst_pdf = record
        try:
            for _ in range(40):
                producing.produce(*next(different), "pdf")
        finally:
            typst_press.typst_pdf = real
        print(f"the dense notice has {finished.pages} pages, the tagline sheet too; {len(finished.findings)} findings")
        gc.collect()
        gc.freeze()  # as a rendering process does when it is warm (jobs/pool_worker.py)

        def ours() -> object:
            return producing.produce(*next(different), "pdf")

        def bare() -> object:
            args, kwargs = calls.pop()
            return real(*args, **kwargs)

        def browser() -> object:
            page.set_content(html)
            return page.pdf(format="Letter", tagged=True)

        report(
            "letter: Chromium / text+checks+PDF", "Chromium", "docservice", pairs(browser, ours, 20, below="a"), "≥ 9"
        )
        report("letter: text+checks+PDF / Typst", "docservice", "Typst", pairs(ours, bare, 30), "≤ 1.5")


def sample_letters(opened: Office) -> list[tuple[Mapping[str, bytes], producing.Task]]:
    """Every sample of every letter template in every language: what the pipeline works on for it."""
    held: list[tuple[Mapping[str, bytes], producing.Task]] = []

    class Noting:
        """In the place of rendering processes."""

        def call(self, _: Any, parts: Mapping[str, bytes], task: producing.Task, *more: Any) -> Product:
            held.append((dict(parts), task))
            return producing.produce(parts, task, "html")

        def close(self) -> None: ...

    opened.means.pool = cast(Any, Noting())
    try:
        for key in opened.review.template_keys():
            version = opened.review.version(key, 1).version
            bundle = opened.means.bundle(version.sha256)
            for _, content in sorted(sampling.held(opened.means, version).items()) if version.face == "letter" else ():
                for language in bundle.languages:
                    sampling.letter(opened.means, bundle, sampling.read(content), language)
    finally:
        opened.means.pool = None
    return held


def mix() -> None:
    """All sample letters: compiles a letter, and CPU against the road of before (the sheet in every compile)."""
    from docservice.rendering.letters import typst_press

    with office() as opened:
        letters = sample_letters(opened)
        compiles, real = [0], typst_press.typst_pdf

        def counted(*args: Any, **kwargs: Any) -> bytes:
            compiles[0] += 1
            return real(*args, **kwargs)

        typst_press.typst_pdf = counted
        took: dict[str | None, list[float]] = {None: [], "typst before": []}
        made: dict[str | None, int] = {}
        try:
            # All by one road, then all by the other: the same letter twice in a row would be remembered.
            for engine in ("typst before", None, "typst before", None):
                compiles[0] = 0
                for parts, task in letters:
                    started = time.process_time()
                    producing.produce(parts, replace(task, engine=engine), "pdf")
                    took[engine].append((time.process_time() - started) * 1000)
                made[engine] = compiles[0]
        finally:
            typst_press.typst_pdf = real
        now, before = took[None][len(letters) :], took["typst before"][len(letters) :]
        print(
            f"{f'mix of {len(letters)} sample letters':<34} {made[None] / len(letters):.2f} compiles a letter"
            f" | CPU median {statistics.median(now):.1f} ms, mean {statistics.mean(now):.1f};"
            f" sheet in every compile {statistics.median(before):.1f}, {statistics.mean(before):.1f};"
            f" ratio of the sums {sum(now) / sum(before):.2f} | target ≤ 1.3 compiles",
            flush=True,
        )


def word() -> None:
    from docxtpl import DocxTemplate
    from markupsafe import Markup

    from docservice.rendering.docx import letterhead as face
    from docservice.rendering.docx.body import DocxBody, WordPicture

    with office() as opened:
        parts, task, _, _ = task_of(opened, dense_notice())
        held: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        real = face.to_docx

        def spy(*args: Any, **kwargs: Any) -> bytes:
            held.append((args, kwargs))
            return real(*args, **kwargs)

        face.to_docx = spy
        producing.produce(parts, task, "docx")
        face.to_docx = real
        (bundle, composition), kwargs = held[0]
        letterhead = bundle.files[face.LETTERHEAD]

        def plain() -> bytes:
            body = DocxBody(picture=lambda image: WordPicture("rId1", 100, 100), link=lambda url: "rId1")
            template = DocxTemplate(io.BytesIO(letterhead))
            facts = {"town": kwargs["town"], "title": composition.title, "number": "", "language": "en", "rtl": False}
            facts |= {"draft": False, "stamp": "2026-01-01T00:00:00Z", "body": Markup(body.xml(composition.root))}
            template.render(facts, autoescape=True)
            buffer = io.BytesIO()
            template.save(buffer)
            return buffer.getvalue()

        report(
            "Word face / plain docxtpl",
            "docservice",
            "docxtpl",
            pairs(lambda: real(bundle, composition, **kwargs), plain, 20),
            "≤ 0.5",
        )


def handouts() -> None:
    """Printed anew each time, past what the office keeps. Its address, and so its QR code, is that of every version."""
    with office() as opened, chromium() as page:
        means, key = opened.means, "fences-and-hedges"
        bundle = languages.whole(means, opened.review.records(key)[0], opened.review.records(key))
        edition = means.editions[-1]
        parts = {bundle.sha256: bundle.to_bytes(), edition.sha256: edition.data}
        for language in bundle.languages:
            html = opened.issuing.handout(key, language, "html").content.decode()

            def ours(language: str = language) -> object:
                task = producing.HandoutTask(
                    bundle.sha256, edition.sha256, language, f"https://town.example/{language}", date(2026, 9, 1),
                    means.fonts,
                )  # fmt: skip
                return producing.produce_handout(parts, task, "pdf")

            def browser(html: str = html) -> object:
                page.set_content(html)
                return page.pdf(format="Letter", tagged=True)

            report(
                f"handout ({language}) / Chromium", "docservice", "Chromium", pairs(ours, browser, 6, below="b"), "≤ 1"
            )


def packet() -> None:
    import pypdf

    from docservice.packets import plan as plans

    with office() as opened:
        facts = casefile("CE-2026-0203")
        order = Order("notice-of-violation", facts, recipient="owner-chen", language="en", on=date(2026, 9, 1))
        records, pages = [], 0
        while pages < 200:
            records.append(opened.issuing.issue(order, actor="bench"))
            pages += records[-1].pages
        plan = {
            "title": "Bench",
            "case": facts["case"]["number"],
            "parts": [{"generated": "cover"}, {"generated": "contents"}],
        }
        plan["parts"] += [{"document": record.number, "proofs": []} for record in records]
        bound = plans.load(plan)
        sources = [opened.issuing.face(record.id, "pdf")[0] for record in records]

        def ours() -> object:
            return opened.binding.bind(bound, {}, actor="bench", keep=False)

        def append() -> object:
            writer = pypdf.PdfWriter()
            for source in sources:
                writer.append(io.BytesIO(source))
            buffer = io.BytesIO()
            writer.write(buffer)
            return buffer

        report(f"packet of {pages} pages / pypdf append", "docservice", "pypdf", pairs(ours, append, 3), "≤ 2")


def http() -> None:
    import threading

    from waitress.server import create_server

    from docservice.app import create_app

    order = dense_notice()
    with office() as opened:
        _, secret = opened.people.keys.add("bench", ("issue", "read", "preview"), actor="bench")
        server = create_server(create_app(opened), host="127.0.0.1", port=0)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        from http.client import HTTPConnection

        body = json.dumps({"template": order.template, "casefile": order.casefile, "recipient": order.recipient,
                           "language": "en", "on": "2026-09-01"})  # fmt: skip
        connection = HTTPConnection("127.0.0.1", server.effective_port)

        def over_http() -> object:
            connection.request("POST", "/api/v1/documents", body,
                               {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"})  # fmt: skip
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 201, text
            return text

        report(
            "issue over HTTP / library issue",
            "HTTP",
            "library",
            pairs(over_http, lambda: opened.issuing.issue(order, actor="bench"), 20),
            "≤ 2",
        )
        server.close()


def start() -> None:
    command = [sys.executable, "-m", "docservice", "--help"]
    nothing = [sys.executable, "-c", ""]
    report("docservice --help / bare Python", "docservice", "Python",
           pairs(lambda: subprocess.run(command, check=True, capture_output=True),
                 lambda: subprocess.run(nothing, check=True, capture_output=True), 10), "< 500 ms")  # fmt: skip


def memory() -> None:
    """Peak resident memory of a rendering process that makes 200 letters: the dense notice, never quite the same; the
    samples in English; all samples in all languages."""
    with office() as opened, tempfile.NamedTemporaryFile() as held:
        parts, task, _, _ = task_of(opened, dense_notice())
        different = variants(parts, task)
        every = sample_letters(opened)
        runs = {
            "the dense notice": ([next(different) for _ in range(200)], ()),
            "the dense notice, with database and HTTP": (
                [next(different) for _ in range(200)], ("docservice.app", "sqlalchemy.orm")
            ),
            "samples in English": ([one for one in every if one[1].language == "en"], ()),
            "samples in five languages": (every, ()),
        }  # fmt: skip
        for what, (letters, modules) in runs.items():
            Path(held.name).write_bytes(pickle.dumps(letters))
            done = subprocess.run([sys.executable, RENDERING, held.name, *modules],
                                  check=True, capture_output=True, text=True)  # fmt: skip
            first, last, peak = done.stdout.split()
            print(f"{f'200 letters in one process, {what}':<70} first {first} MB, last {last} MB,"
                  f" peak {peak} MB | target ≤ 110 MB", flush=True)  # fmt: skip


def fonts() -> None:
    """First use: the private font folder of a new home."""
    from docservice.rendering import fonts as room

    took = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            before = _clocks()
            room.prepare(Path(folder))
            took.append([after - start for after, start in zip(_clocks(), before, strict=True)])
    wall, cpu, _ = (statistics.median(column) for column in zip(*took, strict=True))
    print(f"{'fonts of a new home':<34} {wall:.1f} s, CPU {cpu:.1f} s", flush=True)


ALL = {f.__name__: f for f in (letters, mix, word, handouts, packet, http, start, memory, fonts)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*ALL, []], help="which to run (all when none is named)")
    for name in parser.parse_args().names or ALL:
        ALL[name]()
