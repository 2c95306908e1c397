"""What holds for every redline: nothing is lost, itself is empty, and what it says besides the words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docservice.refusal import Refusal
from docservice.wording.bundle import Bundle
from docservice.wording.messages import Messages
from docservice.wording.redlines import compare, redline, wording
from docservice.wording.redlines.parsing import parse
from docservice.wording.redlines.resolving import resolve
from docservice.wording.redlines.tokens import tokens
from docservice.wording.redlines.values import Block, Redline
from tests.shipped_wording import FOLDERS, some_languages
from tests.shipped_wording import bundle_of as shipped_bundle
from tests.wording.redlines.edits import META, between, bundle, line, lines


def offered() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for language in some_languages(folder.name, shipped_bundle(folder.name).languages):
            yield folder.name, language


def edited(original: Bundle, seed: int) -> Bundle:
    """A copy with its blocks shuffled about, some words replaced, some lines gone; still a template."""
    files = dict(original.files)
    for path in [path for path in files if path.endswith(".html")]:
        kept = []
        for number, row in enumerate(files[path].decode().splitlines()):
            chance = (seed * 31 + number * 17 + len(path)) % 23
            whole = row.startswith(("<p>", "<li>")) and row.endswith(("</p>", "</li>"))
            if whole and chance == 0:
                continue
            if whole and chance == 1:
                kept.insert(max(len(kept) - 3, 0), row)
                continue
            kept.append(row.replace("date", "day") if chance == 2 and "trans" not in row else row)
        files[path] = "\n".join(kept).encode()
    return Bundle.of(files)


def assert_whole(found: Redline, old: tuple[Block, ...], new: tuple[Block, ...]) -> None:
    """Undone it is the old wording, applied the new one, and every change inside a block adds up too."""
    assert tuple(found.old_blocks()) == old
    assert tuple(found.new_blocks()) == new
    for change in found.blocks:
        before = change.old or ((change.was,) if change.was else ())
        if change.kind != "moved-from":
            assert text(t for run in change.runs for t in run.new) == text(t for b in change.new for t in b.tokens)
        assert text(t for run in change.runs for t in run.old) == text(t for b in before for t in b.tokens)
        for run in change.runs:
            if run.operation == "equal":
                assert [t.identity for t in run.old] == [t.identity for t in run.new]
            else:
                assert bool(run.old) != bool(run.new)
    moved = [change for change in found.blocks if change.kind == "moved-from"]
    arrived = [change.was for change in found.blocks if change.kind == "moved-to"]
    assert sorted(map(repr, arrived)) == sorted(repr(change.old[0]) for change in moved)


def text(held: Iterator[object]) -> list[tuple[str, str]]:
    return [(t.kind, t.text) for t in held if t.text != "¶"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("key", "language"), list(offered()))
def test_a_version_differs_from_itself_in_nothing(key: str, language: str) -> None:
    found = redline(shipped_bundle(key), shipped_bundle(key), language)
    assert found.empty
    assert len(found.blocks) > 10
    assert all(change.kind == "equal" for change in found.blocks)


@pytest.mark.parametrize(("key", "language"), list(offered()))
def test_an_edited_template_is_marked_without_loss(key: str, language: str) -> None:
    original = shipped_bundle(key)
    for seed in range(2):
        copy = edited(original, seed)
        found = redline(original, copy, language)
        assert_whole(found, wording(original, language), wording(copy, language))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 999), max_size=6), st.sampled_from(["notice-of-violation", "fences-and-hedges"]))
def test_any_edit_of_shipped_wording_is_marked_without_loss(seeds: list[int], key: str) -> None:
    original = copy = shipped_bundle(key)
    for seed in seeds:
        copy = edited(copy, seed)
    found = redline(original, copy, "en")
    assert_whole(found, wording(original, "en"), wording(copy, "en"))


WORDS = st.sampled_from(
    ["the", "notice",
     "$100", "14", "June 29, 2026", "{{ a.b }}", "{% if a %}", "{% endif %}", "，", "罰款", "“x”", ".", "\n",
     "مخالفة", "\u2068", "<strong>n</strong>", "<br/>", "&amp;", "\u00a0"]
)  # fmt: skip
PIECE = st.lists(WORDS, max_size=12).map(" ".join).map(lambda said: said if balanced(said) else "")
ELEMENT = st.sampled_from(["p", "h2", "li", "td", "section"])
WORDING = st.lists(st.tuples(ELEMENT, PIECE), max_size=8).map(
    lambda parts: "".join(f"<{tag}>{said}</{tag}>" for tag, said in parts)
)


def balanced(said: str) -> bool:
    depth = 0
    for word in re.findall(r"\{% (\w+)", said):
        depth += 1 if word == "if" else -1
        if depth < 0:
            return False
    return depth == 0


@settings(max_examples=200, deadline=None)
@given(WORDING, WORDING, st.sampled_from(["en", "es", "zh-Hant", "ar", "km"]))
def test_any_two_wordings_are_marked_without_loss(old: str, new: str, language: str) -> None:
    one, other = bundle(old), bundle(new)
    found = redline(one, other, language)
    assert_whole(found, wording(one, language), wording(other, language))
    assert redline(one, one, language).empty


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "es", "zh-Hant", "ar", "ja", "km", "vi"]))
def test_tokens_lose_nothing_that_can_be_seen(said: str, language: str) -> None:
    import unicodedata

    def seen(value: str) -> str:
        return "".join(c for c in value if not c.isspace() and unicodedata.category(c) != "Cf")

    assert "".join(seen(token.text) for token in tokens(said, language)) == seen(said)


def test_a_move_names_its_other_half_and_shares_a_number() -> None:
    first, second = "<p>One thing is said first here.</p>", "<p>Another thing is said second there.</p>"
    third = "<section data-block='penalties'><h2>Fines</h2><p>They can start after that date.</p></section>"
    found = between(first + second + third, third + first + second)
    assert {(change.kind, change.move) for change in found.changes} == {("moved-from", 1), ("moved-to", 1)}
    assert found.statutory == ()


def test_what_callers_must_send_from_now_on_is_breaking() -> None:
    old = bundle("<p>{% if permit.number %}{{ permit.number }}{% endif %} {{ town.name }}</p>")
    new = bundle(
        "<p>{{ permit.number }} {{ town.hours }} {{ case.officer.badge }}</p>"
        "{% for violation in violations %}<p>{{ violation.facts }} {{ violation.unit|default('none') }}</p>{% endfor %}"
        "{% if hearing.room %}<p>{{ hearing.room }}</p>{% endif %}"
    )
    found = {one.name: (one.change, one.required, one.breaking) for one in redline(old, new).fields}
    assert found == {
        "permit.number": ("now required", True, True),
        "violations.facts": ("gained", True, True),
        "violations": ("gained", False, False),
        "violations.unit": ("gained", False, False),
        "hearing.room": ("gained", False, False),
        "town.hours": ("gained", True, False),
        "town.name": ("lost", True, False),
        "case.officer.badge": ("gained", True, False),
    }
    assert [one.name for one in redline(old, new).breaking] == ["permit.number", "violations.facts"]


def test_statutory_blocks_and_statements_gained_lost_and_changed() -> None:
    def block(name: str, said: str) -> str:
        return f"<section data-block='{name}'><p>{said}</p></section>"

    statement = "<section data-block='statements' data-statement='retaliation'><p>No.</p></section>"
    meta = META + "required_blocks: [appeal-rights, penalties]\n"
    old = bundle(block("appeal-rights", "Ten days.") + block("penalties", "A fine.") + block("order", "Do."), meta=meta)
    new = bundle(block("appeal-rights", "Nine days.") + block("order", "Do.") + statement, meta=meta)
    found = [(one.name, one.change, one.required) for one in redline(old, new).statutory]
    assert found == [
        ("appeal-rights", "changed", True),
        ("penalties", "lost", True),
        ("statement retaliation", "gained", False),
    ]


def test_a_section_that_only_closes_elsewhere_is_a_change() -> None:
    one, two = "<p>One thing stands in it.</p>", "<p>The other stands in it or not.</p>"
    found = between(
        f"<section data-block='order'>{one}{two}</section>", f"<section data-block='order'>{one}</section>{two}"
    )
    assert sorted(line(change) for change in found.changes) == [
        "deleted section-end: [-section-]",
        "inserted section-end: {+section+}",
    ]


def test_lines_of_the_template_file_and_other_files() -> None:
    old = bundle(
        "<p>A</p>", meta=META + "title: Demo\nsigners: [coordinator]\ndata: {pages: 1}\n", files={"a.svg": b"1"}
    )
    new = bundle(
        "<p>A</p>",
        meta=META.replace("Demo", "Démo") + "signers: [coordinator, director]\ndata: {pages: 2}\ntaglines: true\n",
        files={"a.svg": b"2", "b.svg": b""},
    )
    found = redline(old, new)
    assert [(one.name, one.old, one.new) for one in found.meta] == [
        ("title", "Demo", "Démo"),
        ("signers", "", "director"),
        ("taglines", "no", "yes"),
        ("data.pages", "1", "2"),
    ]
    assert [(one.path, one.change) for one in found.files] == [("a.svg", "changed"), ("b.svg", "gained")]
    assert found.changes == ()
    assert not found.empty


def test_a_translation_is_stale_when_its_english_changed() -> None:
    sentence = "<p>{{% trans %}}{}{{% endtrans %}}</p>"
    old = bundle(
        sentence.format("Pay within 30 days."),
        messages={"es": {"Pay within 30 days.": "Pague en 30 días."}},
        languages=["es"],
    )
    new = bundle(
        sentence.format("Pay within 21 days."),
        messages={"es": {"Pay within 21 days.": "Pague en 21 días."}},
        languages=["es"],
    )
    found = [(one.language, one.was, one.english, one.translation) for one in redline(old, new, languages=["fr"]).stale]
    assert found == [
        ("fr", "Pay within 30 days.", "Pay within 21 days.", None),
        ("es", "Pay within 30 days.", "Pay within 21 days.", "Pague en 21 días."),
    ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("{% include 'clauses/none.html' %}", "template.error"),
        ("{% include 'letter.html' %}", "template.error"),
        ("{% if %}", "template.error"),
    ],
)
def test_a_wording_that_cannot_be_read_is_refused_with_its_place(wrong: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        redline(bundle("<p>A</p>"), bundle(f"<p>A</p>\n{wrong}"))
    assert refused.value.code == code
    assert refused.value.problems[0].place == "letter.html:3"


SAID = """<section data-block='order'><p>{% trans %}Pay.{% endtrans %}</p>
<p>{% if a %}{% trans %}Or call.{% endtrans %}{% endif %}</p></section>"""
SPANISH = {"es": {"Pay.": "Pague.", "Or call.": "O llame."}}
ALL_NEW = ["inserted p: {+Pague.+}", "inserted p: {+[if there is a]O llame.[end if]+}"]


@pytest.mark.parametrize(
    ("told", "expected", "missing"),
    [
        (None, ALL_NEW, 2),
        (Messages("es", {}), ALL_NEW, 2),
        (Messages("es", {"Pay.": "Pague."}),
         ["changed p: [if there is a][-[not translated] Or call.-]{+O llame.+}[end if]"], 1),
        (Messages("es", {"Pay.": "Pague ya.", "Or call.": "O llame."}), ["changed p: Pague [-ya-]."], 0),
    ],
)  # fmt: skip
def test_a_version_that_does_not_offer_the_language_stands_with_what_it_has_in_it(
    told: Messages | None, expected: list[str], missing: int
) -> None:
    lacks, has = bundle(SAID, languages=()), bundle(SAID, messages=SPANISH)
    found = redline(lacks, has, "es", old_told=told)
    assert lines(found.changes) == expected
    assert (found.old_speech.missing, found.old_speech.offered, found.new_speech.offered) == (missing, False, True)
    # Seen from the other side it is what went; and a block whose text is not there is not a block that changed.
    back = redline(has, lacks, "es", new_told=told)
    assert len(back.changes) == len(found.changes)
    assert_whole(back, wording(has, "es"), wording(lacks, "es", told))
    assert bool(found.statutory) == (missing < 2)


def test_a_language_that_neither_version_has_anything_in_is_refused() -> None:
    one = bundle(SAID, languages=())
    for told in (None, Messages("es", {"Of another wording.": "De otro."})):
        with pytest.raises(Refusal, match="not available") as refused:
            redline(one, one, "es", old_told=told, new_told=told)
        assert refused.value.code == "language.unknown"


def test_english_that_stands_in_for_a_picture_s_translation_breaks_no_tag() -> None:
    said = (
        "<p>{% trans %}Look:{% endtrans %}</p><figure><img src='bundle:a.svg' alt='{% trans %}A tree{% endtrans %}'/>"
    )
    held = wording(bundle(f"{said}</figure>", languages=()), "es", Messages("es", {"Look:": "Mire:"}))
    assert [block.text for block in held if not block.structural] == ["Mire:", "{% untranslated %} A tree"]


def test_a_wording_cannot_pass_its_own_characters_off_as_fields() -> None:
    held = wording(bundle("<p>\U000f0000 and {{ a.b }} {{ '\U000f0001' }}</p>"), "en")
    kinds = [(token.kind, token.text) for block in held for token in block.tokens]
    assert ("field", "a b") in kinds
    assert sum(kind == "field" for kind, _ in kinds) == 1


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_a_hostile_wording_is_compared_in_bounded_time(language: str) -> None:
    """Quadratic work on ten thousand words in one paragraph would take minutes."""
    old = "<p>" + " ".join(f"word{n % 50}" for n in range(10_000)) + "</p>" + "<p>x</p>" * 600
    new = "<p>" + " ".join(f"word{n % 49}" for n in range(10_000)) + "</p>" + "<p>y {{ a }}</p>" * 600
    assert not between(old, new, language).empty


def test_conditions_between_blocks_are_blocks_and_inside_a_sentence_are_tokens() -> None:
    resolved = resolve(bundle("{% if a %}<p>One {% if b %}two{% endif %}</p>{% else %}{{ c }}{% endif %}"), "en")
    assert [(block.role, block.text) for block in parse(resolved, "en")] == [
        ("section", "article"),
        ("condition", "if there is a"),
        ("p", "One if there is btwoend if"),
        ("condition", "otherwise"),
        ("p", "c"),
        ("condition", "end if"),
        ("section-end", "article"),
    ]


def test_compare_works_on_blocks_alone() -> None:
    one = wording(bundle("<p>A thing.</p>"), "en")
    assert len(compare(one, one)) == len(one)
    assert all(change.kind == "equal" for change in compare(one, one))


def test_a_section_that_moved_with_all_that_is_in_it_is_one_change() -> None:
    """Its start and its end are no changes of their own, and what was edited in it is not a second one."""
    block = '<section data-block="{}"><h2>{}</h2><p>{} is a paragraph of several words about {}.</p></section>'.format
    one, two = block("a", "Fines", "First", "a year"), block("b", "Courts", "Second", "judges")
    third = one.replace("a year", "18 months")
    found = between(one + two, two + third)
    assert found.count == 1
    assert {change.number for change in found.changes} == {1}
    assert between(two, two + one).count == 3  # the section with its end, its heading, its paragraph
    assert between(two, f"{{% if x %}}{two}{{% endif %}}").count == 1


def test_a_list_that_begins_with_another_number_has_changed() -> None:
    """The numbers of rules and conditions are cited; the words stay the same."""

    def with_list(start: str) -> Bundle:
        original = shipped_bundle("notice-of-violation")
        items = "<li>{% trans %}One.{% endtrans %}</li><li>{% trans %}Two.{% endtrans %}</li>"
        html = original.files["letter.html"].decode().replace("<h1>", f"<ol{start}>{items}</ol><h1>", 1)
        return Bundle.of({**original.files, "letter.html": html.encode()})

    for before, after in ((' start="3"', ' start="4"'), ("", ' start="4"'), (' start="3"', "")):
        found = redline(with_list(before), with_list(after), "en")
        assert len(found.changes) == 1
    assert redline(with_list(' start="3"'), with_list(' start="3"'), "en").empty
