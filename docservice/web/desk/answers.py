"""What the desk answers when it says no: a page that says why, what to do, and gives back what was typed."""

from __future__ import annotations

import logging
import re
import secrets

from flask import Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from docservice import disk
from docservice.refusal import Refusal
from docservice.web.desk.signing import form
from docservice.web.desk.statuses import status_of

log = logging.getLogger("docservice.web.desk")

_KEPT = 8000  # fields; a form of ours has fewer
_NOT_TYPED = (
    "seen",
    "draft",
    "draft-title",
    "draft-at",
    "shown",
    "trail",
    "latest",
    "path",
    "string",
    "chosen",
    "password",
    "old",
    "new",
    "again",
)
# Links to another page, that open in this tab.
_AWAY = re.compile(r'<a(?![^>]*\starget=)(?=[^>]*\shref="(?!#))(?=\s)')
_MAIN = '<main id="main" class="frame">'
_SAID = "Links on this page open in a new tab, so that what you typed stays here."


def respond(error: Exception) -> BaseResponse:
    """An error as a page of the desk."""
    error = disk.refusal_of(error) or error
    if isinstance(error, RequestEntityTooLarge):
        return too_large()
    if isinstance(error, Refusal) and error.code == "desk.signed_out":
        return signed_out()
    if isinstance(error, Refusal) and error.code.startswith("limit."):
        return too_often(error)
    refusal: Refusal | None = None
    trace = ""
    if isinstance(error, Refusal):
        refusal, status = error, status_of(error)
    elif isinstance(error, HTTPException) and error.code is not None:
        status = error.code
        if status < 400:
            return error.get_response()
    else:
        status, trace = 500, secrets.token_hex(16)
        log.error("%s %s failed, trace_id=%s", request.method, request.path, trace, exc_info=error)
    page = render_template("desk/error.html", status=status, trace=trace, refusal=refusal, typed=typed())
    response = whole(current_app.response_class(page, status))
    if refusal is not None and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    allow = getattr(error, "valid_methods", None)
    if allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    return response


def too_large() -> Response:
    """More than a request may have. Nothing of it was read, so nothing of it can be given back but the way back."""
    most = int(current_app.config["MAX_CONTENT_LENGTH"]) >> 20
    back = current_app.url_map.bind("").test(request.path, "GET")
    page = render_template("desk/too-large.html", megabytes=most, back=request.path if back else "")
    return whole(current_app.response_class(page, 413))


def signed_out() -> BaseResponse:
    """To the sign-in; what a form held comes along, and goes on its way afterwards."""
    if request.method in ("GET", "HEAD"):
        if "HX-Request" in request.headers:
            response = current_app.response_class("", 401)
            current = re.sub(r"^https?://[^/]+", "", request.headers.get("HX-Current-URL", ""))
            response.headers["HX-Redirect"] = url_for("desk.sign_in", next=current)
            return response
        if request.headers.get("Sec-Fetch-Dest", "document") != "document":
            # A picture of a page that is open needs no form; and each form would bring a cookie of its own.
            return current_app.response_class("", 401)
        return redirect(url_for("desk.sign_in", next=request.full_path.rstrip("?")), 303)
    return whole(form(401, kept=kept_fields(), kept_to=request.path, expired=True))


def too_often(refusal: Refusal) -> Response:
    """Not now. What a form held stays where it is, or can be sent again from here.

    The answer takes only the place of the part that htmx asked for; beside a form that htmx sent it stands below.
    """
    part, posted = "HX-Request" in request.headers, request.method == "POST"
    page = render_template(
        "desk/too-often-part.html" if part else "desk/too-often.html", refusal=refusal, posted=posted,
        kept=kept_fields() if posted and _whole_form() else [], again=request.full_path.rstrip("?"),
    )  # fmt: skip
    response = current_app.response_class(page, status_of(refusal))
    response.headers["Retry-After"] = str(refusal.retry_after)
    if part and posted:
        response.headers["HX-Reswap"] = "beforeend"
    return response


def _whole_form() -> bool:
    """Whether a form can be sent again from here: no file in it, which only the browser has, and no password."""
    return not request.files and not {"password", "old", "new"} & set(request.form)


def whole(response: Response) -> Response:
    """A whole page in answer to htmx takes the page's place, not a paragraph's."""
    if "HX-Request" in request.headers:
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "body", "innerHTML"
    return response


def elsewhere(response: BaseResponse) -> None:
    """Let the links of a page that answers a form open in a new tab.

    Such a page is not at its address: a browser that comes back to it has nothing to show, and what was typed is gone.
    """
    part = "HX-Request" in request.headers and "HX-Retarget" not in response.headers
    whole_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
    if request.method != "POST" or part or not whole_page or g.get("desk") is None:
        return
    page = _AWAY.sub(r'<a target="_blank" rel="noopener"', response.get_data(as_text=True))
    response.set_data(page.replace(_MAIN, f'{_MAIN}\n<p class="hint">{_SAID}</p>', 1))


def kept_fields() -> list[tuple[str, str]]:
    """What a form held, but for its token."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "form_token"]
    return fields[:_KEPT]


def typed() -> list[tuple[str, str]]:
    """What somebody typed into a form that was refused: nothing of it may be lost. Never a password."""
    if request.method != "POST" or g.get("desk") is None:
        return []
    return [(name, value) for name, value in kept_fields() if is_typed(name, value)]


def is_typed(name: str, value: str) -> bool:
    """Whether a field holds words of somebody, and enough of them to show again."""
    return name.partition(":")[0] not in _NOT_TYPED and len(value) > 20
