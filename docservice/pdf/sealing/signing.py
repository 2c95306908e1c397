"""The one place that drives pyHanko's signing: into the prepared field, adding nothing but the seal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.stamp import BaseStampStyle

from docservice.pdf.sealing.awaited import awaited
from docservice.refusal import Refusal

_CIRCLE = 0.5523  # of the radius: how far a curve's handles stand out for a quarter of a circle


def seal(
    source: BinaryIO,
    target: Path,
    signer: signers.SimpleSigner,
    field: str,
    reason: str,
    location: str,
    when: datetime,
    timestamp_url: str | None,
) -> str:
    """Write ``source`` with the seal to ``target``; the name of the signer."""
    part = target.with_name(target.name + ".part")
    try:
        writer = _Writer(source, strict=False)
        _field(writer, field)
        meta = signers.PdfSignatureMetadata(
            field_name=field, md_algorithm="sha256", reason=reason or None, location=location or None,
            subfilter=SigSeedSubFilter.PADES, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES,
        )  # fmt: skip
        pdf_signer = signers.PdfSigner(meta, signer, timestamper=_authority(timestamp_url), stamp_style=_Mark())
        with part.open("w+b") as output:
            awaited(_signed(pdf_signer, writer, output, when))
        part.replace(target)
    except PdfError as error:
        raise Refusal("seal.unusable", f"The packet cannot be sealed ({error}).") from error
    finally:
        part.unlink(missing_ok=True)
    return str(signer.subject_name)


async def _signed(pdf_signer: signers.PdfSigner, writer: _Writer, output: BinaryIO, when: datetime) -> None:
    """As ``PdfSigner.async_sign_pdf`` does it, at the given time instead of the clock's."""
    session = pdf_signer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = when
    size = await session.estimate_signature_container_size(None)
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=size)
    digest, result = document.digest_tbs_document(output=output)
    signed = await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=when))
    await signed.post_signature_processing(result)


def _field(writer: IncrementalPdfFileWriter, wanted: str) -> None:
    if "/AcroForm" not in writer.root:
        raise Refusal("seal.no_field", "The packet has no place for a seal.")
    for name, value, _ in enumerate_sig_fields(writer):
        if name == wanted:
            if value is not None:
                raise Refusal("seal.sealed", "The packet is sealed already.", kind="conflict")
            return
    raise Refusal("seal.no_field", f"The packet has no place for a seal named “{wanted}”.")


def _authority(url: str | None) -> Any:
    if url is None:
        return None
    from pyhanko.sign.timestamps import HTTPTimeStamper

    return HTTPTimeStamper(url)


class _Writer(IncrementalPdfFileWriter):
    """Leaves information and metadata alone: they describe the packet, and were validated as they are."""

    def _update_meta(self) -> None:
        pass


class _Mark(BaseStampStyle):
    """How a filled field looks: a check mark in a ring, drawn without fonts, so that PDF/A has nothing to object to."""

    def create_stamp(self, writer: Any, box: Any, text_params: dict[str, Any]) -> Any:
        return _Drawn(writer, float(box.width), float(box.height))


class _Drawn:
    def __init__(self, writer: IncrementalPdfFileWriter, width: float, height: float) -> None:
        self.writer, self.width, self.height = writer, width, height

    def apply_appearance(self, annotation: generic.DictionaryObject) -> None:
        """Set the drawing as the appearance of the field's annotation."""
        made: Any = generic  # whose constructors have no types
        box = made.ArrayObject([made.FloatObject(value) for value in (0, 0, self.width, self.height)])
        entries = {"/Type": pdf_name("/XObject"), "/Subtype": pdf_name("/Form"), "/BBox": box}
        form = made.StreamObject(
            {pdf_name(key): value for key, value in entries.items()},
            stream_data=_drawing(self.width, self.height).encode(),
        )
        form[pdf_name("/Resources")] = made.DictionaryObject()
        annotation[pdf_name("/AP")] = made.DictionaryObject({pdf_name("/N"): self.writer.add_object(form)})


def _drawing(width: float, height: float) -> str:
    radius = min(width, height) * 0.36
    handle = radius * _CIRCLE
    ring = (
        f"{radius:.2f} 0 m {radius:.2f} {handle:.2f} {handle:.2f} {radius:.2f} 0 {radius:.2f} c "
        f"{-handle:.2f} {radius:.2f} {-radius:.2f} {handle:.2f} {-radius:.2f} 0 c "
        f"{-radius:.2f} {-handle:.2f} {-handle:.2f} {-radius:.2f} 0 {-radius:.2f} c "
        f"{handle:.2f} {-radius:.2f} {radius:.2f} {-handle:.2f} {radius:.2f} 0 c s"
    )
    check = (
        f"{-0.45 * radius:.2f} 0 m {-0.1 * radius:.2f} {-0.38 * radius:.2f} l {0.5 * radius:.2f} {0.4 * radius:.2f} l S"
    )
    frame = f"0.55 G 0.75 w 0.5 0.5 {width - 1:.2f} {height - 1:.2f} re S"
    lines = f"0.12 0.32 0.25 RG {radius * 0.1:.2f} w 1 j 1 J 1 0 0 1 {width / 2:.2f} {height / 2:.2f} cm"
    return f"q {frame} {lines} {ring} {check} Q"
