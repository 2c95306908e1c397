"""Is every word of a document the town's own, or that of its own law? (docs/law.md; DOMAIN §1)"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.checks.examined import Sight
from docservice.checks.finding import error
from docservice.finding import Finding
from docservice.town.jurisdiction import own_layers
from docservice.wording.catalog.jurisdiction import STATES, law_in, named_law

_BEFORE_LAYERS = "us-ca"  # all that shipped before bundles said where their files came from


def law_foreign(sight: Sight) -> Iterator[Finding]:
    """No clause of another state's law, or of another town, goes out."""
    own, bundle = own_layers(sight.pack), sight.bundle
    for path in bundle.files:
        layer = bundle.layers.get(path)
        if layer is not None and layer not in own:
            message = f"{path} is wording of {layer}; {sight.pack.identity.name} is under {sight.pack.law}."
            yield error("law_foreign", message, path)
    yield from _other_states(sight)
    if bundle.layers or _BEFORE_LAYERS in own:
        return
    for path, data in bundle.files.items():
        for words, line in named_law(data.decode()) if path.endswith(".html") else ():
            message = f"“{words}” is not the law of {sight.pack.identity.name} ({sight.pack.law})."
            yield error("law_foreign", message, f"{path}:{line}")


def _other_states(sight: Sight) -> Iterator[Finding]:
    """What a town worded itself, perhaps after another's clause, and that names another state than its own."""
    here = STATES.get(sight.pack.identity.state.lower())
    for path, data in sight.bundle.files.items():
        if here is None or sight.bundle.layers.get(path) != sight.pack.key:
            continue
        for words, line in law_in(path, data):
            if words in STATES.values() and words != here:
                message = f"“{words}” is not the state of {sight.pack.identity.name} ({here})."
                yield error("law_foreign", message, f"{path}:{line}")
