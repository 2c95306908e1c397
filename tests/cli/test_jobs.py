"""Long work from a terminal: what waits, what came of it, canceling, and a worker."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from click.testing import Result

from docservice.pipeline.order import Order
from docservice.refusal import Refusal
from tests.fake_office import NOW, FakeOffice

Run = Callable[..., Result]


@pytest.fixture
def job(office: FakeOffice) -> str:
    casefile = {"case": {"number": "CE-2026-0001"}, "parties": [{"id": "o1"}, {"id": "t1"}]}
    return str(office.queue_letters(Order("courtesy-letter", casefile), everyone=True, actor="key:tracker").id)


def test_list_show_cancel(run: Run, office: FakeOffice, job: str) -> None:
    listed = run("jobs", "list").stdout
    assert "queued" in listed
    assert "0/2" in listed
    assert "No jobs." in run("jobs", "list", "--state", "done").stdout
    assert json.loads(run("jobs", "list", "--json").stdout)["items"][0]["id"] == job
    assert "ends" not in run("jobs", "cancel", job).stdout
    assert run("jobs", "cancel", job).exit_code == 3
    assert run("jobs", "show", "unknown").exit_code == 4


def test_show_says_why(run: Run, office: FakeOffice, job: str) -> None:
    office.end_job(job, state="failed", problem=Refusal("checks.failed", "The fine is over its cap."))
    assert "The fine is over its cap. [checks.failed]" in run("jobs", "show", job).stdout
    shown = json.loads(run("jobs", "show", job, "--json").stdout)["job"]
    assert (shown["state"], shown["problem"]["code"]) == ("failed", "checks.failed")


def test_watch_until_it_ends(run: Run, office: FakeOffice, job: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = iter(({"state": "running", "done": 1, "label": "t1"}, {}, {"state": "done", "done": 2, "finished_at": NOW}))

    def sleep(_: float) -> None:
        old = office.job(job)
        office.queued[office.queued.index(old)] = replace(old, **{"label": "", **next(steps)})

    monkeypatch.setattr(time, "sleep", sleep)
    watched = run("jobs", "watch", job)
    assert watched.stdout.splitlines() == ["queued  0/2", "running  1/2  t1", "running  1/2", "done  2/2"]
    assert watched.exit_code == 0
    assert json.loads(run("jobs", "watch", job, "--json").stdout)["state"] == "done"
    office.end_job(job, state="failed", problem=Refusal("checks.failed", "The fine is over its cap."))
    failed = run("jobs", "watch", job)
    assert (failed.exit_code, "checks.failed" in failed.stderr) == (1, True)
    assert run("jobs", "watch", "unknown").exit_code == 4


def test_worker(run: Run, office: FakeOffice, job: str, monkeypatch: pytest.MonkeyPatch) -> None:
    handled = []
    monkeypatch.setattr(signal, "signal", lambda number, _: handled.append(number))
    worker = SimpleNamespace(halt=None, finished=lambda drain: iter([office.end_job(job, state="done")]))
    monkeypatch.setattr(office, "worker", worker, raising=False)
    assert json.loads(run("worker", "--drain", "--json").stdout)["state"] == "done"
    assert set(handled) == {signal.SIGTERM, signal.SIGINT}
