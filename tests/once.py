"""What many tests would make again though it comes out the same: made once in a process.

Every ``…_once`` puts itself in the place of what it remembers for; each says which tests hold that it may.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from dataclasses import replace
from functools import wraps
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event, inspect
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from docservice import town
from docservice.casefile.facts import Casefile
from docservice.layers import SearchPath
from docservice.office.means import template_folders
from docservice.office.people import accounts
from docservice.office.review import proposing
from docservice.pipeline import producing
from docservice.pipeline.faces import Face
from docservice.pipeline.product import Product
from docservice.rendering.fonts import FontPlaces
from docservice.storage import database, migrate
from docservice.storage.tables import Base
from docservice.town import loading
from docservice.town.pack import TownPack
from docservice.wording import messages
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import updating


def compile_routes_once() -> None:
    """Every application has the same routes: what werkzeug compiles for the first, 40 ms of CPU, serves the next."""
    compiled: dict[tuple[object, ...], Any] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, *rule._trace, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = once  # type: ignore[method-assign]


class _Compiled(BytecodeCache):
    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key + bucket.checksum in self.held:
            bucket.bytecode_from_string(self.held[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.held[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


def compile_pages_once() -> None:
    """Every application has the same pages, too."""
    Flask.jinja_options = {"bytecode_cache": _Compiled()}


class _Statements(dict[Any, Any]):
    """Compiled statements by dialect; SQLAlchemy's keys begin with the dialect, which every engine has its own of."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), value)


def compile_statements_once() -> None:
    """A statement is compiled once for SQLite and once for PostgreSQL, not once for every database that is opened."""
    compiled = _Statements()
    create_engine = database.create_engine

    @wraps(create_engine)
    def create(*arguments: Any, **more: Any) -> Engine:
        engine = create_engine(*arguments, **more)
        engine._compiled_cache = compiled  # type: ignore[assignment]
        return engine

    database.create_engine = create  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers:
        mapper.__dict__["_compiled_cache"] = _Statements()


def read_packs_once() -> None:
    """The rules of a town are read again when a byte of them is another.

    ``tests/town/test_loading.py`` and what else is about reading them unwraps ``load_pack``.
    """
    held: dict[tuple[object, ...], TownPack] = {}
    load_pack = loading.load_pack

    @wraps(load_pack)
    def once(folder: Path, *, on_record: bool = False) -> TownPack:
        if not folder.is_dir():
            return load_pack(folder, on_record=on_record)
        files = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.is_file()]
        key = folder.name, on_record, sha256(repr(files).encode()).digest()
        if key not in held:
            held[key] = load_pack(folder, on_record=on_record)
        return held[key]

    loading.load_pack = town.load_pack = once


def make_samples_once(folder: Path) -> None:
    """A version's samples are rendered whenever it is approved; the same sample of the same version is made once in a
    run, whose workers find in ``folder`` what another one has made.

    Documents that are issued, and drafts, are made whenever they are asked for; that samples are, too, and that the
    same is made each time, is held where ``samples_anew`` is used.
    """
    made: dict[str, Product] = {}
    produce = producing.produce

    @wraps(produce)
    def once(parts: Mapping[str, bytes], task: producing.Task, face: Face, casefile: Casefile | None = None) -> Product:
        if task.number != "SAMPLE":
            return produce(parts, task, face, casefile)
        key = repr((replace(task, fonts=FontPlaces(task.fonts.home.resolve(), task.fonts.search)), face))
        if key not in made:
            if len(made) > 400:
                made.clear()
            path = folder / sha256(key.encode()).hexdigest()
            if path.exists():
                made[key] = pickle.loads(path.read_bytes())
            else:
                made[key] = produce(parts, task, face, casefile)
                draft = path.with_name(f"{path.name}-{os.getpid()}-{get_ident()}")
                draft.write_bytes(pickle.dumps(made[key]))
                draft.rename(path)
        return made[key]

    folder.mkdir(exist_ok=True)
    producing.produce = once


def freeze_shipped_once(*untouched: Path) -> None:
    """Every register that is made anew is filled with the shipped wording, which no test changes where it lies:
    ``untouched``. A town that has rules alone, and no folder with wording, adds nothing to it."""
    held: dict[str, Bundle] = {}
    freeze = template_folders.freeze

    @wraps(freeze)
    def once(folder: Path, path: SearchPath, **more: Any) -> Bundle:
        worded = [one for one in path.layers if any(each.is_dir() for each in one.folder.glob("*"))]
        from_here = all(any(layer.folder.is_relative_to(one) for one in untouched) for layer in worded)
        if any(more.values()) or not from_here or path.home(folder) is None:
            return freeze(folder, path, **more)
        key = repr((folder, worded))
        if key not in held:
            held[key] = freeze(folder, path, **more)
        return held[key]

    template_folders.freeze = once


def read_catalogs_once() -> None:
    """Another town's register is filled with the same catalogs: those of the same bytes are read once in a process.

    What writes catalogs changes what it has read, and goes on reading by itself.
    """
    assert updating.read_catalog is proposing.read_catalog is messages.read_catalog, "they have theirs already"
    held: dict[tuple[bytes, str], messages.PoFile] = {}
    read_catalog = messages.read_catalog

    @wraps(read_catalog)
    def once(path: Path, language: str) -> messages.PoFile:
        key = path.read_bytes(), language
        if key not in held:
            held[key] = read_catalog(path, language)
        return held[key]

    messages.read_catalog = once


def migrate_once() -> None:
    """What the migrations write into an empty database is written into the next one as it is.

    Those of a database that is not empty, or not to the head, run (``tests/storage/test_rows_kept.py``).
    """
    written: dict[tuple[str, Path], list[tuple[str, Any]]] = {}
    build = migrate.build

    @wraps(build)
    def once(session: Session, revision: str) -> None:
        connection = session.connection()
        kind = connection.dialect.name, migrate._MIGRATIONS
        if revision != "head" or inspect(connection).has_table("alembic_version"):
            build(session, revision)
        elif kind in written:
            for statement, values in written[kind]:
                connection.exec_driver_sql(statement, values or None)
        else:
            seen: list[tuple[str, Any]] = []

            def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
                if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
                    seen.append((statement, values))

            event.listen(connection, "before_cursor_execute", note)
            build(session, revision)
            event.remove(connection, "before_cursor_execute", note)
            written[kind] = seen

    migrate.build = once


def hash_cheaply() -> None:
    """A password's hash is slow on purpose, and those of nine people in every test need not be."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    accounts._hasher = wraps(accounts._hasher)(lambda: cheap)
