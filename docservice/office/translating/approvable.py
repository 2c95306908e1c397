"""May this person approve this translation as it stands? Said beforehand, so that nobody is offered what is refused.

The refusal itself, when nobody can change anything any more, is that of ``office.translating.translations``.
"""

from __future__ import annotations

from docservice.office.people.roles import Actor
from docservice.office.translating.translation_sheets import TranslationString


def obstacle(one: TranslationString, actor: Actor, *, second_person: bool) -> str | None:
    """Why ``actor`` cannot approve a string, as a sentence; None when nothing is in the way.

    ``second_person``: the town wants somebody else than the translator.
    """
    if one.state in ("missing", "stale"):
        return "There is no translation of this English yet."
    if one.state == "approved":
        return "It is approved already."
    errors = [finding.message for finding in one.findings if finding.severity == "error"]
    if errors:
        return f"It has to be mended first: {errors[0]}"
    if second_person and one.translated_by == actor.name:
        return "Somebody else than the translator approves."
    return None


def is_plain_draft(one: TranslationString, actor: Actor, *, second_person: bool) -> bool:
    """Whether a string may be chosen together with others unnamed: nothing is in the way, and nothing is doubtful."""
    return obstacle(one, actor, second_person=second_person) is None and not one.findings
