"""Single sign-on: sent to the identity provider, come back, signed in; once, in one browser, within minutes.

Each sign-in under way has a state. A row says that it was begun here and has not ended; it is taken away when the
person comes back, so that an answer counts once. The state carries a MAC made with the secret of the browser's
cookie, and so do the nonce and the PKCE verifier follow from it: an answer counts only in the browser that asked (no
login is slipped to anybody), and the database holds nothing with which somebody could sign in.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from docservice.config import Settings
from docservice.finding import Finding
from docservice.office.means.choices import ROLES
from docservice.office.means.means import Means
from docservice.office.means.records import AccountRecord
from docservice.office.people import linking
from docservice.refusal import Refusal
from docservice.storage.models import SignInRow

if TYPE_CHECKING:
    from docservice.office.people.identity_provider import IdentityProvider

log = logging.getLogger("docservice.single_sign_on")

BACK, LEFT = "/desk/sign-in/callback", "/desk/sign-in"
LONGEST = timedelta(minutes=15)  # at the provider
MOST = 10_000  # under way at once; the oldest give way, so that nobody can fill the database
_LONGEST_NEXT = 2000


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that came back: where the person wanted to go, and what the proof must fit."""

    next: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class SingleSignOn:
    """The office's single sign-on. Threads may share it."""

    def __init__(self, means: Means, provider: IdentityProvider, name: str) -> None:
        self._means, self._provider, self.name = means, provider, name

    @property
    def only(self) -> bool:
        """Whether nobody signs in at the desk by password."""
        return self._means.settings.oidc_only

    @property
    def gives_roles(self) -> bool:
        """Whether roles come from the provider."""
        return bool(self._means.settings.oidc_roles)

    @property
    def claim(self) -> str:
        """The claim that is the login of an account."""
        return self._means.settings.oidc_claim

    def begin(self, browser: str, next: str, *, again: bool = False) -> str:
        """Where to send somebody who signs in; ``browser`` is their cookie's secret.

        ``again``: the provider must ask who they are, even if it knows. Raises ``Refusal("sign_in.provider")``.
        """
        serial = secrets.token_urlsafe(24)
        address = self._provider.authorization(
            state=f"{serial}.{_derived(browser, 'state', serial)}", nonce=_derived(browser, "nonce", serial),
            verifier=_derived(browser, "verifier", serial), again=again,
        )  # fmt: skip
        at = self._means.clock()
        with self._means.store.database.writing() as session:
            too_many = select(SignInRow.state_sha256).order_by(SignInRow.started_at.desc()).offset(MOST - 1)
            session.execute(delete(SignInRow).where(SignInRow.started_at <= at - LONGEST))
            session.execute(delete(SignInRow).where(SignInRow.state_sha256.in_(too_many)))
            session.add(SignInRow(state_sha256=_hash(serial), next=next[:_LONGEST_NEXT], started_at=at))
        return address

    def come_back(self, browser: str, state: str) -> Attempt:
        """The sign-in of this browser with this state; it is over now, whatever comes of it.

        Raises ``Refusal`` (kind ``forbidden``): ``sign_in.elsewhere`` when it was not begun in this browser,
        ``sign_in.over`` when it has ended already or took too long.
        """
        serial, _, proof = state.partition(".")
        if not browser or not hmac.compare_digest(proof.encode(), _derived(browser, "state", serial).encode()):
            log.warning("single sign-on: an answer with a state that is not of the browser that brings it")
            message = (
                "This sign-in was not begun in this browser window, or its cookie is gone. Please sign in from here. "
                f"The desk is at {self._means.settings.public_url}/desk/."
            )
            raise Refusal("sign_in.elsewhere", message, kind="forbidden")
        at = self._means.clock()
        with self._means.store.database.writing() as session:
            row = session.get(SignInRow, _hash(serial), with_for_update=True)
            if row is not None:
                session.delete(row)
        if row is None or at - row.started_at >= LONGEST:
            log.warning("single sign-on: an answer to a sign-in that is over")
            message = "This sign-in took too long, or it was done already. Please sign in again."
            raise Refusal("sign_in.over", message, kind="forbidden")
        return Attempt(row.next, _derived(browser, "nonce", serial), _derived(browser, "verifier", serial))

    def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> AccountRecord:
        """The account of whoever came back with this answer (the parameters of the address).

        Raises ``Refusal``: ``sign_in.declined``, ``sign_in.provider``, ``sign_in.proof``, and what
        ``linking.arrive`` raises.
        """
        self._provider.refuse_another(answer.get("iss"))
        if "error" in answer or not answer.get("code"):
            raise self._declined(answer.get("error", "no code"))
        settings = self._means.settings
        wanted = [settings.oidc_claim, *(["email_verified"] if settings.oidc_claim == "email" else [])]
        if settings.oidc_roles_claim:
            wanted.append(settings.oidc_roles_claim)
        who = self._provider.identify(
            answer["code"], nonce=attempt.nonce, verifier=attempt.verifier, wanted=tuple(wanted)
        )
        try:
            return linking.arrive(
                self._means, who.issuer, who.subject, self._login(who.claims), roles=self._roles(who.claims),
                provider=self.name,
            )  # fmt: skip
        except Refusal as refusal:
            log.warning("single sign-on: %s: subject %r of %s", refusal.code, who.subject, who.issuer)
            raise

    def sign_out_address(self) -> str | None:
        """Where one signs out at the provider too; None where it has no such place, or does not answer."""
        try:
            return self._provider.end_session(f"{self._means.settings.public_url}{LEFT}")
        except Refusal:
            return None

    def _login(self, claims: Mapping[str, Any]) -> str | None:
        value = claims.get(self._means.settings.oidc_claim)
        if not isinstance(value, str) or not value.strip():
            return None
        # Some providers let people write any address there; some write the answer as a word.
        if self._means.settings.oidc_claim == "email" and claims.get("email_verified") not in (True, "true"):
            return None
        return value.strip().lower()

    def _roles(self, claims: Mapping[str, Any]) -> tuple[str, ...] | None:
        settings = self._means.settings
        if not settings.oidc_roles:
            return None
        value = claims.get(settings.oidc_roles_claim)
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            log.error("single sign-on: there is no claim %r with a list", settings.oidc_roles_claim)
            message = f"{self.name} did not say what your roles are. An administrator can look at the settings."
            raise Refusal("sign_in.claim", message, kind="forbidden")
        return tuple(role for name, roles in settings.oidc_roles if name in value for role in roles)

    def _declined(self, error: str) -> Refusal:
        log.warning("single sign-on: %s answered %r", self._means.settings.oidc_issuer, error[:100])
        if error == "access_denied":
            message = f"{self.name} did not let you in to the desk: you declined, or it may not be yours to use."
            return Refusal("sign_in.declined", message, kind="forbidden")
        message = f"{self.name} could not sign you in. Try again; if that does not help, tell an administrator."
        return Refusal("sign_in.provider", message, kind="setup")


