"""``docservice serve``."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import sys

import click

from docservice.cli.opening import opened, settings
from docservice.refusal import Refusal


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), default=8, show_default=True, help="Requests at a time.")
@click.option("--workers", type=click.IntRange(1, 64), help="Rendering processes (default: DOCSERVICE_WORKERS or 2).")
@click.option("--no-worker", is_flag=True, help="Leave long work to `docservice worker` processes.")
@click.option("--quiet", is_flag=True, help="No line per request.")
def serve(host: str, port: int, threads: int, workers: int | None, no_worker: bool, quiet: bool) -> None:
    """Serve the API and the public pages.

    Documents are rendered in warm processes of their own, with limits of time and memory, never in the web process.
    Long work (packets, mailings) is done by a worker in this process. Put a proxy with TLS before it. Ctrl-C stops it.

    \b
    Examples:
      docservice serve
      docservice serve --host 0.0.0.0 --port 8080 --threads 16 --workers 4
    """
    gc.disable()  # loading makes no garbage to speak of, and looking for it costs 0.1 s
    from docservice.app import create_app, end_streams
    from docservice.cli.serving import make_server
    from docservice.limiting.counting import RateLimits

    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("waitress").setLevel(logging.WARNING)
    config = settings(**({"workers": workers} if workers else {}))
    limits = RateLimits.of(config)
    with opened(workers=config.workers) as office:
        app = create_app(
            office,
            max_body_megabytes=config.max_body_megabytes,
            max_exhibit_megabytes=config.max_exhibit_megabytes,
            limits=limits,
            EVENT_STREAMS=threads // 2,  # each holds a thread; the others go on answering
        )
        try:
            server, bound = make_server(
                app, host, port, threads, config.max_body_megabytes, config.max_exhibit_megabytes,
                trusted_proxy=config.trusted_proxy, trusted_proxies=config.trusted_proxies,
            )  # fmt: skip
        except OSError as error:
            raise Refusal("serve.address", f"Cannot listen on {host}:{port}: {error.strerror}.", kind="setup") from None
        at = f"http://{host}:{bound}"
        click.echo(f"docservice serves {at} (Ctrl-C stops it)", err=True)
        click.echo(f"The desk: {at}/desk/", err=True)
        code = office.people.first_start.begin()
        if code is not None:
            click.echo(
                f"Nobody has an account yet. Make the first one at {at}/desk/first with the code {code}", err=True
            )

        def end(*_: object) -> None:
            """An orderly end: answer what is running, end the rendering processes, close the records."""
            end_streams(app)  # which would go on for minutes
            sys.exit(0)

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        gc.enable()
        gc.freeze()  # what is loaded now stays
        office.warm(wait=False)  # /health/ready waits for it
        if not no_worker:
            office.jobs.worker.start()
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            server.run()
        server.close()
