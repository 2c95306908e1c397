"""Letters as PDF: valid, reproducible, complete, with the address in the window."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from docservice.refusal import Refusal
from docservice.rendering.fonts import FontSet
from docservice.rendering.letters import letter as letter_room
from docservice.rendering.letters import typst_press
from docservice.rendering.letters.letter import Rendered
from docservice.rendering.letters.window import window_lines
from docservice.town.pack import Box, TownPack
from tests.places import ROOT
from tests.shipped_wording import LETTERHEAD
from tests.verapdf import validate

Set = Callable[..., Rendered]
Text = Callable[..., str]

TRUST = (
    "Maximiliano Hernández-Villaseñor and Bronwyn Llewelyn-Featherstonehaugh, Co-Trustees of The "
    "Hernández-Villaseñor and Llewelyn-Featherstonehaugh Family Revocable Living Trust, u/a/d February 29, 2008, as "
    "amended and restated"
)


def recipient(*lines: tuple[str, str]) -> str:
    inside = "<br/>".join(f'<bdi data-fact="/parties/0/{at}">{text}</bdi>' for at, text in lines)
    return f'<section data-block="recipient"><address>{inside}</address></section>'


SHORT = recipient(
    ("name/text", "Estate of Chen Kwok-Wah, Deceased"),
    ("address/lines/0", "214 Molino Street"),
    ("address/lines/1", "Madrona Hills, CA 95999"),
)
IDENTIFICATION = (
    '<section data-block="identification"><dl><dt>Date</dt><dd><time datetime="2026-06-01">June 1, 2026</time></dd>'
    "<dt>Case</dt><dd>CE-2026-0203</dd></dl></section>"
)
SIGNATURE = (
    '<section data-block="signature"><p>Sincerely,</p><p><strong>Rosalind Achterberg</strong><br/>Code Compliance '
    "Coordinator</p></section>"
)
TAGLINES = (
    '<aside data-block="taglines"><h2>Help in your language</h2><p lang="es">Ayuda gratuita: (555) 555-0100</p>'
    '<p lang="zh-Hant">免費協助請致電：(555) 555-0100</p><p lang="vi">Trợ giúp miễn phí</p>'
    '<p lang="ar" dir="rtl">مساعدة مجانية: (555) 555-0100</p><p lang="hi">निःशुल्क सहायता प्रभावित</p>'
    '<p lang="pa">ਮਹੱਤਵਪੂਰਨ ਚਿੱਠੀ</p><p lang="km">ជំនួយឥតគិតថ្លៃ</p><p lang="ko">무료 도움</p></aside>'
)
STUB = (
    '<aside data-block="payment-stub"><h2>Payment stub</h2><dl><dt>Amount due</dt><dd>$1,500.00</dd></dl>'
    '<p><img data-qr="https://town.example/pay" alt="QR code that opens the payment page"/></p></aside>'
)
TABLE = (
    '<table><caption>Fines</caption><thead><tr><th scope="col">Violation</th><th scope="col">Fine</th></tr></thead>'
    '<tbody><tr><th scope="row">First</th><td><data value="130">$130.00</data></td></tr></tbody></table>'
)


def article(*parts: str, language: str = "en", direction: str = "ltr") -> str:
    return f'<article lang="{language}" dir="{direction}" data-document="x">{"".join(parts)}</article>'


def letter(*parts: str, to: str = SHORT) -> str:
    text = parts or ("<p>Please mend the fence.</p>",)
    return article(to, IDENTIFICATION, "<h1>Notice of violation</h1>", *text, SIGNATURE)


def violation(i: int) -> str:
    return (
        f'<section data-violation="v{i}"><h3>{i}. Heating</h3><p data-part="observed">Seen on August 14, 2026.</p>'
        f'<p data-part="facts"><bdi>The furnace of unit {i} does not light.</bdi></p>'
        '<p data-part="correction"><strong>What to do:</strong> Repair it so that it keeps 70 degrees.</p></section>'
    )


ARABIC = article(
    recipient(("name/text", "عبد الرحمن الخطيب"), ("l", "216 Molino Street"), ("l", "Madrona Hills, CA 95999")),
    '<section data-block="identification"><dl><dt>رقم القضية</dt><dd>CE-2026-0203</dd></dl></section>',
    "<h1>إشعار بمخالفة</h1><p>المبنى في <bdi lang='en'>214-220 Molino Street (Unit B)</bdi> والهاتف "
    "<bdi>(555) 555-0100</bdi>.</p>",
    "<ol><li>الأولى</li></ol>", TABLE, '<section data-block="appeal-rights"><h2>الاعتراض</h2><p>مخالفة</p></section>',
    language="ar", direction="rtl",
)  # fmt: skip
CHINESE = article(
    SHORT, "<h1>違規通知</h1><p>陳美玲女士：</p><p>我們檢查了該建築物，「口譯服務」免費。</p>", language="zh-Hant"
)


def test_every_kind_of_page_is_valid(set_letter: Set, pack: TownPack, photograph: bytes) -> None:
    figure = '<figure><img src="picture:a.jpg" alt="A house"/><figcaption>1. The house</figcaption></figure>'
    made = [
        set_letter(letter()),
        set_letter(letter(*map(violation, range(1, 24)), TABLE, TAGLINES)),
        set_letter(letter(TABLE, STUB)),
        set_letter(letter('<p><mark data-unresolved="x">x</mark></p>'), draft=True, number=None),
        set_letter(ARABIC),
        set_letter(CHINESE),
        set_letter(letter(figure, figure, figure), envelope=pack.envelopes["plain"], attachments={"a.jpg": photograph}),
        set_letter(letter(to=recipient(("name/text", TRUST), ("attention", "Trust"), ("l", "PO BOX 7")))),
        set_letter(letter(), envelope=pack.envelopes["recorder"]),
    ]  # fmt: skip
    assert validate(rendered.pdf for rendered in made) == []
    for rendered in made:
        with pikepdf.open(BytesIO(rendered.pdf)) as pdf:
            assert len(pdf.pages) == rendered.pages


def test_the_same_bytes_in_another_process(set_letter: Set, fonts_folder: Path) -> None:
    html = letter(TAGLINES)
    here = set_letter(html).pdf
    assert set_letter(html).pdf == here
    script = (
        "import sys, hashlib; from pathlib import Path; from types import SimpleNamespace as N; from lxml import etree;"
        "from datetime import date; from docservice import shipped; from docservice.town import load_pack;"
        "from docservice.rendering import fonts; from docservice.rendering.letters import letter;"
        "home = shipped.folder('law') / 'us' / 'letterhead';"
        "pack = load_pack(shipped.folder('town') / 'madrona-hills'); sys.path.insert(0, sys.argv[2]);"
        "from tests.rendering.conftest import WINDOW; html = sys.stdin.read(); root = etree.fromstring(html);"
        "made = letter.typeset(N(files={f'letterhead/{p.name}': p.read_bytes() for p in sorted(home.iterdir())},"
        "meta=N(letterhead='letter')),"
        "N(root=root, language='en'), town=pack.identity, envelope=WINDOW, attachments={}, issued_on=date(2026, 6, 1),"
        "draft=False, fonts=fonts.prepare(Path(sys.argv[1])), number='NOV-2026-0042');"
        "sys.stdout.buffer.write(made.pdf)"
    )
    there = subprocess.run(
        [sys.executable, "-c", script, str(fonts_folder), str(ROOT)],
        input=html.encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert there.stdout == here


@pytest.mark.parametrize(
    ("html", "words"),
    [
        (letter(TAGLINES), ["Estate of Chen Kwok-Wah, Deceased", "免費協助請致電", "Trợ giúp miễn phí", "مساعدة"]),
        (letter(TAGLINES), ["निःशुल्क सहायता प्रभावित", "ਮਹੱਤਵਪੂਰਨ ਚਿੱਠੀ", "무료 도움"]),
        (ARABIC, ["إشعار", "بمخالفة", "الأولى", "الاعتراض", "214-220 Molino Street (Unit B)", "(555) 555-0100"]),
        (CHINESE, ["違規通知", "我們檢查了該建築物，「口譯服務」免費。"]),
    ],
)  # fmt: skip
def test_the_text_layer(set_letter: Set, text_of: Text, html: str, words: list[str]) -> None:
    text = text_of(set_letter(html).pdf)
    assert [word for word in words if word not in text] == []


def window_text(pdf: bytes, box: Box, text_of: Text) -> list[str]:
    """What stands inside the window's safe area, read with 72 points to the inch."""
    x, y = (float(box.left) * 72 - 2, float(box.top) * 72 - 3)
    width, height = (float(box.right - box.left) * 72 + 4, float(box.bottom - box.top) * 72 + 6)
    crop = f"-r 72 -f 1 -l 1 -x {int(x)} -y {int(y)} -W {int(width)} -H {int(height)}".split()
    return [line.strip() for line in text_of(pdf, *crop).splitlines() if line.strip()]


