"""Word files in and out of the catalog: one that was edited is read, any version's is made (docs/word.md).

A file that somebody sent is read in a process of its own, with limits of time and memory, and held to the same sandbox
that fills every wording. What it does not do: put anything on record (``office.review.proposing``).
"""

from __future__ import annotations

import hashlib
import re

from docservice.office.means import versions
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.office.review import sampling
from docservice.pipeline import sent_files
from docservice.pipeline.sent_files import BROKEN, WORDING
from docservice.refusal import Refusal
from docservice.wording.bundle import LAYERS, WORD_WORDING, Bundle
from docservice.wording.catalog.freezing import shared_clauses
from docservice.wording.word.reading import Reading

__all__ = ["BROKEN", "WORDING", "Reading", "base_of", "read", "sources_of", "template_yaml", "word_of"]


def word_of(means: Means, bundle: Bundle) -> bytes:
    """A version as a Word file to edit, fields visible. A hostile wording ends at the limits of the process."""
    return means.apart.call(sent_files.write, {bundle.sha256: bundle.to_bytes()}, bundle.sha256)


def read(means: Means, key: str, data: bytes, based_on: VersionRecord | None) -> Reading:
    """What a Word file says as the wording of ``key``, and everything that is to be said about it.

    Raises ``Refusal``: what ``wording.word.reading.read_word`` refuses; ``render.timeout`` and ``render.memory``.
    """
    known = sources_of(means, based_on)
    sha256 = hashlib.sha256(data).hexdigest()
    return means.apart.call(sent_files.read, {sha256: data}, sha256, key, known)


def base_of(means: Means, key: str, number: int | None) -> VersionRecord | None:
    """The version that a file was made from: the one named, else the one in force, else the newest; None when new."""
    with means.store.database.reading() as session:
        if number is not None:
            return versions.version(session, key, number)
        try:
            listed = versions.versions(session, key)
        except Refusal:
            return None
    standing = [one for one in listed if one.status != "withdrawn"]
    return versions.pick_in_force(standing, means.today()) or (standing[-1] if standing else None)


def sources_of(means: Means, base: VersionRecord | None) -> dict[str, str]:
    """The texts that a file is held against: those of the version, and the installation's clauses."""
    found = shared_clauses(means.path)
    if base is not None:
        held = means.bundle(base.sha256).files
        found |= {path: data.decode() for path, data in held.items() if path.endswith(".html")}
    return found


def folder_of(means: Means, key: str, reading: Reading, number: int | None = None) -> dict[str, bytes]:
    """The template folder that a reading makes: its files, with the head and samples of the version it changes."""
    base = base_of(means, key, number)
    if base is None:
        return {"template.yaml": template_yaml(key, reading), **reading.files}
    held = means.bundle(base.sha256).files
    kept = {path: data for path, data in held.items() if path == "template.yaml" or "/" not in path}
    for path in (WORD_WORDING, WORDING, LAYERS):
        kept.pop(path, None)
    return {**kept, **{f"samples/{name}": data for name, data in sampling.held(means, base).items()}, **reading.files}


def template_yaml(key: str, reading: Reading) -> bytes:
    """A head for a template that is new: what can be read off its wording, for its author to complete."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", reading.wording, re.S)
    title = " ".join(re.sub(r"<[^>]*>|\{[%{].*?[%}]\}", "", found[1]).split()) if found else key
    blocks = list(dict.fromkeys(re.findall(r'data-block="([a-z-]+)"', reading.wording)))
    quoted = title.replace("\\", "").replace('"', "")[:200] or key
    lines = [
        f"key: {key}", f'title: "{quoted}"', f"document_type: {key}", "audience: parties", "face: letter",
        f"required_blocks: [{', '.join(blocks)}]", 
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()
