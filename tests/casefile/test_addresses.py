"""Mailing addresses by kind."""

from __future__ import annotations

from typing import Any

import pytest

from docservice.casefile.addresses import address_problems


def address(kind: str, *lines: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "lines": lines, **more}


@pytest.mark.parametrize(
    ("given", "region"),
    [
        (address("street", "1 A ST", "MADRONA HILLS CA 95999"), "CA"),
        (address("street", "1 A ST", "Wilmington, DE 19801-0001"), "DE"),
        (address("street", "1 A ST", "SOMEWHERE ODD", region="NV"), "NV"),
        (address("street", "1 A ST", "SAN JUAN PR 00901"), "PR"),
        (address("po_box", "C/O PINNACLE", "P.O. BOX 7", "MADRONA HILLS CA 95999"), "CA"),
        (address("private_mailbox", "2443 FILLMORE ST PMB 380", "SAN FRANCISCO CA 94115"), "CA"),
        (address("private_mailbox", "2443 FILLMORE ST #380", "SAN FRANCISCO CA 94115"), "CA"),
        (address("military", "PSC 473 BOX 12", "FPO AP 96349-0001"), "AP"),
        (address("foreign", "CALLE 1", "28004 MADRID", "SPAIN", country="ES"), None),
        ({"kind": "post_on_site"}, None),
    ],
)
def test_good_addresses_and_their_region(given: dict[str, Any], region: str | None) -> None:
    assert list(address_problems(given, "")) == []
    assert given.get("region") == region


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        (address("street"), "missing", "/lines"),
        (address("street", "1 A ST", "NOWHERE"), "address_last_line", "/lines/1"),
        (address("street", "1 A ST", "NOWHERE ZZ 95999"), "address_last_line", "/lines/1"),
        (address("street", "1 A ST", "MADRONA HILLS CA 9599"), "address_last_line", "/lines/1"),
        (address("street", "1 A ST", "MADRONA HILLS CA 95999", region="NV"), "address_region", "/region"),
        (address("street", "1 A ST", "MADRONA HILLS CA 95999", region="ZZ"), "address_region", "/region"),
        (address("street", "1 A ST", "28004 MADRID", country="ES"), "address_kind", "/kind"),
        (address("foreign", "1 A ST", "MADRONA HILLS CA 95999"), "address_country", "/country"),
        (address("po_box", "1 A ST", "MADRONA HILLS CA 95999"), "address_lines", "/lines"),
        (address("private_mailbox", "1 A ST", "MADRONA HILLS CA 95999"), "address_lines", "/lines"),
        (address("military", "PSC 1", "MADRONA HILLS CA 95999"), "address_last_line", "/lines/1"),
        (address("military", "PSC 1", "BASE AE 09128"), "address_last_line", "/lines/1"),
        (address("post_on_site", "1 A ST"), "address_lines", "/lines"),
    ],
)
def test_bad_addresses(given: dict[str, Any], code: str, place: str) -> None:
    found = [(problem.code, problem.place) for problem in address_problems(given, "")]
    assert (f"casefile.{code}", place) in found
