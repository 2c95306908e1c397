"""What an installation's operator does: is the archive whole, a backup, and back from one (docs/operating.md)."""
