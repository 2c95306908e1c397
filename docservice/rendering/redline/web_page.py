"""The web page of a redline: what changed, in a form that a screen reader, a printer and a phone can read.

Insertions are underlined in ``<ins>``, deletions struck out in ``<del>``, each with a word for those who do not see it;
color is never alone. The list of changes links to each change, and a move links to its other half. No script, nothing
loaded. ``page`` is complete in itself; ``body`` and ``STYLE`` are for a page that has a frame already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from docservice.rendering.language import direction, language_name
from docservice.rendering.redline import labels as words
from docservice.town.look import Colors, on_dark
from docservice.wording.redlines.values import Block, BlockChange, Redline, Token, TokenRun, language_of

STYLE = """
.redline{--ink:#1b1c1a;--paper:#fff;--in:#0b4f8a;--in-tint:#e6f0fa;--out:#a3121f;--out-tint:#fbe9ea;--move:#5b2a86;
--move-tint:#f1eaf8;--quiet:#565a55;--line:#c9c4b4;--tint:#f4f1e8;--green:#1f4a3f}
@media(prefers-color-scheme:dark){.redline{--ink:#eceae3;--paper:#191b19;--in:#9fcbf5;--in-tint:#14304a;--out:#ffaab0;
--out-tint:#4a1a1e;--move:#d9bff2;--move-tint:#37224a;--quiet:#b4b8b1;--line:#4d534f;--tint:#262a27;--green:#9fd0bf}}
.redline{color:var(--ink);background:var(--paper);overflow-wrap:break-word}
.redline *{box-sizing:border-box}
.redline a{color:inherit;text-underline-offset:.15em}
.redline a:focus-visible{outline:3px solid var(--move);outline-offset:2px}
.redline .vh{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.redline ins{color:var(--in);background:var(--in-tint);text-decoration:underline;text-decoration-thickness:.1em;
text-underline-offset:.18em}
.redline del{color:var(--out);background:var(--out-tint);text-decoration:line-through;text-decoration-thickness:.1em}
.redline .moved-to>.text,.redline .moved-to>td,.redline .moved-to>th{background:var(--move-tint)}
.redline .moved-from>.text,.redline .moved-from>td,.redline .moved-from>th{color:var(--move);
text-decoration:line-through}
.redline .moved-from .text del{color:var(--move);background:var(--move-tint)}
.redline .field{font-family:"Noto Sans",system-ui,sans-serif;font-size:.86em;border:1px solid var(--line);
border-radius:.2em;padding:0 .15em;box-decoration-break:clone;-webkit-box-decoration-break:clone}
.redline ins .field,.redline del .field{border-color:currentcolor}
.redline .condition{font-family:"Noto Sans",system-ui,sans-serif;font-size:.8em;font-style:italic;
color:var(--quiet);margin-inline:.2em}
.redline ins .condition,.redline del .condition{color:inherit}
.redline .marker,.redline .tag,.redline .attribute{text-align:-webkit-match-parent;text-align:match-parent}
.redline del+ins{margin-inline-start:.15em}
.redline .marker{font-family:"Noto Sans",system-ui,sans-serif;font-size:.8rem;color:var(--quiet);margin:.35rem 0;
list-style:none}
.redline li.marker::marker{content:""}
.redline .link{text-decoration:underline dotted}
.redline .tag{font:600 .75rem/1.3 "Noto Sans",system-ui,sans-serif;color:var(--quiet);display:block;margin-bottom:.1rem}
.redline .change{border-inline-start:4px solid var(--line);padding-inline-start:.75rem;scroll-margin-top:1rem}
.redline tr.change{border-inline-start:0}
.redline .change.inserted{border-color:var(--in)}.redline .change.deleted{border-color:var(--out)}
.redline .change.moved-to,.redline .change.moved-from{border-color:var(--move);border-inline-start-style:double}
.redline .change:target{outline:3px solid var(--move);outline-offset:3px}
.redline .attribute{font-size:.85rem;color:var(--quiet);margin:.2rem 0}
.redline .wording{border-top:2px solid var(--green);padding-top:1rem;font:1.0625rem/1.65 "Noto Serif",Georgia,
"Noto Naskh Arabic","Noto Serif CJK TC","Noto Sans CJK TC",serif}
.redline .wording h3,.redline .wording h4,.redline .wording h5,.redline h1,.redline h2,.redline th,.redline dt{
font-family:"Noto Sans","Helvetica Neue",Arial,"Noto Sans Arabic","Noto Sans CJK TC",sans-serif}
.redline h1{font-size:1.7rem;line-height:1.2;color:var(--green);margin:1rem 0 .25rem}
.redline h2{font-size:1.2rem;color:var(--green);margin:1.75rem 0 .5rem}
.redline .wording h3{font-size:1.5rem;color:var(--green)}.redline .wording h4{font-size:1.2rem;color:var(--green)}
.redline .wording h5{font-size:1.02rem}
.redline .wording h3,.redline .wording h4,.redline .wording h5{margin:1rem 0 .5rem}
.redline p{margin:0 0 .8rem}.redline ul,.redline ol{padding-inline-start:1.6rem;margin:0 0 1rem}
.redline li{margin-bottom:.35rem}
.redline dd{margin-inline-start:1.5rem;margin-bottom:.4rem}.redline dt{font-weight:600;font-size:.9rem}
.redline .scroll{overflow-x:auto}.redline table{border-collapse:collapse;width:100%;margin:0 0 1rem}
.redline th,.redline td{text-align:start;vertical-align:top;padding:.35rem .6rem .35rem 0;
border-bottom:1px solid var(--line)}
.redline .legend,.redline .topic{background:var(--tint);padding:.75rem 1rem;margin:0 0 1rem}
.redline .legend ul{list-style:none;padding:0;margin:0;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem}
.redline .topic h2{font-size:1rem;margin:0 0 .35rem}.redline .topic ul{margin:0}
.redline .urgent{border-inline-start:4px solid var(--out)}
.redline .changes{font-size:.95rem;line-height:1.45}.redline .where{color:var(--quiet)}
@media print{.redline{--paper:#fff;--ink:#000}.redline .change{break-inside:avoid}}
"""
_FRAME = 'body{margin:0;background:#fff}main{max-width:50rem;margin:0 auto;padding:1rem 1.25rem 4rem}\
@media(prefers-color-scheme:dark){body{background:#191b19}}@page{size:letter;margin:.9in}\
body{font:1rem/1.5 "Noto Sans",system-ui,sans-serif}'
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5"}
_INSIDE = {"inserted": ("ins", "inserted"), "deleted": ("del", "deleted")}


def page(redline: Redline, colors: Colors | None = None) -> str:
    """The redline as a page of its own, in the town's ``colors``."""
    title = escape(f"{redline.title}: {redline.old_name} → {redline.new_name}")
    return (
        '<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"<title>{title}</title>\n<style>{_FRAME}{STYLE}{_colored(colors)}</style>\n"
        '</head>\n<body class="redline">\n<main>\n'
        f"<h1>{escape(redline.title)}: what changed</h1>\n{body(redline)}\n</main>\n</body>\n</html>\n"
    )


def _colored(colors: Colors | None) -> str:
    """The town's color over the page's own; on a dark ground it is lightened."""
    if colors is None or colors == Colors():
        return ""
    dark = f"@media(prefers-color-scheme:dark){{.redline{{--green:{on_dark(colors.strong)}}}}}\n"
    return f".redline{{--green:{colors.strong}}}\n{dark}"


def body(redline: Redline) -> str:
    """Summary and wording, to stand below a heading of level 1 in an element of class ``redline``."""
    return "\n".join([*_summary(redline), *_wording(redline)])


def _summary(redline: Redline) -> Iterator[str]:
    spoken = language_name(redline.language, "en")
    yield (
        f"<p>From {escape(redline.old_name)} to <strong>{escape(redline.new_name)}</strong>, in {escape(spoken)}. "
        f"{words.headline(redline)}</p>"
    )
    yield (
        '<div class="legend" role="note" aria-label="Legend"><ul>'
        "<li><ins>inserted</ins> is underlined</li><li><del>deleted</del> is struck out</li>"
        '<li><span class="field">⟨field⟩</span> is filled in from the case</li>'
        '<li><span class="condition">[if …]</span> decides what is printed</li>'
        "<li>a move says where from and where to</li></ul></div>"
    )
    topics = list(words.topics(redline))
    for topic in topics:
        if topic.urgent:
            items = "".join(f"<li>{escape(line)}</li>" for line in topic.lines)
            yield f'<section class="topic urgent"><h2>{escape(topic.title)}</h2><ul>{items}</ul></section>'
    calm = [topic for topic in topics if not topic.urgent]
    if calm:
        pairs = "".join(f"<dt>{escape(t.title)}</dt><dd>{escape('; '.join(t.lines))}</dd>" for t in calm)
        yield f'<section class="topic"><h2>What it touches</h2><dl>{pairs}</dl></section>'
    found = list(words.entries(redline))
    if found:
        yield '<h2 id="changes">The changes</h2>'
        yield (
            '<ol class="changes">'
            + "".join(
                f'<li><a href="#change-{entry.number}">{_entry(entry.text, redline)}</a>'
                + (f' <span class="where">({_entry(entry.where, redline)})</span>' if entry.where else "")
                + "</li>"
                for entry in found
            )
            + "</ol>"
        )


def _entry(text: str, redline: Redline) -> str:
    """A line of the list; the words of the wording in it in their own language and direction."""
    opens = f'<bdi lang="{escape(redline.language)}">'
    return escape(text).replace(words.OPENS, opens).replace(words.CLOSES, "</bdi>")


def _wording(redline: Redline) -> Iterator[str]:
    yield "<h2>The wording</h2>"
    yield f'<div class="wording" lang="{escape(redline.language)}" dir="{direction(redline.language)}">'
    yield from _Setter(redline).blocks()
    yield "</div>"


class _Setter:
    """Sets the blocks, keeping track of the list or table that is open."""

    def __init__(self, redline: Redline) -> None:
        self.redline = redline
        self.open: list[str] = []  # "ul", "ol", "dl", "table"
        self.count = 0
        self.columns = max(
            (
                sum(t.kind == "cell" for run in c.runs for t in run.shown)
                for c in redline.blocks
                if c.block.role == "row"
            ),
            default=1,
        )

    def blocks(self) -> Iterator[str]:
        quiet: list[Block] = []
        for change in self.redline.blocks:
            block = change.block
            if change.kind == "equal" and block.structural:
                if quiet and (quiet[-1].table, quiet[-1].depth) != (block.table, block.depth):
                    yield from self._quiet(quiet)
                quiet += [] if block.tokens[0].text == "article" else [block]
                continue
            yield from self._quiet(quiet)
            yield from self._containers(block)
            yield self._block(change)
        yield from self._quiet(quiet)
        yield from self._close(0)

    def _quiet(self, blocks: list[Block]) -> Iterator[str]:
        """Markers that did not change, in one line."""
        if blocks:
            yield from self._containers(blocks[0])
            yield self._in_line("marker", "", " · ".join(escape(words.marker_text(block)) for block in blocks))
        blocks.clear()

    def _in_line(self, kind: str, marks: str, text: str) -> str:
        """A line of ours between blocks, in the form that the open list or table asks for."""
        inside = self.open[-1] if self.open else ""
        if inside == "table":
            cell = f'<td colspan="{self.columns}">{text}</td>'
            return f'<tr class="{kind}"{marks} lang="en" dir="ltr">{cell}</tr>'
        tag = {"ul": "li", "ol": "li", "dl": "dd"}.get(inside, "p")
        return f'<{tag} class="{kind}"{marks} lang="en" dir="ltr">{text}</{tag}>'

    def _containers(self, block: Block) -> Iterator[str]:
        """Opens and closes lists and tables so that ``block`` stands where it may."""
        if block.role == "row" or (block.table and block.structural):
            if self.open[-1:] != ["table"]:
                yield from self._close(0)
                yield '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>'
                self.open = ["table"]
            return
        if block.role in ("dt", "dd"):
            if self.open[-1:] != ["dl"]:
                yield from self._close(0)
                yield "<dl>"
                self.open = ["dl"]
            return
        listed = block.role == "li" or (block.depth and block.structural and self.open[-1:] in (["ul"], ["ol"]))
        depth = block.depth if listed else 0
        kind = dict(block.attributes).get("list", "ul")
        if depth and self.open[:1] not in (["table"], ["dl"]):
            yield from self._close(depth)
            if block.role == "li" and len(self.open) == depth and self.open[-1] != kind:
                yield from self._close(depth - 1)
            while len(self.open) < depth:
                # A list in a list stands in an item of its own, so that each side may lack the item around it.
                yield ('<li class="marker">' if self.open else "") + f"<{kind}>"
                self.open.append(kind)
                self.count = 0
        else:
            yield from self._close(0)
            while len(self.open) < depth:
                yield f"<{kind}>"
                self.open.append(kind)
                self.count = 0

    def _close(self, depth: int) -> Iterator[str]:
        while len(self.open) > depth:
            last = self.open.pop()
            yield "</table></div>" if last == "table" else f"</{last}>" + ("</li>" if self.open else "")

    def _block(self, change: BlockChange) -> str:
        block = change.block
        if block.structural:
            return self._marker(change)
        if block.role == "row":
            return self._row(change)
        tag = "li" if block.role == "li" and self.open else block.role if block.role in ("dt", "dd") else None
        tag = tag or _HEADINGS.get(block.role) or ("p" if change.kind == "equal" else "div")
        value = ""
        if tag == "li" and self.open[-1] == "ol" and change.kind not in ("deleted", "moved-from"):
            self.count += 1
            value = f' value="{self.count}"'
        inner = self._runs(change.runs)
        if change.kind == "equal":
            return f"<{tag}{value}>{inner}</{tag}>"
        label = self._label(change)
        if tag in _HEADINGS.values():
            # The label is no part of the heading, which a screen reader lists.
            return (
                f'<div{self._marks(change)}>{label}<{tag} class="text">{inner}</{tag}>{self._attributes(change)}</div>'
            )
        whole = f'{label}<span class="text">{inner}</span>{self._attributes(change)}'
        return f"<{tag}{value}{self._marks(change)}>{whole}</{tag}>"

    def _marks(self, change: BlockChange) -> str:
        return f' class="change {change.kind}" id="{change.anchor}"'

    def _label(self, change: BlockChange) -> str:
        said = words.LABELS[change.kind]
        if change.move:
            to = f'<a href="#{words.other_half(change, self.redline).anchor}">'
            said = (
                f"moved from here {to}to there</a>" if change.kind == "moved-from" else f"moved here {to}from there</a>"
            )
            said += ", and edited" if change.kind == "moved-to" and change.edited else ""
        return f'<span class="tag" lang="en" dir="ltr">Change {change.number}: {said}</span>'

    def _attributes(self, change: BlockChange) -> str:
        said = "; ".join(words.attribute_text(one, change.block.role) for one in change.attributes)
        return f'<span class="attribute" lang="en" dir="ltr"><br>Also changed: {escape(said)}</span>' if said else ""

    def _marker(self, change: BlockChange) -> str:
        if change.kind == "changed":
            text = self._runs(change.runs, marker=True)
        else:
            text = escape(words.marker_text(change.block))
            operation = {"inserted": "inserted", "moved-to": "inserted", "deleted": "deleted", "moved-from": "deleted"}
            if change.kind in operation:
                text = _wrapped(text, operation[change.kind])
        marks = f' id="{change.anchor}"' if change.number else ""
        kind = "marker" if not change.number else f"marker change {change.kind}"
        return self._in_line(kind, marks, text)

    def _row(self, change: BlockChange) -> str:
        cells: list[tuple[Token, list[TokenRun]]] = []
        for run in change.runs:
            for token in run.shown:
                if token.kind == "cell":
                    cells.append((token, []))
                elif cells:
                    side = (token,)
                    cells[-1][1].append(TokenRun(run.operation, side if run.operation != "inserted" else (), side))
        drawn = []
        for at, (cell, runs) in enumerate(cells):
            head = cell.source.startswith("th")
            scope = ' scope="row"' if "scope=row" in cell.source else ' scope="col"' if head else ""
            span = next((part[8:] for part in cell.source.split(" ") if part.startswith("colspan=")), "")
            span = f' colspan="{span}"' if span.isdecimal() else ""
            label = self._label(change) if at == 0 and change.number else ""
            tag = "th" if head else "td"
            also = self._attributes(change) if at == 0 and change.number else ""
            drawn.append(f"<{tag}{scope}{span}>{label}{self._runs(_joined(runs))}{also}</{tag}>")
        marks = self._marks(change) if change.number else ""
        return f"<tr{marks}>{''.join(drawn)}</tr>"

    def _runs(self, runs: Sequence[TokenRun], *, marker: bool = False) -> str:
        parts: list[str] = []
        for at, run in enumerate(runs):
            text = _tokens(run.shown, marker=marker)
            lead = " " if at and run.shown and run.shown[0].space else ""
            parts.append(lead + (text if run.operation == "equal" else _wrapped(text, run.operation)))
        return "".join(parts)


def _joined(runs: Sequence[TokenRun]) -> list[TokenRun]:
    found: list[TokenRun] = []
    for operation, group in groupby(runs, key=lambda run: run.operation):
        members = list(group)
        found.append(
            TokenRun(operation, tuple(t for r in members for t in r.old), tuple(t for r in members for t in r.new))
        )
    return found


def _wrapped(text: str, operation: str) -> str:
    tag, word = _INSIDE[operation]
    before = f'<span class="vh" lang="en">[{word}: </span>'
    return f'<{tag}>{before}{text}<span class="vh" lang="en">]</span></{tag}>'


def _tokens(tokens: Sequence[Token], *, marker: bool = False) -> str:
    parts: list[str] = []
    at = 0
    for style, group in groupby(tokens, key=lambda token: token.style):
        text = ""
        for token in group:
            text += (" " if token.space and at else "") + _token(token, marker=marker)
            at += 1
        parts.append(_styled(text, style))
    return "".join(parts)


def _styled(text: str, style: tuple[str, ...]) -> str:
    space = " " if text.startswith(" ") else ""
    text = text.lstrip(" ")
    for name in reversed(style):
        if name in ("strong", "em", "sup", "sub"):
            text = f"<{name}>{text}</{name}>"
        elif name.startswith("a="):
            text = f'<span class="link">{text}</span>'
        elif language := language_of((name,)):
            text = f'<span lang="{escape(language)}" dir="{direction(language)}">{text}</span>'
    return space + text


def _token(token: Token, *, marker: bool = False) -> str:
    if token.kind == "field":
        return _isolated(token, "field")
    if token.kind == "condition" and not marker:
        return _isolated(token, "condition")
    if token.kind == "break":
        return "¶<br>" if token.text == "¶" else "<br>"
    if token.kind == "picture":
        return f'<span class="condition">{escape(words.token_text(token))}</span>'
    return escape(words.token_text(token) if token.kind == "attribute" else token.text)


def _isolated(token: Token, name: str) -> str:
    """A name of ours in a text of any language and direction."""
    said = escape(words.token_text(token))
    return f'<bdi class="{name}" lang="en" dir="ltr">{said}</bdi>'
