"""The packet profiles of a town (``forums/*.yaml`` of its layers), by key; ``default`` is the town's own hearing.

After its own layers come the other laws: papers may go to a court elsewhere. Listing them costs a look into a few
folders; a profile is read when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from docservice import shipped
from docservice.layers import SearchPath, law_path
from docservice.packets.forums.profile_loading import load_profile, profile_keys
from docservice.packets.forums.rules import Profile, Rule, Rules, exhibit_label

__all__ = ["PROFILES", "Profile", "Profiles", "Rule", "Rules", "exhibit_label", "offered"]


@lru_cache(maxsize=128)
def _profile(path: SearchPath, key: str) -> Profile:
    return load_profile(path, key)


class Profiles(Mapping[str, Profile]):
    """The profiles of search paths, the first that has a key gives it; each read once, on first use.

    ``Refusal("profile.invalid")`` comes with the first use of a profile whose file is wrong, not before.
    """

    def __init__(self, *paths: SearchPath) -> None:
        self._paths: dict[str, SearchPath] = {}
        for path in paths:
            for key in profile_keys(path):
                self._paths.setdefault(key, path)
        self._keys = sorted(self._paths, key=lambda key: (key != "default", key))

    def __getitem__(self, key: str) -> Profile:
        return _profile(self._paths[key], key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def offered(path: SearchPath, laws: Path) -> Profiles:
    """What a town may choose from: the forums of its own ``path``, then those of every other law in ``laws``."""
    others = sorted(file.parent.name for file in laws.glob("*/law.yaml"))
    return Profiles(path, *(law_path(laws, key) for key in others))


PROFILES: Mapping[str, Profile] = offered(law_path(shipped.folder("law"), "us-ca"), shipped.folder("law"))
