"""What intake says of an uploaded file, worked out once and kept on the shelf, where binding finds it.

It reads files of unknown origin: in a rendering process and a process of that one, never in the one that answers
requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docservice.finding import Finding
from docservice.office.means.means import Means
from docservice.packets.forums.rules import Profile
from docservice.pdf.foreign import intake
from docservice.pdf.foreign.intake import Frame
from docservice.pdf.shelf import FolderShelf, opened
from docservice.refusal import Refusal

PageTurns = Sequence[tuple[int, int]]  # page (from 1) and degrees clockwise
_SECONDS_OF_A_FILE = 60.0  # intake has a limit of its own, 20 seconds


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of a file: ``verdict`` (usable, converted, refused), how many pages, what to know.

    ``sizes`` are width and height of each page in points, as it will be in the packet.
    """

    verdict: str
    pages: int
    findings: tuple[Finding, ...]
    sizes: tuple[tuple[float, float], ...] = ()


def examined(means: Means, sha256: str, path: Path, profile: str, turns: PageTurns = ()) -> Examined:
    """The intake of a file, from the shelf; put there first, if it is not."""
    if profile not in means.forums:
        raise Refusal("profile.missing", f"There is no packet profile “{profile}”.", kind="missing")
    frame = _frame(means.forums[profile], turns)
    held = FolderShelf(means.settings.shelf).get(intake.key(sha256, frame))
    if held is None:
        means.make_within(_SECONDS_OF_A_FILE, _examine, {}, means.settings.shelf, path, frame)
        held = FolderShelf(means.settings.shelf).get(intake.key(sha256, frame))
        if held is None:
            raise Refusal("exhibit.changed", "The uploaded file is not what it was.", kind="setup")
    with opened(held) as stream:
        taken = intake.unpack_description(stream)
    sizes = tuple((page.width, page.height) for page in taken.pages)
    return Examined(taken.verdict, len(taken.pages), taken.findings, sizes)


def intake_key(means: Means, sha256: str, profile: str, turns: PageTurns = ()) -> str:
    """Where the intake of a file lies on the shelf."""
    return intake.key(sha256, _frame(means.forums[profile], turns))


def _frame(profile: Profile, turns: PageTurns) -> Frame:
    return Frame(profile.band, profile.paper, profile.raster_dpi, tuple(turns))


def _examine(_parts: Mapping[str, bytes], shelf: Path, path: Path, frame: Frame) -> None:
    from docservice.pdf.preparing import Exhibits

    Exhibits(FolderShelf(shelf), frame).examined(path, "", frame.turns)
