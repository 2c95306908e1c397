"""The facts of a handout: what its template says itself, and what the town decides; and which of them a town lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import nodes

from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle
from docservice.wording.messages import wording_environment
from docservice.wording.meta import TemplateMeta


def handout_data(meta: TemplateMeta, pack: TownPack) -> dict[str, Any]:
    """``document.data`` of a handout: the town's facts go before those of the template. ``revised_on`` is the later."""
    told = pack.handouts.get(meta.key)
    if told is None:
        return dict(meta.data)
    days = [day for day in (meta.data.get("revised_on"), told.revised_on) if day is not None]
    return {**meta.data, **told.facts, **({"revised_on": max(days)} if days else {})}


def lacking_facts(bundle: Bundle, pack: TownPack) -> tuple[str, ...]:
    """The facts that a handout's wording prints and neither its template nor the town says: ``front.height``.

    Empty for a letter: what is missing there, the checks of the document say.
    """
    if bundle.meta.face != "handout":
        return ()
    data = handout_data(bundle.meta, pack)
    return tuple(".".join(name) for name in _asked_by(bundle) if not _has(data, name))


@lru_cache(maxsize=128)
def _asked_by(bundle: Bundle) -> tuple[tuple[str, ...], ...]:
    pages = ((path, data.decode()) for path, data in bundle.files.items() if path.endswith(".html"))
    return tuple(dict.fromkeys(name for path, text in pages for name in _asked(path, text)))


def _asked(path: str, text: str) -> Iterator[tuple[str, ...]]:
    """Every ``document.data.a.b`` of a wording, as (a, b)."""
    tree = wording_environment().parse(text, name=path)
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    for node in tree.find_all(nodes.Getattr):
        names: list[str] = []
        part: nodes.Node = node
        while isinstance(part, nodes.Getattr):
            names.insert(0, part.attr)
            part = part.node
        whole = (
            isinstance(part, nodes.Name) and part.name == "document" and names[0] == "data" and id(node) not in inner
        )
        if whole and len(names) > 1:
            yield tuple(names[1:])


def _has(data: Any, name: tuple[str, ...]) -> bool:
    for one in name:
        if not isinstance(data, Mapping) or one not in data:
            return False
        data = data[one]
    return True
