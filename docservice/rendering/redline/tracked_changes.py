"""A redline as a Word file with real tracked changes (WordprocessingML, ECMA-376 part 1, 17.13.5).

Accepting all changes gives the new wording, rejecting all the old one. Insertions, deletions, moves, rows, cells,
paragraphs split and merged, and headings that changed their level are what Word itself would write; other attributes
that changed are comments. Fields and conditions stand as text in styles of their own. The file has no clock in it: who
made the redline and when are given.

What it does not do: the letterhead. This is wording to review, not a letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from docservice.rendering.language import direction
from docservice.rendering.redline import labels as words
from docservice.rendering.redline.word_parts import FIRST_NUMBERED, package
from docservice.wording.redlines.values import Block, BlockChange, Redline, Token, TokenRun

_STYLES = {"h1": "Title", "h2": "Heading2", "h3": "Heading3", "dt": "Term", "dd": "Description", "caption": "Caption",
           "figcaption": "Caption", "section": "Marker", "section-end": "Marker", "condition": "Marker"}  # fmt: skip
_MARKS = {"inserted": "ins", "deleted": "del", "moved-to": "moveTo", "moved-from": "moveFrom"}
_WIDTH = 9360  # twentieths of a point: 6.5 in


def to_docx(redline: Redline, *, author: str, at: datetime) -> bytes:
    """The redline as a Word file. ``author`` and ``at`` are whose changes they are, and of when."""
    writer = _Writer(redline, author, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    body = "".join(writer.body())
    title = f"{redline.title}: {redline.old_name} → {redline.new_name}"
    return package(
        body,
        title=title,
        notes=tuple(words.spoken_lines(redline)),
        author=author,
        stamp=writer.date,
        language=redline.language,
        comments="".join(writer.comments),
        numbered=writer.numbered,
    )


@dataclass
class _Writer:
    redline: Redline
    author: str
    date: str
    comments: list[str] = field(default_factory=list)
    numbered: int = 0  # numbered lists so far: each begins at 1
    _ids: int = 0
    _listed: bool = False

    def __post_init__(self) -> None:
        self.rtl = direction(self.redline.language) == "rtl"
        rows = [change for change in self.redline.blocks if change.block.role == "row"]
        self.columns = max((sum(t.kind == "cell" for run in c.runs for t in run.shown) for c in rows), default=1)

    def body(self) -> Iterator[str]:
        table: list[str] = []
        for change in self.redline.blocks:
            block = change.block
            if block.role == "row" or (block.table and block.structural):
                table.append(self._row(change) if block.role == "row" else self._marker_row(change))
                continue
            yield from self._table(table)
            if block.role == "li" and not self._listed:
                self.numbered += 1
            self._listed = block.role == "li" or (block.structural and block.depth > 0)
            if not (block.role.startswith("section") and block.tokens[0].text == "article" and change.kind == "equal"):
                yield self._block(change)
        yield from self._table(table)

    # Paragraphs ---------------------------------------------------------------------------------------------

    def _block(self, change: BlockChange) -> str:
        if change.move and not change.block.structural:
            return self._moved(change)
        return "".join(self._paragraphs(change, _whole(change)))

    def _moved(self, change: BlockChange) -> str:
        """A move, between marks of its range that name both halves."""
        kind = _MARKS[change.kind]
        name = f"move{change.move}_{self._place_in_group(change)}"
        number = self._next()
        inside = "".join(self._paragraphs(change, kind))
        start = f'<w:{kind}RangeStart w:id="{number}" w:name="{name}" {self._who()}/>'
        return f'{start}{inside}<w:{kind}RangeEnd w:id="{number}"/>'

    def _place_in_group(self, change: BlockChange) -> int:
        group = [one for one in self.redline.blocks if one.move == change.move and one.kind == change.kind]
        return group.index(change)

    def _paragraphs(self, change: BlockChange, whole: str | None) -> Iterator[str]:
        """The paragraph of a block; more when it was split or merged. ``whole`` marks it all, its end included."""
        marker = change.block.structural
        plain = [] if not marker else _marker_runs(change)
        parts: list[str] = []
        begun = False
        for run in plain or change.runs:
            for token_run in _at_breaks(run):
                if token_run.shown and token_run.shown[0].text == "¶":
                    mark = {"inserted": "ins", "deleted": "del"}[token_run.operation]
                    yield self._paragraph(change, "".join(parts), mark)
                    parts = []
                else:
                    parts.append(self._run(token_run, whole, first=not begun))
                begun = True
        yield self._paragraph(change, "".join(parts) or "", whole, last=True)

    def _paragraph(self, change: BlockChange, runs: str, mark: str | None, *, last: bool = False) -> str:
        block = change.block
        runs = self._commented(change, runs) if last else runs
        ending = f"<w:rPr>{self._mark(mark)}</w:rPr>" if mark else ""
        old = change.old[0] if change.kind in ("changed", "split", "merged") else change.was
        was = ""
        now = _properties(block, self.rtl, self.numbered)
        before = _properties(old, self.rtl, self.numbered) if old is not None else now
        if before != now:
            was = f'<w:pPrChange w:id="{self._next()}" {self._who()}><w:pPr>{before}</w:pPr></w:pPrChange>'
        return f"<w:p><w:pPr>{now}{ending}{was}</w:pPr>{runs}</w:p>"

    def _commented(self, change: BlockChange, runs: str) -> str:
        """Attributes that Word has no change mark for, as a comment on the paragraph."""
        said = [
            words.attribute_text(one, change.block.role)
            for one in change.attributes
            if one.name not in ("element", "list")
        ]
        if not said:
            return runs
        number = len(self.comments)
        self.comments.append(
            f'<w:comment w:id="{number}" {self._who()} w:initials="R"><w:p><w:r><w:t xml:space="preserve">'
            f"{escape('; '.join(said))}</w:t></w:r></w:p></w:comment>"
        )
        return (
            f'<w:commentRangeStart w:id="{number}"/>{runs}<w:commentRangeEnd w:id="{number}"/>'
            f'<w:r><w:commentReference w:id="{number}"/></w:r>'
        )

    # Tables -------------------------------------------------------------------------------------------------

    def _table(self, rows: list[str]) -> Iterator[str]:
        if rows:
            grid = f'<w:gridCol w:w="{_WIDTH // self.columns}"/>' * self.columns
            mirrored = "<w:bidiVisual/>" if self.rtl else ""
            properties = f'<w:tblStyle w:val="RedlineTable"/>{mirrored}<w:tblW w:w="5000" w:type="pct"/>'
            yield f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
            yield '<w:p><w:pPr><w:pStyle w:val="Marker"/></w:pPr></w:p>'  # Word joins tables that touch
        rows.clear()

    def _row(self, change: BlockChange) -> str:
        # Word tracks no moves of rows: what moved was deleted there and inserted here.
        whole = {"moveTo": "ins", "moveFrom": "del"}.get(_whole(change) or "", _whole(change))
        cells: list[tuple[Token, str, list[TokenRun]]] = []
        for run in change.runs:
            if change.kind == "moved-to" and run.operation == "deleted":
                continue  # as in _run
            for at, token in enumerate(run.shown):
                if token.kind == "cell":
                    cells.append((token, run.operation, []))
                elif cells:
                    before = run.old[at : at + 1] if run.operation != "inserted" else ()
                    after = run.new[at : at + 1] if run.operation != "deleted" else ()
                    cells[-1][2].append(TokenRun(run.operation, before, after))
        drawn = []
        for place, (cell, operation, runs) in enumerate(cells):
            mark = None if whole else {"inserted": "ins", "deleted": "del"}.get(operation)
            span = next((part[8:] for part in cell.source.split(" ") if part.startswith("colspan=")), "")
            properties = f'<w:tcW w:w="{_WIDTH // self.columns}" w:type="dxa"/>'
            properties += f'<w:gridSpan w:val="{span}"/>' if span.isdecimal() else ""
            properties += f'<w:cell{mark.title()} w:id="{self._next()}" {self._who()}/>' if mark else ""
            head = cell.source.startswith("th")
            text = "".join(self._run(run, whole, first=at == 0, bold=head) for at, run in enumerate(runs))
            text = self._commented(change, text) if place == 0 else text
            ending = f"<w:rPr>{self._mark(whole or mark)}</w:rPr>" if whole or mark else ""
            style = '<w:pStyle w:val="TableText"/>' + ("<w:bidi/>" if self.rtl else "")
            drawn.append(f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr>{style}{ending}</w:pPr>{text}</w:p></w:tc>")
        fate = self._mark(whole) if whole else ""
        return f"<w:tr><w:trPr>{fate}</w:trPr>{''.join(drawn)}</w:tr>"

    def _marker_row(self, change: BlockChange) -> str:
        whole = {"moveTo": "ins", "moveFrom": "del"}.get(_whole(change) or "", _whole(change))
        fate = self._mark(whole) if whole else ""
        inside = "".join(self._paragraphs(change, whole))
        cell = f'<w:tcPr><w:tcW w:w="5000" w:type="pct"/><w:gridSpan w:val="{self.columns}"/></w:tcPr>{inside}'
        return f"<w:tr><w:trPr>{fate}</w:trPr><w:tc>{cell}</w:tc></w:tr>"

    # Runs ---------------------------------------------------------------------------------------------------

    def _run(self, run: TokenRun, whole: str | None, *, first: bool, bold: bool = False) -> str:
        """A run of tokens.

        Where a block moved to, the words that it lost on the way are not shown: they stand where it came from. (Text
        that is deleted inside what was inserted is legal, and LibreOffice shows it as text that stays.)
        """
        if run.operation == "equal":
            return "".join(self._equal(run, whole, first=first, bold=bold))
        text = self._text(run.shown, run.operation == "inserted", first=first, bold=bold)
        if whole in ("ins", "del", "moveFrom"):
            return self._wrapped(whole, self._text(run.shown, whole != "del", first=first, bold=bold))
        if whole == "moveTo" and run.operation == "deleted":
            return ""
        return self._tracked(run.operation, text)

    def _tracked(self, operation: str, text: str) -> str:
        return self._wrapped(_MARKS[operation], text)

    def _wrapped(self, mark: str | None, text: str) -> str:
        return f"<w:{mark} {self._id()}>{text}</w:{mark}>" if mark and text else text

    def _equal(self, run: TokenRun, whole: str | None, *, first: bool, bold: bool) -> Iterator[str]:
        """Equal tokens; white space that only one side has is a change, if nobody's concern."""
        held: list[Token] = []
        for at, (old, new) in enumerate(zip(run.old, run.new, strict=True)):
            if old.space == new.space or whole == "moveTo" or (first and at == 0):
                held.append(replace(new, space=new.space and not (first and at == 0)))
                continue
            yield self._wrapped(whole, self._text(held, True, bold=bold))
            held = [replace(new, space=False)]
            yield self._tracked("inserted" if new.space else "deleted", self._space(new.space))
        yield self._wrapped(whole, self._text(held, True, bold=bold))

    def _space(self, present: bool) -> str:
        name = "w:t" if present else "w:delText"
        return f'<w:r><{name} xml:space="preserve"> </{name}></w:r>'

    def _text(self, tokens: Sequence[Token], present: bool, *, first: bool = False, bold: bool = False) -> str:
        """Tokens as runs of one look each; deleted text is ``w:delText``."""
        name = "w:t" if present else "w:delText"
        parts: list[str] = []
        said = looks = ""
        for at, token in enumerate(tokens):
            now = self._looks(token, bold)
            if said and (now != looks or token.kind == "break"):
                parts.append(_set(looks, name, said))
                said = ""
            looks = now
            if token.kind == "break":
                parts.append(f"<w:r>{looks}<w:br/></w:r>")
            else:
                said += (" " if token.space and not (first and at == 0) else "") + words.token_text(token)
        return "".join([*parts, _set(looks, name, said)]) if said else "".join(parts)

    def _looks(self, token: Token, bold: bool) -> str:
        """Run properties, in the order of the schema."""
        ours = token.kind in ("field", "condition", "picture", "attribute")
        style = {"field": "Field", "condition": "Condition", "picture": "Condition"}.get(token.kind)
        marks = f'<w:rStyle w:val="{style}"/>' if style else ""
        marks += "<w:b/><w:bCs/>" if bold or "strong" in token.style else ""
        marks += "<w:i/><w:iCs/>" if "em" in token.style else ""
        marks += '<w:u w:val="dotted"/>' if any(one.startswith("a=") for one in token.style) else ""
        for shift, aligned in (("sup", "superscript"), ("sub", "subscript")):
            marks += f'<w:vertAlign w:val="{aligned}"/>' if shift in token.style else ""
        language = "en" if ours else token.language or self.redline.language
        rtl = direction(language) == "rtl"
        marks += "<w:rtl/>" if rtl else ""
        kind = "bidi" if rtl else "eastAsia" if language.split("-")[0] in ("zh", "ja", "ko") else "val"
        return f'<w:rPr>{marks}<w:lang w:{kind}="{escape(language)}"/></w:rPr>'

    # Marks --------------------------------------------------------------------------------------------------

    def _next(self) -> int:
        self._ids += 1
        return self._ids

    def _who(self) -> str:
        return f"w:author={quoteattr(self.author)} w:date={quoteattr(self.date)}"

    def _id(self) -> str:
        return f'w:id="{self._next()}" {self._who()}'

    def _mark(self, mark: str | None) -> str:
        return f"<w:{mark} {self._id()}/>" if mark else ""


