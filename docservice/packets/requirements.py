"""What a packet needs before a page of it is made: everything the plan names, and everyone served who had to be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from docservice.casefile.facts import Casefile
from docservice.finding import Finding
from docservice.packets.closing import Declaration
from docservice.packets.forums.profiles import Profile
from docservice.packets.pieces import ResolvedDocument
from docservice.packets.plan import Copy, DocumentPart, FilePart, GeneratedPart, IssuedPart, PhotosPart, Plan
from docservice.packets.service.chain import Notice, Proof, ServiceChain, service_chain
from docservice.pdf.shelf import Held
from docservice.refusal import Refusal
from docservice.town.pack import TownPack

_OF_THE_CASEFILE = ("chronology", "costs", "photographs", "service-list", "declaration")


def refuse_missing(
    plan: Plan, documents: Mapping[str, ResolvedDocument], files: Mapping[str, Held], casefile: Casefile | None
) -> None:
    """Raise ``Refusal("packet.missing")`` with everything that the plan names and that is not there."""
    problems = [problem for place, part in enumerate(plan.parts)
                for problem in _missing(part, f"/parts/{place}", documents, files, casefile)]  # fmt: skip
    if plan.hearing and casefile and plan.hearing not in {hearing.id for hearing in casefile.hearings}:
        problems.append(Finding.error("packet.hearing", f"The casefile has no hearing {plan.hearing}.", "/hearing"))
    if problems:
        raise Refusal("packet.missing", "The packet plan names what is not there.", problems)


def _missing(
    part: object,
    at: str,
    documents: Mapping[str, ResolvedDocument],
    files: Mapping[str, Held],
    casefile: Casefile | None,
) -> Iterator[Finding]:
    if isinstance(part, IssuedPart):
        raise ValueError("resolve the plan first: Plan.resolved")
    if isinstance(part, DocumentPart):
        if part.number not in documents:
            yield Finding.error("packet.document", f"There is no document {part.number}.", f"{at}/document")
            return
        known = {proof.number for proof in documents[part.number].proofs} | set(documents)
        for n, number in enumerate(part.proofs or ()):
            if number not in known:
                yield Finding.error("packet.document", f"There is no proof of service {number}.", f"{at}/proofs/{n}")
    elif isinstance(part, FilePart):
        for field, path in (("file", part.path), ("english", part.english), ("translator", part.translator)):
            if path is not None and path not in files:
                yield Finding.error("packet.file", f"The file {path} is not there.", f"{at}/{field}")
    elif isinstance(part, PhotosPart):
        for n, photo in enumerate(part.photos):
            if photo.file not in files:
                yield Finding.error(
                    "packet.file", f"The photograph {photo.file} is not there.", f"{at}/photos/{n}/file"
                )
    elif isinstance(part, GeneratedPart) and part.kind in _OF_THE_CASEFILE:
        if casefile is None:
            message = f"The {part.kind} cannot be made without the casefile."
            yield Finding.error("packet.casefile", message, f"{at}/generated")
        elif part.kind == "photographs":
            for inspection in casefile.inspections:
                for taken in inspection.photos:
                    if taken.file not in files:
                        yield Finding.error(
                            "packet.file", f"The photograph {taken.file} is not there.", f"{at}/generated"
                        )


def chain(
    plan: Plan, documents: Mapping[str, ResolvedDocument], casefile: Casefile | None, pack: TownPack, on: date
) -> ServiceChain | None:
    """The service chain of the plan's notices, or nothing where there is no casefile to tell who had to be served."""
    if casefile is None:
        return None
    notices: list[Notice] = []
    shared = {one.notice for one in documents.values() if one.original is None and one.notice not in ("", one.number)}
    proofs: dict[tuple[str, str | None], Proof] = {}
    for part in plan.parts:
        if not isinstance(part, DocumentPart):
            continue
        one = documents[part.number]
        if one.issued_on is None or one.served or one.proves:  # not from the register; or itself a proof
            continue
        notices.append(
            Notice(one.number, one.document_type, one.title, one.party, one.issued_on, one.sha256, one.pages,
                   _group(one, shared), one.about, one.original)
        )  # fmt: skip
        known = {**documents, **{proof.number: proof for proof in one.proofs}}
        for proof in one.proofs if part.proofs is None else [known[number] for number in part.proofs]:
            proofs |= {(made.number, made.record): made for made in _proofs(proof, one.number, documents)}
    for one in documents.values():  # a proof that the plan lists as a part of its own
        for made in _proofs(one, "", documents) if one.served or one.proves else ():
            proofs.setdefault((made.number, made.record), made)
    return service_chain(casefile, pack, notices, list(proofs.values()), on=on)


