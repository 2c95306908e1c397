"""What an approver confirms by name before a version takes force: that it undoes something, that a number is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from docservice.finding import Finding
from docservice.office.means.versions import VersionRecord
from docservice.office.review.undoing import Undoing
from docservice.refusal import Refusal

UNDOES = "template.undoes"


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A sentence that an approver confirms by its ``id``; another text, day or number is another id."""

    id: str
    code: str
    message: str


def to_confirm(version: VersionRecord, undoes: Sequence[Undoing], numbers: Sequence[Finding]) -> tuple[ToConfirm, ...]:
    """Everything that is to be confirmed about approving ``version``."""
    found = [ToConfirm(one.id, UNDOES, _undoing(one)) for one in undoes]
    for finding in numbers:
        said = "\n".join((version.sha256, finding.code, finding.message, finding.place))
        id = hashlib.sha256(said.encode()).hexdigest()[:12]
        found.append(ToConfirm(id, finding.code, f"{finding.message} ({finding.place})"))
    return tuple(found)


def _undoing(one: Undoing) -> str:
    count = len(one.changes)
    what = "this change" if count == 1 else f"these {count} changes"
    changes = " · ".join(one.changes)
    return f"On {one.on}, version {one.later} takes away {what} of version {one.earlier}: {changes}"


def refuse_unconfirmed(version: VersionRecord, asked: Sequence[ToConfirm], confirmed: Collection[str]) -> None:
    """Raise ``Refusal("template.unconfirmed", kind="conflict")`` naming what is not confirmed, each with its id."""
    missing = [one for one in asked if one.id not in confirmed]
    if missing:
        things = "one thing" if len(missing) == 1 else f"{len(missing)} things"
        message = f"Approving {version.template} version {version.number} does {things} that you must confirm."
        problems = [Finding.error(one.code, f"{one.message} (confirm {one.id})", "/confirmed") for one in missing]
        raise Refusal("template.unconfirmed", message, problems, kind="conflict")


def refuse_overtaken(
    version: VersionRecord, looked_at: Sequence[VersionRecord], listed: Sequence[VersionRecord]
) -> None:
    """Raise ``Refusal("template.overtaken", kind="conflict")`` when other versions took or lost force meanwhile."""
    if _approved(looked_at, version.number) != _approved(listed, version.number):
        message = f"Meanwhile another version of {version.template} was approved or withdrawn. Look again."
        raise Refusal("template.overtaken", message, kind="conflict")


def _approved(listed: Sequence[VersionRecord], but: int) -> set[tuple[int, date | None]]:
    return {(one.number, one.effective_on) for one in listed if one.status == "approved" and one.number != but}
