"""Opening the office: settings in, the wired office out, its records brought to today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from docservice.config import Settings
from docservice.jobs.pool import Pool
from docservice.office.facade import Office
from docservice.office.means import editions, versions
from docservice.office.means.means import Means
from docservice.office.people import single_sign_on
from docservice.office.review import templates
from docservice.storage.store import open_store


def open_office(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Office:
    """Open the office on its data.

    Creates or migrates the database, settles what killed processes left, and puts the shipped templates on record when
    the catalog is empty. ``clock`` gives the time (aware); the real one unless a test says otherwise.
    """
    single_sign_on.check(settings)
    clock = clock or (lambda: datetime.now(UTC))
    store = open_store(settings.database, settings.blobs, clock=clock, lease_seconds=settings.lease_seconds)
    try:
        held, mark = editions.opened(store, settings.town, settings.law, clock())
    except BaseException:
        store.close()
        raise
    pool = None
    if settings.isolated_rendering:
        pool = Pool(settings.workers, settings.render_seconds, settings.render_megabytes)
    means = Means(settings, store, held, clock, pool)
    means.taken_up = mark
    office = Office(means)
    try:
        office.tidy()
        with store.database.reading() as session:
            empty = not versions.keys(session)
        if empty:
            templates.import_shipped(means)
    except BaseException:
        office.close()
        raise
    return office
