"""Facts and a bundle become one semantic text (docs/wording.md)."""
