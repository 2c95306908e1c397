"""What must hold of the rules that count: lengths that can be meant, and days that can still be kept.

A last day is counted forward from the day on which the paper is served or issued. Only from a hearing is counted
backward, and only a document about a hearing has one to count from.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from docservice.town.pack import DeadlineRule, TownPack

Incoherence = tuple[tuple[Hashable, ...], str]

# No period of a town is longer than ten years (a judgment lien's: Code Civ. Proc. § 697.310(b)).
MOST: Mapping[str, int] = {"days": 3653, "months": 120}
_YEAR = 366
# Which day a rule of a meaning is counted from, and which way.
_FROM_SERVICE = frozenset(("cure", "contest", "pay", "pay_costs", "court_review"))
_TO_HEARING = frozenset(("hearing_lead", "staff_report", "access_request"))


def incoherent_deadlines(pack: TownPack) -> Iterator[Incoherence]:
    """Every rule whose count, trigger or direction makes no sense for what prints it, at the key that is wrong."""
    for key, rule in pack.deadlines.items():
        place = ("deadlines", key)
        said = f"The rule {key} ({rule.title})"
        if not 1 <= rule.count <= MOST[rule.unit]:
            yield (*place, "count"), f"{said} counts {rule.count} {rule.unit}: at least 1, at most {MOST[rule.unit]}."
        if rule.calendar == "court" and pack.court_calendar is None:
            yield (*place, "calendar"), "The pack has no calendar of the court (court_calendar)."
        yield from (((*place, at), f"{said} {text}") for at, text in _senseless(pack, key, rule))
    yield from _lengths(pack)


def _senseless(pack: TownPack, key: str, rule: DeadlineRule) -> Iterator[tuple[str, str]]:
    meaning = pack.means(key)
    if rule.direction == "before" and rule.trigger != "hearing":
        yield "direction", f"ends before the day of {rule.trigger}, when nobody has the paper yet: say after."
    if meaning in _FROM_SERVICE and rule.trigger == "hearing":
        yield "trigger", f"means {meaning} and is counted from a hearing: say service or issue."
    elif meaning in _TO_HEARING and rule.trigger != "hearing":
        yield "trigger", f"means {meaning} and is counted from {rule.trigger}: say hearing."
    elif meaning in _TO_HEARING and rule.direction != "before":
        yield "direction", f"means {meaning} and ends after the hearing: say before."
    elif rule.trigger == "hearing":
        for kind, document_type in pack.document_types.items():
            if key in document_type.deadlines.values() and document_type.subject != "hearing":
                yield "trigger", f"is counted from a hearing, and {kind} is about none: say service or issue."
                return


def _lengths(pack: TownPack) -> Iterator[Incoherence]:
    """The other numbers that days and months are counted with; that none is negative the schema holds."""
    if not 1 <= pack.look_back.count <= MOST["months"]:
        yield ("look_back", "count"), f"The look-back is at least 1 and at most {MOST['months']} months."
    for name in ("same_state", "other_state", "abroad"):
        if getattr(pack.mail_extension, name) > _YEAR:
            yield ("mail_extension", name), f"Mailing adds at most {_YEAR} days."
    for index, section in enumerate(pack.sections):
        if section.cure_days is not None and not 1 <= section.cure_days <= MOST["days"]:
            yield ("sections", index, "cure_days"), f"{section.code} is corrected within 1 to {MOST['days']} days."
    if pack.hearing.request_days is not None and pack.hearing.request_days > _YEAR:
        yield ("hearing", "request_days"), f"Help at a hearing is asked for at most {_YEAR} days before."
    if pack.dating.ahead > _YEAR:
        yield ("dating", "ahead"), f"A document is dated at most {_YEAR} days ahead."
