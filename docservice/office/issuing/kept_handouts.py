"""Handouts that were made before, by content, on disk: everybody may ask for them, and printing one takes a while.

The key of a handout names everything that decides its bytes: what it is made of, the fonts, and what makes it. So what
lies there is never out of date, and nothing need be told when a version is approved, a rule changes or a library is
replaced. The folder may be deleted at any time; what is damaged is made anew. At most ``ROOM`` bytes: what was asked
for longest ago goes first. The last ones are in memory too.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import sys
import time
from datetime import date
from functools import cache
from pathlib import Path

import docservice
from docservice.office.means.means import Means
from docservice.pdf.shelf import FolderShelf, Held, kept, key_of, read
from docservice.pipeline.faces import Face
from docservice.pipeline.pinning import PinnedPack
from docservice.pipeline.producing import HandoutTask, produce_handout
from docservice.pipeline.product import Product
from docservice.recent import RecentShelf
from docservice.rendering import engines
from docservice.wording.bundle import Bundle

log = logging.getLogger("docservice.handouts")

ROOM = 256 * 2**20  # bytes; a town's handouts in all their languages take a tenth of that
_DAY = 24 * 3600.0
_MAKERS = ("casefile", "town", "wording", "rendering", "pipeline/producing.py")
_LIBRARIES = (
    ("libpango-1.0.so.0", "pango_version_string"),
    ("libharfbuzz.so.0", "hb_version_string"),
    ("libfontconfig.so.1", "FcGetVersion"),
)


_lately: RecentShelf[Product] = RecentShelf(64)


def handout(
    means: Means, bundle: Bundle, edition: PinnedPack, language: str, face: Face, *, url: str, revised_on: date,
    languages: tuple[str, ...] = (),
) -> Product:  # fmt: skip
    """A face of a handout: made before, or made now. Raises what rendering refuses, and keeps nothing then.

    ``languages``: those it is offered in, to which its web page links.
    """
    task = HandoutTask(
        bundle=bundle.sha256, pack=edition.sha256, language=language, url=url, revised_on=revised_on, fonts=means.fonts,
        languages=languages,
    )  # fmt: skip

    def make() -> bytes:
        parts = {bundle.sha256: bundle.to_bytes(), edition.sha256: edition.data}
        return means.make(produce_handout, parts, task, face).to_bytes()

    fonts = means.fonts.prepared().identity
    key = key_of(
        "handout", face, bundle.sha256, edition.sha256, language, url, revised_on, fonts, languages, _made_by()
    )
    return _lately.take(key, lambda: kept(_Folder(means.settings.handouts), key, make, _read))


class _Folder(FolderShelf):
    """A folder that does not grow without end, and does without where nothing can be written."""

    def get(self, key: str) -> Held | None:
        path = self._path(key)
        try:
            if time.time() - path.stat().st_mtime > _DAY:
                os.utime(path)  # it is asked for still
            return path
        except OSError:
            return None

    def put(self, key: str, data: bytes) -> Held:
        try:
            path = super().put(key, data)
        except OSError as error:  # a full disk stops no reader
            log.warning("a handout is not kept: %s", error)
            return data
        self._make_room()
        return path

    def _make_room(self) -> None:
        found = []
        for path in self._folder.glob("*/*"):
            try:
                status = path.stat()
            except OSError:
                continue  # another process was there first
            found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= ROOM:
                return
            path.unlink(missing_ok=True)
            total -= size


def _read(held: Held) -> Product:
    return Product.from_bytes(read(held))


@cache
def _made_by() -> str:
    """What makes handouts here: our own code, the packages that are installed, and the libraries that set text."""
    package = Path(docservice.__file__).parent
    seal = hashlib.sha256(engines.engine("weasyprint").encode())
    for maker in _MAKERS:
        place = package / maker
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and path.suffix != ".pyc":
                seal.update(f"{path.relative_to(package)}\0".encode())
                seal.update(hashlib.sha256(path.read_bytes()).digest())
    packages = {info.name for folder in sys.path for info in Path(folder or ".").glob("*.dist-info")}
    seal.update("\n".join(sorted(packages)).encode())
    for library, function in _LIBRARIES:
        seal.update(_version(library, function).encode())
    return seal.hexdigest()


def _version(library: str, function: str) -> str:
    """The version of a system library, as it says itself; nothing where it is not there under this name."""
    try:
        ask = getattr(ctypes.CDLL(library), function)
    except (OSError, AttributeError):
        return ""
    ask.restype = ctypes.c_int if function == "FcGetVersion" else ctypes.c_char_p
    return f"{library} {ask()!r}"
