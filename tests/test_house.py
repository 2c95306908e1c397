"""The rule of the house (docs/house.md): arrows run downward, no circle at any level, and the core knows no shell.

The arrows themselves are import-linter's contracts (``pyproject.toml``); here stands what a contract cannot say, and
the proof that the guard sees what it shall see.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT

PACKAGE = ROOT / "docservice"
CORE = (
    "casefile", "town", "wording", "rendering", "checks", "pipeline", "pdf", "packets",
    "text", "places", "refusal", "shipped", "layers", "strict_json", "strict_yaml", "disk",
)  # fmt: skip

# What the core may import besides itself: an allow-list. A library that is missing here is decided about here.
LIBRARIES = {
    "PIL", "asn1crypto", "babel", "cryptography", "cssselect2", "docxtpl", "fontTools", "holidays", "jinja2", "lxml",
    "markupsafe", "marshmallow", "pikepdf", "pillow_heif", "pyhanko", "pyhanko_certvalidator", "pypdf", "pypdfium2",
    "barcode", "segno", "typst", "weasyprint", "yaml",
}  # fmt: skip
STANDARD = {
    "__future__", "array", "base64", "bisect", "calendar", "collections", "contextlib", "contextvars", "copy", "csv",
    "dataclasses", "datetime", "decimal", "difflib", "errno", "fractions", "functools", "gc", "gettext", "hashlib",
    "html", "inspect", "io", "itertools", "json", "logging", "math", "pathlib", "posixpath", "re", "shutil", "stat",
    "string", "struct", "tempfile", "threading", "types", "typing", "unicodedata", "warnings", "xml", "zipfile",
    "zlib", "zoneinfo",
}  # fmt: skip
# Of these only some names: their others are the clock, the environment, the network, or other programs.
SOME = {
    "asyncio": {"run"},  # pyHanko's signing has no other face; nothing is awaited but its own work
    "concurrent": {"concurrent.futures.ThreadPoolExecutor"},
    "ctypes": {
        "CDLL", "POINTER", "PYFUNCTYPE", "byref", "c_double", "c_int", "c_uint", "c_void_p", "cast", "pointer",
    },  # of pdfium and fontconfig, in this process
    "importlib": {"importlib.metadata.version", "importlib.resources.files"},
    "os": {"dup", "dup2", "fdopen", "fspath", "getpid", "killpg"},
    "resource": {"RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_CPU", "setrlimit"},
    "signal": {"SIGKILL"},
    "subprocess": {"DEVNULL", "PIPE", "Popen", "TimeoutExpired", "run"},
    "sys": {"byteorder", "executable", "modules", "stdin"},
    "time": {"perf_counter"},  # how long, never when
    "urllib": {"urllib.parse.quote", "urllib.parse.unquote", "urllib.parse.unquote_to_bytes"},
}  # fmt: skip
NOW = {"now", "today", "utcnow"}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "_shipped" not in p.parts)


def is_core(path: Path) -> bool:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py") in CORE


def strangers(path: Path) -> Iterator[str]:
    """What a module of the core imports or reads that the core may not know."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bound: dict[str, str] = {}  # a name in this module → what it is
    taken: list[tuple[str, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
                taken.append((alias.name, node.lineno))
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                taken.append((f"{node.module}.{alias.name}", node.lineno))
    chains: list[tuple[str, int]] = []
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            parts, base = [node.attr], node.value
            while isinstance(base, ast.Attribute):
                parts.append(base.attr)
                base = base.value
            if isinstance(base, ast.Name) and base.id in bound:
                chains.append((".".join([bound[base.id], *reversed(parts)]), node.lineno))
    for name, line in taken:
        top = name.split(".")[0]
        if top not in LIBRARIES | STANDARD | {"docservice"} | set(SOME):
            yield f"{path.name}:{line} imports {name}"
    for name, line in [*taken, *chains]:
        top, _, rest = name.partition(".")
        if top in SOME and rest and not may_use(name):
            yield f"{path.name}:{line} uses {name}"
        if top == "datetime" and rest.rpartition(".")[2] in NOW:
            yield f"{path.name}:{line} reads the clock ({name})"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "__import__":
            yield f"{path.name}:{node.lineno} imports by name"


def may_use(name: str) -> bool:
    """Whether a name of ``SOME`` is allowed, is something of what is allowed, or a package on the way to it."""
    top = name.split(".")[0]
    may = {one if one.startswith(f"{top}.") else f"{top}.{one}" for one in SOME[top]}
    return any(f"{name}.".startswith(f"{one}.") or one.startswith(f"{name}.") for one in may)


def test_the_core_knows_no_shell_no_clock_no_environment() -> None:
    assert [one for path in modules() if is_core(path) for one in strangers(path)] == []


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """The contracts, held against the docservice in ``folder``."""
    program = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as go; go()"
    command = [sys.executable, "-c", program, "--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def count(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "script" / "circles"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_arrows_run_downward_and_none_in_a_circle() -> None:
    held, counted = lint(ROOT), count(ROOT)
    assert held.returncode == 0, held.stdout
    assert counted.returncode == 0, counted.stdout


# Each is added to a module of a copy; each must be seen.
LAZY = "\ndef _later() -> None:\n    from docservice.{} import {}\n"
TYPES = "\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from docservice.{} import {}\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "_shipped")
    shutil.copytree(PACKAGE, tmp_path / "docservice", ignore=ignored)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "spoiled"),
    [
        pytest.param("wording/messages.py", LAZY.format("wording", "bundle"), id="a circle of two modules, lazily"),
        pytest.param("pdf/splicing/outline.py", LAZY.format("pdf.redaction", "redact"), id="a circle inside a room"),
        pytest.param("town/deadlines.py", LAZY.format("checks", "every"), id="a circle of rooms"),
    ],
)
def test_the_count_sees_a_circle(copy: Path, module: str, spoiled: str) -> None:
    with (copy / "docservice" / module).open("a", encoding="utf-8") as file:
        file.write(spoiled)
    counted = count(copy)
    assert counted.returncode == 1
    assert " 0 circles" not in counted.stdout


@pytest.mark.parametrize(
    ("module", "spoiled"),
    [
        pytest.param("wording/messages.py", LAZY.format("wording", "bundle"), id="a circle, lazily"),
        pytest.param("jobs/words.py", LAZY.format("jobs", "queue"), id="a circle in a room without storeys"),
        pytest.param("town/pack.py", TYPES.format("office.means", "records"), id="upwards, for types only"),
        pytest.param("casefile/facts.py", TYPES.format("town", "pack"), id="up one storey, for types only"),
        pytest.param("rendering/fonts.py", LAZY.format("storage", "blobs"), id="the core, machinery below it"),
        pytest.param("api/pages.py", LAZY.format("web", "public"), id="one door another"),
        pytest.param("office/people/roles.py", LAZY.format("office.review", "reviewing"), id="up inside a room"),
    ],
)
def test_the_contracts_see_an_arrow_upwards(copy: Path, module: str, spoiled: str) -> None:
    with (copy / "docservice" / module).open("a", encoding="utf-8") as file:
        file.write(spoiled)
    held = lint(copy)
    assert held.returncode == 1, held.stdout + held.stderr
    assert "BROKEN" in held.stdout


def test_a_new_room_is_decided_about(copy: Path) -> None:
    (copy / "docservice" / "somewhere.py").write_text("", encoding="utf-8")
    assert lint(copy).returncode == 1


@pytest.mark.parametrize(
    "spoiled",
    [
        "import sqlite3",
        "import urllib.request",
        "from urllib.request import urlopen",
        "import urllib\nurllib.request.urlopen",
        "import socket",
        "import requests",
        "import flask",
        "from sqlalchemy import text",
        "from os import environ",
        "from os import getenv",
        "import os\nos.environ",
        "import os as system\nsystem.getenv('HOME')",
        "from time import time",
        "import time\ntime.time()",
        "from datetime import date\ndate.today()",
        "from datetime import datetime as moment\nmoment.now()",
        "import datetime\ndatetime.datetime.utcnow()",
        "__import__('sqlite3')",
    ],
)
def test_the_core_list_sees_a_stranger(tmp_path: Path, spoiled: str) -> None:
    source = (PACKAGE / "town" / "deadlines.py").read_text(encoding="utf-8")
    assert list(strangers(PACKAGE / "town" / "deadlines.py")) == []
    (tmp_path / "deadlines.py").write_text(f"{source}\n{spoiled}\n", encoding="utf-8")
    assert list(strangers(tmp_path / "deadlines.py"))


def test_no_module_outgrows_one_concern() -> None:
    """A module past 400 lines is two modules."""
    long = {p.relative_to(PACKAGE).as_posix(): n for p in modules() if (n := p.read_text().count("\n")) > 400}
    assert not long, long


def test_no_room_without_a_name() -> None:
    vague = {"utils", "helpers", "common", "manager", "misc", "util"}
    assert not [p for p in modules() if p.stem in vague or p.parent.name in vague]


def test_every_room_says_what_it_is() -> None:
    silent = [
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        if "migrations" not in path.parts and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_benches_and_scripts_are_read_by_mypy() -> None:
    """A room that moves leaves no bench or script behind: mypy reads them too (``pyproject.toml``), all but strings."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert {"docservice", "bench", "script"} <= set(settings["files"])
    assert in_strings("subprocess.run([PYTHON, '-c', 'import docservice.gone'])") == ["import docservice.gone"]
    assert in_strings("run([PYTHON, '-c', _CODE])") == ["_CODE"]
    assert in_strings("exec(_CLOCK, {})") == ["_CLOCK"]
    places = [*(ROOT / "bench").glob("*.py"), *(ROOT / "script").glob("*.py")]
    found = {path.name: code for path in places if (code := in_strings(path.read_text(encoding="utf-8")))}
    assert found == {}


def in_strings(source: str) -> list[str]:
    """Code that a source has run out of a string: what follows ``-c`` in a command, or is given to ``exec``."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.List | ast.Tuple):
            command = zip(node.elts, node.elts[1:], strict=False)
            found += [code for option, code in command if isinstance(option, ast.Constant) and option.value == "-c"]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("exec", "eval"):
            found += node.args[:1]
    texts = [one.value if isinstance(one, ast.Constant) else ast.unparse(one) for one in found]
    return [text for text in texts if text]
