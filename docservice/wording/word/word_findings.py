"""What is to be said about a Word file that is read: each finding by the paragraph it stands in."""

from __future__ import annotations

from docservice.finding import Finding

FILE = "letter.docx"
# What is lost of these is text, or what a reader would look for.
_WARNINGS = {
    "word.look", "word.tab", "word.page_break", "word.word_field", "word.tracked", "word.columns", "word.header",
    "word.comment", "word.contents", "word.numbering", "word.header_row",
}  # fmt: skip


class Findings:
    """What is to be said about a file, each by the paragraph it stands in."""

    def __init__(self) -> None:
        self.found: dict[Finding, None] = {}
        self.number, self.text = 0, ""

    def say(self, code: str, message: str, *, error: bool, number: int | None = None, text: str | None = None) -> None:
        words = self.text if text is None else text
        named = f"“{words[:60]}{'…' if len(words) > 60 else ''}”: {message}" if words else message
        place = f"{FILE}:{self.number if number is None else number}"
        self.found.setdefault(Finding(code, "error" if error else "warning", named, place))

    def lose(self, code: str, what: str) -> None:
        """Something that wording has no place for."""
        error = code not in _WARNINGS
        self.say(code, f"not kept: {what}" if code not in ("word.tab", "word.tracked") else what, error=error)
