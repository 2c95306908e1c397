"""From an order to a finished document, pure: casefile → town → wording → rendering → checks."""
