"""What can be said about a wording before it prints: right, complete, understandable, translated (docs/catalog.md)."""
