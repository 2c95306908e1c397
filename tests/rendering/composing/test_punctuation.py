"""Joints between sentences and facts, in each language."""

from __future__ import annotations

import pytest

from docservice.rendering.composing.punctuation import tidy

LRI, PDI = "\u2066", "\u2069"


@pytest.mark.parametrize(
    ("language", "html", "expected"),
    [
        ("en", "<p>at <time>3:30 p.m.</time>. Then</p>", "<p>at <time>3:30 p.m.</time> Then</p>"),
        ("en", "<p>Wait ... <b>x.</b>...</p>", "<p>Wait ... <b>x.</b>...</p>"),
        ("zh-Hant", "<p><strong>規定：</strong> <bdi>MHMC 9</bdi>。 請改正。</p>",
         "<p><strong>規定：</strong><bdi>MHMC 9</bdi>。請改正。</p>"),
        ("zh-Hant", "<dd>已投遞, <time>2026年6月1日</time>, <time>上午9:00</time></dd>",
         "<dd>已投遞，<time>2026年6月1日</time>，<time>上午9:00</time></dd>"),
        ("zh-Hant", '<bdi lang="en">Wall, east. Seen: yes</bdi>', '<bdi lang="en">Wall, east. Seen: yes</bdi>'),
        ("ar", "<p>الخميس, <time>16 يوليو 2026</time>, <time>10:00</time></p>",
         "<p>الخميس، <time>16 يوليو 2026</time>، <time>10:00</time></p>"),
        ("ar", "<p>ارتفاع 2½ قدم</p>", f"<p>ارتفاع {LRI}2½{PDI} قدم</p>"),
        ("ar", "<p>من 8–17</p>", f"<p>من {LRI}8–17{PDI}</p>"),
        ("ar", '<time datetime="2026-07-16">16 يوليو 2026</time>', '<time datetime="2026-07-16">16 يوليو 2026</time>'),
        ("ar", "<p>(555) 555-0100</p>", "<p>(555) 555-0100</p>"),
        ("ar", "<bdi>012-455-019 and AC-2026-0001</bdi>", "<bdi>012-455-019 and AC-2026-0001</bdi>"),
    ],
)  # fmt: skip
def test_tidy(language: str, html: str, expected: str) -> None:
    assert tidy(html, language) == expected
