"""The shape of a casefile: every field, what it accepts and what it means.

The descriptions are the reference: ``json_schema()`` and ``docs/casefile.md`` say the same words.
A schema loads into plain dicts; ``loading`` cross-checks those and then builds the frozen facts.
"""

from __future__ import annotations

from docservice.casefile import facts
from docservice.casefile.fields import Count, DayField, Each, FlagField, IdField, Inner, LineField, TextField
from docservice.casefile.schema_aftermath import AbatementSchema
from docservice.casefile.schema_enforcement import (
    AppealSchema,
    CitationSchema,
    CostSchema,
    HearingSchema,
    InspectionSchema,
    PaymentSchema,
    PlacardSchema,
    StopWorkOrderSchema,
    ViolationSchema,
)
from docservice.casefile.schema_history import (
    EarlierNoticeSchema,
    ExtensionRequestSchema,
    PlannedVisitSchema,
    RecordedLienSchema,
)
from docservice.casefile.schema_people import (
    ConfidentialSchema,
    FactsSchema,
    OfficerSchema,
    PartySchema,
)
from docservice.casefile.schema_remedies import BuildingOrderSchema, HardshipRequestSchema
from docservice.casefile.schema_service import ServiceRecordSchema


class AccessoryDwellingSchema(FactsSchema):
    """An accessory dwelling unit (ADU) on the property."""

    makes = facts.AccessoryDwelling
    unit = LineField("Its unit number.", required=True)
    built_year = Count("Year it was built; units built before 2020 may have a right to delayed enforcement.",
                       least=1700, most=2200)  # fmt: skip


class PropertySchema(FactsSchema):
    """The site. Needs a situs or a legal description, besides the parcel number."""

    makes = facts.Property
    apn = LineField("Assessor's parcel number, as the county writes it.", required=True)
    situs = LineField("Street address of the site.")
    legal_description = TextField("Legal description from the deed; needed for orders that are recorded.")
    city_line = LineField("City, state and ZIP of the site.")
    zone = LineField("Zoning district.")
    use = LineField("What the property is used as: fourplex, short-term rental.")
    year_built = Count("Year the main building was built.", least=1700, most=2200)
    residential_rental = FlagField(
        "Whether people rent their home here; it triggers statements on retaliation and tax."
    )
    accessory_dwelling = Inner(AccessoryDwellingSchema, "The accessory dwelling unit, if there is one.")
    vacant_units = Each(LineField("Units in which nobody lives, by their numbers."))
    title_report_on = DayField("Date of the title report that names owners and lienholders of record.")


class PermitExtensionSchema(FactsSchema):
    """A later date for finishing the permitted work."""

    makes = facts.PermitExtension
    to = DayField("The new date by which the work is to be complete.", required=True)
    granted_on = DayField("Date on which the extension was granted.")
    reason = TextField("Why it was granted.")


class PermitSchema(FactsSchema):
    """A permit with, where one applies, its construction time limit."""

    makes = facts.Permit
    number = LineField("Permit number, unique among the permits.", required=True)
    issued_on = DayField("Date of issue; the construction time limit runs from it.", required=True)
    description = TextField("The permitted work.")
    limit_months = Count("Construction time limit in whole months.", least=1, most=600)
    completion_due = DayField("Date by which the work is to be complete, as printed on the permit; checked against the "
                         "arithmetic.")  # fmt: skip
    extensions = Inner(PermitExtensionSchema, "Extensions of the limit, oldest first.", many=True)
    completed_on = DayField("Date of the final inspection that the work passed.")
    expires_on = DayField("Date on which the permit expires, or expired.")


