"""What one version changed and another, made from older text, takes away again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docservice.rendering.redline.labels import in_words
from docservice.wording.redlines.undone import undone
from tests.wording.redlines.edits import META, bundle

BASE = (
    "<h1>{% trans %}A notice{% endtrans %}</h1>",
    "<p>{% trans %}The fine rises if it happens again within a year of the first one.{% endtrans %}</p>",
    "<p>{% trans %}Please call us, and ask anything you like about this letter.{% endtrans %}</p>",
    "<p>{% trans %}Thank you for being a good neighbor to all of us.{% endtrans %}</p>",
)


def said(base: str, kept: str, later: str) -> list[str]:
    found = undone(bundle(base), bundle(kept), bundle(later))
    return [in_words(change, found.made) for change in found.words]


def text(*replaced: tuple[str, str]) -> str:
    whole = "\n".join(BASE)
    for old, new in replaced:
        assert old in whole, old
        whole = whole.replace(old, new)
    return whole


YEAR = ("a year", "18 months")
CALL = ("call us", "write to us")
ADDED = ("<p>{% trans %}Thank", "<p>{% trans %}Somebody new.{% endtrans %}</p>\n<p>{% trans %}Thank")
GONE = (BASE[2] + "\n", "")
MOVED = [(BASE[3], ""), (BASE[1], BASE[3] + "\n" + BASE[1])]


@pytest.mark.parametrize(
    ("kept", "later", "expected"),
    [
        ([YEAR], [], ["paragraph changed: “a year” is now “18 months”"]),
        ([YEAR], [CALL], ["paragraph changed: “a year” is now “18 months”"]),
        ([YEAR], [YEAR, CALL], []),
        ([YEAR], [("a year", "two years")], ["paragraph changed: “a year” is now “18 months”"]),  # both changed it
        ([YEAR], [YEAR, ("The fine rises", "A fine rises")], []),  # both in one paragraph
        ([YEAR], [("The fine rises", "A fine rises")], ["paragraph changed: “a year” is now “18 months”"]),
        ([ADDED], [CALL], ["paragraph inserted: “Somebody new.”"]),
        ([ADDED], [ADDED, YEAR], []),
        ([GONE], [YEAR], ["paragraph deleted: “Please call us, and ask anything you like about this letter.”"]),
        ([GONE], [CALL], ["paragraph deleted: “Please call us, and ask anything you like about this letter.”"]),
        ([GONE], [GONE], []),
        (MOVED, MOVED, []),
        ([], [YEAR, CALL, ADDED], []),
        ([YEAR, CALL], [YEAR], ["paragraph changed: “call” is now “write to”"]),
        ([("a year", "<strong>a year</strong>")], [], ["paragraph changed: formatting of “a year”"]),
    ],
)
def test_what_is_taken_away(kept: list[tuple[str, str]], later: list[tuple[str, str]], expected: list[str]) -> None:
    assert said(text(), text(*kept), text(*later)) == expected


def test_a_move_is_taken_away_too() -> None:
    (line,) = said(text(), text(*MOVED), text(YEAR))
    assert "moved" in line


WORD = (BASE[3], BASE[3].replace("Thank you", "We thank you"))
MOVED_EDITED = [(BASE[3], ""), (BASE[1], WORD[1] + "\n" + BASE[1])]


@pytest.mark.parametrize(
    ("later", "is_undone"),
    [
        ([], True),
        ([WORD], True),  # the word is there, and the place is not
        ([(BASE[3], WORD[1].replace("neighbor", "friend"))], True),  # edited further, where it stood
        (MOVED, True),  # the place is there, and the word is not
        (MOVED_EDITED, False),
        ([*MOVED_EDITED, YEAR], False),
    ],
)
def test_a_move_with_an_edited_word(later: list[tuple[str, str]], is_undone: bool) -> None:
    found = said(text(), text(*MOVED_EDITED), text(*later))
    assert bool(found) is is_undone, found


def test_besides_the_words() -> None:
    """Lines of template.yaml, files and translations that one version changed."""
    base, meta = text(), META + "signers: [inspector]\n"
    es = {"es": {"x": "uno"}}
    old = bundle(base, files={"letterhead/a.typ": b"1"}, messages=es)
    new = bundle(base, meta=meta, files={"letterhead/a.typ": b"2"}, messages={"es": {"x": "dos"}})
    found = undone(old, new, old)
    assert [(one.name, one.new) for one in found.meta] == [("signers", "inspector")]
    assert [one.path for one in found.files] == ["letterhead/a.typ"]
    assert found.translations == (("es", "x"),)
    assert not undone(old, new, new)
    assert not undone(old, old, new)


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], list[str], list[str], list[str]]:
    """A text of different lines, what two sides make of it, each of other lines of it, and what has both."""
    base = [f"word{n} stands here as line {n} of the text" for n in range(draw(st.integers(3, 7)))]
    numbers = list(range(len(base)))
    one = draw(st.lists(st.sampled_from(numbers), unique=True, max_size=3))
    other = draw(st.lists(st.sampled_from([n for n in numbers if n not in one] or [-1]), unique=True, max_size=3))

    def changed(mark: str, which: list[int]) -> list[str]:
        kinds = {n: draw(st.sampled_from(("edit", "drop", "add"))) for n in which}
        found = []
        for n, line in enumerate(base):
            kind = kinds.get(n)
            if kind != "drop":
                found.append(line.replace("stands", mark) if kind == "edit" else line)
            if kind == "add":
                found.append(f"{mark} is a wholly other paragraph after {n}")
        return found

    first, second = changed("kept", one), changed("later", other)
    both = []
    for n, line in enumerate(base):  # lines that each side changed are disjoint, so that both can be had
        for side in (first, second):
            if line not in side or any(f"after {n}" in row for row in side):
                both += [row for row in side if f"line {n} " in row or row.endswith(f"after {n}")]
                break
        else:
            both.append(line)
    return base, first, second, both


def html(lines: list[str]) -> str:
    return "\n".join(f"<p>{{% trans %}}{line}{{% endtrans %}}</p>" for line in lines)


@settings(max_examples=60, deadline=None)
@given(edits())
def test_what_both_did_is_not_taken_away_and_what_one_did_alone_is(
    found: tuple[list[str], list[str], list[str], list[str]],
) -> None:
    base, kept, later, both = (bundle(html(lines)) for lines in found)
    assert not undone(base, kept, both)
    assert not undone(base, later, both)
    assert bool(undone(base, kept, later)) == (found[0] != found[1])
    assert bool(undone(base, kept, base)) == (found[0] != found[1])
    assert not undone(base, kept, kept)
