"""What all copies of a notice must say alike, and what belongs to one recipient."""

from __future__ import annotations

from datetime import date

import pytest

from docservice.rendering.composing import sameness

ON = date(2026, 6, 1)
OWN = '<p><bdi data-fact="/parties/0/attention">Trust Administration</bdi></p>'
FILED = (
    '<p><bdi data-fact="/parties/{n}/name">{who}</bdi> appealed on <bdi data-fact="/appeals/0/filed_on">{on}</bdi>.</p>'
)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (FILED.format(n=0, who="Ana", on="June 1"), FILED.format(n=1, who="Bo", on="June 1"), True),
        (FILED.format(n=0, who="Ana", on="June 1"), FILED.format(n=0, who="Ana", on="June 2"), False),
        (OWN, "", True),
        ("<p>Ana appealed.</p>", "<p>Bo appealed.</p>", False),
        ('<p>On <time datetime="2026-06-11" data-deadline="contest-by">June 11</time>.</p>',
         '<p>On <time datetime="2026-06-16" data-deadline="contest-by">June 16</time>.</p>', True),
    ],
)  # fmt: skip
def test_a_fact_of_a_party_makes_no_other_text(one: str, other: str, alike: bool) -> None:
    said, there = (sameness.said(f"<article><h1>Notice</h1>{text}</article>", ON) for text in (one, other))
    assert (sameness.digest(said) == sameness.digest(there)) is alike
    assert (sameness.difference(said, there) is None) is alike
