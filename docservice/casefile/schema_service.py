"""Schemas of how papers were served: declarants, service records, tries, pictures and other evidence."""

from __future__ import annotations

from docservice.casefile import evidence, facts, service
from docservice.casefile.article_numbers import PATTERN, SHAPE
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
    TextField,
)
from docservice.casefile.schema_people import FactsSchema

_FILE = r"[^\s./\\][^/\\]*\.(?:[jJ][pP][eE]?[gG]|[pP][nN][gG]|[hH][eE][iI][cCfF]|[tT][iI][fF][fF]?)"
_SCAN = _FILE.removesuffix(")") + "|[pP][dD][fF])"


def _sha256(description: str) -> LineField:
    says = "A SHA-256 has 64 digits 0-9 and a-f."
    return LineField(description, pattern="[0-9a-f]{64}", code="sha256", says=says)


class PhotoSchema(FactsSchema):
    """A picture taken at an inspection, or of a posting."""

    makes = facts.Photo
    file = LineField(
        "Name of the file among the attachments.", required=True, pattern=_FILE, code="file_name",
        says="This must be the plain name of a JPEG, PNG, HEIC or TIFF file, without folders.",
    )  # fmt: skip
    caption = LineField("What the picture shows, as printed below it.", required=True)
    alt = TextField("What a person who cannot see the picture needs to know.", required=True)
    taken_on = DayField("Date on which it was taken.", required=True)
    taken_by = LineField("Who took it: an officer's id, or a name.", required=True)
    taken_at = ClockField("Time of day at which it was taken.")
    sha256 = _sha256("SHA-256 of the file, where the register holds it: of what was posted.")
    taken_with = LineField("The camera or telephone it was taken with.")


class MeasurementSchema(FactsSchema):
    """Something that was measured at an inspection."""

    makes = facts.Measurement
    what = LineField("What was measured: height of the wall at its north end.", required=True)
    value = LineField("What it came to, with its unit.", required=True)
    taken_with = LineField("With what it was measured.")


class EvidenceSchema(FactsSchema):
    """A file that bears out what came of a service: the green card, the envelope that came back, a tracking page."""

    makes = evidence.Evidence
    file = LineField(
        "Name of the file.", required=True, pattern=_SCAN, code="file_name",
        says="This must be the plain name of a JPEG, PNG, HEIC, TIFF or PDF file, without folders.",
    )  # fmt: skip
    what = LineField("What it is: green card, returned envelope, tracking print-out, affidavit of publication.")
    sha256 = _sha256("SHA-256 of the file, where the register holds it.")


class ServiceTrySchema(FactsSchema):
    """One time at which somebody came to hand a paper over and did not."""

    makes = service.ServiceTry
    on = DayField("Date of the try.", required=True)
    at = ClockField("Time of day of it.", required=True)
    place = LineField("Where: the door of unit 214.", required=True)
    what = TextField("What they found: nobody answered, a car in the drive.", required=True)


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
    # Its check digit is held in ``consistency``: what is on record already was not held to it.
    article_number = LineField(
        "Certified mail article number: 22 digits, or 20 on a label from the post office, spaces allowed. "
        "Needed for certified mail.", pattern=PATTERN, code="article_number", says=SHAPE,
    )  # fmt: skip
    result = Choice("What came of it; pending when left out: nothing is known.", facts.ServiceResult)
    result_on = DayField("Date of that result.")
    sha256 = _sha256("SHA-256 of the PDF that went into the envelope, 64 hexadecimal digits.")
    pages = Count("Pages of that PDF.", least=1, most=100_000)
    enclosures = Each(LineField("What else was in the envelope."))
    at = ClockField("Time of day at which it was handed over or posted.")
    to_whom = LineField("Into whose hands, where not the party's own: a name, or what they looked like.")
    relation = LineField("What they are to the party: spouse, clerk at the desk, apparently in charge.")
    unit = LineField("The unit at whose door it was posted.")
    mailed_on = DayField("Date on which the copy was mailed that follows a substituted service.")
    newspaper = LineField("The newspaper of general circulation that printed it.")
    county = LineField("The county in which it appears.")
    issues = Each(DayField("Days on which it was printed there."))
    seen_on = DayField("Last date on which it was seen where it had been posted, or on which it was taken down.")
    photos = Inner(PhotoSchema, "Pictures of the posting: one near enough to read, one that shows the place.",
                   many=True)  # fmt: skip
    tries = Inner(ServiceTrySchema, "Each time somebody came to hand it over and did not.", many=True)
    reason = LineField("The reason on the envelope that came back: Attempted–Not Known, Vacant …")
    evidence = Inner(EvidenceSchema, "Files that bear out the result.", many=True)
    attempt = IdField("Id that all legs of one attempt share: certified and first-class mail of one day.")
    rung = Count("Which rung of the town's ladder for this paper it was, from 1.", least=1, most=20)
