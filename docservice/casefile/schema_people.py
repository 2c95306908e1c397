"""Schemas of who a case is about: names, addresses, parties, officers, and who was served."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema

from docservice.casefile import facts
from docservice.casefile.article_numbers import PATTERN, SHAPE
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


class DeclarantSchema(FactsSchema):
    """Who swears to a service."""

    makes = facts.Declarant
    name = LineField("Full name.", required=True)
    title = LineField("Job title.")
    address = Each(LineField("Business address, one line per item."), required=True, least=1)
    over_18_and_not_a_party = FlagField("Whether the declarant is over 18 and not a party to the case, as the proof of "
                                   "service swears.", required=True)  # fmt: skip


class ServiceRecordSchema(FactsSchema):
    """That one document was served on one party."""

    makes = facts.ServiceRecord
    id = IdField("Short id, unique among the service records.", required=True)
    document = LineField("Number of the document served.", required=True)
    title = LineField("Its exact title.", required=True)
    party = IdField("Id of the party served.", required=True)
    method = Choice("How it was served.", facts.ServiceMethod, required=True)
    served_on = DayField("Date of deposit in the mail, posting or handing over.", required=True)
    place = LineField("Where that was done: the post office, the front door of unit 214.", required=True)
    declarant = Inner(DeclarantSchema, "Who swears to it.", required=True)
    address = Each(LineField("Name and address as on the envelope, one line per item."))
    article_number = LineField("Certified mail article number: 22 digits, or 20 on a label from the post office, "
                               "spaces allowed. Needed for certified mail.",
                               pattern=PATTERN, code="article_number", says=SHAPE)  # fmt: skip
    result = Choice("What came of it; pending when left out.", facts.ServiceResult)
    result_on = DayField("Date of that result.")
    sha256 = LineField("SHA-256 of the PDF that went into the envelope, 64 hexadecimal digits.", pattern="[0-9a-f]{64}",
                  code="sha256", says="A SHA-256 has 64 digits 0-9 and a-f.")  # fmt: skip
    pages = Count("Pages of that PDF.", least=1, most=100_000)
    enclosures = Each(LineField("What else was in the envelope."))


class ConfidentialSchema(FactsSchema):
    """What never reaches a document for the public."""

    makes = facts.Confidential
    complainant = Inner(PartySchema, "Who complained. May be a party too, then under the same id.")
    complaint = TextField("What they said.")
    complaint_received_on = DayField("Date on which the complaint came in.")
    privileged_notes = Each(TextField("Notes of counsel and staff; wording templates never see them."))