def check(settings: Settings) -> None:
    """Refuse, at the start, what no sign-in would get past. Raises ``Refusal(kind="setup")``."""
    unknown = [role for _, roles in settings.oidc_roles for role in roles if role not in ROLES]
    if unknown:
        words = f"{', '.join(unknown)}: no such roles; there are {', '.join(ROLES)}"
        problem = Finding.error("account.role", words, "DOCSERVICE_OIDC_ROLES")
        raise Refusal("settings.invalid", "The settings of single sign-on are not right.", [problem], kind="setup")
    if settings.oidc_issuer:
        _provider_class()


def configured(means: Means, town: str) -> SingleSignOn | None:
    """Single sign-on as the settings have it; None when they have none. ``town`` names the provider if they do not."""
    settings = means.settings
    if not settings.oidc_issuer:
        return None
    name = settings.oidc_name or town
    return SingleSignOn(means, _provider(settings, name, means.clock), name)


def reached(settings: Settings) -> str:
    """The issuer, when the provider answers now. Raises ``Refusal("sign_in.provider")`` and what ``check`` raises."""
    check(settings)
    name = settings.oidc_name or settings.oidc_issuer
    return str(_provider(settings, name, lambda: datetime.now(UTC)).metadata()["issuer"])


def _provider(settings: Settings, name: str, clock: Callable[[], datetime]) -> IdentityProvider:
    return _provider_class()(settings, name=name, back=f"{settings.public_url}{BACK}", clock=clock)


def _provider_class() -> type[IdentityProvider]:
    try:  # not everybody has single sign-on, and it costs the import of Authlib
        from docservice.office.people.identity_provider import IdentityProvider
    except ImportError as error:
        message = f"Single sign-on takes Authlib: install docservice[oidc]. ({error})"
        raise Refusal("settings.oidc", message, kind="setup") from None
    return IdentityProvider


def _derived(browser: str, what: str, serial: str) -> str:
    return hmac.new(browser.encode(), f"{what}.{serial}".encode(), hashlib.sha256).hexdigest()


def _hash(serial: str) -> str:
    return hashlib.sha256(serial.encode()).hexdigest()
