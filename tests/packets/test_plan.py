"""Plans: what is valid, and every error with its place."""

from __future__ import annotations

from typing import Any

import pytest

from docservice.packets import plan as plans
from docservice.packets.forums.profiles import PROFILES, Profile, exhibit_label
from docservice.packets.plan import DocumentPart, FilePart, IssuedPart
from docservice.refusal import Refusal


def _plan(*parts: Any, **more: Any) -> dict[str, Any]:
    return {"title": "Packet", "case": "CE-1", "parts": list(parts), **more}


DOCUMENT = {"document": "NOV-1"}


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (_plan(DOCUMENT, profile="moon"), "/profile"),
        (_plan(DOCUMENT, language="fr fr"), "/language"),
        (_plan(DOCUMENT, colour="red"), "/colour"),
        (_plan(), "/parts"),
        (_plan({"file": "a.pdf"}), "/parts/0/title"),
        (_plan({"file": "a.pdf", "title": "T", "exhibit": "no/label"}), "/parts/0/exhibit"),
        (_plan({"file": "a.pdf", "title": "T", "alt": ["ok", ""]}), "/parts/0/alt/1"),
        (_plan({"file": "a.pdf", "title": "T", "unusable": "drop"}), "/parts/0/unusable"),
        (_plan({"photos": [], "title": "T"}), "/parts/0/photos"),
        (_plan({"document": "A", "file": "B"}), "/parts/0"),
        (_plan({"file": "a.pdf", "title": "T", "label": "A-1", "exhibit": "B"}), "/parts/0/label"),
        (_plan({"file": "a.pdf", "title": "T", "translator": "c.pdf"}), "/parts/0/translator"),
        (_plan({"file": "a.pdf", "title": "T", "redactions": [{"text": "x"}]}), "/parts/0/redactions/0/reason"),
        (
            _plan({"file": "a.pdf", "title": "T", "redactions": [{"box": [1, 2, 1, 4], "page": 1, "reason": "r"}]}),
            "/parts/0/redactions/0/box",
        ),
        (
            _plan({"file": "a.pdf", "title": "T", "redactions": [{"box": [1, 2, 3, 4], "reason": "r"}]}),
            "/parts/0/redactions/0/page",
        ),
        (_plan({"generated": "costs", "redactions": [{"text": "x", "reason": "r"}]}), "/parts/0/redactions"),
        (_plan(DOCUMENT, redactions=[{"box": [1, 2, 3, 4], "page": 1, "reason": "r"}]), "/redactions/0/box"),
        (_plan(DOCUMENT, redactions=[{"text": "x", "page": 1, "reason": "r"}]), "/redactions/0/page"),
        (_plan({"file": "a.pdf", "title": "T", "after": 3}), "/parts/0/after"),
        (_plan({"file": "a.pdf", "title": "T"}, supplements="p"), "/parts/0/after"),
        (_plan({"file": "a.pdf", "title": "T", "after": "3.x"}, supplements="p"), "/parts/0/after"),
        (_plan({"generated": "contents", "after": 3}, supplements="p"), "/parts/0/generated"),
        (_plan(DOCUMENT, seal=True, certificate=False), "/certificate"),
        (_plan(DOCUMENT, certificate=1), "/certificate"),  # 1 is no yes
        (_plan(DOCUMENT, seal="yes"), "/seal"),
        (_plan(DOCUMENT, service="ignore"), "/service"),
        (_plan({"generated": "certificate"}, DOCUMENT), "/parts/0/generated"),
        (_plan(7), "/parts/0"),
        (_plan(DOCUMENT, {"section": "Empty"}), "/parts/1/section"),
        (_plan(DOCUMENT, {"generated": "cover"}), "/parts/1/generated"),
        (_plan(DOCUMENT, DOCUMENT), "/parts/1/document"),
        (_plan({"generated": "cover"}, {"generated": "contents"}), "/parts"),
        (_plan(*[{"file": "a", "title": "T", "exhibit": "C"}] * 2), "/parts/1/exhibit"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(data: dict[str, Any], place: str) -> None:
    with pytest.raises(Refusal) as refused:
        plans.load(data)
    assert refused.value.code == "packet.plan"
    assert place in [problem.place for problem in refused.value.problems]


def test_all_errors_come_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        plans.load({"title": "", "parts": [{"file": "a"}, {"photos": [{"file": "b"}], "title": "T"}], "x": 1})
    places = {problem.place for problem in refused.value.problems}
    assert places >= {"/title", "/case", "/parts/0/title", "/parts/1/photos/0/alt", "/x"}


@pytest.mark.parametrize("text", ["{", "a: [", "- 1", b"\xff\xfe"])
def test_text_that_is_no_plan_is_refused(text: str | bytes) -> None:
    with pytest.raises(Refusal):
        plans.parse(text)


def test_yaml_and_json_say_the_same() -> None:
    yaml = "title: P\ncase: C\nparts:\n- {file: a.pdf, title: T, exhibit: false}\n- document: NOV-1\n"
    json = '{"title":"P","case":"C","parts":[{"file":"a.pdf","title":"T","exhibit":null},{"document":"NOV-1"}]}'
    assert plans.parse(yaml) == plans.parse(json)
    assert plans.parse(yaml).parts == (FilePart("a.pdf", "T", exhibit=None), DocumentPart("NOV-1"))


def test_issued_parts_become_documents() -> None:
    plan = plans.load(_plan({"issued": "citation", "about": "c1"}, DOCUMENT))
    assert plan.resolved(lambda part: ["AC-1", "AC-2"]).parts == (
        DocumentPart("AC-1"),
        DocumentPart("AC-2"),
        DocumentPart("NOV-1"),
    )
    assert plan.parts[0] == IssuedPart("citation", "c1")
    with pytest.raises(Refusal) as refused:
        plan.resolved(lambda part: [])
    assert refused.value.problems[0].place == "/parts/0/issued"


@pytest.mark.parametrize(
    ("place", "label"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_exhibit_labels(place: int, label: str) -> None:
    assert exhibit_label(PROFILES["default"], place) == label
    assert exhibit_label(Profile("n", "N", exhibit_labels="numbers"), place) == str(place + 1)
