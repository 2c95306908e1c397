"""A template folder begun and checked from a terminal, on a real register."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner, Result

from docservice import shipped
from docservice.cli import main
from tests.homes import furnish

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, fonts_folder: Path) -> Run:
    furnish(tmp_path / "home", fonts_folder)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *arguments])

    return invoke


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def kinds(result: Result) -> list[str]:
    """``error template.town`` … of each line, in order."""
    found = [
        re.fullmatch(r"  (\w+): .*\[([a-z._]+)\]( \(and \d+ more\))?", line) for line in result.stdout.splitlines()
    ]
    return [f"{line[1]} {line[2]}" for line in found if line]


def test_a_letter_is_begun_checked_and_looked_at(run: Run, tmp_path: Path) -> None:
    letters, out = tmp_path / "letters", tmp_path / "out"
    begun = run("templates", "new", "all-clear", "--type", "courtesy-letter", "--to", str(letters))
    assert begun.exit_code == 0, begun.stderr
    folder = letters / "all-clear"
    assert {path.name for path in folder.iterdir()} == {"template.yaml", "letter.html", "samples"}
    assert "title: Courtesy letter\n" in (folder / "template.yaml").read_text()
    assert all(json.loads(sample.read_text())["_extends"] for sample in (folder / "samples").iterdir())
    checked = run("templates", "check", str(folder), "--out", str(out))
    assert checked.exit_code == 0, checked.output
    assert "all-clear: 6 samples rendered" in checked.stdout
    assert kinds(checked) == ["warning translation.missing"]
    assert {path.name for path in out.iterdir()} == {
        f"all-clear-{sample}-en.{face}" for sample in ("usual", "awkward") for face in ("pdf", "docx", "html")
    }
    assert (out / "all-clear-usual-en.pdf").read_bytes().startswith(b"%PDF")
    assert run("templates", "new", "all-clear", "--type", "courtesy-letter", "--to", str(letters)).exit_code != 0


def test_each_kind_of_what_is_wrong_is_one_line(run: Run, tmp_path: Path) -> None:
    """What lint finds, what disagrees with the town's rules, what is not printed, and what only a sample shows."""
    folder = tmp_path / "all-clear"
    run("templates", "new", "all-clear", "--type", "courtesy-letter", "--to", str(tmp_path))
    head, letter = folder / "template.yaml", folder / "letter.html"
    spoil(head, "[coordinator, inspector]", "[mayor]")
    spoil(head, "dates: []", "dates: [doomsday]")
    spoil(letter, "</article>", "<p>{{ case.moon }}</p><p>{{ stop_work.reason }}</p></article>")
    spoil(letter, 'data-block="informal"', "")
    (folder / "samples" / "broken.json").write_text("{")
    (folder / "samples" / "awkward.json").write_text('{\n "_order": {},\n "_extends": "CE-1999-0001"\n}\n')
    spoiled = run("templates", "check", str(folder), "--json")
    assert spoiled.exit_code == 1
    (one,) = json.loads(spoiled.stdout)["items"]
    found = {(f["code"], f["place"]): f["message"] for f in one["findings"]}
    signers = 1 + head.read_text().splitlines().index("signers: [mayor]")
    dates = 1 + head.read_text().splitlines().index("dates: [doomsday]")
    assert "mayor" in found["template.town", f"template.yaml:{signers}"]
    assert "doomsday" in found["template.town", f"template.yaml:{dates}"]
    assert "CE-1999-0001" in found["template.sample", "samples/awkward.json:3"]
    lines = run("templates", "check", str(folder))
    assert lines.exit_code == 1
    assert len(set(kinds(lines))) == len(kinds(lines)) > 1
    assert {
        "error template.field", "error template.town", "error template.block", "error checklist.block",
        "error template.sample", "error checks.unresolved", "error checks.block_missing",
    } <= {*kinds(lines)}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("document_type: courtesy-letter", "document_type: ransom", "error template.town"),
        ("envelope: window-10", "envelope: pigeon", "error template.envelope"),
        ("face: letter", "face: [letter", "error template.yaml"),
    ],
)
def test_a_folder_that_cannot_be_made_at_all_is_no_fault_of_ours(
    run: Run, tmp_path: Path, old: str, new: str, said: str
) -> None:
    run("templates", "new", "all-clear", "--type", "courtesy-letter", "--to", str(tmp_path))
    spoil(tmp_path / "all-clear" / "template.yaml", old, new)
    checked = run("templates", "check", str(tmp_path / "all-clear"))
    assert checked.exit_code == 1
    assert said in kinds(checked)


