"""Two people at one thing: what each changed, side by side, and a choice for each field that both touched."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, render_template
from markupsafe import Markup, escape

from docservice.web.desk.forms import DeskForm

_LONG = ("text", "paragraphs", "lines")
_WORDS = re.compile(r"\s+|[^\s]+")

Texts = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Contest:
    """One field that both changed, each in another way."""

    name: str
    label: str
    yours: tuple[str, ...]
    theirs: tuple[str, ...]
    yours_marked: Markup
    theirs_marked: Markup
    long: bool


def compare(base: Texts, yours: Texts, theirs: Texts) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Both sides together where they fit, and the names of the fields that both changed differently."""
    together, contested = {}, []
    for name, mine in yours.items():
        before, other = base.get(name, ()), theirs.get(name, ())
        if mine == other or other == before:
            together[name] = mine
        elif mine == before:
            together[name] = other
        else:
            contested.append(name)
    return together, contested


def page(
    yours: DeskForm,
    base: DeskForm,
    theirs: DeskForm,
    *,
    action: str,
    what: str,
    by: str = "",
    at: datetime | None = None,
    crumbs: Markup | str = "",
) -> Response:
    """The page of two people (412): ``yours`` was typed over ``base``, while ``theirs`` was saved with a newer state.

    The answer goes to ``action`` as that form's own fields; ``Form.sent`` takes the choices. ``what`` is what was
    saved ("number 5", "the people"), ``by`` a name on record.
    """
    together, contested = compare(base.texts(), yours.texts(), theirs.texts())
    rows = []
    for name in contested:
        one = yours[name]
        mine, other, before = one.value, theirs[name].value, base[name].value
        sent = [form[name].values if one.kind == "boxes" else (form[name].value,) for form in (yours, theirs)]
        if one.choices:
            said = dict(one.choices)
            marked = [escape(", ".join(said.get(v, v) for v in form[name].values)) for form in (yours, theirs)]
        else:
            marked = [_marked(before, mine), _marked(before, other)]
        rows.append(Contest(name, one.label, sent[0], sent[1], marked[0], marked[1], one.kind in _LONG))
    settled: Sequence[tuple[str, str]] = [
        (name, value)
        for name, values in together.items()
        for value in (values if yours[name].kind == "boxes" else (_joined(yours, name, values),))
    ]
    body = render_template("desk/two-people.html", contests=rows, settled=settled, action=action, seen=theirs.seen,
                           what=what, by=by, at=at, crumbs=crumbs)  # fmt: skip
    return current_app.response_class(body, 412)


def _joined(form: DeskForm, name: str, values: tuple[str, ...]) -> str:
    return {"lines": "\n", "paragraphs": "\n\n"}.get(form[name].kind, ", ").join(values)


def _marked(before: str, after: str) -> Markup:
    """``after`` with the words that are not in ``before`` marked."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    said = Markup("")
    for what, _, _, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        words = "".join(new[start:end])
        if words:
            said += Markup("<ins>{}</ins>").format(words) if what in ("insert", "replace") and before else escape(words)
    return said
