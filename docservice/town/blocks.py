"""The blocks of the trade: the parts of a letter that town packs and templates may require by name (docs/house.md).

A wording marks one with ``data-block="appeal-rights"``. Handouts have blocks of their own (docs/handouts.md).
"""

BLOCKS = frozenset(
    {
        "recipient", "identification", "salutation", "violations", "solution", "penalties", "consequences",
        "appeal-rights", "judicial-review", "informal", "fine", "payment", "payment-stub", "order", "reason",
        "resume-conditions", "permit", "penalty-tiers", "hearing", "allegations", "hearing-rights",
        "failure-to-appear", "access-line", "observations", "photographs", "entry-basis", "reinspection",
        "chronology", "background", "analysis", "recommendation", "service", "declaration", "statements",
        "signature", "mailing", "enclosures", "taglines", "supersedes", "translation", "verify", "sent-to", "printing",
        "for-your-information", "at-a-glance", "placard-words", "do-not-remove", "site",
        "basis", "why-you", "decisions",
        "where-to-send", "about-you", "request", "deposit", "hearing-needs", "means", "proof", "your-signature",
    }
)  # fmt: skip
