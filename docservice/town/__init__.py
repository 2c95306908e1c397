"""What the town decides, and the arithmetic of its rules (``docs/town.md``)."""

from docservice.town.loading import load_pack, load_packs, pack_folders
from docservice.town.pack import TownPack, in_force

__all__ = ["TownPack", "in_force", "load_pack", "load_packs", "pack_folders"]
