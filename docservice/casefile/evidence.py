"""What bears something out: pictures, and files of evidence, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture: ``file`` is its name among the attachments."""

    file: str
    caption: str
    alt: str
    taken_on: date
    taken_by: str
    taken_at: time | None = None
    sha256: str | None = None  # of the file, where the register holds it
    taken_with: str | None = None  # the camera


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured at an inspection, what it came to, and with what."""

    what: str
    value: str
    taken_with: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that bears out what came of a service: the green card, the envelope that came back, a tracking page."""

    file: str
    what: str | None = None
    sha256: str | None = None  # of the file, where the register holds it
