"""What is kept is not made again; what is asked for longest ago goes."""

from __future__ import annotations

import pytest

from docservice.recent import RecentShelf


def test_a_full_shelf_drops_what_was_asked_for_longest_ago() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        return shelf.take(name, lambda: made.append(name) or name)

    shelf: RecentShelf[str] = RecentShelf(2)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert make(name) == name
    assert made == ["a", "b", "c", "b"]


def test_what_fails_is_not_kept() -> None:
    shelf: RecentShelf[int] = RecentShelf()
    with pytest.raises(ZeroDivisionError):
        shelf.take("a", lambda: 1 // 0)
    assert shelf.take("a", lambda: 1) == 1
