"""JSON as strictly as a record deserves: UTF-8, no key twice in an object, no NaN, no number without end.

Two readers that take a laxer text differently (the first key or the last, 1e400 or infinity) would read two records.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from docservice.finding import Finding
from docservice.refusal import Refusal

MOST_DIGITS = {"whole": 30, "decimal": 40}


def read(text: bytes | str, *, what: str, area: str) -> Any:
    """The value that ``text`` holds (bytes are UTF-8); numbers with a fraction come as ``Decimal``.

    ``what`` names the text in messages ("The casefile"), ``area`` in codes. Raises ``Refusal`` of kind ``malformed``:
    ``area.malformed``, with ``area.duplicate_key`` for every key that is given twice.
    """

    def malformed(message: str, place: str = "") -> Refusal:
        return Refusal(
            f"{area}.malformed", message, [Finding.error(f"{area}.malformed", message, place)], kind="malformed"
        )

    repeated: list[Finding] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            for key in sorted({key for key in keys if keys.count(key) > 1}):
                repeated.append(
                    Finding.error(f"{area}.duplicate_key", f"The key “{key}” is given twice in one object.")
                )
        return found

    def whole(digits: str) -> int:
        if len(digits.removeprefix("-")) > MOST_DIGITS["whole"]:
            raise malformed(f"{what} has a number with more than {MOST_DIGITS['whole']} digits.")
        return int(digits)

    def decimal(digits: str) -> Decimal:
        if len(digits) > MOST_DIGITS["decimal"]:
            raise malformed(f"{what} has a number with more than {MOST_DIGITS['decimal']} digits.")
        return Decimal(digits)

    def constant(word: str) -> NoReturn:
        raise malformed(f"{what} has {word}, which is not a number.")

    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        value = json.loads(
            decoded, object_pairs_hook=unique, parse_float=decimal, parse_int=whole, parse_constant=constant
        )
    except UnicodeDecodeError as error:
        raise malformed(f"{what} is not UTF-8: byte {error.start + 1} cannot be read.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        if "control character" in error.msg:
            said = f"{what} has a line break or a tab inside quotation marks at {place}; JSON writes them \\n and \\t."
            raise malformed(said, place) from None
        raise malformed(f"{what} is not JSON at {place}: {error.msg}.", place) from None
    except RecursionError:
        raise malformed(f"{what} is nested too deeply.") from None
    except ArithmeticError:  # an exponent past what Decimal takes
        raise malformed(f"{what} has a number that is too large.") from None
    if repeated:
        raise Refusal(f"{area}.malformed", f"{what} gives a key twice.", repeated, kind="malformed")
    return value
