"""Open a desk with the examples in it: their letters issued, their cases on record, an account to sign in with.

    script/demo --desk [OUT] [PORT]

``OUT`` is the home; a second start finds it as it was left. The password is for trying: it is printed, and the desk
answers only at this machine.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import demo

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, examples, open_office
from docservice.refusal import Refusal

LOGIN, NAME = "rosalind", "Rosalind Achterberg"
# Everything that two people do, in one: who tries it need not sign in twice. Wording is still approved by another.
ROLES = ("staff", "translator", "reviewer", "administrator")
SECOND = ("ignatius", "Ignatius Ferreira", ("approver",))


def fill(office: Office) -> int:
    """Issue every letter of the examples and put the cases on record; how many letters there are."""
    issued = 0
    for case, order in demo.orders(shipped.folder("examples"), office):
        try:
            office.issuing.issue(order, actor=f"account:{LOGIN}")
            issued += 1
            print(f"\r{issued} letters", end="", flush=True)
        except Refusal as refusal:
            print(f"\n  ✗ {order.template} to {order.recipient} ({case}): {refusal.message}", file=sys.stderr)
    print()
    examples.load(office.cases, actor=f"account:{LOGIN}")
    office.cases.due.freshen(60)
    return issued


def main(out: Path, port: int) -> None:
    """Fill the home if it is new, set the password anew, and become the server."""
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    with open_office(Settings(home=out)) as office:
        people = office.people.accounts
        if not people.listed():
            people.add(LOGIN, NAME, ROLES, password=password, actor="demo")
            people.add(SECOND[0], SECOND[1], SECOND[2], password=password, actor="demo")
            fill(office)
        for login in (LOGIN, SECOND[0]):
            people.set_password(login, password, actor="demo")
    print(f"\nThe desk:  http://127.0.0.1:{port}/desk/\nLogin:     {LOGIN}   (approves wording: {SECOND[0]})")
    print(f"Password:  {password}\n", flush=True)
    command = [sys.executable, "-m", "docservice", "--home", str(out), "serve", "--port", str(port), "--quiet"]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main(
        Path(sys.argv[1] if len(sys.argv) > 1 else "demo-desk"), int(sys.argv[2]) if len(sys.argv) > 2 else 8000
    )  # fmt: skip