LONG_DESK = "The desk for whatever arrives at this house, on the second floor"
BOX = Box(Decimal("1.00"), Decimal("2.625"), Decimal("4.25"), Decimal("3.042"))


def test_the_letterheads_own_words_have_no_signs_that_readers_set_apart() -> None:
    """As in the catalogs: a vowel sign or a hamza above a letter is a glyph of its own, for a reader another word."""
    words = json.loads((LETTERHEAD / "words.json").read_text(encoding="utf-8"))
    said = "".join(text for language in ("ar", "fa") for text in words[language].values())
    assert [hex(ord(letter)) for letter in said if unicodedata.category(letter) == "Mn"] == []


@pytest.mark.parametrize(
    ("lines", "shown", "name_in_letter"),
    [
        (
            [("name/text", "Estate of Chen"), ("l", "214 Molino Street"), ("l", "Madrona Hills, CA 95999")],
            ["Estate of Chen", "214 Molino Street", "Madrona Hills, CA 95999"],
            False,
        ),
        (
            [("name/text", "陳美玲"), ("name/latin", "Mei-Ling Chen"), ("l", "5 ELM ST"), ("l", "SAN FRANCISCO CA")],
            ["陳美玲 · Mei-Ling Chen", "5 ELM ST", "SAN FRANCISCO CA"],
            False,
        ),
        (
            [("name/text", TRUST), ("attention", "Trustees"), ("l", "PO BOX 7"), ("l", "MADRONA HILLS CA 95999")],
            ["Trustees", "PO BOX 7", "MADRONA HILLS CA 95999"],
            True,
        ),
        (
            [("name/text", "Estate of Chen"), ("attention", LONG_DESK), ("l", "C/O ADA"), ("l", "5 ELM"), ("l", "LA")],
            ["Estate of Chen", "C/O ADA", "5 ELM", "LA"],
            True,
        ),
    ],
)  # fmt: skip
def test_the_window(
    set_letter: Set, text_of: Text, lines: list[tuple[str, str]], shown: list[str], name_in_letter: bool
) -> None:
    rendered = set_letter(letter(to=recipient(*lines)))
    pdf = rendered.pdf
    assert window_text(pdf, BOX, text_of) == shown == list(rendered.window)
    text = " ".join(text_of(pdf).split())
    assert ("Full legal name" in text) is name_in_letter
    assert "".join(lines[0][1].split()) in "".join(text.split())


