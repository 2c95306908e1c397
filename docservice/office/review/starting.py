"""Starting a template that is not there yet: from a skeleton, as a copy of approved wording, or from a Word file.

What a skeleton holds is ``office.review.skeletons``'s to say; who may propose, and what, ``proposing``'s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from docservice.finding import Finding
from docservice.office.means import versions
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.office.people.roles import Actor
from docservice.office.review import heads, proposing, sampling, skeletons, word_proposals
from docservice.office.review.proposing import Proposal
from docservice.refusal import Refusal
from docservice.town.pack import DocumentType
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.freezing import shared_clauses
from docservice.wording.catalog.head_text import revised, written


@dataclass(frozen=True, slots=True)
class Start:
    """A template that somebody begins. ``head`` says more than key, title and face: what is left out is what the town
    says of the document type, or what the copied version says. One of ``copy_of`` and ``word``, or neither: a skeleton.
    """

    key: str
    title: str
    note: str
    face: Literal["letter", "handout"] = "letter"
    head: Mapping[str, Any] = field(default_factory=dict)
    copy_of: tuple[str, int] | None = None
    word: bytes | None = None
    keep: bool = False  # the Word file itself stays the wording


def start(means: Means, begun: Start, *, actor: Actor) -> tuple[VersionRecord, tuple[Finding, ...]]:
    """The first draft of a new template, and what was found in the Word file that it is begun with.

    Raises ``Refusal``: ``template.head`` with every field that is wrong, by JSON pointer; ``template.exists``; what
    ``proposing.propose`` and ``word_files.read`` raise.
    """
    actor.require("propose")
    refuse_reserved(begun.key)
    with means.store.database.reading() as session:
        proposing.refuse_taken(session, begun.key)
    files, findings = dict[str, bytes](), tuple[Finding, ...]()
    if begun.copy_of is not None:
        files |= _copied(means, begun)
    else:
        if begun.word is not None:
            values = _values(means, begun)
            heads.refuse(means, values)
            own, reading = word_proposals.files_of(means, begun.key, begun.word, None, keep=begun.keep)
            files, findings = {**own, "template.yaml": written(values).encode()}, reading.findings
        else:
            files, values = skeleton(means, begun)
        if begun.face == "letter":
            files |= samples_of_like(means, values["document_type"], values["recipients"])
    proposal = Proposal(begun.key, files, begun.note, new=True, copy_of=begun.copy_of)
    return proposing.propose(means, proposal, actor=actor), findings


def refuse_reserved(key: str) -> None:
    """Raise ``Refusal("template.head")`` for a key by which no version could be proposed."""
    if key in proposing.RESERVED:
        message = f"“{key}” is no key: something else is called so."
        raise Refusal("template.head", message, [Finding.error("template.head", message, "/key")])


def skeleton(means: Means, begun: Start) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The head and the wording that a new template begins with, as files, without samples; and the head's values.

    Raises ``Refusal("template.head")`` with every field that is wrong, by JSON pointer.
    """
    values = _values(means, begun)
    heads.refuse(means, values)
    wording = _wording(means, begun, values)
    if begun.face == "letter":
        text = wording["letter.html"].decode()
        if (held := _in_force(means, values["document_type"])) is not None:
            values["dates"] = list(held.meta.dates or ())  # of its words, some of which may be lacking
        if own := skeletons.own_blocks(text, shared_clauses(means.path)):  # that came along with a block or a statement
            values["must_contain"] = list(own)
    return {"template.yaml": written(values).encode(), **wording}, values


def _wording(means: Means, begun: Start, values: Mapping[str, Any]) -> dict[str, bytes]:
    if begun.face == "handout":
        return {"handout.html": skeletons.handout(begun.key, begun.title).encode()}
    pack = heads.rules(means)
    kind, bundle = pack.document_types[values["document_type"]], _in_force(means, values["document_type"])
    known = skeletons.Known(pack.statements, shared_clauses(means.path), bundle.wording if bundle is not None else "")
    text = skeletons.letter(begun.key, begun.title, values["required_blocks"], kind, known)
    return {"letter.html": text.encode()}


def copyable(means: Means) -> tuple[VersionRecord, ...]:
    """The versions that a new template may be a copy of: of each template the one in force, else the last approved."""
    found = []
    with means.store.database.reading() as session:
        for key in versions.keys(session):
            approved = [one for one in versions.versions(session, key) if one.approved_at and one.status == "approved"]
            current = versions.pick_in_force(approved, means.today())
            found += [current] if current is not None else approved[-1:]
    return tuple(sorted(found, key=lambda one: (one.face != "letter", one.title)))


