"""A letterhead without the rest of the house: hand-written HTML in, PDF out."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from PIL import Image, ImageDraw

from docservice import shipped
from docservice.rendering import fonts
from docservice.rendering.letters import letter
from docservice.town import load_pack
from docservice.town.pack import Box, Envelope, Source, TownPack
from tests.shipped_wording import LETTERHEAD

_SOURCE = Source("a test", "P")
WINDOW = Envelope(
    "#10", "window", _SOURCE, Box(Decimal("1.00"), Decimal("2.625"), Decimal("4.25"), Decimal("3.042")), 4, "tri-fold"
)


@dataclass(frozen=True)
class LetterheadOnly:
    """What ``typeset`` needs of a bundle."""

    files: Mapping[str, bytes] = field(repr=False)
    sha256: str = "0" * 64
    meta: Any = field(default_factory=lambda: SimpleNamespace(letterhead="letter"))

    def picture(self, name: str) -> bytes:
        return self.files[name] if name in self.files else self.files[f"letterhead/{name}"]


@dataclass(frozen=True)
class Composed:
    """What ``typeset`` needs of a composition."""

    root: Any
    language: str


Set = Callable[..., letter.Rendered]


@pytest.fixture(scope="session")
def font_set(fonts_folder: Path) -> fonts.FontSet:
    return fonts.prepare(fonts_folder)


@pytest.fixture(scope="session")
def pack() -> TownPack:
    return load_pack(shipped.folder("town") / "madrona-hills")


@pytest.fixture(scope="session")
def letterhead() -> LetterheadOnly:
    folder = LETTERHEAD
    return LetterheadOnly({f"letterhead/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())})


@pytest.fixture(scope="session")
def set_letter(font_set: fonts.FontSet, pack: TownPack, letterhead: LetterheadOnly) -> Set:
    """``set_letter(article_html, envelope=, attachments=, draft=, number=, pinned=, files=)``."""

    def typeset(
        html: str,
        *,
        envelope: Envelope = WINDOW,
        attachments: Mapping[str, bytes] | None = None,
        draft: bool = False,
        number: str | None = "NOV-2026-0042",
        pinned: str | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> letter.Rendered:
        root = etree.fromstring(html)
        composed: Any = Composed(root, root.get("lang") or "en")
        bundle: Any = LetterheadOnly(files) if files is not None else letterhead
        return letter.typeset(
            bundle,
            composed,
            town=pack.identity,
            envelope=envelope,
            attachments=attachments or {},
            issued_on=date(2026, 6, 1),
            draft=draft,
            fonts=font_set,
            number=number,
            pinned=pinned,
        )

    return typeset


@pytest.fixture(scope="session")
def text_of() -> Callable[..., str]:
    """What pdftotext reads, without invisible bidirectional marks and Arabic vowel marks."""

    def read(pdf: bytes, *options: str) -> str:
        done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
        text = done.stdout.decode()
        return "".join(c for c in text if not ("\u200b" <= c <= "\u200f" or "\u202a" <= c <= "\u202e"
                                               or "\u2066" <= c <= "\u2069" or "\u064b" <= c <= "\u0652"))  # fmt: skip

    return read


@pytest.fixture(scope="session")
def photograph() -> bytes:
    """A JPEG like a phone's: landscape pixels with four different corners, EXIF orientation 6, GPS."""
    image = Image.new("RGB", (400, 300), "gray")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 100, 75), fill="red")  # top left as stored
    draw.rectangle((300, 225, 400, 300), fill="blue")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright
    exif[0x010F] = "SecretCameraMaker"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (37.0, 51.0, 12.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()
