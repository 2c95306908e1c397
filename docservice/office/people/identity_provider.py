"""The identity provider, as OpenID Connect Core 1.0 has it: where it is, whom it names, with what proof.

The authorization code flow with PKCE (RFC 7636, S256). Authlib makes the requests and judges the claims of the ID
token, joserfc (Authlib's own) its signature, by asymmetric algorithms alone: neither ``none`` nor a MAC made with a
public key gets through. What it does not do: who may sign in (``office.people.single_sign_on``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from docservice.config import Settings, is_private_way
from docservice.finding import Finding
from docservice.office.people.fetching import Answer, Fetch, Unanswered, fetch
from docservice.refusal import Refusal

log = logging.getLogger("docservice.single_sign_on")

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LEEWAY = timedelta(minutes=2)  # by which two clocks may disagree
KEPT = timedelta(hours=1)  # what the provider says of itself, and its keys
_LONGEST_SUBJECT, _LONGEST_ISSUER = 255, 500
_MALFORMED = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom the provider has named. ``subject`` is theirs alone and for good; the claims may change."""

    issuer: str
    subject: str
    claims: Mapping[str, Any] = field(repr=False)


class IdentityProvider:
    """One provider. Threads may share it."""

    def __init__(
        self, settings: Settings, *, name: str, back: str, clock: Callable[[], datetime], ask: Fetch = fetch
    ) -> None:
        """``name``: what people call it; ``back``: the address of ours to which it sends them."""
        self._settings, self._name, self._back, self._clock, self._ask = settings, name, back, clock, ask
        self._metadata: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def authorization(self, *, state: str, nonce: str, verifier: str, again: bool = False) -> str:
        """Where to send somebody who signs in; ``again``: the provider must ask who they are."""
        more = {"prompt": "login"} if again else {}
        made: tuple[str, str] = self._client().create_authorization_url(
            self.metadata()["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier, **more
        )
        return made[0]

    def identify(self, code: str, *, nonce: str, verifier: str, wanted: tuple[str, ...]) -> Identity:
        """Who came back with ``code``. The ``wanted`` claims are asked for besides, where the ID token has them not.

        Raises ``Refusal``: ``sign_in.provider`` when the provider does not do its part, ``sign_in.proof`` when what
        it says is no proof.
        """
        metadata = self.metadata()
        try:
            token = self._client().fetch_token(
                metadata["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except OAuth2Error as error:
            if error.error in ("invalid_client", "unauthorized_client"):
                raise self._silent(f"it refused our client: {error.error}") from None
            raise self._no_proof(f"it refused the code: {str(error.error)[:100]!r}") from None
        except (ValueError, TypeError) as error:
            raise self._silent(f"token endpoint: {str(error)[:200]}") from None
        claims = self._judged(token, nonce)
        missing = any(name not in claims for name in wanted)
        if missing and metadata.get("userinfo_endpoint") and isinstance(token.get("access_token"), str):
            told = self._told(metadata["userinfo_endpoint"], token["access_token"], claims["sub"])
            if "email" in told:  # it is verified if this answer says so, not if the other one does
                claims.pop("email_verified", None)
            claims |= told
        return Identity(metadata["issuer"], claims["sub"], claims)

    def refuse_another(self, issuer: str | None) -> None:
        """Whether the answer is this provider's, where answers say whose they are (RFC 9207)."""
        metadata = self.metadata()
        if issuer is None and metadata.get("authorization_response_iss_parameter_supported") is not True:
            return
        if issuer != metadata["issuer"]:
            raise self._no_proof("the answer is of another provider")

    def metadata(self) -> Mapping[str, Any]:
        """What the provider says of itself. Raises ``Refusal("sign_in.provider")``."""
        now = self._clock()
        if self._metadata is None or now - self._metadata[0] >= KEPT:
            found = self._json(get_well_known_url(self._settings.oidc_issuer, external=True))
            issuer = found.get("issuer")
            # A slash at the end is forgiven here: the address asked is the same. In the ID token it is not.
            if not isinstance(issuer, str) or issuer.rstrip("/") != self._settings.oidc_issuer.rstrip("/"):
                raise self._silent(f"it calls itself {str(issuer)[:200]!r}, not {self._settings.oidc_issuer!r}")
            optional = [name for name in ("userinfo_endpoint", "end_session_endpoint") if found.get(name) is not None]
            for name in (*_ENDPOINTS, *optional):
                if not isinstance(found.get(name), str) or not is_private_way(found[name]):
                    raise self._silent(f"its {name} is {str(found.get(name))[:200]!r}")
            if len(issuer) > _LONGEST_ISSUER:
                raise self._silent("its issuer is too long")
            self._metadata = (now, found)
        return self._metadata[1]

    def end_session(self, back: str) -> str | None:
        """Where one signs out there, to come ``back`` (OpenID Connect RP-Initiated Logout); None where one cannot."""
        endpoint = self.metadata().get("end_session_endpoint")
        if not endpoint:
            return None
        params = [("client_id", self._settings.oidc_client_id), ("post_logout_redirect_uri", back)]
        return str(add_params_to_uri(endpoint, params))

    def _client(self) -> Any:
        methods = self.metadata().get("token_endpoint_auth_methods_supported")
        by_post = isinstance(methods, list) and "client_secret_basic" not in methods
        return OAuth2Client(
            session=_Session(self._answered),
            client_id=self._settings.oidc_client_id,
            client_secret=self._settings.oidc_client_secret,
            token_endpoint_auth_method="client_secret_post" if by_post else "client_secret_basic",
            scope=self._settings.oidc_scopes,
            redirect_uri=self._back,
            code_challenge_method="S256",
        )

    def _judged(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the ID token, when it is signed by the provider, for us, now, and for this sign-in."""
        given = token.get("id_token")
        if not isinstance(given, str):
            raise self._no_proof("there is no ID token")
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        registry.max_header_length = 8192  # some put their certificates there
        try:
            try:
                read = jwt.decode(given, self._key_set(), registry=registry)
            except InvalidKeyIdError:
                read = jwt.decode(given, self._key_set(anew=True), registry=registry)
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self.metadata()["issuer"]},
                    "aud": {"essential": True, "value": self._settings.oidc_client_id},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": self._settings.oidc_client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(self._clock().timestamp()), leeway=int(LEEWAY.total_seconds()))
        except ExpiredTokenError:
            raise self._other_time("it has expired") from None
        except ClaimError as error:
            if error.claim in ("iat", "nbf"):
                raise self._other_time(f"its {error.claim} is to come") from None
            raise self._no_proof(f"its {error.claim} is not right") from None
        except _MALFORMED as error:
            raise self._no_proof(f"{type(error).__name__}: {str(error)[:200]}") from None
        if not claims["sub"] or len(claims["sub"]) > _LONGEST_SUBJECT or not claims["sub"].isprintable():
            raise self._no_proof("its sub is no identifier")
        return dict(claims)

    def _key_set(self, *, anew: bool = False) -> KeySet:
        now = self._clock()
        if anew or self._keys is None or now - self._keys[0] >= KEPT:
            found = self._json(self.metadata()["jwks_uri"])
            try:
                self._keys = (now, KeySet.import_key_set(found))  # type: ignore[arg-type]
            except _MALFORMED as error:
                raise self._silent(f"its keys cannot be read: {type(error).__name__}") from None
        return self._keys[1]

    def _told(self, endpoint: str, access_token: str, subject: str) -> Mapping[str, Any]:
        """What the provider tells of them besides; OpenID Connect Core 5.3.2: of the same subject, or not at all."""
        told = self._json(endpoint, {"Authorization": f"Bearer {access_token}"})
        if told.get("sub") != subject:
            raise self._no_proof("its userinfo is about somebody else")
        return told

    def _json(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        answer = self._answered(url, headers={"Accept": "application/json", **(headers or {})})
        try:
            found = _read(answer.body)
        except ValueError:
            found = None
        if answer.status != 200 or not isinstance(found, dict):
            raise self._silent(f"{url} answered {answer.status} {answer.media_type}, no JSON object")
        return found

    def _answered(self, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Answer:
        try:
            return self._ask(url, headers=headers or {}, body=body)
        except Unanswered as error:
            raise self._silent(f"{url}: {error}", slow=error.slow) from None

    def _silent(self, why: str, *, slow: bool = False) -> Refusal:
        log.error("single sign-on: %s does not do its part: %s", self._settings.oidc_issuer, why)
        words = "does not answer in time" if slow else "cannot sign anybody in at the moment"
        message = f"{self._name} {words}. Try again in a few minutes; if that does not help, tell an administrator."
        # The reason is for the operator (`docservice doctor`); the desk shows the message alone.
        problem = Finding.error("sign_in.provider", why, self._settings.oidc_issuer)
        return Refusal("sign_in.provider", message, [problem], kind="timeout" if slow else "setup")

    def _no_proof(self, why: str) -> Refusal:
        log.warning("single sign-on: no proof from %s: %s", self._settings.oidc_issuer, why)
        message = f"What {self._name} sent back does not prove who you are, so you are not signed in. Please try again."
        return Refusal("sign_in.proof", message, kind="forbidden")

    def _other_time(self, why: str) -> Refusal:
        log.warning("single sign-on: the ID token of %s is of another time: %s", self._settings.oidc_issuer, why)
        message = f"The clock of {self._name} and ours do not agree, so you are not signed in. Tell an administrator."
        return Refusal("sign_in.proof", message, kind="forbidden")


class _Session:
    """What Authlib posts its request for tokens with: our own limited HTTP."""

    def __init__(self, ask: Fetch) -> None:
        self._ask = ask

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth) -> _Reply:
        address, signed, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _Reply(self._ask(address, headers=signed, body=body.encode()))


class _Reply:
    """An answer as Authlib reads it."""

    def __init__(self, answer: Answer) -> None:
        self._answer, self.status_code = answer, answer.status

    def json(self) -> Any:
        return _read(self._answer.body)

    def raise_for_status(self) -> None:
        raise ValueError(f"HTTP {self.status_code}")


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
