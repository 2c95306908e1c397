"""A sealed packet is still a valid packet, the seal verifies, and whatever is changed or added is found."""

from __future__ import annotations

import asyncio
import builtins
import hashlib
import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pikepdf import Dictionary, Name

from docservice.packets import plan as plans
from docservice.packets.assemble import Bindery, assemble
from docservice.packets.finishing import Sealing
from docservice.packets.verify import verify
from docservice.pdf.sealing.field import enroll, with_field
from docservice.pdf.sealing.seal import Credentials, SealReport, check_seal, sign
from docservice.refusal import Refusal
from tests.packets import structure
from tests.packets.making import ON, bound, folder, font_set, foreign, letter, merged, pack
from tests.places import ROOT
from tests.verapdf import validate

WHEN = datetime(2026, 7, 10, 15, 0, tzinfo=UTC)
BOX = (72.0, 100.0, 252.0, 160.0)
PASSPHRASE = "correct horse"
_PEM, _DER = serialization.Encoding.PEM, serialization.Encoding.DER


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@cache
def _authority() -> tuple[Any, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _certificate("Test Authority", key.public_key(), "Test Authority", key, authority=True)


def _certificate(
    subject: str, public: Any, issuer: str, key: Any, *, authority: bool = False, days: int = 365, signs: bool = True
) -> x509.Certificate:
    usage = x509.KeyUsage(signs, signs and not authority, not signs, False, False, authority, authority, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(WHEN - timedelta(days=30))
        .not_valid_after(WHEN + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


@cache
def _town(days: int, signs: bool) -> tuple[Any, x509.Certificate]:
    key = rsa.generate_private_key(65537, 2048)
    authority, _ = _authority()
    return key, _certificate(
        "Town of Madrona Hills", key.public_key(), "Test Authority", authority, days=days, signs=signs
    )


def _archive(days: int = 365, signs: bool = True) -> Credentials:
    key, certificate = _town(days, signs)
    secret = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    data = pkcs12.serialize_key_and_certificates(b"town", key, certificate, [_authority()[1]], secret)
    return Credentials(data, PASSPHRASE)


def _pem() -> Credentials:
    key, certificate = _town(365, True)
    secret = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    data = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, secret)
    chain = certificate.public_bytes(_PEM) + _authority()[1].public_bytes(_PEM)
    return Credentials(data, PASSPHRASE, chain)


def _root() -> bytes:
    return _authority()[1].public_bytes(_PEM)


@cache
def _packet() -> bytes:
    """Two letters merged, the last with a field, which the catalog's form lists."""
    return merged(letter("First", 2), with_field(letter("Certificate"), page=1, box=BOX))


def _sealed(folder: Path, credentials: Credentials | None = None, packet: bytes | None = None) -> Path:
    source, target = folder / "packet.pdf", folder / "sealed.pdf"
    source.write_bytes(packet or _packet())
    said = sign(
        source,
        target,
        credentials=credentials or _archive(),
        when=WHEN,
        reason="Certified packet",
        location="Town Hall",
    )
    assert said.startswith("Common Name: Town of Madrona Hills") or said == "Town of Madrona Hills"
    return target


def _faults(pdf: bytes) -> list[str]:
    """What the checker of packets finds, but for the field itself, which is meant."""
    meant = ("the catalog has /AcroForm", "page 3 has a /Widget", "a link of page 3 has no destination")
    return [fault for fault in structure.check(pdf) if fault not in meant]


def _clean(path: Path) -> bool:
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    return done.returncode == 0 and "WARNING" not in done.stdout + done.stderr


def test_a_field_keeps_a_document_valid_and_is_the_last_thing_said() -> None:
    document = with_field(letter("Certificate", 2), page=2, box=BOX)
    assert validate([document, _packet()]) == []
    assert _faults(_packet()) == []
    with pikepdf.open(io.BytesIO(document)) as pdf:
        *_, last = structure._below(pdf.Root.StructTreeRoot)
        assert Name.Form == last.S
        widget = last.K[0].Obj
        assert widget.objgen == pdf.pages[1].Annots[-1].objgen == pdf.Root.AcroForm.Fields[0].objgen
        assert Name.SigFlags not in pdf.Root.AcroForm
        assert (
            structure.source_fingerprint(letter("Certificate", 2))[1:] == structure.source_fingerprint(document)[1:-1]
        )


@pytest.mark.parametrize("credentials", [_archive, _pem])
def test_a_sealed_packet_is_valid_and_its_seal_verifies(credentials: Callable[[], Credentials], tmp_path: Path) -> None:
    path = _sealed(tmp_path, credentials())
    data = path.read_bytes()
    assert data.startswith(_packet())
    assert validate([path]) == []
    assert _faults(data) == []
    assert _clean(path)
    report = check_seal(path, roots=[_root()])
    assert report is not None
    assert report.sound
    assert report == SealReport(
        "Seal", True, True, True, True, "Town of Madrona Hills", WHEN, False, "Certified packet", "Town Hall",
        _town(365, True)[1].fingerprint(hashes.SHA256()).hex(),
    )  # fmt: skip
    with pikepdf.open(path) as pdf:
        assert pdf.Root.AcroForm.SigFlags == 3
        assert pdf.Root.AcroForm.Fields[0].V.SubFilter == Name("/ETSI.CAdES.detached")
    assert [file.name for file in tmp_path.iterdir()] != []
    assert not list(tmp_path.glob("*.part"))


def test_the_seal_is_to_be_seen(tmp_path: Path) -> None:
    def mark(pdf: bytes) -> int:
        document = pdfium.PdfDocument(pdf)
        document.init_forms()
        picture = document[2].render(scale=1, may_draw_forms=True).to_pil().convert("L")
        document.close()
        left, bottom, right, top = map(int, BOX)
        area = picture.crop((left + 40, 792 - top + 4, right - 40, 792 - bottom - 4))
        return sum(gray < 128 for gray in area.tobytes())

    assert mark(_packet()) == 0
    assert mark(_sealed(tmp_path).read_bytes()) > 50


def test_without_roots_nobody_is_trusted_and_with_others_neither(tmp_path: Path) -> None:
    path = _sealed(tmp_path)
    report = check_seal(path)
    assert report is not None
    assert report.trusted is None
    assert report.sound
    stranger = ec.generate_private_key(ec.SECP256R1())
    other = _certificate("Other", stranger.public_key(), "Other", stranger, authority=True).public_bytes(_DER)
    report = check_seal(path, roots=[other])
    assert report is not None
    assert report.trusted is False
    assert not report.sound


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.85])
def test_a_changed_byte_is_found(share: float, tmp_path: Path) -> None:
    path = _sealed(tmp_path)
    data = bytearray(path.read_bytes())
    data[int(len(_packet()) * share)] ^= 1
    path.write_bytes(data)
    report = check_seal(path)
    assert report is not None
    assert not report.sound
    assert not report.intact


