"""``docservice doctor``: is everything here that the service needs?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from docservice.cli.opening import opened, settings
from docservice.cli.output import SETUP, emit, json_option
from docservice.cli.probes import Probe, java, pango, public_address, recognition, rendering, room_on_disk, typst
from docservice.refusal import Refusal

_SIGNS = {"ok": "✓", "note": "·", "warning": "!", "fail": "✗"}


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check fonts, Typst, Pango, the town's rules, the records, the public address, sign-on, disk, OCR.

    Engines are probed in processes of their own, so that a crash of theirs is a line in the report. Exit code 5
    when something is missing; every line says what to do.
    """
    probes = list(_examine())
    lines = [f"{_SIGNS[probe.state]} {probe.name:9} {probe.message}" for probe in probes]
    bad = [probe.name for probe in probes if probe.state == "fail"]
    verdict = f"Not ready: {', '.join(bad)}." if bad else "Everything needed is here."
    emit({"ready": not bad, "probes": probes}, [*lines, "", verdict])
    if bad:
        ctx.exit(SETUP)


def _examine() -> Iterator[Probe]:
    config = settings()
    fontconfig: list[Path] = []

    def fonts() -> Probe:
        from docservice.rendering.fonts import DEFAULT, prepare

        prepared = prepare(config.fonts_home, config.fonts or DEFAULT)
        fontconfig.append(prepared.fontconfig_file)
        return Probe("Fonts", "ok", f"{len(prepared.families)} families.")

    def rules() -> Probe:
        from docservice.town import load_packs

        packs = load_packs(config.town)
        if not packs:
            return Probe("Town", "fail", f"There is no town pack in {config.town}; set DOCSERVICE_TOWN.")
        return Probe("Town", "ok", f"{packs[-1].identity.name}, {len(packs)} edition(s).")

    def records() -> Probe:
        if not config.home.exists() and not config.database_url:
            return Probe("Records", "note", f"None yet; {config.home.absolute()} is made on first use.")
        with opened() as office:
            loose = ", ".join(f"{pack.version} in {pack.folder}" for pack in office.review.rules.unrecorded())
            if loose:
                message = f"Editions of the rules that are not on record, and hold for nothing: {loose}."
                return Probe("Records", "warning", f"{message} See: docservice town propose")
            return Probe("Records", "ok", f"{office.issuing.documents(page=1, per_page=1).total} documents.")

    def address() -> Probe:
        from docservice.town import load_packs

        return public_address(config.public_url or load_packs(config.town)[-1].identity.public_address)

    def single_sign_on() -> Probe:
        from docservice.office.people.single_sign_on import reached

        return Probe("Sign-on", "ok", f"{reached(config)} answers.")

    yield _probe("Fonts", fonts)
    yield typst()
    yield pango(fontconfig[0]) if fontconfig else Probe("Pango", "fail", "Not probed: it crashes without fonts.")
    yield _probe("Town", rules)
    yield _probe("Records", records)
    yield rendering(config.workers, config.render_megabytes)
    yield _probe("Address", address)
    if config.oidc_issuer:
        yield _probe("Sign-on", single_sign_on)
    yield room_on_disk(config.home)
    yield _probe("OCR", recognition)
    yield java()


def _probe(name: str, examine: Callable[[], Probe]) -> Probe:
    try:
        return examine()
    except Refusal as refusal:
        return Probe(name, "fail", " ".join([refusal.message, *map(str, refusal.problems)]))
    except Exception as error:  # whatever it is, the report goes on
        return Probe(name, "fail", f"{type(error).__name__}: {error}")
