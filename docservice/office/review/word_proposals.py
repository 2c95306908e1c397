"""A Word file as the files of a proposal, or refused; and what it would change, before anybody decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.office.review import proposing, word_files
from docservice.office.review.proposing import Proposal
from docservice.refusal import Refusal, things_are
from docservice.wording.bundle import WORD_WORDING
from docservice.wording.redlines import Redline, redline
from docservice.wording.word.reading import Reading


@dataclass(frozen=True, slots=True)
class WordLook:
    """What a Word file says. ``refusal``: why it could not be proposed; ``redline`` against ``base``, if it could."""

    reading: Reading
    base: VersionRecord | None
    redline: Redline | None
    refusal: Refusal | None


def files_of(
    means: Means, key: str, data: bytes, base: VersionRecord | None, *, keep: bool
) -> tuple[dict[str, bytes], Reading]:
    """The files that a Word file brings: the wording read from it, or with ``keep`` the file itself.

    Raises ``Refusal``: what ``word_files.read`` raises; ``word.invalid`` when its tags cannot be read.
    """
    reading = word_files.read(means, key, data, base)
    return _files(reading, data, keep), reading


def look(means: Means, key: str, data: bytes, *, based_on: int | None, keep: bool) -> WordLook:
    """What a Word file would propose, against the version it was made from. Nothing is kept.

    Raises ``Refusal``: what ``word_files.read`` raises. What would only keep it from being proposed is in the answer.
    """
    base = word_files.base_of(means, key, based_on)
    reading = word_files.read(means, key, data, base)
    try:
        files = _files(reading, data, keep)
        if base is None:
            files["template.yaml"] = word_files.template_yaml(key, reading)
        made = proposing.frozen(means, Proposal(key, files, "", base.number if base is not None else None))
    except Refusal as refusal:
        return WordLook(reading, base, None, refusal)
    if base is None:
        return WordLook(reading, base, None, None)
    before = means.bundle(base.sha256)
    return WordLook(
        reading, base, redline(before, made, "en", old_name=f"version {base.number}", new_name="the Word file"), None
    )


def _files(reading: Reading, data: bytes, keep: bool) -> dict[str, bytes]:
    broken = [f for f in reading.errors if f.code in word_files.BROKEN]
    if broken:
        raise Refusal("word.invalid", f"{things_are(broken)} wrong with the tags of the Word file.", broken)
    kept: Mapping[str, bytes] = {WORD_WORDING: data} if keep else reading.files
    return dict(kept)
