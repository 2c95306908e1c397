"""A backup put back into an empty home and an empty database: all that it names, checked before and after."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath

from docservice import disk
from docservice.config import Settings
from docservice.finding import Finding
from docservice.office.upkeep.archive import Archive, Wholeness
from docservice.office.upkeep.backing_up import MANIFEST, OWN, ROWS, Backup, read_manifest, refuse_damaged
from docservice.refusal import Refusal
from docservice.storage import snapshots
from docservice.storage.store import open_store

SETTINGS_FILE = "settings.env"


def restore(settings: Settings, folder: Path) -> tuple[Backup, Wholeness]:
    """Restore the backup in ``folder`` to the home and database of ``settings``; returns also how whole it is.

    Everything is checked before anything is written. Files come first and rows last, so that a restore that was cut off
    is no installation (``store.files_without_records``). Raises ``Refusal``: ``backup.incomplete``, ``backup.damaged``
    and ``backup.format``; of kind ``setup`` ``restore.not_empty``, ``restore.database`` when it is of the other kind,
    ``restore.folder``, and what the database and the disk say.
    """
    backup = read_manifest(folder)
    _refuse_places(backup)
    refuse_damaged(folder, backup)
    home = settings.home
    if home.is_dir() and any(home.iterdir()):
        message = f"{home.absolute()} is not empty; records are never written over. Name a new home."
        raise Refusal("restore.not_empty", message, kind="setup")
    if snapshots.kind_of(settings.database) != backup.kind:
        wanted = {"sqlite": "SQLite: leave DOCSERVICE_DATABASE_URL out", "postgresql": "PostgreSQL: name an empty one"}
        message = f"The backup's rows are of {wanted[backup.kind]}."
        raise Refusal("restore.database", message, kind="setup")
    snapshots.refuse_filled(settings.database)
    try:
        with disk.as_refusal():
            _put_back(settings, folder, backup)
    except OSError as error:
        message = f"{home} cannot be written: {error.strerror}."
        raise Refusal("restore.folder", message, kind="setup") from error
    store = open_store(settings.database, settings.blobs)
    try:
        return backup, Archive(store).whole()
    finally:
        store.close()


def _refuse_places(backup: Backup) -> None:
    """A manifest is somebody's file: what it names lies inside the backup, or is refused."""
    tops = {ROWS, "blobs", "uploads", *OWN}
    for name in backup.files:
        parts = PurePosixPath(name).parts
        if len(parts) < 2 or parts[0] not in tops or ".." in parts:
            problem = Finding.error("backup.changed", "is no place in a backup", name)
            raise Refusal("backup.damaged", f"{MANIFEST} names what cannot be restored.", [problem])


def _put_back(settings: Settings, folder: Path, backup: Backup) -> None:
    home = settings.home
    home.mkdir(parents=True, exist_ok=True)
    for name in backup.files:
        if not name.startswith(f"{ROWS}/"):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, home / name)
    lines = [f"{name}={value}" for name, value in sorted(backup.settings.items())]
    lines += [f"# {name}= was set, and is a secret: bring it from where it is kept" for name in backup.secrets]
    (home / SETTINGS_FILE).write_text("\n".join(["# The settings at the time of the backup", *lines, ""]))
    if backup.kind == "sqlite":
        path = snapshots.sqlite_path(settings.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.part")
        shutil.copyfile(folder / ROWS / snapshots.SQLITE_FILE, partial)
        os.sync()
        partial.replace(path)
    else:
        os.sync()
        snapshots.put_back(settings.database, folder / ROWS, backup.revision, backup.tables)
