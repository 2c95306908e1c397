"""The town pack: everything a town decides, as frozen values.

A pack is a folder of YAML that a town attorney reads and confirms (``docs/town.md``); ``load_pack`` in
``docservice.town.loading`` turns it into a ``TownPack``. Every legal value carries its ``Source``: the citation as a
lawyer would write it and how sure we are of it (H: statute text seen, M: ordinances of real towns, P: ordinary
practice). Code holds arithmetic only; a number that a town could choose is found here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from docservice.casefile.facts import Officer, PartyRole, ServiceMethod
from docservice.layers import NATION
from docservice.town import citing
from docservice.town.approval import Approval
from docservice.town.closed_days import CalendarRules as CalendarRules
from docservice.town.closed_days import Closure as Closure
from docservice.town.closed_days import OwnDay as OwnDay
from docservice.town.closed_days import Weekday as Weekday
from docservice.town.dating import Dating
from docservice.town.helping import HelpResource as HelpResource
from docservice.town.look import Appearance, Seal, TownLook
from docservice.town.meanings import BY_NAME, PARTS_BY_NAME, Meaning, PacketPart, RoleMeaning
from docservice.town.meanings import SubjectKind as SubjectKind
from docservice.town.phrases import Phrase
from docservice.town.procedure import Procedure as Procedure
from docservice.town.service_rules import ServiceRules
from docservice.town.source import Source as Source
from docservice.town.terms import Courier as Courier
from docservice.town.terms import HandoutFacts as HandoutFacts
from docservice.town.terms import HearingTerms as HearingTerms
from docservice.town.terms import Liability as Liability
from docservice.town.terms import PaymentTerms as PaymentTerms
from docservice.town.terms import PenaltyTier as PenaltyTier
from docservice.town.terms import TimeLimit as TimeLimit
from docservice.town.terms import Tolling as Tolling
from docservice.town.translations import Incomplete, TranslationPolicy
from docservice.town.translations import Language as Language
from docservice.town.visits import VisitFee

CountingUnit = Literal["days", "months"]
CountingDirection = Literal["after", "before"]
Trigger = Literal["service", "issue", "hearing"]
CalendarKind = Literal["town", "court"]
# By the day of the document: all are those seen by then, contested what the appeals that a hearing hears are of.
ShownViolations = Literal["open", "corrected", "all", "contested", "none"]
# Which service records a sworn paper tells of, beside its subject, by the same declarant: none; those of the same day;
# those of the same document and party.
CoveredRecords = Literal["record", "day", "person"]
Condition = Literal[
    "always",
    "fined",
    "costs_due",
    "residential_rental",
    "accessory_dwelling",
    "tenant_recipient",
    "tenant_told",
    "lienholder_recipient",
    "immediate_danger",
    "translated",
]


@dataclass(frozen=True, slots=True)
class TownIdentity:
    """Whose letterhead it is."""

    name: str  # "Town of Madrona Hills"
    short_name: str  # "Madrona Hills"
    county: str
    state: str  # two letters
    department: str
    office: str  # "Code Compliance Office"
    address: tuple[str, ...]
    phone: str
    tty: str
    email: str
    website: str
    verify_url: str  # where the public checks a notice: the address of this service, and /verify
    hours: str
    time_zone: str  # IANA name
    seal: str | None = None  # in packs of before there was a look
    seal_alt: str | None = None
    # Printed by no wording that ships; wording that a town wrote itself may.
    population: int | None = None
    motto: str | None = None

    @property
    def public_address(self) -> str:
        """Where the public reaches the service: ``verify_url`` without ``/verify``; no slash at its end."""
        return self.verify_url.rstrip("/").removesuffix("/verify")


@dataclass(frozen=True, slots=True)
class Section:
    """One edition of a code section, in force from and until (both days included)."""

    code: str  # "MHMC 9.40.020"
    title: str
    text: str  # the requirement in plain words
    fine_class: str
    in_force_from: date
    source: Source
    in_force_until: date | None = None
    cure_days: int | None = None  # overrides the town's cure period
    cited_at_once: bool = False  # a fine needs no notice and no time to correct before it (``town.guards``)
    ordinance: str | None = None

    def in_force(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_until is None or on <= self.in_force_until)


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """How one deadline is counted.

    ``after`` counts forward from the trigger and rolls forward past closed days; ``before`` counts backward from the
    trigger (the event's day is not counted) and rolls to an earlier day. ``extends`` says whether an adopted mail
    extension lengthens it, ``rolls`` whether a closed day moves it at all, and ``calendar`` on whose closed days.
    ``means`` says what it is to the machine, whatever the town calls it (``docservice.town.meanings``).
    """

    title: str  # "Contest a citation"
    trigger: Trigger
    count: int
    unit: CountingUnit
    direction: CountingDirection
    source: Source
    rolls: bool = True
    extends: bool = False
    calendar: CalendarKind = "town"
    means: Meaning | None = None


@dataclass(frozen=True, slots=True)
class MailExtension:
    """Days added to a period when the paper came by mail, by where it was mailed to."""

    adopted: bool
    same_state: int
    other_state: int
    abroad: int
    methods: tuple[ServiceMethod, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class FineClass:
    """Dollars for the first, second, third … violation of one section; the last amount holds for all later ones."""

    title: str
    amounts: tuple[Decimal, ...]
    caps: tuple[Decimal, ...]
    source: Source

    def amount(self, ordinal: int) -> Decimal:
        return self.amounts[min(ordinal, len(self.amounts)) - 1]

    def cap(self, ordinal: int) -> Decimal:
        return self.caps[min(ordinal, len(self.caps)) - 1]


@dataclass(frozen=True, slots=True)
class LookBack:
    """How far back an earlier violation of the same section makes this one the second or third."""

    count: int
    unit: Literal["months"]
    source: Source


@dataclass(frozen=True, slots=True)
class DocumentType:
    """What a kind of document must be: its blocks, its signers, who must get it, which dates it prints."""

    title: str
    formal: bool  # a formal notice: taglines, proof of service
    public: bool  # may go to someone outside the office: nothing confidential
    subject: SubjectKind
    required_blocks: tuple[str, ...]
    signers: tuple[str, ...]  # officer roles
    served: tuple[PartyRole, ...]  # party roles that must be served when the case has them
    deadlines: Mapping[str, str]  # the name it prints ("contest-by") → the pack's rule ("contest-notice")
    series: str
    number: str  # "NOV-{year}-{n:04d}"
    envelope: str
    taglines: bool
    statements: tuple[str, ...]
    source: Source
    packet_part: PacketPart | None = None  # which part of a hearing packet it is; None: none
    # Which violations it speaks of where its subject has none of its own (``town.subjects``). What shows the corrected
    # ones closes them: it is not issued while something seen is open.
    shows: ShownViolations = field(default="open", metadata={"before": ("violations", {"seen": "all"})})
    liability: Liability | None = None  # who owes a fine that it sets; None: whoever gets it, each for themselves
    covers: CoveredRecords = "record"  # of a paper about service (``town.subjects.covered``)
    methods: tuple[ServiceMethod, ...] = ()  # of the service that it is about, and of others of a day; empty: any
    basis: str | None = None  # the law under which it is issued, as the letter says it
    refuses_danger: bool = False  # too soft a letter for an immediate danger: it is not issued about one
    contact: Literal["case", "signer"] = "case"  # whom its reader calls: who is in charge of the case, or who signs
    addressee: Literal["party", "complainant"] = "party"  # whom it goes to (``town.addressees``)


@dataclass(frozen=True, slots=True)
class Statement:
    """Words that the facts trigger. The wording lies in ``clauses/<clause>.html``.

    ``audience``: the roles it is owed to, empty for everyone. ``built_before``: for the trigger ``accessory_dwelling``,
    the year from which a unit is too young to be owed it (a unit of unknown year is owed it).
    """

    title: str
    trigger: Condition
    clause: str
    source: Source
    audience: tuple[PartyRole, ...] = ()
    built_before: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in inches from the page's top left corner."""

    left: Decimal
    top: Decimal
    right: Decimal
    bottom: Decimal


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a document travels: where its address must stand, or which margins stay clear."""

    title: str
    kind: Literal["window", "recorder", "plain", "placard"]
    source: Source
    address: Box | None = None  # the safe area of the window
    max_lines: int | None = None
    fold: Literal["none", "tri-fold"] = "none"
    clear: tuple[Box, ...] = ()  # areas that stay empty
    return_block: Box | None = None
    margin: Decimal | None = None
    # Sheets of paper that go into it, printed on both sides; what has more goes into `over`, another profile.
    max_sheets: int | None = None
    over: str | None = None


@dataclass(frozen=True, slots=True)
class TownPack:
    """One edition of a town's rules. ``sha256`` is over the canonical content, so a changed comment changes nothing."""

    key: str
    version: str
    effective_on: date
    adopted_by: str
    identity: TownIdentity
    languages: tuple[Language, ...]
    help: tuple[HelpResource, ...]
    officers: tuple[Officer, ...]
    sections: tuple[Section, ...]
    calendar: CalendarRules
    deadlines: Mapping[str, DeadlineRule]
    mail_extension: MailExtension
    fine_classes: Mapping[str, FineClass]
    look_back: LookBack
    document_types: Mapping[str, DocumentType]
    statements: Mapping[str, Statement]
    envelopes: Mapping[str, Envelope]
    payment: PaymentTerms
    hearing: HearingTerms
    courier: Courier
    # The law that holds there, a folder of ``law/``: its clauses, and no other state's, may stand in documents.
    law: str = NATION
    # What bodies are called in a sentence, a whole phrase with its article: name → language → phrase.
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # What placards say in large letters: name → language → words.
    placards: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # What the abbreviations of codes stand for: MHMC → Madrona Hills Municipal Code.
    code_names: Mapping[str, str] = field(default_factory=dict)
    # What casefiles may say of a violation by name, and the places on a property that its blanks may name.
    violation_phrases: Mapping[str, Phrase] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    # The facts that handouts print, by the handout's key.
    handouts: Mapping[str, HandoutFacts] = field(default_factory=dict)
    # A pack from before there were these has none.
    court_calendar: CalendarRules | None = None
    time_limit: TimeLimit | None = None  # a town may have none
    visit_fee: VisitFee | None = None  # nor this
    procedure: Procedure | None = None  # and no guards then
    service: ServiceRules | None = None  # whatever did not come back was served then
    dating: Dating = field(default_factory=Dating)
    approval: Approval = field(default_factory=Approval)
    translations: TranslationPolicy = field(default_factory=TranslationPolicy)
    look: TownLook = field(default_factory=TownLook)
    roles: Mapping[str, RoleMeaning] = field(default_factory=dict)  # the town's own names of roles → what they are
    # Not read from the YAML: the pictures and the translations (by language) beside it, and the identity of the whole.
    pictures: Mapping[str, bytes] = field(default_factory=dict, metadata={"computed": True})
    catalogs: Mapping[str, bytes] = field(default_factory=dict, metadata={"computed": True})
    sha256: str = field(default="", metadata={"computed": True})
    folder: str = field(default="", metadata={"computed": True}, compare=False)  # for messages: where it lay

    @property
    def codes(self) -> frozenset[str]:
        """Every section that the pack knows, as it spells it."""
        return frozenset(section.code for section in self.sections)

    def section(self, code: str, on: date) -> Section | None:
        """The edition of the section cited as ``code`` (``town.citing``) in force on the day, if there is one."""
        return next((edition for edition in self.editions(code) if edition.in_force(on)), None)

    def editions(self, code: str) -> tuple[Section, ...]:
        """Every edition of it, oldest first; empty when the pack does not know it."""
        found = citing.find(code, self.codes)
        return tuple(
            sorted((s for s in self.sections if found and s.code == found.code), key=lambda s: s.in_force_from)
        )

    def closed_days(self, rule: DeadlineRule | None = None) -> CalendarRules:
        """The closed days on which a rule is counted: the court's or, without one, the town's own."""
        court = self.court_calendar if rule is not None and rule.calendar == "court" else None
        return court or self.calendar

    @property
    def appearance(self) -> Appearance:
        """What a letterhead takes from the town."""
        name, alt = self.look.seal or self.identity.seal, self.look.seal_alt or self.identity.seal_alt
        seal = Seal(name, self.pictures[name], alt or f"Seal of the {self.identity.name}") if name else None
        return Appearance(seal, self.look.colors, self.look.head)

    def means(self, rule: str) -> Meaning | None:
        """What a deadline rule is to the machine. In a pack of before there were meanings, its name says it."""
        known = self.deadlines.get(rule)
        if known is None:
            return None
        return known.means if any(one.means for one in self.deadlines.values()) else BY_NAME.get(rule)

    def rule(self, meaning: Meaning) -> DeadlineRule | None:
        """The first deadline rule that means this."""
        return next((rule for key, rule in self.deadlines.items() if self.means(key) == meaning), None)

    def printed(self, kind: DocumentType, meaning: Meaning) -> Mapping[str, DeadlineRule]:
        """The dates of this meaning that a document type prints, by their names."""
        return {name: self.deadlines[key] for name, key in kind.deadlines.items() if self.means(key) == meaning}

    def packet_part(self, document_type: str) -> PacketPart | None:
        """Which part of a hearing packet a document is. In a pack of before types said so, the type's name does."""
        if not any(kind.packet_part for kind in self.document_types.values()):
            return PARTS_BY_NAME.get(document_type)
        kind = self.document_types.get(document_type)
        return kind.packet_part if kind else None

    def plays(self, role: str, part: str) -> bool:
        """Whether an officer's role is ``part``, by its name or by what the town says that it is."""
        return part in (role, self.roles.get(role))

    def officer(self, officer_id: str) -> Officer | None:
        return next((o for o in self.officers if o.id == officer_id), None)

    def language(self, tag: str) -> Language | None:
        return next((known for known in self.languages if known.tag == tag), None)

    def incomplete(self, tag: str, document_type: str, face: str) -> Incomplete:
        """What becomes of a translation into ``tag`` that is not approved; one ``refuse`` is enough."""
        known, said = self.language(tag), self.translations
        words = (
            said.incomplete,
            said.handouts if face == "handout" else said.document_types.get(document_type),
            known.incomplete if known is not None else None,
        )
        return "refuse" if "refuse" in words else "draft-mark"

    def taglines(self) -> Mapping[str, str]:
        """Tagline per language tag but English, with the town's phone number in it."""
        return {known.tag: known.tagline_with(self.identity.phone) for known in self.languages if known.tag != "en"}
