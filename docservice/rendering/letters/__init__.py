"""A semantic text becomes a letter, set by Typst (docs/rendering.md)."""
