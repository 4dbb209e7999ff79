"""Controls and their choices."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from forms.definition import Choice, Control, ElementDef, Itemset, Label
from forms.load.itext import label
from forms.load.state import Loading
from forms.load.supported import APPEARANCES, CONTROL_ATTRIBUTES, UPLOADS
from forms.xml import XFORMS, local, text_of

CONTROLS = frozenset({"input", "select1", "select", "rank", "upload", "trigger", "range"})
_CHILDREN = frozenset({"label", "hint", "item", "itemset", "setvalue"})
_ITEXT_LABEL = re.compile(r"jr:itext\(\s*([\w.\-]+)\s*\)")
_INSTANCE = re.compile(r"""^\s*(?:randomize\(\s*)?instance\(\s*['"]([^'"]+)['"]\s*\)""")


def read_control(source: Element, kind: str, context: ElementDef, loading: Loading) -> Control | None:
    """One question; None when what it refers to is not there."""
    element = loading.element(source.get("ref", ""), context)
    if element is None:
        return None
    if element.control is not None or element.kids:
        loading.refuse("form_bound_twice", element.path)
    control = Control(
        element=element,
        kind=kind,
        type="",
        label=label(source.find(f"{{{XFORMS}}}label")),
        hint=label(source.find(f"{{{XFORMS}}}hint")),
        appearance=_appearance(source, element, loading),
    )
    element.control = control
    for key in source.attrib.keys() - CONTROL_ATTRIBUTES:
        loading.refuse("form_unsupported_bind", element.path, key.rpartition("}")[2])
    for child in source:
        if local(child) not in _CHILDREN:
            loading.refuse("form_unsupported_element", element.path, local(child))
    _details(source, control, loading)
    return control


def _appearance(source: Element, element: ElementDef, loading: Loading) -> tuple[str, ...]:
    words = tuple(source.get("appearance", "").split())
    for word in words:
        if word not in APPEARANCES:
            loading.refuse("form_unsupported_appearance", element.path, word)
    return words


def _details(source: Element, control: Control, loading: Loading) -> None:
    path = control.element.path
    if control.kind == "upload":
        control.media_type = source.get("mediatype", "")
        control.type = UPLOADS.get(control.media_type, "")
        if not control.type:
            loading.refuse("form_unsupported_type", path, f"upload {control.media_type}")
    elif control.kind == "range":
        control.range = _range(source, path, loading)
    elif control.kind in ("select1", "select", "rank"):
        _choices(source, control, loading)


def _range(source: Element, path: str, loading: Loading) -> tuple[str, str, str]:
    start, end, step = (source.get(key, "") for key in ("start", "end", "step"))
    try:
        low, high, by = float(start), float(end), float(step)
    except ValueError:
        loading.refuse("form_bad_number", path, f"range {start} {end} {step}")
        return ("1", "10", "1")
    if by == 0 or low == high or abs(high - low) / abs(by) > 10_000:
        loading.refuse("form_bad_number", path, f"range {start} {end} {step}")
    return (start, end, step)


def _choices(source: Element, control: Control, loading: Loading) -> None:
    items = source.findall(f"{{{XFORMS}}}item")
    itemset = source.find(f"{{{XFORMS}}}itemset")
    if itemset is not None:
        control.itemset = _itemset(itemset, control.element, loading)
        return
    found = []
    for item in items:
        value, words = item.find(f"{{{XFORMS}}}value"), label(item.find(f"{{{XFORMS}}}label"))
        found.append(Choice(text_of(value) if value is not None else "", words or Label()))
    control.choices = tuple(found)
    values = [choice.value for choice in found]
    if not values or len(set(values)) != len(values) or any(not v or len(v.split()) != 1 for v in values):
        loading.refuse("form_bad_choices", control.element.path, ", ".join(values[:20]))


def _itemset(source: Element, element: ElementDef, loading: Loading) -> Itemset | None:
    nodeset = source.get("nodeset", "")
    nodes = loading.expr(nodeset, element, nodes=True)
    value, words = source.find(f"{{{XFORMS}}}value"), source.find(f"{{{XFORMS}}}label")
    if nodes is None:
        return None
    if value is None or words is None:
        loading.refuse("form_bad_choices", element.path, nodeset)
        return None
    translated = _ITEXT_LABEL.fullmatch(words.get("ref", "").strip())
    instance = _INSTANCE.match(nodeset)
    return Itemset(
        nodes=nodes,
        instance=instance.group(1) if instance else "",
        value=value.get("ref", "name").strip(),
        label=translated.group(1) if translated else words.get("ref", "label").strip(),
        label_itext=translated is not None,
    )
