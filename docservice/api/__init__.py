"""The HTTP API: ``/api/v1``, its OpenAPI document, health and metrics (docs/api.md).

``register(app, office)`` puts it all on a Flask app. Errors go through ``problems.respond``; which errors are the
API's, ``is_api`` tells.
"""

from docservice.api.registration import is_api, register

__all__ = ["is_api", "register"]
