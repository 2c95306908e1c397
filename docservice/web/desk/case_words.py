"""What cases say in words: roles, ways of serving, results, kinds of hearing, fields of the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from docservice.web.desk.access import office
from docservice.web.desk.forms import words_of

ROLES: Mapping[str, str] = {
    "owner": "Owner", "occupant": "Lives or works there", "tenant": "Tenant", "lienholder": "Lender", "agent": "Agent",
    "contractor": "Contractor", "worker": "Worker", "local_contact": "Local contact",
    "appellant": "Asked for a hearing",
    "representative": "Speaks for somebody", "interested": "Is to be told",
}  # fmt: skip
ADDRESS_KINDS: Mapping[str, str] = {
    "street": "Street address", "po_box": "Post office box", "private_mailbox": "Private mailbox",
    "military": "Military mail", "foreign": "Another country", "post_on_site": "None: post it at the property",
}  # fmt: skip
ENTRY: Mapping[str, str] = {
    "consent": "Somebody let us in", "warrant": "Warrant", "public_view": "Seen from the street or other public ground",
    "neighbor_consent": "Seen from a neighbor’s land, with leave", "emergency": "Emergency",
}  # fmt: skip
HEARINGS: Mapping[str, str] = {
    "appeal": "Somebody contests a paper", "show_cause": "Show cause", "abatement": "Abatement",
}  # fmt: skip
CAME_BY: Mapping[str, str] = {
    "phone": "By telephone", "email": "By e-mail", "letter": "By letter", "in_person": "In person", "online": "Online",
}  # fmt: skip
METHODS: Mapping[str, str] = {
    "first_class_mail": "first-class mail", "certified_mail": "certified mail", "express": "overnight courier",
    "personal": "handed over", "substituted": "left with somebody else, and mailed",
    "posting": "posted at the property",
    "posting_site": "posted at the property", "posting_site_10_days": "posted at the property for ten days",
    "posting_unit": "posted at the unit’s door", "publication": "printed in a newspaper", "electronic": "e-mail",
}  # fmt: skip
RESULTS: Mapping[str, str] = {
    "pending": "nothing known yet", "delivered": "delivered", "handed_over": "handed over", "posted": "posted",
    "sent": "sent", "unclaimed": "came back unclaimed", "refused": "refused", "returned": "came back",
    "not_required": "not needed",
}  # fmt: skip
FAILED = ("unclaimed", "refused", "returned")
GREETINGS: Mapping[str, str] = {
    "name": "By name", "personal_representative": "As personal representative of an estate", "heirs": "As heirs",
    "occupant": "As an occupant whose name is not known",
}  # fmt: skip
OUTCOMES: Mapping[str, str] = {"upheld": "upheld", "modified": "changed", "dismissed": "dismissed"}
LISTS: Mapping[str, str] = {
    "case": "The case", "property": "Property", "parties": "People", "violations": "What was seen",
    "inspections": "Visits", "permits": "Permits", "hearings": "Hearing", "visits": "Planned visits",
    "extension_requests": "Requests for more time", "payments": "Payments", "costs": "Costs", "events": "Notes",
    "citations": "Citations", "stop_work_orders": "Stop work orders", "appeals": "Requests for a hearing",
    "service": "Service", "confidential": "For the office only", "memoranda": "Staff reports",
    "notices": "Earlier papers",
    "placards": "Placards", "hardship_requests": "Hardship requests", "building_orders": "Orders about the building",
    "liens": "Liens", "officers": "Officers", "abatement": "Work in the owner’s place",
}  # fmt: skip


def name_of(party: Mapping[str, Any]) -> str:
    """A party's name as the office says it: with its Latin letters, where it has others."""
    name = party.get("name") or {}
    text, latin = str(name.get("text") or ""), str(name.get("latin") or "")
    return f"{text} ({latin})" if latin else text


def party(facts: Mapping[str, Any], id: str | None) -> str:
    """A party by its id; the id where it is not there."""
    found = next((one for one in facts.get("parties") or () if one.get("id") == id), None)
    return name_of(found) if found is not None else id or ""


def officer(id: str | None, facts: Mapping[str, Any] | None = None) -> str:
    """An officer's name: the town's, or one that the case adds."""
    added = next((one for one in (facts or {}).get("officers") or () if one.get("id") == id), None)
    if added is not None:
        return str(added["name"])
    found = office().town.officer(id) if id else None
    return found.name if found is not None else id or ""


