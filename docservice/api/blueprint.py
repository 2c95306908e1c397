"""The blueprint class that guards every route of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import flask_smorest

from docservice.api import access, bodies

_View = TypeVar("_View", bound=Callable[..., Any])


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A blueprint whose routes are guarded, and whose bodies are read by ``bodies.Parser``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ARGUMENTS_PARSER = bodies.Parser()
        self.before_request(access.guard)
        self.before_request(access.count)
        self.before_request(bodies.limit)

    if TYPE_CHECKING:  # flask-smorest is not typed; these are its decorators as we use them
        name: str

        def route(self, rule: str, **options: Any) -> Callable[[_View], _View]: ...
        def arguments(self, schema: Any, *, location: str, **options: Any) -> Callable[[_View], _View]: ...
        def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[_View], _View]: ...
        def alt_response(self, status_code: int, **options: Any) -> Callable[[_View], _View]: ...
        def doc(self, **description: Any) -> Callable[[_View], _View]: ...
