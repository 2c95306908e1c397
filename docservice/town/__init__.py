"""What the town decides, and the arithmetic of its rules (``docs/town.md``)."""

from docservice.town.editions import in_force, refuse_rivals
from docservice.town.loading import load_pack, load_packs, pack_folders
from docservice.town.pack import TownPack

__all__ = ["TownPack", "in_force", "load_pack", "load_packs", "pack_folders", "refuse_rivals"]
