"""Ways to spoil the text of a letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree


def find(root: Any, path: str) -> Any:
    found = root.find(f".//{path}")
    assert found is not None, path
    return found


def drop(path: str) -> Callable[[Any], None]:
    def spoil(root: Any) -> None:
        for element in root.findall(f".//{path}"):
            element.getparent().remove(element)

    return spoil


def say(path: str, words: str) -> Callable[[Any], None]:
    """Every text of the first such element is gone, and these words are there instead."""

    def spoil(root: Any) -> None:
        element = find(root, path)
        for child in list(element):
            element.remove(child)
        element.text = words

    return spoil


def put(path: str, name: str, value: str) -> Callable[[Any], None]:
    return lambda root: find(root, path).set(name, value)


def add(markup: str) -> Callable[[Any], None]:
    return lambda root: root.append(etree.fromstring(markup))


def of_type(paper: Any, **changes: Any) -> Any:
    """The same letter in a town whose document type is otherwise, under a template that asks for no block itself."""
    key = paper.bundle.meta.document_type
    kind = replace(paper.pack.document_types[key], **changes)
    pack = replace(paper.pack, document_types={**paper.pack.document_types, key: kind})
    return replace(paper, pack=pack, bundle=replace(paper.bundle, meta=replace(paper.bundle.meta, required_blocks=())))