def _values(means: Means, begun: Start) -> dict[str, Any]:
    """A head: what was said, and else what the town says of the document type."""
    given = {name: value for name, value in begun.head.items() if value not in (None, "", [], ())}
    values: dict[str, Any] = {"key": begun.key, "title": begun.title}
    if begun.face == "handout":
        values |= {"face": "handout", "audience": given.get("audience", "public")}
        return {
            **values,
            "required_blocks": list(given.get("required_blocks", heads.HANDOUT_BLOCKS)),
            **_excepted(given),
            "data": {"revised_on": means.today(), "pages": 2},
        }
    document_type = str(given.get("document_type", begun.key))
    kind = heads.rules(means).document_types.get(document_type)
    audience = "complainant" if kind is not None and kind.addressee == "complainant" else "parties"
    values |= {"document_type": document_type, "audience": given.get("audience", audience), "face": "letter"}
    asked = kind.required_blocks if kind is not None else ()
    blocks = [*asked, *(block for block in given.get("required_blocks", ()) if block not in asked)]
    return {
        **values,
        **_letterhead(means, document_type),
        "signers": list(given.get("signers", kind.signers if kind is not None else ())),
        "recipients": list(given.get("recipients", _recipients(kind))),
        "required_blocks": blocks,
        "dates": [],
        "envelope": given.get("envelope", kind.envelope if kind is not None else None),
        **_excepted(given),
        "statements": list(given.get("statements", kind.statements if kind is not None else ())),
        "taglines": bool(given.get("taglines", kind.taglines if kind is not None else False)),
    }


def _recipients(kind: DocumentType | None) -> tuple[str, ...]:
    """Whom the type serves; of one that goes to somebody and serves nobody by rule, the owner or who complained."""
    if kind is None or kind.served:
        return kind.served if kind is not None else ()
    meant = "owner" if kind.addressee == "party" else kind.addressee
    return (meant,) if "recipient" in kind.required_blocks else ()


def _excepted(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"not_in": list(given["not_in"])} if "not_in" in given else {}


def _copied(means: Means, begun: Start) -> dict[str, bytes]:
    """The head of what is copied under the new key, and its wording, which names the key."""
    assert begun.copy_of is not None
    with means.store.database.reading() as session:
        bundle = means.bundle(versions.version(session, *begun.copy_of).sha256)
    text = bundle.files["template.yaml"].decode()
    face = bundle.meta.face
    given = {name: value for name, value in begun.head.items() if value not in (None, "", [], ())}
    if face == "handout":
        given = {name: given[name] for name in ("audience", "not_in") if name in given}
    else:
        given.setdefault("document_type", bundle.meta.document_type)
    given |= {"key": begun.key, "title": begun.title}
    heads.refuse(means, {**yaml.safe_load(text), **given})
    files = {"template.yaml": revised(text, {**given, "languages": None}).encode()}
    if not bundle.written_in_word:
        files[bundle.wording_path] = re.sub(
            r'(\bdata-document=")[^"{]*(")', rf"\g<1>{begun.key}\g<2>", bundle.wording, count=1
        ).encode()
    return files


def samples_of_like(means: Means, document_type: str, recipients: Sequence[str]) -> dict[str, bytes]:
    """Casefiles to see it with: those of wording of that type, else of wording about the same kind of thing.

    Only those that have somebody in them whom the new letter goes to, and they are addressed to them.
    """
    pack = heads.rules(means)
    wanted = pack.document_types[document_type]

    def distance(one: VersionRecord) -> tuple[bool, bool, bool]:
        kind = pack.document_types.get(one.document_type)
        mailed = kind is not None and ("recipient" in kind.required_blocks) == ("recipient" in wanted.required_blocks)
        return one.document_type != document_type, not mailed, kind is None or kind.subject != wanted.subject

    letters = sorted((one for one in copyable(means) if one.face == "letter" and one.samples_sha256), key=distance)
    for one in letters:
        held = {f"samples/{name}": _to(recipients, data) for name, data in sampling.held(means, one).items()}
        if found := {name: data for name, data in held.items() if data is not None}:
            return found
    return {}


def _to(recipients: Sequence[str], content: bytes) -> bytes | None:
    """A sample that goes to one of these roles; None when nobody in it has one. No roles: as it is."""
    data = json.loads(content)
    meant = [party["id"] for party in data.get("parties", ()) if {*recipients} & {*party.get("roles", ())}]
    complainant = data.get("confidential", {}).get("complainant")
    if "complainant" in recipients and complainant is not None:
        meant.append(complainant["id"])
    order = data.get("_order", {})
    if not recipients or order.get("recipient") in meant:
        return content
    if not meant:
        return None
    data["_order"] = {**order, "recipient": meant[0]}
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _in_force(means: Means, kind: str) -> Bundle | None:
    """The letter of a document type in force; None when there is none."""
    found = (one for one in copyable(means) if one.document_type == kind and one.face == "letter")
    return next((means.bundle(one.sha256) for one in found), None)


def _letterhead(means: Means, kind: str) -> dict[str, str]:
    """The letterhead of a document type in force, where it is its own: a form's has fields, a sign's is large."""
    bundle = _in_force(means, kind)
    return {"letterhead": bundle.meta.letterhead} if bundle is not None and bundle.meta.letterhead != "letter" else {}
