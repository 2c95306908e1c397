"""``docservice packet``: bind, look at, verify."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli import files
from docservice.cli.opening import actor, opened
from docservice.cli.output import NOT_FOUND, REFUSED, emit, finding_lines, json_option, table, wants_json
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.facade import Office
    from docservice.office.means.records import PacketRecord
    from docservice.packets.verify import Verified
    from docservice.pdf.sealing.seal import SealReport

CERTIFICATE = ".certificate.json"


class _Packet(click.Group):
    """``docservice packet PLAN --out FILE`` means ``docservice packet bind PLAN --out FILE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["bind", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Packet)
def packet() -> None:
    """Bind hearing packets, and check them against their certificates.

    \b
    Examples:
      docservice packet hearing.yaml --out CE-2026-0231-packet.pdf
      docservice packet hearing.yaml --copy public --out public/
      docservice packet verify CE-2026-0231-packet.pdf
    """


@packet.command()
@click.argument("plan", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="PATH",
    help="The PDF to write, or a folder for it (and for its volumes).",
)  # fmt: skip
@click.option(
    "--copy", type=click.Choice(("full", "public")), default="full", show_default=True,
    help="public: without confidential parts, redactions burned in.",
)  # fmt: skip
@json_option
def bind(plan: Path, out: Path, copy: str) -> None:
    """Bind the documents and exhibits of PLAN into a packet.

    PLAN is JSON or YAML (docs/packets.md). Issued documents are named by number; exhibits and photographs are read
    from the plan's folder. The certificate is written beside the packet, as FILE.certificate.json. A packet in several
    volumes keeps the names of its files, since they link to each other; --out then names their folder.

    \b
    Example:
      docservice packet bind hearing.yaml --out CE-2026-0231-packet.pdf
    """
    from docservice.packets.plan import parse

    with opened() as office:
        read = parse(files.read(plan, "plan"), office.binding.forums)
        exhibits = files.located(plan.parent, [(path, "") for path in read.paths()])
        with _progress(len(read.parts) + 1) as told:
            record = office.binding.bind(read, exhibits, actor=actor(), copy=copy, progress=told)  # type: ignore[arg-type]
        written = _written(office, record, out)
    lines = [f"{path}  {file['pages']} pages" for path, file in zip(written, record.files, strict=True)]
    emit(
        {"packet": record, "file": written[0], "files": written, "certificate": _beside(written[0])},
        [*lines, str(_beside(written[0])), *finding_lines(record.findings)],
    )


class _Told:
    """A progress bar on standard error where a person watches; nothing elsewhere."""

    def __init__(self, total: int) -> None:
        self._shown = sys.stderr.isatty() and not wants_json()
        self._total = total

    def __enter__(self) -> _Told:
        return self

    def __call__(self, done: int, total: int, label: str) -> None:
        if self._shown:
            click.echo(f"\r\x1b[K[{done}/{total}] {label}", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)


_progress = _Told


def _written(office: Office, record: PacketRecord, out: Path) -> list[Path]:
    single = len(record.files) == 1 and out.suffix.lower() == ".pdf" and not out.is_dir()
    folder = out.parent if single or out.suffix.lower() == ".pdf" else out
    written = [out] if single else [folder / file["name"] for file in record.files]
    for path, file in zip(written, record.files, strict=True):
        _copy(office.binding.file(record.id, file["name"]), path)
    certificate = office.binding.certificate(record.id)
    files.write(_beside(written[0]), json.dumps(certificate, ensure_ascii=False, indent=1).encode())
    return written


def _copy(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, partial)
        partial.replace(target)
    except OSError as error:
        raise Refusal("file.unwritable", f"{target} cannot be written: {error.strerror}.", kind="setup") from None


def _beside(path: Path) -> Path:
    return path.with_suffix(CERTIFICATE)


