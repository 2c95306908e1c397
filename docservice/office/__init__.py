"""The main job: preview, issue, supersede, void, find, reproduce, bind (``docs/correspondence.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docservice.office.facade import Office
    from docservice.office.opening import open_office
    from docservice.pipeline.faces import Face
    from docservice.pipeline.order import Order

__all__ = ["Face", "Office", "Order", "open_office"]


def __getattr__(name: str) -> Any:
    # On demand: ``pipeline.order`` must not cost the import of every engine.
    if name in __all__:
        from docservice.office import facade, opening
        from docservice.pipeline import faces, order

        rooms = {"Face": faces, "Office": facade, "Order": order, "open_office": opening}
        return getattr(rooms[name], name)
    raise AttributeError(name)
