"""The facts of a case, as frozen values.

These are what ``casefile.load`` returns and what every other room reads. They hold facts only: no
deadline, no fine and no wording is computed here. Dates are ``datetime.date``, times of day
``datetime.time``, money is ``Decimal`` in US dollars, ids are short strings unique in their list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal

from docservice.casefile.aftermath import Abatement, CitationWithdrawal, Continuance, StopWorkRelease
from docservice.casefile.evidence import EntryBasis as EntryBasis
from docservice.casefile.evidence import Inspection as Inspection
from docservice.casefile.evidence import Measurement as Measurement
from docservice.casefile.evidence import Photo as Photo
from docservice.casefile.hearings import DecisionOrder as DecisionOrder
from docservice.casefile.hearings import DecisionOutcome as DecisionOutcome
from docservice.casefile.hearings import HearingAppearance as HearingAppearance
from docservice.casefile.hearings import HearingDecision as HearingDecision
from docservice.casefile.hearings import HearingInterpreter as HearingInterpreter
from docservice.casefile.hearings import HearingMinutes as HearingMinutes
from docservice.casefile.hearings import ItemDecision as ItemDecision
from docservice.casefile.hearings import MinutesEntry as MinutesEntry
from docservice.casefile.hearings import OfferedExhibit as OfferedExhibit
from docservice.casefile.history import CameBy, EarlierNotice, ExtensionRequest, PlannedVisit, RecordedLien
from docservice.casefile.phrasing import ViolationPhrases, ViolationTranslation
from docservice.casefile.remedies import BuildingOrder as BuildingOrder
from docservice.casefile.remedies import HardshipRequest as HardshipRequest
from docservice.casefile.service import Declarant as Declarant
from docservice.casefile.service import ServiceMethod as ServiceMethod
from docservice.casefile.service import ServiceRecord as ServiceRecord
from docservice.casefile.service import ServiceResult as ServiceResult

AddressKind = Literal["street", "po_box", "private_mailbox", "military", "foreign", "post_on_site"]
PartyRole = Literal[
    "owner",
    "occupant",
    "tenant",
    "lienholder",
    "agent",
    "contractor",
    "worker",
    "local_contact",
    "appellant",
    "representative",
    "interested",
]
CitationStatus = Literal["open", "paid", "appealed", "upheld", "dismissed", "void"]
Greeting = Literal["name", "personal_representative", "heirs", "occupant"]


@dataclass(frozen=True, slots=True)
class Name:
    """A legal name in its own script, never cut; ``latin`` is the mailing form beside it."""

    text: str
    language: str | None = None  # BCP 47 of the name's own script, e.g. "zh-Hant"
    latin: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where mail goes: ``lines`` exactly as on the envelope, below the name.

    ``region`` (two letters) and ``country`` (ISO 3166 alpha-2) decide mail extensions; for US
    addresses the region is read from the last line when it is not given. ``post_on_site`` has no
    lines: the notice is posted at the property.
    """

    kind: AddressKind
    lines: tuple[str, ...]
    region: str | None = None
    country: str = "US"


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organization with a role in the case."""

    id: str
    roles: tuple[PartyRole, ...]
    name: Name
    address: Address | None = None
    language: str = "en"  # the language they read
    interest: str | None = None  # "1/3", "life estate"
    unit: str | None = None
    attention: str | None = None
    agent: str | None = None  # agent for service of process, by name or party id
    license_number: str | None = None  # contractor's state license
    email: str | None = None
    phone: str | None = None
    electronic_consent_on: date | None = None
    mail_extension_days: int | None = None  # as a person decided, where the town's rules do not
    greeting: Greeting | None = None  # how a salutation greets them; None: by the name


@dataclass(frozen=True, slots=True)
class AccessoryDwelling:
    unit: str
    built_year: int | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """The site: address or legal description, plus the assessor's parcel number (APN)."""

    apn: str
    situs: str | None = None
    legal_description: str | None = None
    city_line: str | None = None  # "Madrona Hills, CA 95999"
    zone: str | None = None
    use: str | None = None  # "fourplex", "short-term rental"
    year_built: int | None = None
    residential_rental: bool = False
    accessory_dwelling: AccessoryDwelling | None = None
    vacant_units: tuple[str, ...] = ()
    title_report_on: date | None = None


