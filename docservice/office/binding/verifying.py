"""Packets of unknown origin held against a certificate: the one on record here, or one that came with them.

The files are read in a rendering process, with its limits of time and memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate
from sqlalchemy import select

from docservice.finding import Finding
from docservice.office.binding import binding
from docservice.office.binding.record_since import since
from docservice.office.means.means import Means
from docservice.office.means.records import PacketRecord, packet_record
from docservice.pdf.shelf import sha256_of
from docservice.places import each_error, pointer
from docservice.refusal import Refusal
from docservice.storage.models import PacketRow

if TYPE_CHECKING:
    from docservice.packets.verify import Verified

_SECONDS = 600.0
_LIMITS = ("render.timeout", "render.memory", "render.crashed")  # how a file that cannot be read ends the process


@dataclass(frozen=True, slots=True)
class Verification:
    """A packet held against its certificate; ``certificate`` is that, ``packet`` the id of the one on record here."""

    sound: bool
    pages: int
    links: int
    bookmarks: int
    labels: int
    findings: tuple[Finding, ...]
    certificate: Mapping[str, Any]
    packet: str | None


def verify(
    means: Means, files: Mapping[str, Path], *, certificate: Any = None, packet: str | None = None
) -> Verification:
    """Hold files (by name) against a certificate: the one given, else that of a packet on record.

    ``packet`` is its id; without, it is found by the SHA-256 of the files. With ``packet`` and no files, the files on
    record are read again. Raises ``Refusal``: ``certificate.missing``, ``certificate.format``, ``packet.unknown``.
    """
    if certificate is not None:
        record = _certified_here(means, certificate)
    elif packet is not None:
        record = binding.packet(means, packet)
    else:
        record = _with_file(means, [sha256_of(path) for path in files.values()])
        if record is None:
            message = "No packet with these files is on record here. Send its certificate along."
            raise Refusal(
                "certificate.missing", message, [Finding.error("certificate.missing", message, "/certificate")]
            )
    if certificate is None:
        assert record is not None
        certificate = binding.certificate(means, record)
    if record is not None and not files:
        files = {file["name"]: means.store.blobs.where(file["sha256"]) for file in record.files}
    found = _verified(means, certificate, files, record.id if record is not None else None)
    return replace(found, findings=(*found.findings, *since(means, record))) if record is not None else found


def _with_file(means: Means, found: list[str]) -> PacketRecord | None:
    """The newest certified packet whose first file is one of these."""
    query = select(PacketRow).where(PacketRow.sha256.in_(found), PacketRow.certificate_sha256.is_not(None))
    with means.store.database.reading() as session:
        row = session.scalar(query.order_by(PacketRow.position.desc()).limit(1))
        return packet_record(row) if row is not None else None


def _certified_here(means: Means, certificate: Any) -> PacketRecord | None:
    """The packet on record that has this very certificate."""
    refuse_certificate(certificate)
    record = _with_file(means, [certificate["files"][0]["sha256"]])
    if record is None or _plain(binding.certificate(means, record)) != _plain(certificate):
        return None
    return record


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _verified(
    means: Means, certificate: Mapping[str, Any], files: Mapping[str, Path], packet: str | None
) -> Verification:
    names = [file["name"] for file in certificate["files"]]
    if len(names) == len(files) == 1:  # a packet of one file may be called anything
        files = {names[0]: next(iter(files.values()))}
    try:
        result = means.make_within(_SECONDS, _verify, {}, certificate, files)
    except Refusal as refusal:
        if refusal.code not in _LIMITS:
            raise
        result = _unreadable("Reading the files takes too much time or memory, or ends the reader.")
    strays = [
        Finding.error("packet.file_unknown", f"The certificate does not know the file {name}.", place=name)
        for name in files
        if name not in names
    ]
    return Verification(
        result.sound and not strays, result.pages, result.links, result.bookmarks, result.labels,
        (*result.findings, *strays), certificate, packet,
    )  # fmt: skip


def _verify(_parts: Mapping[str, bytes], certificate: Mapping[str, Any], files: Mapping[str, Path]) -> Verified:
    from docservice.packets.verify import verify

    try:
        return replace(verify(certificate, files), readings=())  # they need not cross the pipe
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # a file may be wrong in ways that nobody thought of
        return _unreadable(f"The files cannot be read as a packet ({type(error).__name__}).")


def _unreadable(message: str) -> Verified:
    from docservice.packets.verify import Verified

    return Verified((), (Finding.error("packet.damaged", message),))


class _Loose(Schema):
    class Meta:
        unknown = INCLUDE


_WORD = fields.String(required=True, validate=validate.Length(max=2000))
_COUNT = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10**7))


class _FileSchema(_Loose):
    name = fields.String(required=True, validate=validate.Length(min=1, max=300))
    sha256 = _WORD
    pages = _COUNT


class _SheetSchema(_Loose):
    printed = _WORD
    label = fields.String(required=True)
    links = _COUNT
    fingerprint = _WORD


class _CertificateSchema(_Loose):
    """As much of a certificate as ``packets.verify`` relies on."""

    certificate = fields.Integer(required=True, strict=True)
    title = fields.String(required=True)
    case = fields.String(required=True)
    on = fields.String(required=True)
    page_number = fields.String(required=True, validate=validate.Regexp(r"[^{}]{0,100}\{page\}[^{}]{0,100}\Z"))
    certificate_pages = _COUNT
    fingerprint = _WORD
    files = fields.List(fields.Nested(_FileSchema), required=True, validate=validate.Length(1, 1000))
    sheets = fields.List(fields.Nested(_SheetSchema), required=True, validate=validate.Length(1, 200_000))
    bookmarks = fields.List(
        fields.List(fields.Raw(allow_none=True), validate=validate.Length(equal=5)), required=True
    )  # fmt: skip


def refuse_certificate(value: Any) -> None:
    """Raise ``Refusal("certificate.format")`` for what is no packet certificate, with everything that is wrong."""
    message = "This is no packet certificate."
    if not isinstance(value, Mapping):
        raise Refusal("certificate.format", message)
    try:
        loaded = _CertificateSchema().load(dict(value))
    except ValidationError as error:
        problems = [
            Finding.error("certificate.format", str(text), pointer(("certificate", *path)))
            for path, text in each_error(error.messages)
        ]
        raise Refusal("certificate.format", message, problems[:20]) from None
    if sum(file["pages"] for file in loaded["files"]) != len(loaded["sheets"]):
        raise Refusal("certificate.format", f"{message} Its files do not have the pages that it lists.")
    if not all(re.fullmatch(r"[0-9a-f]{64}", file["sha256"]) for file in loaded["files"]):
        raise Refusal("certificate.format", f"{message} A SHA-256 has 64 hexadecimal digits.")
