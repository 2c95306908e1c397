"""Template folders on disk: a new one from a skeleton, and everything that can be found wrong with one.

For those who keep wording as files. What lies in a folder is nobody's version until it is proposed or added.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from docservice.finding import Finding
from docservice.office.means import languages, template_folders
from docservice.office.means.means import Means
from docservice.office.review import assessing, heads, starting
from docservice.office.review.sampling import rules
from docservice.office.review.starting import Start
from docservice.refusal import Refusal
from docservice.rendering.handouts.handout_facts import lacking_facts
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import sample_patches
from docservice.wording.catalog.agreement import agreement
from docservice.wording.catalog.checklist import checklist
from docservice.wording.catalog.freezing import folders_in, samples_of

HOMES = {"letter": "letters", "handout": "handouts"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one folder, errors first, and how many pages of samples were made for it."""

    key: str
    folder: Path
    findings: tuple[Finding, ...]
    renderings: int


def begin(means: Means, begun: Start, to: Path | None = None) -> Path:
    """A new template folder in the town's own folder, or in ``to``; its samples refer to the shipped examples.

    Without a title it has that of its document type, or one from its key.

    Raises ``Refusal``: ``template.exists`` for a key that is taken; ``town.no_folder`` (kind ``setup``) when the rules
    in force lie in no folder; what ``starting.skeleton`` raises.
    """
    starting.refuse_reserved(begun.key)
    kind = heads.rules(means).document_types.get(str(begun.head.get("document_type", begun.key)))
    if not begun.title:
        title = kind.title if kind is not None and begun.face == "letter" else begun.key.replace("-", " ").capitalize()
        begun = replace(begun, title=title)
    files, values = starting.skeleton(means, begun)
    if to is None:
        home = rules(means, means.today()).folder
        if home is None:
            message = "The town's rules in force lie in no folder of this installation; say where to write (--to)."
            raise Refusal("town.no_folder", message, kind="setup")
        to = home / HOMES[begun.face]
    folder = to / begun.key
    taken = next((one for one in (folder, *folders_in(means.path)) if one.name == begun.key and one.exists()), None)
    if taken is not None:
        raise Refusal("template.exists", f"There is a template “{begun.key}” already: {taken}.", kind="conflict")
    if begun.face == "letter":
        borrowed = starting.samples_of_like(means, values["document_type"], values["recipients"])
        files |= {name: sample_patches.shortened(data) for name, data in borrowed.items()}
    to.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=to))
    try:
        for name, data in files.items():
            (made / name).parent.mkdir(exist_ok=True)
            (made / name).write_bytes(data)
        made.chmod(0o755)
        made.rename(folder)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return folder


def found_by(means: Means, name: str | None) -> tuple[Path, ...]:
    """The template folders that a key or a path means; all of the town's and its law's without one."""
    known = folders_in(means.path)
    if name is None:
        return known
    if (Path(name) / "template.yaml").is_file():
        return (Path(name),)
    found = tuple(folder for folder in known if folder.name == name)
    if not found:
        raise Refusal("file.missing", f"There is no template folder {name}.", kind="missing")
    return found


def check(means: Means, folder: Path, keep: Callable[[str, bytes], object] = lambda *_: None) -> Checked:
    """Lint, agreement with the town's rules in force, and every sample in every language and face.

    What cannot be made at all (of an unknown type, a handout whose facts the town does not say) is not tried. ``keep``
    gets what was made, from several threads, by a name such as ``closure-letter-usual-es.pdf``.
    """
    found = list(template_folders.linted(means, folder))
    try:
        bundle = template_folders.frozen(means, folder)
    except Refusal as refusal:
        found += refusal.findings
        return Checked(folder.name, folder, _sorted(found), 0)
    today = means.today()
    edition = rules(means, today)
    samples = samples_of(folder, means.path)
    found += [*agreement(bundle, edition.pack), *assessing.lacking(checklist(bundle, edition.pack))]
    found += assessing.without_samples(bundle, samples)
    unsaid = [
        Finding("handout.facts", "error", f"nobody says “document.data.{name}”: not data here, nor the town in "
                "handouts.yaml", f"{bundle.wording_path}:{_line(bundle, name)}")
        for name in lacking_facts(bundle, edition.pack)
    ]  # fmt: skip
    found += unsaid
    makeable = not unsaid and (
        bundle.meta.face == "handout" or bundle.meta.document_type in edition.pack.document_types
    )
    wanted = tuple(assessing.renderings(bundle, samples, languages.shown_in(means, bundle))) if makeable else ()

    def kept(sample: assessing.AssessedSample, content: bytes) -> None:
        if content:
            said = (bundle.key, PurePath(sample.name).stem, sample.language)
            keep(f"{'-'.join(filter(None, said))}.{sample.face}", content)

    made = assessing.rendered_samples(means, bundle, wanted, max(today, edition.pack.effective_on), kept)
    found += [finding for one in made for finding in one.findings]
    return Checked(bundle.key, folder, _sorted(found), len(made))


def _line(bundle: Bundle, name: str) -> int:
    """The line of the wording that asks for a fact; the first where a clause does."""
    lines = bundle.wording.splitlines()
    return next((number for number, line in enumerate(lines, 1) if f"document.data.{name}" in line), 1)


def _sorted(found: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.severity != "error"))
