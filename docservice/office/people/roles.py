"""What may which role do: the one table, for the API's scopes, the command line and the desk.

A role belongs to an account, a scope to an API key. Both grant permissions from one list, so that the same act asks for
the same permission wherever it comes from. Approving asks for more than this table: the town's rules name the roles
that approve a document type (``TownPack.approval``), and nobody approves what they wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

from docservice.office.means.choices import Role, Scope
from docservice.office.means.records import AccountRecord
from docservice.refusal import Refusal

Permission = Literal[
    "preview",  # see drafts
    "issue",  # issue, supersede and void documents
    "read",  # read documents and packets on record
    "packets",  # bind packets
    "wording",  # read versions, their reviews and the audit of a template
    "propose",  # propose versions, submit and withdraw one's own drafts
    "comment",  # comment on a version, resolve comments
    "translate",  # write translations, take a translator's file
    "approve_translations",  # approve translations, string by string, and take that back
    "send_back",  # send a version under review back to its author; name its reviewer
    "approve",  # approve and withdraw, where the town's rules name the role
    "keys",  # API keys
    "accounts",  # accounts and their roles
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        "requester": frozenset({"preview", "read"}),
        "staff": frozenset({"preview", "issue", "read", "packets", "wording", "propose", "comment"}),
        "translator": frozenset({"preview", "wording", "comment", "translate", "approve_translations"}),
        "reviewer": frozenset(
            {"preview", "read", "wording", "propose", "comment", "send_back", "approve", "approve_translations"}
        ),
        "approver": frozenset({"preview", "read", "wording", "propose", "comment", "send_back", "approve"}),
        "administrator": frozenset({"wording", "keys", "accounts"}),
    }
)

SCOPE_PERMISSIONS: Mapping[Scope, frozenset[Permission]] = MappingProxyType(
    {
        "preview": frozenset({"preview"}),
        "issue": frozenset({"preview", "issue"}),
        "read": frozenset({"read"}),
        "records": frozenset({"read"}),  # with issue: void and supersede what other systems issued
        "packets": frozenset({"packets"}),
        "review": frozenset({"wording", "propose", "comment", "send_back"}),
        "approve": frozenset({"wording", "comment", "send_back", "approve", "approve_translations"}),
        "translate": frozenset({"wording", "comment", "translate", "approve_translations"}),
        "admin": frozenset(PERMISSIONS),
    }
)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """What an account with these roles may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``name`` goes on record: ``account:LOGIN``, ``key:NAME``, ``cli:USER``.

    ``account`` is None for a system or the operator. ``via`` names the API key or the terminal (``cli:USER``) through
    which a person acts.
    """

    name: str
    account: AccountRecord | None = None
    via: str | None = None

    PERSON: ClassVar[str] = "account:"  # how the name of a person begins

    @staticmethod
    def person(account: AccountRecord, via: str | None = None) -> Actor:
        """A person, by their account."""
        return Actor(f"{Actor.PERSON}{account.login}", account, via)

    def require(self, permission: Permission) -> None:
        """Raise ``Refusal("access.role", kind="forbidden")`` unless this person's roles allow it.

        A system is bound by the scopes of its key, which the API has looked at; the operator by nothing.
        """
        if self.account is not None and permission not in permissions_of(self.account.roles):
            roles = ", ".join(self.account.roles) or "none"
            message = f"{self.account.name} may not do that (roles: {roles})."
            raise Refusal("access.role", message, kind="forbidden")
