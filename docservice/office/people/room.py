"""Who may come in, as the doors see it: people's accounts and sessions, the town's sign-on, systems' keys."""

from __future__ import annotations

from docservice.office.means.means import Means
from docservice.office.people import single_sign_on
from docservice.office.people.accounts import Accounts
from docservice.office.people.drafts import Drafts
from docservice.office.people.first_start import FirstStart
from docservice.office.people.keys import Keys
from docservice.office.people.sessions import Sessions


class People:
    """Accounts, sessions and drafts of people, keys of systems; ``single_sign_on`` is None where none is set up."""

    def __init__(self, means: Means, town: str) -> None:
        self.accounts, self.sessions, self.keys = Accounts(means), Sessions(means), Keys(means)
        self.drafts, self.first_start = Drafts(means), FirstStart(means)
        self.single_sign_on = single_sign_on.configured(means, town)
