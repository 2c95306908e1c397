"""Case and permit numbers in addresses: towns write slashes in them, and clients send those encoded (%2F) or not.

Every server decodes a path before it hands it on, so that a slash of the number cannot be told from one of the address.
A number therefore goes on to the first word that addresses below a case have; numbers with such a word in them are not
put on record (``office.cases.addresses``).
"""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.routing import BaseConverter

from docservice.office.cases.addresses import ADDRESS_WORDS


class CaseNumber(BaseConverter):
    """A number in a path, with all that it has between slashes."""

    part_isolating = False
    regex = rf"[^/]+(?:/(?!(?:{'|'.join(sorted(ADDRESS_WORDS))})(?:/|\Z))[^/]+)*?"
    weight = 200  # what is more definite comes first

    def to_url(self, value: str) -> str:
        return quote(value, safe="")
