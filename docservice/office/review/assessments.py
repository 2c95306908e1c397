"""Assessments on their way: begun when a draft is saved or looked at, seen as far as they have come, kept for a while.

What an assessment is, ``office.review.assessing`` says; it takes seconds, and nobody should have to wait for all of it
to see the first of it. Kept in memory, by all that it depends on: a version is frozen, so nothing kept is ever wrong.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from datetime import date
from threading import Lock, Thread

from docservice.finding import Finding
from docservice.office.means import languages
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.office.review import assessing
from docservice.office.review.assessing import Assessment
from docservice.wording.catalog.standing import pick_in_force

_KEPT = 64


class Underway:
    """One assessment, made in a thread of its own. ``findings`` are those so far, each once, in no order; ``rendered``
    is the number of samples so far, of ``total`` (0: not yet known)."""

    def __init__(self, make: Callable[[assessing.SampleListener], Assessment]) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.rendered = self.total = 0
        self._lock = Lock()
        self._made: Future[Assessment] = Future()
        Thread(target=self._run, args=(make,), name="assessment", daemon=True).start()

    def _run(self, make: Callable[[assessing.SampleListener], Assessment]) -> None:
        try:
            self._made.set_result(make(self._hear))
        except BaseException as error:
            self._made.set_exception(error)

    def _hear(self, found: tuple[Finding, ...], rendered: int, total: int) -> None:
        with self._lock:
            self.findings = tuple(dict.fromkeys((*self.findings, *found)))
            self.rendered, self.total = self.rendered + rendered, total

    @property
    def done(self) -> bool:
        return self._made.done()

    @property
    def failed(self) -> bool:
        return self.done and self._made.exception() is not None

    def result(self) -> Assessment:
        """The whole of it, when it is there. Raises what went wrong."""
        return self._made.result()


class Assessments:
    """Those of one office. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._kept: OrderedDict[Hashable, Underway] = OrderedDict()
        self._lock = Lock()

    def of(self, version: VersionRecord, listed: tuple[VersionRecord, ...], on: date) -> Underway:
        """The assessment of ``version``, one of ``listed`` of its template, as if it took force on ``on``; begun now
        unless it was before."""
        current = pick_in_force([one for one in listed if one.number != version.number], on)
        spoken = [languages.whole(self._means, one, listed).sha256 for one in (version, current) if one is not None]
        key = (version.template, version.number, version.samples_sha256, on, current and current.number, *spoken)
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None or found.failed:
                found = Underway(lambda told: assessing.assess(self._means, version, listed, on, told))
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found
