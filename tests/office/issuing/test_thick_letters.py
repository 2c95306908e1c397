"""A letter that is too thick for its envelope is set for a larger one, and the mail room is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from docservice.office import Office, Order
from docservice.office.issuing.mail_lists import MailQuery
from docservice.refusal import Refusal
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


def test_who_orders_an_envelope_gets_it_or_is_told_why_not(office: Office, example: Callable[[str], Any]) -> None:
    casefile, photos = example("CE-2026-0231")
    order = Order("administrative-citation", casefile, on=DAY, about="c1", attachments=photos, envelope="flat-9x12")
    issued = office.issuing.issue(order, actor="ana")
    flat = office.means.rules_of(DAY).envelopes["flat-9x12"]
    assert flat.address is not None
    kept, _ = office.issuing.face(issued.id, "pdf")
    assert issued.envelope == "flat-9x12"
    assert window_lines(kept, flat.address)[0] == "Château Nº 9 Vacation Rentals, LLC"
    assert office.issuing.reproduce(issued.id).identical, "the record keeps what was ordered"
    [mailed] = office.issuing.mail_list(MailQuery(documents=(issued.number,))).items
    assert mailed.envelope == "flat-9x12"
    assert order.fingerprint() != replace(order, envelope=None).fingerprint()

    thick = {**casefile, "violations": [{**casefile["violations"][0], "facts": "- Open.\n" * 700, "phrase": None},
                                        *casefile["violations"][1:]]}  # fmt: skip
    for wrong, said in (
        (replace(order, casefile=thick, envelope="window-10"), "takes 6 sheets; this document has "),
        (replace(order, envelope="pigeon"), "It has: flat-9x12, window-10."),
        (replace(order, envelope="recorder"), "The town has no window envelope “recorder”."),
        (Order("memorandum", casefile, on=DAY, envelope="flat-9x12"), "goes in no window envelope"),
    ):
        with pytest.raises(Refusal, match=re.escape(said)) as refused:
            office.issuing.preview(wrong, "pdf")
        assert refused.value.code == "order.envelope"
        assert [one.place for one in refused.value.problems] == ["/envelope"]