@dataclass(frozen=True, slots=True)
class PermitExtension:
    to: date
    granted_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """A permit with, where one applies, its construction time limit (whole months)."""

    number: str
    issued_on: date
    description: str | None = None
    limit_months: int | None = None
    completion_due: date | None = None  # as stated on the permit; checked against the arithmetic
    extensions: tuple[PermitExtension, ...] = ()
    completed_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """What was seen, which section it breaks, and what puts it right."""

    id: str
    section: str  # "MHMC 9.40.020", a code section of the town pack
    observed_on: date
    facts: str = ""  # empty: the phrase says them
    correction: str = ""
    comply_by: date | None = None  # when a person set it; otherwise computed from the cure period
    location: str | None = None
    inspection: str | None = None
    corrected_on: date | None = None
    immediate_danger: bool = False
    danger_reason: str | None = None
    units: tuple[str, ...] = ()  # whose rooms it is in; none: what all share, or the whole property
    photographs: tuple[str, ...] = ()  # files of the inspections' photos that show it
    phrase: ViolationPhrases | None = None
    translations: tuple[ViolationTranslation, ...] = ()

    @property
    def gives_danger_reason(self) -> bool:
        """Whether somebody says why it is an immediate danger, in their own words or by a phrase."""
        return bool(self.danger_reason or (self.phrase and self.phrase.danger_reason))


@dataclass(frozen=True, slots=True)
class Citation:
    """An administrative citation: first, second or third for the same section within a year."""

    id: str
    ordinal: int
    violations: tuple[str, ...]  # violation ids
    violation_on: date
    fine: Decimal | None = None  # as stated; checked against the schedule, computed when absent
    number: str | None = None
    issued_on: date | None = None
    served_on: date | None = None
    status: CitationStatus = "open"
    reduced_to: Decimal | None = None  # as decided
    taken_back: CitationWithdrawal | None = None

    @property
    def counts(self) -> bool:
        """Whether it makes a later one the second or third, and is owed: it was not dismissed, voided or taken back."""
        return self.status not in ("dismissed", "void") and self.taken_back is None


@dataclass(frozen=True, slots=True)
class StopWorkOrder:
    id: str
    on: date
    reason: str
    conditions: tuple[str, ...]  # under which work may resume
    at: time | None = None
    posted_at: str | None = None
    violations: tuple[str, ...] = ()
    immediate_danger: bool = False
    lifted_on: date | None = None
    lifted_by: str | None = None  # officer id
    lifted_because: str | None = None
    without_fault: bool = False  # somebody found that neither the owner nor the contractor brought it about
    releases: tuple[StopWorkRelease, ...] = ()
    number: str | None = None  # of the order, once it is issued


