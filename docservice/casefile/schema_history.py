"""Schemas of what happened to the papers of a case: requests for more time, notices of before, what was taken back,
moved or released, liens."""

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


class ExtensionRequestSchema(FactsSchema):
    """A request for more time."""

    makes = history.ExtensionRequest
    id = IdField("Short id, unique among the extension requests.", required=True)
    on = DayField("Date on which it came in.", required=True)
    by = IdField("Id of the party who asks.", required=True)
    violations = Each(IdField("Ids of the violations that it is about; all open ones when left out."))
    until = DayField("The date asked for.")
    reason = TextField("Why, in their words.")
    decision = Choice("What was decided; pending when left out.", history.RequestDecision)
    decided_on = DayField("Date of the decision.")


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


class VerifiedSchema(FactsSchema):
    """A condition that somebody looked at and found met."""

    makes = history.Verified
    what = TextField("What was found, in a sentence.", required=True)
    on = DayField("Date on which it was verified.", required=True)
    by = IdField("Officer id of who verified it; who is in charge of the case when left out.")


class StopWorkReleaseSchema(FactsSchema):
    """A release of a stop work order: of all work, or of a part of it."""

    makes = history.StopWorkRelease
    on = DayField("Date of the release.", required=True)
    verified = Inner(VerifiedSchema, "What was verified, and when.", many=True, required=True, least=1)
    by = IdField("Officer id of who released it.")
    may_go_on = Each(TextField("What may go on, one per item; all work when nothing is named."))
    still_stopped = Each(TextField("What stays stopped, one per item: the order is then not lifted."))


class CitationWithdrawalSchema(FactsSchema):
    """That the office took a citation back."""

    makes = history.CitationWithdrawal
    on = DayField("Date on which it was taken back.", required=True)
    reason = TextField("Why, in a sentence that who was cited may read.", required=True)
    by = IdField("Officer id of who decided it.")
    refund_way = Choice("How money that was paid on it is given back; by check when left out.", history.RefundWay)
    refund_by = DayField("Date by which it is given back.")


class ContinuanceSchema(FactsSchema):
    """That a hearing was moved to another day."""

    makes = history.Continuance
    on = DayField("Date on which that was decided.", required=True)
    was_on = DayField("The date for which it had been set.", required=True)
    reason = TextField("Why, in a sentence that all parties may read.", required=True)
    was_at = ClockField("The time for which it had been set.")
    asked_by = IdField("Id of the party or officer who asked for it.")
    announced = FlagField("Whether the new date was told to all who came to the hearing.")


class AbatementSchema(FactsSchema):
    """The work that the office did in the owner's place, and the order that it rests on."""

    makes = history.Abatement
    ordered_on = DayField("Date of the order to abate, which a lien must name.", required=True)
    order = LineField("Number of that order.")
    done_on = DayField("Date on which the work was done.")
    confirmed_on = DayField("Date on which the costs were confirmed, where somebody objected.")
