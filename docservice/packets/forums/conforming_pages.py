"""The checks of the rules for pages and exhibits: paper, scans, text, margins, labels (see :mod:`conformity`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from docservice.packets.forums.faults import Check, Fault
from docservice.packets.forums.form import Form, FormPage
from docservice.packets.forums.rules import PAPERS, FirstPage, Labels, Margins, PaperName, Rule

PLAIN = re.compile(r"[0-9]+(\.[0-9]+)*")
_INCH = 72.0
_HAIR = 1.0  # points: what rounding in a scanner's or printer's driver may cost
_FINER = 1.05  # a scan shrinks by four percent to make room for the stamps, and becomes that much finer
_COARSER = 0.99
_TITLE_WITHIN = 1.0  # inches below the reserved space in which a title still stands directly below it


def _late_numbers(rule: Rule[str], form: Form) -> Iterator[Fault]:
    pattern = re.escape(rule.value).replace(r"\{page\}", "(?P<page>[0-9]+)").replace(r"\{n\}", "(?P<n>[0-9]+)")
    base, counted = "", 0  # the number that the late pages follow, and how many have followed
    alone = True  # a supplement by itself begins with late pages, whose bases are elsewhere
    for page, one in enumerate(form.pages, 1):
        if not one.late:
            base, counted, alone = one.printed, 0, False
            continue
        found = re.fullmatch(pattern, one.printed)
        if found is None:
            wanted = rule.value.format(page=base or 45, n=counted + 1)
            yield Fault(f"added later, the page must be numbered as “{wanted}”", page)
            continue
        if alone and found["page"] != base:
            base, counted = found["page"], 0
        counted += 1
        if (found["page"], int(found["n"])) != (base, counted):
            yield Fault(
                f"numbered {one.printed}, it stands where {rule.value.format(page=base, n=counted)} belongs", page
            )


def _sized(width: float, height: float) -> str:
    return f"{width / _INCH:.4g} × {height / _INCH:.4g} in"


def _is(page: FormPage, paper: PaperName) -> bool:
    sides = sorted((page.width, page.height))
    return all(abs(have - want) <= _HAIR for have, want in zip(sides, PAPERS[paper], strict=True))


def _paper(rule: Rule[PaperName], form: Form) -> Iterator[Fault]:
    yield from _of_size(rule, form, own=True)


def _exhibit_paper(rule: Rule[PaperName], form: Form) -> Iterator[Fault]:
    yield from _of_size(rule, form, own=False)


def _of_size(rule: Rule[PaperName], form: Form, own: bool) -> Iterator[Fault]:
    for number, page in enumerate(form.pages, 1):
        if page.own is own and not _is(page, rule.value):
            wanted = f"{rule.value} ({_sized(*PAPERS[rule.value])})"
            yield Fault(f"the page measures {_sized(page.width, page.height)}; it must be {wanted}", number)


def _largest_paper(rule: Rule[PaperName], form: Form) -> Iterator[Fault]:
    most = PAPERS[rule.value]
    for number, page in enumerate(form.pages, 1):
        sides = sorted((page.width, page.height))
        if any(have > limit + _HAIR for have, limit in zip(sides, most, strict=True)):
            yield Fault(f"the page measures {_sized(page.width, page.height)}; at most {_sized(*most)}", number)


def _most_scan_dpi(rule: Rule[int], form: Form) -> Iterator[Fault]:
    for number, page in enumerate(form.pages, 1):
        if page.scan_dpi is not None and round(page.scan_dpi) > rule.value * _FINER:
            yield Fault(f"scanned at {round(page.scan_dpi)} dpi; at most {rule.value} dpi", number)


def _least_scan_dpi(rule: Rule[int], form: Form) -> Iterator[Fault]:
    for number, page in enumerate(form.pages, 1):
        if page.scan_dpi is not None and round(page.scan_dpi) < rule.value * _COARSER:
            yield Fault(f"scanned at {round(page.scan_dpi)} dpi; at least {rule.value} dpi", number)


def _searchable(rule: Rule[str], form: Form) -> Iterator[Fault]:
    for number, page in enumerate(form.pages, 1):
        if not page.searchable and not (page.pictorial and rule.value == "text"):
            yield Fault("the text cannot be searched", number)


def _upright(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    for number, page in enumerate(form.pages, 1):
        if page.turned % 360:
            yield Fault(f"the page must be turned by {page.turned % 360}° to be read", number)


def _margins(rule: Rule[Margins], form: Form) -> Iterator[Fault]:
    for number, page in enumerate(form.pages, 1):
        if page.clear is None or (rule.value.pages == "own" and not page.own):
            continue
        for side in ("top", "right", "bottom", "left"):
            wanted = getattr(rule.value, side)
            if getattr(page.clear, side) < wanted * _INCH - _HAIR:
                yield Fault(f"the {side} margin of {wanted:g} in is not clear", number)


def _first_page(rule: Rule[FirstPage], form: Form) -> Iterator[Fault]:
    if form.first is None:
        return
    top = rule.value.top
    if form.first.reserved < top * _INCH - _HAIR:
        block = f", {rule.value.return_block:g} in at the left excepted," if rule.value.return_block else ""
        yield Fault(
            f"the top {top:g} in{block} must be clear; there is ink {form.first.reserved / _INCH:.2g} in down", 1
        )
    if rule.value.title_below:
        title = form.first.title
        if title is None or not top * _INCH - _HAIR <= title <= (top + _TITLE_WITHIN) * _INCH:
            yield Fault(f"the title must stand directly below the top {top:g} in", 1)


def _place_of(label: str) -> int | None:
    """The position, from 1, that a label says: ``C`` and ``3`` are 3, ``AA`` is 27."""
    if label.isascii() and label.isdigit():
        return int(label)
    if not re.fullmatch(r"[A-Z]+", label):
        return None
    place = 0
    for letter in label:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place


def _exhibit_labels(rule: Rule[Labels], form: Form) -> Iterator[Fault]:
    for place, entry in enumerate(form.entries):
        if entry.label and entry.label.isdigit() is (rule.value == "letters"):
            yield Fault(f"exhibits are labeled with {rule.value}", part=place)


def _exhibit_order(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    before, said = 0, ""
    for place, entry in enumerate(form.entries):
        now = _place_of(entry.label) if entry.label else None
        if now is None:
            continue
        if now != before + 1:
            after = f"it follows Exhibit {said}" if said else "it is the first"
            yield Fault(f"{after}; exhibits are labeled without gap, in their order", part=place)
        before, said = now, entry.label or ""


def _exhibit_page_label(rule: Rule[str], form: Form) -> Iterator[Fault]:
    for place, entry in enumerate(form.entries):
        if not entry.label:
            continue
        n = 0
        for number in range(entry.first_page, min(entry.first_page + entry.pages, len(form.pages) + 1)):
            page = form.pages[number - 1]
            if page.sheet:
                continue
            n += 1
            if page.label != rule.value.format(label=entry.label, n=n):
                wanted = rule.value.format(label=entry.label, n="n")
                yield Fault(f"the page does not bear the exhibit’s label “{wanted}”", number, place)


def _exhibit_sheet(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    for place, entry in enumerate(form.entries):
        if entry.label and entry.first_page <= len(form.pages) and not form.pages[entry.first_page - 1].sheet:
            yield Fault("the exhibit has no cover sheet", part=place)


def _translations(rule: Rule[str], form: Form) -> Iterator[Fault]:
    for place, entry in enumerate(form.entries):
        if entry.section or entry.language.split("-")[0].lower() == "en":
            continue
        pages = form.pages[entry.first_page - 1 : entry.first_page - 1 + entry.pages]
        if all(page.own for page in pages):  # a courtesy translation of the office's own document
            continue
        if entry.translation == "none":
            yield Fault("not in English, it needs an English translation", part=place)
        elif entry.translation == "translation" and rule.value == "certified":
            yield Fault("its translation needs the translator’s certificate", part=place)


PAGE_CHECKS: Mapping[str, Check] = {
    "late_numbers": _late_numbers,
    "paper": _paper,
    "exhibit_paper": _exhibit_paper,
    "largest_paper": _largest_paper,
    "most_scan_dpi": _most_scan_dpi,
    "least_scan_dpi": _least_scan_dpi,
    "searchable": _searchable,
    "upright": _upright,
    "margins": _margins,
    "first_page": _first_page,
    "exhibit_labels": _exhibit_labels,
    "exhibit_order": _exhibit_order,
    "exhibit_page_label": _exhibit_page_label,
    "exhibit_sheet": _exhibit_sheet,
    "translations": _translations,
}
