"""What every test may use: a town's office on a fresh register, and the example cases as orders."""

from __future__ import annotations

import copy
import gc
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from inspect import unwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as properties
from sqlalchemy import create_engine, text

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.people import accounts
from docservice.pipeline import producing
from docservice.rendering import fonts
from tests import once, zygote
from tests.homes import furnish
from tests.postgres import PostgresMissingError, cluster
from tests.run_folder import made_once, run_folder
from tests.source_guard import keep_sources

# How long one example takes is measured in bench/, not held by a test: a busy machine is no defect.
properties.register_profile("unhurried", deadline=None)
properties.load_profile("unhurried")


if sys.dont_write_bytecode:
    # Whoever wants no compiled files beside the sources gets them beside the environment: compiling the sources anew in
    # every worker, and in every process that a test starts, is a large part of a run.
    sys.dont_write_bytecode = False
    sys.pycache_prefix = os.environ.setdefault(
        "PYTHONPYCACHEPREFIX", str(Path(__file__).parent.parent / ".tools" / "bytecode")
    )
    del os.environ["PYTHONDONTWRITEBYTECODE"]


LETTERED = ("en", "es", "zh-Hant", "vi", "ar")


def _make_lenient(folder: Path) -> None:
    """The shipped rules, but for dates: the examples are of May to September 2026, and are issued on the days they say.
    And one letter goes out as often as a test likes: what procedure refuses in a case that is not on record is told.
    Its letters are in four of the fourteen languages: what makes every sample in every language takes long enough so.
    And it says nothing of its rules in them, so that what is approved there is approved whole.

    ``tests/office/issuing/test_dating.py``, ``test_unrecorded.py`` and ``tests/wording/catalog/test_pack_strings.py``
    hold the shipped ones.
    """
    shutil.copytree(SHIPPED_TOWN, folder, ignore=shutil.ignore_patterns("rules.*.po"))
    rules, procedure = folder / "madrona-hills" / "rules.yaml", folder / "madrona-hills" / "procedure.yaml"
    for file, said, instead in (
        (rules, "  back: 0\n", "  back: 36500\n"),
        (procedure, "  unrecorded: enforce ", "  unrecorded: warn "),
    ):
        text = file.read_text(encoding="utf-8")
        assert said in text, said
        file.write_text(text.replace(said, instead), encoding="utf-8")
    languages = folder / "madrona-hills" / "languages.yaml"
    head, *each = languages.read_text(encoding="utf-8").split("  - tag: ")
    few = (one if one.split()[0] in LETTERED else one.replace("letters: true", "letters: false") for one in each)
    languages.write_text("  - tag: ".join((head, *few)), encoding="utf-8")


SHIPPED_TOWN = shipped.folder("town")
_TOWN, _shipped = made_once("town", _make_lenient), shipped.folder
shipped.folder = lambda name: _TOWN if name == "town" else _shipped(name)
os.environ.setdefault("DOCSERVICE_TOWN", str(_TOWN))  # of the processes that tests start


keep_sources()
once.compile_routes_once()
once.compile_pages_once()
once.compile_statements_once()
once.read_packs_once()
once.make_samples_once(run_folder() / "samples")
once.freeze_shipped_once(_shipped("law"), _TOWN)
once.read_catalogs_once()
once.migrate_once()
once.hash_cheaply()
zygote.fork_processes()


# Each takes long by itself, and mostly waits for processes that it starts: begun at the end it would be waited for.
_FIRST = ("test_proof.py", "test_killed.py", "test_outages.py", "test_wheel.py")


def pytest_collection() -> None:
    gc.disable()  # collecting makes no garbage to speak of


def pytest_collection_finish() -> None:
    """What is loaded and collected stays: looks for garbage, an eighth of the CPU, go only through what comes later."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in _FIRST)  # the order of all others stays


@pytest.fixture
def hashes_in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as they are in service."""
    monkeypatch.setattr(accounts, "_hasher", unwrap(accounts._hasher))


@pytest.fixture
def samples_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sample is rendered, as it is in service."""
    monkeypatch.setattr(producing, "produce", unwrap(producing.produce))


@pytest.fixture(scope="module")
def processes_anew() -> Iterator[None]:
    """Processes of the office are started as they are in service."""
    with zygote.started_anew():
        yield


@pytest.fixture(scope="session")
def shipped_town() -> Path:
    """The town's rules as they are shipped."""
    return SHIPPED_TOWN


@pytest.fixture(scope="session")
def fonts_folder() -> Path:
    """Prepared fonts, shared by every home of a run."""
    return made_once("fonts", fonts.prepare)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL, or the one that ``DOCSERVICE_TEST_POSTGRES`` names."""
    given = os.environ.get("DOCSERVICE_TEST_POSTGRES")
    if given:
        yield given
        return
    try:
        with cluster() as url:
            yield url
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """A fresh database: a schema of its own on PostgreSQL, dropped afterwards."""
    schema = f"docservice_test_{os.getpid()}"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{postgres}{'&' if '?' in postgres else '?'}options=-csearch_path%3D{schema}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path) -> Iterator[Office]:
    """An office whose register is empty and whose templates are the shipped ones."""
    opened = open_office(Settings(home=furnish(tmp_path / "home", fonts_folder)))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def example() -> Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]:
    """``example("CE-2026-0231")`` is a fresh copy of its casefile, and its photographs."""
    held: dict[str, tuple[dict[str, Any], dict[str, bytes]]] = {}

    def load(case: str) -> tuple[dict[str, Any], dict[str, bytes]]:
        if case not in held:
            folder = shipped.folder("examples") / case
            photos = {path.name: path.read_bytes() for path in folder.glob("photos/*.jpg")}
            held[case] = json.loads((folder / "casefile.json").read_text(encoding="utf-8")), photos
        casefile, photos = held[case]
        return copy.deepcopy(casefile), photos

    return load


@pytest.fixture
def citation(example: Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]) -> Order:
    """The first citation of CE-2026-0231: an order that is right."""
    casefile, photos = example("CE-2026-0231")
    return Order("administrative-citation", casefile, on=date(2026, 5, 29), about="c1", attachments=photos)


@pytest.fixture
def law_copy(tmp_path: Path) -> Path:
    """A copy of the shipped law."""
    return Path(shutil.copytree(shipped.folder("law"), tmp_path / "law"))
