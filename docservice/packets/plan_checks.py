"""What no single field of a plan shows: order, repetition, empty sections, labels given twice, where additions go."""

from __future__ import annotations

from collections.abc import Iterator

from docservice.finding import Finding
from docservice.packets.plan_parts import DocumentPart, FilePart, GeneratedPart, Part, Plan, SectionPart

_FIRST = "cover"
_LAST = "certificate"
_NO_EXHIBITS = ("cover", "contents", "exhibit-list", "service-list", "certificate")


def every(plan: Plan) -> Iterator[Finding]:
    """Every problem, with its JSON pointer."""
    once: dict[str, int] = {}
    labels: dict[str, int] = {}
    documents: dict[str, int] = {}
    for place, part in enumerate(plan.parts):
        if isinstance(part, GeneratedPart):
            if part.kind in once:
                yield Finding.error("packet.repeated", f"There is one {part.kind} only.", f"/parts/{place}/generated")
            once[part.kind] = place
            yield from _generated(plan, part, place)
        if isinstance(part, DocumentPart):
            if part.number in documents:
                yield Finding.error(
                    "packet.repeated", "This document is already in the plan.", f"/parts/{place}/document"
                )
            documents[part.number] = place
        if isinstance(part, FilePart) and part.translator and not part.english:
            message = "A translator certifies an English text; say which file it is (english)."
            yield Finding.error("packet.translation", message, f"/parts/{place}/translator")
        following = plan.parts[place + 1] if place + 1 < len(plan.parts) else None
        if isinstance(part, SectionPart) and (following is None or isinstance(following, SectionPart)):
            yield Finding.error("packet.empty_section", "Nothing stands in this section.", f"/parts/{place}/section")
        label = None if isinstance(part, SectionPart) else part.exhibit
        if label and label != "auto":
            if label in labels:
                yield Finding.error("packet.label", f"Exhibit {label} is already there.", f"/parts/{place}/exhibit")
            labels[label] = place
        yield from _late(plan, part, place)
    if all(isinstance(part, SectionPart | GeneratedPart) and getattr(part, "kind", "") in ("", *_NO_EXHIBITS)
           for part in plan.parts):  # fmt: skip
        yield Finding.error("packet.empty", "The plan has nothing but a cover and contents.", "/parts")
    for place, redaction in enumerate(plan.redactions):
        if redaction.text is None:
            message = "A box belongs to a page of a part; here stand words that are taken out wherever they are."
            yield Finding.error("packet.redaction", message, f"/redactions/{place}/box")
        elif redaction.page is not None:
            message = "A page belongs to a part; here stand words that are taken out wherever they are."
            yield Finding.error("packet.redaction", message, f"/redactions/{place}/page")
    if plan.seal and not plan.certificate and "certificate" not in once:
        yield Finding.error(
            "packet.seal", "The seal stands on the certificate; a sealed packet has one.", "/certificate"
        )


def _generated(plan: Plan, part: GeneratedPart, place: int) -> Iterator[Finding]:
    at = f"/parts/{place}"
    if part.kind == _FIRST and place != 0:
        yield Finding.error("packet.order", "The cover is the first part.", f"{at}/generated")
    if part.kind == _LAST and place != len(plan.parts) - 1:
        yield Finding.error("packet.order", "The certificate is the last part.", f"{at}/generated")
    if part.kind in _NO_EXHIBITS and part.exhibit:
        yield Finding.error("packet.label", f"A {part.kind} is not an exhibit.", f"{at}/exhibit")
    if part.handling.redactions:
        message = "What is made from the casefile is not blacked out; correct the casefile, or leave the part out."
        yield Finding.error("packet.redaction", message, f"{at}/redactions")


def _late(plan: Plan, part: Part, place: int) -> Iterator[Finding]:
    at = f"/parts/{place}"
    if plan.supplements is None:
        if not isinstance(part, SectionPart) and part.handling.after is not None:
            message = "Only a supplement adds pages after those of an earlier packet; say of which (supplements)."
            yield Finding.error("packet.after", message, f"{at}/after")
    elif isinstance(part, SectionPart):
        yield Finding.error("packet.section", "A supplement has no sections; its parts join those that are there.", at)
    elif isinstance(part, GeneratedPart) and part.kind in _NO_EXHIBITS:
        yield Finding.error("packet.generated", f"A supplement has no {part.kind} of its own.", f"{at}/generated")
    elif part.handling.after is None:
        yield Finding.error("packet.after", "Say after which page of the earlier packet this comes.", f"{at}/after")
