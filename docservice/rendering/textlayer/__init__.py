"""The text layer of a letter, so that what is searched, copied and read aloud is what stands on the page.

``mend`` takes a PDF as Typst wrote it and gives one that draws the same page, in which

- every cluster (a letter with its marks, a syllable, a ligature) is spelled by its glyphs' own text
  (``spelling``);
- what continues on a line is one string, without the characters that only the typesetter needs (``lines``);
- the tags of a line that runs from right to left, or has such words, have them in the order in which they are
  read (``reading_order``).

The same input gives the same bytes. It needs Typst's way of writing (``typst_objects``, ``runs``); fonts that are not
TrueType of a thousand units keep their glyphs. It does not look at other PDFs; handouts have ``finishing``.
"""

from docservice.rendering.textlayer.characters import has_marks_elsewhere, needs_mending
from docservice.rendering.textlayer.mending import mend

__all__ = ["has_marks_elsewhere", "mend", "needs_mending"]
