"""What leaves a copy for the public, and how it is gone: ``redact`` is the way in."""