def test_nothing_else_may_show_through_the_window(set_letter: Set, text_of: Text) -> None:
    pdf = set_letter(letter(*map(violation, range(1, 9)))).pdf
    moves = Box(Decimal("0"), Decimal("2.05"), Decimal("5.37"), Decimal("3.62"))
    assert len(window_text(pdf, moves, text_of)) == 3


@pytest.mark.parametrize(
    "lines",
    [
        [("name/text", TRUST), ("l", "PO BOX 7"), ("l", "MADRONA HILLS CA 95999")],
        [("name/text", TRUST), ("l", "C/O PINNACLE SVCS"), ("l", "PO BOX 7"), ("l", "MADRONA HILLS CA 95999")],
        [("name/text", "A"), ("l", "C/O PINNACLE SVCS"), *[("l", f"LINE {i}") for i in range(3)]],
        [("name/text", "A"), *[("l", f"LINE {i}") for i in range(5)]],
        [("name/text", "A"), ("l", "X" * 80), ("l", "Y")],
    ],
)
def test_an_address_that_does_not_fit_is_refused(set_letter: Set, lines: list[tuple[str, str]]) -> None:
    with pytest.raises(Refusal) as refused:
        set_letter(letter(to=recipient(*lines)))
    assert refused.value.code == "address.overflow"


