"""Numbers of certified mail: 22 digits that the mailer's system gives (94…), or 20 of a label from the counter (70…).

The last digit checks the others (USPS Publication 199: weights 3 and 1 from the right, modulo 10). A number of zeros
alone passes that, so what a number begins with is asked as well.
"""

from __future__ import annotations

import re
from typing import Any

from docservice.casefile.fields import LineField, wrong

_SPACES = re.compile(r"[ \u00a0]")
_BEGINNINGS = {22: re.compile("9[1-5]"), 20: re.compile("7[01]")}
PATTERN = r"\d(?: ?\d){19}(?:(?: ?\d){2})?"
SHAPE = "A certified mail article number has 22 digits, or 20 on a label from the post office."


def article_digits(number: str) -> str:
    """The digits alone, by which two ways of writing one number are the same."""
    return _SPACES.sub("", number)


def grouped(number: str) -> str:
    """As it is printed and read aloud: digits in fours."""
    digits = article_digits(number)
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def article_fault(number: str) -> str | None:
    """What is wrong with a number, as a sentence; None for one that can be."""
    digits = article_digits(number)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in _BEGINNINGS:
        return SHAPE
    if not _BEGINNINGS[len(digits)].match(digits):
        begins = "91 to 95" if len(digits) == 22 else "70 or 71"
        return f"A certified mail article number of {len(digits)} digits begins with {begins}; read it again."
    if check_digit(digits[:-1]) != digits[-1]:
        return f"The last digit of {grouped(digits)} does not fit the others; one was misread. Read it again."
    return None


def check_digit(digits: str) -> str:
    """The digit that follows these: weights 3, 1, 3 … from the right, modulo 10."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


class ArticleField(LineField):
    """A certified mail article number, its check digit right."""

    kind = "article number"

    def __init__(self, description: str, *, required: bool = False) -> None:
        super().__init__(description, required=required, pattern=PATTERN, code="article_number", says=SHAPE)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        fault = article_fault(text)
        if fault is not None:
            raise wrong("article_number", fault)
        return text
