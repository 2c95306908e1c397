"""The pages tell the truth about what can be counted: dependencies, blocks, elements, rooms, links."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from docservice import __version__, config
from docservice.config import Settings
from docservice.pipeline.vocabulary import vocabulary
from docservice.town.blocks import BLOCKS
from docservice.wording.elements import ELEMENTS
from tests.references import FILE, PACKAGE, ROLE, SOURCES, around, is_there, missing_in, prose

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
HOUSE = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")


def project() -> dict[str, list[str]]:
    """The names of the libraries in pyproject.toml: at run time, optional, for development."""
    given = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = {
        "run": given["project"]["dependencies"],
        "optional": [one for many in given["project"]["optional-dependencies"].values() for one in many],
        "dev": given["dependency-groups"]["dev"],
    }
    return {key: [re.split(r"[\[<>=~!; ]", one)[0] for one in many] for key, many in lists.items()}


def test_every_dependency_is_explained_and_none_besides() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1].split(",") for row in page.splitlines() if row.startswith("| ")][1:]
    assert sorted(name.strip() for names in rows for name in names) == sorted(project()["run"])
    rest = page[page.index("Optional:") : page.index("## From the system")]
    unnamed = [name for name in (*project()["optional"], *project()["dev"]) if name not in rest]
    assert [name for name in unnamed if not name.startswith("types-") and not name.endswith("-stubs")] == []


def listed(start: str) -> set[str]:
    """The names between backticks after ``start``."""
    return set(HOUSE[HOUSE.index(start) :].split("`")[1].split())


def test_the_house_lists_the_blocks_and_elements_that_there_are() -> None:
    assert listed("Block names:") == BLOCKS
    assert listed("Elements:") == ELEMENTS


def rows_of(page: str, head: str) -> set[str]:
    """The names between backticks in the first column of the table that begins with ``head``."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    table = text[text.index(head) :].split("\n\n")[0]
    return {name for row in table.splitlines() for name in re.findall(r"`(\w+)", row.split("|")[1])}


def test_wording_is_told_all_names_and_filters() -> None:
    assert rows_of("wording.md", "| name | what it is") == vocabulary().names
    assert rows_of("wording.md", "| filter | gives") == vocabulary().filters


def test_the_operator_is_told_every_setting_and_its_default() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1:4] for row in text.splitlines() if row.startswith("| `DOCSERVICE_")]
    told = {variable.strip(" `"): default.strip().strip("`") for variable, default, _ in rows}
    assert len(told) == len(rows)
    fields = {field.name for field in dataclasses.fields(Settings)}
    assert set(told) == {f"DOCSERVICE_{name.upper()}" for name in fields}
    assert fields == set(config._READERS)
    settings = Settings.from_env({})
    for variable, default in told.items():
        name = variable.removeprefix("DOCSERVICE_").lower()
        if not default:  # empty, or where the shipped data lies
            assert not getattr(settings, name) or name in ("town", "law"), variable
        else:
            expected = (
                Path(default).absolute() if name == "home" else getattr(Settings.from_env({variable: default}), name)
            )
            assert getattr(settings, name) == expected, variable


def test_docstrings_name_what_is_there() -> None:
    wrong = []
    for path in SOURCES:
        text = prose(path)
        wrong += [f"{path.relative_to(ROOT)}: {name}" for name in missing_in(text)]
        if PACKAGE in path.parents:
            roles = (name for name in ROLE.findall(text) if not any(map(is_there, around(path, name))))
            wrong += [f"{path.relative_to(ROOT)}: {name}" for name in roles]
    assert wrong == []


def test_pages_name_what_is_there() -> None:
    files = {path.name for path in SOURCES}
    wrong = []
    for page in [ROOT / "README.md", *PAGES]:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        wrong += [f"{page.name}: {name}" for name in missing_in(text)]
        wrong += [f"{page.name}: {name}" for name in FILE.findall(text) if name not in files]
    assert wrong == []


def test_every_module_stands_on_the_list_once_and_says_what_it_does() -> None:
    page = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w/]+\.py)` \|(.*)\|$", page, re.M)
    package = ROOT / "docservice"
    there = [path.relative_to(package).as_posix() for path in package.rglob("*.py")]
    listed = [name for name in there if not name.endswith(("__init__.py", "__main__.py")) and "versions/" not in name]
    assert sorted(name for name, _ in rows) == sorted(listed)
    assert [name for name, said in rows if len(said.split()) < 3] == []


GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(ROOT.glob("docs/decisions/*.md"))]


def test_every_path_that_a_recipe_names_is_there() -> None:
    """``<key>`` and the like stand for any name."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/])(?:docs|docservice|law|script|tests|town)/[\w./<>*-]*[\w>*]", text)
    assert len(set(named)) > 40
    assert [path for path in named if not any(ROOT.glob(re.sub(r"<\w+>", "*", path)))] == []


def test_every_decision_has_a_day_and_stands_in_the_list() -> None:
    records = sorted(path for path in ROOT.glob("docs/decisions/*.md") if path.name != "README.md")
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    for number, path in enumerate(records, 1):
        text = path.read_text(encoding="utf-8")
        assert (path.name[:5], text.startswith(f"# {number}. ")) == (f"{number:04}-", True), path.name
        day = text.splitlines()[2]
        assert f"| {number} | {day} | [{text.splitlines()[0].partition('. ')[2]}]({path.name}) |" in listed
        assert all(f"**{part}.**" in text for part in ("What", "Why", "What else was weighed")), path.name


def test_the_changelog_has_this_version() -> None:
    told = re.findall(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    given = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert told[0][0] == given == __version__
    assert [day for _, day in told] == sorted((day for _, day in told), reverse=True)


def test_hooks_run_what_ci_runs() -> None:
    """Without the network: every program of a hook is one that ``script/test`` runs."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    ci = (ROOT / "script/test").read_text(encoding="utf-8")
    for hook in (hook for one in hooks for hook in one["hooks"]):
        program, *arguments = hook["entry"].split()
        assert hook["language"] == "system"
        assert program in ci, program
        assert all((ROOT / name).is_file() for name in arguments if name.endswith(".py"))


@pytest.mark.parametrize("page", [*GUIDES, *PAGES], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
        assert (page.parent / target).exists(), target


def test_the_index_has_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if page.name != "README.md" and f"({page.name})" not in index] == []


def test_nothing_names_a_machine_or_a_registry_host() -> None:
    """Only uv.lock knows where libraries come from."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a checkout: git lists no files")
    machine = rb"/(?:home|root|work|Users)/\w"
    registry = rb"//[\w.-]*(?:pypi|npm|registry|packages|crates|proxy)[\w.-]*(?:/|\b)"
    private = re.compile(machine + b"|" + registry)
    for name in filter(None, listing.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".yaml", ".html", ".typ", ".css", ".j2", ""}:
            found = private.search(path.read_bytes())
            assert found is None or path == Path(__file__), f"{name}: {found}"
