"""Template folders frozen and judged with what this installation shares; apart, where the wording is a Word file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from docservice.office.means.means import Shop
from docservice.pipeline import pinning, sent_files
from docservice.pipeline.vocabulary import vocabulary
from docservice.wording.bundle import WORD_WORDING, Bundle
from docservice.wording.catalog import lint as linting
from docservice.wording.catalog.freezing import freeze
from docservice.wording.catalog.known_numbers import known_numbers
from docservice.wording.lint_finding import LintFinding
from docservice.wording.messages import Messages


def frozen(
    shop: Shop, folder: Path, *, clauses: Path | None = None, letterhead: Path | None = None,
    known: Mapping[str, Messages] | None = None,
) -> Bundle:  # fmt: skip
    """A folder as a bundle, with the installation's clauses and letterhead unless others are given.

    Raises what ``wording.catalog.freezing.freeze`` raises; of a Word file also ``render.timeout`` and
    ``render.memory``.
    """
    clauses, letterhead, locales = _shared(shop, clauses, letterhead)
    if (folder / WORD_WORDING).is_file():
        return shop.apart.call(sent_files.frozen, {}, folder, clauses, letterhead, locales, known)
    return freeze(folder, clauses=clauses, letterhead=letterhead, locales=locales, known=known)


def linted(shop: Shop, folder: Path) -> tuple[LintFinding, ...]:
    """Everything that is wrong with a folder, errors first; and numbers that the town's rules know otherwise."""
    clauses, letterhead, locales = _shared(shop)
    if (folder / WORD_WORDING).is_file():
        found = shop.apart.call(sent_files.linted, {}, folder, clauses, letterhead, locales)
    else:
        found = linting.lint(folder, clauses=clauses, letterhead=letterhead, locales=locales, vocabulary=vocabulary())
    if any(finding.severity == "error" for finding in found):
        return found  # it may not be one that can be frozen
    pack = pinning.edition_in_force(shop.editions, max(shop.today(), shop.editions[0].pack.effective_on)).pack
    return (*found, *known_numbers(frozen(shop, folder), pack))


def judged(shop: Shop, bundle: Bundle, samples: Mapping[str, bytes]) -> tuple[LintFinding, ...]:
    """Everything that is wrong with a version, errors first."""
    if bundle.written_in_word:
        return shop.apart.call(sent_files.judged, {bundle.sha256: bundle.to_bytes()}, bundle.sha256, dict(samples))
    return linting.lint_version(bundle, samples, vocabulary())


def _shared(shop: Shop, clauses: Path | None = None, letterhead: Path | None = None) -> tuple[Path, Path, Path]:
    settings = shop.settings
    templates = settings.templates
    return clauses or templates / "clauses", letterhead or templates / "letterhead", settings.locales
