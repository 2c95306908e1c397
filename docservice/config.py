"""The settings of one installation, from the environment (``DOCSERVICE_*``) or from code."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from limits import parse_many

from docservice import shipped
from docservice.finding import Finding
from docservice.refusal import Refusal

MOST_COUNTED = 100_000  # of one limit: each is remembered until its window is over


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie and what limits hold. Every field has a working default.

    ``home`` is the data folder (database, blobs, prepared fonts); ``database_url`` is SQLAlchemy's, SQLite in ``home``
    when empty; ``public_url`` is where the public reaches the service (every printed link and code begins with it), no
    slash at its end; when empty, the town pack's ``verify_url`` without ``/verify``; ``render_seconds`` and
    ``render_megabytes`` bound one rendering job, ``workers`` is the number of rendering processes;
    ``max_body_megabytes`` bounds what a request may send; ``lease_seconds`` is how long the work of a dead worker waits
    for another one.
    ``max_exhibit_megabytes`` bounds one uploaded exhibit; ``max_exhibits`` and ``max_exhibits_megabytes`` what one API
    key may have waiting for a packet, ``exhibit_days`` how long it waits before it is forgotten.
    ``oidc_*`` is single sign-on at the desk (docs/desk.md), there when ``oidc_issuer`` is.
    ``limit_…`` are how often somebody may ask, like ``300/minute; 5000/day``, or ``off`` (docs/limits.md), and where
    that is counted: in this process when ``limit_store`` is empty, or in Redis by its URL. ``trusted_proxy`` is the
    address of the proxy whose word on who asks is believed (nobody's when empty), ``trusted_proxies`` how many stand
    in a row before the service.

    Every path is absolute once the settings are made: a relative one is of the folder in which they were made.
    Raises ``Refusal("settings.invalid", kind="setup")`` when single sign-on is configured by halves.
    """

    home: Path = Path("docservice-data")
    database_url: str = ""
    town: Path = field(default_factory=lambda: shipped.folder("town"))
    law: Path = field(default_factory=lambda: shipped.folder("law"))
    fonts: tuple[Path, ...] = ()  # folders searched for fonts; empty: where the fonts room looks by itself
    public_url: str = ""
    isolated_rendering: bool = False
    workers: int = 2
    render_seconds: float = 30.0
    render_megabytes: int = 1536
    max_body_megabytes: int = 25
    max_exhibit_megabytes: int = 256
    max_exhibits: int = 1000
    max_exhibits_megabytes: int = 10_000
    exhibit_days: int = 30
    per_page: int = 50
    lease_seconds: float = 60.0
    seal_key: Path | None = None  # PKCS#12 or PEM: the town's key and certificate, with which packets are sealed
    seal_passphrase: str = field(default="", repr=False)
    seal_timestamps: str = ""  # URL of a timestamp authority (RFC 3161)
    oidc_issuer: str = ""  # exactly as the provider writes it
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""  # what the button says after "Sign in with"; the town's name when empty
    oidc_claim: str = "email"  # the claim that is the login of an account
    oidc_scopes: str = "openid email profile"
    oidc_roles_claim: str = ""  # the claim with groups or roles, when roles come from the provider
    oidc_roles: tuple[tuple[str, tuple[str, ...]], ...] = ()  # a value of that claim, the roles it gives
    oidc_only: bool = False  # nobody signs in at the desk by password
    limit_sign_in: str = "60/10 minutes; 500/day"
    limit_stranger: str = "120/minute"
    limit_public: str = "600/minute"
    limit_verify: str = "60/minute"
    limit_work: str = "1200/minute"
    limit_costly: str = "300/minute"
    limit_store: str = field(default="", repr=False)  # it may hold a password
    trusted_proxy: str = ""
    trusted_proxies: int = 1

    def __post_init__(self) -> None:
        # What a path means may depend on neither who reads it (Flask sends files relative to its own package, not to
        # the working folder) nor on when.
        for one in fields(self):
            held = getattr(self, one.name)
            if isinstance(held, Path):
                object.__setattr__(self, one.name, held.absolute())
        object.__setattr__(self, "fonts", tuple(folder.absolute() for folder in self.fonts))
        problems = _half_configured(self)
        if problems:
            raise Refusal("settings.invalid", "The settings of single sign-on are not right.", problems, kind="setup")

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'docservice.db'}"

    @property
    def blobs(self) -> Path:
        """The folder of content-addressed files."""
        return self.home / "blobs"

    @property
    def uploads(self) -> Path:
        """The folder of uploaded exhibits that no packet has used yet."""
        return self.home / "uploads"

    @property
    def shelf(self) -> Path:
        """Where work on the parts of packets is kept; it may be deleted at any time."""
        return self.home / "shelf"

    @property
    def handouts(self) -> Path:
        """Where handouts that were made are kept; it may be deleted at any time."""
        return self.home / "handouts"

    @property
    def fonts_home(self) -> Path:
        """Where prepared fonts are kept."""
        return self.home / "fonts"

    @staticmethod
    def from_env(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
        """Settings from ``DOCSERVICE_HOME``, ``DOCSERVICE_DATABASE_URL`` and so on (a field's name in capitals).

        ``overrides`` win over the environment. Raises ``Refusal("settings.invalid", kind="setup")`` naming every
        variable that is no proper value.
        """
        given = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        problems: list[Finding] = []
        for name, read in _READERS.items():
            variable = f"DOCSERVICE_{name.upper()}"
            text = given.get(variable, "").strip()
            if not text:
                continue
            try:
                values[name] = read(text)
            except ValueError as error:
                shown = "What is there" if name in _SECRET else repr(text)
                problems.append(Finding.error("settings.value", f"{shown} does not do: {error}", variable))
        if problems:
            raise Refusal("settings.invalid", "The settings are not right.", problems, kind="setup")
        return Settings(**{**values, **overrides})


def shown(environ: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The settings that ``environ`` makes, by variable, and the names of those that hold a secret, without it."""
    given = {f"DOCSERVICE_{name.upper()}": name for name in _READERS}
    there = {variable: environ[variable].strip() for variable in sorted(given) if environ.get(variable, "").strip()}
    secret = tuple(variable for variable in there if given[variable] in _SECRET | _WITH_PASSWORD)
    return {variable: value for variable, value in there.items() if variable not in secret}, secret


def is_private_way(url: str) -> bool:
    """Whether nobody can listen on the way there: https, or this very machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))


