"""The root command: what all commands share, and how a refusal becomes sentences and an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docservice import __version__, disk
from docservice.cli.accounts import accounts
from docservice.cli.articles import articles, mail
from docservice.cli.audit import audit
from docservice.cli.backups import backup, restore
from docservice.cli.calendars import calendars
from docservice.cli.casefiles import casefile
from docservice.cli.cases import case
from docservice.cli.doctor import doctor
from docservice.cli.documents import documents
from docservice.cli.due import due
from docservice.cli.exhibits import exhibit
from docservice.cli.handouts import handouts
from docservice.cli.jobs import jobs, worker
from docservice.cli.keys import keys
from docservice.cli.letters import issue, preview
from docservice.cli.notices import notice
from docservice.cli.numbers import numbers
from docservice.cli.output import report_defect, report_refusal
from docservice.cli.packets import packet
from docservice.cli.redline import redline
from docservice.cli.serve import serve
from docservice.cli.service import service
from docservice.cli.templates import languages, templates
from docservice.cli.town import town
from docservice.cli.translations import translations
from docservice.refusal import Refusal


class Root(click.Group):
    """Catches what a command ends in, so that no traceback reaches a clerk."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            ctx.exit(report_refusal(refusal))
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except BrokenPipeError:
            raise
        except UnicodeEncodeError as error:
            if not any("\ud800" <= one <= "\udfff" for one in error.object[error.start : error.end]):
                ctx.exit(report_defect(error))
            message = "What was typed has bytes that are no text (UTF-8); nothing here is called that."
            ctx.exit(report_refusal(Refusal("arguments.no_text", message)))
        except Exception as error:
            full = disk.refusal_of(error)
            ctx.exit(report_refusal(full) if full is not None else report_defect(error))


@click.group(
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done · 1 checks refused · 2 wrong usage · 3 bad input · 4 not found · 5 setup · 70 defect.",
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="DOCSERVICE_HOME",
    help="Data folder with the records (default: docservice-data; also DOCSERVICE_HOME).",
)
@click.version_option(__version__, prog_name="docservice")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Letters, handouts and hearing packets of a code compliance office.

    Facts in, documents out: a casefile (JSON) and a template become a letter that is complete by law, right in its
    dates and kept unchanged.

    \b
    Look first, keep nothing:
      docservice preview notice-of-violation case.json --out drafts/
    Issue it, to everyone it must go to:
      docservice issue notice-of-violation case.json --all-recipients --out letters/
    Find it again:
      docservice documents list --case CE-2026-0231
    Is everything installed?
      docservice doctor
    """
    ctx.ensure_object(dict)
    if home is not None:
        ctx.obj["home"] = home


for command in (
    preview, issue, documents, notice, packet, exhibit, templates, handouts, keys, accounts, audit, numbers, articles,
    mail, languages, translations, jobs, case, service, due, calendars, casefile, town, doctor, serve, worker, backup,
    restore,
):  # fmt: skip
    main.add_command(command)
templates.add_command(redline)
