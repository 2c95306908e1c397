"""What the desk says in words: people, days, states, steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from flask import g
from markupsafe import Markup, escape

from docservice.refusal import Refusal
from docservice.web.desk.access import office

STANDINGS = {
    "draft": "Draft",
    "in_review": "Under review",
    "scheduled": "Approved, not yet in force",
    "in_force": "In force",
    "superseded": "Superseded",
    "withdrawn": "Withdrawn",
}
STEPS = {
    "template.added": "Proposed",
    "template.submitted": "Put under review",
    "template.assigned": "Reviewer named",
    "template.sent_back": "Sent back",
    "template.approved": "Approved",
    "template.withdrawn": "Withdrawn",
    "review.comment": "Comment",
    "review.reply": "Reply",
    "review.resolved": "Comment resolved",
    "review.reopened": "Comment reopened",
}
ROLES = {
    "requester": "sees drafts, reads records",
    "staff": "issues documents, binds packets, proposes wording",
    "translator": "translates, comments",
    "reviewer": "comments, sends back; approves where the town says so",
    "approver": "approves wording where the town says so",
    "administrator": "accounts and API keys",
}
SCOPES = {
    "preview": "make drafts",
    "issue": "issue documents; read, void and supersede what it issued",
    "read": "read all documents and packets",
    "records": "read all documents; with issue, void and supersede what other systems issued",
    "packets": "bind packets",
    "review": "propose and review wording",
    "approve": "approve, for the person it acts for",
    "translate": "write, import and approve translations",
    "admin": "everything",
}
_DAY = re.compile(r"(?<![\w-])[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\w-])")
_FIELD = re.compile(r"\{([a-z_][\w.]*)\}")
_COUNTED = re.compile(r"(\$[\d,]+(?:\.\d\d)?|\b\d+ (?:days?|months?)\b|\bnot added\b)")
_CHIP = re.compile(r"\{([^{}]*)\}")
_HOW = {"moved": "moved since", "edited": "edited since", "lost": "no longer in the text"}


def person(name: str | None) -> str:
    """A name on record (``account:cora``, ``key:tracker``, ``cli:ana``) as people say it."""
    kind, _, rest = (name or "").partition(":")
    if kind == "account" and rest:
        return _names().get(rest, rest)
    return {"key": f"{rest} (a system)", "cli": f"{rest} (operator)"}.get(kind, name or "") if rest else name or ""


def by_login(login: str | None) -> str:
    """The name of an account."""
    return person(f"account:{login}") if login else ""


def _names() -> dict[str, str]:
    if "names" not in g:
        g.names = {account.login: account.name for account in office().people.accounts.listed()}
    found: dict[str, str] = g.names
    return found


def day(value: date | None) -> Markup:
    """A day, long."""
    if value is None:
        return Markup("")
    return _time(value.isoformat(), format_date(value, "long", locale="en_US"))


def brief_day(value: date | datetime | None) -> Markup:
    """A day as lists have it: ``Tue, Sep 22``; with its year where that is not this one."""
    if value is None:
        return Markup("")
    shown = _local(value).date() if isinstance(value, datetime) else value
    pattern = "EEE, MMM d" if shown.year == office().means.today().year else "MMM d, y"
    return _time(shown.isoformat(), format_date(shown, pattern, locale="en_US"))


def dated(text: str) -> str:
    """A sentence whose dates are written as people write them: ``2026-06-30`` → June 30, 2026."""
    return _DAY.sub(lambda found: format_date(date.fromisoformat(found[0]), "long", locale="en_US"), text)


def how_far(value: date | None) -> str:
    """How far a day is from today: ``in 8 days``, ``13 days late``."""
    if value is None:
        return ""
    days = (value - office().means.today()).days
    if days in (0, 1):
        return ("today", "tomorrow")[days]
    return f"in {days} days" if days > 0 else f"{-days} day{'s' if days < -1 else ''} late"


def _local(value: datetime) -> datetime:
    return value.astimezone(ZoneInfo(office().town.identity.time_zone))


def moment(value: datetime | None) -> Markup:
    """A moment, in the town's own time."""
    if value is None:
        return Markup("")
    local = _local(value)
    return _time(local.isoformat(timespec="seconds"), format_datetime(local, "MMM d, y, h:mm a", locale="en_US"))


