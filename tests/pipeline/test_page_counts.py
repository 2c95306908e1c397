"""How many pages a letter has, in English: what is usual fits two, and the sheet of languages."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from docservice import casefile as casefiles
from docservice import shipped
from docservice.office.means.preparing import recipients_of
from docservice.pipeline import pinning, producing
from docservice.pipeline.notices import NoticeCopy
from docservice.pipeline.product import Product
from docservice.rendering.fonts import FontPlaces
from docservice.town import load_pack
from docservice.wording import container
from tests.shipped_wording import TOWN, bundle_of, folder_of, sample_of

Make = Callable[..., Product]
EXAMPLES = shipped.folder("examples")
NOTICE, CITATION = "notice-of-violation", "administrative-citation"


@pytest.fixture(scope="module")
def make(fonts_folder: Path) -> Make:
    """A letter to an owner as it is issued: with its photographs, certified, with the list of all who get it."""
    pack, rules = container.pack(pinning.files_in(TOWN)), load_pack(TOWN)
    fonts = FontPlaces(fonts_folder)

    def made(key: str, case: dict[str, Any], order: dict[str, Any], pictures: dict[str, bytes]) -> Product:
        bundle, content = bundle_of(key), casefiles.loading.canonical(case)
        casefile = casefiles.load(content)
        everybody = recipients_of(casefile, bundle, rules.document_types[bundle.meta.document_type])
        recipient = order.get("recipient") or next(
            (one["id"] for one in case["parties"] if "owner" in one["roles"]), None
        )
        copy = None
        if recipient in everybody and len(everybody) > 1:
            copy = NoticeCopy("X-2026-0001", everybody.index(recipient) + 1, everybody)
        held = {sha256(data).hexdigest(): data for data in (bundle.to_bytes(), pack, content, *pictures.values())}
        task = producing.Task(
            bundle=bundle.sha256, pack=sha256(pack).hexdigest(), casefile=sha256(content).hexdigest(),
            recipient=recipient, language="en", on=date.fromisoformat(order["on"]), about=order.get("about"),
            number="X-2026-0001", verify_url="https://town.example/verify/ABCDEFGHJK", fonts=fonts, copy=copy,
            attachments={name: sha256(data).hexdigest() for name, data in pictures.items()},
            mailing="certified" if copy else None, article="9414811899560147000016" if copy else None,
        )  # fmt: skip
        return producing.produce(held, task, "pdf")

    return made


def example(name: str, key: str, place: int = 0) -> tuple[dict[str, Any], dict[str, Any], dict[str, bytes]]:
    """A shipped case, its order for a letter of this kind, and its photographs by the names that it has for them."""
    folder = EXAMPLES / name
    case = json.loads((folder / "casefile.json").read_text(encoding="utf-8"))
    letters = json.loads((folder / "letters.json").read_text(encoding="utf-8"))
    photos = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.jpg")}
    return case, [one for one in letters if one["template"] == key][place], photos


@pytest.mark.parametrize("told", [("v2",), ("v2", "v3"), ("v1", "v2", "v3")])
def test_a_notice_of_one_to_three_violations_has_two_pages_and_the_sheet(make: Make, told: tuple[str, ...]) -> None:
    """Its photographs, the order to stop work, six who get it, one of them by four lines of a name."""
    case, order, photos = example("CE-2026-0147", NOTICE)
    case["violations"] = [one for one in case["violations"] if one["id"] in told]
    made = make(NOTICE, case, order, photos)
    assert made.html.count("data-violation=") == len(told)
    assert made.pages == 3


@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "second", "third"])
def test_a_citation_has_two_pages_and_the_sheet_with_its_stub(make: Make, place: int) -> None:
    """Nothing stands behind the stub, and only the languages beside it."""
    made = make(CITATION, *example("CE-2026-0231", CITATION, place))
    assert made.pages == 3
    texts = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(io.BytesIO(made.content))]
    for said in ("Payment stub", "Help in your language"):
        assert [said in text for text in texts] == [False, False, True]


def test_many_violations(make: Make) -> None:
    case, order, photos = example("CE-2026-0203", NOTICE)
    assert make(NOTICE, case, order, photos).pages <= 5
    seen = [
        {key: value for key, value in one.items() if key not in ("inspection", "photographs")}
        for one in case["violations"]
    ]
    more = [{**one, "id": f"{one['id']}-{n}"} for n in range(2) for one in seen][:41]
    for key in ("inspections", "citations", "hearings", "appeals", "building_orders"):
        case.pop(key, None)
    assert make(NOTICE, {**case, "violations": more}, order, {}).pages <= 7


@pytest.mark.parametrize(
    ("key", "most"),
    [
        ("tenant-notice", 2), ("substandard-notice-and-order", 4), ("hearing-request", 1), ("hardship-request", 1),
        ("payment-reminder", 3), ("stop-work-order", 3), ("notice-of-hearing", 3), ("courtesy-letter", 2),
    ],
)  # fmt: skip
def test_other_letters(make: Make, key: str, most: int) -> None:
    """With the sheet of languages, where they have it."""
    case = sample_of(folder_of(key) / "samples" / "usual.json")
    assert make(key, case, case.pop("_order"), {}).pages <= most
