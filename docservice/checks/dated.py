"""Is the document dated when it is issued? (DOMAIN §7.12)

Apart from the other checks, since they know no day but the document's: whoever has a clock says what day it is.
"""

from __future__ import annotations

from datetime import date

from docservice.checks.finding import error, warning
from docservice.finding import Finding
from docservice.town.dating import Dating, out_of_bounds


def dated(rules: Dating, on: date, today: date, reason: str | None) -> tuple[Finding, ...]:
    """What is to be said of a document dated ``on`` that is issued ``today``, dated back for ``reason``.

    A date ahead is an error, a date back is one without a reason, and with it a warning that has the reason.
    """
    found = out_of_bounds(rules, on, today)
    if found == "ahead":
        allowed = f"; the town allows {rules.ahead} days ahead" if rules.ahead else ""
        return (error("dated_ahead", f"The document is dated {on}, and today is {today}{allowed}.", "/on"),)
    if found == "back" and reason is None:
        message = f"The document is dated {on}, and today is {today}: say why it is dated back."
        return (error("dated_back", message, "/dated_back"),)
    if found == "back":
        return (warning("dated_back", f"Issued on {today}, and dated back to {on}: {reason}", "/on"),)
    return ()
