"""/api/v1/jobs/{id}/events: what becomes of a job, as Server-Sent Events (WHATWG HTML, § 9.2).

The events are read from the jobs table; there is no other memory of them. Each carries the whole job, so that who
missed some has lost nothing, and its id names the state that it tells: a client that comes back with ``Last-Event-ID``
is told the next one, and not the same again. After the last event (done, failed, canceled) the stream ends; who asks
again is answered 204, which stops a browser's EventSource.

A stream holds a thread of the server. So there are only so many, and each ends after some minutes.
"""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Callable, Iterator
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, request

from docservice.api.access import requires
from docservice.api.blueprint import Blueprint
from docservice.api.jobs import as_json, visible
from docservice.api.negotiation import wanted
from docservice.api.wiring import office
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.facade import Office
    from docservice.office.means.records import JobRecord

log = logging.getLogger("docservice.api")

blueprint = Blueprint("events", __name__, url_prefix="/api/v1", description="Long work: be told how far it is")

MEDIA_TYPE = "text/event-stream"
_EXTENSION = "docservice.streams"
_RETRY_MILLISECONDS = 2000
_DEFAULTS = {
    "EVENT_STREAMS": 4,  # open at a time
    "EVENT_SECONDS": 300.0,  # that a stream lasts
    "EVENT_POLL_SECONDS": 0.5,
    "EVENT_HEARTBEAT_SECONDS": 15.0,
}
LAST_EVENT_ID = {
    "in": "header",
    "name": "Last-Event-ID",
    "schema": {"type": "string"},
    "description": "The id of the last event seen; the same state is not told again",
}


class Streams:
    """How many streams are open; ``closing`` ends them all."""

    def __init__(self) -> None:
        self.closing = Event()
        self._open, self._guard = 0, Lock()

    def enter(self, most: int) -> Callable[[], None]:
        """Take a place; returns what gives it back. Raises ``Refusal("events.busy", kind="busy")``."""
        with self._guard:
            if self._open >= most:
                message = f"{self._open} streams of events are open, and no more may be. Ask for the job itself."
                raise Refusal("events.busy", message, kind="busy")
            self._open += 1
        left = Event()

        def leave() -> None:
            with self._guard:
                if not left.is_set():
                    left.set()
                    self._open -= 1

        return leave


def install(app: Flask) -> None:
    """Give ``app`` its streams."""
    app.extensions[_EXTENSION] = Streams()
    for name, value in _DEFAULTS.items():
        app.config.setdefault(name, value)


@blueprint.route("/jobs/<string:id>/events", methods=["GET"])
@requires("issue", "packets", "read")
@blueprint.doc(parameters=[LAST_EVENT_ID])
# No schema: OpenAPI 3.1 means the whole stream by it, a text, and who reads it event by event an object.
@blueprint.response(200, content_type=MEDIA_TYPE, schema={}, description="Server-Sent Events")
@blueprint.alt_response(204, description="The last event was seen; there will be no other", success=True)
def follow(id: str) -> Any:
    """Follow a job, as Server-Sent Events

    Events are progress, done, failed and canceled; the data of each is the job. The stream ends after the last of them,
    or after five minutes: then connect again, with Last-Event-ID. 503 when too many streams are open.
    """
    wanted((MEDIA_TYPE,))
    job = visible(id, "read")
    seen = request.headers.get("Last-Event-ID", "").strip()
    if job.finished_at is not None and seen == event_id(job):
        return Response(status=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
    if request.method == "HEAD":
        return Response(status=200, headers=headers, content_type=MEDIA_TYPE)
    leave = streams(current_app).enter(int(current_app.config["EVENT_STREAMS"]))
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    told = _events(app, office(), dict(request.environ), job, seen)
    response = Response(told, headers=headers, content_type=MEDIA_TYPE)
    response.call_on_close(leave)
    return response


def streams(app: Flask) -> Streams:
    """The streams of an app."""
    found: Streams = app.extensions[_EXTENSION]
    return found


def event_id(job: JobRecord) -> str:
    """The state of a job as the id of the event that tells it."""
    rest = zlib.crc32(repr((job.label, job.checked, job.results, job.cancel_asked)).encode())
    return f"{job.attempts}.{job.done}-{job.total}.{job.state}.{rest:08x}"


def _events(app: Flask, office: Office, environ: dict[str, Any], job: JobRecord, seen: str) -> Iterator[str]:
    config, closing = app.config, streams(app).closing
    until = time.monotonic() + config["EVENT_SECONDS"]
    spoken = time.monotonic()
    yield f"retry: {_RETRY_MILLISECONDS}\n\n"
    while True:
        if event_id(job) != seen:
            seen, spoken = event_id(job), time.monotonic()
            kind = job.state if job.finished_at is not None else "progress"
            with app.request_context(environ):  # for its links; held no longer, since minutes pass between two events
                data = as_json(job)
            yield f"id: {seen}\nevent: {kind}\ndata: {data}\n\n"
        elif time.monotonic() - spoken > config["EVENT_HEARTBEAT_SECONDS"]:
            spoken = time.monotonic()
            yield ": still at it\n\n"  # without it, nobody would notice that the client is gone
        if job.finished_at is not None or time.monotonic() > until or closing.wait(config["EVENT_POLL_SECONDS"]):
            return
        try:
            job = office.jobs.find(job.id)
        except Exception as error:  # the client comes back; half an event would not help it
            log.warning("a stream of events ends: %s", error)
            return
