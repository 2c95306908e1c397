"""Real edits, and the marks that a reader should see. A line is one change: ``[-what went-]``, ``{+what came+}``."""

# ruff: noqa: E501 - an edit reads best in one line

from __future__ import annotations

import pytest

from docservice.wording.redlines import redline
from tests.wording.redlines.edits import between, bundle, lines

EDITS = [
    pytest.param(
        "en",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p>",
        "<p>You should correct it within 14 days after this notice. Call us if you have questions.</p>",
        [
            "changed p: You [-must-] {+should+} correct it within 14 days after this notice. Call us if you have questions."
        ],
        id="one word",
    ),
    pytest.param(
        "en",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p>",
        "<p>You must correct it within 30 days after this notice. Call us if you have questions.</p>",
        ["changed p: You must correct it within [-14-] {+30+} days after this notice. Call us if you have questions."],
        id="a number",
    ),
    pytest.param(
        "en",
        "<p>The fine is $100 or $200.</p>",
        "<p>The fine is $130 or $700.</p>",
        ["changed p: The fine is [-$100-] {+$130+} or [-$200-] {+$700+}."],
        id="two numbers",
    ),
    pytest.param(
        "en",
        "<p>The fee is $1,500.00 per day.</p>",
        "<p>The fee is $2,000.50 per day.</p>",
        ["changed p: The fee is [-$1,500.00-] {+$2,000.50+} per day."],
        id="an amount",
    ),
    pytest.param(
        "en",
        "<p>It starts on June 29, 2026 at noon.</p>",
        "<p>It starts on Monday, July 6, 2026 at noon.</p>",
        ["changed p: It starts on [-June 29, 2026-] {+Monday, July 6, 2026+} at noon."],
        id="a date",
    ),
    pytest.param(
        "en",
        "<p>Call (831) 555-0100 (Government Code section 53069.4) by 2026-06-29 3:30 p.m.</p>",
        "<p>Call (831) 555-0199 (Government Code section 53069.5) by 2026-07-29 4:30 p.m.</p>",
        [
            "changed p: Call [-(831) 555-0100-] {+(831) 555-0199+} (Government Code section [-53069.4-] {+53069.5+}) by [-2026-06-29-] {+2026-07-29+} [-3:30 p.m.-] {+4:30 p.m.+}"
        ],
        id="telephone, section, ISO date, time",
    ),
    pytest.param(
        "en",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p><p>The town may issue a citation with a fine for each violation that is left.</p><p>A hearing officer who did not write this notice will listen to you and decide.</p>",
        "<p>A hearing officer who did not write this notice will listen to you and decide.</p><p>You must correct it within 14 days after this notice. Call us if you have questions.</p><p>The town may issue a citation with a fine for each violation that is left.</p>",
        [
            "moved-to #1 p: A hearing officer who did not write this notice will listen to you and decide.",
            "moved-from #1 p: [-A hearing officer who did not write this notice will listen to you and decide.-]",
        ],
        id="moved",
    ),
    pytest.param(
        "en",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p><p>The town may issue a citation with a fine for each violation that is left.</p><p>A hearing officer who did not write this notice will listen to you and decide.</p>",
        "<p>A hearing officer who did not write this notice will hear you and decide.</p><p>You must correct it within 14 days after this notice. Call us if you have questions.</p><p>The town may issue a citation with a fine for each violation that is left.</p>",
        [
            "moved-to #1 p: A hearing officer who did not write this notice will [-listen to-] {+hear+} you and decide.",
            "moved-from #1 p: [-A hearing officer who did not write this notice will listen to you and decide.-]",
        ],
        id="moved edited",
    ),
    pytest.param(
        "en",
        "<ul><li>One thing to do</li><li>Another thing</li></ul>",
        "<ul><li>One thing to do</li><li>A new thing</li><li>Another thing</li></ul>",
        ["inserted li: {+A new thing+}"],
        id="a list item inserted",
    ),
    pytest.param(
        "en",
        "<table><tr><th scope='row'>Fence</th><td>6 feet</td></tr><tr><th scope='row'>Hedge</th><td>4 feet</td></tr></table>",
        "<table><tr><th scope='row'>Fence</th><td>6 feet</td></tr></table>",
        ["deleted row: [-| Hedge | 4 feet-]"],
        id="a table row deleted",
    ),
    pytest.param(
        "en",
        "<table><tr><th scope='row'>Fence</th><td>6 feet</td></tr><tr><th scope='row'>Hedge</th><td>4 feet</td></tr></table>",
        "<table><tr><th scope='row'>Fence</th><td>8 feet</td></tr><tr><th scope='row'>Hedge</th><td>4 feet</td></tr></table>",
        ["changed row: | Fence |[-6-]{+8+} feet"],
        id="cell changed",
    ),
    pytest.param(
        "en",
        "<table><tr><th scope='row'>Fence</th><td>6 feet</td></tr><tr><th scope='row'>Hedge</th><td>4 feet</td></tr></table>",
        "<table><tr><th scope='row'>Fence</th><td>6 feet</td><td>wood</td></tr><tr><th scope='row'>Hedge</th><td>4 feet</td><td>green</td></tr></table>",
        ["changed row: | Fence | 6 feet{+| wood+}", "changed row: | Hedge | 4 feet{+| green+}"],
        id="column added",
    ),
    pytest.param(
        "en",
        "<table><tr><th scope='col'>Rule</th><th scope='col'>Time</th><th scope='col'>Fine</th></tr><tr><td>4.2</td><td>first</td><td>$100</td></tr><tr><th scope='row' colspan='2'>Total</th><td>$100</td></tr></table>",
        "<table><tr><th scope='col'>Rule</th><th scope='col'>Fine</th></tr><tr><td>4.3</td><td>$130</td></tr><tr><th scope='row'>Total</th><td>$130</td></tr></table>",
        [
            "changed row: | Rule[-| Time-]| Fine",
            "changed row: |[-4.2-]{+4.3+}[-| first-]|[-$100-]{+$130+}",
            "changed row: | Total |[-$100-]{+$130+} (cells: heading over 2 columns of its row, cell; now heading of its row, cell)",
        ],
        id="column removed from the middle",
    ),
    pytest.param(
        "en",
        "<table><tr><td>Fence</td><td>6 feet</td></tr></table>",
        "<table><tr><th scope='row'>Fence</th><td>6 feet</td></tr></table>",
        ["changed row: | Fence | 6 feet (cells: cell; now heading of its row, cell)"],
        id="a cell became a heading",
    ),
    pytest.param(
        "en",
        "<p>{{ violation.facts }}</p>",
        "<p>{{ violation.details }}</p>",
        ["changed p: [-⟨violation facts⟩-]{+⟨violation details⟩+}"],
        id="field renamed",
    ),
    pytest.param(
        "en",
        "<p>{% trans d=deadlines.pay_by %}Pay by {{ d }}.{% endtrans %}</p>",
        "<p>{% trans d=deadlines.contest_by|weekday %}Pay by {{ d }}.{% endtrans %}</p>",
        ["changed p: Pay by [-⟨deadlines pay by⟩-] {+⟨deadlines contest by, with weekday⟩+}."],
        id="field in sentence",
    ),
    pytest.param(
        "en",
        "<p>A</p>{% if help %}<p>These people can help.</p>{% endif %}",
        "<p>A</p>{% if help and not statements.x %}<p>These people can help.</p>{% endif %}",
        ["changed condition: [-[if there is help]-]{+[if there is help and there is no statements x]+}"],
        id="condition changed",
    ),
    pytest.param(
        "en",
        "<p>Seen. {% if a.b %}Where: {{ a.b }}.{% endif %}</p>",
        "<p>Seen. {% if a.c == 'x' %}Where: {{ a.b }}.{% endif %}</p>",
        ["changed p: Seen. [-[if there is a b]-] {+[if a c is “x”]+}Where: ⟨a b⟩.[end if]"],
        id="inline condition",
    ),
    pytest.param(
        "en",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p><p>The town may issue a citation with a fine for each violation that is left.</p>",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p>{% if help %}<p>The town may issue a citation with a fine for each violation that is left.</p>{% endif %}",
        ["inserted condition: {+[if there is help]+}", "inserted condition: {+[end if]+}"],
        id="condition around",
    ),
    pytest.param(
        "en",
        "<ul>{% for v in violations %}<li>{{ v.facts }}</li>{% endfor %}</ul>",
        "<ul>{% for v in inspections %}<li>{{ v.facts }}</li>{% endfor %}</ul>",
        ["changed condition: [-[for each v of violations]-]{+[for each v of inspections]+}"],
        id="loop",
    ),
    pytest.param(
        "en",
        "<h2>What to do</h2><p>You must correct it within 14 days after this notice. Call us if you have questions.</p>",
        "<h3>What to do</h3><p>You must correct it within 14 days after this notice. Call us if you have questions.</p>",
        ["changed h3: What to do (heading level 2 is now level 3)"],
        id="heading level",
    ),
    pytest.param(
        "en",
        "<section data-block='solution'><h2>Do</h2><p>You must correct it within 14 days after this notice. Call us if you have questions.</p></section>",
        "<section data-block='order'><h2>Do</h2><p>You must correct it within 14 days after this notice. Call us if you have questions.</p></section>",
        ["changed section: section [-solution-] {+order+}"],
        id="another statutory block",
    ),
    pytest.param(
        "en",
        "<p data-part='facts'>{{ v.facts }}</p>",
        "<p data-part='correction'>{{ v.facts }}</p>",
        ["changed p: ⟨v facts⟩ (data-part: facts is now correction)"],
        id="an attribute of a paragraph",
    ),
    pytest.param(
        "en",
        "<ul><li>One thing</li><li>Two things</li></ul>",
        "<ol><li>One thing</li><li>Two things</li></ol>",
        [
            "changed li: One thing (bulleted list is now numbered)",
            "changed li: Two things (bulleted list is now numbered)",
        ],
        id="list kind",
    ),
    pytest.param(
        "en",
        '<p>Write "I agree" below.</p>',
        "<p>Write “I agree” below.</p>",
        ['changed p: Write [-"-] {+“+}I agree[-"-]{+”+} below.'],
        id="quotes",
    ),
    pytest.param(
        "en",
        "<p>The town's rules</p>",
        "<p>The town’s rules</p>",
        ["changed p: The [-town's-] {+town’s+} rules"],
        id="apostrophe",
    ),
    pytest.param(
        "en",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p>",
        "<p>You\n   must\n   correct\n   it\n   within\n   14\xa0days\n   after\n   this\n   notice.\n   Call\n   us\n   if\n   you\n   have\n   questions.</p>",
        [],
        id="white space only",
    ),
    pytest.param(
        "en",
        "<p>Re-inspection of a 14-day notice</p>",
        "<p>Re‑inspection of a 10-day notice</p>",
        ["changed p: Re‑inspection of a [-14-] {+10+}-day notice"],
        id="nb hyphen",
    ),
    pytest.param(
        "en",
        "<p>A hearing officer will decide this matter. You may call us first.</p>",
        "<p>A hearing officer will decide this matter.</p><p>You may call us first.</p>",
        ["split p: A hearing officer will decide this matter.{+¶+}You may call us first."],
        id="a paragraph split in two",
    ),
    pytest.param(
        "en",
        "<p>A hearing officer will decide this matter for you. You may call us first, any day.</p>",
        "<p>A hearing officer will decide this matter for you.</p><p>You may phone us first, any day.</p>",
        [
            "split p: A hearing officer will decide this matter for you.{+¶+}You may [-call-] {+phone+} us first, any day."
        ],
        id="split edited",
    ),
    pytest.param(
        "en",
        "<p>A hearing officer will decide this matter.</p><p>You may call us first.</p>",
        "<p>A hearing officer will decide this matter. You may call us first.</p>",
        ["merged p: A hearing officer will decide this matter.[-¶-] You may call us first."],
        id="two paragraphs merged",
    ),
    pytest.param(
        "en",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p><p>The town may issue a citation with a fine for each violation that is left.</p>",
        "<h2>Other</h2><p>Nothing here resembles what stood before, not even remotely.</p>",
        [
            "deleted p: [-You must correct it within 14 days after this notice. Call us if you have questions.-]",
            "deleted p: [-The town may issue a citation with a fine for each violation that is left.-]",
            "inserted h2: {+Other+}",
            "inserted p: {+Nothing here resembles what stood before, not even remotely.+}",
        ],
        id="everything replaced",
    ),
    pytest.param(
        "en",
        "",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p>",
        ["inserted p: {+You must correct it within 14 days after this notice. Call us if you have questions.+}"],
        id="empty to text",
    ),
    pytest.param(
        "en",
        "<p>You must correct it within 14 days after this notice. Call us if you have questions.</p>",
        "",
        ["deleted p: [-You must correct it within 14 days after this notice. Call us if you have questions.-]"],
        id="text to empty",
    ),
    pytest.param(
        "en",
        "<p>Reach us by <strong>Monday</strong>.</p>",
        "<p>Reach us by Monday.</p>",
        ["changed p: Reach us by [-Monday-] {+Monday+}."],
        id="bold",
    ),
    pytest.param(
        "en",
        "<p>See <a href='https://a.example/x'>our page</a>.</p>",
        "<p>See <a href='https://a.example/y'>our page</a>.</p>",
        ["changed p: See [-our page-] {+our page+}."],
        id="link",
    ),
    pytest.param(
        "en",
        "<figure><img src='bundle:a.svg' alt='A tree'/><figcaption>Tree</figcaption></figure>",
        "<figure><img src='bundle:a.svg' alt='A tall tree'/><figcaption>Tree</figcaption></figure>",
        ["changed figure: [-[picture: A tree]-]{+[picture: A tall tree]+}"],
        id="picture",
    ),
    pytest.param(
        "en",
        "<p>Call us. We help you. Thank you.</p>",
        "<p>Call us. It is free. We help you. Thank you.</p>",
        ["changed p: Call us. {+It is free.+} We help you. Thank you."],
        id="sentence inserted",
    ),
    pytest.param(
        "en",
        "<p>Call us today. Write us today.</p>",
        "<p>Call us today. Visit us today. Write us today.</p>",
        ["changed p: Call us today. {+Visit us today.+} Write us today."],
        id="sentence dup",
    ),
    pytest.param(
        "en",
        "<section data-block='penalties'><h2>Fines</h2><p>The town may issue a citation with a fine for each violation that is left.</p></section><section data-block='solution'><h2>Do</h2><p>You must correct it within 14 days after this notice. Call us if you have questions.</p><p>A hearing officer who did not write this notice will listen to you and decide.</p></section>",
        "<section data-block='solution'><h2>Do</h2><p>You must correct it within 14 days after this notice. Call us if you have questions.</p><p>A hearing officer who did not write this notice will listen to you and decide.</p></section><section data-block='penalties'><h2>Fines</h2><p>The town may issue a citation with a fine for each violation that is left.</p></section>",
        [
            "moved-from #1 section: [-section penalties-]",
            "moved-from #1 h2: [-Fines-]",
            "moved-from #1 p: [-The town may issue a citation with a fine for each violation that is left.-]",
            "moved-to #1 section: section penalties",
            "moved-to #1 h2: Fines",
            "moved-to #1 p: The town may issue a citation with a fine for each violation that is left.",
        ],
        id="two sections swapped",
    ),
    pytest.param(
        "en",
        "<p>If you neither pay nor contest by the dates above, the fine becomes a debt.</p>",
        "<p>When you do not pay, and do not ask for a hearing in time, the fine becomes a debt.</p>",
        [
            "changed p: [-If you neither pay nor contest by the dates above-]{+When you do not pay, and do not ask for a hearing in time+}, the fine becomes a debt."
        ],
        id="phrase rewritten",
    ),
    pytest.param(
        "es",
        "<p>Debe pagar la multa de $100 antes del 29 de junio de 2026.</p>",
        "<p>Debe pagar la sanción de $130 antes del lunes, 6 de julio de 2026.</p>",
        [
            "changed p: Debe pagar la [-multa-] {+sanción+} de [-$100-] {+$130+} antes del [-29 de junio de 2026-] {+lunes, 6 de julio de 2026+}."
        ],
        id="es",
    ),
    pytest.param(
        "es",
        "<p>El propietario está obligado a corregirla.</p>",
        "<p>La propietaria está obligada a corregirla.</p>",
        ["changed p: [-El propietario está obligado-]{+La propietaria está obligada+} a corregirla."],
        id="es gender",
    ),
    pytest.param(
        "zh-Hant",
        "<p>您必須在2026年6月29日之前繳付罰款$100。</p>",
        "<p>您應該在2026年7月6日之前繳付罰金$130。</p>",
        ["changed p: 您[-必須-]{+應該+}在[-2026年6月29日-]{+2026年7月6日+}之前繳付罰[-款-]{+金+}[-$100-]{+$130+}。"],
        id="zh",
    ),
    pytest.param(
        "zh-Hant",
        "<p>您有三十日的時間提出異議。</p>",
        "<p>您有十四日的時間提出異議。</p>",
        ["changed p: 您有[-三十-]{+十四+}日的時間提出異議。"],
        id="zh number",
    ),
    pytest.param(
        "zh-Hant",
        "<p>聽證官會聽取您的意見並作出決定。</p>",
        "<p>一位沒有參與本案的聽證官會聽取您的意見並作出書面決定。</p>",
        ["changed p: {+一位沒有參與本案的+}聽證官會聽取您的意見並作出{+書面+}決定。"],
        id="zh inserted",
    ),
    pytest.param(
        "ar",
        "<p>يجب دفع الغرامة في موعد أقصاه 29 يونيو 2026.</p>",
        "<p>يجب سداد الغرامة في موعد أقصاه 6 يوليو 2026.</p>",
        ["changed p: يجب [-دفع-] {+سداد+} الغرامة في موعد أقصاه [-29 يونيو 2026-] {+6 يوليو 2026+}."],
        id="ar",
    ),
    pytest.param(
        "ar",
        "<p>اتصل على {{ town.phone }} قبل {{ deadlines.pay_by }}.</p>",
        "<p>اتصل على {{ town.phone }} قبل {{ deadlines.contest_by }}.</p>",
        ["changed p: اتصل على ⟨town phone⟩ قبل [-⟨deadlines pay by⟩-] {+⟨deadlines contest by⟩+}."],
        id="ar field",
    ),
    pytest.param(
        "vi",
        "<p>Trước ngày 29 tháng 6 năm 2026 quý vị phải trả.</p>",
        "<p>Trước ngày 6 tháng 7 năm 2026 quý vị phải trả.</p>",
        ["changed p: Trước [-ngày 29 tháng 6 năm 2026-] {+ngày 6 tháng 7 năm 2026+} quý vị phải trả."],
        id="vi",
    ),
    pytest.param(
        "ja",
        "<p>罰金を30日以内に支払ってください。</p>",
        "<p>罰金を20日以内に納めてください。</p>",
        ["changed p: 罰金を[-30-]{+20+}日以内に[-支払っ-]{+納め+}てください。"],
        id="ja",
    ),
    pytest.param(
        "km", "<p>អ្នកត្រូវបង់ប្រាក់ពិន័យ។</p>", "<p>អ្នកត្រូវបង់ប្រាក់ថ្លៃ។</p>", ["changed p: អ្នកត្រូវបង់ប្រាក់[-ពិន័យ-]{+ថ្លៃ+}។"], id="km"
    ),
]


