"""Facts and wording become documents: text, PDF, Word file, web page (docs/rendering.md)."""
