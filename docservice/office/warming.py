"""Warm rendering processes: each has made a letter and compiled the wording in force before the service is ready.

One that takes a dead one's place is warmed as well.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Thread

from docservice.office.means import versions
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.office.review import sampling
from docservice.pipeline import producing
from docservice.pipeline.producing import Task
from docservice.refusal import Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Warmth:
    """The rendering processes of an office: how many there are to be, and how many of them are warm.

    ``under_way``: they were asked to be warm and are not all yet, for the first time.
    """

    processes: int
    warm: int
    under_way: bool


def warmth(means: Means) -> Warmth:
    """How warm the office is; one that renders in its own process has no processes."""
    if means.pool is None:
        return Warmth(0, 0, False)
    return Warmth(means.pool.workers, means.pool.warm_workers, means.pool.warming)


def begin(means: Means) -> Thread | None:
    """Start and warm every rendering process, in the thread that is returned; None when there are none to be."""
    pool = means.pool
    if pool is None:
        return None
    pool.warming = True  # before anybody may ask

    def work() -> None:
        try:
            means.fonts.prepared()  # made once, not by each process
            parts, bundles, task = _first_letter(means)
            pool.warm(producing.warm, parts, bundles, task)
        except Exception:
            log.exception("the rendering processes could not be warmed")
        finally:
            pool.warming = False

    thread = Thread(target=work, name="docservice-warming", daemon=True)
    thread.start()
    return thread


def _first_letter(means: Means) -> tuple[Mapping[str, bytes], list[str], Task | None]:
    """The bundles of the letters in force, and the shortest of their samples that asks for the sheet of languages."""
    today = means.today()
    with means.store.database.reading() as session:
        listed = [versions.pick_in_force(versions.versions(session, key), today) for key in versions.keys(session)]
    letters = [version for version in listed if version is not None and version.face == "letter"]
    parts = {version.sha256: means.bundle(version.sha256).to_bytes() for version in letters}
    samples = [(len(content), version, content) for version in letters for content in _samples(means, version)]
    for _, version, content in sorted(samples, key=lambda one: one[0]):
        try:
            task, more = sampling.asked(means, means.bundle(version.sha256), sampling.read(content), "en")
        except Refusal as refusal:
            log.info("a sample of %s does not warm: %s", version.template, refusal)
            continue
        return {**parts, **more}, list(parts), task
    return parts, list(parts), None


def _samples(means: Means, version: VersionRecord) -> list[bytes]:
    if not means.bundle(version.sha256).meta.taglines:
        return []
    return list(sampling.held(means, version).values())
