"""What lint holds a wording against: the names, fields and filters that rendering offers, read from its own types."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from inspect import getmembers, isclass

from docservice.casefile import aftermath
from docservice.casefile import facts as case_facts
from docservice.casefile import history as case_history
from docservice.rendering.composing.sandbox import Sandbox
from docservice.town import pack as town_pack
from docservice.wording.catalog.lint import Vocabulary

# The names of rendering.composing.facts.assemble (docs/wording.md).
NAMES = frozenset(
    """
    town case property recipient parties violations permit inspections inspection citations citation
    visit request complaint
    stop_work standing_order building_order hardship decision hearing appeal appeals contested contested_orders
    memo served services rounds
    served_papers placard placard_words costs chronology officer document periods phrases today help taglines
    deadlines fine penalty ledger statements translation violation_groups codes_used fines_to_come
    comply contact photographs
    lien release withdrawn receipt overdue overdue_costs overdue_total overdue_pay_at abatement
    """.split()  # noqa: SIM905
)
# Fields that rendering adds to the records of the casefile and the town pack.
ADDED = frozenset(
    """
    called comply_by section_title section_text dial direction language text number date formal verify_url
    verify_code supersedes original data key type reason title url index first last length fines costs total lines
    amount balance paid charges tiers days ordinal per_day rows days_late days_left original_limit_on extended reached
    notice copy printing earlier sent_to role debt owes owed_by
    at_once held_days holding
    due_on due_before next_fee fee received_on first_on one_day
    fined returned owed pay_by first_order_by not_only_fines ordered_on to_pay due must_leave
    reader greeting number same_rule_as code_name sections starts_on next second third abbreviation class_title
    from_now_on later one_date pay_at enclosures pages residents
    deposit_after_denial deposit_waits numbers lists_violations
    legs certified article_digits
    whole refund later lower was now hearing alone last_day late needed deposit_by holds_fines holds_time holds_costs
    order_stands danger of_costs due owed
    overrun look_back to_day deposit_required
    stop_work restricted_use unsafe do_not_remove enclosed
    staff_english
    """.split()  # noqa: SIM905
)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of this release."""
    found = set(ADDED)
    for module in (case_facts, case_history, aftermath, town_pack):
        for _, kind in getmembers(module, lambda value: isclass(value) and is_dataclass(value)):
            found.update(field.name for field in fields(kind))
    return Vocabulary(NAMES, frozenset(found), frozenset(Sandbox({}).filters))