def _group(one: ResolvedDocument, shared: Collection[str]) -> str:
    """What copies of one notice have in common. Those of before there were notices had a number each."""
    day = one.issued_on.isoformat() if one.issued_on is not None else ""
    return one.notice if one.notice in shared else "/".join((one.template, one.about or "", day))


def _proofs(proof: ResolvedDocument, number: str, documents: Mapping[str, ResolvedDocument]) -> list[Proof]:
    """What a proof says, service by service. Of several, those of the packet's notices, where there are any."""
    on = proof.issued_on or date.min
    if proof.proves:
        here = [one for one in proof.proves if one.number in documents] or list(proof.proves)
        return [Proof(proof.number, one.number, one.record, on, one.title, one.sha256, one.pages) for one in here]
    served = dict(proof.served)
    pages = served.get("pages")
    return [Proof(
        proof.number, str(served.get("number", number)), proof.about, on,
        str(served["title"]) if "title" in served else None, str(served["sha256"]) if "sha256" in served else None,
        int(pages) if pages is not None else None,
    )]  # fmt: skip


def gaps(plan: Plan, profile: Profile, chain: ServiceChain | None) -> list[Finding]:
    """The gaps in the service of the plan's notices, as findings.

    Where plan or profile says ``refuse``, gaps that are errors raise ``Refusal("packet.service")`` instead.
    """
    found = [Finding.warning(gap.code, gap.message, place=gap.notice or "") for gap in (chain.gaps if chain else ())]
    errors = [gap for gap in (chain.gaps if chain else ()) if gap.severity == "error"]
    if errors and (plan.service or profile.service_gaps) == "refuse":
        message = (
            "The service of notices has gaps. Mend them, or let them stand on the first page (service: first-page): "
            + " ".join(gap.message for gap in errors)
        )
        raise Refusal(
            "packet.service", message, [Finding.error(gap.code, gap.message, gap.notice or "") for gap in errors]
        )
    return found


def declaration(
    plan: Plan, profile: Profile, casefile: Casefile | None, pack: TownPack, pages: int, volumes: int
) -> Declaration:
    """What the plan's declarant, or else the officer of the case, swears to, in the forum's wording.

    Raises ``Refusal("packet.declarant")`` when the town has no such officer, or the forum no wording.
    """
    wording = profile.rules.certificate
    officers = {officer.id: officer for officer in (*pack.officers, *(casefile.officers if casefile else ()))}
    wanted = plan.declarant or (casefile.case.officer if casefile else "")
    officer = officers.get(wanted)
    if officer is None or wording is None:
        message = f"The town has no officer “{wanted}” who could declare." if officer is None else (
            f"{profile.title} has no wording for a declaration."
        )  # fmt: skip
        raise Refusal("packet.declarant", message, [Finding.error("packet.declarant", message, "/declarant")])
    words = wording.value
    facts = {
        "title": plan.title,
        "case": plan.case,
        "office": pack.identity.office,
        "town": pack.identity.name,
        "name": officer.name,
        "position": officer.title,
        "place": "____________________",
        "on": "____________________",
        "pages": pages,
        "volumes": "one volume" if volumes == 1 else f"{volumes} volumes",
        "parts": sum(isinstance(part, DocumentPart | FilePart | PhotosPart) for part in plan.parts),
    }
    return Declaration(
        words.title,
        tuple(text.format(**facts) for text in words.paragraphs),
        words.declaration.format(**facts),
        officer.name,
        (officer.title, pack.identity.office),
    )


def certified_words(plan: Plan, copy: Copy, names: Sequence[str]) -> list[str]:
    """How the certificate begins."""
    what = "public-records copy of the packet" if copy == "public" else "packet"
    where = "file" if len(names) == 1 else f"files, {', '.join(names)}"
    said = [
        f"This {what} “{plan.title}” in case {plan.case} was put together and checked by docservice, the town’s "
        f"document service. What stands below was found on the finished {where}."
    ]
    if copy == "public":
        said.append("What the law keeps confidential was left out; a page says so wherever a part was. Redacted words "
                    "are gone from the file, not covered.")  # fmt: skip
    said.append("The fingerprint is a SHA-256 over what every page before this certificate shows. “docservice packet "
                "verify” computes it again.")  # fmt: skip
    return said
