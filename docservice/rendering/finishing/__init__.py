"""The finishing pass: WeasyPrint's PDF becomes PDF/A-3a and PDF/UA-1.

``finish`` applies a few small operations, each with one promise (see their docstrings for what they do not do):

- ``artifacts.set_aside``: furniture and white space become artifacts;
- ``structure.replace``: the tag tree is written anew from what was printed (``finishing.reading``);
- ``spelling.spell``: each glyph says its letters, so that text extraction gives the words that were printed;
- ``links.describe``: links are described by their text;
- ``attachments.list_once``: an embedded file is associated with the document once;
- ``metadata.declare``: title, language and conformance, in one XMP packet.

None of them changes what is seen on a page, and none repairs a bad design: contrast, sensible reading order in the
HTML, headings that skip no level and alternative texts that say something are the template's.
The same input gives the same bytes.
"""

from __future__ import annotations

from io import BytesIO

import pikepdf

from docservice.rendering.finishing import artifacts, attachments, ligatures, links, metadata, spelling, structure
from docservice.rendering.finishing.reading import PrintedReading

__all__ = ["FileReading", "finish"]


def finish(
    pdf: bytes, reading: PrintedReading, *, language: str, title: str, created: str, spelled: bool = True
) -> bytes:
    """Bring a PDF that WeasyPrint wrote, of which ``reading`` is the reading, to PDF/A-3a and PDF/UA-1.

    ``language`` is BCP 47; ``created`` a date, ``YYYY-MM-DD``, for the metadata. Without ``spelled`` a print from
    before there was ``spelling`` is made again. Raises ``Refusal("handout.untaggable")`` when something was drawn that
    no tag can reach.
    """
    with pikepdf.open(BytesIO(pdf)) as opened:
        artifacts.set_aside(opened, reading)
        structure.replace(opened, reading, language, right_to_left_spoken=not spelled)
        if spelled:
            spelling.spell(opened, reading)
        else:
            ligatures.spell_as_one(opened)
        links.describe(opened, reading)
        attachments.list_once(opened)
        metadata.declare(opened, title=title, language=language, created=created)
        out = BytesIO()
        opened.save(
            out,
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    return out.getvalue()
