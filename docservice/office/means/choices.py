"""The closed lists of words that callers choose from; light, so that ``--help`` knows them without the engines."""

from __future__ import annotations

from typing import Literal, get_args

from docservice.jobs.words import KINDS as JOB_KINDS
from docservice.jobs.words import MODES as JOB_MODES
from docservice.jobs.words import STATES as JOB_STATES

__all__ = [
    "CALENDAR_SCOPES",
    "CASE_STATUSES",
    "CORRECTIONS",
    "DUE_STATES",
    "JOB_KINDS",
    "JOB_MODES",
    "JOB_STATES",
    "ROLES",
    "SCOPES",
    "STATUSES",
    "VERDICTS",
    "CalendarScope",
    "CaseStatus",
    "Correction",
    "DocumentStatus",
    "Role",
    "Scope",
]

DocumentStatus = Literal["issued", "superseded", "void"]  # of a document on record
STATUSES: tuple[DocumentStatus, ...] = get_args(DocumentStatus)

Correction = Literal["clerical", "substantive"]  # what kind of correction takes a document's place
CORRECTIONS: tuple[Correction, ...] = get_args(Correction)

CaseStatus = Literal["open", "closed"]  # of a case on record
CASE_STATUSES: tuple[CaseStatus, ...] = get_args(CaseStatus)

CalendarScope = Literal["office", "officer", "case"]  # whose dates a calendar shows
CALENDAR_SCOPES: tuple[CalendarScope, ...] = get_args(CalendarScope)

DUE_STATES = ("open", "late", "done", "moot", "held", "person")  # of dates on record (``town.recorded_dates``)

VERDICTS = ("yes", "no", "ask")  # of the guards of procedure: may it go out? (``town.guard_answers``)

Scope = Literal[  # of an API key
    "preview", "issue", "read", "records", "packets", "review", "approve", "translate", "admin"
]
SCOPES: tuple[Scope, ...] = get_args(Scope)

# Of an account; what each may do stands in office.people.roles.
Role = Literal["requester", "staff", "translator", "reviewer", "approver", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
