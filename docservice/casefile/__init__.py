"""The facts of a case: JSON in, frozen dataclasses out (``docs/casefile.md``)."""

from docservice.casefile.describe import json_schema
from docservice.casefile.facts import Casefile
from docservice.casefile.loading import canonical, dump, load

__all__ = ["Casefile", "canonical", "dump", "json_schema", "load"]
