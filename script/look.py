"""See letters and handouts in a language: PDFs of their usual samples, and a picture of each page.

    python -m script.look ko notice-of-violation received-a-notice --out /tmp/look-ko
    python -m script.look ko --example CE-2026-0147 notice-of-violation --out /tmp/look-ko

Without names: every letter and handout that has all of its sentences in the language; the others are listed. Findings
of the checks are told. ``--example`` takes a shipped case instead of the sample.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from docservice import casefile
from docservice.pipeline import pinning, producing
from docservice.refusal import Refusal
from docservice.rendering.fonts import FontPlaces
from docservice.wording import container
from tests.shipped_wording import HANDOUTS, LETTERS, TOWN, bundle_of, folder_of, sample_of

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def main() -> None:
    parser = argparse.ArgumentParser(description="See letters and handouts in a language.")
    parser.add_argument("language")
    parser.add_argument("keys", nargs="*")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--example", default="")
    parser.add_argument("--on", default="")
    parser.add_argument("--sample", default="usual")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    pack = container.pack(pinning.files_in(TOWN))
    for key in asked.keys or [*LETTERS, *HANDOUTS]:
        bundle = bundle_of(key)
        if asked.language not in bundle.languages:
            print(f"{key}: not all of its sentences are in {asked.language}")
            continue
        parts = {sha256(data).hexdigest(): data for data in (bundle.to_bytes(), pack)}
        first: dict[str, Any] = {"bundle": bundle.sha256, "pack": sha256(pack).hexdigest(), "language": asked.language}
        fonts = FontPlaces(Path("/tmp/docservice-look-fonts"))
        try:
            if key in HANDOUTS:
                task = producing.HandoutTask(
                    **first, url=f"https://town.example/handouts/{key}", revised_on=date(2026, 6, 1), fonts=fonts
                )
                made = producing.produce_handout(parts, task, "pdf")
            else:
                made = _letter(asked, key, parts, first, fonts)
        except Refusal as refusal:
            print(f"{key}: {refusal}", *(f"\n   {one}" for one in refusal.problems))
            continue
        path = asked.out / f"{key}.{asked.language}.pdf"
        path.write_bytes(made.content)
        subprocess.run(["pdftoppm", "-r", "60", "-png", str(path), str(path.with_suffix(""))], check=True)
        print(f"{path}: {made.pages} pages", *(f"\n   {one}" for one in made.findings))


def _letter(asked: Any, key: str, parts: dict[str, bytes], first: dict[str, Any], fonts: FontPlaces) -> Any:
    order: dict[str, Any] = sample_of(folder_of(key) / "samples" / f"{asked.sample}.json")
    case = order
    order = case.pop("_order")
    if asked.example:
        case = json.loads((EXAMPLES / asked.example / "casefile.json").read_text(encoding="utf-8"))
        letters = json.loads((EXAMPLES / asked.example / "letters.json").read_text(encoding="utf-8"))
        order = next((one for one in letters if one["template"] == key), {"on": order["on"]})
        owner = next(one["id"] for one in case["parties"] if "owner" in one["roles"])
        order = {**order, "recipient": (order.get("recipients") or [owner])[0]}
    data = casefile.loading.canonical(case)
    parts[sha256(data).hexdigest()] = data
    task = producing.Task(
        **first, casefile=sha256(data).hexdigest(), recipient=order.get("recipient"),
        on=date.fromisoformat(asked.on or order["on"]), about=order.get("about"), number="X-2026-0001",
        verify_url="https://town.example/verify/ABCDEFGHJK", fonts=fonts,
    )  # fmt: skip
    return producing.produce(parts, task, "pdf")


if __name__ == "__main__":
    main()