class CaseSchema(FactsSchema):
    """The case itself."""

    makes = facts.Case
    number = LineField(
        "Case number: CE-2026-0147.", required=True, pattern=r".{1,100}", code="too_long",
        says="A case number has at most 100 characters.",
    )  # fmt: skip
    title = LineField("What the case is about, for the office's own lists.", required=True)
    opened_on = DayField("Date on which the case was opened.", required=True)
    officer = IdField("Officer id of the coordinator in charge.", required=True)
    topics = Each(LineField("Topics, by which fitting handouts are offered."))
    closed_on = DayField("Date on which it was closed.")


class EventSchema(FactsSchema):
    """One line of the chronology."""

    makes = facts.Event
    on = DayField("Date; may lie before the case was opened.", required=True)
    text = TextField("What happened, in a sentence, without naming a complainant.", required=True)


class MemorandumSchema(FactsSchema):
    """A memorandum or staff report."""

    makes = facts.Memorandum
    id = IdField("Short id, unique among the memoranda.", required=True)
    to = Each(LineField("Who it is addressed to, by name and title."), required=True, least=1)
    sender = IdField("Officer id of its author.", required=True)
    on = DayField("Date of the memorandum.", required=True)
    subject = LineField("What it is about.", required=True)
    background = Each(TextField("Background, one paragraph per item."), required=True, least=1)
    analysis = Each(TextField("Analysis, one paragraph per item."), required=True, least=1)
    recommendation = Each(TextField("What is recommended, one paragraph per item."), required=True, least=1)
    copies = Each(LineField("Who receives a copy."))


class CasefileSchema(FactsSchema):
    """Everything the office knows about one case, on one day."""

    makes = facts.Casefile
    case = Inner(CaseSchema, "The case itself.", required=True)
    property = Inner(PropertySchema, "The site.", required=True)
    parties = Inner(PartySchema, "Everyone with a role in the case.", many=True, required=True, least=1)
    permits = Inner(PermitSchema, "Permits, with their time limits.", many=True)
    violations = Inner(ViolationSchema, "Violations, in the order in which they are printed.", many=True)
    inspections = Inner(InspectionSchema, "Visits, oldest first.", many=True)
    citations = Inner(CitationSchema, "Citations, oldest first.", many=True)
    stop_work_orders = Inner(StopWorkOrderSchema, "Stop work orders, oldest first.", many=True)
    placards = Inner(PlacardSchema, "Placards of buildings that are not safe, oldest first.", many=True)
    appeals = Inner(AppealSchema, "Appeals, oldest first.", many=True)
    hearings = Inner(HearingSchema, "Hearings, oldest first.", many=True)
    extension_requests = Inner(ExtensionRequestSchema, "Requests for more time, oldest first.", many=True)
    visits = Inner(PlannedVisitSchema, "Visits that are planned, oldest first; what was seen at one is an inspection.",
                   many=True)  # fmt: skip
    hardship_requests = Inner(HardshipRequestSchema, "Requests to waive a deposit or reduce a fine, oldest first.",
                              many=True)  # fmt: skip
    building_orders = Inner(BuildingOrderSchema, "Orders about a substandard or dangerous building, oldest first.",
                            many=True)  # fmt: skip
    notices = Inner(EarlierNoticeSchema, "Notices that went out before this register had the case, oldest first; what "
                    "it issued itself it knows.", many=True)  # fmt: skip
    costs = Inner(CostSchema, "The costs ledger.", many=True)
    payments = Inner(PaymentSchema, "Payments received.", many=True)
    liens = Inner(RecordedLienSchema, "Liens on record with the county recorder.", many=True)
    abatement = Inner(AbatementSchema, "The work that the office did in the owner's place, and the order behind it.")
    service = Inner(ServiceRecordSchema, "Service records: who was served with what, when and how.", many=True)
    memoranda = Inner(MemorandumSchema, "Memoranda and staff reports, oldest first.", many=True)
    events = Inner(EventSchema, "The chronology, oldest first.", many=True)
    officers = Inner(OfficerSchema, "Officers who are added to those of the town pack, or replace them.", many=True)
    confidential = Inner(ConfidentialSchema, "What never reaches a document for the public.")
