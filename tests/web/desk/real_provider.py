"""A real identity provider, canaille, as a program of its own: ``python real_provider.py PORT DESK SECRET``.

Everything is in memory: one client (the desk), two people with passwords, one group.
"""

from __future__ import annotations

import datetime
import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from waitress import serve

CLIENT, PASSWORD = "desk", "a password at the provider"


def main(port: int, desk: str, secret: str) -> None:
    app = create_app(
        {
            "SECRET_KEY": "of the test",
            "SERVER_NAME": f"localhost:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "SESSION_COOKIE_SECURE": False,
            "CANAILLE": {"DATABASE": "memory", "NAME": "Madrona Identity", "JAVASCRIPT": False, "HTMX": False,
                         "SMTP": None, "CAPTCHA_ENABLED": False},
            "CANAILLE_OIDC": {"TRUSTED_DOMAINS": [],
                              "USERINFO_MAPPING": {"PREFERRED_USERNAME": "{{ user.emails[0] }}"}},
        }
    )  # fmt: skip
    with app.app_context(), Backend.instance.session():
        people = []
        for login, given in (("cora", "Cora"), ("stranger", "Stan")):
            person = models.User(
                user_name=login, given_name=given, family_name="Reyes", formatted_name=f"{given} Reyes",
                emails=[f"{login}@town.example"], password=PASSWORD,
            )  # fmt: skip
            Backend.instance.save(person)
            people.append(person)
        Backend.instance.save(models.Group(display_name="code-compliance", members=people[:1]))
        client = models.Client(
            client_id=CLIENT, client_secret=secret, client_name="The desk", client_uri=desk,
            client_id_issued_at=datetime.datetime.now(datetime.UTC),
            redirect_uris=[f"{desk}/desk/sign-in/callback"], post_logout_redirect_uris=[f"{desk}/desk/sign-in"],
            grant_types=["authorization_code"], response_types=["code"],
            scope=["openid", "email", "profile", "groups"], token_endpoint_auth_method="client_secret_basic",
        )  # fmt: skip
        Backend.instance.save(client)
        client.audience = [client]  # whom its ID tokens are for
        Backend.instance.save(client)
    serve(app, host="127.0.0.1", port=port, threads=4, _quiet=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