@pytest.mark.parametrize(("language", "old", "new", "expected"), EDITS)
def test_an_edit_is_marked_as_a_reader_would(language: str, old: str, new: str, expected: list[str]) -> None:
    found = between(old, new, language)
    assert lines(found.changes) == expected
    assert {change.number for change in found.changes} == set(range(1, found.count + 1))
    assert len({change.anchor for change in found.changes}) == len(found.changes)


@pytest.mark.parametrize(("language", "old", "new", "expected"), EDITS)
def test_back_again_it_is_the_other_way_round(language: str, old: str, new: str, expected: list[str]) -> None:
    forth, back = between(old, new, language), between(new, old, language)
    assert bool(forth.changes) == bool(back.changes) == bool(expected)
    assert [b.identity for b in back.new_blocks()] == [b.identity for b in forth.old_blocks()]
    assert [b.identity for b in back.old_blocks()] == [b.identity for b in forth.new_blocks()]


APPEAL = "<section data-block='appeal-rights'><h2>{% trans %}If you disagree{% endtrans %}</h2><p>{% trans %}ONE{% endtrans %}</p></section>"


def test_a_clause_replaced_names_both_clauses_and_marks_the_words() -> None:
    wording = "<h1>Notice</h1>{% include 'clauses/NAME.html' %}"
    old = bundle(
        wording.replace("NAME", "appeal"),
        clauses={"appeal": APPEAL.replace("ONE", "Ask for a hearing within 10 days.")},
    )
    new = bundle(
        wording.replace("NAME", "appeal-citation"),
        clauses={"appeal-citation": APPEAL.replace("ONE", "Ask for a hearing within 30 days, with the deposit.")},
    )
    found = redline(old, new)
    assert lines(found.changes) == ["changed p: Ask for a hearing within [-10-] {+30+} days{+, with the deposit+}."]
    assert [(one.path, one.change) for one in found.clauses] == [
        ("clauses/appeal.html", "lost"),
        ("clauses/appeal-citation.html", "gained"),
    ]
    assert [(one.name, one.change) for one in found.statutory] == [("appeal-rights", "changed")]
    assert [(s.language, s.was, s.translation) for s in found.stale if s.language == "es"] == [
        ("es", "Ask for a hearing within 10 days.", None)
    ]


def test_a_sentence_and_its_translation_are_compared_in_the_language_asked_for() -> None:
    wording = "<p>{% trans n=violations|length %}One tree{% pluralize %}{{ n }} trees{% endtrans %}</p>"
    texts = {"es": {"One tree": ["Un árbol", "%(n)s árboles"]}}
    changed = {"es": {"One tree": ["Un árbol", "%(n)s plantas"]}}
    old, new = bundle(wording, messages=texts), bundle(wording, messages=changed)
    assert redline(old, new, "en").changes == ()
    assert lines(redline(old, new, "es").changes) == [
        "changed p: [if number of violations is one]Un árbol[if more]⟨number of violations⟩"
        " [-árboles-] {+plantas+}[end of forms]"
    ]
