"""Characters that nobody sees on paper, and where a script needs them all the same.

A name with one of them looks like another and is not found; a name of nothing else is no name. Which code points have
no look of their own is Unicode's ``Default_Ignorable_Code_Point`` (DerivedCoreProperties, 16.0), with a few that are
blank on purpose. What this module does *not* do: find letters that look like others (а for a).
"""

from __future__ import annotations

import re
import unicodedata

_NON_JOINER, _JOINER, _PLACE_TO_BREAK = "\u200c", "\u200d", "\u200b"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    # Blank Braille, an Egyptian blank and half blank, a Khitan filler, a note without a head.
    "\u2800\U00013441\U00013442\U00016fe4\U0001d159]"
)
# Scripts whose letters join or have conjuncts, by their codes in ISO 15924: the joiners change their look.
_JOINING = frozenset({
    "Adlm", "Arab", "Chrs", "Mand", "Mani", "Mong", "Nkoo", "Ougr", "Phag", "Phlp", "Rohg", "Sogd", "Syrc",
    "Ahom", "Bali", "Batk", "Beng", "Brah", "Bugi", "Cakm", "Cham", "Deva", "Diak", "Dogr", "Gong", "Gonm",
    "Gran", "Gujr", "Guru", "Java", "Khar", "Khmr", "Khoj", "Knda", "Kthi", "Lana", "Laoo", "Lepc", "Limb",
    "Mahj", "Mlym", "Modi", "Mtei", "Mult", "Mymr", "Nand", "Newa", "Orya", "Saur", "Shrd", "Sidd", "Sind",
    "Sinh", "Soyo", "Sund", "Sylo", "Takr", "Taml", "Telu", "Tglg", "Thai", "Tibt", "Tirh", "Zanb",
})  # fmt: skip
# Scripts that write words without spaces and mark by it where a line may break.
_UNSPACED = frozenset({"Khmr", "Lana", "Laoo", "Mymr", "Thai"})
# Scripts with forms that a selector chooses (StandardizedVariants, and the Ideographic Variation Database for Han).
_VARIED = frozenset({"Hani", "Mani", "Mymr", "Phag"})

_TO_WRITE_ON = re.compile(r"_{3}|\.{5}|…{2}")

# What a word processor leaves behind in running text, where it does no harm: places to break and directions.
_LEFT_BEHIND = frozenset("\u00ad\u061c\u200b\u200e\u200f\u2060\ufe0e\ufe0f")


def invisible(text: str, *, running: bool = False) -> tuple[int, str] | None:
    """The first character of ``text`` that cannot be seen and is not needed there: its place from 0, and itself.

    ``running`` text may have what a word processor leaves behind, unless it has nothing else.
    """
    if text.isascii():
        return None
    empty = running and not _INVISIBLE.sub("", text).strip()
    for found in _INVISIBLE.finditer(text):
        if running and not empty and found[0] in _LEFT_BEHIND:
            continue
        before = text[found.start() - 1] if found.start() else ""
        if not _is_needed(found[0], before, text[found.end() : found.end() + 1]):
            return found.start(), found[0]
    return None


def says_something(text: str) -> bool:
    """Whether there is a letter, a digit or a sign to be read in ``text``, or a rule to write on (``____``).

    Spaces, characters that cannot be seen, dashes, dots, bullets and other marks alone say nothing.
    """
    return any(_is_read(character) for character in text) or bool(_TO_WRITE_ON.search(text))


def _is_read(character: str) -> bool:
    if character.isascii():
        return character.isalnum()
    kind = unicodedata.category(character)
    if kind[0] not in "LN" and kind != "So":
        return False
    return not ("\u25a0" <= character <= "\u25ff" or _INVISIBLE.match(character))  # squares and dots are bullets


def named(character: str) -> str:
    """What to call it: its code point and Unicode's name for it."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X}" + (f", {name}" if name else "")


def _is_needed(character: str, before: str, after: str) -> bool:
    if not before or unicodedata.category(before)[0] not in "LMNS":
        return False
    if character == _NON_JOINER:
        return bool(after) and {_script(before), _script(after)} <= _JOINING
    if character == _JOINER:
        return _script(before) in _JOINING
    if character == _PLACE_TO_BREAK:
        return bool(after) and {_script(before), _script(after)} <= _UNSPACED
    if "\u180b" <= character <= "\u180f":  # Mongolian free variation selectors and its vowel separator
        return _script(before) == "Mong"
    if character in "\ufe0e\ufe0f":  # a symbol as text or as picture
        return unicodedata.category(before) == "So"
    if "\ufe00" <= character <= "\ufe0d":
        return _script(before) in _VARIED or unicodedata.category(before) == "Sm"
    if "\U000e0100" <= character <= "\U000e01ef":
        return _script(before) == "Hani"
    return False


def _script(character: str) -> str:
    """The script by its code; of a mark that several scripts share, the one that is taken for granted here."""
    from fontTools.unicodedata import script, script_extension  # few casefiles have such characters

    code = str(script(character))
    shared = sorted(set(script_extension(character)) & _JOINING) if code in ("Zinh", "Zyyy") else ()
    return shared[0] if shared else code
