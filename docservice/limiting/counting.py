"""Counting: who asked how often, in a window that moves with the time.

The library ``limits`` has the notation (``300/minute; 5000/day``), the arithmetic and the counts in Redis, for an
office served by several processes. What one process counts lies in its memory, in ``Memory``.

A store that does not answer stops nobody: its failure is logged, requests go through, and it is asked again after a
while. The waits of accounts (``office.people.accounts``) do not depend on it.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from docservice.config import Settings
from docservice.finding import Finding
from docservice.limiting.table import LIMITED, Class
from docservice.refusal import Refusal

log = logging.getLogger("docservice.limits")

OFF = "off"
MOST_KEPT = 20_000  # how many are counted in memory; past that, who did not ask for the longest time is forgotten
STORE_SECONDS = 0.5  # how long a request waits for the store
PAUSE_SECONDS = 5.0  # how long a store that failed is left alone

Answer = TypeVar("Answer")
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody may still do: ``quota`` in any ``window`` seconds, ``left`` now, more after ``seconds``."""

    quota: int
    window: int
    left: int
    seconds: int


class Memory(MemoryStorage):
    """The library's counts in memory, but exact among threads, and bounded.

    The library's own (5.8) keeps an entry for every address that ever asked, and walks through all of them again and
    again in a thread: who comes from many addresses makes it slow.
    """

    STORAGE_SCHEME = None  # type: ignore[assignment]  # made here, not by its address

    def __init__(self, clock: Clock = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._guard = threading.Lock()
        self._hits: OrderedDict[str, tuple[int, deque[float]]] = OrderedDict()  # the longest unseen first

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count one more, unless ``limit`` are counted within the last ``expiry`` seconds."""
        now = self._clock()
        with self._guard:
            hits = self._recent(key, expiry, now)
            if len(hits) + amount > limit:
                return False
            hits.extend([now] * amount)
            self._hits[key] = (expiry, hits)
            self._hits.move_to_end(key)
            self._forget(now)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest that counts was counted, and how many do."""
        now = self._clock()
        with self._guard:
            hits = self._recent(key, expiry, now)
            return (hits[0] if hits else now), len(hits)

    def _recent(self, key: str, expiry: int, now: float) -> deque[float]:
        _, hits = self._hits.get(key, (expiry, deque[float]()))
        while hits and hits[0] <= now - expiry:
            hits.popleft()
        return hits

    def _forget(self, now: float) -> None:
        while self._hits:
            expiry, hits = next(iter(self._hits.values()))
            if len(self._hits) <= MOST_KEPT and hits and hits[-1] > now - expiry:
                return
            self._hits.popitem(last=False)


class Limits:
    """The limits of one installation and what was counted. Threads may share it."""

    def __init__(self, rules: Mapping[Class, tuple[RateLimitItem, ...]], store: Storage, clock: Clock) -> None:
        self._rules, self._clock = dict(rules), clock
        self._counts = MovingWindowRateLimiter(store)
        self._asleep_until = -math.inf

    @staticmethod
    def of(settings: Settings, clock: Clock = time.monotonic) -> Limits:
        """The limits that ``settings`` name. Raises ``Refusal("settings.limit_store", kind="setup")``."""
        rules = {name: rule(getattr(settings, limited.setting)) for name, limited in LIMITED.items()}
        if not settings.limit_store:
            return Limits(rules, Memory(clock), clock)
        try:
            store = storage_from_string(
                settings.limit_store, wrap_exceptions=True, key_prefix="docservice",
                socket_timeout=STORE_SECONDS, socket_connect_timeout=STORE_SECONDS,
            )  # fmt: skip
        except (ConfigurationError, StorageError, ValueError) as error:
            message = f"The counts of limits cannot be kept there: {error} It takes docservice[redis]."
            problem = Finding.error("settings.value", message, "DOCSERVICE_LIMIT_STORE")
            raise Refusal("settings.limit_store", "The settings are not right.", [problem], kind="setup") from None
        assert isinstance(store, Storage)
        return Limits(rules, store, time.time)

    def take(self, name: Class, who: str) -> None:
        """Count one of this class for somebody. Raises ``Refusal("limit.…", kind="too-many")`` past the limit."""
        for item in self._rules.get(name, ()):
            if not self._ask(lambda item=item: self._counts.hit(item, name, quote(who)), True):  # type: ignore[misc]
                raise self._refusal(name, who)

    def refuse_spent(self, name: Class, who: str) -> None:
        """Count nothing, but refuse who has no more of this class."""
        if any(one.left < 1 for one in self._all(name, who)):
            raise self._refusal(name, who)

    def left(self, name: Class, who: str) -> Left | None:
        """What somebody has left of the limit that is nearest; None where there is none, or nobody knows."""
        return min(self._all(name, who), key=lambda one: one.left, default=None)

    def _all(self, name: Class, who: str) -> list[Left]:
        found = []
        for item in self._rules.get(name, ()):
            stats = self._ask(lambda item=item: self._counts.get_window_stats(item, name, quote(who)), None)  # type: ignore[misc]
            if stats is not None:
                seconds = max(1, math.ceil(stats.reset_time - self._clock()))
                found.append(Left(item.amount, item.get_expiry(), max(0, stats.remaining), seconds))
        return found

    def _refusal(self, name: Class, who: str) -> Refusal:
        seconds = max((one.seconds for one in self._all(name, who) if one.left < 1), default=1)
        unit = "second" if seconds == 1 else "seconds"
        message = f"{LIMITED[name].message} Try again in {seconds} {unit}."
        return Refusal(f"limit.{name}", message, kind="too-many", retry_after=seconds)

    def _ask(self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        if time.monotonic() < self._asleep_until:
            return otherwise
        try:
            return question()
        except StorageError as error:
            self._asleep_until = time.monotonic() + PAUSE_SECONDS
            log.error("limits are not counted, their store does not answer: %s", error)
            return otherwise


def rule(text: str) -> tuple[RateLimitItem, ...]:
    """The limits that a setting names; none for ``off``. Settings are read before, so this does not fail."""
    return () if text == OFF else tuple(parse_many(text))
