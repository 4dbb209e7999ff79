"""Checks of answers: when a question is left, and all again before sealing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from forms.definition import Control, Label
from forms.engine.lexical import normal
from forms.engine.texts import FormTexts
from forms.xpath.context import Context, Env
from forms.xpath.nodes import Node
from forms.xpath.values import to_boolean


@dataclass(frozen=True, slots=True)
class Problem:
    """``code``: required, constraint, wrong_type, out_of_range, not_a_choice, rank_incomplete, too_many_rows.

    ``message``: the form's own words, "" for the app's (``forms.problem.<code>``).
    """

    path: str
    code: str
    message: str = ""


def check_node(control: Control, node: Node, texts: FormTexts, env: Env) -> Problem | None:
    """What is wrong with the answer of a relevant question; None when nothing is."""
    bind = control.element.bind
    context = Context(node, node, env)
    if not node.value:
        if bind.required is not None and to_boolean(bind.required.run(context)):
            return _problem(node, "required", bind.required_message, texts)
        return None
    if bind.calculate is None:
        fault = _value_fault(control, node, texts)
        if fault:
            return Problem(node.path(), fault)
    if bind.constraint is not None and not to_boolean(bind.constraint.run(context)):
        return _problem(node, "constraint", bind.constraint_message, texts)
    return None


def _problem(node: Node, code: str, label: Label | None, texts: FormTexts) -> Problem:
    return Problem(node.path(), code, texts.label(label, node))


def _value_fault(control: Control, node: Node, texts: FormTexts) -> str:
    kind = control.element.bind.type
    if normal(kind, node.value) is None:
        return "wrong_type"
    if control.range is not None:
        return "" if _in_range(node.value, control.range) else "out_of_range"
    if kind in ("select", "select1", "odk:rank") and control.kind != "input":
        return _choice_fault(control, node, texts)
    return ""


def _choice_fault(control: Control, node: Node, texts: FormTexts) -> str:
    known = texts.values(control, node)
    words = node.value.split()
    if not known.issuperset(words):
        return "not_a_choice"
    return "rank_incomplete" if control.kind == "rank" and len(words) != len(known) else ""


def _in_range(text: str, limits: tuple[str, str, str]) -> bool:
    low, high, step = (Decimal(limit) for limit in limits)
    number = Decimal(text)
    inside = min(low, high) <= number <= max(low, high)
    return inside and (number - low) % abs(step) == 0
