"""The migrations are one line from the first to the newest: two that are added at once are told before they land."""

from __future__ import annotations

from alembic.script import ScriptDirectory

from docservice.storage import migrate


def test_the_migrations_are_one_line() -> None:
    scripts = ScriptDirectory(str(migrate._MIGRATIONS))
    assert scripts.get_heads() == [migrate.HEAD]
    chain = [one.revision for one in scripts.walk_revisions()]
    files = [path for path in (migrate._MIGRATIONS / "versions").glob("*.py") if not path.name.startswith("__")]
    assert len(chain) == len(set(chain)) == len(files)
    assert sorted(path.name[:4] for path in files) == sorted(chain)
