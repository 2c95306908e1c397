"""Schemas of what the office found and did: violations, inspections, citations, orders, hearings, money."""

from __future__ import annotations

from typing import Literal

from docservice.casefile import facts
from docservice.casefile.fields import (
    Choice,
    ClockField,
    Count,
    DayField,
    Each,
    FlagField,
    IdField,
    Inner,
    LineField,
    MoneyField,
    TextField,
)
from docservice.casefile.schema_aftermath import CitationWithdrawalSchema, ContinuanceSchema, StopWorkReleaseSchema
from docservice.casefile.schema_hearings import (
    HearingDecisionSchema,
    HearingMinutesSchema,
    ItemDecisionSchema,
    OfferedExhibitSchema,
)
from docservice.casefile.schema_people import FactsSchema
from docservice.casefile.schema_phrasing import ViolationPhrasesSchema, ViolationTranslationSchema
from docservice.casefile.schema_service import MeasurementSchema, PhotoSchema


class ViolationSchema(FactsSchema):
    """What was seen, which section it breaks, and what puts it right."""

    makes = facts.Violation
    id = IdField("Short id, unique among the violations.", required=True)
    section = LineField(
        "Code section, with the subsection if one is meant: MHMC 9.40.020(b)(2). Printed as the town pack spells it.",
        required=True,
    )
    observed_on = DayField("Date on which it was seen; the section must have been in force then.", required=True)
    facts = TextField(
        "What was seen, in plain sentences: where, how large, how many, what is missing. Needed unless a phrase "
        "says it; where both do, they agree."
    )
    correction = TextField("What has to be done to put it right. Needed unless a phrase says it.")
    comply_by = DayField(
        "Date by which to put it right, when a person set it; otherwise computed from the cure period."
    )
    location = LineField("Where on the property.")
    inspection = IdField("Id of the inspection that found it.")
    corrected_on = DayField("Date on which it was verified as corrected.")
    immediate_danger = FlagField(
        "Whether it is an immediate danger to health or safety, so that no cure period is due."
    )
    danger_reason = TextField("Why it is an immediate danger; needed when it is one.")
    units = Each(
        LineField(
            "Units whose rooms it is in, by their numbers as the parties have them; none where it concerns all. A "
            "tenant of another unit is not told of it."
        )
    )
    photographs = Each(
        LineField("Photographs that show it, by the file names that the inspections have; one may show several.")
    )
    phrase = Inner(ViolationPhrasesSchema, "The phrases of the town's library that tell it.")
    translations = Inner(
        ViolationTranslationSchema, "Its own words in other languages, where no phrase has them.", many=True
    )


class InspectionSchema(FactsSchema):
    """A visit to the property."""

    makes = facts.Inspection
    id = IdField("Short id, unique among the inspections.", required=True)
    on = DayField("Date of the visit.", required=True)
    inspector = IdField("Officer id of the inspector.", required=True)
    basis_of_entry = Choice("By what right the inspector was there.", facts.EntryBasis, required=True)
    observations = Each(TextField("What was observed, one paragraph per item."), required=True, least=1)
    at = ClockField("Time of day at which the visit began.")
    purpose = TextField("Why the visit was made.")
    present = Each(LineField("Who was there, by name and function."))
    consent_by = LineField("Who consented to entry, when the basis is consent.")
    result = TextField("What came of it, in a sentence.")
    reinspection_on = DayField("Date of the next visit.")
    photos = Inner(PhotoSchema, "Pictures, in the order in which they are printed.", many=True)
    conditions = LineField("Weather and light: dry, clear, daylight; in the dark with a lamp.")
    measurements = Inner(MeasurementSchema, "What was measured, in the order in which it is printed.", many=True)
    reinspection_from = ClockField("Time of day from which the next visit may begin.")
    reinspection_until = ClockField("Time of day until which the next visit may begin.")


class CitationSchema(FactsSchema):
    """An administrative citation."""

    makes = facts.Citation
    id = IdField("Short id, unique among the citations.", required=True)
    ordinal = Count("1, 2 or 3: which citation for the same section within a year; checked against the others.",
                    least=1, most=99, required=True)  # fmt: skip
    violations = Each(IdField("Ids of the violations cited."), required=True, least=1)
    violation_on = DayField("Date of the violation cited.", required=True)
    fine = MoneyField("Fine in dollars as stated on the citation; computed from the schedule when left out.")
    number = LineField("Number of the citation, once it is issued.")
    issued_on = DayField("Date of issue.")
    served_on = DayField("Date of service (for mail, of deposit); the contest period runs from it.")
    status = Choice("Where the citation stands; open when left out. One that is dismissed or void counts for nothing.",
                    facts.CitationStatus)  # fmt: skip
    reduced_to = MoneyField("The fine in dollars as a hearing decided it, where that is less.")
    taken_back = Inner(CitationWithdrawalSchema, "That the office took it back, and why.")


class StopWorkOrderSchema(FactsSchema):
    """An order to stop work."""

    makes = facts.StopWorkOrder
    id = IdField("Short id, unique among the stop work orders.", required=True)
    on = DayField("Date of the order.", required=True)
    reason = TextField("Why work has to stop.", required=True)
    conditions = Each(TextField("Under which conditions work may resume, one per item."), required=True, least=1)
    at = ClockField("Time of day at which it was posted.")
    posted_at = LineField("Where on the site it was posted.")
    violations = Each(IdField("Ids of the violations it rests on."))
    immediate_danger = FlagField("Whether there is an immediate danger.")
    lifted_on = DayField("Date on which it was lifted.")
    lifted_by = IdField("Officer id of who lifted it.")
    lifted_because = TextField("Why it was lifted: which conditions were met.")
    without_fault = FlagField(
        "Whether somebody found that neither the owner nor the contractor brought it about; only then may a town's "
        "rules hold the construction time limit for it."
    )
    releases = Inner(StopWorkReleaseSchema, "Releases of it, oldest first; one that leaves nothing stopped lifts it.",
                     many=True)  # fmt: skip
    number = LineField("Number of the order, once it is issued.")


