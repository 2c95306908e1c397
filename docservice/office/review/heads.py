"""The head of a template (``template.yaml``) as fields: what the town lets one choose, and what it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import yaml

from docservice.casefile.facts import PartyRole
from docservice.finding import Finding
from docservice.office.means.means import Means
from docservice.pipeline import pinning
from docservice.refusal import Refusal, things_are
from docservice.town.blocks import BLOCKS
from docservice.town.pack import DocumentType, TownPack
from docservice.wording.catalog.head_text import revised
from docservice.wording.meta import head_problems

AUDIENCES = ("parties", "complainant", "public", "officials", "file")
HANDOUT_BLOCKS = ("illustration", "steps", "contact", "revision")
# Named in a form; ``key`` never changes, ``face`` not after the start, ``fields`` and ``data`` are written as text.
FIELDS = (
    "title", "document_type", "audience", "signers", "recipients", "required_blocks", "envelope", "not_in",
    "statements", "taglines",
)  # fmt: skip


HANDOUT_FIELDS = ("title", "audience", "required_blocks", "not_in")


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen under the town's rules in force; the values of each with what they are called."""

    document_types: Mapping[str, DocumentType]
    audience: Mapping[str, str]
    signers: Mapping[str, str]
    recipients: Mapping[str, str]
    required_blocks: Mapping[str, str]
    envelope: Mapping[str, str]
    not_in: Mapping[str, str]
    statements: Mapping[str, str]


def rules(means: Means) -> TownPack:
    """The town's rules in force today, or its first."""
    return pinning.edition_in_force(means.editions, max(means.today(), means.editions[0].pack.effective_on)).pack


def choices(means: Means, face: str = "letter") -> Choices:
    """What may be chosen for a letter or a handout."""
    pack = rules(means)
    blocks = sorted(BLOCKS) if face == "letter" else HANDOUT_BLOCKS
    return Choices(
        dict(sorted(pack.document_types.items(), key=lambda each: each[1].title)),
        {each: each for each in AUDIENCES},
        _spelled(tuple(dict.fromkeys(officer.role for officer in pack.officers))),
        _spelled((*get_args(PartyRole), "complainant")),
        _spelled(tuple(blocks)),
        {key: envelope.title for key, envelope in pack.envelopes.items()},
        {language.tag: language.name for language in pack.languages if language.tag != "en"},
        {key: statement.title for key, statement in pack.statements.items()},
    )  # fmt: skip


def refuse(means: Means, values: Mapping[str, Any]) -> None:
    """Raise ``Refusal("template.head")`` with everything that is wrong with the values of a head, by JSON pointer."""
    found = [*head_problems(values), *_foreign(choices(means, str(values.get("face", "letter"))), values)]
    if found:
        raise Refusal("template.head", f"{things_are(found)} wrong with what is said about the template.", found)


def changed(means: Means, text: str, values: Mapping[str, Any]) -> str:
    """``text``, a head, with the values of a form in it, and its comments as they are.

    Raises ``Refusal``: ``template.head`` by JSON pointer.
    """
    held = yaml.safe_load(text)
    wanted = {name: _in_order(value, _held(held, name)) for name, value in values.items()}
    given = {name: value for name, value in wanted.items() if value != _held(held, name)}
    refuse(means, {**held, **given})
    if given:
        given["languages"] = None  # of heads from before languages belonged to the town: it says nothing any more
    return revised(text, {name: value or None if name == "envelope" else value for name, value in given.items()})


def _in_order(value: Any, before: Any) -> Any:
    """A list in the order that its author gave it; what is new comes at its end. A form has an order of its own."""
    if not isinstance(value, list) or not isinstance(before, list):
        return value
    return [*(one for one in before if one in value), *(one for one in value if one not in before)]


def _held(head: Mapping[str, Any], name: str) -> Any:
    """What a head says of a name, or what holds when it says nothing."""
    if name == "document_type":
        return head.get(name) or head.get("key")
    empty: dict[str, Any] = {"audience": "parties", "envelope": None, "taglines": False}
    return head.get(name, empty.get(name, []))


def _foreign(known: Choices, values: Mapping[str, Any]) -> list[Finding]:
    """What the town does not know."""
    problems = []
    if values.get("face", "letter") == "letter":
        kind = values.get("document_type") or values.get("key")
        if kind not in known.document_types:
            message = f"the town knows no document type “{kind}”; it has: {', '.join(sorted(known.document_types))}"
            problems.append(Finding.error("template.head", message, "/document_type"))
    for name in ("signers", "recipients", "not_in", "statements"):
        among = getattr(known, name)
        for index, one in enumerate(values.get(name) or ()):
            if one not in among:
                problems.append(Finding.error("template.head", f"the town knows no “{one}”", f"/{name}/{index}"))
    if values.get("face", "letter") == "letter":
        for index, one in enumerate(values.get("required_blocks") or ()):
            if one not in known.required_blocks:
                problems.append(
                    Finding.error("template.head", f"there is no block “{one}”", f"/required_blocks/{index}")
                )
    if values.get("envelope") and values["envelope"] not in known.envelope:
        problems.append(
            Finding.error("template.head", f"the town knows no envelope “{values['envelope']}”", "/envelope")
        )
    return problems


def _spelled(names: tuple[str, ...]) -> dict[str, str]:
    return {name: name.replace("_", " ").replace("-", " ") for name in names}
