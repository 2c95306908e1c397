"""The faces of a redline: web page, paper, Word with tracked changes, pages side by side (docs/redlines.md)."""