def test_a_larger_window_takes_a_longer_address(set_letter: Set, pack: TownPack) -> None:
    to = recipient(("name/text", "A"), *[("l", f"LINE {i}") for i in range(5)])
    assert set_letter(letter(to=to), envelope=pack.envelopes["flat-9x12"]).pages == 1


def test_characters_without_a_glyph_are_named_with_their_place(set_letter: Set) -> None:
    with pytest.raises(Refusal) as refused:
        set_letter(letter(to=recipient(("name/text", "Smile 😀"), ("l", "1 St"))))
    [problem] = refused.value.problems
    assert (refused.value.code, problem.place) == ("text.glyph_missing", "/parties/0/name/text")
    assert "U+1F600" in problem.message


def test_facts_are_never_evaluated(set_letter: Set, text_of: Text) -> None:
    fact = '#panic("x") #read("/etc/passwd") $x^2$ *bold* _em_ `raw` <label> @ref \\u{41}'
    escaped = fact.replace("&", "&amp;").replace("<", "&lt;")
    assert fact in " ".join(text_of(set_letter(letter(f"<p>{escaped}</p>")).pdf).split())


def test_the_text_of_a_refusal_cannot_be_forged(set_letter: Set) -> None:
    assert set_letter(letter('<p>panicked with: "refuse:x.y:z"</p>')).pages == 1


@pytest.mark.parametrize(
    ("pixels", "inches"),
    [
        ((1, 1), (1 / 96, 1 / 96)),
        ((192, 96), (2, 1)),
        ((1600, 1200), (2.6 * 4 / 3, 2.6)),
        ((600, 1800), (2.6 / 3, 2.6)),
    ],
)
def test_a_photograph_alone_is_neither_blown_up_nor_half_a_page(
    set_letter: Set, pack: TownPack, pixels: tuple[int, int], inches: tuple[float, float]
) -> None:
    photograph = BytesIO()
    Image.new("RGB", pixels, "gray").save(photograph, "JPEG")
    figure = '<figure><img src="picture:a.jpg" alt="A house"/><figcaption>1. The house</figcaption></figure>'
    attached = {"a.jpg": photograph.getvalue()}
    made = set_letter(letter(figure), envelope=pack.envelopes["plain"], attachments=attached)
    document = PdfDocument(made.pdf)
    try:
        boxes = [item.get_bounds() for item in document[0].get_objects(filter=[FPDF_PAGEOBJ_IMAGE])]
    finally:
        document.close()
    (left, bottom, right, top) = boxes[-1]
    assert ((right - left) / 72, (top - bottom) / 72) == pytest.approx(inches, abs=0.01)


def test_missing_pictures_are_named(set_letter: Set) -> None:
    with pytest.raises(Refusal) as refused:
        set_letter(letter('<figure><img src="picture:IMG_1.jpg" alt="x"/></figure>'))
    assert refused.value.code == "picture.missing"
    assert refused.value.problems[0].place == "IMG_1.jpg"