def greeting() -> str:
    """Good morning, good afternoon, good evening: by the town's own clock."""
    hour = _local(office().means.clock()).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def first_name(name: str) -> str:
    """What somebody is called: the first of their names."""
    return name.split()[0] if name.split() else name


def clock(value: datetime) -> str:
    """A time of day, in the town's own time."""
    return format_datetime(_local(value), "h:mm a", locale="en_US").replace("\u202f", " ")


def _time(machine: str, human: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, human.replace("\u202f", " "))


def language(tag: str) -> str:
    """A language's name in English."""
    try:
        return Locale.parse(tag.replace("-", "_")).get_display_name("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag


def step(action: str) -> str:
    """A line of the audit trail, in words."""
    return STEPS.get(action, action.replace(".", ": ").replace("_", " "))


def why(detail: Mapping[str, Any]) -> str:
    """What a line of the trail says besides: the reason, the date, the comment."""
    said = [str(detail[name]) for name in ("note", "message", "reason", "body") if detail.get(name)]
    if detail.get("effective_on"):
        said.append(f"in force from {format_date(date.fromisoformat(detail['effective_on']), 'long', locale='en_US')}")
    if detail.get("warnings"):
        said.append(f"warnings: {', '.join(dict.fromkeys(detail['warnings']))}")
    if detail.get("confirmed"):
        said.append(f"confirmed: {'; '.join(detail['confirmed'])}")
    if detail.get("reviewer"):
        said.append(f"asked of {by_login(detail['reviewer'])}")
    if detail.get("replacement"):
        said.append(f"version {detail['replacement']} takes its place")
    return "; ".join(said)


def problem(refusal: Refusal) -> tuple[str, ...]:
    """Each thing that is wrong, where there is more to say than the message."""
    said = [f"{p.place.lstrip('/')}: {p.message}" if p.place else p.message for p in refusal.problems]
    return tuple(one for one in dict.fromkeys(said) if not one.endswith(refusal.message))


def lines(text: str) -> Markup:
    """What somebody typed, with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def place(path: str) -> str:
    """The id of a paragraph on a version's page, from its block path."""
    return "p-" + "".join(character if character.isalnum() else "-" for character in path)


def fields(text: str) -> str:
    """A paragraph of the outline with its fields as the redline shows them: ``{a.b_c}`` → ⟨a b c⟩."""
    return _FIELD.sub(lambda found: f"⟨{found[1].replace('.', ' ').replace('_', ' ')}⟩", text)


def quoted(text: str, quote: str) -> Markup:
    """A paragraph with the words that a comment means marked."""
    before, found, after = text.partition(quote) if quote and quote != text else (text, "", "")
    said = [fields(part) for part in (before, found, after)]
    return Markup("{}<mark>{}</mark>{}").format(*said) if found else escape(said[0])


def bold_numbers(text: str) -> Markup:
    """A rule with its days and amounts marked."""
    return Markup("").join(
        Markup("<b>{}</b>").format(part) if n % 2 else escape(part) for n, part in enumerate(_COUNTED.split(text))
    )


def chips(text: str) -> Markup:
    """A paragraph for reading: its fields as chips, its strong words strong."""
    made = []
    for n, part in enumerate(_CHIP.split(text)):
        if n % 2:
            made.append(Markup('<span class="fill">{}</span>').format(part))
        else:
            made.append(escape(part.replace("**", "")))
    return Markup("").join(made)


FILTERS: dict[str, Callable[..., Any]] = {
    "person": person,
    "by_login": by_login,
    "day": day,
    "brief_day": brief_day,
    "bold_numbers": bold_numbers,
    "chips": chips,
    "dated": dated,
    "long_day": lambda value: _time(value.isoformat(), format_date(value, "full", locale="en_US")),
    "how_far": how_far,
    "moment": moment,
    "language": language,
    "step": step,
    "why": why,
    "lines": lines,
    "quoted": quoted,
    "fields": fields,
    "problems": problem,
    "standing": lambda key: STANDINGS.get(key, key),
    "how": lambda key: _HOW.get(key, ""),
    "place": place,
}
