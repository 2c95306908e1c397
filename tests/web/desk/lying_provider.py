"""An identity provider that keeps the protocol, but for the one lie that a test tells it to tell.

Everything it says is real (HTTP, discovery, keys, signatures), so that a lie is found by what finds it in earnest.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask, Response, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.serving import free_port, serving

CLIENT, SECRET = "desk", "of-the-client-and-nobody-else"
Claims = dict[str, Any]


@cache
def key(name: str) -> RSAKey:
    """A key pair; a name has always the same one (in a run)."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


def signed(claims: Claims, header: dict[str, str], by: Any) -> str:
    return jwt.encode(header, claims, by)


@dataclass
class Provider:
    """What it says; a test changes it."""

    issuer: str
    clock: Callable[[], datetime]
    claims: Claims = field(default_factory=lambda: {"email": "cora@town.example", "email_verified": True})
    subject: str = "248289761001"
    metadata: dict[str, Any] = field(default_factory=dict)  # in place of what is true; None: left out
    published: list[Any] = field(default_factory=lambda: [key("one")])
    change: Callable[[Claims], Any] = lambda claims: None  # the claims of an ID token, before it is signed
    sign: Callable[[Claims], str] = lambda claims: signed(claims, {"alg": "RS256", "kid": "one"}, key("one"))
    instead: dict[str, Callable[[], Response]] = field(default_factory=dict)  # by path: another answer
    userinfo: Claims = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)  # codes, tokens: nothing of it may be shown

    def tell_the_truth(self) -> None:
        """As in the beginning."""
        self.__init__(self.issuer, self.clock)  # type: ignore[misc]

    def answer(self, address: str, **instead: str | None) -> str:
        """Where it sends somebody back whom the desk has sent to ``address``; ``instead`` of true parameters."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        self.told.append(code)
        params = {"code": code, "state": asked["state"], **instead}
        return f"{asked['redirect_uri']}?{urlencode({k: v for k, v in params.items() if v is not None})}"

    def app(self) -> Flask:
        app = Flask("provider")

        @app.before_request
        def lie() -> Response | None:
            self.asked[request.path] += 1
            return self.instead[request.path]() if request.path in self.instead else None

        @app.get("/.well-known/openid-configuration")
        def discovery() -> Claims:
            true = {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
                "userinfo_endpoint": f"{self.issuer}/userinfo", "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }  # fmt: skip
            return {name: value for name, value in {**true, **self.metadata}.items() if value is not None}

        @app.get("/jwks")
        def jwks() -> Any:
            return KeySet(self.published).as_dict(private=False)

        @app.post("/token")
        def token() -> Any:
            given, wanted = request.form, self.codes.pop(request.form.get("code", ""), None)
            basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            if request.headers.get("Authorization") != f"Basic {basic}":
                return {"error": "invalid_client"}, 401
            made = _encoded(hashlib.sha256(given["code_verifier"].encode()).digest())
            if wanted is None or wanted["code_challenge"] != made:
                return {"error": "invalid_grant", "error_description": "not a code of yours"}, 400
            if given["redirect_uri"] != wanted["redirect_uri"]:
                return {"error": "invalid_grant"}, 400
            now = int(self.clock().timestamp())
            claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300,
                      "nonce": wanted["nonce"], **self.claims}  # fmt: skip
            self.change(claims)
            tokens = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": self.sign(claims)}
            self.told.extend((tokens["access_token"], tokens["id_token"]))
            return tokens

        @app.get("/userinfo")
        def userinfo() -> Any:
            return {"sub": self.subject, **self.userinfo}

        return app


@contextmanager
def lying(clock: Callable[[], datetime]) -> Iterator[Provider]:
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}", clock)
    with serving(provider.app(), port=port):
        yield provider


def text(body: str, status: int = 200, kind: str = "application/json", **headers: str) -> Callable[[], Response]:
    """An answer, whatever is asked."""
    return lambda: Response(body, status, {"Content-Type": kind, **headers})


def slowly(seconds: float) -> Callable[[], Response]:
    """An answer that comes too late."""

    def wait() -> Response:
        time.sleep(seconds)
        return Response("{}", 200, {"Content-Type": "application/json"})

    return wait


def unsigned(claims: Claims) -> str:
    """A token of the algorithm ``none``."""
    return f"{_parts({'alg': 'none'}, claims)}."


def mac(secret: bytes) -> Callable[[Claims], str]:
    """Signed by a MAC with something that is not secret, or not the provider's: by hand, since libraries refuse."""

    def sign(claims: Claims) -> str:
        parts = _parts({"alg": "HS256", "kid": "one"}, claims)
        return f"{parts}.{_encoded(hmac.digest(secret, parts.encode(), 'sha256'))}"

    return sign


def _parts(header: dict[str, str], claims: Claims) -> str:
    return ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
