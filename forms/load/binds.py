"""Binds: https://getodk.github.io/xforms-spec/#bind-attributes."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from forms.definition import Bind, ElementDef, Expr
from forms.load.instances import check_duplicates
from forms.load.itext import message
from forms.load.state import Loading
from forms.load.supported import BIND_ATTRIBUTES, DATA_TYPES, PRELOADS
from forms.load.types import settle_types
from forms.xml import JR, ORX, XFORMS, local


def read_binds(model: Element, loading: Loading) -> None:
    """Fill each element's ``bind``; then the question types that depend on it."""
    holder = model.find(f"{{{XFORMS}}}instance")
    assert holder is not None
    check_duplicates(holder[0], loading.root, loading)
    bound: set[str] = set()
    for source in model.iterfind(f"{{{XFORMS}}}bind"):
        element = loading.element(source.get("nodeset", ""))
        if element is None:
            continue
        if element.path in bound:
            loading.refuse("form_bound_twice", element.path)
        bound.add(element.path)
        element.bind = _bind(source, element, loading)
    settle_types(loading)


def _bind(source: Element, element: ElementDef, loading: Loading) -> Bind:
    for key in source.attrib:
        if key.rpartition("}")[2] not in BIND_ATTRIBUTES:
            loading.refuse("form_unsupported_bind", element.path, key.rpartition("}")[2])

    def expr(name: str) -> Expr | None:
        text = source.get(name)
        return loading.expr(text, element) if text and text.strip() not in _SAME_AS_NONE[name] else None

    bind = Bind(
        type=_type(source.get("type", "string"), element, loading),
        readonly=expr("readonly"),
        required=expr("required"),
        relevant=expr("relevant"),
        constraint=expr("constraint"),
        calculate=expr("calculate"),
        required_message=message(source.get(f"{{{JR}}}requiredMsg")),
        constraint_message=message(source.get(f"{{{JR}}}constraintMsg")),
        preload=source.get(f"{{{JR}}}preload", ""),
        preload_params=source.get(f"{{{JR}}}preloadParams", ""),
        max_pixels=_pixels(source.get(f"{{{ORX}}}max-pixels"), element, loading),
    )
    if bind.preload and (bind.preload, bind.preload_params) not in PRELOADS:
        loading.refuse("form_unsupported_preload", element.path, f"{bind.preload} {bind.preload_params}")
    if bind.calculate is not None and element.kids:
        loading.refuse("form_calculate_on_group", element.path)
    return bind


_SAME_AS_NONE = {
    "readonly": ("false()",),
    "required": ("false()",),
    "relevant": ("true()",),
    "constraint": ("true()",),
    "calculate": (),
}


def _type(text: str, element: ElementDef, loading: Loading) -> str:
    name = text.removeprefix("xsd:")
    name = "odk:rank" if name in ("rank", "odk:rank") else name
    if name not in DATA_TYPES:
        loading.refuse("form_unsupported_type", element.path, text)
    return name


def _pixels(text: str | None, element: ElementDef, loading: Loading) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or not 0 < int(text) < 100_000:
        loading.refuse("form_bad_number", element.path, f"max-pixels {text}")
        return None
    return int(text)


__all__ = ["local", "read_binds"]
