"""Layers (optional content) of a foreign PDF made one: what is shown by default stays, what is hidden goes, both said.

A packet shows every reader the same page, and PDF/A readers may not choose. Visibility is that of the default
configuration as a screen shows it (ISO 32000-1, 8.11): groups, memberships with policies and expressions, and the
View usage. After :func:`flatten` no optional content is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Operator, Stream

from docservice.finding import Finding

_PAINT = frozenset(["f", "F", "f*", "s", "S", "b", "B", "b*", "B*"])
_DEEPEST = 24
_LONGEST_LIST = 8  # names of layers in a finding


class Layers:
    """The default visibility of a file's optional content."""

    def __init__(self, root: Object) -> None:
        self.hidden: set[tuple[int, int]] = set()
        self.groups: list[Object] = []
        properties = root.get(Name.OCProperties)
        if not isinstance(properties, Dictionary):
            return
        self.groups = _dictionaries(properties.get(Name.OCGs))
        default = properties.get(Name.D)
        if not isinstance(default, Dictionary):
            return
        if default.get(Name.BaseState) == Name.OFF:
            self.hidden |= {group.objgen for group in self.groups}
        self.hidden -= {group.objgen for group in _dictionaries(default.get(Name.ON))}
        self.hidden |= {group.objgen for group in _dictionaries(default.get(Name.OFF))}
        for usage in _dictionaries(default.get(Name.AS)):
            if usage.get(Name.Event) == Name.View:
                self._view(_dictionaries(usage.get(Name.OCGs)))

    def _view(self, groups: Sequence[Object]) -> None:
        for group in groups:
            usage = group.get(Name.Usage)
            view = usage.get(Name.View) if isinstance(usage, Dictionary) else None
            state = view.get(Name.ViewState) if isinstance(view, Dictionary) else None
            if state == Name.OFF:
                self.hidden.add(group.objgen)
            elif state == Name.ON:
                self.hidden.discard(group.objgen)

    def shows(self, content: Any, depth: int = 0) -> bool:
        """Whether what belongs to ``content`` (a group or a membership) is seen."""
        if not isinstance(content, Dictionary) or depth > _DEEPEST:
            return True
        if content.get(Name.Type) != Name.OCMD:
            return content.objgen not in self.hidden
        expression = content.get(Name.VE)
        if isinstance(expression, Array) and len(expression):
            return self._holds(expression, depth)
        listed = content.get(Name.OCGs)
        groups = [listed] if isinstance(listed, Dictionary) else _dictionaries(listed)
        states = [self.shows(group, depth + 1) for group in groups]
        if not states:
            return True
        policy = str(content.get(Name.P, Name.AnyOn))
        return {"/AllOn": all(states), "/AnyOff": not all(states), "/AllOff": not any(states)}.get(policy, any(states))

    def _holds(self, expression: Any, depth: int) -> bool:
        if depth > _DEEPEST:
            return True
        if not isinstance(expression, Array):
            return self.shows(expression, depth + 1)
        operator, *operands = list(expression)
        states = [self._holds(operand, depth + 1) for operand in operands]
        if operator == Name.Not:
            return not any(states)
        return any(states) if operator == Name.Or else all(states)


def flatten(pdf: pikepdf.Pdf) -> list[Finding]:
    """Make the layers of ``pdf`` one, in place."""
    layers = Layers(pdf.Root)
    if not layers.groups:
        return []
    findings = [Finding.warning("intake.layers", f"It has layers, shown as they stand ({_names(layers.groups)}).")]
    hidden = [group for group in layers.groups if group.objgen in layers.hidden]
    if hidden:
        message = f"Layers hidden by default were left out ({_names(hidden)}); print the file with them if they matter."
        findings.append(Finding.warning("intake.hidden_layer", message))
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        _owner(pdf, page.obj, page.obj.get(Name.Resources), layers, seen)
        annotations = page.obj.get(Name.Annots)
        if not isinstance(annotations, Array):
            continue
        kept = []
        for annotation in _dictionaries(annotations):
            if layers.shows(annotation.get(Name.OC)):
                kept.append(annotation)
                _appearances(pdf, annotation.get(Name.AP), layers, seen, 0)
            if Name.OC in annotation:
                del annotation.OC
        page.obj.Annots = Array(kept)
    del pdf.Root.OCProperties
    return findings


