"""Packets on record, the exhibits that are uploaded for them, and packets held against certificates."""
