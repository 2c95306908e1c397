"""The rule over the real url_map: every route is in the table once, and a route that it does not know fails."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from docservice.app import create_app
from docservice.config import Settings
from docservice.limiting import table
from docservice.limiting.table import LIMITED, Class, class_of, routes
from tests.fake_office import FakeOffice
from tests.places import ROOT


def test_every_route_is_in_one_class_and_the_table_knows_no_other() -> None:
    app = create_app(FakeOffice())  # type: ignore[arg-type]
    listed = Counter(endpoint for name in get_args(Class) for endpoint in routes(name))
    assert [endpoint for endpoint, times in listed.items() if times > 1] == []
    assert set(listed) == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_class_has_a_setting_and_stands_in_the_explanation() -> None:
    assert set(LIMITED) | {"free"} == set(get_args(Class))
    for name, limited in LIMITED.items():
        assert limited.setting == f"limit_{name}"
        assert isinstance(getattr(Settings(), limited.setting), str)
        assert f"\n{name} " in (table.__doc__ or "")


def test_the_page_tells_every_class_and_its_default() -> None:
    page = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    rows = [[cell.strip(" `") for cell in row.split("|")[1:4]] for row in page.splitlines() if row.startswith("| `")]
    told = {name: (setting, default) for name, setting, default in rows if not name.startswith("DOCSERVICE")}
    assert told.pop("free") == ("", "never")
    assert told == {
        name: (f"DOCSERVICE_{limited.setting.upper()}", getattr(Settings(), limited.setting))
        for name, limited in LIMITED.items()
    }


def test_what_an_operator_watches_and_what_does_not_change_is_free() -> None:
    assert set(routes("free")) == {
        "observing.live", "observing.ready", "observing.metrics", "public.style", "public.frame_style",
        "public.favicon", "public.robots", "desk.asset",
    }  # fmt: skip


def test_what_anybody_can_reach_is_counted_by_address() -> None:
    """Whom nobody knows cannot be counted by account: what the access tables open to everybody, and nothing else."""
    from tests.api.test_access import EVERYBODY, TABLE

    app = create_app(FakeOffice())  # type: ignore[arg-type]
    by_rule = {rule.rule: rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    open_to_all = {by_rule[rule] for method, rule in TABLE if method == "GET" and TABLE[method, rule] == EVERYBODY}
    assert {class_of(endpoint) for endpoint in open_to_all} == {"free", "public", "verify"}
    by_address = {*routes("public"), *routes("verify")}
    signing = {
        "desk.sign_in",
        "desk.to_provider",
        "desk.from_provider",
        "desk.go_on",
        "desk.first",
    }  # of no table of the API
    assert by_address - open_to_all == signing


def test_a_route_that_is_forgotten_is_held_to_what_is_strictest() -> None:
    assert class_of("forgotten.route") == "costly"
