"""What makes a page, as the string that a document pins: the press with its version, and the steps taken after it.

``typst 0.15.2 + sheet 1 + text 1 + look 1 + window 1 + joints 1`` is Typst's page with the sheet of languages put in
(``sheet 1``), its words made readable (``text 1``), seal, colors and head lines from the town's pack (``look 1``; of a
handout, the colors), who is served in the window before a C/O line (``window 1``), and the language's own marks beside
facts (``joints 1``). A document issued before there was a step has a string without it, and is made again without it:
the pinned string chooses the road. A step whose output changes gets the next number, and keeps the old road as long as
documents name it.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import Literal

from docservice.finding import Finding
from docservice.refusal import Refusal

Press = Literal["typst", "weasyprint"]
EngineStep = Literal["sheet 1", "text 1", "look 1", "window 1", "joints 1"]

_TODAY: dict[Press, tuple[EngineStep, ...]] = {
    "typst": ("sheet 1", "text 1", "look 1", "window 1", "joints 1"),
    "weasyprint": ("text 1", "look 1", "joints 1"),
}
_AND = " + "


def engine(press: Press, pinned: str | None = None) -> str:
    """The string of what is made now: by the road that ``pinned`` names, by today's when nothing is pinned.

    The press is the one installed, whatever ``pinned`` says of it. Raises ``Refusal("engine.unknown")`` (kind
    ``setup``) for a step that this release does not know.
    """
    steps = _TODAY[press] if pinned is None else tuple(pinned.split(_AND)[1:])
    unknown = [step for step in steps if step not in _TODAY[press]]
    if unknown:
        message = f"The document was made by “{pinned}”; this release does not know {', '.join(unknown)}."
        raise Refusal("engine.unknown", message, [Finding.error("engine.unknown", message, "engine")], kind="setup")
    return _AND.join([f"{press} {_version(press)}", *steps])


@cache
def _version(press: Press) -> str:
    """That of the installed package; looking it up twice takes a third of a millisecond."""
    return metadata.version(press)


def takes(engine: str, step: EngineStep) -> bool:
    """Whether the road of ``engine`` has this step."""
    return step in engine.split(_AND)[1:]
