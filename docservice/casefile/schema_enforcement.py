"""Schemas of what the office found and did: violations, inspections, citations, orders, hearings, money."""

from __future__ import annotations

from typing import Literal

from docservice.casefile import facts
from docservice.casefile.fields import (
    Choice,
    Clock,
    Count,
    Day,
    Each,
    Flag,
    Id,
    Inner,
    Line,
    Money,
    Text,
)
from docservice.casefile.schema_people import Facts

_FILE = r"[^\s./\\][^/\\]*\.(?:[jJ][pP][eE]?[gG]|[pP][nN][gG]|[hH][eE][iI][cCfF]|[tT][iI][fF][fF]?)"


class ViolationSchema(Facts):
    """What was seen, which section it breaks, and what puts it right."""

    makes = facts.Violation
    id = Id("Short id, unique among the violations.", required=True)
    section = Line(
        "Code section, with the subsection if one is meant: MHMC 9.40.020(b)(2). Printed as the town pack spells it.",
        required=True,
    )
    observed_on = Day("Date on which it was seen; the section must have been in force then.", required=True)
    facts = Text("What was seen, in plain sentences: where, how large, how many, what is missing.", required=True)
    correction = Text("What has to be done to put it right.", required=True)
    comply_by = Day("Date by which to put it right, when a person set it; otherwise computed from the cure period.")
    location = Line("Where on the property.")
    inspection = Id("Id of the inspection that found it.")
    corrected_on = Day("Date on which it was verified as corrected.")
    immediate_danger = Flag("Whether it is an immediate danger to health or safety, so that no cure period is due.")
    danger_reason = Text("Why it is an immediate danger; needed when it is one.")


class PhotoSchema(Facts):
    """A picture taken at an inspection."""

    makes = facts.Photo
    file = Line(
        "Name of the file among the attachments.", required=True, pattern=_FILE, code="file_name",
        says="This must be the plain name of a JPEG, PNG, HEIC or TIFF file, without folders.",
    )  # fmt: skip
    caption = Line("What the picture shows, as printed below it.", required=True)
    alt = Text("What a person who cannot see the picture needs to know.", required=True)
    taken_on = Day("Date on which it was taken.", required=True)
    taken_by = Line("Who took it: an officer's id, or a name.", required=True)
    taken_at = Clock("Time of day at which it was taken.")


class InspectionSchema(Facts):
    """A visit to the property."""

    makes = facts.Inspection
    id = Id("Short id, unique among the inspections.", required=True)
    on = Day("Date of the visit.", required=True)
    inspector = Id("Officer id of the inspector.", required=True)
    basis_of_entry = Choice("By what right the inspector was there.", facts.EntryBasis, required=True)
    observations = Each(Text("What was observed, one paragraph per item."), required=True, least=1)
    at = Clock("Time of day at which the visit began.")
    purpose = Text("Why the visit was made.")
    present = Each(Line("Who was there, by name and function."))
    consent_by = Line("Who consented to entry, when the basis is consent.")
    result = Text("What came of it, in a sentence.")
    reinspection_on = Day("Date of the next visit.")
    photos = Inner(PhotoSchema, "Pictures, in the order in which they are printed.", many=True)


class CitationSchema(Facts):
    """An administrative citation."""

    makes = facts.Citation
    id = Id("Short id, unique among the citations.", required=True)
    ordinal = Count("1, 2 or 3: which citation for the same section within a year; checked against the others.",
                    least=1, most=99, required=True)  # fmt: skip
    violations = Each(Id("Ids of the violations cited."), required=True, least=1)
    violation_on = Day("Date of the violation cited.", required=True)
    fine = Money("Fine in dollars as stated on the citation; computed from the schedule when left out.")
    number = Line("Number of the citation, once it is issued.")
    issued_on = Day("Date of issue.")
    served_on = Day("Date of service (for mail, of deposit); the contest period runs from it.")
    status = Choice("Where the citation stands; open when left out.",
                    Literal["open", "paid", "appealed", "upheld", "dismissed"])  # fmt: skip


class StopWorkOrderSchema(Facts):
    """An order to stop work."""

    makes = facts.StopWorkOrder
    id = Id("Short id, unique among the stop work orders.", required=True)
    on = Day("Date of the order.", required=True)
    reason = Text("Why work has to stop.", required=True)
    conditions = Each(Text("Under which conditions work may resume, one per item."), required=True, least=1)
    at = Clock("Time of day at which it was posted.")
    posted_at = Line("Where on the site it was posted.")
    violations = Each(Id("Ids of the violations it rests on."))
    immediate_danger = Flag("Whether there is an immediate danger.")
    lifted_on = Day("Date on which it was lifted.")


class AppealSchema(Facts):
    """A request for a hearing."""

    makes = facts.Appeal
    id = Id("Short id, unique among the appeals.", required=True)
    filed_on = Day("Date of filing.", required=True)
    by = Id("Id of the party who appeals.", required=True)
    of = Each(Id("Ids of the citations, violations or stop work orders appealed."), required=True, least=1)
    grounds = Text("Grounds in the appellant's words.", required=True)
    deposit = Money("Deposit paid, in dollars.")
    hardship_waiver = Choice("Where a request to waive the deposit for hardship stands; not_requested when left out.",
                             Literal["not_requested", "requested", "granted", "denied"])  # fmt: skip


class HearingSchema(Facts):
    """A hearing before a hearing officer."""

    makes = facts.Hearing
    id = Id("Short id, unique among the hearings.", required=True)
    on = Day("Date of the hearing.", required=True)
    at = Clock("Time at which it begins.", required=True)
    place = Each(Line("Where it is held, one line of the address per item."), required=True, least=1)
    kind = Choice("What kind of hearing it is.", Literal["appeal", "show_cause", "abatement"], required=True)
    officer = Id("Officer id of the hearing officer, who is not the one who cited.", required=True)
    docket = Line("Docket number.")
    appeal = Id("Id of the appeal that is heard.")
    allegations = Each(Text("What is alleged, one sentence per item; the case's violations when left out."))
    noticed_on = Day("Date on which the notice of hearing was served.")
    decided_on = Day("Date of the decision.")


class CostSchema(Facts):
    """One line of the costs ledger; a fine is never a cost."""

    makes = facts.Cost
    id = Id("Short id, unique among the costs.", required=True)
    on = Day("Date on which the cost arose.", required=True)
    description = Line("What it was for.", required=True)
    amount = Money("Dollars.", required=True)
    kind = Choice("Abatement work, or the office's own administrative cost.", Literal["abatement", "administrative"],
                  required=True)  # fmt: skip
    vendor = Line("Who was paid, or the town department that did the work.")


class PaymentSchema(Facts):
    """Money received."""

    makes = facts.Payment
    id = Id("Short id, unique among the payments.", required=True)
    on = Day("Date of payment.", required=True)
    amount = Money("Dollars.", required=True)
    ledger = Choice("Which of the two ledgers it pays into.", Literal["fines", "costs"], required=True)
    citation = Id("Id of the citation it pays.")
