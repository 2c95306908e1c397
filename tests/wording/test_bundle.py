"""Bundles: everything used, nothing else, one identity."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from docservice.layers import Layer, SearchPath
from docservice.refusal import Refusal
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.freezing import freeze

Freeze = Callable[[], Bundle]


def test_a_bundle_holds_what_is_used_and_nothing_else(frozen: Freeze, shop: Path) -> None:
    (shop / "clauses" / "unused.html").write_text("<p>never</p>")
    (shop / "letterhead" / "unused.svg").write_text("<svg/>")
    assert list(frozen().files) == [
        "clauses/inner.html",
        "clauses/outer.html",
        "layers.json",
        "letter.html",
        "letterhead/letter.docx",
        "letterhead/letter.typ",
        "letterhead/parts.typ",
        "letterhead/seal.svg",
        "messages/es.json",
        "picture.svg",
        "template.yaml",
    ]


def test_the_same_content_is_the_same_bundle_anywhere(frozen: Freeze, shop: Path, tmp_path: Path) -> None:
    bundle = frozen()
    moved = shop.rename(tmp_path / "elsewhere")
    for path in moved.rglob("*"):
        if path.suffix in (".html", ".typ"):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))  # a checkout on Windows
    again = freeze(moved / "letters" / "demo", SearchPath((Layer("town", moved),)))
    assert again.sha256 == bundle.sha256
    assert Bundle.from_bytes(bundle.to_bytes()) == bundle == pickle.loads(pickle.dumps(bundle))
    assert len({bundle, again}) == 1


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("letters/demo/letter.html", "Hello", "Good day"),
        ("letters/demo/template.yaml", "title: Demo", "title: Demonstration"),
        ("letters/demo/picture.svg", "svg", "svg "),
        ("clauses/inner.html", "Deep", "Deeper"),
        ("letterhead/parts.typ", "//", "// x"),
        ("locales/es/LC_MESSAGES/demo.po", "Hola", "Buenos días"),
        ("locales/es/LC_MESSAGES/clauses.po", "X-Review-State: draft", "X-Review-State: approved"),
    ],
)
def test_whatever_is_used_changes_the_identity(frozen: Freeze, shop: Path, file: str, old: str, new: str) -> None:
    before = frozen()
    text = (shop / file).read_text()
    assert old in text
    (shop / file).write_text(text.replace(old, new))
    assert frozen().sha256 != before.sha256


def test_a_changed_sentence_takes_its_language_away(frozen: Freeze, shop: Path) -> None:
    assert frozen().languages == ("en", "es")
    assert frozen().messages("es").gettext("Hello %(name)s, good day.") == "Hola %(name)s, buen día."
    assert frozen().messages("es").ngettext("One tree.", "%(n)s trees.", 3) == "%(n)s árboles."
    inner = shop / "clauses" / "inner.html"
    inner.write_text(inner.read_text().replace("Deep", "Very deep"))
    bundle = frozen()
    assert bundle.languages == ("en",)
    with pytest.raises(Refusal) as refused:
        bundle.messages("es")
    assert refused.value.code == "language.unknown"
    assert bundle.messages("en").gettext("anything") == "anything"


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("letters/demo/letter.html", "clauses/outer.html", "clauses/none.html", "letter.html:3"),
        ("letters/demo/letter.html", "clauses/outer.html", "../../secret.html", "letter.html:3"),
        ("letters/demo/letter.html", "clauses/outer.html", "/etc/passwd", "letter.html:3"),
        ("letters/demo/letter.html", '"clauses/outer.html"', "document.key", "letter.html:1"),
        ("letters/demo/letter.html", "bundle:picture.svg", "bundle:none.svg", "letter.html:4"),
        ("letters/demo/letter.html", "bundle:picture.svg", "bundle:../x.svg", "letter.html:4"),
        ("letters/demo/letter.html", "{% endtrans %}", "", "letter.html:2"),
        ("clauses/outer.html", "clauses/inner.html", "clauses/gone.html", "clauses/outer.html:2"),
        ("letters/demo/template.yaml", "key: demo", "key: Demo!", "template.yaml:1"),
        ("letters/demo/template.yaml", "face: letter", "face: poster", "template.yaml:3"),
        ("letters/demo/template.yaml", "face: letter", "fase: letter", "template.yaml:3"),
        ("letters/demo/template.yaml", "title: Demo", "title: @", "template.yaml:2"),
    ],
)
def test_what_is_missing_is_named_by_file_and_line(
    frozen: Freeze, shop: Path, file: str, old: str, new: str, place: str
) -> None:
    path = shop / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(Refusal) as refused:
        frozen()
    assert refused.value.code == "template.invalid"
    assert place in [p.place for p in refused.value.problems], refused.value


def test_bytes_that_are_no_bundle(frozen: Freeze) -> None:
    data = frozen().to_bytes()
    for bad in (b"", b"PK", data[:-1], data + b"x"):
        with pytest.raises(ValueError):
            Bundle.from_bytes(bad)
