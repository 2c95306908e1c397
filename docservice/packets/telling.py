"""What a finished public copy still tells: refused, naming the place; or, of another part's own pages, a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docservice.finding import Finding
from docservice.packets.finishing import Packet
from docservice.packets.layout import Layout
from docservice.packets.pieces import Piece, Slot
from docservice.packets.public_copy import PublicCopy, Secret
from docservice.pdf.redaction.last_look import Disclosure, Sought, look, told_by_text
from docservice.refusal import Refusal

_NOT_SAID = (
    "sha256",
    "fingerprint",
    "engine",
    "kind",
    "verdict",
    "copy",
    "profile",
    "printed",
    "label",
    "first",
    "last",
)
_KEEPERS = ("document", "proof", "exhibit", "file")  # what has pages of its own, which the packet does not make


def last_look(public: PublicCopy, packet: Packet, layout: Layout) -> list[Finding]:
    """Search the finished files and the certificate for everything the copy leaves out.

    Raises ``Refusal("packet.told")`` where one of them says it. What one part leaves out and another part's own pages
    show is the plan's to decide, and a warning (``packet.redaction_elsewhere``) for the office alone.
    """
    secrets = [secret for secret in public.secrets if public.can_be_sought(secret)]
    texts = [Sought(secret.text) for secret in secrets]
    problems: dict[Finding, None] = {}
    elsewhere: dict[tuple[int, int], set[str]] = {}
    pieces = {id(slot): piece for piece in layout.pieces for slot in piece.slots}
    page = 0
    for file, volume in zip(packet.files, layout.volumes, strict=True):
        slots = [slot for piece in volume for slot in piece.slots]
        starts = [sum(slot.pages for slot in slots[:n]) for n in range(len(slots))]
        for told in look(file.path, texts, [slot.pages for slot in slots]):
            secret = secrets[told.which]
            if told.slot is not None and _may(secret, pieces[id(slots[told.slot])], slots[told.slot], told):
                at = page + starts[told.slot] + (told.page or 1) - 1
                elsewhere.setdefault((told.which, pieces[id(slots[told.slot])].place), set()).add(layout.printed[at])
                continue
            message = f"{file.name} would say what {secret.name} leaves out: {told.where}."
            problems[Finding.error("packet.told", message, secret.place)] = None
        page += file.pages
    for text, where in _said(packet.certificate, "the certificate"):
        for which in told_by_text(text, texts):
            message = f"The packet would say what {secrets[which].name} leaves out: {where}."
            problems[Finding.error("packet.told", message, secrets[which].place)] = None
    if problems:
        raise Refusal("packet.told", " ".join(problem.message for problem in problems), list(problems))
    return [_elsewhere(secrets[which], place, sorted(pages, key=_number))
            for (which, place), pages in sorted(elsewhere.items())]  # fmt: skip


def _may(secret: Secret, piece: Piece, slot: Slot, told: Disclosure) -> bool:
    """Whether a part may say it: pages that are not ours, of a part that was not asked to leave it out there."""
    if secret.part is None or slot.sheet or piece.generated is not None or piece.kind not in _KEEPERS:
        return False
    if piece.place != secret.part:
        return True
    pages = [one for one in piece.slots if not one.sheet]
    return secret.page is not None and not (slot is pages[0] and told.page == secret.page)


def _elsewhere(secret: Secret, place: int, pages: Sequence[str]) -> Finding:
    where = f"part {place + 1}" if place != secret.part else "another page of that part"
    message = (
        f"The words of {secret.name} can still be read in {where} (packet page {', '.join(pages)}). Redact them there,"
        " too, or in the whole plan, unless they are meant to stay."
    )
    return Finding.warning("packet.redaction_elsewhere", message, place=secret.place)


def _number(printed: str) -> tuple[float, str]:
    return (float(printed) if printed.replace(".", "", 1).isdecimal() else 0.0, printed)


def _said(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield value, where
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key not in _NOT_SAID:
                yield from _said(one, f"{where}, {key}")
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _said(one, where)
