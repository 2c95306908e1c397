"""A letter on paper: all copies for the printer, labels, envelopes, and the mail room's list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from docservice.office.issuing.mail_lists import csv_of
from docservice.refusal import Refusal
from docservice.rendering.address_sheets import SheetForm, as_addresses
from docservice.rendering.fonts import FontPlaces
from docservice.town.pack import TownIdentity
from docservice.web.desk.access import allows, office
from docservice.web.desk.letter_copies import found_letter, listed_mail
from docservice.web.desk.letters import pdf_answer


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/documents/<number>/print.pdf")(print_all)
    blueprint.get("/documents/<number>/mail-list.<face>")(mail_list)
    blueprint.get("/documents/<number>/labels.pdf")(labels)
    blueprint.get("/documents/<number>/envelopes.pdf")(envelopes)


@allows("read")
def print_all(number: str) -> Response:
    """Every copy in force with its translation and forms, as one PDF that is printed on both sides."""
    _, notice = found_letter(number)
    only = request.args.get("copy", type=int)
    made: list[bytes] = []
    for copy in notice.copies:
        printing = copy.printings[-1]
        if only not in (None, copy.copy) or printing.status != "issued":
            continue
        for one in (printing, *(each for each in copy.translations if each.original == printing.id)):
            made.append(office().issuing.face(one.id, "pdf")[0])
            made += [office().issuing.enclosure(one.id, form.key) for form in one.enclosures]
    if not made:
        raise Refusal("notice.not_in_force", f"No copy of {notice.number} is in force.", kind="conflict")
    return pdf_answer(office().means.make(_bound, {}, made), f"{notice.number}-all")


def _bound(_: Mapping[str, bytes], parts: Sequence[bytes]) -> bytes:
    from docservice.pdf.printing import for_both_sides

    return for_both_sides(parts)


@allows("read")
def mail_list(number: str, face: str) -> Response:
    """The envelopes of a letter: for the mail room's system (csv), or for the post office to sign (pdf)."""
    if face not in ("csv", "pdf"):
        raise NotFound
    _, notice = found_letter(number)
    listed = listed_mail(notice)
    if face == "pdf":
        return pdf_answer(office().issuing.firm_book(listed), f"{notice.number}-mail-list")
    response = current_app.response_class(csv_of(listed), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{notice.number}-mail-list.csv"'
    return response


@allows("read")
def labels(number: str) -> Response:
    """A label for each envelope."""
    return _addresses(number, "labels")


@allows("read")
def envelopes(number: str) -> Response:
    """Envelopes without a window, one a page."""
    return _addresses(number, "envelopes")


def _addresses(number: str, kind: SheetForm) -> Response:
    _, notice = found_letter(number)
    lines = [item.lines for item in listed_mail(notice).items if item.lines]
    if not lines:
        raise Refusal("mail.nothing", f"No copy of {notice.number} is mailed to an address.", kind="missing")
    town, today = office().town.identity, office().means.today()
    title = f"{notice.number} {kind}"
    made = office().means.make(_printed, {}, kind, lines, title, town, today, office().means.fonts)
    return pdf_answer(made, f"{notice.number}-{kind}")


def _printed(
    _: Mapping[str, bytes], kind: SheetForm, lines: Sequence[Sequence[str]], title: str, town: TownIdentity, on: date,
    fonts: FontPlaces,
) -> bytes:  # fmt: skip
    return as_addresses(kind, lines, title=title, town=town, on=on, fonts=fonts.prepared())
