"""What a language has for each string, by what was done to it; and the bundle that speaks it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docservice.wording.bundle import Bundle
from docservice.wording.catalog.contexts import contexts
from docservice.wording.catalog.renditions import (
    Frozen,
    RenditionEntry,
    RenditionKind,
    catalog_of,
    renditions,
    spoken,
    strings_of,
)
from docservice.wording.catalog.rewording import earlier, redline
from docservice.wording.messages import Messages

Freeze = Callable[[], Bundle]
AT = datetime(2026, 6, 1, tzinfo=UTC)
HELLO = "Hello %(name)s, good day."


def done(bundle: Bundle, *steps: tuple[RenditionKind, str], text: str = HELLO) -> list[RenditionEntry]:
    sentence = next(s for s in strings_of(bundle) if s.text == text)
    return [
        RenditionEntry(
            position, kind, catalog_of(bundle, sentence), "es", sentence.id, text, (said,), f"account:{kind}", AT
        )
        for position, (kind, said) in enumerate(steps, 1)
    ]


# what was done → state, what documents print, whether it is approved, who wrote and who approved it
STEPS: list[tuple[list[tuple[RenditionKind, str]], tuple[str, str, bool, str | None, str | None]]] = [
    ([], ("draft", "Hola %(name)s, buen día.", False, None, None)),
    ([("saved", "A")], ("draft", "A", False, "account:saved", None)),
    ([("saved", "A"), ("approved", "A")], ("approved", "A", True, "account:saved", "account:approved")),
    ([("approved", "A")], ("approved", "A", True, None, "account:approved")),
    ([("approved", "A"), ("saved", "B")], ("draft", "A", True, "account:saved", "account:approved")),
    (
        [("approved", "A"), ("saved", "B"), ("approved", "B")],
        ("approved", "B", True, "account:saved", "account:approved"),
    ),
    ([("approved", "A"), ("reopened", "A")], ("draft", "A", False, None, None)),
    ([("approved", "A"), ("reopened", "A"), ("saved", "B")], ("draft", "B", False, "account:saved", None)),
    ([("approved", "A"), ("reopened", "A"), ("approved", "A")], ("approved", "A", True, None, "account:approved")),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), STEPS)
def test_what_counts(frozen: Freeze, steps: list[tuple[RenditionKind, str]], expected: tuple[object, ...]) -> None:
    bundle = frozen()
    own = Frozen(1, bundle.messages("es"))
    entries = done(bundle, *steps)
    one = renditions(bundle, "es", entries, [own])[next(s.id for s in strings_of(bundle) if s.text == HELLO)]
    assert (one.state, one.forms[0], one.approved, one.working_by, one.approved_by) == expected


def test_what_came_approved_counts_until_it_is_reopened(frozen: Freeze) -> None:
    bundle = frozen()
    paper = Frozen(1, bundle.messages("es"), "town attorney", AT)
    id = next(s.id for s in strings_of(bundle) if s.text == HELLO)
    assert renditions(bundle, "es", [], [paper])[id].approved_by == "town attorney"
    later = renditions(bundle, "es", done(bundle, ("saved", "B")), [paper])[id]
    assert (later.state, later.forms, later.approved) == ("draft", ("Hola %(name)s, buen día.",), True)
    reopened = renditions(bundle, "es", done(bundle, ("reopened", "Hola %(name)s, buen día.")), [paper])[id]
    assert (reopened.state, reopened.approved) == ("draft", False)


def test_an_edited_sentence_has_none_and_its_neighbors_keep_theirs(frozen: Freeze, shop: Path) -> None:
    old = frozen()
    letter = shop / "letters" / "demo" / "letter.html"
    letter.write_text(letter.read_text().replace("good day", "good evening"))
    new = frozen()
    held = renditions(new, "es", done(old, ("approved", "Hola")), [Frozen(1, old.messages("es"))])
    states = {s.text: held[s.id].state for s in strings_of(new)}
    assert states == {
        "A letter": "draft", "Hello %(name)s, good evening.": "missing", "One tree.": "draft", "Outer": "draft",
        "Deep down.": "draft",
    }  # fmt: skip
    assert spoken(new, "es", held) is None


def test_the_bundle_that_speaks(frozen: Freeze) -> None:
    bundle = frozen()
    own = [Frozen(1, bundle.messages("es"))]
    assert spoken(bundle, "es", renditions(bundle, "es", [], own)) is bundle  # nothing was done: nothing is another
    draft = spoken(bundle, "es", renditions(bundle, "es", done(bundle, ("approved", "Ea %(name)s.")), own))
    assert draft is not None
    assert (draft.messages("es").gettext(HELLO), draft.messages("es").review) == ("Ea %(name)s.", "draft")
    assert draft.messages("en") == bundle.messages("en")
    entries = [
        RenditionEntry(i, "approved", catalog_of(bundle, s), "es", s.id, s.text, ("x", "y") if s.plural else ("x",),
                       "b", AT)
        for i, s in enumerate(strings_of(bundle))
    ]  # fmt: skip
    whole = spoken(bundle, "es", renditions(bundle, "es", entries, own))
    assert whole is not None
    assert whole.messages("es").review == "approved"
    assert (whole.messages("es").ngettext("One tree.", "", 1), whole.messages("es").ngettext("One tree.", "", 2)) == (
        "x", "y",
    )  # fmt: skip


def test_forms_in_another_order_are_put_in_order(frozen: Freeze) -> None:
    bundle = frozen()
    texts = {"One tree.": ("%(n)s árboles.", "Un árbol."), "A letter": "Una carta"}
    odd = Frozen(1, Messages("es", texts, "n == 1"))
    held = renditions(bundle, "es", [], [odd])
    assert {s.text: held[s.id].forms for s in strings_of(bundle) if held[s.id].forms} == {
        "A letter": ("Una carta",), "One tree.": ("Un árbol.", "%(n)s árboles."),
    }  # fmt: skip


def test_where_strings_stand(frozen: Freeze) -> None:
    bundle = frozen()
    paths = {s.text: contexts(bundle)[s.id] for s in strings_of(bundle)}
    assert paths[HELLO] == ("salutation/p[1]",)
    assert paths["Deep down."] == ("p[1]",)


REWORDED = [
    ("Pay within 10 days.", "Pay within 15 days.", "Pay within[- 10-]{+ 15+} days."),
    ("Pay by %(date)s.", "Please pay by %(date)s.", "[-Pay-]{+Please pay+} by %(date)s."),
    ("Read <b>all</b> of it.", "Read <b>all</b> of it.", "Read <b>all</b> of it."),
    ("Fees &amp; fines", "Fees", "Fees[- &amp; fines-]"),
]


@pytest.mark.parametrize(("old", "new", "shown"), REWORDED)
def test_the_redline_of_the_english(old: str, new: str, shown: str) -> None:
    marks = {"equal": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
    assert "".join(marks[run.operation].format(run.text) for run in redline(old, new)) == shown


def test_which_english_it_was() -> None:
    known = ["What to do now", "Please pay the fine within 10 days of this notice.", "Call us."]
    assert earlier("Please pay the fine within 21 days of the notice.", known) == known[1]
    assert earlier("A hearing is held on %(date)s.", known) is None
