"""Rules of mailing addresses, by kind (USPS Publication 28 for the last line; DOMAIN §2 for why the region matters)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docservice.finding import Finding

STATES = frozenset(
    re.findall(
        "..",
        "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKOR"
        "PARISCSDTNTXUTVTVAWAWVWIWYASGUMPPRVIFMMHPW",
    )
)
MILITARY = frozenset(("AA", "AE", "AP"))

_LAST_LINE = re.compile(r"(?P<city>.*\S),?\s+(?P<region>[A-Z]{2})\s+\d{5}(-\d{4})?", re.ASCII)
_PO_BOX = re.compile(r"\bP\.?\s*O\.?\s*BOX\s+\S", re.IGNORECASE)
_MAILBOX = re.compile(r"(\bPMB\s*#?\s*|#\s*)\d", re.IGNORECASE)
_STATION = re.compile(r"\b(APO|FPO|DPO)$")


def address_problems(address: dict[str, Any], place: str) -> Iterator[Finding]:
    """What is wrong with a loaded address; fills in ``region`` from the last line of a US address.

    The region decides mail extensions, so an address in the US whose last line does not end in a state and ZIP is
    refused unless the region is given.
    """
    kind, lines = address.get("kind"), address.get("lines", ())
    country, region = address.get("country", "US"), address.get("region")
    if kind is None:
        return
    if kind == "post_on_site":
        if lines:
            yield Finding.error(
                "casefile.address_lines", "A notice posted on the site has no mailing lines.", f"{place}/lines"
            )
        return
    if not lines:
        yield Finding.error("casefile.missing", "A mailing address needs at least one line.", f"{place}/lines")
        return
    if kind == "foreign":
        if country == "US":
            message = "A foreign address needs its country by two letters, such as CA or MX."
            yield Finding.error("casefile.address_country", message, f"{place}/country")
        return
    if country != "US":
        yield Finding.error("casefile.address_kind", f"An address in {country} is of kind foreign.", f"{place}/kind")
        return
    yield from _united_states(address, kind, lines, region, place)


def _united_states(
    address: dict[str, Any], kind: str, lines: tuple[str, ...], region: str | None, place: str
) -> Iterator[Finding]:
    known = MILITARY if kind == "military" else STATES
    last = f"{place}/lines/{len(lines) - 1}"
    found = _LAST_LINE.fullmatch(lines[-1].strip())
    if region is not None and region not in known:
        message = "Military mail goes to AA, AE or AP." if kind == "military" else f"There is no state {region}."
        yield Finding.error("casefile.address_region", message, f"{place}/region")
    if found is None or found["region"] not in known:
        if kind == "military":
            message = "The last line of a military address reads like “APO AE 09128”."
            yield Finding.error("casefile.address_last_line", message, last)
        elif region is None:
            message = "The last line of a US address ends in state and ZIP, like “MADRONA HILLS CA 95999”."
            yield Finding.error("casefile.address_last_line", message, last)
        return
    if kind == "military" and not _STATION.search(found["city"].rstrip(",")):
        message = "The last line of a military address begins with APO, FPO or DPO."
        yield Finding.error("casefile.address_last_line", message, last)
    if region is not None and region != found["region"]:
        message = f"The region is {region}, but the last line says {found['region']}."
        yield Finding.error("casefile.address_region", message, f"{place}/region")
    address.setdefault("region", found["region"])
    pattern = {"po_box": _PO_BOX, "private_mailbox": _MAILBOX}.get(kind)
    if pattern and not any(pattern.search(line) for line in lines):
        names = "P.O. box" if kind == "po_box" else "mailbox number (PMB 380)"
        yield Finding.error("casefile.address_lines", f"No line names the {names}.", f"{place}/lines")
