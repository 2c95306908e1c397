"""What may take the place of a paper: one of its own case and type, about the same thing, to the same person.

Anything else would leave the old one's subject or recipient without the paper that they have, by a paper about
somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.means import case_records
from docservice.office.means.means import Means, Prepared
from docservice.refusal import Refusal, things_are
from docservice.storage.models import DocumentRow


def refuse_other_paper(means: Means, old: DocumentRow, letter: Prepared) -> None:
    """Raise ``Refusal`` (kind ``conflict``) unless a letter may supersede ``old``.

    ``document.other_case``, or ``document.other_paper`` with the places in which the order says otherwise.
    """
    refuse_other_case(means, old, letter)
    problems = [
        Finding.error("document.other_paper", message, place) for place, message in _otherwise(means, old, letter)
    ]
    if problems:
        message = f"What the order makes cannot take the place of {old.number}: {things_are(problems)} otherwise."
        raise Refusal("document.other_paper", message, problems, kind="conflict")


def refuse_other_case(means: Means, old: DocumentRow, letter: Prepared) -> None:
    """Raise ``Refusal("document.other_case", kind="conflict")`` unless a letter is of the case of ``old``, or of the
    one that it went into."""
    with means.store.database.reading() as session:
        key = case_records.goes_on_as(session, old.case_key)
    if key != case_key(letter.casefile.case.number):
        message = f"{old.number} is of another case than the order, {letter.casefile.case.number}."
        raise Refusal("document.other_case", message, kind="conflict")


def _otherwise(means: Means, old: DocumentRow, letter: Prepared) -> Iterator[tuple[str, str]]:
    # A paper of a case that was merged since: its things may have other ids in the one that goes on.
    known = next((one for one in letter.record.documents if one.number == old.number), None)
    about = known.about if known is not None else old.about
    recipient = known.recipient if known is not None else old.recipient
    was = means.bundle(old.bundle_sha256).meta.document_type
    now = letter.bundle.meta.document_type
    if was != now:
        yield "/template", f"{old.number} is of the type {was}; the order makes one of the type {now}."
    elif about is not None and about != letter.task.about:  # papers of an earlier release may not name it
        yield "/about", f"{old.number} is about “{about}”; the order is about “{letter.task.about}”."
    if recipient != letter.task.recipient:
        whom = f"“{letter.task.recipient}”" if letter.task.recipient is not None else "nobody"
        yield "/recipient", f"{old.number} went to “{recipient}”; the order goes to {whom}."
