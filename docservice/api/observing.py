"""What an operator watches: /health/live, /health/ready, /metrics, and one log line per request."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import Any

from flask import Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from docservice import __version__
from docservice.api.access import public
from docservice.api.blueprint import Blueprint
from docservice.api.problems import trace_id
from docservice.api.wiring import office
from docservice.refusal import Refusal

log = logging.getLogger("docservice.requests")

blueprint = Blueprint("observing", __name__, description="For operators")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Meters:
    """Counters and durations of one app; in a registry of its own, so that apps in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self.requests = Counter("docservice_requests", "Answered requests", (*labels, "status"), registry=self.registry)
        self.seconds = Histogram(
            "docservice_request_seconds", "Time to answer", labels, buckets=BUCKETS, registry=self.registry
        )
        self.refusals = Counter("docservice_refusals", "Refusals by code", ("code",), registry=self.registry)
        self.running = Gauge("docservice_requests_running", "Requests being answered", registry=self.registry)
        self.processes = Gauge("docservice_rendering_processes", "Rendering processes", registry=self.registry)
        self.warm = Gauge("docservice_rendering_processes_warm", "Those of them that are warm", registry=self.registry)
        self.numbers = Gauge("docservice_numbers_open", "Numbers that no document has", registry=self.registry)
        Gauge("docservice_info", "Version", ("version",), registry=self.registry).labels(__version__).set(1)


def install(app: Flask) -> None:
    """Measure and log every request of ``app``."""
    meters = Meters()
    app.extensions["docservice.meters"] = meters

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()
        meters.running.inc()

    @app.after_request
    def count(response: Response) -> Response:
        # The rule, not the path: paths hold ids, and a metric per id is a leak.
        route = request.url_rule.rule if request.url_rule else "(unknown)"
        seconds = time.perf_counter() - g.begun
        method = request.method if route != "(unknown)" else "(any)"
        meters.requests.labels(method, route, str(response.status_code)).inc()
        meters.seconds.labels(method, route).observe(seconds)
        if "problem_code" in g:
            meters.refusals.labels(g.problem_code).inc()
        log.info("%s %s %d %.0f ms %s", request.method, route, response.status_code, seconds * 1000, trace_id())
        response.headers.setdefault("Trace-Id", trace_id())
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        if "begun" in g:
            meters.running.dec()


@blueprint.route("/health/live", methods=["GET"])
@public
@blueprint.response(200)
def live() -> Any:
    """Is the process alive?"""
    return {"status": "ok", "version": __version__}


@blueprint.route("/health/ready", methods=["GET"])
@public
@blueprint.response(200)
def ready() -> Any:
    """Can it work? 503 while rendering processes warm up, when records cannot be read or nothing can be kept"""
    try:
        office().archive.ready()
    except Refusal:
        raise
    except Exception as error:
        log.warning("not ready: %s", error)
        raise Refusal("service.not_ready", "The records cannot be read at the moment.", kind="setup") from None
    warmth = office().warmth
    if warmth.under_way:
        message = f"Of {warmth.processes} rendering processes {warmth.warm} are warm. Ask again in a moment."
        raise Refusal("service.warming", message, kind="setup", retry_after=1)
    rendering = {"processes": warmth.processes, "warm": warmth.warm}
    return {"status": "ok", "version": __version__, "rendering": rendering}


@blueprint.route("/metrics", methods=["GET"])
@public
@blueprint.response(200, content_type="text/plain", schema={"type": "string"})
def metrics() -> Any:
    """Counters and durations in the Prometheus text format"""
    meters: Meters = current_app.extensions["docservice.meters"]
    meters.processes.set(office().warmth.processes)
    meters.warm.set(office().warmth.warm)
    with contextlib.suppress(Refusal):  # the database does not answer: the last that was known stands
        meters.numbers.set(office().archive.numbers_open())
    return Response(generate_latest(meters.registry), content_type=CONTENT_TYPE_LATEST)
