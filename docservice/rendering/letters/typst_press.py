"""Typst as a press: sources and data in, one archivable, accessible PDF out.

One warm compiler per process. A compile sees a root folder that holds the given sources, data and pictures and nothing
else: no packages, no network, no system fonts, no clock. Data arrives as JSON (``json("/data.json")``) and is never
evaluated as markup. Everything Typst complains about, a warning included, is an error here.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.rendering.fonts import FontSet

ENGINE = f"typst {version('typst')}"
UNSETTLED = "typeset.unsettled"  # what the page says depends on how it comes out, and the other way round
STANDARDS = ["a-3a", "ua-1"]
_ROOTS_KEPT = 16
# Typst remembers an intermediate result for ten compiles after its last use, some 4 MB for each letter. Compiling
# nothing lets them age: a few times after each document, so that what is one letter's own goes, and what all have in
# common stays.
_AGES = 4
_GIVEN_BACK = 8  # after so many documents, free memory goes back to the system

_DATA, _SETTING = "data.json", "setting.json"
# Sources of before took their data from here. Whatever is in the inputs, Typst makes its whole library anew for it, and
# forgets what it knows of every source: a seventh of a letter's time.
_INPUTS = b"sys.inputs"

_UNDRAWN = re.compile(r'the text `"(?P<text>.*)"` could not be displayed with font')
_REFUSED = re.compile(r'\Apanicked with: "?refuse:(?P<code>[a-z_.]+):(?P<message>[^"]*)"?\Z')


@dataclass(frozen=True)
class _Root:
    """A folder that holds sources; ``asks``: they take their data from ``sys.inputs``."""

    folder: tempfile.TemporaryDirectory[str]
    asks: bool

    @property
    def path(self) -> Path:
        return Path(self.folder.name)


@dataclass
class _Press:
    """The state of one process: its compilers by font folder, its source folders by content."""

    process: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    compilers: dict[Path, Any] = field(default_factory=dict)
    roots: dict[str, _Root] = field(default_factory=dict)
    compiled: int = 0


_press = _Press(os.getpid())
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it


def typst_pdf(
    sources: Mapping[str, bytes],
    main: str,
    data: Mapping[str, Any],
    *,
    fonts: FontSet,
    stamp: date,
    pictures: Mapping[str, bytes] | None = None,
    setting: Mapping[str, Any] | None = None,
) -> bytes:
    """Typeset ``main`` (a path in ``sources``) with ``data`` (``/data.json``) into a PDF/A-3a + PDF/UA-1.

    ``sources`` are the files of the root folder (path → bytes; it is kept per content, so give the same files for
    speed); data and ``pictures`` lie beside them for this one compile and are gone afterwards. ``setting``
    (``/setting.json``) is what many documents have in common: a source that reads it alone is evaluated once for them.
    Sources with ``sys.inputs.data`` find both there. ``stamp`` is the date of creation that the file carries (midnight
    UTC): same input, same bytes, in any process.

    A source may refuse with ``panic("refuse:area.what:A sentence.")``, which becomes that ``Refusal``. A layout that
    does not settle is ``Refusal(UNSETTLED)``. Anything else that goes wrong is ``Refusal("typeset.failed")`` with
    Typst's own words as problems.
    """
    press = _current()
    with press.lock:
        compiler = press.compilers.get(fonts.folder)
        if compiler is None:
            compiler = press.compilers[fonts.folder] = _compiler(fonts)
        press.compiled += 1
        setting = setting or {}
        beside = {**(pictures or {}), _DATA: _json(data), _SETTING: _json(setting)}
        if beside.keys() & sources.keys():
            raise ValueError("a picture has the name of a source")
        root = _root(press, sources)
        inputs = {"data": _json({**data, **setting}).decode()} if root.asks else None
        paths = [_inside(root.path, name) for name in beside]
        try:
            _write(root.path, beside)
            return _compile(compiler, root.path, main, inputs, stamp)
        finally:
            for path in paths:
                path.unlink(missing_ok=True)
            _forget(compiler)
            if _trim is not None and press.compiled % _GIVEN_BACK == 0:
                _trim(0)


def page_count(pdf: bytes) -> int:
    """The number of pages of a PDF that ``typst_pdf`` made (Typst leaves the page tree readable)."""
    return max(int(count) for count in re.findall(rb"/Type\s*/Pages\b[^>]*?/Count (\d+)", pdf))


def page_weights(pdf: bytes) -> tuple[int, ...]:
    """How much is drawn on each page of a PDF that ``typst_pdf`` made: the bytes of its content streams."""
    contents = re.findall(rb"<</Type/Page/[^>]*?/Contents(?: |\[)(\d+) 0 R(?: (\d+) 0 R)?", pdf)
    lengths = dict(re.findall(rb"\n(\d+) 0 obj\n<</Length (\d+)", pdf))
    return tuple(sum(int(lengths.get(number, 0)) for number in numbers) for numbers in contents)


def _current() -> _Press:
    global _press
    if _press.process != os.getpid():  # after a fork the lock and the compiler belong to the parent
        _press = _Press(os.getpid())
    return _press


def _compiler(fonts: FontSet) -> Any:
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[os.fspath(fonts.folder)])
    nowhere = os.fspath(fonts.folder.parent / "no-packages")
    return typst.Compiler(font_paths=faces, ignore_system_fonts=True, package_path=nowhere, package_cache_path=nowhere)


def _forget(compiler: Any) -> None:
    for _ in range(_AGES):
        compiler.compile(input=b"", format="svg")  # with inputs, Typst would make its library anew each time


def digest(sources: Mapping[str, bytes]) -> str:
    """What tells these sources from others."""
    found = hashlib.sha256()
    for name in sorted(sources):
        found.update(f"{name}\0{len(sources[name])}\0".encode())
        found.update(sources[name])
    return found.hexdigest()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _root(press: _Press, sources: Mapping[str, bytes]) -> _Root:
    key = digest(sources)
    root = press.roots.pop(key, None)
    if root is None:
        folder = tempfile.TemporaryDirectory(prefix="docservice-press-")
        root = _Root(folder, any(_INPUTS in source for source in sources.values()))
        _write(root.path, sources)
    press.roots[key] = root  # the last used is the last to go
    while len(press.roots) > _ROOTS_KEPT:
        press.roots.pop(next(iter(press.roots))).folder.cleanup()
    return root


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = _inside(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{name!r} leaves the folder")
    return path


def _compile(compiler: Any, root: Path, main: str, inputs: Mapping[str, str] | None, stamp: date) -> bytes:
    moment = datetime(stamp.year, stamp.month, stamp.day, tzinfo=UTC)
    try:
        pdf, warnings = compiler.compile_with_warnings(
            input=os.fspath(root / main),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=STANDARDS,
            root=os.fspath(root),
            timestamp=moment,
        )
    except typst.TypstError as error:
        raise _refusal(error) from None
    if warnings:
        raise Refusal(
            UNSETTLED if any("did not converge" in w.message for w in warnings) else "typeset.failed",
            "The page could not be set without a fault.",
            [Finding.error("typeset.warning", _words(w.message, w.hints)) for w in warnings],
        )
    return bytes(pdf)


def _refusal(error: Any) -> Refusal:
    message = str(error.message)
    refused = _REFUSED.match(message)
    if refused:
        return Refusal(refused["code"], refused["message"])
    undrawn = _UNDRAWN.search(message)
    if undrawn:
        shown = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), undrawn["text"])
        problem = Finding.error("text.glyph_missing", f"no one font has “{shown}” with the marks that it has here")
        return Refusal("text.glyph_missing", "The letter has characters that cannot be printed.", [problem])
    return Refusal(
        "typeset.failed",
        "The page could not be typeset. Please show this to the people who look after the letterhead.",
        [Finding.error("typeset.error", _words(message, error.hints))],
    )


def _words(message: str, hints: list[str]) -> str:
    return " ".join([message, *(f"({hint})" for hint in hints)])
