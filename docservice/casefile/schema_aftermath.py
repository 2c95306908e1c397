"""Schemas of what became of papers: released, taken back, moved; and of work done in the owner's place."""

from __future__ import annotations

from docservice.casefile import aftermath
from docservice.casefile.fields import (
    Choice,
    ClockField,
    DayField,
    Each,
    FlagField,
    IdField,
    Inner,
    LineField,
    TextField,
)
from docservice.casefile.schema_people import FactsSchema


class VerifiedConditionSchema(FactsSchema):
    """A condition that somebody looked at and found met."""

    makes = aftermath.VerifiedCondition
    what = TextField("What was found, in a sentence.", required=True)
    on = DayField("Date on which it was verified.", required=True)
    by = IdField("Officer id of who verified it; who is in charge of the case when left out.")


class StopWorkReleaseSchema(FactsSchema):
    """A release of a stop work order: of all work, or of a part of it."""

    makes = aftermath.StopWorkRelease
    on = DayField("Date of the release.", required=True)
    verified = Inner(VerifiedConditionSchema, "What was verified, and when.", many=True, required=True, least=1)
    by = IdField("Officer id of who released it.")
    may_go_on = Each(TextField("What may go on, one per item; all work when nothing is named."))
    still_stopped = Each(TextField("What stays stopped, one per item: the order is then not lifted."))


class CitationWithdrawalSchema(FactsSchema):
    """That the office took a citation back."""

    makes = aftermath.CitationWithdrawal
    on = DayField("Date on which it was taken back.", required=True)
    reason = TextField("Why, in a sentence that who was cited may read.", required=True)
    by = IdField("Officer id of who decided it.")
    refund_way = Choice("How money that was paid on it is given back; by check when left out.", aftermath.RefundWay)
    refund_by = DayField("Date by which it is given back.")


class ContinuanceSchema(FactsSchema):
    """That a hearing was moved to another day."""

    makes = aftermath.Continuance
    on = DayField("Date on which that was decided.", required=True)
    was_on = DayField("The date for which it had been set.", required=True)
    reason = TextField("Why, in a sentence that all parties may read.", required=True)
    was_at = ClockField("The time for which it had been set.")
    asked_by = IdField("Id of the party or officer who asked for it.")
    announced = FlagField("Whether the new date was told to all who came to the hearing.")


class AbatementSchema(FactsSchema):
    """The work that the office did in the owner's place, and the order that it rests on."""

    makes = aftermath.Abatement
    ordered_on = DayField("Date of the order to abate, which a lien must name.", required=True)
    order = LineField("Number of that order.")
    done_on = DayField("Date on which the work was done.")
    confirmed_on = DayField("Date on which the costs were confirmed, where somebody objected.")
