"""The rule of the house (docs/house.md): rooms import downward only, and the core knows no shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "docservice"

# Known to all rooms: how to say no, how to say where, how strictly to read, where the shipped data lies and
# wording is looked for, that a disk is full.
KNOWN_TO_ALL = {"refusal", "places", "strict_json", "shipped", "layers", "disk"}

# What each room may import besides these and itself. A new room or arrow is decided here, on purpose.
ALLOWED: dict[str, set[str]] = {
    "casefile": set(),
    "town": {"casefile"},
    "catalog": {"casefile", "town"},
    "rendering": {"casefile", "town", "catalog"},
    "checks": {"casefile", "town", "catalog", "rendering"},
    "packets": {"casefile", "town", "catalog", "rendering"},
    "config": set(),
    "limiting": {"config"},
    "storage": {"config"},
    "jobs": {"config", "casefile", "town", "catalog", "rendering", "checks", "packets", "storage"},
    "correspondence": {
        "config", "casefile", "town", "catalog", "rendering", "checks", "packets", "storage", "jobs",
    },
    "api": {"config", "limiting", "correspondence", "catalog", "packets", "casefile"},
    "web": {"config", "limiting", "correspondence", "catalog", "packets", "casefile"},
    "app": {"config", "limiting", "correspondence", "api", "web"},
    "cli": {
        "config", "limiting", "correspondence", "catalog", "packets", "casefile", "town", "rendering", "jobs", "app",
    },
}  # fmt: skip

# These keep versions, and what is decided and said about them, in the database: the shell's part of that room.
SHELL_PARTS = {
    "office/means/versions.py": {"storage"},
    "office/means/lifecycle.py": {"storage"},
    "office/means/remarks.py": {"storage"},
    "office/means/translated.py": {"storage"},
}

CORE = {"casefile", "town", "rendering", "checks", "packets", "catalog"}
FOREIGN_TO_CORE = {"flask", "flask_smorest", "sqlalchemy", "alembic", "waitress", "celery", "boto3", "redis", "click"}
CLOCK = {("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("time", "time")}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "_shipped" not in p.parts)


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Absolute dotted names a module imports, with lines; ``from docservice.a import b`` gives docservice.a.b."""
    package = ("docservice", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            stem = ".".join(part for part in (base, node.module or "") if part)
            for alias in node.names:
                yield f"{stem}.{alias.name}", node.lineno


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_arrows_run_downward(path: Path) -> None:
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    assert room in ALLOWED or room in KNOWN_TO_ALL, f"a new room: say in tests/test_house.py what {room} may import"
    known = ALLOWED[room] | KNOWN_TO_ALL if room in ALLOWED else {"refusal"}
    allowed = known | {room} | SHELL_PARTS.get(path.relative_to(PACKAGE).as_posix(), set())
    wrong = []
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] == "docservice" and len(parts) > 1 and parts[1] != "__version__" and parts[1] not in allowed:
            wrong.append(f"{path.name}:{line} {room} → {parts[1]}")
    assert not wrong, wrong


def is_core(path: Path) -> bool:
    return room_of(path) in CORE and path.relative_to(PACKAGE).as_posix() not in SHELL_PARTS


@pytest.mark.parametrize("path", [p for p in modules() if is_core(p)], ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_core_knows_no_shell_no_clock_no_environment(path: Path) -> None:
    foreign = [f"{name}:{line}" for name, line in imports(path) if name.split(".")[0] in FOREIGN_TO_CORE]
    assert not foreign, foreign
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            base = node.value
            name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
            assert (name, node.attr) not in CLOCK, f"{path.name}:{node.lineno} reads the clock"
            assert (name, node.attr) != ("os", "environ"), f"{path.name}:{node.lineno} reads the environment"


def test_no_module_outgrows_one_concern() -> None:
    """A module past 400 lines is two modules."""
    long = {p.relative_to(PACKAGE).as_posix(): n for p in modules() if (n := p.read_text().count("\n")) > 400}
    assert not long, long


def test_no_room_without_a_name() -> None:
    vague = {"utils", "helpers", "common", "manager", "misc", "util"}
    assert not [p for p in modules() if p.stem in vague or p.parent.name in vague]
