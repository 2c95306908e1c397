"""What copies must say alike: everything but what is one recipient's; where two differ is said."""

from __future__ import annotations

from datetime import date

import pytest

from docservice.rendering.composing import sameness

DAY = date(2026, 6, 1)
TEXT = """<article><section data-block="recipient"><address>A</address></section>
<section data-block="identification"><dl><dt>Number</dt><dd>1</dd></dl></section><h1>Notice</h1>
<p>Dated <time datetime="2026-06-01">June 1, 2026</time>.</p>
<section data-block="violations"><h2>What we saw</h2><p>A rotten stair.</p>
<p>By <time datetime="2026-06-15" data-deadline="comply-by">June 15, 2026</time>.</p></section>
<section data-block="fine"><p>You owe <data value="100.00">$100.00</data>.</p></section>
<section data-block="statements" data-statement="tenant-rights"><p>You are a tenant.</p></section>
<section data-block="solution"><p>These can help:</p><ul><li><bdi data-fact="town/help/0/name">Aid</bdi></li></ul>
<p>Dear <bdi data-fact="/parties/1/name/text">Pat</bdi></p></section>
<section data-block="sent-to"><h2>Sent to</h2><ul><li>Pat</li></ul></section></article>"""


def said(text: str, on: date = DAY) -> list[tuple[str, str]]:
    return sameness.said(text, on, {"tenant-rights"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<address>A</address>", "<address>B</address>"),
        ("<dd>1</dd>", "<dd>2</dd>"),
        ("You are a tenant.", "You hold a loan."),
        ("<li>Pat</li>", "<li>Pat</li><li>Sam</li>"),
        ('2026-06-15" data-deadline="comply-by">June 15, 2026', '2026-06-20" data-deadline="comply-by">June 20, 2026'),
        ("Aid</bdi></li>", 'Aid</bdi></li><li><bdi data-fact="town/help/1/name">More</bdi></li>'),
        ('<p>These can help:</p><ul><li><bdi data-fact="town/help/0/name">Aid</bdi></li></ul>', ""),
        (">Pat</bdi>", ">Sam</bdi>"),
    ],
)
def test_what_is_one_recipients_may_differ(old: str, new: str) -> None:
    assert old in TEXT
    assert said(TEXT.replace(old, new)) == said(TEXT)


def test_another_day_is_the_same_text() -> None:
    later = TEXT.replace('datetime="2026-06-01">June 1, 2026', 'datetime="2026-06-24">June 24, 2026')
    assert said(later, date(2026, 6, 24)) == said(TEXT)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("A rotten stair.", "A rotten floor.", "violations/p[1]"),
        ("$100.00", "$200.00", "fine/p[1]"),
        ('data-deadline="comply-by"', 'data-deadline="contest-by"', "violations/p[2]"),
        ("<h1>Notice</h1>", "<h1>Order</h1>", "text/h1[1]"),
        ("<p>A rotten stair.</p>", "<p>A rotten stair.</p><p>And a gas leak.</p>", "violations/p[2]"),
    ],
)
def test_what_else_differs_is_seen_with_its_place(old: str, new: str, place: str) -> None:
    assert old in TEXT
    other = said(TEXT.replace(old, new))
    assert sameness.digest(other) != sameness.digest(said(TEXT))
    found = sameness.difference(other, said(TEXT))
    assert found is not None
    assert found[0] == place
    assert sameness.difference(said(TEXT), said(TEXT)) is None


def test_what_is_missing_at_the_end_is_seen_from_both_sides() -> None:
    longer = [("text/p[1]", "One."), ("text/p[2]", "Two.")]
    assert sameness.difference(longer, longer[:1]) == ("text/p[2]", "Two.", "")
    assert sameness.difference(longer[:1], longer) == ("text/p[2]", "", "Two.")


FILED = (
    '<p><bdi data-fact="/parties/{n}/name">{who}</bdi> appealed on <bdi data-fact="/appeals/0/filed_on">{on}</bdi>.</p>'
)


def test_that_the_recipient_did_it_is_no_other_text() -> None:
    mine = said(TEXT + FILED.format(n=1, who="Pat", on="June 1"))
    assert mine == said(TEXT + FILED.format(n=0, who="Sam", on="June 1"))
    assert mine != said(TEXT + FILED.format(n=1, who="Pat", on="June 2"))
