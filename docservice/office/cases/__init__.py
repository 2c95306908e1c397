"""Cases on record: told by trackers and people, judged by what the register knows (``docs/cases.md``)."""
