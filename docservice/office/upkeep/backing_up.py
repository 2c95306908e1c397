"""A backup of an installation into a folder, while it works: rows, files, the town's own rules and wording.

The rows are taken first, as they are at one moment; the files that they name after that, since files are never changed
and never removed. ``manifest.json`` is written last: a folder without it is no backup. It names every file with its
size and SHA-256, and is closed by a SHA-256 of its own. No secret is in it: of settings that hold one, only the name.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docservice import __version__, disk, shipped
from docservice.config import Settings, shown
from docservice.finding import Finding
from docservice.office.binding.uploading import Uploads
from docservice.refusal import Refusal
from docservice.storage import snapshots
from docservice.storage.blobs import Blobs
from docservice.storage.database import Database
from docservice.storage.holding import Holding

MANIFEST = "manifest.json"
FORMAT = 1
ROWS, BLOBS, UPLOADS = "database", "blobs", "uploads"
OWN = ("town", "law")  # folders of an installation that are not those of the release
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a manifest says. ``files`` are path → (bytes, SHA-256); ``lacking`` those that were missing or changed."""

    made_at: datetime
    release: str
    kind: snapshots.DatabaseKind
    revision: str
    tables: Mapping[str, list[str]]
    documents: int
    packets: int
    line: int
    seal: str
    own: tuple[str, ...]
    settings: Mapping[str, str]
    secrets: tuple[str, ...]
    lacking: tuple[str, ...]
    files: Mapping[str, tuple[int, str]]


def back_up(settings: Settings, folder: Path, environ: Mapping[str, str] | None = None) -> Backup:
    """Back up the installation of ``settings`` into ``folder``, which is empty or not there yet.

    ``environ`` is where its settings come from. Raises ``Refusal`` (kind ``setup``): ``backup.not_empty``,
    ``backup.nothing`` when there is no installation, ``backup.folder`` when the folder cannot be written,
    ``backup.release``, and what the database and the disk say.
    """
    if kind_is_missing(settings):
        message = f"There is nothing to back up: {settings.home.absolute()} has no records."
        raise Refusal("backup.nothing", message, kind="setup")
    try:
        with disk.as_refusal():
            _refuse_filled(folder)
            return _back_up(settings, folder, os.environ if environ is None else environ)
    except OSError as error:
        message = f"The backup cannot be written to {folder}: {error.strerror}."
        raise Refusal("backup.folder", message, kind="setup") from error


def kind_is_missing(settings: Settings) -> bool:
    """Whether there is no database to take (a new one must not be made by looking)."""
    url = settings.database
    return snapshots.kind_of(url) == "sqlite" and not snapshots.sqlite_path(url).is_file()


