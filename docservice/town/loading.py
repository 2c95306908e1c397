"""A folder of YAML in, a ``TownPack`` out: every error at once, each with its file and line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from marshmallow import ValidationError
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # no word of it in the stubs
from yaml.resolver import Resolver

from docservice.finding import Finding
from docservice.places import Path as Keys
from docservice.places import each_error
from docservice.refusal import Refusal, things_are
from docservice.town.coherence import incoherences
from docservice.town.editions import refuse_rivals
from docservice.town.pack import TownPack
from docservice.town.schema import schema_of

PICTURES = (".svg", ".png", ".jpg")
CATALOG = re.compile(r"rules\.([A-Za-z0-9-]+)\.po\Z")  # the translations of what letters print of the rules

# Which top-level key of the pack lies in which file: "" is the file's own keys.
FILES: Mapping[str, tuple[str, ...]] = {
    "town.yaml": (
        "key", "version", "effective_on", "adopted_by", "law", "identity", "officers", "payment", "hearing",
        "courier", "look", "roles",
    ),
    "languages.yaml": ("languages", "translations", "phrases", "placards"),
    "help.yaml": ("help",),
    "sections.yaml": ("sections", "code_names"),
    "calendar.yaml": ("calendar", "court_calendar"),
    "rules.yaml": ("deadlines", "mail_extension", "fine_classes", "look_back", "time_limit", "visit_fee", "dating"),
    "documents.yaml": ("document_types", "envelopes", "approval"),
    "statements.yaml": ("statements",),
    "handouts.yaml": ("handouts",),
    "phrases.yaml": ("violation_phrases", "places"),
    "procedure.yaml": ("procedure",),
    "service.yaml": ("service",),
}  # fmt: skip


OPTIONAL = frozenset(("handouts.yaml", "phrases.yaml", "procedure.yaml", "service.yaml"))
# Control characters, marks that turn the direction of what follows, lone surrogates, noncharacters.
_UNPRINTABLE = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff\\ufffe\\uffff]"
)


class _Strict(Composer):
    """YAML 1.2 scalars (``no`` is a word, ``12:30`` and dates are text), no key twice, and no aliases.

    An alias could unroll a small file into a huge one, and a town attorney should not have to follow it.
    """

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012  # typed so by PyYAML
    check_event: Any  # the parser's
    peek_event: Any

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(None, None, "aliases (*name) are not used in a town pack", mark)
        return super().compose_node(parent, index)


class _Lines(_Strict, yaml.SafeLoader):
    """A pack's file by PyYAML's own reader."""


class _QuickLines(_Strict, SafeConstructor, Resolver, CParser):
    """The same by libyaml, in a seventh of the time: most of the CPU of opening an office went to reading its pack."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
):
    for _loader in (_Lines, _QuickLines):
        _loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def load_pack(folder: Path, *, on_record: bool = False) -> TownPack:
    """The pack in ``folder``; ``on_record``: it was judged when it came, by the rules of then, and is not judged again.

    Raises ``Refusal``: ``town.missing`` when there is no such folder (kind ``missing``), else ``town.invalid`` with
    every problem of every file, each at ``file.yaml:line``.
    """
    if not folder.is_dir():
        raise Refusal("town.missing", f"There is no town pack {folder.name!r}.", kind="missing")
    problems: list[Finding] = []
    data: dict[str, Any] = {}
    lines: dict[Keys, str] = {}
    for name, keys in FILES.items():
        data.update(_read(folder / name, keys, lines, problems))
    if not on_record:
        problems += _unprintable(data, lines)
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in FILES:
            problems.append(
                Finding.error("town.unknown_file", f"A town pack has no file {path.name}.", f"{path.name}:1")
            )
    pictures = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in PICTURES}
    if problems:
        raise _refusal(folder, problems)
    try:
        pack = schema_of(TownPack)().load(data)
    except ValidationError as error:
        found = [
            Finding.error("town.invalid", f"{'/'.join(map(str, path))}: {message}", _place(path, lines))
            for path, message in each_error(error.messages, between=("_schema", "value"))
        ]
        raise _refusal(folder, found) from None
    assert isinstance(pack, TownPack)
    pack = replace(pack, pictures=pictures, catalogs=catalogs_in(folder))
    if on_record and "law" not in data and pack.identity.state == "CA":
        pack = replace(pack, law="us-ca")  # before packs named their law, all wording that shipped was California's
    wrong = () if on_record else incoherences(pack)
    found = [Finding.error("town.incoherent", text, _place(path, lines)) for path, text in wrong]
    if found:
        raise _refusal(folder, found)
    return replace(pack, sha256=hashlib.sha256(canonical(pack)).hexdigest(), folder=folder.name)


def catalogs_in(folder: Path) -> dict[str, bytes]:
    """The files of translations beside a pack, by language (BCP 47)."""
    found = ((CATALOG.match(path.name), path) for path in sorted(folder.glob("rules.*.po")))
    return {named[1]: path.read_bytes() for named, path in found if named}


