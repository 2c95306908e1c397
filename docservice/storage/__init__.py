"""Rows, files by content, numbers without gaps, and the chained audit trail (docs/storage.md)."""
