"""A semantic text becomes a Word file (docs/word.md)."""