def pack_folders(folder: Path) -> tuple[Path, ...]:
    """The folders of every edition in ``folder``: itself, if it holds a ``town.yaml``, else those in it that do."""
    if (folder / "town.yaml").is_file():
        return (folder,)
    return tuple(sorted(path.parent for path in folder.glob("*/town.yaml")))


def load_packs(folder: Path) -> tuple[TownPack, ...]:
    """Every edition in ``folder``, sorted by effective date. Raises what ``load_pack`` and ``refuse_rivals`` raise."""
    packs = tuple(sorted(map(load_pack, pack_folders(folder)), key=lambda pack: (pack.key, pack.effective_on)))
    refuse_rivals(packs)
    return packs


def canonical(pack: TownPack) -> bytes:
    """Deterministic JSON of the pack's content, pictures by their SHA-256; ``sha256`` itself left out."""
    plain = _plain(replace(pack, sha256="", folder=""))
    del plain["folder"]
    for name in ("catalogs", "violation_phrases", "places"):  # what a pack does not have makes it no other pack
        if not plain[name]:
            del plain[name]
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, date | time):
        return value.isoformat()
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _read(path: Path, keys: tuple[str, ...], lines: dict[Keys, str], problems: list[Finding]) -> dict[str, Any]:
    name = path.name
    try:
        text = path.read_text(encoding="utf-8")
        loader, node = _parsed(text)
        if not isinstance(node, yaml.MappingNode):
            problems.append(Finding.error("town.malformed", "This file must hold keys and values.", f"{name}:1"))
            return {}
        _note_lines(node, (), name, lines, problems)
        data: dict[str, Any] = loader.construct_document(node)
    except FileNotFoundError:
        if name in OPTIONAL:
            return {}
        problems.append(Finding.error("town.missing_file", f"The pack has no {name}.", name))
        return {}
    except UnicodeDecodeError:
        problems.append(Finding.error("town.malformed", "This file is not UTF-8.", name))
        return {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1  # alive: PyYAML always says where
        problems.append(Finding.error("town.malformed", f"This is not YAML: {error.problem}.", f"{name}:{line}"))
        return {}
    except yaml.reader.ReaderError as error:
        message = f"This is not YAML: the character U+{error.character:04X} is not allowed in it."
        problems.append(
            Finding.error("town.malformed", message, f"{name}:{text.count(chr(10), 0, error.position) + 1}")
        )
        return {}
    except RecursionError:  # a test comes by; of so deep a stack script/mutants keeps no trace
        deep = Finding.error("town.malformed", "This is nested too deep to be a town's rules.", name)  # alive: no trace
        problems.append(deep)  # alive: no trace
        return {}  # alive: no trace
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # what PyYAML raises for `!!int x`
        problems.append(
            Finding.error("town.malformed", f"A value is not what it is marked as: {str(error)[:100]}.", name)
        )
        return {}
    for key in data:
        if key not in keys:
            problems.append(Finding.error("town.unknown_key", f"{name} has no key {key!r}.", lines[(key,)]))
    for key in keys:
        lines.setdefault((key,), f"{name}:1")
    return data


def _parsed(text: str) -> tuple[Any, yaml.Node | None]:
    try:
        quick = _QuickLines(text)
        return quick, quick.get_single_node()
    except yaml.YAMLError:  # PyYAML says better than libyaml what is wrong, and in which line
        loader = _Lines(text)
        return loader, loader.get_single_node()


def _note_lines(node: yaml.Node, path: Keys, name: str, lines: dict[Keys, str], problems: list[Finding]) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            place = f"{name}:{key.start_mark.line + 1}"
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(None, None, "a key is a name, not a list or a map", key.start_mark)
            if key.value in seen:
                problems.append(Finding.error("town.duplicate_key", f"The key {key.value!r} is given twice.", place))
            seen.add(key.value)
            lines[(*path, key.value)] = place
            _note_lines(value, (*path, key.value), name, lines, problems)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = f"{name}:{item.start_mark.line + 1}"
            _note_lines(item, (*path, index), name, lines, problems)


def _unprintable(value: Any, lines: Mapping[Keys, str], path: Keys = ()) -> Iterator[Finding]:
    """Characters that no letter can print, or that change the order in which its words are read."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _unprintable(each, lines, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _unprintable(each, lines, (*path, index))
    elif isinstance(value, str) and (found := _UNPRINTABLE.search(value)):
        message = f"{'/'.join(map(str, path))}: The character U+{ord(found.group()):04X} cannot be printed."
        yield Finding.error("town.invalid", message, _place(path, lines))


def _place(path: Keys, lines: Mapping[Keys, str]) -> str:
    while path and path not in lines:  # alive: every key of a pack has its line
        path = path[:-1]
    return lines.get(path, "")


def _refusal(folder: Path, problems: list[Finding]) -> Refusal:
    return Refusal("town.invalid", f"{things_are(problems)} wrong with the town pack {folder.name}.", problems)
