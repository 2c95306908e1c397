"""Redlines: what changed between two versions of a template, for people who sign it (``docs/redlines.md``)."""

from docservice.catalog.redlines.comparing import changes_alone, compare, redline, wording
from docservice.catalog.redlines.values import Block, BlockChange, Redline, Run, Token

__all__ = ["Block", "BlockChange", "Redline", "Run", "Token", "changes_alone", "compare", "redline", "wording"]
