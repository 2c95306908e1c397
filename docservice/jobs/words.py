"""The closed lists of words about jobs; light, so that ``--help`` knows them without the database."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal["packet", "letters"]
KINDS: tuple[Kind, ...] = get_args(Kind)

State = Literal["queued", "running", "done", "failed", "canceled"]
STATES: tuple[State, ...] = get_args(State)

# What is done with a part: all of a packet; letters are checked, when all or none go out, and issued.
Stage = Literal["whole", "check", "issue"]

Mode = Literal["all_or_none", "each"]
MODES: tuple[Mode, ...] = get_args(Mode)
