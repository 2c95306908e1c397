"""The command line: ``docservice …`` (docs/cli.md).

Every module here imports only click and the standard library at its top; what is heavy is imported inside the
command that needs it, so that ``--help`` answers at once.
"""

from docservice.cli.root import main

__all__ = ["main"]
