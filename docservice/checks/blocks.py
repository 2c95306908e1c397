"""Is everything there that a document of this type must say? (DOMAIN §7.1, 7.3, 7.11)"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docservice.checks.emptiness import LISTS, anything_under, is_empty
from docservice.checks.examined import Sight, even, plain, substance
from docservice.checks.finding import error
from docservice.checks.pointers import pointer
from docservice.finding import Finding

# What a preview cannot have yet.
_NOT_IN_A_DRAFT = ("document.number", "document.verify_url", "document.verify_code")
# What comes from the citation, hearing, permit … that a document is about.
_WITHOUT_SUBJECT = (
    "inspection", "citation", "stop_work", "hearing", "memo", "served", "permit", "placard", "visit", "request", "fine",
    "penalty", "hardship", "decision", "appeal", "lien",
)  # fmt: skip

# Who does not owe a fine gets words for their information in place of these.
_OF_WHO_OWES = ("payment", "payment-stub")


def required_blocks(sight: Sight) -> Iterator[Finding]:
    """Every required block is there and says something (DOMAIN §7.1)."""
    for name in sight.required:
        found = sight.page.blocks.get(name)
        if name in _OF_WHO_OWES and not _owes(sight):
            found = [*(found or ()), *sight.page.blocks.get("for-your-information", ())]
        if not found:
            yield error("block_missing", f"The block “{name}” is missing.", f"block {name}")
        elif not any(map(substance, found)):
            yield error("block_missing", f"The block “{name}” is empty.", f"block {name}")
        elif any(is_empty(element) for block in found for element in block.iter(*LISTS)):
            message = f"The block “{name}” does not have what it is there for: a list in it is empty."
            yield error("block_missing", message, f"block {name}")


def _owes(sight: Sight) -> bool:
    liability = sight.kind.liability if sight.kind is not None else None
    return liability is None or sight.recipient is None or liability.owes(sight.recipient.roles)


def empty_lists(sight: Sight) -> Iterator[Finding]:
    """No list, table or heading stands there with nothing in it or under it (DOMAIN §7.1)."""
    forms = sight.bundle.meta.face == "handout"  # a handout may have rows to fill in by hand
    for element in sight.page.root.iter(*LISTS):
        if is_empty(element, forms=forms):
            what, after = LISTS[element.tag], _lead(element)
            yield error("list_empty", f"The {what}{after} is empty.", _block_of(element))
        elif not all(substance(item) for item in element.iterchildren("li")):
            yield error(
                "list_empty", f"A line of the {LISTS[element.tag]}{_lead(element)} is empty.", _block_of(element)
            )
    for heading in sight.page.headings:
        if not anything_under(heading):
            yield error("list_empty", f"Nothing stands under the heading “{plain(heading)}”.", _block_of(heading))


def _lead(element: Any) -> str:
    """The words that lead to a list, to name it by."""
    for before in (element.getprevious(), element.getparent()):
        words = plain(before) if before is not None else ""
        if words:
            return f" after “{words if len(words) <= 60 else words[:59] + '…'}”"
    return ""


def _block_of(element: Any) -> str:
    while element is not None:
        if element.get("data-block"):
            return f"block {element.get('data-block')}"
        element = element.getparent()
    return ""


def unresolved(sight: Sight) -> Iterator[Finding]:
    """No field is without its value (DOMAIN §7.1)."""
    for path in dict.fromkeys((*sight.unresolved, *sight.page.unresolved)):
        # Where the casefile has no citation at all, that is the news; not each field of it.
        without = path.partition(".")[0] in _WITHOUT_SUBJECT and sight.lacks_subject
        if not without and not (sight.draft and path in _NOT_IN_A_DRAFT):
            yield error("unresolved", f"There is no value for “{path}”, which the text needs.", pointer(sight, path))


def site(sight: Sight) -> Iterator[Finding]:
    """A formal notice names the site, by street address or legal description, and the parcel (DOMAIN §7.3)."""
    if sight.casefile is None or sight.kind is None or not sight.kind.formal:
        return
    place, text = sight.casefile.property, sight.page.text
    named = [even(name) for name in (place.situs, place.legal_description) if name]
    if not any(name in text for name in named):
        yield error("site_missing", "Neither the street address nor the legal description is in it.", "/property/situs")
    if even(place.apn) not in text:
        yield error("site_missing", f"The parcel number {place.apn} is not in it.", "/property/apn")


def headings(sight: Sight) -> Iterator[Finding]:
    """No heading skips a level, or a screen reader loses its way (PDF/UA-1, ISO 14289-1 §7.4.2; DOMAIN §7.15)."""
    level = 1
    for heading in sight.page.headings:
        depth = int(heading.tag[1])
        if depth > level + 1:
            message = f"The heading “{even(''.join(heading.itertext()))}” is of level {depth} after level {level}."
            yield error("heading_skipped", message)
        level = depth


def statements(sight: Sight) -> Iterator[Finding]:
    """The statements that the facts trigger are there (DOMAIN §7.11)."""
    if sight.reckoning is None:
        return
    for key in sight.reckoning.statements:
        statement = sight.pack.statements[key]
        if key not in sight.page.statements and not any(map(substance, sight.page.blocks.get(key, ()))):
            message = f"The statement “{statement.title}” is missing ({statement.source.citation})."
            yield error("statement_missing", message, f"statement {key}")
