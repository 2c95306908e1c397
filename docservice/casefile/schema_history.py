"""Schemas of what happened to the papers of a case: requests for more time, visits planned, earlier notices, liens."""

from __future__ import annotations

from docservice.casefile import history
from docservice.casefile.fields import (
    Choice,
    ClockField,
    DayField,
    Each,
    FlagField,
    IdField,
    Inner,
    LineField,
    MoneyField,
    TextField,
)
from docservice.casefile.schema_people import FactsSchema


class NewDateSchema(FactsSchema):
    """What a decision on more time says of one violation."""

    makes = history.NewDate
    violation = IdField("Id of the violation.", required=True)
    outcome = Choice("Whether it got more time; granted when left out.", history.RequestOutcome)
    until = DayField("Its new date to comply, where more time was granted.")


class ExtensionRequestSchema(FactsSchema):
    """A request for more time, and the decision."""

    makes = history.ExtensionRequest
    id = IdField("Short id, unique among the extension requests.", required=True)
    on = DayField("Date on which it came in.", required=True)
    by = IdField("Id of the party who asks.", required=True)
    violations = Each(IdField("Ids of the violations that it is about; all open ones when left out."))
    until = DayField("The date asked for.")
    reason = TextField("Why, in their words.")
    decision = Choice("What was decided; pending when left out.", history.RequestDecision)
    decided_on = DayField("Date of the decision.")
    came_by = Choice("How it came in.", history.CameBy)
    decided_by = IdField("Officer id of who decided, and signs the decision.")
    decision_reason = TextField("Why it was decided so; a denial needs it.")
    granted_until = DayField("The new date to comply, for all that it is about.")
    dates = Inner(NewDateSchema, "What was decided of each violation, where they differ.", many=True)
    conditions = Each(TextField("On which conditions more time was granted, one per item."))


class PlannedVisitSchema(FactsSchema):
    """A visit that is to come, to see what is done."""

    makes = history.PlannedVisit
    id = IdField("Short id, unique among the visits.", required=True)
    on = DayField("Date of the visit.", required=True)
    inspector = IdField("Officer id of who comes.", required=True)
    from_at = ClockField("Time of day from which they may come.")
    until_at = ClockField("Time of day until which they may come.")
    violations = Each(IdField("Ids of the violations to be looked at; all that were seen when left out."))
    inside = FlagField("Whether somebody has to go inside a building or behind a fence, for which consent is needed.")
    ready = Each(TextField("What to have ready, one per item: a permit, a key, a dog tied up."))


class EarlierNoticeSchema(FactsSchema):
    """A notice that went out before this register had the case."""

    makes = history.EarlierNotice
    number = LineField("Its number, unique among the notices.", required=True)
    document_type = LineField("What it was, by the town's document types: notice-of-violation.", required=True)
    issued_on = DayField("Its date.", required=True)
    recipient = IdField("Id of the party it went to.")
    about = IdField("Id of the citation, stop work order or hearing that it was about.")
    violations = Each(IdField("Ids of the violations that it named."))
    served_on = DayField("Date of service, where service held.")
    comply_by = DayField("The date to comply that it printed.")
    contest_by = DayField("The date to contest it that it printed.")
    withdrawn_on = DayField("Date on which it was withdrawn.")


class RecordedLienSchema(FactsSchema):
    """A lien on record."""

    makes = history.RecordedLien
    id = IdField("Short id, unique among the liens.", required=True)
    recorded_on = DayField("Date of recording.", required=True)
    instrument = LineField("Number of the recorded instrument.", required=True)
    costs = Each(IdField("Ids of the costs that it secures."))
    released_on = DayField("Date on which its release was recorded.")
    amount = MoneyField("The amount that it secures, in dollars.")
    county = LineField("The county whose recorder has it; the town's own when left out.")
    paid_on = DayField("Date on which all that it secures was paid.")
