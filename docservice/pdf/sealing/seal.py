"""The town's electronic seal: a PAdES signature (ETSI EN 319 142-1, baseline B-B) over the whole finished packet.

The seal is an incremental update: the packet's own bytes stay, and the signature covers them and itself. What this does
not do: make a field (:mod:`field`), fetch revocation lists, or keep a seal valid beyond its certificate (for that,
name a timestamp authority).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from docservice.pdf.sealing.awaited import awaited
from docservice.pdf.sealing.field import NAME
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key and its certificate: PKCS#12, or PEM (key and certificates, or the certificates in ``chain``)."""

    data: bytes = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)
    chain: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class SealReport:
    """What a seal proves. ``valid``: by that key; ``intact``: over exactly these bytes; ``covers_whole_file``: nothing
    was added since; ``trusted``: the certificate leads to a given root (nothing: no root was given)."""

    field: str
    valid: bool
    intact: bool
    covers_whole_file: bool
    trusted: bool | None = None
    signer: str = ""
    signed_at: datetime | None = None  # as the file says, unless ``timestamped``
    timestamped: bool = False
    reason: str = ""
    location: str = ""
    certificate_sha256: str = ""
    problem: str = ""

    @property
    def sound(self) -> bool:
        """Whether the seal stands: nobody changed or added anything."""
        return self.valid and self.intact and self.covers_whole_file and self.trusted is not False


def sign(
    source: BinaryIO | Path,
    target: Path,
    *,
    credentials: Credentials,
    when: datetime,
    field: str = NAME,
    reason: str = "",
    location: str = "",
    timestamp_url: str | None = None,
) -> str:
    """Seal ``source`` into its empty field and write it to ``target``; the name of the signer.

    ``when`` (with a time zone) is the time that the seal states. Refuses, leaving no ``target``, where there is no such
    field or it is sealed, the passphrase is wrong, the certificate is not valid at ``when`` or not for signing.
    """
    _pyhanko()
    from docservice.pdf.sealing import signing as sealing

    signer = _signer(credentials, when)
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return sealing.seal(opened, target, signer, field, reason, location, when, timestamp_url)
    return sealing.seal(source, target, signer, field, reason, location, when, timestamp_url)


def check_seal(
    path: Path, *, field: str = NAME, roots: Sequence[bytes] = (), at: datetime | None = None
) -> SealReport | None:
    """What the seal of a file proves; nothing when it has none. Works offline.

    ``roots``: certificates (PEM or DER) to which the signer's must lead, judged at ``at`` (absent: when it was sealed).
    """
    _pyhanko()
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        with path.open("rb") as opened:
            reader = PdfFileReader(opened, strict=False)
            found = [s for s in reader.embedded_signatures if s.field_name == field]
            return _report(found[-1], field, roots, at) if found else None
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        # A changed byte may be anywhere, also where the file says what it consists of.
        return SealReport(field, False, False, False, problem=f"The file cannot be read as it was sealed ({error}).")


def _report(signature: Any, field: str, roots: Sequence[bytes], at: datetime | None) -> SealReport:
    from pyhanko.sign.validation import SignatureCoverageLevel, async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    stated: datetime | None = signature.self_reported_timestamp
    context = ValidationContext(
        trust_roots=[_certificate(root) for root in roots],
        allow_fetching=False,
        moment=at or stated,
        best_signature_time=stated,
    )
    status = awaited(async_validate_pdf_signature(signature, context, skip_diff=True))
    sealed, certificate = signature.sig_object, signature.signer_cert
    timestamp = status.timestamp_validity
    return SealReport(
        field=field,
        valid=bool(status.valid),
        intact=bool(status.intact),
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        trusted=bool(status.trusted) if roots else None,
        signer=str(certificate.subject.native.get("common_name", certificate.subject.human_friendly)),
        signed_at=timestamp.timestamp if timestamp is not None else stated,
        timestamped=bool(timestamp is not None and timestamp.valid and timestamp.intact),
        reason=str(sealed.get("/Reason", "")),
        location=str(sealed.get("/Location", "")),
        certificate_sha256=certificate.sha256.hex(),
    )


def _signer(credentials: Credentials, when: datetime) -> SimpleSigner:
    """The key and certificates, after a look at whether they can seal."""
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives import serialization
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    if when.tzinfo is None:
        raise ValueError("when needs a time zone")
    key, certificates = _loaded(credentials)
    public = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    own = key.public_key().public_bytes(*public)
    mine = next((c for c in certificates if c.public_key().public_bytes(*public) == own), None)
    if mine is None:
        raise _setup("seal.certificate", "The certificate for the seal does not belong to its key.")
    _usable(mine, when)
    der = serialization.Encoding.DER
    packed = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store: Any = SimpleCertificateStore
    registry = store()
    registry.register_multiple(x509.Certificate.load(c.public_bytes(der)) for c in certificates if c is not mine)
    return SimpleSigner(
        signing_cert=x509.Certificate.load(mine.public_bytes(der)),
        signing_key=keys.PrivateKeyInfo.load(packed),
        cert_registry=registry,
    )


def _loaded(credentials: Credentials) -> tuple[Any, list[Any]]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

    passphrase = credentials.passphrase.encode() if credentials.passphrase else None
    try:
        if b"-----BEGIN" in credentials.data:
            pem = credentials.data + b"\n" + credentials.chain
            key = load_pem_private_key(credentials.data, passphrase)
            return key, x509.load_pem_x509_certificates(pem)
        loaded, own, others = pkcs12.load_key_and_certificates(credentials.data, passphrase)
    except (ValueError, TypeError) as error:
        message = f"The key for the seal cannot be read: a wrong passphrase, or a damaged file ({error})."
        raise _setup("seal.key", message) from error
    if loaded is None or own is None:
        raise _setup("seal.key", "The file for the seal has no key with a certificate.")
    return loaded, [own, *others, *(x509.load_pem_x509_certificates(credentials.chain) if credentials.chain else ())]


def _usable(certificate: Any, when: datetime) -> None:
    from cryptography import x509

    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= when.astimezone(UTC) <= last:
        message = f"The certificate for the seal is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d} only."
        raise _setup("seal.expired", message)
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise _setup("seal.certificate", "The certificate for the seal is not meant for signing.")


def _certificate(data: bytes) -> Any:
    from asn1crypto import pem, x509

    return x509.Certificate.load(pem.unarmor(data)[2] if pem.detect(data) else data)


def _pyhanko() -> None:
    try:
        import pyhanko  # noqa: F401
    except ImportError:
        raise _setup("seal.unavailable", "Sealing needs pyHanko: install docservice[seal].") from None


def _setup(code: str, message: str) -> Refusal:
    return Refusal(code, message, kind="setup")
