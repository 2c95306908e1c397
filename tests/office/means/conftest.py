"""The small installation of the tests of wording."""

from tests.wording.conftest import frozen, means

__all__ = ["frozen", "means"]
