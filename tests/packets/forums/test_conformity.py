"""Every rule of a profile: a packet that keeps it, one that does not, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from docservice.packets.forums import conformity
from docservice.packets.forums.form import Form, FormBookmark, FormEntry, FormFeature, FormPage, FormVolume
from docservice.packets.forums.profiles import PROFILES, Profile, Rule, Rules
from docservice.packets.forums.rules import Certificate, FirstPage, Margins
from docservice.pdf.ink import Clear, FirstInk

Change = Callable[[Form], Form]
LETTER = (612.0, 792.0)


def a_packet() -> Form:
    """Cover, contents, a notice of two pages, and exhibits A (a scan of two pages) and B (a photograph), each with its
    sheet: nine pages that no rule can object to."""
    pages = [FormPage(str(n), str(n), *LETTER) for n in range(1, 10)]
    for page, label in ((6, "A-1"), (7, "A-2"), (9, "B-1")):
        pages[page - 1] = replace(pages[page - 1], own=False, label=label, scan_dpi=300.0, clear=Clear(40, 40, 40, 40))
    pages[8] = replace(pages[8], searchable=False, pictorial=True, scan_dpi=None)
    pages[4] = replace(pages[4], sheet=True)
    pages[7] = replace(pages[7], sheet=True)
    entries = (
        FormEntry("Cover", 1, 1, role="cover"),
        FormEntry("Contents", 2, 1, role="contents"),
        FormEntry("Notices", 3, 2, section=True),
        FormEntry("Notice of Violation", 3, 2, level=1, role="notices"),
        FormEntry("Exhibit A: Call log", 5, 3, label="A", role="inspection-reports"),
        FormEntry("Exhibit B: Fence", 8, 2, label="B", role="photographs"),
    )
    bookmarks = tuple(FormBookmark(entry.title, entry.first_page, entry.level) for entry in entries)
    return Form(tuple(pages), entries, bookmarks, (FormVolume("packet.pdf", 4_000_000, 9, index="all"),))


def page(number: int, **change: Any) -> Change:
    return lambda form: replace(
        form,
        pages=tuple(replace(one, **change) if n == number else one for n, one in enumerate(form.pages, 1)),
    )


def entry(place: int, **change: Any) -> Change:
    return lambda form: replace(
        form, entries=tuple(replace(one, **change) if n == place else one for n, one in enumerate(form.entries))
    )


def form(**change: Any) -> Change:
    return lambda form: replace(form, **change)


def bookmark(place: int, **change: Any) -> Change:
    return lambda form: replace(
        form, bookmarks=tuple(replace(one, **change) if n == place else one for n, one in enumerate(form.bookmarks))
    )


def both(*changes: Change) -> Change:
    def all_of_them(form: Form) -> Form:
        for change in changes:
            form = change(form)
        return form

    return all_of_them


def split(first: str, second: str, index: Any = "all", size: int = 2_000_000) -> Change:
    """In two files of five and four pages, with these texts on their covers."""

    def change(form: Form) -> Form:
        pages = tuple(replace(one, volume=1 if n <= 5 else 2) for n, one in enumerate(form.pages, 1))
        volumes = (FormVolume("v1.pdf", 2_000_000, 5, first, index), FormVolume("v2.pdf", size, 4, second, "own"))
        return replace(form, pages=pages, volumes=volumes)

    return change


def late(*numbers: str) -> Change:
    """Pages put in after page 7, which is the last of exhibit A."""

    def change(form: Form) -> Form:
        more = tuple(FormPage(n, n, *LETTER, own=False, late=True, label=f"A-{at}") for at, n in enumerate(numbers, 3))
        pages = (*form.pages[:7], *more, *form.pages[7:])
        entries = tuple(
            replace(one, pages=one.pages + len(more)) if one.label == "A"
            else replace(one, first_page=one.first_page + len(more)) if one.first_page > 7
            else one
            for one in form.entries
        )  # fmt: skip
        marks = tuple(replace(one, page=one.page + len(more)) if one.page > 7 else one for one in form.bookmarks)
        return replace(form, pages=pages, entries=entries, bookmarks=marks)

    return change


def supplement(*numbers: str) -> Change:
    """Late pages that stand alone."""

    def change(form: Form) -> Form:
        pages = tuple(FormPage(number, number, *LETTER, late=True) for number in numbers)
        entries = (FormEntry("Supplement", 1, len(pages)),)
        return replace(form, pages=pages, entries=entries, bookmarks=(FormBookmark("Supplement", 1),))

    return change


def same(form: Form) -> Form:
    return form


COVERS = "Volume {volume} of {volumes}, pages {first}–{last} of {total}"
CERTIFICATE = Certificate("Certificate of the packet", ("…",), "I declare.")
TWO = both(split("Volume 1 of 2, pages 1–5\nof 9", "Town\nVolume 2 of 2, pages 6–9 of 9"))

# rule, value; what keeps it; what does not, and what is then said, without the citation.
CASES: list[tuple[str, Any, Change, Change, str]] = [
    ("first_number", 1, same, page(1, printed="2"),
     "Cover, page 2: the first page bears “2”; numbering begins there with 1"),
    ("first_number", 1, supplement("45.1"), page(1, printed=""),
     "Cover, page (1 of 9): the first page bears no number; numbering begins there with 1"),
    ("arabic", True, late("7.1"), page(2, printed="ii"),
     "Contents, page ii: the page number is not in Arabic numerals"),
    ("arabic", True, same, page(2, printed=""), "Contents, page (2 of 9): no page number is printed"),
    ("consecutive", True, late("7.1", "7.2"), page(9, printed="10"),
     "Exhibit B, page 10: number 10 follows 8; pages are numbered without gap or repetition"),
    ("viewer_number", True, same, both(page(6, viewer="1"), page(7, viewer="2")),
     "Exhibit A, pages 6–7: the printed number is not the page number that the viewer shows"),
    ("late_numbers", "{page}.{n}", late("7.1", "7.2"), late("7a"),
     "Exhibit A, page 7a: added later, the page must be numbered as “7.1”"),
    ("late_numbers", "{page}.{n}", supplement("45.1", "45.2", "60.1"), late("7.1", "7.3"),
     "Exhibit A, page 7.3: numbered 7.3, it stands where 7.2 belongs"),
    ("late_numbers", "{page}-{n}", late("7-1"), late("8-1"),
     "Exhibit A, page 8-1: numbered 8-1, it stands where 7-1 belongs"),
    ("contents", True, same, entry(1, role=None), "There are no contents"),
    ("contents_links", True, same, entry(5, linked=False),
     "Exhibit B: its line in the contents is not a link to it"),
    ("bookmarks", True, same, lambda f: replace(f, bookmarks=f.bookmarks[:2] + f.bookmarks[3:]),
     "Notice of Violation: no bookmark leads to its first page"),
    ("bookmark_wording", "{title}", same, bookmark(4, title="Log"),
     "Exhibit A: its bookmark reads “Log”, not “Exhibit A: Call log”"),
    ("bookmark_wording", "{title}, page {page}",
     lambda f: replace(f, bookmarks=tuple(replace(b, title=f"{b.title}, page {b.page}") for b in f.bookmarks)),
     lambda f: replace(f, entries=f.entries[:1], bookmarks=f.bookmarks[:1]),
     "Cover: its bookmark reads “Cover”, not “Cover, page 1”"),
    ("bookmark_levels", 2, same, bookmark(3, level=2), "The bookmarks are 3 levels deep; at most 2"),
    ("bookmark_zoom", "inherit", same, bookmark(0, zoom="fit"),
     "Cover, page 1: the bookmark sets the zoom to fit; bookmarks keep the reader’s zoom"),
    ("bookmark_panel", True, form(panel=True), form(panel=False), "The file does not open with its bookmarks shown"),
    ("default_view", "inherit", same, form(view="fit"),
     "The file opens at fit; it must open as the reader’s viewer is set"),
    ("default_view", "100%", form(view="100%"), same,
     "The file opens as the reader’s viewer is set; it must open at 100%"),
    ("most_bytes", 4_000_000, same, form(volumes=(FormVolume("p.pdf", 4_100_000, 9),)),
     "The file has 4.1 MB; at most 4 MB each"),
    ("most_bytes", 25_000_000, TWO, split("", "", size=27_500_000), "Volume 2 has 27.5 MB; at most 25 MB each"),
    ("most_pages", 9, same, form(volumes=(FormVolume("p.pdf", 1, 10),)), "The file has 10 pages; at most 9 each"),
    ("volume_cover", COVERS, TWO, split("Volume 1 of 2, pages 1–5 of 9", "Volume 2 of 2, pages 1–4 of 9"),
     "The cover of volume 2 does not say “Volume 2 of 2, pages 6–9 of 9”"),
    ("volume_cover", COVERS, same, split("Volume 1 of 2, pages 1–5 of 9", ""),
     "The cover of volume 2 does not say “Volume 2 of 2, pages 6–9 of 9”"),
    ("master_index", True, TWO, split("", "", index="own"), "Volume 1 does not list the contents of all volumes"),
    ("name_length", 10, same, form(volumes=(FormVolume("a-packet.pdf", 1, 9),)),
     "The name a-packet.pdf has 12 characters; at most 10"),
    ("name_characters", "[a-z.]", same, form(volumes=(FormVolume("ä packet.pdf", 1, 9),)),
     "The name ä packet.pdf has characters that are not allowed: “ ” “ä”"),
    ("forbidden", ("scripts", "passwords"), form(features=(FormFeature("layers"),)),
     form(features=(FormFeature("scripts", "OpenAction", 6),)),
     "Exhibit A, page 6: scripts do not belong in the file: OpenAction"),
    ("forbidden", ("passwords",), same, form(features=(FormFeature("passwords"),)),
     "Passwords and protections do not belong in the file"),
    ("unwanted", ("email-links",), same, form(features=(FormFeature("email-links", page=3),)),
     "Notice of Violation, page 3: links to mail addresses do not belong in the file"),
    ("paper", "letter", page(6, width=2592.0, height=1728.0), page(3, width=595.28, height=841.89),
     "Notice of Violation, page 3: the page measures 8.268 × 11.69 in; it must be letter (8.5 × 11 in)"),
    ("exhibit_paper", "letter", page(6, width=792.0, height=612.0), page(6, width=2592.0, height=1728.0),
     "Exhibit A, page 6: the page measures 36 × 24 in; it must be letter (8.5 × 11 in)"),
    ("largest_paper", "legal", page(6, width=1008.0, height=612.0), page(6, width=700.0, height=792.0),
     "Exhibit A, page 6: the page measures 9.722 × 11 in; at most 8.5 × 14 in"),
    ("most_scan_dpi", 300, page(6, scan_dpi=312.0), both(page(6, scan_dpi=600.2), page(7, scan_dpi=599.9)),
     "Exhibit A, pages 6–7: scanned at 600 dpi; at most 300 dpi"),
    ("least_scan_dpi", 300, page(6, scan_dpi=298.0), page(7, scan_dpi=150.0),
     "Exhibit A, page 7: scanned at 150 dpi; at least 300 dpi"),
    ("searchable", "text", same, page(6, searchable=False), "Exhibit A, page 6: the text cannot be searched"),
    ("searchable", "every-page", page(9, searchable=True), same, "Exhibit B, page 9: the text cannot be searched"),
    ("upright", True, page(6, turned=360), page(6, turned=90),
     "Exhibit A, page 6: the page must be turned by 90° to be read"),
    ("margins", Margins(left=0.5, right=0.5), page(6, clear=Clear(0, 36, 0, 36)), page(6, clear=Clear(0, 36, 0, 20)),
     "Exhibit A, page 6: the left margin of 0.5 in is not clear"),
    ("margins", Margins(top=1, pages="own"), same, page(3, clear=Clear(20, 80, 80, 80)),
     "Notice of Violation, page 3: the top margin of 1 in is not clear"),
    ("first_page", FirstPage(2.5, 3.5, True), form(first=FirstInk(200, 200)), form(first=FirstInk(100, 200)),
     "Cover, page 1: the top 2.5 in, 3.5 in at the left excepted, must be clear; there is ink 1.4 in down"),
    ("first_page", FirstPage(2.5, 0, True), same, form(first=FirstInk(300, 300)),
     "Cover, page 1: the title must stand directly below the top 2.5 in"),
    ("exhibit_labels", "letters", same, entry(4, label="1"), "Exhibit 1: exhibits are labeled with letters"),
    ("exhibit_labels", "numbers", both(entry(4, label="1"), entry(5, label="2")), entry(5, label="2"),
     "Exhibit A: exhibits are labeled with numbers"),
    ("exhibit_order", True, both(entry(4, label="1"), entry(5, label="2")), entry(5, label="D"),
     "Exhibit D: it follows Exhibit A; exhibits are labeled without gap, in their order"),
    ("exhibit_page_label", "{label}-{n}", same, page(7, label=""),
     "Exhibit A, page 7: the page does not bear the exhibit’s label “A-n”"),
    ("exhibit_sheet", True, same, page(5, sheet=False), "Exhibit A: the exhibit has no cover sheet"),
    ("translations", "translation", entry(4, language="es", translation="translation"), entry(4, language="es"),
     "Exhibit A: not in English, it needs an English translation"),
    ("translations", "certified", entry(3, language="zh-Hant"), entry(4, language="vi", translation="translation"),
     "Exhibit A: its translation needs the translator’s certificate"),
    ("required_parts", ("cover", "notices"), same, entry(3, role=None), "The part “notices” is missing"),
    ("part_order", ("cover", "contents", "notices", "inspection-reports"), same, entry(3, role="cover"),
     "Notice of Violation: it stands after the contents"),
    ("certificate", CERTIFICATE, form(certificate=True), form(certificate=False),
     "There is no “Certificate of the packet”"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "keeps", "violates", "said"), CASES)
def test_every_rule(name: str, value: Any, keeps: Change, violates: Change, said: str) -> None:
    rule = Rule(value, "Rule 7(b)", "H", "error")
    profile = Profile("p", "P", rules=Rules(**{name: rule}))
    assert conformity.check(profile, keeps(a_packet())) == ()
    found = conformity.check(profile, violates(a_packet()))
    assert [(one.message, one.code, one.severity) for one in found] == [
        (f"{said} (Rule 7(b))", f"profile.{name}", "error")
    ]


def test_no_rule_is_left_out() -> None:
    names = {each.name for each in fields(Rules)}
    assert set(conformity.CHECKS) == names
    assert {name for name, *_ in CASES} == names


def test_what_was_not_measured_is_not_judged() -> None:
    rules = Rules(
        margins=Rule(Margins(left=8), "R", "H"),
        first_page=Rule(FirstPage(2.5), "R", "H"),
        most_scan_dpi=Rule(1, "R", "H"),
        certificate=Rule(CERTIFICATE, "R", "H"),
    )
    bare = replace(a_packet(), pages=(FormPage("1", "1", *LETTER),), entries=(), bookmarks=())
    assert conformity.check(Profile("p", "P", rules=rules), bare) == ()


def test_many_pages_are_said_once_and_the_severity_is_the_rules() -> None:
    pages = tuple(FormPage(str(n), str(n), *LETTER, own=False, scan_dpi=600.0) for n in range(1, 61))
    pages = tuple(replace(one, scan_dpi=300.0) if n % 3 == 0 else one for n, one in enumerate(pages, 1))
    packet = Form(pages, (FormEntry("Exhibit A: Scan", 1, 60, label="A"),), (), (FormVolume("p.pdf", 1, 60),))
    rules = Rules(most_scan_dpi=Rule(300, "Guidance, § 7", "M", "warning"))
    (found,) = conformity.check(Profile("p", "P", rules=rules), packet)
    assert found.message == (
        "Exhibit A, pages 1–2, 4–5, 7–8, 10–11, 13–14, 16–17, 19–20 and 13 more: "
        "scanned at 600 dpi; at most 300 dpi (Guidance, § 7)"
    )
    assert (found.severity, found.page) == ("warning", 1)


@pytest.mark.parametrize("key", [key for key in PROFILES if key not in ("uk-bundle", "recorded")])
def test_a_plain_packet_passes_every_profile_without_an_error(key: str) -> None:
    """What the assembly makes by default is what the forums ask for; where they ask for more, it is known."""
    more = {"texas-efiling": form(panel=True), "florida-appendix": form(panel=True)}.get(key, same)
    found = conformity.check(PROFILES[key], more(a_packet()))
    assert [one.message for one in found if one.severity == "error"] == []


def test_the_uk_wants_another_packet() -> None:
    found = conformity.check(PROFILES["uk-bundle"], a_packet())
    assert {one.code for one in found if one.severity == "error"} == {
        "profile.bookmark_wording", "profile.default_view",
    }  # fmt: skip
    assert "profile.paper" in {one.code for one in found}  # letters were issued on another paper, and stay so
    paged = tuple(
        replace(one, title=PROFILES["uk-bundle"].bookmark(one.title, one.page)) for one in a_packet().bookmarks
    )
    british = replace(
        a_packet(), view="100%", bookmarks=paged,
        pages=tuple(replace(one, width=595.28, height=841.89) for one in a_packet().pages),
    )  # fmt: skip
    assert conformity.check(PROFILES["uk-bundle"], british) == ()


def test_a_recorded_document_keeps_the_recorders_space() -> None:
    pages = tuple(FormPage(str(n), str(n), *LETTER, clear=Clear(40, 36, 40, 36)) for n in (1, 2))
    lien = Form(pages, (FormEntry("Lien", 1, 2),), (), (FormVolume("lien.pdf", 1, 2),), first=FirstInk(190, 190))
    assert conformity.check(PROFILES["recorded"], lien) == ()
    (found,) = conformity.check(PROFILES["recorded"], replace(lien, first=FirstInk(60, 190)))
    assert found.message.endswith("(Cal. Gov. Code §§ 27361.6, 27324)")
    assert found.severity == "error"
