"""The search path: the nearest layer that has a file gives it, and a law says what comes after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice.layers import Layer, SearchPath, law_path
from docservice.refusal import Refusal


def laid(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_the_nearest_layer_gives_each_file(tmp_path: Path) -> None:
    laid(tmp_path, {"a/clauses/x.html": "a", "b/clauses/x.html": "b", "b/clauses/y.html": "b", "c/clauses/z.html": "c"})
    path = SearchPath(tuple(Layer(key, tmp_path / key) for key in "abc"))
    assert {name: one.layer for name, one in path.under("clauses", "*.html").items()} == {
        "x.html": "a", "y.html": "b", "z.html": "c",
    }  # fmt: skip
    assert [one.layer for one in path.all("clauses/x.html")] == ["a", "b"]
    assert path.find("clauses/none.html") is None
    assert path.home(tmp_path / "b" / "clauses") == "clauses"
    assert path.home(tmp_path / "elsewhere") is None
    assert [layer.key for layer in path.since("b").layers] == ["b", "c"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("key: us-ca\nname: California\nparent: us-ca\n", "its own parent"),
        ("key: us-ca\nname: California\nparent: us-xx\n", "us-xx"),
        ("key: us-fl\nname: Florida\n", "not the folder's name"),
        ("key: us-ca\nname: [California]\n", "no text"),
        ("key: us-ca\n", "needs key and name"),
        ("key: us-ca\nname: C\nsuper: us\n", "nothing else"),
        ("key: [", "not readable"),
    ],
)
def test_a_law_that_is_not_right_is_named(tmp_path: Path, text: str, says: str) -> None:
    laws = laid(tmp_path, {"us/law.yaml": "key: us\nname: U\n", "us-ca/law.yaml": text})
    with pytest.raises(Refusal) as refused:
        law_path(laws, "us-ca")
    assert refused.value.kind == "setup"
    assert says in str(refused.value)