def test_tags_headers_lists_and_languages(set_letter: Set) -> None:
    pdf = set_letter(letter("<h2>More</h2>", TABLE, "<ol><li>a</li></ol>", TAGLINES)).pdf
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "en-US"
        assert opened.docinfo["/Title"] == "Notice of violation NOV-2026-0042"
        kinds: list[str] = []
        languages: set[str] = set()
        scopes: list[str] = []
        stack = [opened.Root.StructTreeRoot.K]
        while stack:
            node = stack.pop()
            if isinstance(node, pikepdf.Array):
                stack += list(node)
            elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
                kinds.append(str(node.S))
                if "/Lang" in node:
                    languages.add(str(node.Lang))
                attributes: Any = node.get("/A", [])
                each: Any = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
                scopes += [str(one.Scope) for one in each if "/Scope" in one]
                if "/K" in node:
                    stack.append(node.K)
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 2
    assert {"/Table", "/THead", "/TH", "/TD", "/L", "/LI", "/Lbl", "/LBody", "/Figure"} <= set(kinds)
    assert scopes == ["/Column", "/Column"]
    assert {"es-US", "zh-TW", "vi-US", "ar-US"} <= languages or {"es", "zh-TW", "vi", "ar"} <= languages


def watermarked(pdf: bytes, page: int) -> bool:
    command = ["pdftoppm", "-r", "20", "-f", str(page), "-l", str(page), "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    colors = Image.open(BytesIO(drawn)).convert("RGB").getcolors(100_000) or []
    return sum(count for count, color in colors if color == (0xF3, 0xE5, 0xE0)) > 200


def test_drafts_are_marked_and_pages_are_counted(set_letter: Set, text_of: Text) -> None:
    pdf = set_letter(letter(*map(violation, range(1, 24)), TAGLINES), draft=True).pdf
    assert all(watermarked(pdf, page) for page in (1, 2, 3))
    assert not watermarked(set_letter(letter()).pdf, 1)
    text = text_of(pdf)
    assert "Page 1 of" in text
    assert "NOV-2026-0042 · Estate of Chen Kwok-Wah, Deceased · June 1, 2026" in " ".join(text.split())


@pytest.mark.parametrize("violations", [1, 7, 12, 30])
def test_nothing_is_printed_behind_the_stub(set_letter: Set, text_of: Text, violations: int) -> None:
    """At the foot of the last page, on the front of its sheet of paper; the languages above it, where they come there,
    or on the back of the first."""
    made = set_letter(letter(*map(violation, range(1, violations + 1)), STUB, TAGLINES))
    pages = [text_of(made.pdf, "-f", str(n), "-l", str(n), "-layout") for n in range(1, made.pages + 1)]
    assert made.pages % 2 == 1
    assert ["Cut here" in page for page in pages] == [False] * (made.pages - 1) + [True]
    assert "Amount due" in [line for line in pages[-1].splitlines() if line.strip()][-2]
    languages = made.pages - 1 if violations == 12 else 1
    assert ["Help in your language" in page for page in pages] == [n == languages for n in range(made.pages)]
    assert made.apart == (languages,)
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {made.pages}" in page
    text = [line for page in pages for line in page.splitlines() if re.match(r"\s*\d+\. Heating", line)]
    assert [int(line.split(".")[0]) for line in text] == [*range(1, violations + 1)]


def test_a_stub_without_languages_has_its_sheet_of_paper_for_itself_behind(set_letter: Set, text_of: Text) -> None:
    for violations in (1, 9, 14):
        made = set_letter(letter(*map(violation, range(1, violations + 1)), STUB))
        assert made.pages % 2 == 1
        assert "Cut here" in text_of(made.pdf, "-f", str(made.pages))


def test_a_memorandum_needs_no_recipient(set_letter: Set, pack: TownPack) -> None:
    html = article(IDENTIFICATION, "<h1>Memorandum</h1><p>x</p>", SIGNATURE)
    assert set_letter(html, envelope=pack.envelopes["plain"]).pages == 1


def pressed(*weights: int) -> bytes:
    """As much of a PDF as says how many pages it has and how much is on each."""
    pages = "".join(
        f"<</Type/Page/Tabs/S/Contents {i} 0 R>>\n{i} 0 obj\n<</Length {w}>>" for i, w in enumerate(weights, 1)
    )
    return f"<</Type/Pages/Kids[]/Count {len(weights)}>>{pages}".encode()


@pytest.mark.parametrize(
    ("forms", "sheets", "chosen"),
    [
        ([(9, 9)], 0, 0),  # a full last page is left alone
        ([(9,)], 0, 0),
        ([(9, 4), ..., (9, 3)], 0, 0),  # nothing is gained
        ([(9, 4), (9,), (9,)], 0, 1),  # no closer than needed
        ([(9, 4), (9, 3), (9,)], 0, 2),
        ([(9, 2), (9, 2), (9, 1), (9,)], 0, 3),  # a line or two may cost more
        ([(9, 4, 7), (9, 7), (9, 7)], 1, 1),  # the sheet of languages is not a tail
        ([(9, 9, 1)], 1, 0),
    ],
)
def test_a_last_page_of_a_few_lines_is_saved(forms: list[Any], sheets: int, chosen: int) -> None:
    made = letter_room._without_short_tail(lambda closeness: pressed(*forms[closeness]), sheets)
    assert made == pressed(*forms[chosen])


def test_every_page_has_its_weight(set_letter: Set) -> None:
    rendered = set_letter(letter(*map(violation, range(1, 12)), TAGLINES))
    weights = typst_press.page_weights(rendered.pdf)
    assert len(weights) == rendered.pages
    assert all(weights)


def test_a_letter_is_set_closer_in_one_compile_and_only_where_that_saves_a_page(
    set_letter: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiles, real = [], typst_press.typst_pdf
    monkeypatch.setattr(typst_press, "typst_pdf", lambda *a, **k: (compiles.append(1), real(*a, **k))[1])
    kept = saved = 0
    for paragraphs in (15, 16, 17, 20, 39, 43, 44, 50):
        html = letter(*(f"<p>{n}. {'Please mend the fence. ' * 8}</p>" for n in range(paragraphs)))
        compiles.clear()
        chosen = set_letter(html)
        assert len(compiles) == 1
        with monkeypatch.context() as patch:
            patch.setattr(letter_room, "_settled", lambda pressed: pressed(0))
            usual = set_letter(html)
        if chosen.pages < usual.pages:
            saved += 1
        else:
            assert chosen.pdf == usual.pdf, paragraphs
            kept += 1
    assert saved >= 2
    assert kept >= 2


def test_a_letter_that_comes_to_no_end_of_choosing_is_set_as_usual(
    set_letter: Set, letterhead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = dict(letterhead.files)
    main = files["letterhead/letter.typ"]
    never = (
        b"#let settle(stub) = {\n  let mark = query(<end>).at(0, default: (value: (settled: (way: 0))))\n"
        b"  let way = calc.rem(mark.value.settled.way + 1, 3)\n"
        b"  if data.closer == none { return (way: way, apart: false, tail: 0, tried: (:)) }\n  let stub-height = stub\n"
    )
    files["letterhead/letter.typ"] = main.replace(b"#let settle(stub-height) = {", never)
    assert files["letterhead/letter.typ"] != main
    usual = set_letter(letter())
    assert set_letter(letter(), files=files).pdf == usual.pdf


def test_nothing_of_one_letter_is_in_the_styles_around_it(letterhead: Any) -> None:
    """Typst lays out anew whatever has other styles around it: with a number among them, all of every letter."""
    source = letterhead.files["letterhead/letter.typ"].decode()
    outermost = [part for part in re.split(r"\n(?=#)", source) if re.match(r"#(set|show)\b", part)]
    running = [part for part in re.split(r"\n(?=#)", source) if re.match(r"#let (header|footer|background)\b", part)]
    assert len(running) == 3
    assert len(outermost) >= 3
    assert not [part for part in [*outermost, *running] if re.search(r"\b(data|envelope)\b", part)]


def test_sources_of_before_find_their_data_in_the_inputs(font_set: FontSet) -> None:
    """A letterhead travels in its bundle: the ones of documents issued before read ``sys.inputs``."""

    def pressed(read: bytes, say: str) -> bytes:
        source = read + b'\n#set document(title: "P")\n= P\n#data.say, #setting.tag'
        data, setting = {"say": say}, {"tag": "en"}
        return typst_press.typst_pdf(
            {"main.typ": source}, "main.typ", data, fonts=font_set, stamp=date(2026, 6, 1), setting=setting
        )

    before = b"#let data = json(bytes(sys.inputs.data))\n#let setting = data"
    today = b'#let data = json("/data.json")\n#let setting = json("/setting.json")'
    assert pressed(before, "one") == pressed(today, "one") != pressed(today, "two") == pressed(before, "two")
    with pytest.raises(ValueError, match="source"):
        typst_press.typst_pdf({"data.json": b"{}"}, "data.json", {}, fonts=font_set, stamp=date(2026, 6, 1))


def test_pictures_lie_beside_the_sources_for_one_compile_only(font_set: FontSet) -> None:
    sources = {"main.typ": b'#set document(title: "P")\n= P\n#image("pictures/a.svg", alt: "A")'}
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'

    def pressed(**pictures: bytes) -> bytes:
        named = {f"pictures/{name}.svg": data for name, data in pictures.items()}
        return typst_press.typst_pdf(sources, "main.typ", {}, fonts=font_set, stamp=date(2026, 6, 1), pictures=named)

    first = pressed(a=svg)
    other = pressed(a=svg.replace(b"h9v9z", b"h5v9z"))
    assert other != first == pressed(a=svg)
    with pytest.raises(Refusal, match="could not be typeset"):
        pressed()
    with pytest.raises(ValueError, match="source"):
        typst_press.typst_pdf(
            sources, "main.typ", {}, fonts=font_set, stamp=date(2026, 6, 1), pictures={"main.typ": b"= Other"}
        )
    assert pressed(a=svg) == first


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        ([("name/text", "陳美玲"), ("name/latin", "Mei-Ling Chen")], "陳美玲 · Mei-Ling Chen"),
        # Joined, this has as many glyphs as the name alone has letters.
        ([("name/text", "Office fi fl"), ("attention", "ffi")], "Office fi fl · ffi"),
        ([("name/text", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"), ("name/latin", "Gurpreet Singh")], "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ · Gurpreet Singh"),
        ([("name/text", "عبد الرحمن"), ("name/latin", "Abd al-Rahman")], "عبد الرحمن · Abd al-Rahman"),
        ([("name/text", "क्षितिज"), ("attention", "पूजा")], "क्षितिज · पूजा"),
    ],
)
def test_the_lines_that_the_window_shows_are_kept(
    set_letter: Set, monkeypatch: pytest.MonkeyPatch, lines: list[tuple[str, str]], first: str
) -> None:
    pressed, real = list[str](), typst_press.typst_pdf
    monkeypatch.setattr(typst_press, "typst_pdf", lambda *args, **more: pressed.append(args[1]) or real(*args, **more))
    rendered = set_letter(letter(to=recipient(*lines, ("l", "5 ELM ST"), ("l", "LOS ANGELES CA 90001"))))
    assert rendered.window == (first, "5 ELM ST", "LOS ANGELES CA 90001")
    assert len(pressed) == 1  # finding them out typesets nothing again
    # What is on record, mended or not, is read alike.
    assert window_lines(rendered.pdf, BOX) == rendered.window


def test_no_lines_are_read_in_what_another_hand_wrote(set_letter: Set) -> None:
    pdf = set_letter(letter()).pdf
    assert window_lines(pdf[:-60], BOX) == window_lines(b"%PDF-1.7", BOX) == ()


def placed(pdf: bytes) -> list[tuple[float, float, str]]:
    """Each word with its left edge and its line."""
    command = ["pdftotext", "-bbox", "-", "-"]
    page = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)</word>', page)
    return [(float(left), float(top), word) for left, top, word in found]


def test_english_facts_of_an_arabic_letter_are_set_from_the_left(set_letter: Set) -> None:
    fact = "Alpha stands first here and " + "mold covers the ceiling of the bathroom " * 3 + "and so on. "
    told = f'<bdi data-fact="/violations/0/facts" lang="en">{fact * 2}</bdi>'
    do = f'<p data-part="correction"><strong>ما يجب فعله:</strong> {told.replace("Alpha", "Omega")}</p>'
    words = placed(
        set_letter(
            article(
                SHORT, "<h1>إشعار</h1>",
                f'<section data-violation="v1"><h3>مخالفة</h3><p data-part="facts">{told}</p>{do}</section>',
                language="ar", direction="rtl",
            )
        ).pdf
    )  # fmt: skip
    for first in ("Alpha", "Omega"):
        left, top, _ = next(one for one in words if one[2] == first)
        below = min(at for at in {line for _, line, _ in words} if at > top + 5)
        assert abs(min(x for x, line, _ in words if abs(line - below) < 1) - left) < 1, first


def test_a_zip_code_stays_with_its_state(set_letter: Set) -> None:
    lines = "".join(f"<p>{'word ' * n}at 1 Town Hall Way, Madrona Hills, CA 95999 and on.</p>" for n in range(9, 21))
    words = placed(set_letter(letter(lines)).pdf)
    pairs = [(one[1], other[1]) for one, other in itertools.pairwise(words) if one[2] == "CA" and other[2] == "95999"]
    assert len(pairs) >= 12
    assert all(abs(one - other) < 1 for one, other in pairs)


GLANCE = (
    '<section data-block="at-a-glance"><dl><dt>Do this by</dt><dd><strong>June 30, 2026</strong><br/>Mend it.</dd>'
    "<dt>Call</dt><dd><strong>(555) 555-0112</strong><br/>Ask.</dd></dl></section>"
)


@pytest.mark.parametrize(
    "title", ["Notice of violation", "Notice of a public hearing about an administrative citation"]
)
@pytest.mark.parametrize("html", [letter, lambda *parts: letter(*parts).replace('dir="ltr"', 'dir="rtl"', 1)])
def test_the_first_fold_shows_the_title_and_the_window_only_the_address(
    set_letter: Set, html: Callable[..., str], title: str
) -> None:
    """What a #10 window may ever show (2.04 to 3.62 in down, up to 5.38 in from the left) holds the address alone."""
    summary = '<p data-part="summary">One violation. This notice is not a fine.</p>'
    made = set_letter(html(summary, GLANCE, "<p>Please mend the fence.</p>").replace("Notice of violation", title, 1))
    document = PdfDocument(made.pdf)
    page = document[0].get_textpage()
    lines = [page.get_rect(n) for n in range(page.count_rects())]
    shown = [
        (left, bottom, right, top) for left, bottom, right, top in lines
        if left < 5.38 * 72 and top > 792 - 3.62 * 72 and bottom < 792 - 2.04 * 72
    ]  # fmt: skip
    words = " ".join(page.get_text_bounded(*box) for box in shown)
    address = "Estate of Chen Kwok-Wah, Deceased 214 Molino Street Madrona Hills, CA 95999"
    assert sorted(words.split()) == sorted(address.split())
    below = max(top for _, _, _, top in lines if 792 - 4.5 * 72 < top < 792 - 3.62 * 72)
    assert 3.7 < (792 - below) / 72 < 4.0  # the label of the first cell: the box begins just under the fold
    document.close()