def day_of(value: object) -> date | None:
    """A day of a casefile's JSON, or none."""
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def brief(day: date | None) -> str:
    """A day in the middle of a sentence: Oct 14."""
    if day is None:
        return ""
    return f"{day:%b} {day.day}" + ("" if day.year == office().means.today().year else f", {day.year}")


def clock_of(value: object) -> str:
    """A time of day as people say it: ``13:30`` → 1:30 p.m."""
    hour, _, rest = str(value or "").partition(":")
    if not hour.isdigit():
        return ""
    half = "a.m." if int(hour) < 12 else "p.m."
    return f"{(int(hour) - 1) % 12 + 1}:{rest[:2]} {half}"


def about(facts: Mapping[str, Any], id: str | None) -> str:
    """What a thing of the case is, by its id: a violation by its place or section, a hearing by its day."""
    for listed in ("violations", "citations", "hearings", "inspections", "appeals", "stop_work_orders", "visits",
                   "extension_requests", "placards", "hardship_requests", "memoranda", "costs", "service"):  # fmt: skip
        for one in facts.get(listed) or ():
            if one.get("id") == id:
                return thing(listed, one)
    return next((f"permit {one['number']}" for one in facts.get("permits") or () if one.get("number") == id), id or "")


def thing(listed: str, one: Mapping[str, Any]) -> str:
    """One thing of a list in a few words."""
    if listed == "violations":
        section = office().town.section(str(one.get("section") or ""), day_of(one.get("observed_on")) or date.min)
        what = section.title if section is not None else str(one.get("section") or "")
        return ", ".join(part for part in (what, str(one.get("location") or "")) if part)
    if listed == "service":
        return f"{one.get('document', '')}, {METHODS.get(str(one.get('method')), '')}"
    if listed == "citations":
        return f"citation {one.get('number') or ''}".strip()
    when = one.get("on") or one.get("filed_on")
    day = day_of(when)
    said = f"{day:%b} {day.day}, {day.year}" if day is not None else ""
    named = {
        "hearings": "hearing of", "inspections": "visit of", "appeals": "request of",
        "stop_work_orders": "stop work order of",
        "visits": "visit planned for", "extension_requests": "request of", "placards": "placard of",
        "hardship_requests": "hardship request of", "memoranda": "staff report of", "costs": "cost of",
    }  # fmt: skip
    return f"{named.get(listed, '')} {said}".strip()


def several(words: Sequence[str], most: int) -> str:
    """Some of them, and how many more there are."""
    said = ", ".join(words[:most])
    return f"{said} and {len(words) - most} more" if len(words) > most else said


def first_words(text: str, most: int = 60) -> str:
    """The beginning of a text, whole words."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def field_words(path: tuple[str, ...], facts: Mapping[str, Any]) -> str:
    """Where a fact stands, in words: ``parties, owner, address, lines`` → People, Mei-Ling Chen: address lines."""
    listed, *rest = path
    said = LISTS.get(listed, words_of(listed))
    items = facts.get(listed)
    if isinstance(items, list) and rest:
        id, *rest = rest
        one = next((item for item in items if id in (item.get("id"), item.get("number"))), None)
        named = name_of(one) if listed == "parties" and one else thing(listed, one) if one else id
        said = f"{said}, {named}"
    return f"{said}: {' '.join(one.replace('_', ' ') for one in rest)}" if rest else said


def value_words(value: Any) -> str:
    """A fact as people read it."""
    if value is None or value == "":
        return "nothing"
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value_words(one) for one in value) or "nothing"
    if isinstance(value, Mapping):
        if "name" in value:
            return name_of(value)
        return "; ".join(f"{name.replace('_', ' ')}: {value_words(one)}" for name, one in value.items() if name != "id")
    return str(value)


def shown(part: Any, name: str, value: Any, facts: Mapping[str, Any]) -> str:
    """What an item of a part says in a field, in the words of its form."""
    choices = dict(part.choices(facts).get(name) or ())
    one = [choices.get(each) or part.words.get(each) or value_words(each) for each in
           (value if isinstance(value, list) else [value])]  # fmt: skip
    said = ", ".join(str(each) for each in one)
    day = day_of(value) if isinstance(value, str) and len(value) == 10 else None
    return f"{day:%B} {day.day}, {day.year}" if day is not None else said