@packet.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--certificate", type=click.Path(dir_okay=False, path_type=Path), metavar="JSON",
    help="The certificate (default: beside FILE, or on record).",
)  # fmt: skip
@json_option
@click.pass_context
def verify(context: click.Context, file: Path, certificate: Path | None) -> None:
    """Check a packet against its certificate: every page, number, label, link and bookmark, and every byte.

    Further volumes are looked for beside FILE. The seal of a sealed packet is checked as well. Exit code 0: it is the
    packet that was certified, and sound.

    \b
    Example:
      docservice packet verify CE-2026-0231-packet.pdf
    """
    from docservice.packets.verify import verify as held_against

    if not file.is_file():
        raise Refusal("file.missing", f"There is no packet {file}.", kind="missing")
    certified, source = _certificate(file, certificate)
    names = [each["name"] for each in certified["files"]]
    paths = {names[0]: file} if len(names) == 1 else {name: file.parent / name for name in names}
    there = {name: path for name, path in paths.items() if path.is_file()}
    result = held_against(certified, there)
    seal = _seal(there[names[-1]]) if names[-1] in there else None
    sound = result.sound and (seal is None or seal.sound)
    answer = {
        "file": file,
        "verdict": "verified" if sound else "not as certified",
        "certificate": source,
        "pages": result.pages,
        "links": result.links,
        "bookmarks": result.bookmarks,
        "labels": result.labels,
        "seal": seal,
        "findings": [
            {"code": one.code, "message": one.message, "page": one.page, "file": one.place} for one in result.findings
        ],
    }
    emit(answer, [*_verdict(file, certified, result, source), *_said_of(seal)])
    if not sound:
        context.exit(REFUSED)


def _seal(path: Path) -> SealReport | None:
    """What the seal of the file proves; nothing for a file without one."""
    from docservice.pdf.sealing.field import has_seal

    if not has_seal(path):
        return None
    from docservice.pdf.sealing.seal import check_seal

    return check_seal(path)


def _said_of(seal: SealReport | None) -> Iterator[str]:
    if seal is None:
        return
    day = f" on {seal.signed_at:%Y-%m-%d}" if seal.signed_at else ""
    if seal.sound:
        yield f"  sealed by {seal.signer}{day}; nothing was changed since"
    else:
        yield f"  THE SEAL IS BROKEN: {seal.problem or 'the file was changed after it was sealed'}"


def _verdict(file: Path, certified: dict[str, Any], result: Verified, source: str) -> Iterator[str]:
    if result.sound:
        yield f"{file}: as certified on {certified['on']} ({source})"
        yield (
            f"  {result.pages} pages, {result.links} links, {result.bookmarks} bookmarks, "
            f"{result.labels} exhibit labels, fingerprint {certified['fingerprint'][:16]}…"
        )
        return
    yield f"{file}: NOT as certified on {certified['on']} ({source})"
    for finding in result.findings:
        yield f"  {finding.message} [{finding.code}]"


def _certificate(file: Path, given: Path | None) -> tuple[dict[str, Any], str]:
    """The certificate, and where it was found."""
    for path in (given,) if given is not None else (_beside(file), *sorted(file.parent.glob(f"*{CERTIFICATE}"))):
        if path is None or not (given is not None or path.is_file()):
            continue
        try:
            found = json.loads(files.read(path, "certificate"))
        except ValueError:
            found = None
        mine = isinstance(found, dict) and isinstance(found.get("files"), list)
        if mine and (given is not None or path == _beside(file) or file.name in {f["name"] for f in found["files"]}):
            return found, str(path)
        if given is not None:
            raise Refusal("certificate.format", f"{path} is no packet certificate.")
    from docservice.pdf.shelf import sha256_of

    digest = sha256_of(file)
    with opened() as office:
        for record in office.binding.packets():
            if record.certificate_sha256 and digest in {each["sha256"] for each in record.files}:
                return office.binding.certificate(record.id), "on record"
    message = f"There is no certificate beside {file}, and no packet with its SHA-256 is on record here."
    raise Refusal("certificate.missing", message, kind="missing")


@packet.command()
@click.argument("key", required=False)
@json_option
@click.pass_context
def profiles(context: click.Context, key: str | None) -> None:
    """The forums that packets are made for, or the rules of one, each with its source.

    \b
    Example:
      docservice packet profiles california-appeals
    """
    with opened() as office:
        forums = office.binding.forums
    if key is None:
        rows = [(name, profile.title, profile.about.strip().partition(". ")[0]) for name, profile in forums.items()]
        emit([{"key": row[0], "title": row[1]} for row in rows], table(("key", "title", "what"), rows, "none"))
        return
    if key not in forums:
        click.echo(f"There is no profile “{key}”; there are: {', '.join(forums)}.", err=True)
        context.exit(NOT_FOUND)
    explained = forums[key].explain()
    emit(
        [one._asdict() for one in explained],
        table(("rule", "value", "source", "sure", "strict"), [one[:5] for one in explained], "none"),
    )