def _refuse_filled(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        message = f"{folder} is not empty; a backup is never written over another. Name a new folder."
        raise Refusal("backup.not_empty", message, kind="setup")
    folder.chmod(0o700)  # names and addresses of people


def _back_up(settings: Settings, folder: Path, environ: Mapping[str, str]) -> Backup:
    made_at = datetime.now(UTC)
    (folder / ROWS).mkdir()
    database = Database(settings.database)
    try:
        taken = snapshots.take(database, folder / ROWS)
    finally:
        database.close()
    blobs = Blobs(settings.blobs, Holding(database, lambda: made_at, settings.lease_seconds))  # it only reads
    files = {_name(path, folder): _measured(path) for path in sorted((folder / ROWS).iterdir())}
    lacking = []
    for sha256, size in taken.blobs:
        name = f"{BLOBS}/{sha256[:2]}/{sha256[2:]}"
        try:
            files[name] = _copied(blobs.where(sha256), folder / name)
        except (Refusal, FileNotFoundError):
            lacking.append(name)
            continue
        if files[name] != (size, sha256):
            lacking.append(name)
            del files[name]
            (folder / name).unlink()
    for owner, sha256 in taken.uploads:
        path = Uploads.of(settings.uploads, owner).path(sha256)
        if path.is_file():  # else a packet used it: it is among the files
            name = f"{UPLOADS}/{path.parent.name}/{sha256}"
            files[name] = _copied(path, folder / name)
    own = tuple(name for name in OWN if getattr(settings, name).resolve() != shipped.folder(name).resolve())  # type: ignore[arg-type]
    for name in own:
        for path in _within(getattr(settings, name)):
            inside = f"{name}/{_name(path, getattr(settings, name))}"
            files[inside] = _copied(path, folder / inside)
    told, secret = shown(environ)
    made = Backup(
        made_at, __version__, taken.kind, taken.revision, {name: list(given) for name, given in taken.tables.items()},
        taken.documents, taken.packets, taken.line, taken.seal, own, told, secret, tuple(lacking), files,
    )  # fmt: skip
    os.sync()
    (folder / MANIFEST).write_text(_written(made), encoding="utf-8")
    os.sync()
    return made


def read_manifest(folder: Path) -> Backup:
    """What the backup in ``folder`` says it holds.

    Raises ``Refusal``: ``backup.incomplete`` when it has no manifest, ``backup.damaged`` when that was changed, and
    ``backup.format`` when another release wrote it that knows more.
    """
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        message = f"{folder} is no complete backup: {MANIFEST}, which is written last, is not there."
        raise Refusal(
            "backup.incomplete", message, [Finding.error("backup.incomplete", "is not there", MANIFEST)]
        ) from None
    except UnicodeDecodeError:
        raise _changed() from None
    try:
        given = json.loads(text)
        seal = given.pop("sha256")
    except (ValueError, KeyError, AttributeError, TypeError):
        raise _changed() from None
    if seal != _digest(given):
        raise _changed()
    if given["format"] != FORMAT:
        message = f"The backup is of format {given['format']}; this release reads {FORMAT}. Take a newer release."
        raise Refusal("backup.format", message, kind="setup")
    return Backup(
        datetime.fromisoformat(given["made_at"]), given["release"], given["kind"], given["revision"], given["tables"],
        given["documents"], given["packets"], given["line"], given["seal"], tuple(given["own"]), given["settings"],
        tuple(given["secrets"]), tuple(given["lacking"]),
        {name: (size, sha256) for name, (size, sha256) in given["files"].items()},
    )  # fmt: skip


def refuse_damaged(folder: Path, backup: Backup) -> None:
    """Raise ``Refusal("backup.damaged")`` that names every file which is missing or not what the manifest says."""
    problems = []
    for name, expected in backup.files.items():
        path = folder / name
        if not path.is_file():
            problems.append(Finding.error("backup.missing", "is not there", name))
        elif _measured(path) != expected:
            problems.append(Finding.error("backup.changed", "is not what was backed up", name))
    if problems:
        count = "A file" if len(problems) == 1 else f"{len(problems)} files"
        raise Refusal("backup.damaged", f"{count} of the backup cannot be trusted. Nothing was restored.", problems)


def _changed() -> Refusal:
    problem = Finding.error("backup.changed", "is not what was backed up", MANIFEST)
    return Refusal("backup.damaged", "The backup's manifest was changed. Nothing was restored.", [problem])


def _written(backup: Backup) -> str:
    plain: dict[str, Any] = {
        name: getattr(backup, name)
        for name in ("release", "kind", "revision", "documents", "packets", "line", "seal", "own", "secrets", "lacking")
    }
    plain |= {"format": FORMAT, "made_at": backup.made_at.isoformat(), "tables": dict(backup.tables)}
    plain |= {"settings": dict(backup.settings), "files": dict(backup.files)}
    return json.dumps({**plain, "sha256": _digest(plain)}, ensure_ascii=False, indent=1)


def _digest(plain: Mapping[str, Any]) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _within(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return stream.tell(), digest


def _copied(source: Path, target: Path) -> tuple[int, str]:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as given, target.open("xb") as out:
        while piece := given.read(_PIECE):
            digest.update(piece)
            out.write(piece)
            size += len(piece)
    return size, digest.hexdigest()
