"""How each language counts: the plural forms of whole numbers, as CLDR has them, written as gettext writes rules.

Babel's own gettext rules are not asked: they differ from CLDR's for many languages (for Arabic they change 11 to 99
with 100 to 102). A rule has the categories that a whole number below a million can fall in, in CLDR's order (zero, one,
two, few, many, other); what is only for fractions or for millions has no form, since no letter counts so far.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MOST_FORMS = 6

# Unicode CLDR 48.2, supplemental/plurals.json (cardinal). A language that CLDR has no rule for has one form, its
# "other". tests/wording/test_plurals.py holds this table against CLDR's file.
_RULES = {
    "(n != 1)":
        "af an asa ast az bal bem bez bg brx ca ce cgg chr ckb da de dv ee el en eo es et eu fi fo fur fy gl gsw ha "
        "haw hu ia ie io it jgo jmc ka kaj kcg kk kkj kl ks ksb ku ky lb lg lij lld mas mgo ml mn mr nah nb nd ne nl "
        "nn nnh no nr ny nyn om or os pap ps pt-PT rm rof rwk saq sc scn sd sdh seh sn so sq ss ssy st sv sw syr ta te "
        "teo tig tk tn tr ts ug ur uz ve vec vo vun wae xh xog yi",
    "(n > 1)":
        "ak am as bho bn csw doi fa ff fr gu guw hi ht hy kab kn kok ln mg nso pa pcm pt si ti wa zu",
    "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)": "ar ars",
    "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)": "be bs hr ru sh sr uk",
    "(n==0 ? 0 : n==1 ? 1 : 2)": "blo cv ksh lag",
    "0":
        "bm bo dz hnj id ig ii ja jbo jv jw kde kea km ko lkt lo ms my nqo osa sah ses sg su th to tpi vi wo yo yue "
        "zh",
    "(n%10==1 && n%100!=11 && n%100!=71 && n%100!=91 ? 0 : n%10==2 && n%100!=12 && n%100!=72 && n%100!=92 ? 1 : "
    "(n%10==3 || n%10==4 || n%10==9) && (n%100<10 || n%100>19) && (n%100<70 || n%100>79) && n%100<90 ? 2 : 3)": "br",
    "(n%10==4 || n%10==6 || n%10==9)": "ceb fil tl",
    "(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2)": "cs sk",
    "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5)": "cy",
    "(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3)": "dsb hsb sl",
    "(n==1 ? 0 : n==2 ? 1 : n>=3 && n<=6 ? 2 : n>=7 && n<=10 ? 3 : 4)": "ga",
    "(n==1 || n==11 ? 0 : n==2 || n==12 ? 1 : n>=3 && n<=19 ? 2 : 3)": "gd",
    "(n%10==1 ? 0 : n%10==2 ? 1 : n%20==0 ? 2 : 3)": "gv",
    "(n==1 ? 0 : n==2 ? 1 : 2)": "he iu naq sat se sma smi smj smn sms",
    "(n%10!=1 || n%100==11)": "is mk",
    "(n==0 ? 0 : n==1 ? 1 : n%100%20==2 || n>0 && n%1000==0 && (n%100000>=1000 && n%100000<=20000 || n%100000==40000 "
    "|| n%100000==60000 || n%100000==80000) || n>0 && n%1000000==100000 ? 2 : n%100%20==3 ? 3 : n%100%20==1 ? 4 : 5)":
        "kw",
    "(n%10==1 && (n%100<11 || n%100>19) ? 0 : n%10>=2 && (n%100<11 || n%100>19) ? 1 : 2)": "lt",
    "(n%10==0 || n%100>=11 && n%100<=19 ? 0 : n%10==1 && n%100!=11 ? 1 : 2)": "lv prg",
    "(n==1 ? 0 : n==0 || n%100>=1 && n%100<=19 ? 1 : 2)": "mo ro",
    "(n==1 ? 0 : n==2 ? 1 : n==0 || n%100>=3 && n%100<=10 ? 2 : n%100>=11 && n%100<=19 ? 3 : 4)": "mt",
    "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)": "pl",
    "(n==2 ? 1 : n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<11 || n%100>19) ? 2 : 3)": "sgs",
    "(n<=1 ? 0 : n<=10 ? 1 : 2)": "shi",
    "(n>1 && (n<11 || n>99))": "tzm",
}  # fmt: skip
_EXPRESSION = {tag: expression for expression, tags in _RULES.items() for tag in tags.split()}
# Every whole number that a rule above tells from its neighbors.
_NUMBERS = (*range(1001), *range(1001, 1200), *range(2000, 100_001, 1000), 100_001, 123_456, 200_000, 999_999)


@dataclass(frozen=True, slots=True)
class PluralRule:
    """How many plural forms a language has, and gettext's expression that picks one."""

    count: int
    expression: str

    @property
    def header(self) -> str:
        """As ``Plural-Forms`` has it."""
        return f"nplurals={self.count}; plural={self.expression};"

    def same(self, expression: str) -> bool:
        """Whether another expression picks the same form for every number. ValueError when it is none."""
        return picks(self.expression) == picks(expression)


@lru_cache(maxsize=256)
def picks(expression: str) -> tuple[int, ...]:
    """The form that a gettext expression picks for each of the numbers that matter. ValueError when it is none."""
    try:
        pick = gettext.c2py(expression)
        return tuple(int(pick(n)) for n in _NUMBERS)
    except (ArithmeticError, RecursionError) as error:
        raise ValueError(str(error)) from None


@lru_cache(maxsize=256)
def plural_rule(language: str) -> PluralRule:
    """The plural forms of a language (BCP 47), by CLDR; one, where CLDR has no rule for it."""
    parts = language.replace("_", "-").split("-")
    written = (parts[0].lower(), *parts[1:])
    tried = ("-".join(written[:length]) for length in range(len(written), 0, -1))
    expression = next((_EXPRESSION[tag] for tag in tried if tag in _EXPRESSION), "0")
    return PluralRule(max(picks(expression)) + 1, expression)


def recast(forms: Sequence[str], theirs: str, language: str, *, whole: bool = True) -> tuple[str, ...] | None:
    """Plural forms that are in the order of the expression ``theirs``, in the order of ``language``.

    None where that cannot be known: ``theirs`` is no expression, names a form that is not there, or tells numbers apart
    that ``language`` counts alike, in different words. With ``whole``, also where it counts alike what ``language``
    tells apart: somebody still has to write those forms.
    """
    rule = plural_rule(language)
    try:
        told = picks(theirs)
    except ValueError:
        return None
    chosen: dict[int, set[str]] = {}
    sources: dict[int, set[int]] = {}
    for mine, other in zip(picks(rule.expression), told, strict=True):
        if not 0 <= other < len(forms):
            return None
        chosen.setdefault(mine, set()).add(forms[other])
        sources.setdefault(other, set()).add(mine)
    if any(len(texts) > 1 for texts in chosen.values()) or (whole and any(len(own) > 1 for own in sources.values())):
        return None
    return tuple(next(iter(chosen[form])) for form in range(rule.count))


def recast_all(
    texts: Mapping[str, str | tuple[str, ...]], theirs: str, language: str
) -> dict[str, str | tuple[str, ...]]:
    """Translations by their English, every plural in the order of ``language``; one that cannot be told is left out.

    Words stay in use for the numbers that they were in use for, however few forms they had.
    """
    found: dict[str, str | tuple[str, ...]] = {}
    for english, text in texts.items():
        one = text if isinstance(text, str) else recast(text, theirs, language, whole=False)
        if one is not None:
            found[english] = one
    return found
