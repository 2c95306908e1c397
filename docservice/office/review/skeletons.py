"""The wording that a new template begins with: every block that is asked for, in the order of a letter.

Each block says what wording of that type in force says there, else it is a clause of the installation, else a place to
write at: a field without a value, which lint lets pass, and which keeps a version from being approved and a document
from going out until it is written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from docservice.pipeline.vocabulary import NAMES
from docservice.town.blocks import BLOCKS
from docservice.town.pack import DocumentType, Statement
from docservice.wording.catalog.freezing import included
from docservice.wording.catalog.sections import sections

# Blocks whose clause has no mark of its own: their heading, and the clause below it.
_HEADED = {
    "violations": ("What we saw, and what we ask you to do", "violations"),
    "solution": ("What to do now", "help"),
}
_FIRST = ("recipient", "identification")
_THEN = ("salutation",)
_LAST = ("statements", "signature", "payment-stub", "taglines")
_BLOCK = re.compile(r"<\w+\b[^>]*\bdata-block\s*=\s*[\"']([a-z-]+)[\"'][^>]*>")


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to build with: the town's statements, the clauses by path, wording of the same type in force."""

    statements: Mapping[str, Statement]
    clauses: Mapping[str, str]
    wording: str = ""

    def spelled(self, block: str) -> str | None:
        """What the wording in force says in a block that it spells out itself."""
        return sections(self.wording, NAMES).get(block)

    def clause(self, block: str) -> str | None:
        """The clause of a block; of several the one that the wording in force uses."""
        plain = f"clauses/{block}.html"
        marked = {path: names.index(block) for path, text in self.clauses.items() if block in (names := _blocks(text))}
        used = [path for path in marked if f'"{path}"' in self.wording]
        first = [path for path, place in marked.items() if place == 0]  # what else it says comes along with it
        unmarked = [plain] if plain in self.clauses and block not in _HEADED else []
        return next(iter((*used, *(path for path in marked if path == plain), *first, *unmarked)), None)


def _blocks(text: str) -> list[str]:
    """The blocks of a text: no statement, which only some facts bring, unless the block is called so itself."""
    found = []
    for mark in _BLOCK.finditer(text):
        statement = re.search(r'data-statement="([a-z-]+)"', mark[0])
        if statement is None or statement[1] == mark[1]:
            found.append(mark[1])
    return found


def letter(key: str, title: str, blocks: Iterable[str], kind: DocumentType, known: Known) -> str:
    """The wording of a letter of ``kind`` with these blocks."""
    wanted = _each_once({name: _block(name, known) for name in blocks}, known.clauses)

    def each(names: Iterable[str]) -> list[str]:
        return [wanted[name] for name in names if name in wanted]

    middle = [name for name in wanted if name not in (*_FIRST, *_THEN, *_LAST)]
    lines = [
        f'<article lang="{{{{ document.language }}}}" dir="{{{{ document.direction }}}}" data-document="{key}">',
        *each(_FIRST), f"<h1>{_said(title)}</h1>", '{% include "clauses/opening.html" %}', *each(_THEN), *each(middle),
    ]  # fmt: skip
    tail = each(_LAST)
    shared = '{% include "clauses/statements.html" %}'
    without = len([*_statements(kind, known, [*lines, *tail])])
    if shared not in tail and len([*_statements(kind, known, [*lines, shared, *tail])]) < without:
        lines.append(shared)
    lines += [*_statements(kind, known, [*lines, *tail]), *tail, "</article>"]
    return "\n".join(lines) + "\n"


def handout(key: str, title: str) -> str:
    """The wording of a handout; its picture is the town's seal, in its own size, until there is another."""
    asked = "document.data.to_write"  # the number of a step stands before its heading
    steps = [
        f"<li><h3>{{{{ {asked}.{step}_step }}}}</h3><p>{{{{ {asked}.{step}_step_how }}}}</p></li>"
        for step in ("first", "second", "third")
    ]
    lines = (
        f'<article lang="{{{{ document.language }}}}" dir="{{{{ document.direction }}}}" data-document="{key}">',
        f'<p class="masthead"><span class="topic">{_said(title)}</span> <strong>{{{{ town.name }}}}</strong><br/>'
        "{{ town.office }}</p>",
        f"<h1>{_said(title)}</h1>",
        '<p class="lede">{{ document.data.to_write.answer }}</p>',
        '<figure data-block="illustration"><img src="bundle:seal.svg" alt="'
        + _said("The seal of the town.") + '"/></figure>',
        '<section data-block="steps">', f"<h2>{_said('What to do')}</h2>", '<ol class="steps">', *steps, "</ol>",
        "</section>", '{% include "clauses/handout-contact.html" %}', "</article>",
    )  # fmt: skip
    return "\n".join(lines) + "\n"


def own_blocks(wording: str, clauses: Mapping[str, str]) -> tuple[str, ...]:
    """The blocks of a letter and its clauses that are not the trade's: what it, and no other letter, must contain."""
    return tuple(dict.fromkeys(name for name in _BLOCK.findall(_reached(wording, clauses)) if name not in BLOCKS))


def _each_once(texts: Mapping[str, str], clauses: Mapping[str, str]) -> dict[str, str]:
    """The texts of blocks without those that stand in the text of another already."""
    kept = dict(texts)
    for name in reversed([*texts]):
        others = (text for other, text in kept.items() if other != name)
        if any(name in _blocks(_reached(text, clauses)) for text in others):
            del kept[name]
    return kept


def _block(name: str, known: Known) -> str:
    spelled, clause = known.spelled(name), known.clause(name)
    if spelled is not None:
        return spelled
    if clause is not None:
        return f'{{% include "{clause}" %}}'
    heading, below = _HEADED.get(name, (name.replace("-", " ").capitalize(), ""))
    inside = [f"<h2>{_said(heading)}</h2>"]
    if name != "violations":
        inside.append(f"<p>{{{{ document.data.to_write.{name.replace('-', '_')} }}}}</p>")
    if f"clauses/{below}.html" in known.clauses:
        inside.append(f'{{% include "clauses/{below}.html" %}}')
    return "\n".join((f'<section data-block="{name}">', *inside, "</section>"))


def _statements(kind: DocumentType, known: Known, lines: list[str]) -> Iterator[str]:
    """The statements of the type that no block and no clause so far brings."""
    clauses, reached = known.clauses, _reached("\n".join(lines), known.clauses)
    for key in kind.statements:
        statement = known.statements[key]
        path = f"clauses/{statement.clause.removeprefix('clauses/').removesuffix('.html')}.html"
        if re.search(rf'data-(?:statement|block)="{key}"', reached) or path not in clauses:
            continue
        include = f'{{% include "{path}" %}}'
        if f'data-statement="{key}"' not in clauses[path]:
            include = f'<section data-block="statements" data-statement="{key}">\n{include}\n</section>'
        yield f"{{% if statements.{key.replace('-', '_')} %}}\n{include}\n{{% endif %}}"


def _reached(text: str, clauses: Mapping[str, str]) -> str:
    """A wording with every clause that it includes."""
    seen, queue = [text], [name for name in included(text) if name]
    done = set[str]()
    while queue:
        name = queue.pop()
        if name in clauses and name not in done:
            done.add(name)
            seen.append(clauses[name])
            queue += [inner for inner in included(clauses[name]) if inner]
    return "\n".join(seen)


def _said(words: str) -> str:
    """Words of somebody as a sentence of a wording: nothing in them is markup or a tag."""
    text = html.escape(" ".join(words.split()), quote=False)
    return "{% trans %}" + text.replace("{", "&#123;").replace("%", "&#37;") + "{% endtrans %}"
