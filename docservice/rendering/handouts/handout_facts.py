"""The facts of a handout: what its template says itself, and what the town decides; and which of them a town lacks.

A town says them in ``handouts.yaml``. What the rest of its pack says already (fines, periods, who helps), a handout
repeats from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import nodes

from docservice.rendering.composing.values import Fact, Money, Period, Record
from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle
from docservice.wording.messages import wording_environment
from docservice.wording.meta import TemplateMeta


def handout_data(meta: TemplateMeta, pack: TownPack) -> dict[str, Any]:
    """``document.data`` of a handout: the town's facts go before those of the template. ``revised_on`` is the later.

    The periods that it repeats are ``Period``; a rule that counts in months gives months.
    """
    told = pack.handouts.get(meta.key)
    if told is None:
        return dict(meta.data)
    days = [day for day in (meta.data.get("revised_on"), told.revised_on) if day is not None]
    rules = {name: pack.deadlines[rule] for name, rule in told.periods.items()}
    periods = {name: Period(rule.count, rule.unit.removesuffix("s")) for name, rule in rules.items()}
    return {**meta.data, **told.facts, **periods, **({"revised_on": max(days)} if days else {})}


def repeated_rules(key: str, pack: TownPack, spoken: str | None) -> dict[str, Any]:
    """What a handout prints of the rest of the pack, as the fields of ``document``; ``spoken`` as in ``Fact``.

    ``code``: where the rule stands. ``fines``: of each section named, by its last edition (``title``, ``code``, and
    ``first``, ``second``, ``third`` in dollars). ``overrun``: the tiers of the construction time limit, if its section
    is named (``from_day``, ``to_day``, ``per_day``); it then has no fine. ``look_back``: within which time a fine is
    the second. ``help``: who helps (``name``, ``phone``, ``dial``). ``deposit_required``: to contest a citation.
    """
    deposit = {"deposit_required": pack.hearing.deposit_required}
    told = pack.handouts.get(key)
    if told is None:
        return {"code": None, "fines": (), "overrun": (), "look_back": None, "help": (), **deposit}
    limit = pack.time_limit
    overrun: tuple[Record, ...] = ()
    fines = []
    for code in told.sections:
        section = pack.editions(code)[-1]
        if limit is not None and section.code == limit.section:
            overrun = _tiers(pack)
            continue
        amounts, place = pack.fine_classes[section.fine_class], f"town/sections/{section.code}"
        fine = {name: Money(amounts.amount(n), f"fine-{n}") for n, name in enumerate(("first", "second", "third"), 1)}
        title = Fact(section.title, f"{place}/title", spoken)
        fines.append(Record("document.fines", {"title": title, "code": Fact(section.code, f"{place}/code"), **fine}))
    return {
        "code": Fact(told.source.citation, f"town/handouts/{key}/source/citation", spoken),
        "fines": tuple(fines),
        "overrun": overrun,
        "look_back": Period(pack.look_back.count, pack.look_back.unit.removesuffix("s")),
        "help": tuple(_helper(pack, one, spoken) for one in told.help),
        **deposit,
    }


def _tiers(pack: TownPack) -> tuple[Record, ...]:
    assert pack.time_limit is not None
    tiers = pack.time_limit.tiers
    ends = [tier.from_day - 1 for tier in tiers[1:]] + [None]
    return tuple(
        Record(
            "document.overrun",
            {"from_day": tier.from_day, "to_day": end, "per_day": Money(tier.per_day, "per-day")},
        )
        for tier, end in zip(tiers, ends, strict=True)
    )


def _helper(pack: TownPack, key: str, spoken: str | None) -> Record:
    one = next(resource for resource in pack.help if resource.id == key)
    phone = Fact(one.phone, f"town/help/{key}/phone") if one.phone else None
    return Record(
        "document.help",
        {
            "name": Fact(one.name, f"town/help/{key}/name", spoken),
            "phone": phone,
            "dial": dial(one.phone) if one.phone else None,
        },
    )


def dial(phone: str) -> str:
    """An American telephone number for a ``tel:`` link."""
    return "+1" + re.sub(r"\D", "", phone)[-10:]


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
