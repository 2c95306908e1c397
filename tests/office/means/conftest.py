"""The small installation of the tests of wording."""

from tests.wording.conftest import frozen, shop

__all__ = ["frozen", "shop"]
