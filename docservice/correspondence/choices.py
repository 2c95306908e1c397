"""The closed lists of words that callers choose from; light, so that ``--help`` knows them without the engines."""

from __future__ import annotations

from typing import Literal, get_args

Face = Literal["pdf", "docx", "html"]
FACES: tuple[Face, ...] = get_args(Face)

Status = Literal["issued", "superseded", "void"]  # of a document on record
STATUSES: tuple[Status, ...] = get_args(Status)

Scope = Literal["preview", "issue", "read", "packets", "admin"]  # of an API key
SCOPES: tuple[Scope, ...] = get_args(Scope)
