"""PDF surgery: other people's files made ready, spliced, redacted, sealed. It knows no plan and no case."""
