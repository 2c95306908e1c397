"""YAML as strictly as a record deserves: no key twice; the second would take the place of the first."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml


class NoKeyTwice(yaml.SafeLoader):
    """PyYAML's safe loader, which refuses a key that is given twice, with its line."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            name = self.construct_object(key, deep=True)
            if isinstance(name, Hashable):  # of another PyYAML says itself that it is no key
                if name in seen:
                    raise yaml.MarkedYAMLError(None, None, f"the key {name!r} is given twice", key.start_mark)
                seen.add(name)
        return super().construct_mapping(node, deep)


def read(text: str | bytes) -> Any:
    """What a text holds. Raises ``yaml.YAMLError``."""
    return yaml.load(text, Loader=NoKeyTwice)