def test_what_is_added_after_the_seal_is_found(tmp_path: Path) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    path = _sealed(tmp_path)
    with path.open("r+b") as opened:
        writer: Any = IncrementalPdfFileWriter(opened, strict=False)
        writer.root["/Lang"] = type(writer.root["/Lang"])("de")
        writer.update_root()
        writer.write_in_place()
    report = check_seal(path)
    assert report is not None
    assert (report.intact, report.covers_whole_file, report.sound) == (True, False, False)
    path.write_bytes(_sealed(tmp_path).read_bytes() + b"\n% more")
    report = check_seal(path)
    assert report is not None
    assert not report.sound


def test_a_packet_saved_anew_has_no_sound_seal(tmp_path: Path) -> None:
    path = _sealed(tmp_path)
    with pikepdf.open(path) as pdf:
        pdf.save(tmp_path / "anew.pdf")
    report = check_seal(tmp_path / "anew.pdf")
    assert report is not None
    assert not report.sound


def test_a_packet_without_a_seal_has_none(tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    path.write_bytes(_packet())
    assert check_seal(path) is None
    path.write_bytes(letter("First"))
    assert check_seal(path) is None


def test_sealing_where_a_loop_runs(tmp_path: Path) -> None:
    """A caller may be inside asyncio: a service of somebody else's, or a browser that a test drives."""

    async def inside() -> Path:
        return _sealed(tmp_path)

    with ThreadPoolExecutor(1) as apart:  # a browser's loop may run in this thread
        path = apart.submit(lambda: asyncio.run(inside())).result()
    report = check_seal(path, roots=[_root()])
    assert report is not None
    assert report.sound


def test_a_sealed_packet_is_not_sealed_twice(tmp_path: Path) -> None:
    path = _sealed(tmp_path)
    with pytest.raises(Refusal) as refused:
        sign(path, tmp_path / "twice.pdf", credentials=_archive(), when=WHEN)
    assert (refused.value.code, refused.value.kind) == ("seal.sealed", "conflict")


@pytest.mark.parametrize(
    ("credentials", "packet", "code", "kind"),
    [
        (lambda: Credentials(_archive().data, "wrong"), None, "seal.key", "setup"),
        (lambda: Credentials(_archive().data), None, "seal.key", "setup"),
        (lambda: Credentials(_pem().data, "wrong", _pem().chain), None, "seal.key", "setup"),
        (lambda: Credentials(_pem().data, None, _pem().chain), None, "seal.key", "setup"),
        (lambda: Credentials(b"nonsense", "x"), None, "seal.key", "setup"),
        (lambda: Credentials(_pem().data, PASSPHRASE, _root()), None, "seal.certificate", "setup"),
        (lambda: _archive(days=-1), None, "seal.expired", "setup"),
        (lambda: _archive(signs=False), None, "seal.certificate", "setup"),
        (_archive, letter("First"), "seal.no_field", "input"),
        (_archive, b"%PDF-1.7 nothing", "seal.unusable", "input"),
    ],
)
def test_what_cannot_be_sealed_is_refused_and_leaves_nothing(
    credentials: Callable[[], Credentials], packet: bytes | None, code: str, kind: str, tmp_path: Path
) -> None:
    with pytest.raises(Refusal) as refused:
        _sealed(tmp_path, credentials(), packet)
    assert (refused.value.code, refused.value.kind) == (code, kind)
    assert PASSPHRASE not in str(refused.value)
    assert [file.name for file in tmp_path.iterdir()] == ["packet.pdf"]


def test_another_name_is_another_field(tmp_path: Path) -> None:
    source = tmp_path / "packet.pdf"
    source.write_bytes(_packet())
    with pytest.raises(Refusal) as refused:
        sign(source, tmp_path / "out.pdf", credentials=_archive(), when=WHEN, field="Other")
    assert refused.value.code == "seal.no_field"


def test_without_pyhanko_the_way_to_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str, *more: Any, real: Any = builtins.__import__, **rest: Any) -> Any:
        if name.partition(".")[0] == "pyhanko":
            raise ImportError(name)
        return real(name, *more, **rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    for attempt in (
        lambda: sign(tmp_path / "a.pdf", tmp_path / "b.pdf", credentials=Credentials(b""), when=WHEN),
        lambda: check_seal(tmp_path / "a.pdf"),
    ):
        with pytest.raises(Refusal, match=r"docservice\[seal\]") as refused:
            attempt()
        assert (refused.value.code, refused.value.kind) == ("seal.unavailable", "setup")


def test_a_passphrase_is_in_no_representation() -> None:
    assert PASSPHRASE not in repr(_archive())


def test_a_large_packet_is_sealed_and_checked_in_little_memory(tmp_path: Path) -> None:
    """80 MB of pictures: sealing copies them piece by piece, beyond what the libraries themselves need."""
    with pikepdf.open(io.BytesIO(_packet())) as pdf:
        pdf.Root.Ballast = pdf.make_indirect(pikepdf.Array())
        pdf.Root.Ballast = pikepdf.Array([pdf.make_stream(bytes([n]) * 8_000_000) for n in range(10)])
        pdf.save(tmp_path / "large.pdf", compress_streams=False)
    (tmp_path / "key.p12").write_bytes(_archive().data)
    script = f"""
import sys
from datetime import datetime
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from docservice.pdf.sealing.seal import Credentials, check_seal, sign
folder = Path({str(tmp_path)!r})
when = datetime.fromisoformat({WHEN.isoformat()!r})
credentials = Credentials((folder / "key.p12").read_bytes(), {PASSPHRASE!r})
sign(folder / "large.pdf", folder / "out.pdf", credentials=credentials, when=when)
assert check_seal(folder / "out.pdf").sound
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))  # KB at most
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (tmp_path / "out.pdf").stat().st_size > 80_000_000
    assert int(done.stdout) < 150_000


def test_a_field_needs_a_tagged_page() -> None:
    with pytest.raises(Refusal):
        with_field(letter("Certificate"), page=2, box=BOX)
    with pikepdf.open(io.BytesIO(letter("Bare"))) as pdf:
        del pdf.Root.StructTreeRoot
        buffer = io.BytesIO()
        pdf.save(buffer)
    with pytest.raises(Refusal):
        with_field(buffer.getvalue(), page=1, box=BOX)


def test_a_form_without_fields_goes() -> None:
    with pikepdf.open(io.BytesIO(letter("First"))) as pdf:
        pdf.Root.AcroForm = Dictionary(Fields=pikepdf.Array())
        assert enroll(pdf) == 0
        assert Name.AcroForm not in pdf.Root
    assert font_set().folder.is_dir()


def test_a_plan_that_asks_for_a_seal_gets_a_sealed_valid_certified_packet() -> None:
    plan = plans.load({"title": "Packet", "case": "CE-1", "seal": True, "parts": [
        {"generated": "cover"}, {"generated": "contents"}, {"file": "log.pdf", "title": "Log", "alt": ["A log"]},
    ]})  # fmt: skip
    bindery = Bindery(pack(), font_set(), ON, folder(), seal=Sealing(_archive(), WHEN, "Madrona Hills"))
    packet = assemble(plan, bindery, documents={}, files={"log.pdf": foreign()})
    (file,) = packet.files
    assert hashlib.sha256(packet.pdf).hexdigest() == file.sha256 == packet.certificate["files"][0]["sha256"]
    assert verify(packet.certificate, {file.name: file.path}).sound
    report = check_seal(file.path, roots=(_root(),))
    assert report is not None
    assert report.sound
    assert structure.check(packet.pdf) == []
    assert validate([packet.pdf]) == []
    assert _clean(file.path)
    shown = pdfium.PdfDocument(packet.pdf)[packet.pages - 1].get_textpage().get_text_range()
    assert "Electronic seal of the town" in shown


def test_a_seal_without_a_key_is_refused() -> None:
    plan = plans.load({"title": "P", "case": "C", "seal": True, "parts": [{"file": "log.pdf", "title": "Log"}]})
    with pytest.raises(Refusal, match="DOCSERVICE_SEAL_KEY"):
        bound(plan, {"log.pdf": foreign()})
