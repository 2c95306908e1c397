"""What lint says, and what it holds a wording against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing about a template; ``place`` is ``file:line`` below the template or the shared folders."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    place: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What wording may say: the names it sees, every field that some record has, and the filters."""

    names: frozenset[str]
    fields: frozenset[str]
    filters: frozenset[str]
