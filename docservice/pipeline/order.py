"""What a caller asks for: an order for one document."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Literal

from docservice import casefile
from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.pipeline.mail_classes import MailClass
from docservice.places import pointer
from docservice.refusal import Refusal
from docservice.text import is_plain

MOST_MAIL_DAYS = 30  # between the day of a document and that of its mailing


@dataclass(frozen=True, slots=True)
class OrderDecision:
    """What a person decided of a guard of procedure: ``by`` is an officer's id of the town's rules.

    ``guard`` is the code of what is refused or asked (``procedure.once``), ``answer`` yes to go on, or no.
    """

    guard: str
    answer: Literal["yes", "no"]
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseReference:
    """The case on record that an order means: the facts are those of ``revision``.

    ``asked`` is the revision that the caller named. ``strict``: nothing is issued once the case has moved on; a mailing
    that waits goes out by the facts of the day on which it was sent in.
    """

    number: str
    revision: int
    asked: int | None = None
    strict: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """An order for one document of one template to one recipient.

    ``template`` is a template's key; ``casefile`` the raw JSON object; ``recipient`` a party id (None: the first
    party whose role the template names); ``language`` BCP 47 (None: the recipient's, where the template offers
    it, else English); ``on`` the document's date (None: today in the town's time zone); ``about`` the id of the
    inspection, citation, hearing, memorandum or service record meant; ``version`` pins a template version
    (None: the one in force on ``on``); ``attachments`` are the pictures, by ``photo.file``; ``dated_back`` says why
    ``on`` is before the day of issue; ``ordered_on`` is the day that counts as that of issue (None: today), since a
    mailing may wait over midnight; ``case`` is there when the casefile is that of a case on record; ``decisions`` are
    what persons decided of the guards of procedure; ``mailing`` is the class of mail, where it goes by mail: for
    certified mail an article number is taken and printed; ``mail_on`` is the day on which it is mailed, from which its
    dates count (None: its own); ``envelope`` the town's profile that it goes in (None: the document's own, or the one
    that takes its sheets).
    """

    template: str
    casefile: Mapping[str, Any]
    recipient: str | None = None
    language: str | None = None
    on: date | None = None
    about: str | None = None
    version: int | None = None
    attachments: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    dated_back: str | None = None
    ordered_on: date | None = None
    case: CaseReference | None = None
    decisions: tuple[OrderDecision, ...] = ()
    mailing: MailClass | None = None
    mail_on: date | None = None
    envelope: str | None = None

    def refuse_mail_on(self, on: date) -> None:
        """Raise ``Refusal("order.mail_on")`` for a day of mailing before the document's own, or long after it."""
        if self.mail_on is not None and not on <= self.mail_on <= on + timedelta(days=MOST_MAIL_DAYS):
            message = (
                f"It is mailed on its own day, {on}, or at most {MOST_MAIL_DAYS} days later; {self.mail_on} is not."
            )
            raise Refusal("order.mail_on", message, [Finding.error("order.mail_on", message, "/mail_on")])

    def refuse_names(self) -> None:
        """Raise ``Refusal("order.attachment")`` for pictures whose names cannot be kept."""
        message = "A picture's name has at most 300 characters, and none that cannot be printed."
        problems = [
            Finding.error("order.attachment", message, pointer(("attachments", name)))
            for name in self.attachments
            if not is_plain(name, 300)
        ]
        if problems:
            raise Refusal("order.attachment", message, problems)

    def refuse_dated_back(self) -> None:
        """Raise ``Refusal("order.date")`` for a reason of a back date that says nothing or cannot be kept."""
        if self.dated_back is not None and not is_plain(self.dated_back, 500):
            message = "Say why the document is dated back, in at most 500 characters."
            raise Refusal("order.date", message, [Finding.error("order.date", message, "/dated_back")])

    def refuse_decisions(self) -> None:
        """Raise ``Refusal("order.decisions")`` for decisions whose words say nothing or cannot be kept."""
        problems = [
            Finding.error("order.decisions", message, f"/decisions/{index}/{name}")
            for index, one in enumerate(self.decisions)
            for name, limit, message in (
                ("guard", 60, "Name the guard by its code: procedure.once."),
                ("reason", 1000, "Say why, in at most 1000 characters."),
            )
            if not is_plain(getattr(one, name), limit)
        ]
        if problems:
            raise Refusal("order.decisions", problems[0].message, problems)

    def fingerprint(self) -> str:
        """A SHA-256 over everything asked for: two requests with one idempotency key must agree in it."""
        if self.case is None:
            digest = hashlib.sha256(casefile.canonical(self.casefile))
        else:  # by what was asked: the same request, sent again, means the same also when the case has moved on
            digest = hashlib.sha256(f"case\0{case_key(self.case.number)}\0{self.case.asked}".encode())
        for part in (self.template, self.recipient, self.language, self.on, self.about, self.version):
            digest.update(b"\0" + ("" if part is None else str(part)).encode())
        if self.dated_back is not None:
            digest.update(b"\0dated back\0" + self.dated_back.encode())
        if self.mailing is not None:
            digest.update(b"\0mailing\0" + self.mailing.encode())
        if self.mail_on is not None:
            digest.update(b"\0mailed\0" + self.mail_on.isoformat().encode())
        if self.envelope is not None:
            digest.update(b"\0envelope\0" + self.envelope.encode())
        for one in self.decisions:
            digest.update(f"\0decided\0{one.guard}\0{one.answer}\0{one.by}\0{one.reason}".encode())
        for name in sorted(self.attachments):
            digest.update(b"\0" + name.encode() + b"\0" + hashlib.sha256(self.attachments[name]).digest())
        return digest.hexdigest()
