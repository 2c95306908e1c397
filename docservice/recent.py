"""What was made or read last, kept in memory by key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class RecentShelf(Generic[T]):
    """At most ``room`` things by key; what was asked for longest ago goes first. Threads may share it."""

    def __init__(self, room: int = 64) -> None:
        self._room = room
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def take(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under ``key``, else what ``make`` makes. Two threads may both make it; nothing waits."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
        return made
