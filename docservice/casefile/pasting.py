"""Text as it is pasted from Windows, Word and Outlook: line ends and tabs that have one meaning are taken in it.

Only characters that no casefile could hold before are read otherwise, so that what was pinned stays what it was.
"""

from __future__ import annotations

import re

# CRLF, CR, vertical tab (Word's line break), form feed (its page break), U+0085, U+2028 and U+2029 end a line.
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# A byte order mark, left where files were put together, and Word's marks of cells and fields say nothing.
_NOTHING = re.compile("[\ufeff\x07\x13-\x15]")
_PASTED = re.compile("[\t\r\v\f\x85\u2028\u2029\ufeff\x07\x13-\x15]")
_INDENT = re.compile(r"^[\t ]*\t[\t ]*", re.M)
_TAB = "    "
# Bullets of Wingdings, which come as letters into plain text; a tab after one says that it is a bullet.
_WINGDINGS = {"§": "▪", "Ø": "➢", "ü": "•", "v": "❖", "q": "□"}
_WINGDING = re.compile(rf"^([\t ]*)([{''.join(_WINGDINGS)}])(?=\t)", re.M)


def taken(text: str) -> str:
    r"""Running text with its line ends as ``\n`` and its tabs as spaces: an indent as four, another as one."""
    if not _PASTED.search(text):
        return text
    lines = _LINE_END.sub("\n", _NOTHING.sub("", text))
    lines = _WINGDING.sub(lambda found: found[1] + _WINGDINGS[found[2]], lines)
    spaced = _INDENT.sub(lambda found: found[0].replace("\t", _TAB), lines).replace("\t", " ")
    return "\n".join(line.rstrip(" ") for line in spaced.split("\n")).strip("\n")


def on_one_line(text: str) -> str:
    """Text of one line: tabs as spaces, and no line ends or marks around it, which a copied cell or line brings."""
    if not _PASTED.search(text):
        return text
    return _LINE_END.sub("\n", text).strip(" \n\t\ufeff\x07").replace("\t", " ")
