"""The fonts that documents are set in: one file per face, in a private folder, and nothing else.

The engines get this folder and never the system's fonts, so a document looks the same on every machine and a
missing glyph is found. The faces are those of Debian's ``fonts-noto-core`` and ``fonts-noto-cjk``; the CJK
collections (one ``.ttc`` with every region) are taken apart into one file per region and weight, with that region's
characters: Typst reads a whole file to use one face of it, and WeasyPrint confuses faces that share a file.

What this module does *not* do: choose a face for a text. Typst's choice is in ``letterhead/letter.typ``, that of the
handouts in their style sheet.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import os
import shutil
import struct
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape
from pathlib import Path

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.rendering import font_files

DEFAULT: tuple[Path, ...] = (Path("/usr/share/fonts"),)
_PLACES = ("", "truetype/noto", "opentype/noto", "noto", "noto-cjk")
_LAYOUT = "5"  # raise when the layout of the private folder changes

_FOUR = ("Regular", "Bold", "Italic", "BoldItalic")
_TWO = ("Regular", "Bold")
_ONE = ("Regular",)

# (family, file stem in fonts-noto-core, styles). The scripts of the languages offered come in two weights, serif and
# sans; the others, which names may be written in, in one.
FACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Noto Serif", "NotoSerif", _FOUR),
    ("Noto Sans", "NotoSans", _FOUR),
    ("Noto Naskh Arabic", "NotoNaskhArabic", _TWO),
    ("Noto Sans Arabic", "NotoSansArabic", _TWO),
    ("Noto Serif Hebrew", "NotoSerifHebrew", _TWO),
    ("Noto Sans Hebrew", "NotoSansHebrew", _TWO),
    ("Noto Serif Devanagari", "NotoSerifDevanagari", _TWO),
    ("Noto Sans Devanagari", "NotoSansDevanagari", _TWO),
    ("Noto Serif Gurmukhi", "NotoSerifGurmukhi", _TWO),
    ("Noto Sans Gurmukhi", "NotoSansGurmukhi", _TWO),
    ("Noto Serif Armenian", "NotoSerifArmenian", _TWO),
    ("Noto Sans Armenian", "NotoSansArmenian", _TWO),
    ("Noto Serif Khmer", "NotoSerifKhmer", _TWO),
    ("Noto Sans Khmer", "NotoSansKhmer", _TWO),
    ("Noto Sans Thai", "NotoSansThai", _TWO),
    ("Noto Sans Lao", "NotoSansLao", _ONE),
    ("Noto Sans Myanmar", "NotoSansMyanmar", _ONE),
    ("Noto Sans Bengali", "NotoSansBengali", _ONE),
    ("Noto Sans Gujarati", "NotoSansGujarati", _ONE),
    ("Noto Sans Tamil", "NotoSansTamil", _ONE),
    ("Noto Sans Telugu", "NotoSansTelugu", _ONE),
    ("Noto Sans Kannada", "NotoSansKannada", _ONE),
    ("Noto Sans Malayalam", "NotoSansMalayalam", _ONE),
    ("Noto Sans Sinhala", "NotoSansSinhala", _ONE),
    ("Noto Sans Ethiopic", "NotoSansEthiopic", _ONE),
    ("Noto Sans Georgian", "NotoSansGeorgian", _ONE),
    ("Noto Sans Cherokee", "NotoSansCherokee", _ONE),
    ("Noto Sans Symbols", "NotoSansSymbols", _ONE),
    ("Noto Sans Symbols2", "NotoSansSymbols2", _ONE),
    ("Noto Sans Math", "NotoSansMath", _ONE),
)
# The other scripts that fonts-noto-core has, for names: one face each, taken where it is installed (releases differ).
# No list in the letterhead names them; the engines find them by the characters they have.
_FOR_NAMES = """
Music, Sans Adlam, Sans Anatolian Hieroglyphs, Sans Avestan, Sans Balinese, Sans Bamum, Sans Bassa Vah, Sans
Batak, Sans Bhaiksuki, Sans Brahmi, Sans Buginese, Sans Buhid, Sans Canadian Aboriginal, Sans Carian, Sans
Caucasian Albanian, Sans Chakma, Sans Cham, Sans Coptic, Sans Cuneiform, Sans Cypriot, Sans Deseret, Sans
Duployan, Sans Egyptian Hieroglyphs, Sans Elbasan, Sans Elymaic, Sans Glagolitic, Sans Gothic, Sans Grantha, Sans
Gunjala Gondi, Sans Hanifi Rohingya, Sans Hanunoo, Sans Hatran, Sans Imperial Aramaic, Sans Indic Siyaq Numbers,
Sans Inscriptional Pahlavi, Sans Inscriptional Parthian, Sans Javanese, Sans Kaithi, Sans Kayah Li, Sans
Kharoshthi, Sans Khojki, Sans Khudawadi, Sans Lepcha, Sans Limbu, Sans Linear A, Sans Linear B, Sans Lisu, Sans
Lycian, Sans Lydian, Sans Mahajani, Sans Mandaic, Sans Manichaean, Sans Marchen, Sans Masaram Gondi, Sans Mayan
Numerals, Sans Medefaidrin, Sans Meetei Mayek, Sans Mende Kikakui, Sans Meroitic, Sans Miao, Sans Modi, Sans
Mongolian, Sans Mro, Sans Multani, Sans NKo, Sans Nabataean, Sans New Tai Lue, Sans Newa, Sans Nushu, Sans Ogham,
Sans Ol Chiki, Sans Old Hungarian, Sans Old North Arabian, Sans Old Permic, Sans Old Persian, Sans Old Sogdian,
Sans Old South Arabian, Sans Old Turkic, Sans Oriya, Sans Osage, Sans Osmanya, Sans Pahawh Hmong, Sans Palmyrene,
Sans Pau Cin Hau, Sans PhagsPa, Sans Phoenician, Sans Psalter Pahlavi, Sans Rejang, Sans Runic, Sans Samaritan,
Sans Saurashtra, Sans Sharada, Sans Shavian, Sans Siddham, Sans SignWriting, Sans Sogdian, Sans Sora Sompeng, Sans
Soyombo, Sans Sundanese, Sans Syloti Nagri, Sans Syriac, Sans Tagalog, Sans Tagbanwa, Sans Tai Le, Sans Tai Tham,
Sans Tai Viet, Sans Takri, Sans Tamil Supplement, Sans Thaana, Sans Tifinagh, Sans Tirhuta, Sans Ugaritic, Sans
Vai, Sans Wancho, Sans Warang Citi, Sans Yi, Sans Zanabazar Square, Serif Ahom, Serif Dogra, Serif Hmong Nyiakeng,
Serif Tangut, Serif Tibetan, Serif Yezidi
"""
_OTHER_STEMS = {"Noto Serif Hmong Nyiakeng": "NotoSerifNyiakengPuachueHmong"}
# Faces taken out of the collections of fonts-noto-cjk, by the family name inside the collection, with the national
# character set that is kept (a Python codec). Hong Kong's keeps all: it comes last and fills in for the others.
CJK_FACES: tuple[tuple[str, str, tuple[str, ...], str | None], ...] = (
    ("Noto Sans CJK TC", "NotoSansCJK", _TWO, "big5"),
    ("Noto Sans CJK SC", "NotoSansCJK", _TWO, "gb2312"),
    ("Noto Sans CJK JP", "NotoSansCJK", _TWO, "shift_jis"),
    ("Noto Sans CJK KR", "NotoSansCJK", _TWO, "euc_kr"),
    ("Noto Sans CJK HK", "NotoSansCJK", _TWO, None),
)


@dataclass(frozen=True, slots=True)
class FontSet:
    """A prepared private folder of fonts.

    ``fontconfig_file`` makes fontconfig programs (WeasyPrint's Pango) see this folder only. ``identity`` (hex) changes
    when a font file changes; it belongs to the engine versions that a document pins.
    """

    folder: Path
    fontconfig_file: Path
    families: tuple[str, ...]
    identity: str

    def covers(self, text: str, language: str = "en") -> str:
        """The characters of ``text`` that no face has, each once, in order; empty when all is well.

        ``language`` is for callers' symmetry: every language's fallback list ends in all families, so the answer
        does not depend on it. Controls and private-use characters are never covered.
        """
        if text.isascii() and text.isprintable():
            return ""
        known = _known(self.folder)
        missing = set(text) - known
        if missing:
            drawn = {character for character in missing if self._draws(character)}
            known |= drawn
            missing -= drawn
        return "".join(sorted(missing, key=text.index))

    def _draws(self, character: str) -> bool:
        category = unicodedata.category(character)
        if category in ("Cf", "Zs", "Zl", "Zp") or character in "\t\n\r":
            return True  # joiners, isolates, spaces: nothing is drawn
        if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
            return True  # variation selectors
        if category in ("Cc", "Co", "Cs"):
            return False
        starts, ends = _coverage(self.folder)
        at = bisect.bisect_right(starts, ord(character)) - 1
        return at >= 0 and ord(character) <= ends[at]


@dataclass(frozen=True, slots=True)
class FontPlaces:
    """Where the private folder of fonts lies, below ``home``, and where its faces are looked for, if not in the
    system's folders."""

    home: Path
    search: tuple[Path, ...] = ()

    def prepared(self) -> FontSet:
        """The folder, made or found once a process. Raises as ``prepare``."""
        return _prepared(self)


@lru_cache(maxsize=4)
def _prepared(places: FontPlaces) -> FontSet:
    return prepare(places.home, places.search or DEFAULT)


def prepare(into: Path, search: Sequence[Path] = DEFAULT) -> FontSet:
    """Make the private font folder below ``into``, or find it there; safe for processes that do so at once.

    Takes about a second the first time (collections are taken apart, coverage is read) and a millisecond after.
    Raises ``Refusal("setup.fonts")`` naming the Debian packages when faces are missing.
    """
    sources = _find(search)
    identity = _identity(sources)
    folder = into / identity[:16]
    found = [family for family, name in _for_names().items() if name in sources]
    families = tuple(dict.fromkeys([face[0] for face in FACES] + [face[0] for face in CJK_FACES] + found))
    settings = folder / "fonts.conf"
    if not settings.is_file():
        _build(into, folder, sources)
    elif settings.read_text(encoding="utf-8") != (right := _fontconfig(folder)):  # the folder was moved
        _write(settings, right)
    return FontSet(folder / "faces", folder / "fonts.conf", families, identity)


def _for_names() -> dict[str, str]:
    """Family → file name of the faces that only names are set in."""
    families = [f"Noto {script}" for script in " ".join(_FOR_NAMES.split()).split(", ")]
    return {family: f"{_OTHER_STEMS.get(family, family.replace(' ', ''))}-Regular.ttf" for family in families}


def _find(search: Sequence[Path]) -> dict[str, Path]:
    """File name → where it is, for every wanted file; refuses with the complete list of missing ones."""
    wanted = {f"{stem}-{style}.ttf": "fonts-noto-core" for _, stem, styles in FACES for style in styles}
    wanted |= {f"{stem}-{style}.ttc": "fonts-noto-cjk" for _, stem, styles, _ in CJK_FACES for style in styles}
    found: dict[str, Path] = {}
    for name in (*wanted, *_for_names().values()):
        for root in search:
            path = next((root / place / name for place in _PLACES if (root / place / name).is_file()), None)
            if path is not None:
                found[name] = path
                break
    missing = [name for name in wanted if name not in found]
    if missing:
        packages = sorted({wanted[name] for name in missing})
        raise Refusal(
            "setup.fonts",
            f"The fonts for documents are not installed: apt-get install {' '.join(packages)}",
            [Finding.error("setup.fonts", f"missing; it is in the package {wanted[name]}", name) for name in missing],
            kind="setup",
        )
    return found


def _identity(sources: dict[str, Path]) -> str:
    digest = hashlib.sha256(_LAYOUT.encode())
    digest.update(repr((FACES, CJK_FACES)).encode())
    for name, path in sorted(sources.items()):
        status = path.stat()
        digest.update(f"{name} {path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _build(into: Path, folder: Path, sources: dict[str, Path]) -> None:
    into.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".fonts-", dir=into))
    try:
        draft.chmod(0o755)
        faces = draft / "faces"
        faces.mkdir()
        for name, path in sources.items():
            if path.suffix == ".ttf":
                (faces / name).symlink_to(path.resolve())
        _take_apart(sources, faces)
        (draft / "coverage.json").write_text(json.dumps(_measure_coverage(faces)))
        (draft / "fonts.conf").write_text(_fontconfig(folder), encoding="utf-8")
        try:
            draft.rename(folder)
        except OSError:
            if not (folder / "fonts.conf").is_file():  # otherwise another process was quicker, with the same result
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _take_apart(sources: dict[str, Path], faces: Path) -> None:
    """Write each of ``CJK_FACES`` as a file of its own, with the characters of its codec only.

    Typst reads a font file whole, and each face of these collections carries the 65,000 glyphs of all regions. What a
    face leaves out is taken from Hong Kong's, which has all.
    """
    for name in dict.fromkeys(f"{stem}-{style}" for _, stem, styles, _ in CJK_FACES for style in styles):
        collection = sources[f"{name}.ttc"].read_bytes()
        for family, stem, styles, codec in CJK_FACES:
            for style in (style for style in styles if f"{stem}-{style}" == name):
                wanted = partial(_in_codec, codec=codec) if codec else _any
                try:
                    face = font_files.take_apart(collection, family, wanted)
                except (ValueError, struct.error, KeyError) as error:
                    message = f"{name}.ttc has no face {family}: apt-get install --reinstall fonts-noto-cjk"
                    raise Refusal("setup.fonts", message, kind="setup") from error
                (faces / f"{family.replace(' ', '')}-{style}.otf").write_bytes(face)


