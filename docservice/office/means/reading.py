"""Reading a casefile in a rendering process, which loads nothing of the office for it."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile


def read(parts: Mapping[str, bytes], given: bytes) -> Casefile:
    """The casefile in a pickled JSON object; ``parts`` is empty. Raises what reading refuses."""
    return casefiles.load(pickle.loads(given))
