"""Which question type a control is, once its bind is known."""

from __future__ import annotations

from forms.definition import Control
from forms.load.state import Loading
from forms.load.supported import INPUT_TYPES

_SELECTS = {"select1": "select_one", "select": "select_multiple", "rank": "rank", "trigger": "acknowledge"}


def settle_types(loading: Loading) -> None:
    """``Control.type`` of every question; refuses controls that do not fit their data."""
    for element in loading.elements.values():
        if element.control is not None:
            element.control.type = _type_of(element.control, loading)


def _type_of(control: Control, loading: Loading) -> str:
    bind = control.element.bind
    if control.kind in _SELECTS:
        # pyxform leaves "string" on selects; the control decides what the value looks like.
        bind.type = {"rank": "odk:rank", "trigger": "string"}.get(control.kind, control.kind)
        return _SELECTS[control.kind]
    if control.kind == "upload":
        return control.type
    if control.kind == "range":
        return "range"
    if bind.type == "string" and bind.calculate is None and _always_readonly(control):
        return "note"
    if bind.type not in INPUT_TYPES:
        loading.refuse("form_unsupported_type", control.element.path, f"{control.kind} {bind.type}")
    return INPUT_TYPES.get(bind.type, "text")


def _always_readonly(control: Control) -> bool:
    readonly = control.element.bind.readonly
    return readonly is not None and readonly.source == "true()"
