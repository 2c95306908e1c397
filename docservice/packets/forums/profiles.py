"""The packet profiles that docservice ships (``forums/*.yaml``), by key; ``default`` is the town's own hearing.

Listing them costs a look into a folder; a profile is read when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from docservice import shipped
from docservice.packets.forums.profile_loading import load_profile, profile_keys
from docservice.packets.forums.rules import Profile, Rule, Rules, exhibit_label

__all__ = ["PROFILES", "Profile", "Profiles", "Rule", "Rules", "exhibit_label"]


@lru_cache(maxsize=128)
def _profile(folder: Path, key: str) -> Profile:
    return load_profile(folder, key)


class Profiles(Mapping[str, Profile]):
    """The profiles in a folder, each read once, on first use.

    ``Refusal("profile.invalid")`` comes with the first use of a profile whose file is wrong, not before.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keys = profile_keys(folder)

    def __getitem__(self, key: str) -> Profile:
        if key not in self._keys:
            raise KeyError(key)
        return _profile(self.folder, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


PROFILES: Mapping[str, Profile] = Profiles(shipped.folder("forums"))
