"""Counting: windows, many threads at once, many addresses, a store that fails, the counts of several processes."""

from __future__ import annotations

import logging
import socket
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from docservice.config import Settings
from docservice.limiting import counting
from docservice.limiting.counting import Memory, RateLimits
from docservice.limiting.requests import network
from docservice.refusal import Refusal

REDIS = "redis://127.0.0.1:6379/9"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limits(clock: Callable[[], float] | None = None, **rules: str) -> RateLimits:
    settings = Settings(**{f"limit_{name}": rule for name, rule in rules.items()})  # type: ignore[arg-type]
    return RateLimits.of(settings, *([clock] if clock else []))


def wait(counted: RateLimits, name: str = "costly", who: str = "key:a") -> int:
    """How many seconds one has to wait: none when one is let in."""
    try:
        counted.take(name, who)  # type: ignore[arg-type]
    except Refusal as refusal:
        return refusal.retry_after or -1
    return 0


def passed(counted: RateLimits, name: str = "costly", who: str = "key:a") -> bool:
    return wait(counted, name, who) == 0


def test_a_refusal_says_which_limit_and_how_long(clock: Clock) -> None:
    counted = limits(clock, costly="1/minute")
    counted.take("costly", "key:a")
    clock.now += 59.5
    with pytest.raises(Refusal, match=r"Try again in 1 second\.") as refused:
        counted.take("costly", "key:a")
    assert (refused.value.code, refused.value.kind, refused.value.retry_after) == ("limit.costly", "too-many", 1)


def test_the_window_moves_with_the_time(clock: Clock) -> None:
    """Not so many at the end of one minute and so many again at the start of the next."""
    counted = limits(clock, costly="3/minute")
    for second, expected in ((0, True), (20, True), (40, True), (59, False), (60, True), (61, False), (80, True)):
        clock.now = 1000.0 + second
        assert passed(counted) is expected, second


def test_who_waits_as_long_as_is_said_is_let_in(clock: Clock) -> None:
    counted = limits(clock, costly="2/minute; 3/hour")
    waits = []
    for _ in range(8):
        waits.append(wait(counted))
        clock.now += 1
        if waits[-1]:
            clock.now += waits[-1] - 2.5
            assert not passed(counted)
            clock.now += 1.5
    assert [waits[n] for n in (0, 1, 3)] == [0, 0, 0]
    assert 0 < waits[2] <= 58
    assert waits[4] > 3000


def test_one_does_not_use_up_what_is_another_s(clock: Clock) -> None:
    counted = limits(clock, costly="1/minute", work="1/minute")
    assert [passed(counted, who=who) for who in ("key:a", "key:a", "key:b", "account:a")] == [True, False, True, True]
    assert passed(counted, "work")
    # A name that looks like the end of a count is still a name.
    assert passed(counted, who="key:a/1/1/minute")


def test_off_is_off() -> None:
    counted = limits(costly="off")
    assert all(passed(counted) for _ in range(2000))
    assert counted.left("costly", "key:a") is None


@pytest.mark.parametrize("store", ["memory", "redis"])
def test_many_at_once_never_pass_more_than_the_limit(store: str, redis: str) -> None:
    settings = Settings(limit_costly="50/hour", limit_store=redis if store == "redis" else "")
    counted = [RateLimits.of(settings)] * 2 if store == "memory" else [RateLimits.of(settings), RateLimits.of(settings)]
    who, start = f"key:{uuid.uuid4()}", threading.Barrier(16)

    def ask(number: int) -> int:
        start.wait()
        return sum(passed(counted[number % 2], who=who) for _ in range(20))

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(ask, range(16))) == 50
    left = counted[0].left("costly", who)
    assert left is not None
    assert (left.quota, left.window, left.left) == (50, 3600, 0)


@pytest.fixture
def redis(request: pytest.FixtureRequest) -> str:
    """A Redis on this machine; without one the halves that need it are skipped, and listed."""
    if request.node.callspec.params.get("store") == "memory":
        return ""
    with socket.socket() as found:
        found.settimeout(1)
        if found.connect_ex(("127.0.0.1", 6379)):
            pytest.skip("no Redis answers on 127.0.0.1:6379")
    return REDIS


def test_who_comes_from_many_addresses_fills_no_memory(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_KEPT", 100)
    threads = threading.active_count()  # those of tests before
    memory = Memory(clock)
    counted = RateLimits({"verify": counting.rule("2/minute")}, memory, clock)
    for number in range(1000):
        counted.take("verify", f"10.0.{number // 250}.{number % 250}")
    assert len(memory._hits) == 100
    clock.now += 61
    counted.take("verify", "one more")
    assert len(memory._hits) == 1
    assert threading.active_count() < threads + 20  # the library's own memory keeps a thread busy with each address


def test_a_store_that_fails_stops_nobody_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        port = taken.getsockname()[1]
        counted = RateLimits.of(Settings(limit_costly="1/hour", limit_store=f"redis://:secret@127.0.0.1:{port}/0"))
        with caplog.at_level(logging.ERROR, "docservice.limits"):
            assert all(passed(counted) for _ in range(50))
    counted.refuse_spent("costly", "key:a")
    assert counted.left("costly", "key:a") is None
    assert len(caplog.records) == 1  # and then it is left alone for a while
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("unknown", "unknown"),
        ("_hidden", "unknown"),
    ],
)
def test_what_of_an_address_is_counted_as_one(address: str, counted: str) -> None:
    assert network(address) == counted


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LIMIT_WORK", "many"),
        ("LIMIT_WORK", "0/minute"),
        ("LIMIT_COSTLY", "10/fortnight"),
        ("LIMIT_COSTLY", "-1/minute"),
        ("LIMIT_VERIFY", "5"),
        ("LIMIT_SIGN_IN", "5/minute; x"),
        ("LIMIT_PUBLIC", "999999999/day"),
        ("LIMIT_STORE", "memcached://127.0.0.1"),
        ("LIMIT_STORE", "127.0.0.1:6379"),
        ("TRUSTED_PROXY", "*"),
        ("TRUSTED_PROXY", "proxy.example"),
        ("TRUSTED_PROXY", "10.0.0.0/8"),
        ("TRUSTED_PROXIES", "0"),
    ],
)
def test_a_setting_that_is_no_limit_is_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(Refusal) as refused:
        Settings.from_env({f"DOCSERVICE_{variable}": value})
    assert [problem.place for problem in refused.value.problems] == [f"DOCSERVICE_{variable}"]


@pytest.mark.parametrize(
    "value", ["off", "OFF", "10/minute", "10 per minute", "60/10 minutes; 500/day", "1/second,2/hour"]
)
def test_a_setting_that_is_a_limit_is_one(value: str) -> None:
    settings = Settings.from_env({"DOCSERVICE_LIMIT_WORK": value})
    assert len(counting.rule(settings.limit_work)) == (
        0 if value.lower() == "off" else 1 + ("; " in value or "," in value)
    )
