"""Both databases, where they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from docservice.storage.store import Store, open_store
from tests.postgres import PostgresMissingError, cluster


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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database of each kind; PostgreSQL in a schema of its own that is dropped afterwards."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server = request.getfixturevalue("postgres")
    schema = f"docservice_test_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{schema}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(database_url, tmp_path / "blobs")
    yield opened
    opened.close()
