"""Schemas of requests of who cannot pay, and of orders about a building that is not safe."""

from __future__ import annotations

from docservice.casefile import remedies
from docservice.casefile.fields import Choice, DayField, Each, FlagField, IdField, LineField, MoneyField, TextField
from docservice.casefile.schema_people import FactsSchema


class HardshipRequestSchema(FactsSchema):
    """A request of who cannot pay: to appeal without a deposit, or to pay less."""

    makes = remedies.HardshipRequest
    id = IdField("Short id, unique among the hardship requests.", required=True)
    on = DayField("Date on which it came in.", required=True)
    by = IdField("Id of the party who asks.", required=True)
    remedy = Choice("What is asked for: two remedies, with two different grounds.", remedies.HardshipRemedy,
                    required=True)  # fmt: skip
    citations = Each(IdField("Ids of the citations whose deposit or whose fine it is about."), required=True, least=1)
    grounds = TextField("Why, in their words.", required=True)
    appeal = IdField("Id of the appeal whose deposit is to be waived.")
    proof = Each(LineField("What came with it as proof, one paper per item."))
    decision = Choice("What was decided; pending when left out.", remedies.HardshipOutcome)
    decided_on = DayField("Date of the decision.")
    decided_by = IdField("Officer id of who decided.")
    reason = TextField("Why it was decided so.")
    amount = MoneyField("What is still to be deposited, or the fine as reduced, in dollars.")
    pay_by = DayField("By when that is to be paid, when a person set it; otherwise computed.")


class BuildingOrderSchema(FactsSchema):
    """An order about a substandard or dangerous building."""

    makes = remedies.BuildingOrder
    id = IdField("Short id, unique among the building orders.", required=True)
    on = DayField("Date of the order.", required=True)
    action = Choice("What is ordered.", remedies.BuildingAction, required=True)
    findings = Each(TextField("Why the building is substandard or dangerous, one finding per item."), required=True,
                    least=1)  # fmt: skip
    choice = FlagField("Whether the owner may choose to repair or to demolish.")
    choose_by = DayField("By when to tell the office which.")
    permit_by = DayField("By when to have the permits.")
    start_by = DayField("By when to start.")
    finish_by = DayField("By when to be done.")
    vacate_by = DayField("By when the building, or its units named here, must be empty.")
    units = Each(LineField("Units that must be empty, by their numbers; the whole building when none is named."))
    vacate_reason = TextField("Why nobody may live there meanwhile.")
    dangerous = FlagField("Whether the building is dangerous, besides being substandard.")
