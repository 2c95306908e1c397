"""The office's side of the catalog: shipped templates in, versions and languages out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path

from docservice import shipped
from docservice.finding import Finding
from docservice.office.means import languages as speaking
from docservice.office.means import lifecycle, template_folders, translated, versions
from docservice.office.means.means import Means
from docservice.office.means.records import LanguageRecord, TemplateRecord
from docservice.office.means.versions import VersionRecord
from docservice.office.review.confirming import refuse_unconfirmed, to_confirm
from docservice.office.review.undoing import undoings
from docservice.pipeline import pinning
from docservice.refusal import Refusal
from docservice.rendering.handouts.handout_facts import lacking_facts
from docservice.text import is_plain
from docservice.wording import container, pictures
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.freezing import folders_in, samples_of
from docservice.wording.messages import PoFile

# Who approved what came with a release: for the town that ships with it, and for any other; and what was approved
# outside this system.
SHIPPED_APPROVER = "town attorney (shipped)"
NOBODY_HERE = "nobody in this town (shipped)"
ON_PAPER = "approved on paper"


def import_shipped(means: Means, *, actor: str = "docservice") -> tuple[VersionRecord, ...]:
    """Put the templates that the town can use on record and in force; what is there already stays as it is.

    A letter whose document type the town's rules do not have, or that needs words which its law lacks, is left out
    (``left_out`` says why). A template's first version is in force from the day the town's rules are; a later one from
    today. Raises ``Refusal("template.invalid")`` with the errors of every folder at once, and imports none; as
    ``add_template`` when one would take away what was approved here.
    """
    bundles: list[tuple[Bundle, Path]] = []
    problems: list[Finding] = []
    catalogs: dict[Path, PoFile] = {}
    for folder in folders_in(means.path):
        try:
            bundle = template_folders.frozen(means, folder, catalogs=catalogs)
        except Refusal as refusal:
            if not _lacks_law(refusal):
                problems += [replace(one, place=f"{folder.name}/{one.place}") for one in refusal.findings]
            continue
        if _untyped(means, bundle) is None:
            bundles.append((bundle, folder))
            for name, said in pictures.complaints(bundle.files).items():
                problems.append(Finding.error("template.picture", f"{name} {said}", f"{folder.name}/{name}"))
    if problems:
        raise Refusal("template.invalid", f"{len(problems)} error(s) in the templates.", problems)
    if not bundles:
        return ()
    first = means.editions[0].pack.effective_on
    with means.store.database.reading() as session:
        known = set(versions.keys(session))
    for bundle, _ in bundles:
        _refuse_undoing(means, bundle, means.today(), ())
    approver = SHIPPED_APPROVER if _ships_with_docservice(means) else NOBODY_HERE
    return tuple(
        _install(means, bundle, folder, means.today() if bundle.key in known else first, actor, approver)
        for bundle, folder in bundles
    )


def left_out(means: Means) -> tuple[Finding, ...]:
    """The templates of the layers that the town cannot use, each with the reason."""
    found = []
    catalogs: dict[Path, PoFile] = {}
    for folder in folders_in(means.path):
        try:
            reason = _untyped(means, template_folders.frozen(means, folder, catalogs=catalogs))
            found += [Finding.error("template.document_type", reason, folder.name)] if reason is not None else []
        except Refusal as refusal:
            found += [replace(one, place=folder.name) for one in refusal.problems if _lacks_law(refusal)]
    return tuple(found)


def _lacks_law(refusal: Refusal) -> bool:
    return bool(refusal.problems) and all(problem.code == "template.law_lacks" for problem in refusal.problems)


def _untyped(means: Means, bundle: Bundle) -> str | None:
    """Why a letter is of no use to the town: no edition of its rules has the document type."""
    kind = bundle.meta.document_type
    if bundle.meta.face == "handout" or any(kind in edition.pack.document_types for edition in means.editions):
        return None
    return f"The town's rules know no document type {kind}."


def _ships_with_docservice(means: Means) -> bool:
    folders = [edition.folder for edition in means.editions if edition.folder is not None]
    return all(folder.resolve().is_relative_to(shipped.folder("town").resolve()) for folder in folders)


def add_template(
    means: Means, folder: Path, *, effective_on: date, actor: str, approved_by: str = ON_PAPER,
    confirmed: Collection[str] = (),
) -> VersionRecord:  # fmt: skip
    """Freeze a folder and put it in force from a day on; the same content again gives the version it has.

    For wording that was approved elsewhere: ``approved_by`` says by whom. What is to be reviewed here is proposed
    instead (``office.review.proposing``). Raises ``Refusal``: ``template.invalid`` with every lint error;
    ``template.unconfirmed`` when it takes away changes of another version, or its changes are taken away, and
    ``confirmed`` does not name that.
    """
    errors = [f for f in template_folders.linted(means, folder) if f.severity == "error"]
    if errors:
        problems = errors
        raise Refusal("template.invalid", f"{folder.name} has {len(errors)} error(s); it was not added.", problems)
    if not is_plain(approved_by, 200):
        raise Refusal("template.approver", "Say who approved it, in at most 200 characters.")
    bundle = template_folders.frozen(means, folder)
    _refuse_undoing(means, bundle, effective_on, confirmed)
    return _install(means, bundle, folder, effective_on, actor, approved_by)


def _refuse_undoing(means: Means, bundle: Bundle, effective_on: date, confirmed: Collection[str]) -> None:
    with means.store.database.reading() as session:
        listed = versions.versions(session, bundle.key) if bundle.key in versions.keys(session) else ()
    if not listed or any(one.sha256 == bundle.sha256 for one in listed):
        return
    # As it would be on record: from outside, made from none of those that are.
    coming = replace(
        listed[-1], number=listed[-1].number + 1, sha256=bundle.sha256, status="draft", effective_on=None,
        approved_at=None, based_on=None,
    )  # fmt: skip
    undoes = undoings(
        (*listed, coming), coming, effective_on,
        lambda one: bundle if one is coming else speaking.whole(means, one, listed),
    )  # fmt: skip
    refuse_unconfirmed(coming, to_confirm(coming, undoes, ()), confirmed)


def _install(
    means: Means, bundle: Bundle, folder: Path, effective_on: date, actor: str, approver: str
) -> VersionRecord:
    samples = container.pack(samples_of(folder, means.path))
    with means.store.blobs.staging() as stage:
        with means.store.database.writing() as session:
            record = lifecycle.install(
                session, stage, bundle, samples=samples, author=actor, approver=approver, effective_on=effective_on,
                at=means.clock(),
            )  # fmt: skip
        stage.publish()
    return record


def templates(means: Means) -> tuple[TemplateRecord, ...]:
    """Every template that was ever approved, with the version in force today.

    What is only a draft is nobody's to order, nor the public's to read about.
    """
    today = means.today()
    pack = pinning.edition_in_force(means.editions, max(today, means.editions[0].pack.effective_on)).pack
    found = []
    with means.store.database.reading() as session:
        marks = translated.marks(session)
        for key in versions.keys(session):
            listed = [v for v in versions.versions(session, key) if v.approved_at is not None]
            current = versions.pick_in_force(listed, today)
            if not listed:
                continue
            if current is not None and lacking_facts(means.bundle(current.sha256), pack):
                current = None  # the town does not say what the handout would print
            shown = current or listed[-1]
            found.append(
                TemplateRecord(
                    key, shown.title, shown.document_type, shown.face,
                    speaking.offered(means, session, tuple(listed), shown, pack, marks),
                    current.number if current else None,
                )
            )  # fmt: skip
    return tuple(found)


def languages(means: Means) -> tuple[LanguageRecord, ...]:
    """The town's languages in which some template is offered, English first."""
    offers = [template for template in templates(means) if template.version is not None]
    listed = sorted(means.current().languages, key=lambda language: language.tag != "en")
    records = (
        LanguageRecord(
            one.tag,
            one.name,
            one.own_name,
            one.direction,
            tuple(t.key for t in offers if one.tag in t.languages),
        )
        for one in listed
    )
    return tuple(record for record in records if record.templates)
