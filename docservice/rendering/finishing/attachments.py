"""Embedded files are associated with the document once."""

from __future__ import annotations

import pikepdf


def list_once(pdf: pikepdf.Pdf) -> None:
    """The catalog's ``AF`` names each file specification once (WeasyPrint names every one twice).

    It adds, removes and describes no file; ``AFRelationship`` stays as it is.
    """
    listed = pdf.Root.get("/AF")
    if listed is None:
        return
    seen: set[tuple[int, int]] = set()
    once = []
    for file in listed:
        if not file.is_indirect or file.objgen not in seen:
            seen.add(file.objgen)
            once.append(file)
    pdf.Root.AF = pikepdf.Array(once)
