"""What may happen in a case, and what has to be said of it: the types of ``CaseEvent`` and the shapes of their data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, get_args

from marshmallow import Schema, ValidationError

from docservice.casefile import facts
from docservice.casefile.article_numbers import ArticleField
from docservice.casefile.fields import (
    Choice,
    ClockField,
    Coded,
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
from docservice.casefile.record import EventType
from docservice.casefile.schema_service import (
    DeclarantSchema,
    EvidenceSchema,
    PhotoSchema,
    ServiceTrySchema,
)
from docservice.finding import Finding
from docservice.places import each_error, pointer
from docservice.refusal import Refusal, things_are

HandoutWay = Literal["counter", "visit", "letter", "email", "text"]


class _Data(Schema):
    class Meta:
        register = False

    error_messages = {  # noqa: RUF012  # marshmallow declares it as an instance variable
        "unknown": Coded("unknown_field", "There is no field of this name here."),
        "type": Coded("type", "This must be an object, in curly brackets."),
    }


class ServedData(_Data):
    """A document, by its number, was served on one party."""

    party = IdField("Id of the party served.", required=True)
    method = Choice("How it was served.", facts.ServiceMethod, required=True)
    result = Choice("What is known of it; pending when left out.", facts.ServiceResult)
    place = LineField("Where that was done.")
    article_number = ArticleField("Certified mail article number: 22 or 20 digits, spaces allowed.")


class ReturnedData(_Data):
    """What was mailed came back: that service did not hold."""

    party = IdField("Id of the party it had been mailed to.", required=True)
    result = Choice("Returned, unclaimed or refused.", Literal["returned", "unclaimed", "refused"], required=True)
    reason = LineField("The reason on the envelope: Attempted–Not Known, Vacant …")


class ServiceLegData(_Data):
    """One way in which it was served, of those taken together."""

    method = Choice("How.", facts.ServiceMethod, required=True)
    on = DayField("Date of deposit in the mail, posting or handing over; that of the attempt when left out.")
    at = ClockField("Time of day.")
    place = LineField("Where that was done.")
    address = Each(LineField("Name and address as on the envelope, one line per item."))
    article_number = ArticleField("Article number of certified mail: 22 or 20 digits, spaces allowed.")
    enclosures = Each(LineField("What else was in the envelope."))
    to_whom = LineField("Into whose hands, where not the party's own.")
    relation = LineField("What they are to the party.")
    unit = LineField("The unit at whose door it was posted.")
    mailed_on = DayField("Date on which the copy was mailed that follows a substituted service.")
    newspaper = LineField("The newspaper that printed it.")
    county = LineField("The county in which it appears.")
    issues = Each(DayField("Days on which it was printed there."))
    seen_on = DayField("Last date on which it was seen where it had been posted, or on which it was taken down.")
    photos = Inner(PhotoSchema, "Pictures of the posting.", many=True)
    tries = Inner(ServiceTrySchema, "Each time somebody came to hand it over and did not.", many=True)
    result = Choice("What is known of it at once; pending when left out.", facts.ServiceResult)
    reason = LineField("Why it failed, where it is known at once.")
    evidence = Inner(EvidenceSchema, "Files that bear it out.", many=True)


class AttemptedData(_Data):
    """Somebody served a document, by its number, on one party, in one way or in several together (legs)."""

    party = IdField("Id of the party.", required=True)
    declarant = Inner(DeclarantSchema, "Who did it, and can swear to it.", required=True)
    rung = Count("Which rung of the town's ladder for this paper it was, from 1.", least=1, most=20)
    legs = Inner(ServiceLegData, "Each way in which it was done.", many=True, required=True, least=1, most=100)


class ServiceResultData(_Data):
    """What became of one leg of an attempt; the last word counts."""

    attempt = Count("Position of the attempt.", least=1, most=2**53, required=True)
    leg = Count("Which leg of it, from 1.", least=1, most=100, required=True)
    result = Choice("What became of it.", facts.ServiceResult, required=True)
    reason = LineField("The reason on the envelope: Attempted–Not Known, Vacant …")
    evidence = Inner(EvidenceSchema, "Files that bear it out.", many=True)
    after_replacement = FlagField("Whether it is told knowing that the paper was replaced since.")


class LiftedData(_Data):
    """A stop work order was lifted."""

    reason = TextField("Why.")


class ExtensionGrantedData(_Data):
    """More time to correct a violation, by its id; the whole case when the subject is the case's number."""

    to = DayField("The new date by which to comply.", required=True)
    request = IdField("Id of the extension request that it answers.")
    reason = TextField("Why.", required=True)


