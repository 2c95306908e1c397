"""A template version, frozen: everything a document needs besides the facts, with one identity.

A template folder becomes one by ``wording.catalog.freezing``. A letter may be written in Word (``letter.docx`` instead
of ``letter.html``, docs/word.md): the bundle then holds the file and the wording read from it.

Canonical paths: ``template.yaml``; ``letter.html`` (and ``letter.docx``) or ``handout.html`` with ``handout.css``;
``clauses/*``; ``letterhead/*``; pictures of the template under their own relative name; ``messages/<language>.json``;
``layers.json``: of each file, the layer that it came from (``docservice.layers``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.wording import container
from docservice.wording.messages import ENGLISH, Messages, Sentence, sentences
from docservice.wording.meta import TemplateMeta, load_meta

__all__ = ["Bundle", "TemplateMeta"]

WORD_WORDING = "letter.docx"
LAYERS = "layers.json"
WORDINGS = {"letter": "letter.html", "handout": "handout.html"}


@lru_cache(maxsize=64)
def _frozen_head(text: bytes) -> TemplateMeta:
    """A head is read once a process: reading it costs more than the rest of opening a bundle."""
    return load_meta(text, frozen=True)


@dataclass(frozen=True)
class Bundle:
    """An immutable template version. ``sha256`` is that of ``to_bytes()``."""

    key: str
    meta: TemplateMeta
    files: Mapping[str, bytes] = field(repr=False)
    sha256: str

    @staticmethod
    def of(files: Mapping[str, bytes]) -> Bundle:
        """The bundle of these canonical paths and contents."""
        meta = _frozen_head(files["template.yaml"])
        ordered = MappingProxyType({path: files[path] for path in sorted(files)})
        return Bundle(meta.key, meta, ordered, hashlib.sha256(container.pack(ordered)).hexdigest())

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __reduce__(self) -> tuple[object, ...]:
        return (Bundle.from_bytes, (self.to_bytes(),))

    def to_bytes(self) -> bytes:
        """Canonical bytes (``wording.container``)."""
        return container.pack(self.files)

    @staticmethod
    def from_bytes(data: bytes) -> Bundle:
        """The bundle that ``to_bytes`` wrote. ValueError when the bytes are not one."""
        return Bundle.of(container.unpack(data))

    @property
    def wording_path(self) -> str:
        """``letter.html`` or ``handout.html``."""
        return WORDINGS[self.meta.face]

    @property
    def written_in_word(self) -> bool:
        """Whether its Word face is a Word file of its own."""
        return WORD_WORDING in self.files

    @property
    def wording(self) -> str:
        """The main wording (Jinja2 + semantic HTML)."""
        return self.files[self.wording_path].decode()

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Languages that it speaks, BCP 47, English first: those in which every sentence is translated."""
        held = (path[len("messages/") : -len(".json")] for path in self.files if path.startswith("messages/"))
        return ("en", *sorted(held))

    def messages(self, language: str) -> Messages:
        """The translations for ``language``. Raises ``Refusal("language.unknown")`` when it is not offered."""
        if language == "en":
            return ENGLISH
        data = self.files.get(f"messages/{language}.json")
        if data is None or language not in self.languages:
            offered = ", ".join(self.languages)
            raise Refusal(
                "language.unknown",
                f"“{self.meta.title}” is not available in “{language}”; it is in: {offered}.",
                [Finding.error("language.unknown", f"“{language}” is not offered", "/language")],
                kind="missing",
            )
        return Messages.from_json(data)

    @cached_property
    def layers(self) -> Mapping[str, str]:
        """Of each file the key of the layer that it came from; empty for a bundle from before this was recorded."""
        held: Mapping[str, str] = json.loads(self.files.get(LAYERS, b"{}"))
        return held

    def picture(self, name: str) -> bytes:
        """The picture that ``src="bundle:name"`` means: the template's own, else the letterhead's. KeyError if none."""
        own = self.files.get(name)
        return own if own is not None else self.files[f"letterhead/{name}"]


def used_sentences(files: Mapping[str, bytes]) -> tuple[Sentence, ...]:
    """Every sentence of the wording and clauses among ``files``."""
    pages = [p for p in files if p in WORDINGS.values() or (p.startswith("clauses/") and p.endswith(".html"))]
    return tuple(s for path in pages for s in sentences(files[path], path))
