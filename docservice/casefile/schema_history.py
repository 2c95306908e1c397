"""Schemas of what happened to the papers of a case: requests for more time, notices of before, liens."""

from __future__ import annotations

from docservice.casefile import history
from docservice.casefile.fields import Choice, DayField, Each, IdField, LineField, TextField
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
