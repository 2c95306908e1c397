"""The first account of a new installation: made at the desk, by whoever has the code that the server printed.

The code stands on the screen of who started the server, and its hash in that process alone. It is worth something once,
and only while there is no account.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from threading import Lock

from sqlalchemy import select

from docservice.finding import Finding
from docservice.office.means.means import Means
from docservice.office.means.records import AccountRecord
from docservice.office.people import accounts
from docservice.refusal import Refusal
from docservice.storage.models import AccountRow

ADMINISTRATOR = "administrator"
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that looks like another
_LENGTH = 12  # 59 bits


class FirstStart:
    """The first start of this process. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means, self._lock, self._sha256 = means, Lock(), ""

    def begin(self) -> str | None:
        """A code for the first account, in groups of four; None where there is an account already."""
        if self._somebody():
            return None
        code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        with self._lock:
            self._sha256 = _hash(code)
        return "-".join(code[start : start + 4] for start in range(0, _LENGTH, 4))

    @property
    def waiting(self) -> bool:
        """Whether the first account is to be made, and this process has printed a code for it."""
        return bool(self._sha256) and not self._somebody()

    def make(
        self, code: str, login: str, name: str, roles: Iterable[str], *, password: str | None
    ) -> AccountRecord:  # fmt: skip
        """The first account, an administrator's.

        Raises ``Refusal``: ``first.code``; ``first.over`` (kind ``conflict``) when somebody was quicker; what
        ``accounts.add`` raises.
        """
        with self._lock:
            if not self._sha256 or not hmac.compare_digest(_hash(code), self._sha256):
                problem = Finding.error("first.code", "This is not the code that the server printed.", "/code")
                raise Refusal("first.code", "The account was not made.", [problem])
            wanted = dict.fromkeys((ADMINISTRATOR, *roles))
            record = accounts.add(
                self._means, login, name, wanted, password=password, actor="first-start", first=True
            )  # fmt: skip
            self._sha256 = ""
            return record

    def _somebody(self) -> bool:
        with self._means.store.database.reading() as session:
            return session.scalar(select(AccountRow.id).limit(1)) is not None


def _hash(code: str) -> str:
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