def test_a_letter_without_a_sample_is_found(run: Run, tmp_path: Path) -> None:
    run("templates", "new", "all-clear", "--type", "courtesy-letter", "--to", str(tmp_path))
    shutil.rmtree(tmp_path / "all-clear" / "samples")
    checked = run("templates", "check", str(tmp_path / "all-clear"))
    assert (checked.exit_code, "error sample.none" in kinds(checked)) == (1, True)


def test_a_letter_of_the_towns_own_has_catalogs_in_the_languages_of_its_letters(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder has no catalogs yet to say which."""
    town = Path(shutil.copytree(os.environ["DOCSERVICE_TOWN"], tmp_path / "town"))
    monkeypatch.setenv("DOCSERVICE_TOWN", str(town))
    monkeypatch.setenv("DOCSERVICE_LAW", str(shutil.copytree(shipped.folder("law"), tmp_path / "law")))
    assert run("templates", "new", "all-clear", "--type", "courtesy-letter").exit_code == 0
    assert run("translations", "update").exit_code == 0
    (home,) = (path.parent.parent for path in town.rglob("letters/all-clear"))
    assert sorted(path.relative_to(home / "locales").as_posix() for path in home.rglob("*.po")) == [
        f"{language}/LC_MESSAGES/all-clear.po" for language in ("ar", "es", "vi", "zh_Hant")
    ]
    assert run("translations", "update", "--language", "es").exit_code == 0


@pytest.mark.parametrize("key", ["closure-letter", "proof-of-service"])
def test_samples_of_what_closes_a_case_or_tells_of_service_fit_their_type(run: Run, tmp_path: Path, key: str) -> None:
    """The examples are of open cases, and papers are served after all else has happened."""
    run("templates", "new", "another", "--type", key, "--to", str(tmp_path))
    checked = run("templates", "check", str(tmp_path / "another"))
    assert (checked.exit_code, kinds(checked)) == (0, ["warning translation.missing"])


def test_a_handout_says_itself_or_the_town_says_what_it_prints(run: Run, tmp_path: Path) -> None:
    run("templates", "new", "rain-barrels", "--handout", "--to", str(tmp_path))
    folder, out = tmp_path / "rain-barrels", tmp_path / "out"
    checked = run("templates", "check", str(folder), "--out", str(out))
    assert checked.exit_code == 1
    assert kinds(checked) == ["error handout.facts", "warning translation.missing"]
    assert "document.data.to_write.answer" in checked.stdout
    assert not out.exists()
    spoil(folder / "handout.html", "document.data.to_write", "town")
    for step in ("first", "second", "third"):
        spoil(folder / "handout.html", f"{{{{ town.{step}_step }}}}", "{% trans %}Do this.{% endtrans %}")
        spoil(folder / "handout.html", f"{{{{ town.{step}_step_how }}}}", "{% trans %}Then that.{% endtrans %}")
    spoil(folder / "handout.html", "{{ town.answer }}", "{% trans %}Yes.{% endtrans %}")
    checked = run("templates", "check", str(folder), "--out", str(out))
    assert (checked.exit_code, kinds(checked)) == (0, ["warning translation.missing"])
    assert {path.name for path in out.iterdir()} == {"rain-barrels-en.pdf", "rain-barrels-en.html"}
    document = pdfium.PdfDocument(out / "rain-barrels-en.pdf")
    drawn = [
        (x1 - x0, y1 - y0) for x0, y0, x1, y1 in (one.get_bounds() for one in document[0].get_objects(max_depth=3))
    ]
    document.close()
    assert 90 < max(width for width, height in drawn if abs(width - height) < 1) < 200  # the seal is no poster


def test_a_handout_is_begun(run: Run, tmp_path: Path) -> None:
    begun = run("templates", "new", "rain-barrels", "--handout", "--to", str(tmp_path), "--json")
    assert json.loads(begun.stdout)["files"] == ["handout.html", "template.yaml"]


@pytest.mark.parametrize("key", ["Closure", "closure letter", "../closure", "notice-of-violation"])
def test_a_key_that_cannot_be_or_is_taken_writes_nothing(run: Run, tmp_path: Path, key: str) -> None:
    (tmp_path / "to").mkdir()
    refused = run("templates", "new", key, "--type", "notice-of-violation", "--to", str(tmp_path / "to"))
    assert refused.exit_code != 0
    assert list((tmp_path / "to").iterdir()) == []
    assert not (tmp_path / "closure").exists()
