"""Reading what a person names on the command line, and writing what they asked for.

Pictures and exhibits are looked up beside the file that names them, photographs also in ``photos/`` there; a name that
leaves that folder (``../``, an absolute path, a symbolic link) is refused, because a casefile often comes from
somewhere else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from docservice.finding import Finding
from docservice.refusal import Refusal

MAX_FILE = 256 * 2**20


def read(path: Path, what: str) -> bytes:
    """The content of ``path``; ``what`` names it in a refusal (``casefile``, ``plan``)."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise Refusal(
                "file.too_large", f"The {what} {path} is larger than {MAX_FILE // 2**20} MB.", kind="too-large"
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise Refusal("file.missing", f"There is no {what} {path}.", kind="missing") from None
    except OSError as error:
        raise Refusal("file.unreadable", f"The {what} {path} cannot be read: {error.strerror}.") from None


def casefile(path: Path) -> Mapping[str, Any]:
    """The JSON object at ``path``, not yet looked at as a casefile."""
    from docservice.casefile.loading import parse

    raw = parse(read(path, "casefile"))
    if not isinstance(raw, Mapping):
        raise Refusal("casefile.malformed", f"{path} is no casefile: a JSON object is expected.", kind="malformed")
    return raw


PHOTOS = "photos"  # the folder beside a casefile where photographs may lie


def _there(folder: Path, name: str) -> bool:
    try:
        return (folder / name).exists() or (folder / PHOTOS / name).exists()
    except (OSError, ValueError):
        return True  # not a name that can be looked up; let it be refused


def photos(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(file name, JSON pointer) of every photograph named in a raw casefile, as far as its shape allows."""
    for i, inspection in enumerate(_list(raw, "inspections")):
        for j, photo in enumerate(_list(inspection, "photos")):
            name = photo.get("file") if isinstance(photo, Mapping) else None
            if isinstance(name, str) and name:
                yield name, f"/inspections/{i}/photos/{j}/file"


def _list(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else []


def beside(folder: Path, names: Iterable[tuple[str, str]], *, strict: bool = False) -> dict[str, bytes]:
    """The content of the named files below ``folder``, as ``located`` finds them."""
    return {name: read(path, "file") for name, path in located(folder, names, strict=strict).items()}


def located(folder: Path, names: Iterable[tuple[str, str]], *, strict: bool = False) -> dict[str, Path]:
    """Where the named files lie below ``folder``; ``names`` are pairs of a file's name and the place that names it.

    Raises ``Refusal``: ``file.outside`` for a name that leaves the folder, ``file.missing`` (with every one that is not
    there) when ``strict``; otherwise what is not there is left out, for the office to say whether it is needed.
    """
    root = folder.resolve()
    found: dict[str, Path] = {}
    problems: list[Finding] = []
    for name, place in names:
        if name in found or not (strict or _there(folder, name)):
            continue
        try:
            path = (root / name).resolve()
            if not path.is_file() and (root / PHOTOS / name).is_file():
                path = (root / PHOTOS / name).resolve()
            if not path.is_relative_to(root):
                message = f"“{name}” lies outside the folder of the file that names it."
                problems.append(Finding.error("file.outside", message, place))
            elif not path.is_file():
                problems.append(Finding.error("file.missing", f"There is no file “{name}” in {folder}.", place))
            elif path.stat().st_size > MAX_FILE:
                message = f"“{name}” is larger than {MAX_FILE // 2**20} MB."
                problems.append(Finding.error("file.too_large", message, place))
            else:
                found[name] = path
        except (OSError, ValueError, RuntimeError):  # a name with NUL, a loop of links
            problems.append(Finding.error("file.unreadable", f"“{name}” cannot be read.", place))
    if problems:
        outside = any(problem.code == "file.outside" for problem in problems)
        code, message = (
            ("file.outside", "A file may not be read.") if outside else ("file.missing", "Files are missing.")
        )
        raise Refusal(code, message, problems)
    return found


def write(path: Path, content: bytes) -> Path:
    """Write ``content`` to ``path`` whole or not at all, making its folder."""
    with writing(path) as file:
        file.write(content)
    return path


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write in pieces; at the end it is at ``path``, or nowhere when anything is raised."""
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".docservice-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Refusal("file.unwritable", f"{path} cannot be written: {error.strerror}.", kind="setup") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def safe(name: str) -> str:
    """``name`` as a file name: letters, digits, dot, hyphen, underscore."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "document"
