"""The closed lists of words about jobs; light, so that ``--help`` knows them without the database."""

from __future__ import annotations

from typing import Literal, get_args

JobKind = Literal["packet", "letters"]
KINDS: tuple[JobKind, ...] = get_args(JobKind)

JobState = Literal["queued", "running", "done", "failed", "canceled"]
STATES: tuple[JobState, ...] = get_args(JobState)

# What is done with a part: all of a packet; letters are checked, when all or none go out, and issued.
JobStage = Literal["whole", "check", "issue"]

Mode = Literal["all_or_none", "each"]
MODES: tuple[Mode, ...] = get_args(Mode)
