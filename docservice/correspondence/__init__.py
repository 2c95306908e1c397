"""The main job: preview, issue, supersede, void, find, reproduce, bind (``docs/correspondence.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docservice.correspondence.choices import Face
    from docservice.correspondence.office import Office
    from docservice.correspondence.opening import open_office
    from docservice.correspondence.order import Order

__all__ = ["Face", "Office", "Order", "open_office"]


def __getattr__(name: str) -> Any:
    # On demand: ``correspondence.order`` must not cost the import of every engine.
    if name in __all__:
        from docservice.correspondence import choices, office, opening, order

        rooms = {"Face": choices, "Office": office, "Order": order, "open_office": opening}
        return getattr(rooms[name], name)
    raise AttributeError(name)
