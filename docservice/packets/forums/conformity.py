"""A finished packet held against a profile's rules: what it violates, with the rule's source.

Every rule of :class:`rules.Rules` has its check, here or in :mod:`conforming_pages`. A check names what it sees on
which page; the same thing on many pages of a part is said once. What was not measured is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docservice.finding import Finding
from docservice.packets.forums.conforming_pages import PAGE_CHECKS, PLAIN
from docservice.packets.forums.faults import Check, Fault, listed, number_of
from docservice.packets.forums.form import Form
from docservice.packets.forums.rules import Certificate, Profile, Rule, View


def check(profile: Profile, form: Form) -> tuple[Finding, ...]:
    """Every rule of ``profile`` that ``form`` violates, in the order of the rules; empty: it conforms.

    ``code`` is ``profile.<rule>``; the message names the rule's source, ``page`` counts through all volumes.
    An ``error`` should stop the packet, a ``warning`` is to be known.
    """
    found: list[Finding] = []
    for name, rule in profile.rules:
        grouped: dict[tuple[int | None, str], list[int]] = {}
        for fault in CHECKS[name](rule, form):
            part = form.part_at(fault.page) if fault.page and fault.part is None else fault.part
            pages = grouped.setdefault((part, fault.text), [])
            if fault.page:
                pages.append(fault.page)
        found += [_breach(name, rule, form, part, text, pages) for (part, text), pages in grouped.items()]
    return tuple(found)


def _breach(name: str, rule: Rule[Any], form: Form, part: int | None, text: str, pages: list[int]) -> Finding:
    entry = None if part is None else form.entries[part]
    title = "" if entry is None else f"Exhibit {entry.label}" if entry.label else entry.title
    where = ", ".join(filter(None, (title, listed(form, pages))))
    message = f"{where}: {text}" if where else text[:1].upper() + text[1:]
    said = f"{message} ({rule.citation})"
    # The message says where.
    return Finding(f"profile.{name}", rule.severity, said, page=pages[0] if pages else None)


def _first_number(rule: Rule[int], form: Form) -> Iterator[Fault]:
    for page, one in enumerate(form.pages, 1):
        if not one.late:  # a supplement by itself begins with 45.1
            if one.printed != str(rule.value):
                seen = f"“{one.printed}”" if one.printed else "no number"
                yield Fault(f"the first page bears {seen}; numbering begins there with {rule.value}", page)
            return


def _arabic(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    for page, one in enumerate(form.pages, 1):
        if not one.printed:
            yield Fault("no page number is printed", page)
        elif not PLAIN.fullmatch(one.printed):
            yield Fault("the page number is not in Arabic numerals", page)


def _consecutive(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    before: int | None = None
    for page, one in enumerate(form.pages, 1):
        now = number_of(one.printed)
        if one.late or now is None:
            continue
        if before is not None and now != before + 1:
            yield Fault(f"number {now} follows {before}; pages are numbered without gap or repetition", page)
        before = now


def _viewer_number(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    for page, one in enumerate(form.pages, 1):
        if one.printed and one.printed != one.viewer:
            yield Fault("the printed number is not the page number that the viewer shows", page)


def _contents(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    if not any(entry.role == "contents" for entry in form.entries):
        yield Fault("there are no contents")


def _contents_links(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    for place, entry in enumerate(form.entries):
        if not entry.linked:
            yield Fault("its line in the contents is not a link to it", part=place)


def _bookmarks(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    there: dict[int, int] = {}
    for bookmark in form.bookmarks:
        there[bookmark.page] = there.get(bookmark.page, 0) + 1
    for place, entry in enumerate(form.entries):
        there[entry.first_page] = there.get(entry.first_page, 0) - 1  # a section and its first part need one each
        if there[entry.first_page] < 0:
            yield Fault("no bookmark leads to its first page", part=place)


def _bookmark_wording(rule: Rule[str], form: Form) -> Iterator[Fault]:
    for place, entry in enumerate(form.entries):
        if not 1 <= entry.first_page <= len(form.pages):
            continue
        wanted = rule.value.format(title=entry.title, page=form.pages[entry.first_page - 1].printed)
        found = [bookmark.title for bookmark in form.bookmarks if bookmark.page == entry.first_page]
        if found and wanted not in found:
            yield Fault(f"its bookmark reads “{found[-1]}”, not “{wanted}”", part=place)


def _bookmark_levels(rule: Rule[int], form: Form) -> Iterator[Fault]:
    deep = max((bookmark.level + 1 for bookmark in form.bookmarks), default=0)
    if deep > rule.value:
        yield Fault(f"the bookmarks are {deep} levels deep; at most {rule.value}")


def _bookmark_zoom(rule: Rule[View], form: Form) -> Iterator[Fault]:
    wanted = "keep the reader’s zoom" if rule.value == "inherit" else f"open at {rule.value}"
    for bookmark in form.bookmarks:
        if bookmark.zoom != rule.value:
            yield Fault(f"the bookmark sets the zoom to {bookmark.zoom}; bookmarks {wanted}", bookmark.page)


def _bookmark_panel(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    if form.bookmarks and not form.panel:
        yield Fault("the file does not open with its bookmarks shown")


def _default_view(rule: Rule[View], form: Form) -> Iterator[Fault]:
    if form.view != rule.value:
        wanted = "as the reader’s viewer is set" if rule.value == "inherit" else f"at {rule.value}"
        seen = "as the reader’s viewer is set" if form.view == "inherit" else f"at {form.view}"
        yield Fault(f"the file opens {seen}; it must open {wanted}")


def _most_bytes(rule: Rule[int], form: Form) -> Iterator[Fault]:
    for number, volume in enumerate(form.volumes, 1):
        if volume.size > rule.value:
            yield Fault(f"{_file(form, number)} has {_megabytes(volume.size)}; at most {_megabytes(rule.value)} each")


def _most_pages(rule: Rule[int], form: Form) -> Iterator[Fault]:
    for number, volume in enumerate(form.volumes, 1):
        if volume.pages > rule.value:
            yield Fault(f"{_file(form, number)} has {volume.pages:,} pages; at most {rule.value:,} each")


def _volume_cover(rule: Rule[str], form: Form) -> Iterator[Fault]:
    if len(form.volumes) < 2:
        return
    for number, volume in enumerate(form.volumes, 1):
        pages = [page.printed for page in form.pages if page.volume == number] or [""]
        wanted = rule.value.format(
            volume=number, volumes=len(form.volumes), first=pages[0], last=pages[-1], total=len(form.pages)
        )
        if " ".join(wanted.split()) not in " ".join(volume.cover.split()):
            yield Fault(f"the cover of {_file(form, number)} does not say “{wanted}”")


def _master_index(rule: Rule[bool], form: Form) -> Iterator[Fault]:
    if len(form.volumes) > 1 and form.volumes[0].index != "all":
        yield Fault("volume 1 does not list the contents of all volumes")


def _name_length(rule: Rule[int], form: Form) -> Iterator[Fault]:
    for volume in form.volumes:
        if len(volume.name) > rule.value:
            yield Fault(f"the name {volume.name} has {len(volume.name)} characters; at most {rule.value}")


def _name_characters(rule: Rule[str], form: Form) -> Iterator[Fault]:
    for volume in form.volumes:
        odd = sorted({character for character in volume.name if not re.fullmatch(rule.value, character)})
        if odd:
            yield Fault(
                f"the name {volume.name} has characters that are not allowed: {' '.join(f'“{one}”' for one in odd)}"
            )


_FEATURES: Mapping[str, str] = {
    "passwords": "passwords and protections",
    "scripts": "scripts",
    "actions": "actions that start something",
    "media": "sound, film or other media",
    "embedded-files": "embedded files",
    "portfolios": "portfolios of files",
    "comments": "comments",
    "forms": "form fields",
    "layers": "layers",
    "external-links": "links to somewhere outside the file",
    "email-links": "links to mail addresses",
}


def _forbidden(rule: Rule[tuple[str, ...]], form: Form) -> Iterator[Fault]:
    for feature in form.features:
        if feature.name in rule.value:
            detail = f": {feature.detail}" if feature.detail else ""
            yield Fault(f"{_FEATURES[feature.name]} do not belong in the file{detail}", feature.page)


def _required_parts(rule: Rule[tuple[str, ...]], form: Form) -> Iterator[Fault]:
    there = {entry.role for entry in form.entries}
    for part in rule.value:
        if part not in there:
            yield Fault(f"the part “{part.replace('-', ' ')}” is missing")


def _part_order(rule: Rule[tuple[str, ...]], form: Form) -> Iterator[Fault]:
    furthest = -1
    for place, entry in enumerate(form.entries):
        if entry.role in rule.value:
            at = rule.value.index(entry.role)
            if at < furthest:
                yield Fault(f"it stands after the {rule.value[furthest].replace('-', ' ')}", part=place)
            furthest = max(furthest, at)


def _certificate(rule: Rule[Certificate], form: Form) -> Iterator[Fault]:
    if form.certificate is False:
        yield Fault(f"there is no “{rule.value.title}”")


def _file(form: Form, number: int) -> str:
    return "the file" if len(form.volumes) == 1 else f"volume {number}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}".removesuffix(".0") + " MB"


CHECKS: Mapping[str, Check] = {
    "first_number": _first_number,
    "arabic": _arabic,
    "consecutive": _consecutive,
    "viewer_number": _viewer_number,
    "contents": _contents,
    "contents_links": _contents_links,
    "bookmarks": _bookmarks,
    "bookmark_wording": _bookmark_wording,
    "bookmark_levels": _bookmark_levels,
    "bookmark_zoom": _bookmark_zoom,
    "bookmark_panel": _bookmark_panel,
    "default_view": _default_view,
    "most_bytes": _most_bytes,
    "most_pages": _most_pages,
    "volume_cover": _volume_cover,
    "master_index": _master_index,
    "name_length": _name_length,
    "name_characters": _name_characters,
    "forbidden": _forbidden,
    "unwanted": _forbidden,
    "required_parts": _required_parts,
    "part_order": _part_order,
    "certificate": _certificate,
    **PAGE_CHECKS,
}
