"""Where something is wrong, as data: JSON pointers, and the errors of marshmallow with the path to each."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any

Path = tuple[Hashable, ...]


def pointer(path: Iterable[object]) -> str:
    """The JSON pointer (RFC 6901) of keys and indexes: ``("parties", 0, "a/b")`` → ``/parties/0/a~1b``."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def each_error(messages: Any, between: Collection[str] = ("_schema",), path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every message in a ``ValidationError.messages``, with the path of keys that leads to it.

    ``between`` are names that marshmallow puts between an object and its errors: no keys of the data.
    """
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from each_error(inner, between, path if key in between else (*path, key))
    elif isinstance(messages, list):
        for message in messages:
            yield from each_error(message, between, path)
    else:
        yield path, messages