def _half_configured(given: Settings) -> list[Finding]:
    """What single sign-on lacks, by variable."""
    wrong = [
        (not given.oidc_issuer and any((given.oidc_client_id, given.oidc_client_secret, given.oidc_name,
                                        given.oidc_roles_claim, given.oidc_roles, given.oidc_only)),
         "OIDC_ISSUER", "is missing, while other settings of single sign-on are there"),
        (given.oidc_issuer and not given.oidc_client_id, "OIDC_CLIENT_ID", "is missing: the provider gives it"),
        (given.oidc_issuer and not given.oidc_client_secret, "OIDC_CLIENT_SECRET", "is missing: the provider gives it"),
        (given.oidc_issuer and not is_private_way(given.public_url), "PUBLIC_URL",
         "must be the address of this service, beginning with https://: the provider sends people back to it"),
        (given.oidc_issuer and not is_private_way(given.oidc_issuer), "OIDC_ISSUER",
         "must begin with https:// (http:// only for localhost)"),
        ("openid" not in given.oidc_scopes.split(), "OIDC_SCOPES", "must have openid among them"),
        (given.oidc_roles and not given.oidc_roles_claim, "OIDC_ROLES_CLAIM",
         "is missing: which claim has the values that OIDC_ROLES names?"),
        (given.oidc_roles_claim and not given.oidc_roles, "OIDC_ROLES",
         "is missing: which values of the claim give which roles?"),
    ]  # fmt: skip
    return [Finding.error("settings.value", words, f"DOCSERVICE_{name}") for lacks, name, words in wrong if lacks]


def _flag(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in words:
        raise ValueError("write true or false")
    return words[text.lower()]


def _positive(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = kind(text)
        if not value > 0:
            raise ValueError("must be more than zero")
        return value

    return read


def _folders(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(os.pathsep) if part)


def _limit(text: str) -> str:
    if text.lower() == "off":
        return "off"
    try:
        found = parse_many(text)
    except ValueError:
        raise ValueError("write a number and a time, like 300/minute or 60/10 minutes; 500/day, or off") from None
    if not all(0 < one.amount <= MOST_COUNTED and one.multiples > 0 for one in found):
        raise ValueError(f"write a number from 1 to {MOST_COUNTED}, or off")
    return text


def _store(text: str) -> str:
    if not text.startswith(("redis://", "rediss://", "redis+unix://")):
        raise ValueError("must begin with redis://, rediss:// or redis+unix://; leave it empty to count in memory")
    return text


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError("write the one IP address from which the proxy connects") from None


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text.rstrip("/")


def _issuer(text: str) -> str:
    _url(text)
    return text  # a slash at its end is part of it


def _plain(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("must be plain letters, digits and signs")
    return text


def _roles(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """``Compliance staff=staff; Legal=reviewer,approver``: which value of the claim gives which roles."""
    pairs = [part.rpartition("=") for part in text.split(";") if part.strip()]
    if any(not value.strip() or not roles.strip() for value, _, roles in pairs):
        raise ValueError("write VALUE=role,role; VALUE=role")
    return tuple(
        (value.strip(), tuple(role.strip() for role in roles.split(",") if role.strip())) for value, _, roles in pairs
    )


_SECRET = {"seal_passphrase", "oidc_client_secret"}
_WITH_PASSWORD = {"database_url", "limit_store"}  # addresses that may hold one
_READERS: dict[str, Callable[[str], Any]] = {
    "home": Path,
    "database_url": str,
    "town": Path,
    "law": Path,
    "fonts": _folders,
    "public_url": _url,
    "isolated_rendering": _flag,
    "workers": _positive(int),
    "render_seconds": _positive(float),
    "render_megabytes": _positive(int),
    "max_body_megabytes": _positive(int),
    "max_exhibit_megabytes": _positive(int),
    "max_exhibits": _positive(int),
    "max_exhibits_megabytes": _positive(int),
    "exhibit_days": _positive(int),
    "per_page": _positive(int),
    "lease_seconds": _positive(float),
    "seal_key": Path,
    "seal_passphrase": str,
    "seal_timestamps": _url,
    "oidc_issuer": _issuer,
    "oidc_client_id": _plain,
    "oidc_client_secret": _plain,
    "oidc_name": str,
    "oidc_claim": str,
    "oidc_scopes": str,
    "oidc_roles_claim": str,
    "oidc_roles": _roles,
    "oidc_only": _flag,
    "limit_sign_in": _limit,
    "limit_stranger": _limit,
    "limit_public": _limit,
    "limit_verify": _limit,
    "limit_work": _limit,
    "limit_costly": _limit,
    "limit_store": _store,
    "trusted_proxy": _address,
    "trusted_proxies": _positive(int),
}
