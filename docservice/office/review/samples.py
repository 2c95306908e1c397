"""The samples of a template: casefiles that must render, each with its ``_order``. Are they readable?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from docservice import casefile, strict_json
from docservice.finding import Finding
from docservice.places import pointer
from docservice.refusal import Refusal, things_are

NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\.json\Z")


def refuse_broken(samples: Mapping[str, bytes]) -> None:
    """Raise ``Refusal("sample.broken")`` naming every field that is wrong: sample, then JSON pointer, or its line.

    ``samples`` by file name. A handout's sample may be empty; a letter that has none cannot be approved.
    """
    problems = [problem for name, content in samples.items() for problem in _problems(name, content)]
    if problems:
        raise Refusal("sample.broken", f"{things_are(problems)} wrong with the samples. Nothing was saved.", problems)


def _problems(name: str, content: bytes) -> list[Finding]:
    if not NAME.match(name):
        message = f"“{name}” is no name of a sample: small letters and figures joined by hyphens, then .json"
        return [Finding.error("sample.name", message, pointer(("samples", name)))]
    at = pointer(("samples", name))
    try:
        data = strict_json.read(content, what=f"The sample {name}", area="sample")
    except Refusal as refusal:
        return [Finding.error("sample.broken", one.message, at) for one in refusal.problems]
    if not isinstance(data, dict):
        return [Finding.error("sample.broken", f"{name} is no JSON object", at)]
    order = data.pop("_order", {})
    if not isinstance(order, dict) or any(not isinstance(value, str | None) for value in order.values()):
        message = "says recipient, on, about, each as text"
        return [Finding.error("sample.order", message, f"{at}/_order")]
    if not data:
        return []
    try:
        casefile.load(data)
    except Refusal as refusal:
        return [replace(one, place=f"{at}{one.place}") for one in refusal.findings]
    return []
