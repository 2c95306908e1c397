"""Redlines: what changed between two versions of a template, for people who sign it (``docs/redlines.md``)."""

from docservice.wording.redlines.comparing import changes_alone, compare, redline, wording
from docservice.wording.redlines.values import Block, BlockChange, Redline, Token, TokenRun

__all__ = ["Block", "BlockChange", "Redline", "Token", "TokenRun", "changes_alone", "compare", "redline", "wording"]