class PlacardSchema(FactsSchema):
    """A building, or a part of it, that nobody may use, or only in part: what its placard says."""

    makes = facts.Placard
    id = IdField("Short id, unique among the placards.", required=True)
    on = DayField("Date on which it was posted.", required=True)
    use = Choice("What may be used: none (do not enter or occupy), or restricted.", Literal["none", "restricted"],
                 required=True)  # fmt: skip
    reason = TextField("Why it is not safe, in one sentence: a placard is read from across the street.", required=True)
    conditions = Each(TextField("Under which conditions it may be used again, one per item."), required=True, least=1)
    at = ClockField("Time of day at which it was posted.")
    area = LineField("The part of the building that is meant; the whole building when left out.")
    allowed = TextField("What may be done there meanwhile; needed where use is restricted.")
    order = LineField("Number of the notice and order that it goes with, if there is one.")
    violations = Each(IdField("Ids of the violations it rests on."))
    posted_at = LineField("Where it was posted.")
    lifted_on = DayField("Date on which it may come down.")


class AppealSchema(FactsSchema):
    """A request for a hearing."""

    makes = facts.Appeal
    id = IdField("Short id, unique among the appeals.", required=True)
    filed_on = DayField("Date of filing.", required=True)
    by = IdField("Id of the party who appeals.", required=True)
    of = Each(IdField("Ids of the citations, violations, stop work orders or costs appealed."), required=True, least=1)
    grounds = TextField("Grounds in the appellant's words.", required=True)
    deposit = MoneyField("Deposit paid, in dollars.")
    hardship_waiver = Choice("Where a request to waive the deposit for hardship stands; not_requested when left out.",
                             Literal["not_requested", "requested", "granted", "denied"])  # fmt: skip
    withdrawn_on = DayField("Date on which the appellant withdrew it.")
    hardship_requested_on = DayField("Date on which the waiver was asked for.")
    late_for_cause = TextField("Why it was taken though it came late, as the hearing officer decided.")
    deposit_on = DayField("Date on which the deposit came in.")


class HearingSchema(FactsSchema):
    """A hearing before a hearing officer."""

    makes = facts.Hearing
    id = IdField("Short id, unique among the hearings.", required=True)
    on = DayField("Date of the hearing.", required=True)
    at = ClockField("Time at which it begins.", required=True)
    place = Each(LineField("Where it is held, one line of the address per item."), required=True, least=1)
    kind = Choice("What kind of hearing it is.", Literal["appeal", "show_cause", "abatement"], required=True)
    officer = IdField("Officer id of the hearing officer, who is not the one who cited.", required=True)
    docket = LineField("Docket number.")
    appeal = IdField("Id of the appeal that is heard.")
    allegations = Each(TextField("What is alleged, one sentence per item; the case's violations when left out."))
    noticed_on = DayField("Date on which the notice of hearing was served.")
    decided_on = DayField("Date of the decision.")
    held_on = DayField("Date on which it was held.")
    continued_from = DayField("The date for which it had been set before it was continued.")
    decisions = Inner(ItemDecisionSchema, "What was decided, item by item.", many=True)
    joined = Each(IdField("Ids of other appeals that are heard with it."))
    continuance = Inner(ContinuanceSchema, "That it was moved to this date, and why.")
    decision = Inner(HearingDecisionSchema, "What the decision rests on and orders.")
    exhibits = Inner(OfferedExhibitSchema, "What was offered as evidence, in order.", many=True)
    minutes = Inner(HearingMinutesSchema, "How it went.")


class CostSchema(FactsSchema):
    """One line of the costs ledger; a fine is never a cost."""

    makes = facts.Cost
    id = IdField("Short id, unique among the costs.", required=True)
    on = DayField("Date on which the cost arose.", required=True)
    description = LineField("What it was for.", required=True)
    amount = MoneyField("Dollars.", required=True)
    kind = Choice("Abatement work, or the office's own administrative cost.", Literal["abatement", "administrative"],
                  required=True)  # fmt: skip
    vendor = LineField("Who was paid, or the town department that did the work.")
    quantity = LineField(
        "How many of the unit, as a number: 2.5. With a rate, the amount is their product.",
        pattern=r"\d{1,6}(\.\d{1,2})?", code="range", says="This must be a number such as 4 or 2.5.",
    )  # fmt: skip
    unit = LineField("Of what: hours, loads, visits.")
    rate = MoneyField("Dollars for each.")
    invoice = LineField("Number of the invoice that asks for it; what the register issued itself it knows.")
    invoiced_on = DayField("Date of that invoice.")
    pay_by = DayField("The date by which that invoice asked for it.")


class PaymentSchema(FactsSchema):
    """Money received, or given back."""

    makes = facts.Payment
    id = IdField("Short id, unique among the payments.", required=True)
    on = DayField("Date of payment.", required=True)
    amount = MoneyField("Dollars.", required=True)
    ledger = Choice("Which of the two ledgers it pays into.", Literal["fines", "costs"], required=True)
    citation = IdField("Id of the citation it pays.")
    kind = Choice("Whether it came in or was given back; payment when left out.", Literal["payment", "refund"])
    by = IdField("Id of the party who paid, or to whom it was given back.")
