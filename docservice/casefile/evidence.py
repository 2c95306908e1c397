"""What bears something out: inspections with their pictures and measurements, and files, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

EntryBasis = Literal["consent", "warrant", "public_view", "neighbor_consent", "emergency"]


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


@dataclass(frozen=True, slots=True)
class Inspection:
    """A visit to the property."""

    id: str
    on: date
    inspector: str  # officer id
    basis_of_entry: EntryBasis
    observations: tuple[str, ...]
    at: time | None = None
    purpose: str | None = None
    present: tuple[str, ...] = ()
    consent_by: str | None = None
    result: str | None = None
    reinspection_on: date | None = None
    photos: tuple[Photo, ...] = ()
    conditions: str | None = None  # weather and light
    measurements: tuple[Measurement, ...] = ()
    reinspection_from: time | None = None  # of day, between which the next visit begins
    reinspection_until: time | None = None