class ExtensionDeniedData(_Data):
    """No more time."""

    request = IdField("Id of the extension request that it answers.")
    reason = TextField("Why.", required=True)


class HearingHeldData(_Data):
    """The hearing took place."""

    absent = Each(IdField("Ids of the parties who did not come."))


class HearingContinuedData(_Data):
    """The hearing goes on another day."""

    to = DayField("The new date.", required=True)
    announced = FlagField("Whether the new date was announced at the hearing.")


class DecidedItemData(_Data):
    """What was decided of one item."""

    id = IdField("Id of the citation, violation or stop work order.", required=True)
    outcome = Choice("What was decided.", facts.DecisionOutcome, required=True)
    amount = MoneyField("The fine as decided, in dollars, where it was modified.")
    comply_by = DayField("The date to comply as decided.")


class DecidedData(_Data):
    """A hearing, by its id, was decided, item by item."""

    items = Inner(DecidedItemData, "What was decided, one per item.", many=True, required=True, least=1)


class ReasonData(_Data):
    """Nothing but why."""

    reason = TextField("Why.", required=True)


class HandoutGivenData(_Data):
    """Somebody got a handout: that it was explained before anything else is what the case then shows."""

    handout = IdField("Key of the handout.", required=True)
    title = LineField("What it is called, in English.", required=True)
    language = LineField("The language of what was given (BCP 47).", required=True)
    copies = Count("How many; one when left out.", least=1, most=9999)
    party = IdField("Id of the party who got it, where it was one.")
    way = Choice("How it was given.", HandoutWay)


class HardshipDecidedData(_Data):
    """Whether an appeal, by its id, may go on without the deposit."""

    granted = FlagField("Whether it was granted.", required=True)
    reason = TextField("Why.", required=True)


class MailExtensionData(_Data):
    """How many days mailing adds for a party, by their id."""

    days = Count("Days.", least=0, most=60, required=True)
    reason = TextField("Why.", required=True)


class GuardData(_Data):
    """What a person decided of a guard of procedure; the subject is the type of the document."""

    guard = LineField("Code of the guard: procedure.requires.", required=True)
    role = LineField("The role in which it was decided.", required=True)
    reason = TextField("Why.", required=True)
    about = LineField("The thing the document is about.")
    recipient = IdField("The party it goes to; everyone when left out.")


class GuardAnsweredData(GuardData):
    """A question that the facts do not answer."""

    answer = Choice("The answer.", Literal["yes", "no"], required=True)


DATA: Mapping[EventType, type[Schema]] = MappingProxyType(
    {
        "served": ServedData,
        "returned": ReturnedData,
        "attempted": AttemptedData,
        "service-result": ServiceResultData,
        "lifted": LiftedData,
        "extension-granted": ExtensionGrantedData,
        "extension-denied": ExtensionDeniedData,
        "hearing-held": HearingHeldData,
        "hearing-continued": HearingContinuedData,
        "decided": DecidedData,
        "appeal-withdrawn": ReasonData,
        "hardship-decided": HardshipDecidedData,
        "withdrawn": ReasonData,
        "mail-extension-decided": MailExtensionData,
        "guard-answered": GuardAnsweredData,
        "guard-waived": GuardData,
        "closed": ReasonData,
        "reopened": ReasonData,
        "handout-given": HandoutGivenData,
    }
)
"""What each type of event says."""

assert set(DATA) == set(get_args(EventType))


def read_data(type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an event as plain JSON, checked; money is text with cents, what was left out is left out.

    Raises ``Refusal``: ``event.type`` for a type that there is not, ``event.invalid`` with every problem, each at its
    JSON pointer below ``/data``.
    """
    schema = DATA.get(type)  # type: ignore[call-overload]
    if schema is None:
        message = f"There is no event “{type}”. There is: {', '.join(DATA)}."
        raise Refusal("event.type", message, [Finding.error("event.type", message, "/type")])
    try:
        loaded = schema().load(data)
    except ValidationError as error:
        problems = [
            Finding.error(
                message.code if isinstance(message, Coded) else "casefile.type", str(message), f"/data{pointer(path)}"
            )
            for path, message in each_error(error.messages)
        ]
        raise Refusal("event.invalid", f"{things_are(problems)} wrong with the event.", problems) from None
    plain = _plain(loaded)
    assert isinstance(plain, dict)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | bool) else str(value)
