"""Translations: what is to be said, what is said, and who approves it (docs/translations.md)."""