def _any(point: int) -> bool:
    return True


def _in_codec(point: int, codec: str) -> bool:
    if point < 0x180:
        return True
    try:
        chr(point).encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _write(path: Path, text: str) -> None:
    """Write a file so that no other process sees half of it."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def _measure_coverage(faces: Path) -> list[list[int]]:
    """The code points that the faces of ``faces`` have together, as inclusive ranges."""
    points: set[int] = set()
    for path in sorted(faces.iterdir()):
        points |= font_files.characters(path)
    ranges: list[list[int]] = []
    for point in sorted(points):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return ranges


@lru_cache(maxsize=4)
def _coverage(faces: Path) -> tuple[list[int], list[int]]:
    ranges = json.loads((faces.parent / "coverage.json").read_text())
    return [start for start, _ in ranges], [end for _, end in ranges]


@lru_cache(maxsize=4)
def _known(faces: Path) -> set[str]:
    """Characters found in the faces before; every letter asks for the same ones."""
    return set()


def _fontconfig(folder: Path) -> str:
    here = os.fspath(folder.resolve())  # a home may be reached by a link that goes away
    aliases = {
        "serif": ["Noto Serif", "Noto Naskh Arabic", "Noto Serif Hebrew", "Noto Sans CJK TC"],
        "sans-serif": ["Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans CJK TC"],
    }
    prefer = "".join(
        f"<alias><family>{generic}</family><prefer>"
        + "".join(f"<family>{family}</family>" for family in families)
        + "</prefer></alias>\n"
        for generic, families in aliases.items()
    )
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(f'{here}/faces')}</dir>\n"
        f"<cachedir>{escape(f'{here}/cache')}</cachedir>\n"
        f"{prefer}</fontconfig>\n"
    )
