"""Rendering processes: warm, bounded, replaced when they exceed their limits."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from docservice.config import Settings
from docservice.jobs.pool import Pool
from docservice.office import Office, Order, open_office
from docservice.office.people.roles import Actor
from docservice.refusal import Refusal
from tests.homes import furnish
from tests.jobs import jobs_for_pool as jobs  # workers import it by this name, along the same path

pytestmark = pytest.mark.usefixtures("processes_anew")


@pytest.fixture(scope="module")
def pool(processes_anew: None) -> Iterator[Pool]:
    opened = Pool(workers=2, seconds=20, megabytes=1024)
    yield opened
    opened.close()


def parts(*contents: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(content).hexdigest(): content for content in contents}


def test_a_worker_stays_warm_and_keeps_the_parts_it_was_given(pool: Pool) -> None:
    one, two = parts(b"xx"), parts(b"xx", b"y")
    first = pool.call(jobs.sizes, one, factor=2)
    assert list(first[1].values()) == [4]
    process, sizes = pool.call(jobs.sizes, two)
    assert (process, sizes.keys(), sorted(sizes.values())) == (first[0], two.keys(), [1, 2])
    for number in range(150):  # more than a worker keeps
        assert list(pool.call(jobs.sizes, parts(b"%d" % number))[1].values()) == [len(str(number))]
    assert pool.call(jobs.sizes, one) == (first[0], dict.fromkeys(one, 2))


def test_what_a_worker_has_loaded_is_looked_through_for_garbage_no_more() -> None:
    pool = Pool(workers=1)
    try:
        assert pool.call(jobs.garbage, {}) == (False, 0)  # it loads
        looks, kept = pool.call(jobs.garbage, {})
    finally:
        pool.close()
    assert looks
    assert kept > 1000


def test_parts_go_by_their_content_not_by_a_name(pool: Pool) -> None:
    """Under a name, a worker that is warm would answer with what it was sent before."""
    with pytest.raises(ValueError, match="SHA-256"):
        pool.call(jobs.sizes, {"pdf": b"xx"})


def test_each_version_shows_its_own_pages(tmp_path: Path, fonts_folder: Path) -> None:
    home = furnish(tmp_path / "home", fonts_folder)
    with open_office(Settings(home=home, isolated_rendering=True, workers=1)) as office:
        shown = [office.review.shown(key, 1) for key in ("courtesy-letter", "stop-work-order", "courtesy-letter")]
    assert shown[0].pictures == shown[2].pictures
    assert not {*shown[0].pictures} & {*shown[1].pictures}


def test_a_refusal_comes_through_whole(pool: Pool) -> None:
    with pytest.raises(Refusal) as refused:
        pool.call(jobs.refuse, {})
    assert (refused.value.code, refused.value.kind, refused.value.problems[0].place) == ("letter.bad", "conflict", "/c")


@pytest.mark.parametrize(
    ("job", "code", "kind"),
    [
        (jobs.forever, "render.timeout", "timeout"),
        (jobs.flood, "render.memory", "input"),
        (jobs.vanish, "render.crashed", "setup"),
    ],
)
def test_what_exceeds_its_limits_ends_and_the_next_one_is_served(pool: Pool, job: object, code: str, kind: str) -> None:
    pool.call(jobs.sizes, {})  # started: from now on the limit is the limit
    with pytest.raises(Refusal) as refused:
        pool.call_within(0.5, job, {})  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.kind) == (code, kind)
    assert list(pool.call(jobs.sizes, parts(b"x"))[1].values()) == [1]


class Unreadable:
    """Goes out, and cannot be read at the other end."""

    def __reduce__(self) -> tuple[type[int], tuple[str]]:
        return int, ("x",)


def test_a_job_that_cannot_be_read_is_answered_at_once(pool: Pool) -> None:
    with pytest.raises(Refusal) as refused:
        pool.call_within(5, jobs.sizes, {}, Unreadable())
    assert refused.value.code == "render.crashed"


def test_threads_share_the_workers(pool: Pool) -> None:
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda _: pool.call(jobs.nap, {}, 0.01), range(12)))
    assert len(set(found)) <= 2


def test_every_worker_is_warm_and_so_is_who_takes_its_place() -> None:
    pool = Pool(workers=2, seconds=20, megabytes=1024)
    try:
        assert pool.warm_workers == 0
        pool.warm(jobs.begin, {}, "warmed")
        assert pool.warm_workers == 2

        def both() -> dict[int, list[str]]:
            with ThreadPoolExecutor(4) as threads:
                return dict(threads.map(lambda _: pool.call(jobs.begun, {}), range(8)))

        first = both()
        assert list(first.values()) == [["warmed"]] * 2
        with pytest.raises(Refusal):
            pool.call(jobs.vanish, {})
        second = both()
        assert list(second.values()) == [["warmed"]] * 2
        assert len(first.keys() & second.keys()) == 1
        for process in second:  # ended by the system while they were idle: nobody's letter is refused for it
            os.kill(process, signal.SIGKILL)
            os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        third = both()
        assert list(third.values()) == [["warmed"]] * 2
        assert not second.keys() & third.keys()
        assert pool.warm_workers == 2
    finally:
        pool.close()


def test_a_first_job_that_ends_its_worker_is_not_begun_for_ever() -> None:
    pool = Pool(workers=2, seconds=20, megabytes=1024)
    try:
        pool.warm(jobs.vanish, {})
        assert pool.warm_workers == 0
        assert list(pool.call(jobs.sizes, parts(b"x"))[1].values()) == [1]  # cold, but it works
        pool.warm(jobs.refuse, {})
        assert pool.warm_workers == 0
        assert list(pool.call(jobs.sizes, parts(b"x"))[1].values()) == [1]
    finally:
        pool.close()


def test_a_template_that_never_ends_uses_up_no_number(
    tmp_path: Path, fonts_folder: Path, citation: Order, law_copy: Path
) -> None:
    """Loops within loops: the worker is killed within its limit and replaced."""
    home = tmp_path / "isolated"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    open_office(Settings(home=home)).close()  # fonts prepared, catalog filled
    settings = Settings(home=home, isolated_rendering=True, workers=1, law=law_copy)
    wording = law_copy / "us" / "letters" / "administrative-citation" / "letter.html"
    loops = "".join(f"{{% for {name} in range(1000) %}}" for name in "abcd") + "{% endfor %}" * 4
    good = wording.read_text()
    office: Office = open_office(settings)
    try:
        assert office.issuing.preview(citation).pages
        wording.write_text(good.replace("</h1>", "</h1>" + loops, 1))
        hostile = office.review.add_template(wording.parent, effective_on=date(2026, 1, 1), actor="mallory")
        assert office.means.pool is not None
        office.means.pool.seconds = 1.5
        with pytest.raises(Refusal) as refused:
            office.issuing.issue(citation, actor="ana")
        office.means.pool.seconds = 30
        assert (refused.value.code, refused.value.kind) == ("render.timeout", "timeout")
        office.review.withdraw(
            hostile.template, hostile.number, reason="It never ends.", actor=Actor("ana"), replacement=1
        )
        record = office.issuing.issue(replace(citation), actor="ana")
        assert (record.number, record.version) == ("AC-2026-0001", 1)
        assert office.issuing.reproduce(record.id).identical
    finally:
        office.close()
