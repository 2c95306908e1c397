"""Schemas of what was said, shown and decided at a hearing."""

from __future__ import annotations

from docservice.casefile import hearings
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


class ItemDecisionSchema(FactsSchema):
    """What was decided of one item."""

    makes = hearings.ItemDecision
    item = IdField("Id of the citation, violation or stop work order.", required=True)
    outcome = Choice("What was decided.", hearings.DecisionOutcome, required=True)
    amount = MoneyField("The fine in dollars as decided, where it was modified.")
    comply_by = DayField("The date to comply as decided.")
    reason = TextField("Why, in a sentence or two.")


class DecisionOrderSchema(FactsSchema):
    """One thing that a decision orders."""

    makes = hearings.DecisionOrder
    what = TextField("What is to be done, by whom.", required=True)
    by = DayField("The last day for it.")


class HearingDecisionSchema(FactsSchema):
    """What a decision rests on and orders; what became of each item stands in the hearing's `decisions`."""

    makes = hearings.HearingDecision
    issues = Each(TextField("What had to be decided, one question per item."))
    findings = Each(TextField("What the hearing officer found to be so, one finding per item."))
    evidence = Each(TextField("The testimony and exhibits that the findings rest on, one per item."))
    orders = Inner(DecisionOrderSchema, "What is ordered besides the fines, with its dates.", many=True)
    by = IdField("Officer id of who decided, where it was not who heard.")


class OfferedExhibitSchema(FactsSchema):
    """Something that was offered as evidence, and whether it was let in."""

    makes = hearings.OfferedExhibit
    number = LineField("Its number, unique among those of the hearing: T-1, A-3.", required=True)
    description = TextField("What it is.", required=True)
    offered_by = LineField("Who offered it.", required=True)
    outcome = Choice("Whether it was let in.", hearings.ExhibitOutcome, required=True)
    at = ClockField("Time of day at which that was ruled.")
    objection = TextField("What was said against it.")
    reason = TextField("Why it was let in or kept out.")


class HearingAppearanceSchema(FactsSchema):
    """Somebody who took part, for themselves or for somebody else."""

    makes = hearings.HearingAppearance
    name = LineField("Full name.", required=True)
    capacity = LineField("As what: owner, attorney, witness, inspector.", required=True)
    represents = LineField("For whom they spoke, where not for themselves.")
    how = Choice("How they took part; in person when left out.", hearings.AppearanceManner)
    sworn_at = ClockField("Time of day at which they were sworn.")


class HearingInterpreterSchema(FactsSchema):
    """Who interpreted, into which language, for whom."""

    makes = hearings.HearingInterpreter
    name = LineField("Full name.", required=True)
    language = LineField("The language, by its English name.", required=True)
    interprets_for = LineField("For whom.", required=True)
    sworn_at = ClockField("Time of day at which they were sworn.")


class MinutesEntrySchema(FactsSchema):
    """One thing that happened at a hearing."""

    makes = hearings.MinutesEntry
    at = ClockField("Time of day; no entry is without one, and none is before the one above it.", required=True)
    text = TextField("What happened.", required=True)
    ruling = FlagField("Whether it is a ruling of the hearing officer.")


class HearingMinutesSchema(FactsSchema):
    """How a hearing went."""

    makes = hearings.HearingMinutes
    opened_at = ClockField("Time of day at which it was called to order.", required=True)
    closed_at = ClockField("Time of day at which it was closed.", required=True)
    appearances = Inner(HearingAppearanceSchema, "Who took part, in the order in which they appeared.", many=True,
                        required=True, least=1)  # fmt: skip
    entries = Inner(MinutesEntrySchema, "What happened, in the order of time.", many=True, required=True, least=1)
    interpreters = Inner(HearingInterpreterSchema, "Who interpreted.", many=True)
    absent = Each(LineField("Who had been told of the hearing and did not come."))
    recording = LineField("What it was recorded on, and who keeps it.")
