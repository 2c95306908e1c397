"""Schemas of who a case is about: names, addresses, parties, officers."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema

from docservice.casefile import facts, history
from docservice.casefile.fields import (
    Choice,
    Coded,
    Count,
    Country,
    DayField,
    Each,
    FlagField,
    IdField,
    Inner,
    LanguageField,
    LineField,
    TextField,
)


class FactsSchema(Schema):
    """A schema and the dataclass it becomes."""

    makes: ClassVar[type[Any]]

    class Meta:
        register = False

    error_messages = {  # noqa: RUF012  # marshmallow declares it as an instance variable
        "unknown": Coded("unknown_field", "There is no field of this name here."),
        "type": Coded("type", "This must be an object, in curly brackets."),
    }


class NameSchema(FactsSchema):
    """A legal name in its own script, never cut."""

    makes = facts.Name
    text = LineField("The legal name exactly as on the deed, lease or license, in its own script.", required=True)
    language = LanguageField("The language the name is written in, when it is not English: zh-Hant, ar, vi …")
    latin = LineField("The same name in Latin letters, for the envelope, beside the name and never instead of it.")


class AddressSchema(FactsSchema):
    """Where mail goes."""

    makes = facts.Address
    kind = Choice("What kind of address this is; it decides which rules the lines follow.", facts.AddressKind,
                  required=True)  # fmt: skip
    lines = Each(
        LineField("The lines below the name exactly as on the envelope, the last one city, state and ZIP. None for "
             "post_on_site, where the notice is posted at the property.")
    )  # fmt: skip
    region = LineField(
        "State by two letters, or AA, AE, AP for military mail. Read from the last line when left out.",
        pattern="[A-Z]{2}", code="address_region", says="Two capital letters, such as CA.",
    )  # fmt: skip
    country = Country("Country by two letters (ISO 3166). US when left out.")


class PartySchema(FactsSchema):
    """A person or organization with a role in the case."""

    makes = facts.Party
    id = IdField("Short id, unique among the parties; orders and service records name the party by it.", required=True)
    roles = Each(Choice("Every role the party has; it decides which documents they receive.", facts.PartyRole),
                 required=True, least=1)  # fmt: skip
    name = Inner(NameSchema, "The legal name.", required=True)
    address = Inner(AddressSchema, "Where their mail goes.")
    language = LanguageField("The language they read; their letters come in it where it is offered. en when left out.")
    interest = LineField("Share or kind of ownership: 1/3, life estate, deed of trust 2023-0091877.")
    unit = LineField("The unit they live in or own: 214, 220 (ADU).")
    attention = LineField("A person or department to whose attention the mail goes.")
    agent = LineField("Agent for service of process: a name, or the id of another party.")
    license_number = LineField("A contractor's state license number.")
    email = LineField("E-mail address.", pattern=r"[^\s@]+@[^\s@]+\.[^\s@]+", code="email",
                 says="This is not an e-mail address.")  # fmt: skip
    phone = LineField("Telephone number as it should be printed.")
    electronic_consent_on = DayField("Date on which they consented to be served electronically.")
    mail_extension_days = Count("How many days mailing to them adds, as a person decided it; needed where the town's "
                                "rules leave it to a person.", least=0, most=60)  # fmt: skip
    greeting = Choice(
        "How a salutation greets them: by name, as the personal representative of an estate, as heirs, or as an "
        "occupant whose name is not known. Read from the name when left out.",
        facts.Greeting,
    )


class OfficerSchema(FactsSchema):
    """A person of the town; replaces the town pack's officer of the same id."""

    makes = facts.Officer
    id = IdField("The officer id that other fields refer to.", required=True)
    name = LineField("Full name.", required=True)
    title = LineField("Job title as printed below the signature.", required=True)
    role = LineField("Role, by which template and town pack say who may sign: coordinator, building_official, clerk, "
                "hearing_officer, inspector, director, mailer.", required=True)  # fmt: skip
    phone = LineField("Telephone number as printed.")
    email = LineField("E-mail address as printed.")


class ConfidentialSchema(FactsSchema):
    """What never reaches a document for the public."""

    makes = facts.Confidential
    complainant = Inner(PartySchema, "Who complained. May be a party too, then under the same id.")
    complaint = TextField("What they said.")
    complaint_received_on = DayField("Date on which the complaint came in.")
    privileged_notes = Each(TextField("Notes of counsel and staff; wording templates never see them."))
    complaint_came_by = Choice("How the complaint came in.", history.CameBy)
    updates_wanted = FlagField("Whether the complainant wants to hear what becomes of it.")
