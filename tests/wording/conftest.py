"""A small installation to freeze and to spoil: one letter, two clauses, a letterhead, Spanish."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docservice.layers import Layer, SearchPath
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.freezing import freeze

FILES = {
    "letters/demo/template.yaml": """\
key: demo
title: Demo
face: letter
document_type: courtesy-letter
required_blocks: [salutation]
""",
    "letters/demo/letter.html": """\
<article><h1>{% trans %}A letter{% endtrans %}</h1>
<p data-block="salutation">{% trans name=recipient.name %}Hello {{ name }}, good day.{% endtrans %}</p>
{% include "clauses/outer.html" %}
<img src="bundle:picture.svg" alt="A tree">
{% trans n=violations|length %}One tree.{% pluralize %}{{ n }} trees.{% endtrans %}
</article>
""",
    "letters/demo/picture.svg": "<svg/>",
    "clauses/outer.html": """\
<h2>{% trans %}Outer{% endtrans %}</h2>
{% include "clauses/inner.html" %}
""",
    "clauses/inner.html": "<p>{% trans %}Deep\n   down.{% endtrans %}</p>\n",
    "letterhead/letter.typ": '#import "parts.typ": *\n#image("seal.svg")\n',
    "letterhead/parts.typ": "// parts\n",
    "letterhead/letter.docx": "not read here",
    "letterhead/seal.svg": "<svg/>",
    "locales/es/LC_MESSAGES/demo.po": """\
msgid ""
msgstr ""
"Language: es\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"X-Review-State: approved\\n"

msgid "A letter"
msgstr "Una carta"

msgid "Hello %(name)s, good day."
msgstr "Hola %(name)s, buen día."

msgid "One tree."
msgid_plural "%(n)s trees."
msgstr[0] "Un árbol."
msgstr[1] "%(n)s árboles."
""",
    "locales/es/LC_MESSAGES/clauses.po": """\
msgid ""
msgstr ""
"Language: es\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"X-Review-State: draft\\n"

msgid "Outer"
msgstr "Exterior"

msgid "Deep down."
msgstr "En el fondo."
""",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The folder with everything in it."""
    root = tmp_path / "shop"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def frozen(shop: Path) -> Callable[[], Bundle]:
    """Freeze the letter as it now is."""

    def act() -> Bundle:
        return freeze(shop / "letters" / "demo", SearchPath((Layer("town", shop),)))

    return act
