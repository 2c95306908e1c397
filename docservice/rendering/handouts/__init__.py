"""A semantic text becomes a handout, printed by WeasyPrint (docs/handouts.md)."""
