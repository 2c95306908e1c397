"""Module-level functions that test_pool runs in workers."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Mapping

from docservice.finding import Finding
from docservice.refusal import Refusal


def sizes(parts: Mapping[str, bytes], factor: int = 1) -> tuple[int, dict[str, int]]:
    return os.getpid(), {name: len(data) * factor for name, data in parts.items()}


def refuse(parts: Mapping[str, bytes]) -> None:
    raise Refusal("letter.bad", "It will not do.", [Finding.error("a", "b", "/c")], kind="conflict")


def forever(parts: Mapping[str, bytes]) -> None:
    while True:
        pass


def flood(parts: Mapping[str, bytes]) -> int:
    return len(b"x" * (4 << 30))


def vanish(parts: Mapping[str, bytes]) -> None:
    os._exit(3)


def nap(parts: Mapping[str, bytes], seconds: float) -> int:
    time.sleep(seconds)
    print("a word that must not get into the answer")
    return os.getpid()


_begun: list[str] = []


def begin(parts: Mapping[str, bytes], word: str) -> None:
    _begun.append(word)


def begun(parts: Mapping[str, bytes]) -> tuple[int, list[str]]:
    time.sleep(0.05)
    return os.getpid(), _begun


def garbage(parts: Mapping[str, bytes]) -> tuple[bool, int]:
    return gc.isenabled(), gc.get_freeze_count()
