"""Template folders frozen and judged with what this installation shares; apart, where the wording is a Word file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from docservice.finding import Finding
from docservice.layers import SearchPath
from docservice.office.means import languages
from docservice.office.means.means import Means
from docservice.pipeline import pinning, sent_files
from docservice.pipeline.vocabulary import vocabulary
from docservice.wording.bundle import WORD_WORDING, Bundle
from docservice.wording.catalog import lint as linting
from docservice.wording.catalog.freezing import freeze
from docservice.wording.catalog.known_numbers import known_numbers
from docservice.wording.messages import Messages, PoFile


def frozen(
    means: Means, folder: Path, *, path: SearchPath | None = None, known: Mapping[str, Messages] | None = None,
    origins: Mapping[str, str] | None = None, catalogs: dict[Path, PoFile] | None = None,
) -> Bundle:  # fmt: skip
    """A folder as a bundle, with what the installation's layers share unless another ``path`` is given.

    Raises what ``wording.catalog.freezing.freeze`` raises; of a Word file also ``render.timeout`` and
    ``render.memory``.
    """
    path = path or means.path
    if _in_word(folder, path):
        return means.apart.call(sent_files.frozen, {}, folder, path, known, origins)
    return freeze(folder, path, known=known, origins=origins, catalogs=catalogs)


def _in_word(folder: Path, path: SearchPath) -> bool:
    home = path.home(folder)
    return (folder / WORD_WORDING).is_file() if home is None else path.find(f"{home}/{WORD_WORDING}") is not None


def linted(means: Means, folder: Path) -> tuple[Finding, ...]:
    """Everything that is wrong with a folder, errors first; and numbers that the town's rules know otherwise."""
    if _in_word(folder, means.path):
        found = means.apart.call(sent_files.linted, {}, folder, means.path)
    else:
        found = linting.lint(folder, means.path, vocabulary())
    if any(finding.severity == "error" for finding in found):
        return found  # it may not be one that can be frozen
    pack = pinning.edition_in_force(means.editions, max(means.today(), means.editions[0].pack.effective_on)).pack
    return (*found, *known_numbers(frozen(means, folder), pack))


def judged(means: Means, bundle: Bundle, samples: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Everything that is wrong with a version, errors first."""
    wanted = languages.wanted(means, bundle)
    if bundle.written_in_word:
        return means.apart.call(
            sent_files.judged, {bundle.sha256: bundle.to_bytes()}, bundle.sha256, dict(samples), wanted
        )
    return linting.lint_version(bundle, samples, vocabulary(), wanted)
