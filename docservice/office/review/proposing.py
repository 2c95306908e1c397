"""Proposing a version: a template folder, or files that change an earlier version, become the next draft.

The files are those of a template folder (docs/house.md); besides, a proposal may bring ``clauses/*.html`` and catalogs
``locales/<language>/LC_MESSAGES/*.po`` of its own, which hold for this version only. What it does not bring comes from
the version it is *based on*, with the translations of sentences that have not changed, and else from the installation.
"""

from __future__ import annotations

import io
import re
import stat
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from docservice.casefile.pasting import taken
from docservice.finding import Finding
from docservice.layers import Layer
from docservice.office.means import lifecycle, template_folders, versions
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.office.people.roles import Actor
from docservice.office.review import sampling, word_files
from docservice.pipeline import sent_files
from docservice.places import pointer
from docservice.refusal import Refusal, things_are
from docservice.storage import audit
from docservice.text import is_plain
from docservice.wording import container, pictures
from docservice.wording.bundle import LAYERS, WORD_WORDING, Bundle
from docservice.wording.catalog.freezing import samples_of
from docservice.wording.catalog.soundness import Expected, examine
from docservice.wording.messages import Messages, PoFile, read_catalog, tag_of
from docservice.wording.meta import LONGEST_KEY, is_name, load_meta

