"""The classes of mail by which a document may go out, as callers choose them; light, for ``--help``."""

from __future__ import annotations

from typing import Literal, get_args

MailClass = Literal["first_class_mail", "certified_mail", "certified_mail+first_class_mail"]
"""How a document is mailed; with ``+`` in two envelopes, one of each class."""
MAIL_CLASSES: tuple[MailClass, ...] = get_args(MailClass)
CERTIFIED = "certified_mail"


def classes_of(mailing: str | None) -> tuple[str, ...]:
    """The class of each envelope."""
    return tuple(mailing.split("+")) if mailing else ()


def is_certified(mailing: str | None) -> bool:
    """Whether one of the envelopes bears an article number."""
    return CERTIFIED in classes_of(mailing)
