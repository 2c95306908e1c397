"""A letter that is too thick for its envelope is set for a larger one, and the mail room is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from docservice.office import Office, Order
from docservice.office.issuing.mail_lists import MailQuery
from docservice.rendering.letters.window import window_lines

DAY = date(2026, 5, 29)


def test_a_thick_letter_goes_flat(office: Office, example: Callable[[str], Any]) -> None:
    casefile, photos = example("CE-2026-0231")
    thin = office.issuing.issue(
        Order("administrative-citation", casefile, on=DAY, about="c1", attachments=photos), actor="ana"
    )
    of_letter, forms = (thin.pages + 1) // 2, len(thin.enclosures)  # of a page each
    assert (thin.envelope, thin.sheets, thin.duplex, forms) == ("window-10", of_letter + forms, True, 2)
    casefile["violations"][0] |= {"facts": "- The gate is open.\n" * 700, "phrase": None}
    order = Order("administrative-citation", casefile, on=DAY, about="c1", attachments=photos)
    thick = office.issuing.preview(order, "pdf")
    assert thick.pages
    assert thick.pages > 12
    flat = office.means.rules_of(DAY).envelopes["flat-9x12"]
    assert flat.address is not None
    assert window_lines(thick.content, flat.address)[0] == "Château Nº 9 Vacation Rentals, LLC"
    [one] = office.issuing.mail_list(MailQuery(documents=(thin.number,))).items
    assert (one.sheets, one.envelope) == (thin.sheets, "window-10")
