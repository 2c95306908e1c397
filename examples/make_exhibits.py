"""Makes the foreign exhibits of CE-2026-0231: ``python examples/make_exhibits.py``.

They behave like what people bring: a log printed to PDF by another agency, and a form that was filled in by hand
and went through a scanner a little crooked (a picture only, no text).
"""

from __future__ import annotations

import io
import random
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import typst
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageFilter

FOLDER = Path(__file__).parent / "CE-2026-0231" / "exhibits"

LOG = b"""
#set document(title: "Call log")
#set page(paper: "us-letter", margin: 0.9in)
#set text(font: "Noto Sans", size: 10pt)
#text(15pt, weight: "bold")[San Ysabel County Sheriff] #h(1fr) Computer-aided dispatch
#line(length: 100%)
Calls for service, 77 Ridgeline Terrace, Madrona Hills #linebreak() May 1, 2026 to June 30, 2026. Printed July 6, 2026
for the Code Compliance Office. Names of callers are withheld.
#table(columns: (auto, auto, auto, 1fr), inset: 6pt, [*Incident*], [*Date*], [*Time*], [*Disposition*],
  [26-051877], [05/23/2026], [22:31], [Loud party. Vehicles in fire lane moved at deputy's request, 23:20.],
  [26-058340], [06/13/2026], [23:08], [Loud party. Guests asked to leave upper deck. Local contact not reached.],
  [26-058352], [06/14/2026], [00:41], [Return check. Quiet.],
  [26-062915], [06/27/2026], [22:12], [Loud party, parking. Code Compliance on scene.],
)
"""

FORM = b"""
#set page(paper: "us-letter", margin: 1in)
#set text(font: "Noto Sans", size: 10.5pt)
#let pen = text.with(13pt, font: "Noto Serif", style: "italic", fill: rgb("#1d2b6b"))
#let field(label, value) = block(spacing: 1.1em)[
  #text(8pt)[#label] #linebreak() #pen(value) #v(-6pt) #line(length: 100%, stroke: 0.5pt)
]
#align(center, text(15pt, weight: "bold")[Request for Administrative Hearing])
#align(center)[Town of Madrona Hills, Office of the Town Clerk]
#v(12pt)
#field("Appellant", [Ch\xc3\xa2teau N\xc2\xba 9 Vacation Rentals, LLC])
#field("Citations appealed", [AC-2026-0001, AC-2026-0003])
#field("Property", [77 Ridgeline Terrace])
#field("Deposit", "$4,500.00, paid June 26, 2026")
#field("Grounds", [The guests broke the house rules that they had signed.
  The owner was not there and could not know.
  The number of people was counted from the street in the dark and is too high.])
#v(18pt)
#field("Signature and date", [for the company, June 26, 2026])
#v(1fr)
#let red = rgb("#b1122a")
#align(right, box(stroke: 2pt + red, inset: 8pt, text(fill: red, weight: "bold")[
  RECEIVED #linebreak() JUN 26 2026 #linebreak() TOWN CLERK
]))
"""


def scan(pdf: bytes) -> bytes:
    """The first page as a scanner would give it: 150 dpi, turned by 0.7 degrees, a little noise."""
    page = pdfium.PdfDocument(pdf)[0]
    picture = page.render(scale=150 / 72).to_pil().convert("RGB")
    picture = picture.rotate(0.7, resample=Image.Resampling.BICUBIC, fillcolor=(236, 234, 228))
    dice = random.Random(231)
    noise = Image.frombytes(
        "L", (picture.width // 4, picture.height // 4), dice.randbytes((picture.width // 4) * (picture.height // 4))
    )
    grain = noise.resize(picture.size).filter(ImageFilter.GaussianBlur(1)).convert("RGB")
    picture = Image.blend(picture, grain, 0.035)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=60)
    out = pikepdf.new()
    image = out.make_stream(buffer.getvalue())
    image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.DCTDecode
    image.Width, image.Height = picture.size
    image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
    sheet = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 612, 792]),
        Resources=Dictionary(XObject=Dictionary(Scan=image)),
        Contents=out.make_stream(b"q 612 0 0 792 0 0 cm /Scan Do Q"),
    )
    out.pages.append(pikepdf.Page(out.make_indirect(sheet)))
    target = io.BytesIO()
    out.save(target, deterministic_id=True)
    return target.getvalue()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "sheriff-call-log.pdf").write_bytes(typst.compile(LOG))
    (FOLDER / "appeal-form.pdf").write_bytes(scan(typst.compile(FORM)))


if __name__ == "__main__":
    main()
