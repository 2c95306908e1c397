"""``docservice translations``: how far they are, files to translators and back, approvals, and the catalog files.

The operator exports and imports as ``cli:USER``. Approving takes a person: ``--as LOGIN``, with their password.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli.accounts import asked_password
from docservice.cli.files import write
from docservice.cli.opening import actor, opened
from docservice.cli.output import REFUSED, emit, json_option, table
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.translating.translation_sheets import TranslationString

TEMPLATE, LANGUAGE = click.argument("template"), click.argument("language")
VERSION = click.option("--version", type=click.IntRange(1, 10**6), help="Else the newest that is not withdrawn.")
WHICH = click.option("--string", "ids", multiple=True, metavar="ID", help="Only this string, by its id; repeatable.")
AS = click.option("--as", "login", required=True, metavar="LOGIN", help="Who does it; asks for their password.")
FORMATS = ("po", "xliff")
STATES = ("missing", "stale", "draft", "approved")


@click.group()
def translations() -> None:
    """Translations: status, show, export, import, approve, reopen; update the catalog files."""


@translations.command()
@click.option("--template", metavar="KEY", help="Only this template.")
@click.option("--language", metavar="TAG", help="Only this language (BCP 47).")
@json_option
def status(template: str | None, language: str | None) -> None:
    """How far is each language, template by template?

    For each template the version in force and, where it is another, the newest. A language is offered when documents in
    it may go out today.

    \b
    Example:
      docservice translations status --language es
    """
    with opened() as office:
        found = office.review.translations.overview(template, language)
    rows = [
        (
            p.template, p.version, p.language, f"{p.approved}/{p.total}", p.draft, p.stale, p.missing,
            "yes" if p.offered else "no", p.incomplete,
        )
        for p in found
    ]  # fmt: skip
    head = ("Template", "Version", "Language", "Approved", "Draft", "Stale", "Missing", "Offered", "Until approved")
    emit({"items": found}, table(head, rows, "Nothing is translated."))


@translations.command()
@TEMPLATE
@LANGUAGE
@VERSION
@click.option("--state", type=click.Choice(STATES), help="Only strings in this state.")
@json_option
@click.pass_context
def show(ctx: click.Context, template: str, language: str, version: int | None, state: str | None) -> None:
    """Show the strings of TEMPLATE in LANGUAGE; where the English was changed, what it was.

    Exit code 1 when a machine check finds an error.

    \b
    Example:
      docservice translations show courtesy-letter es --state stale
    """
    with opened() as office:
        sheet = office.review.translations.sheet(template, language, version)
    shown = [one for one in sheet.strings if state in (None, one.state)]
    lines = [line for one in shown for line in _lines(one)]
    emit({"progress": sheet.progress, "strings": shown}, lines or ["No such strings."])
    if any(finding.severity == "error" for one in shown for finding in one.findings):
        ctx.exit(REFUSED)


def _lines(one: TranslationString) -> Iterable[str]:
    yield f"{one.id[:12]}  {one.state}  {one.place}  {' '.join(one.paths)}"
    if one.redline:
        marks = {"equal": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
        yield f"  en  {''.join(_marked(marks[run.operation], run.text) for run in one.redline)}"
    else:
        yield f"  en  {one.english}"
    for form in one.translation:
        yield f"      {form}"
    for finding in one.findings:
        yield f"  {finding.severity}: {finding.message} [{finding.code}]"
    yield ""


def _marked(mark: str, text: str) -> str:
    space = " " if text.startswith(" ") else ""
    return space + mark.format(text.lstrip())


@translations.command()
@TEMPLATE
@LANGUAGE
@VERSION
@click.option("--format", "format_", type=click.Choice(FORMATS), default="po", help="PO (default) or XLIFF 1.2.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file (default: named for you).")
@json_option
def export(template: str, language: str, version: int | None, format_: Any, out: Path | None) -> None:
    """Write a file for a translator: every string of TEMPLATE, with what there is of it in LANGUAGE.

    \b
    Example:
      docservice translations export courtesy-letter es --format xliff
    """
    with opened() as office:
        made = office.review.translations.export(template, language, format_, version)
    path = out or Path(made.name)
    write(path, made.content)
    emit({"file": path, "media_type": made.media_type}, [f"{path}"])


@translations.command("import")
@TEMPLATE
@LANGUAGE
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@VERSION
@json_option
def import_(template: str, language: str, file: Path, version: int | None) -> None:
    """Take a translator's FILE (PO or XLIFF 1.2): what differs becomes drafts.

    With one broken entry nothing is kept, and each is named with its line. What is marked fuzzy is not taken.

    \b
    Example:
      docservice translations import courtesy-letter es courtesy-letter-1.es.po
    """
    from docservice.office.people.roles import Actor

    if not file.is_file():
        raise Refusal("file.missing", f"There is no file {file}.", kind="missing")
    with opened() as office:
        done = office.review.translations.take(
            template, language, file.read_bytes(), actor=Actor(actor()), name=file.name, version=version
        )
    lines = [f"{len(done.saved)} drafts saved, {done.same} as they were."]
    for said, texts in (("Marked doubtful", done.doubtful), ("No English of this version", done.foreign)):
        lines += [f"{said}, not taken: “{text[:70]}”" for text in texts]
    if done.empty:
        lines.append(f"{len(done.empty)} without a translation.")
    emit({"imported": done}, lines)


@translations.command()
@TEMPLATE
@LANGUAGE
@AS
@WHICH
@VERSION
@json_option
def approve(template: str, language: str, login: str, ids: tuple[str, ...], version: int | None) -> None:
    """Approve drafts as they are now, as a person who may: all of TEMPLATE in LANGUAGE, or those named.

    \b
    Example:
      docservice translations approve courtesy-letter es --as tia@town.example
    """
    from docservice.office.people.roles import Actor
    from docservice.office.translating.translations import StringSeen

    password = asked_password(new=False)
    with opened() as office:
        person = Actor.person(office.people.accounts.sign_in(login, password), via=actor())
        sheet = office.review.translations.sheet(template, language, version)
        chosen = [one for one in _chosen(sheet.strings, ids) if ids or one.state == "draft"]
        number = sheet.progress.version
        seen = [StringSeen(one.id, one.etag) for one in chosen]
        after = office.review.translations.approve(template, language, seen, actor=person, version=number).progress
    tail = "It is offered." if after.offered else "It is not offered yet."
    emit({"approved": [one.id for one in chosen], "progress": after}, [
        f"{len(chosen)} approved; {after.approved} of {after.total} are. {tail}"
    ])  # fmt: skip


@translations.command()
@TEMPLATE
@LANGUAGE
@AS
@WHICH
@VERSION
@click.option("--reason", required=True, help="Kept on record.")
@json_option
def reopen(template: str, language: str, login: str, ids: tuple[str, ...], version: int | None, reason: str) -> None:
    """Take approvals back: the strings named, or every approved one, are drafts again for documents too.

    \b
    Example:
      docservice translations reopen courtesy-letter es --string 3f9a01c2bd44 --as tia --reason "Wrong word for fine"
    """
    from docservice.office.people.roles import Actor
    from docservice.office.translating.translations import StringSeen

    password = asked_password(new=False)
    with opened() as office:
        person = Actor.person(office.people.accounts.sign_in(login, password), via=actor())
        sheet = office.review.translations.sheet(template, language, version)
        chosen = [one for one in _chosen(sheet.strings, ids) if ids or one.approved_at is not None]
        seen = [StringSeen(one.id, one.etag) for one in chosen]
        after = office.review.translations.reopen(
            template, language, seen, reason=reason, actor=person, version=sheet.progress.version
        ).progress
    emit({"reopened": [one.id for one in chosen], "progress": after}, [f"{len(chosen)} are drafts again."])


def _chosen(strings: Iterable[TranslationString], ids: tuple[str, ...]) -> list[TranslationString]:
    """The strings named, each by the beginning of its id; all when none is."""
    listed = list(strings)
    if not ids:
        return listed
    found = []
    for id in ids:
        meant = [one for one in listed if len(id) >= 6 and one.id.startswith(id)]
        if len(meant) != 1:
            raise Refusal("translation.unknown", f"There is no string {id}, or more than one.", kind="missing")
        found += meant
    return found


@translations.command()
@click.option("--language", "languages", multiple=True, metavar="TAG", help="Only this one (BCP 47); repeatable.")
@click.option(
    "--rules",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Those of the town's rules in this folder (rules.TAG.po) instead.",
)
@json_option
def update(languages: tuple[str, ...], folder: Path | None) -> None:
    """Bring the catalog files (.po) to the wording of the installation's templates: extract, and say what changed.

    A changed sentence is an untranslated one; its earlier English is told to the translator. Nothing is marked fuzzy
    and then used. Run twice, it changes nothing. With --rules it does so for what letters print of a town's rules: they
    are part of an edition, so the folder is that of an edition which is not on record yet.

    \b
    Example:
      docservice translations update --language es
      docservice translations update --rules rules-2027
    """
    if folder is not None:
        from docservice.wording.catalog import updating

        found = updating.refresh_rules(folder, languages)
    else:
        with opened() as office:
            found = office.review.translations.update_catalogs(languages)
    rows = [
        (one.path.stem, one.language, len(one.new), len(one.changed), len(one.obsolete), one.untranslated)
        for one in found
        if one.written or one.untranslated
    ]
    head = ("Catalog", "Language", "New", "Changed", "Obsolete", "Untranslated")
    emit({"items": found}, table(head, rows, "The catalogs are as the wording is."))
