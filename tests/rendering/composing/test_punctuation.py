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
        # After a fact in another language, and after brackets.
        ("ar", '<p><bdi lang="en">Rosalind Achterberg</bdi>, مفتشة; و</p>',
         '<p><bdi lang="en">Rosalind Achterberg</bdi>، مفتشة; و</p>'),
        ("fa", '<td><bdi>زیر واحد 216</bdi>, <time>19 اوت</time></td>',
         '<td><bdi>زیر واحد 216</bdi>، <time>19 اوت</time></td>'),
        ("ar", '<bdi dir="ltr"><bdi>1 Town Hall Way</bdi>, <bdi>Madrona Hills</bdi></bdi>',
         '<bdi dir="ltr"><bdi>1 Town Hall Way</bdi>, <bdi>Madrona Hills</bdi></bdi>'),
        ("ja", '<p><bdi>町書記</bdi>, <bdi lang="en">Town Hall</bdi>. 以上</p>',
         '<p><bdi>町書記</bdi>、<bdi lang="en">Town Hall</bdi>。以上</p>'),
        ("zh-Hant", '<p>CBC 105 (<bdi>加州建築法規</bdi>). 必須</p>', "<p>CBC 105 (<bdi>加州建築法規</bdi>)。必須</p>"),
        ("km", "<p><strong>កំដៅ</strong> (<bdi>HSC 3</bdi>). ខ្លឹម</p>",
         "<p><strong>កំដៅ</strong> (<bdi>HSC 3</bdi>)។ ខ្លឹម</p>"),
        ("hi", '<p><bdi>Chen</bdi> (<bdi>Ltd</bdi> की ओर से). नाम</p>',
         "<p><bdi>Chen</bdi> (<bdi>Ltd</bdi> की ओर से)। नाम</p>"),
        ("pa", "<td><bdi>ਅੱਗ</bdi>. ਬਚਾਅ</td>", "<td><bdi>ਅੱਗ</bdi>। ਬਚਾਅ</td>"),
        ("hy", "<p><time>2026 թ.</time>. <bdi>Վտանգ</bdi>. Այո</p>",
         "<p><time>2026 թ.</time> <bdi>Վտանգ</bdi>։ Այո</p>"),
        ("ru", "<p>до <strong><time>1 июня 2026 г.</time></strong>. Это</p>",
         "<p>до <strong><time>1 июня 2026 г.</time></strong> Это</p>"),
        ("km", "<p><strong>T-1</strong>. ឈ្មោះ</p>", "<p><strong>T-1</strong>. ឈ្មោះ</p>"),
        ("zh-Hant", '<bdi lang="en"><b>Wall</b>. Seen</bdi>', '<bdi lang="en"><b>Wall</b>. Seen</bdi>'),
        ("ar", "<p>ارتفاع 2½ قدم</p>", f"<p>ارتفاع {LRI}2½{PDI} قدم</p>"),
        ("ar", "<p>من 8–17</p>", f"<p>من {LRI}8–17{PDI}</p>"),
        ("ar", '<time datetime="2026-07-16">16 يوليو 2026</time>', '<time datetime="2026-07-16">16 يوليو 2026</time>'),
        ("ar", "<p>(555) 555-0100</p>", "<p>(555) 555-0100</p>"),
        ("ar", "<bdi>012-455-019 and AC-2026-0001</bdi>", "<bdi>012-455-019 and AC-2026-0001</bdi>"),
    ],
)  # fmt: skip
def test_tidy(language: str, html: str, expected: str) -> None:
    assert tidy(html, language) == expected