def _appearances(pdf: pikepdf.Pdf, item: Any, layers: Layers, seen: set[tuple[int, int]], depth: int) -> None:
    if isinstance(item, Stream):
        if item.objgen not in seen:
            seen.add(item.objgen)
            _owner(pdf, item, item.get(Name.Resources), layers, seen)
    elif isinstance(item, Dictionary) and depth < 3:
        for _, inner in item.items():
            _appearances(pdf, inner, layers, seen, depth + 1)


def _owner(
    pdf: pikepdf.Pdf, owner: Object, resources: Any, layers: Layers, seen: set[tuple[int, int]], depth: int = 0
) -> None:
    """Rewrite the content of a page or form, and of the forms and patterns it names."""
    if depth > _DEEPEST:
        return
    forms = resources.get(Name.XObject) if isinstance(resources, Dictionary) else None
    forms = forms if isinstance(forms, Dictionary) else Dictionary()
    properties = resources.get(Name.Properties) if isinstance(resources, Dictionary) else None
    content, changed = _seen_content(owner, forms, properties, layers)
    if changed:
        data = pikepdf.unparse_content_stream(content)
        if isinstance(owner, Stream):
            owner.write(data)
        else:
            owner.Contents = pdf.make_stream(data)
    patterns = resources.get(Name.Pattern) if isinstance(resources, Dictionary) else None
    for named in (forms, patterns):
        for _, item in named.items() if isinstance(named, Dictionary) else ():
            if isinstance(item, Stream) and item.objgen not in seen and item.get(Name.Subtype) != Name.Image:
                seen.add(item.objgen)
                _owner(pdf, item, item.get(Name.Resources, resources), layers, seen, depth + 1)
            if isinstance(item, Stream) and Name.OC in item and layers.shows(item.OC):
                del item.OC


def _seen_content(owner: Object, forms: Object, properties: Any, layers: Layers) -> tuple[list[Any], bool]:
    kept: list[Any] = []
    marks: list[bool | None] = []  # of each open mark: shown, or nothing for a mark that is no layer
    changed = False
    for instruction in pikepdf.parse_content_stream(owner):
        operands, operator = instruction.operands, instruction.operator
        name = str(operator)
        if name in ("BDC", "BMC"):
            shown = None
            if name == "BDC" and len(operands) == 2 and operands[0] == Name.OC:
                group: Any = operands[1]
                if isinstance(group, Name):
                    group = properties.get(str(group)) if isinstance(properties, Dictionary) else None
                shown = layers.shows(group)
            marks.append(shown)
            changed |= shown is not None
            if shown is None:
                kept.append(instruction)
        elif name == "EMC" and marks:
            if marks.pop() is None:
                kept.append(instruction)
        elif name == "Do" and operands and not _form_shows(forms.get(str(operands[0])), layers):
            changed = True
        elif False in marks:
            kept += _unseen(instruction)
        else:
            kept.append(instruction)
    return kept, changed


def _form_shows(form: Any, layers: Layers) -> bool:
    return not isinstance(form, Stream) or layers.shows(form.get(Name.OC))


def _unseen(instruction: Any) -> list[Any]:
    """An instruction without what it would paint: states, positions and clippings stay right."""
    operands, name = instruction.operands, str(instruction.operator)
    if name in _PAINT:
        return [([], Operator("n"))]
    if name in ("Tj", "TJ", "Do", "sh", "INLINE IMAGE"):
        return []
    if name == "'":
        return [([], Operator("T*"))]
    if name == '"':
        return [([operands[0]], Operator("Tw")), ([operands[1]], Operator("Tc")), ([], Operator("T*"))]
    return [instruction]


def _dictionaries(value: Any) -> list[Object]:
    return [item for item in value if isinstance(item, Dictionary)] if isinstance(value, Array) else []


def _names(groups: Sequence[Object]) -> str:
    names = list(dict.fromkeys(str(group.get(Name.Name, "unnamed"))[:60] for group in groups))
    more = f" and {len(names) - _LONGEST_LIST} more" if len(names) > _LONGEST_LIST else ""
    return ", ".join(names[:_LONGEST_LIST]) + more
