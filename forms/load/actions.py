"""setvalue actions: https://getodk.github.io/xforms-spec/#events-and-actions."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from forms.definition import ElementDef, SetValue
from forms.load.state import Loading
from forms.load.supported import EVENTS
from forms.xml import XFORMS, local, text_of

FIRST_LOAD, NEW_ROW, CHANGED = "odk-instance-first-load", "odk-new-repeat", "xforms-value-changed"


def read_model_actions(model: Element, loading: Loading) -> list[SetValue]:
    """Actions for the first time an instance is opened; then checks that triggers do not chase each other."""
    found = [action for action, event in _actions(model, loading) if event == FIRST_LOAD]
    _check_loops(loading)
    return found


def read_row_actions(repeat: Element, loading: Loading) -> list[SetValue]:
    return [action for action, event in _actions(repeat, loading) if event == NEW_ROW]


def read_nested_actions(control: Element, element: ElementDef, loading: Loading) -> None:
    """Actions that a question triggers when its value changes."""
    for action, event in _actions(control, loading):
        if event == CHANGED:
            loading.on_change.setdefault(element.path, []).append(action)
        else:
            loading.refuse("form_unsupported_event", element.path, event)


def _actions(parent: Element, loading: Loading) -> Iterator[tuple[SetValue, str]]:
    for source in parent.iterfind(f"{{{XFORMS}}}setvalue"):
        target = loading.element(source.get("ref", ""))
        if target is None:
            continue
        value = source.get("value")
        action = SetValue(target, loading.expr(value, target) if value else None, text_of(source))
        for event in (source.get("event") or source.get(_EV) or "").split():
            if event not in EVENTS:
                loading.refuse("form_unsupported_event", target.path, event)
            yield action, event


_EV = "{http://www.w3.org/2001/xml-events}event"


def _check_loops(loading: Loading) -> None:
    """A trigger that comes back to where it started would never end."""
    for start in loading.on_change:
        seen: set[str] = set()
        waiting = [action.target.path for action in loading.on_change[start]]
        while waiting:
            path = waiting.pop()
            if path == start:
                loading.refuse("form_cycle", start, "trigger")
                break
            if path not in seen:
                seen.add(path)
                waiting.extend(action.target.path for action in loading.on_change.get(path, ()))


__all__ = ["local", "read_model_actions", "read_nested_actions", "read_row_actions"]