@dataclass(frozen=True, slots=True)
class Placard:
    """A building, or a part of it, that nobody may use, or only in part: what its placard says."""

    id: str
    on: date
    use: Literal["none", "restricted"]
    reason: str
    conditions: tuple[str, ...]  # under which it may be used again
    at: time | None = None
    area: str | None = None  # the part that is meant; the whole building when left out
    allowed: str | None = None  # what may be done there meanwhile; needed where use is restricted
    order: str | None = None  # number of the notice and order that it goes with
    violations: tuple[str, ...] = ()
    posted_at: str | None = None
    lifted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    id: str
    filed_on: date
    by: str  # party id
    of: tuple[str, ...]  # ids of citations, violations, stop work orders or costs
    grounds: str
    deposit: Decimal | None = None
    hardship_waiver: Literal["not_requested", "requested", "granted", "denied"] = "not_requested"
    withdrawn_on: date | None = None
    hardship_requested_on: date | None = None
    late_for_cause: str | None = None  # why a late one was taken
    deposit_on: date | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    id: str
    on: date
    at: time
    place: tuple[str, ...]
    kind: Literal["appeal", "show_cause", "abatement"]
    officer: str  # hearing officer: an officer id
    docket: str | None = None
    appeal: str | None = None
    allegations: tuple[str, ...] = ()
    noticed_on: date | None = None
    decided_on: date | None = None
    held_on: date | None = None
    continued_from: date | None = None
    decisions: tuple[ItemDecision, ...] = ()
    joined: tuple[str, ...] = ()  # ids of other appeals that are heard with it
    continuance: Continuance | None = None
    decision: HearingDecision | None = None
    exhibits: tuple[OfferedExhibit, ...] = ()
    minutes: HearingMinutes | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of the costs ledger. Fines are never costs (two ledgers)."""

    id: str
    on: date
    description: str
    amount: Decimal
    kind: Literal["abatement", "administrative"]
    vendor: str | None = None
    quantity: str | None = None  # of hours, loads …, as a number: 2.5
    unit: str | None = None
    rate: Decimal | None = None
    invoice: str | None = None  # number of the invoice that asks for it
    invoiced_on: date | None = None
    pay_by: date | None = None  # as that invoice printed it


@dataclass(frozen=True, slots=True)
class Payment:
    id: str
    on: date
    amount: Decimal
    ledger: Literal["fines", "costs"]
    citation: str | None = None
    kind: Literal["payment", "refund"] = "payment"
    by: str | None = None  # party id: who paid, or to whom it was given back


@dataclass(frozen=True, slots=True)
class Memorandum:
    id: str
    to: tuple[str, ...]
    sender: str  # officer id
    on: date
    subject: str
    background: tuple[str, ...]
    analysis: tuple[str, ...]
    recommendation: tuple[str, ...]
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the chronology."""

    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Officer:
    """A person of the town. The town pack lists them; a casefile may add or replace by id."""

    id: str
    name: str
    title: str
    role: str  # "coordinator", "building_official", "clerk", "hearing_officer", "inspector", …
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Confidential:
    """What never reaches a document for the public.

    Templates do not see it, but for the complaint in a letter that goes to who complained.
    """

    complainant: Party | None = None
    complaint: str | None = None
    complaint_received_on: date | None = None
    privileged_notes: tuple[str, ...] = ()
    complaint_came_by: CameBy | None = None
    updates_wanted: bool = False  # whether the complainant wants to hear what becomes of it


@dataclass(frozen=True, slots=True)
class Case:
    number: str
    title: str
    opened_on: date
    officer: str  # officer id of the coordinator in charge
    topics: tuple[str, ...] = ()
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Casefile:
    """Everything the office knows about one case, on one day."""

    case: Case
    property: Property
    parties: tuple[Party, ...]
    permits: tuple[Permit, ...] = ()
    violations: tuple[Violation, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    citations: tuple[Citation, ...] = ()
    stop_work_orders: tuple[StopWorkOrder, ...] = ()
    placards: tuple[Placard, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    extension_requests: tuple[ExtensionRequest, ...] = ()
    visits: tuple[PlannedVisit, ...] = ()
    hardship_requests: tuple[HardshipRequest, ...] = ()
    building_orders: tuple[BuildingOrder, ...] = ()
    notices: tuple[EarlierNotice, ...] = ()
    costs: tuple[Cost, ...] = ()
    payments: tuple[Payment, ...] = ()
    liens: tuple[RecordedLien, ...] = ()
    abatement: Abatement | None = None
    service: tuple[ServiceRecord, ...] = ()
    memoranda: tuple[Memorandum, ...] = ()
    events: tuple[Event, ...] = ()
    officers: tuple[Officer, ...] = ()
    confidential: Confidential = Confidential()