def _set(looks: str, name: str, said: str) -> str:
    return f'<w:r>{looks}<{name} xml:space="preserve">{escape(said)}</{name}></w:r>'


def _whole(change: BlockChange) -> str | None:
    """The mark of a block that came or went whole."""
    if change.block.structural and change.move:
        return "ins" if change.kind == "moved-to" else "del"
    return _MARKS.get(change.kind)


def _properties(block: Block, rtl: bool, numbered: int) -> str:
    """Paragraph properties of a block: its style, its list."""
    mirrored = "<w:bidi/>" if rtl and not block.structural else ""
    if block.role == "li":
        ordered = dict(block.attributes).get("list") == "ol"
        style, number = ("ListNumber", FIRST_NUMBERED + numbered) if ordered else ("ListBullet", 1)
        listed = f'<w:ilvl w:val="{min(max(block.depth - 1, 0), 3)}"/><w:numId w:val="{number}"/>'
        return f'<w:pStyle w:val="{style}"/><w:numPr>{listed}</w:numPr>{mirrored}'
    return f'<w:pStyle w:val="{_STYLES.get(block.role, "Normal")}"/>{mirrored}'


def _marker_runs(change: BlockChange) -> list[TokenRun]:
    """What a marker says, as runs; a changed one keeps the marks inside it."""
    if change.kind == "changed":
        return list(change.runs)
    said = (Token("attribute", words.marker_text(change.block), ""),)
    if change.kind in ("deleted", "moved-from"):
        return [TokenRun("deleted", said, ())]
    return [TokenRun("equal" if change.kind == "equal" else "inserted", said if change.kind == "equal" else (), said)]


def _at_breaks(run: TokenRun) -> Iterator[TokenRun]:
    """The run in pieces, the signs of paragraphs by themselves."""
    if run.operation == "equal":
        yield run
        return
    piece: list[Token] = []
    for token in (*run.shown, None):
        if token is not None and token.text != "¶":
            piece.append(token)
            continue
        if piece:
            yield _of(run.operation, tuple(piece))
            piece = []
        if token is not None:
            yield _of(run.operation, (token,))


def _of(operation: str, tokens: tuple[Token, ...]) -> TokenRun:
    return TokenRun("deleted", tokens, ()) if operation == "deleted" else TokenRun("inserted", (), tokens)
