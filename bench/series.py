"""Letters of one series: how many a second, and how long each takes.

    .venv/bin/python bench/series.py                  # both; or one: http postgresql
    .venv/bin/python bench/series.py http --letters 200 --rounds 3

``http``: `docservice serve` with one and with two rendering processes, in turn (A B A B …), each letter different,
eight clients at once on loopback. ``postgresql``: one, two and four processes on a PostgreSQL of the bench's own, each
with an office that renders for itself; counted is how often a letter is typeset. The load of the machine is printed
beside every figure: with other work on it, letters a second say little; CPU and counts hold.
"""

from __future__ import annotations

import argparse
import copy
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from docservice import shipped
from docservice.config import Settings
from docservice.office import Order, open_office
from docservice.pipeline import producing
from tests.postgres import cluster

UNLIMITED = {
    f"DOCSERVICE_LIMIT_{name}": "off" for name in ("SIGN_IN", "STRANGER", "PUBLIC", "VERIFY", "WORK", "COSTLY")
}
TICK = 1000 / os.sysconf("SC_CLK_TCK")


def casefile(turn: int) -> dict[str, Any]:
    """The example's casefile, a little different each time, and of a case of its own."""
    path = shipped.folder("examples") / "CE-2026-0231" / "casefile.json"
    found: dict[str, Any] = copy.deepcopy(json.loads(path.read_text(encoding="utf-8")))
    found["violations"][0]["facts"] += f" Seen again by inspector {turn}."
    found["violations"][0].pop("phrase", None)
    found["case"]["number"] = f"CE-2026-{turn:05}"
    return found


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def line(*cells: object) -> None:
    print("  ".join(f"{cell!s:>{width}}" for cell, width in zip(cells, (22, 10, 9, 9, 9, 12, 10, 6), strict=False)))


def over_http(home: Path, letters: int, clients: int, rounds: int) -> None:
    with open_office(Settings(home=home)) as office:
        _, secret = office.people.keys.add("bench", ("issue",), "bench")
    print(f"One series over HTTP, {letters} letters a round, {clients} clients")
    line("rendering processes", "letters/s", "p50 ms", "p95 ms", "p99 ms", "CPU web", "rendering", "load")
    rates: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(rounds):
        for processes in rates:
            rate, waits, (web, rendering) = _round(home, secret, processes, letters, clients, turn)
            rates[processes].append(rate)
            cuts = quantiles(waits, n=100)
            line(
                processes,
                f"{rate:.1f}",
                *(f"{cuts[at - 1]:.0f}" for at in (50, 95, 99)),
                f"{web:.1f}",
                f"{rendering:.1f}",
                load(),
            )
    pairs = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    print(f"two / one, median of {len(pairs)}: {median(pairs):.2f}")


def _round(
    home: Path, secret: str, processes: int, letters: int, clients: int, turn: int
) -> tuple[float, list[float], tuple[float, float]]:
    with _served(home, processes) as (url, server):

        def body(number: int) -> bytes:
            order = {"template": "notice-of-violation", "casefile": casefile(turn * 10_000 + number)}
            return json.dumps(order).encode()

        def issue(sent: bytes) -> float:
            began = time.perf_counter()
            if not hasattr(mine, "connection"):
                mine.connection = HTTPConnection(url.removeprefix("http://"))
            mine.connection.request("POST", "/api/v1/documents", sent, headers)
            answer = mine.connection.getresponse()
            told = answer.read()
            assert answer.status == 201, told
            return (time.perf_counter() - began) * 1000

        mine = threading.local()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
        # Made before the clock runs: the clients share the machine's cores with what is measured.
        first, bodies = [body(5000 + number) for number in range(clients)], [body(number) for number in range(letters)]
        with ThreadPoolExecutor(clients) as threads:
            list(threads.map(issue, first))  # every road was walked once
            before, began = _cpu(server), time.perf_counter()
            waits = list(threads.map(issue, bodies))
            seconds = time.perf_counter() - began
            web, rendering = ((now - then) / letters for now, then in zip(_cpu(server), before, strict=True))
            return letters / seconds, waits, (web, rendering)


@contextmanager
def _served(home: Path, processes: int) -> Iterator[tuple[str, int]]:
    environment = {
        **os.environ, **UNLIMITED, "DOCSERVICE_HOME": str(home), "DOCSERVICE_WORKERS": str(processes),
    }  # fmt: skip
    command = [sys.executable, "-m", "docservice", "serve", "--port", "0", "--quiet", "--threads", "16"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        url = next(found[0] for text in server.stderr if (found := re.search(r"http://[\d.:]+", text)))
        while True:
            try:
                urllib.request.urlopen(f"{url}/health/ready").close()
                break
            except urllib.error.HTTPError:
                time.sleep(0.1)
        try:
            yield url, server.pid
        finally:
            server.send_signal(signal.SIGTERM)


def _cpu(server: int) -> tuple[float, float]:
    """Milliseconds of CPU that a process has used, and that its children have."""
    own = children = 0.0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        used = (int(fields[11]) + int(fields[12])) * TICK
        if server == int(status.parent.name):
            own += used
        elif server == int(fields[1]):
            children += used
    return own, children


def on_postgresql(home: Path, letters: int) -> None:
    print(f"\nOne series on PostgreSQL, {letters} letters a process")
    line("issuing processes", "letters/s", "typeset", "a letter", "", "CPU ms each", "", "load")
    with cluster() as url:
        settings = Settings(home=home, database_url=url)
        open_office(settings).close()
        spawn = multiprocessing.get_context("spawn")
        for processes in (1, 2, 4):
            gate, answers = spawn.Barrier(processes + 1), spawn.Queue()
            given = (settings, letters, gate, answers)
            hands = [spawn.Process(target=_hand, args=given) for _ in range(processes)]
            for hand in hands:
                hand.start()
            gate.wait()
            began = time.perf_counter()
            found = [answers.get() for _ in hands]
            seconds = time.perf_counter() - began
            for hand in hands:
                hand.join()
            typeset, total = sum(one for one, _ in found), processes * letters
            spent = sum(cpu for _, cpu in found) / total
            line(processes, f"{total / seconds:.1f}", typeset, f"{typeset / total:.2f}", "", f"{spent:.1f}", "", load())


def _hand(settings: Settings, letters: int, gate: Any, answers: Any) -> None:
    real, typeset = producing.produce, 0

    def produce(*given: Any) -> Any:
        nonlocal typeset
        typeset += 1
        return real(*given)

    producing.produce = produce  # type: ignore[assignment]
    order = Order("notice-of-violation", {})
    with open_office(settings) as office:
        office.issuing.preview(replace(order, casefile=casefile(0)))
        typeset = 0
        gate.wait()
        began = time.process_time()
        for turn in range(letters):
            office.issuing.issue(replace(order, casefile=casefile(os.getpid() * 1000 + turn)), actor="bench")
        answers.put((typeset, (time.process_time() - began) * 1000))


def main() -> None:
    parser = argparse.ArgumentParser(description="Letters of one series: how many a second, and how long each takes.")
    parser.add_argument("what", nargs="*", choices=["http", "postgresql", []], help="what to measure (both)")
    parser.add_argument("--letters", type=int, default=100, help="over HTTP, a round")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not given.what or "http" in given.what:
            over_http(Path(folder) / "home", given.letters, given.clients, given.rounds)
        if not given.what or "postgresql" in given.what:
            on_postgresql(Path(folder) / "shared", max(10, given.letters // 5))


if __name__ == "__main__":
    main()