MOST_FILES, MOST_BYTES = 200, 20 * 2**20
LONGEST_NOTE = 2000
_SECONDS = 20.0  # for all pictures of a proposal
RESERVED = frozenset(("clauses", "letterhead", "new"))  # folders beside a template's; a page of the desk
_NAME = re.compile(r"[^\x00-\x1f\\]{1,300}\Z")
_CATALOG = re.compile(r"locales/([A-Za-z_]+)/LC_MESSAGES/[a-z-]+\.po\Z")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes. ``files`` as in a template folder; ``note`` says why.

    ``based_on``: the version whose files hold where none are given, but those that it ``removes`` (samples, pictures).
    ``replaces``: one's own earlier draft, which is withdrawn for this one. A ``new`` template has a key that nobody has
    taken; ``copy_of`` is an approved version of another template whose files hold where none are given.
    """

    key: str
    files: Mapping[str, bytes]
    note: str
    based_on: int | None = None
    replaces: int | None = None
    removes: frozenset[str] = frozenset()
    new: bool = False
    copy_of: tuple[str, int] | None = None

    @property
    def by_samples(self) -> bool:
        """Whether it says something about samples: then the same text with other samples is another version."""
        return any(name.startswith("samples/") for name in (*self.files, *self.removes))


def propose(means: Means, proposal: Proposal, *, actor: Actor) -> VersionRecord:
    """Put a proposal on record as a draft; the same proposal again is the draft that it made.

    Raises ``Refusal``: ``proposal.files``, ``proposal.note``, ``proposal.key``; ``template.invalid`` with everything
    that keeps it from being frozen; ``template.unchanged`` (kind ``conflict``) when somebody's version says the same;
    ``proposal.replaces`` (kind ``conflict``) when that is not one's own draft; ``template.exists`` (kind ``conflict``)
    when the key of a new template is taken, ``proposal.copy`` when what is copied was never approved.
    """
    actor.require("propose")
    proposal = replace(proposal, note=taken(proposal.note))
    if not is_plain(proposal.note, LONGEST_NOTE):
        message = f"Say why you propose it, in at most {LONGEST_NOTE} characters."
        raise Refusal("proposal.note", message, [Finding.error("proposal.note", message, "/note")])
    _refuse_name(proposal.key)
    base = _base(means, proposal)
    replaced = _version(means, proposal.key, proposal.replaces)
    if replaced is not None and (replaced.author != actor.name or replaced.status != "draft"):
        message = f"{proposal.key} version {replaced.number} is not a draft of yours."
        raise Refusal("proposal.replaces", message, kind="conflict")
    bundle, samples = _frozen(means, proposal, base)
    at = means.clock()
    with means.store.blobs.staging() as stage:
        with means.store.database.writing() as session:
            if proposal.new:
                audit.hold(session)  # two that begin at once may not take the same key
                refuse_taken(session, proposal.key)
            record = versions.add(
                session, stage, bundle, author=actor.name, at=at, samples=samples, note=proposal.note,
                based_on=proposal.based_on, again=True, by_samples=proposal.by_samples,
            )  # fmt: skip
            _refuse_unchanged(record, actor)
            if replaced is not None and replaced.number != record.number:
                lifecycle.withdraw(
                    session, proposal.key, replaced.number, reason=lifecycle.REPLACED.format(record.number),
                    today=means.today(), actor=actor.name, at=at,
                )  # fmt: skip
        stage.publish()
    return record


def refuse_taken(session: Session, key: str) -> None:
    """Raise ``Refusal("template.exists")`` when a template has this key already."""
    if key in versions.keys(session):
        title = versions.versions(session, key)[-1].title
        message = f"“{key}” is taken: it is the key of “{title}”."
        raise Refusal("template.exists", message, [Finding.error("template.exists", message, "/key")], kind="conflict")


def _base(means: Means, proposal: Proposal) -> VersionRecord | None:
    """The version whose files hold where a proposal brings none."""
    if proposal.copy_of is None:
        return _version(means, proposal.key, proposal.based_on)
    key, number = proposal.copy_of
    found = _version(means, key, number)
    if found is None or found.approved_at is None:
        # Of a draft, its author could approve the copy: nobody approves what they wrote.
        message = f"{key} version {number} was never approved; only approved wording is copied."
        raise Refusal("proposal.copy", message, [Finding.error("proposal.copy", message, "/copy_of")])
    return found


def _refuse_unchanged(record: VersionRecord, actor: Actor) -> None:
    if record.author != actor.name or record.status == "approved":
        state = {"draft": "a draft", "in_review": "under review", "approved": "approved"}[record.status]
        message = f"This is word for word version {record.number}, which is {state} (by {record.author})."
        raise Refusal("template.unchanged", message, kind="conflict")


def _version(means: Means, key: str, number: int | None) -> VersionRecord | None:
    if number is None:
        return None
    with means.store.database.reading() as session:
        return versions.version(session, key, number)


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a template folder on disk, as a proposal brings them."""
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and not any(x.startswith(".") for x in p.parts[-2:]))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of a zipped template folder; one folder around them all is taken off.

    Raises ``Refusal("proposal.files")`` for what is no such archive: encrypted, too much of it, links.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise _refused(f"has more than {MOST_FILES} files or {MOST_BYTES // 2**20} MB")
            for entry in entries:
                if entry.flag_bits & 1 or stat.S_ISLNK(entry.external_attr >> 16):
                    raise _refused("has a file that is encrypted, or a link", entry.filename)
            files = {entry.filename: _member(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _refused(f"is no zip archive that can be read: {error}") from None
    files = {name: content for name, content in files.items() if not name.startswith("__MACOSX/")}
    tops = {name.partition("/")[0] for name in files}
    if len(tops) == 1 and all("/" in name for name in files):
        files = {name.partition("/")[2]: content for name, content in files.items()}
    return files


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    # The size that an archive declares need not be true: never read past it.
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise _refused("is larger than it says", entry.filename)
    return content


def _refused(words: str, name: str = "") -> Refusal:
    place = pointer(("files", name)) if name else "/files"
    return Refusal("proposal.files", f"The proposal {words}.", [Finding.error("proposal.files", words, place)])


def _looked_at(files: Mapping[str, bytes]) -> None:
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise _refused(f"has more than {MOST_FILES} files or {MOST_BYTES // 2**20} MB")
    problems = []
    for name in files:
        parts = PurePosixPath(name).parts
        if not _NAME.match(name) or name.startswith("/") or ".." in parts or len(parts) > 5 or ":" in name:
            problems.append(
                Finding.error("proposal.files", "is no name of a file in a template folder", f"/files/{name!r}")
            )
        elif parts[0] == "letterhead" or (parts[0] == "locales" and not _CATALOG.match(name)):
            problems.append(Finding.error("proposal.files", "is not a proposal's to bring", pointer(("files", name))))
    if problems:
        raise Refusal("proposal.files", "Some files of the proposal cannot be used.", problems)


def _refuse_pictures(means: Means, files: Mapping[str, bytes]) -> None:
    """Somebody's pictures are decoded in a process with limits."""
    brought = {name: data for name, data in files.items() if pictures.is_picture(name)}
    found = means.apart.call_within(_SECONDS, sent_files.complaints, {}, brought) if brought else {}
    if found:
        problems = [
            Finding.error("proposal.picture", f"{name} {said}", pointer(("files", name)))
            for name, said in found.items()
        ]
        raise Refusal("proposal.files", "Some pictures of the proposal cannot be used.", problems)


def frozen(means: Means, proposal: Proposal) -> Bundle:
    """The bundle that a proposal would be, without putting anything on record. Raises what ``propose`` raises of it."""
    return _frozen(means, proposal, _base(means, proposal))[0]


def _frozen(means: Means, proposal: Proposal, base: VersionRecord | None) -> tuple[Bundle, bytes]:
    """The bundle of a proposal, and its samples, packed."""
    _looked_at(proposal.files)
    _refuse_pictures(means, proposal.files)
    earlier = means.bundle(base.sha256) if base is not None else None
    with tempfile.TemporaryDirectory(prefix="docservice-proposal-") as name:
        root = Path(name)
        folder, own = root / proposal.key, Layer(means.path.layers[0].key, root / "own")
        held = _still_held(earlier, proposal.files)
        if base is not None and not any(path.startswith("samples/") for path in proposal.files):
            held |= {f"samples/{file}": content for file, content in sampling.held(means, base).items()}
        held = {path: content for path, content in held.items() if path not in proposal.removes}
        _refuse_folders([*held, *proposal.files])
        for path, content in {**held, **proposal.files}.items():
            top, _, rest = path.partition("/")
            target = own.folder / path if top in ("clauses", "letterhead") and rest else folder / path
            if top not in ("messages", "locales") and path != LAYERS:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        _refuse_key(folder, proposal.key)
        known, layers = _known(earlier, proposal.files, root), means.path.before(own)
        origins = _origins(earlier, {**held, **proposal.files})
        bundle = template_folders.frozen(means, folder, path=layers, known=known, origins=origins)
        return bundle, container.pack(samples_of(folder, layers))


def _origins(earlier: Bundle | None, files: Mapping[str, bytes]) -> dict[str, str]:
    """The layer of each file that is as the earlier version has it."""
    held = earlier.files if earlier is not None else {}
    layers = earlier.layers if earlier is not None else {}
    return {name: layers[name] for name, data in files.items() if name in layers and held.get(name) == data}


def _refuse_folders(paths: Sequence[str]) -> None:
    """No file where a folder is: samples, clauses, and whatever another file lies in."""
    folders = {"samples", "clauses"} | {
        parent.as_posix() for path in paths for parent in PurePosixPath(path).parents if parent.name
    }
    places = {PurePosixPath(path).as_posix(): path for path in paths}
    wrong = sorted(path for place, path in places.items() if place in folders)
    if wrong:
        problems = [Finding.error("proposal.files", "is a folder", pointer(("files", path))) for path in wrong]
        raise Refusal("proposal.files", "Some files of the proposal cannot be used.", problems)


def _still_held(earlier: Bundle | None, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of the earlier version, of its two wordings (in Word, and read from that) the one that still holds."""
    held = dict(earlier.files) if earlier is not None else {}
    if WORD_WORDING in files or (WORD_WORDING in held and word_files.WORDING not in files):
        held.pop(word_files.WORDING, None)
    elif word_files.WORDING in files:
        held.pop(WORD_WORDING, None)
    return held


def _refuse_name(key: str) -> None:
    """The key is a folder's name here, before its template.yaml is read."""
    if not is_name(key) or key in RESERVED:
        message = f"A template's key is up to {LONGEST_KEY} lower-case letters and digits, words joined by hyphens."
        if key in RESERVED:
            message = f"“{key}” cannot be a template's key: something else is called so."
        raise Refusal("proposal.key", message, [Finding.error("proposal.key", message)])


def _refuse_key(folder: Path, key: str) -> None:
    path = folder / "template.yaml"
    if path.is_file() and (meta := load_meta(path.read_bytes())).key != key:
        message = f"template.yaml says that this is “{meta.key}”, not “{key}”."
        raise Refusal("proposal.key", message, [Finding.error("proposal.key", message, "template.yaml:1")])


def _known(earlier: Bundle | None, files: Mapping[str, bytes], root: Path) -> dict[str, Messages]:
    """The translations that come before the installation's: the proposal's, then those of the version it changes."""
    found = {tag: earlier.messages(tag) for tag in earlier.languages[1:]} if earlier is not None else {}
    for path, content in files.items():
        match = _CATALOG.match(path)
        if match is None:
            continue
        tag, target = tag_of(match[1]), root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        po = read_catalog(target, tag)
        _refuse_unsound(po, path, tag)
        texts: dict[str, str | tuple[str, ...]] = {}
        for message in po.catalog:
            string = message.string
            if message.id and not message.fuzzy and string and (isinstance(string, str) or all(string)):
                text = message.id if isinstance(message.id, str) else message.id[0]
                texts[text] = string if isinstance(string, str) else tuple(string)
        before = found[tag].texts if tag in found else {}
        # What a file says about its own review is not believed: people approve strings
        # (office.translating.translations).
        found[tag] = Messages(tag, {**before, **texts}, po.catalog.plural_expr, "draft")
    return found


def _refuse_unsound(po: PoFile, path: str, language: str) -> None:
    """Raise ``Refusal("translation.unsound")`` naming every entry whose translation breaks its form."""
    problems = []
    for message in po.catalog:
        if not message.id or not message.string or message.fuzzy:
            continue
        text, plural = (message.id, None) if isinstance(message.id, str) else (message.id[0], message.id[1])
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        problems += [
            Finding.error(
                f.code, f"{language}, “{text[:60]}”: the translation {f.message}", f"{path}:{message.lineno or 0}"
            )
            for f in examine(text, plural, forms, Expected(language, "any"))
            if f.severity == "error"
        ]
    if problems:
        raise Refusal("translation.unsound", f"{things_are(problems)} wrong with {path}.", problems)
