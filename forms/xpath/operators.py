"""Operators of XPath 1.0 §3.3-3.5 over compiled arguments."""

from __future__ import annotations

import math
from collections.abc import Callable

from forms.xpath.context import Context, Fn
from forms.xpath.nodes import Node
from forms.xpath.values import NAN, Value, compare, to_boolean, to_number


def chain(first: Fn, rest: list[tuple[str, Fn]]) -> Fn:
    """A run of operators of one precedence."""
    operator = rest[0][0]
    if operator in ("and", "or"):
        return _logic([first, *(arg for _, arg in rest)], operator == "or")
    if operator == "|":
        return _union([first, *(arg for _, arg in rest)])
    if operator in _ARITHMETIC:
        return _arithmetic(first, [(_ARITHMETIC[op], arg) for op, arg in rest])
    return _comparison(first, rest)


def _logic(parts: list[Fn], decisive: bool) -> Fn:
    def run(context: Context) -> Value:
        for part in parts:
            if to_boolean(part(context)) is decisive:
                return decisive
        return not decisive

    return run


def _union(parts: list[Fn]) -> Fn:
    def run(context: Context) -> Value:
        found: dict[int, Node] = {}
        for part in parts:
            value = part(context)
            for node in value if isinstance(value, list) else ():
                found.setdefault(id(node), node)
        return list(found.values())

    return run


def _comparison(first: Fn, rest: list[tuple[str, Fn]]) -> Fn:
    def run(context: Context) -> Value:
        left = first(context)
        for operator, arg in rest:
            left = compare(operator, left, arg(context), context.env.zone)
        return left

    return run


def _arithmetic(first: Fn, rest: list[tuple[Callable[[float, float], float], Fn]]) -> Fn:
    def run(context: Context) -> Value:
        zone = context.env.zone
        left = to_number(first(context), zone)
        for operate, arg in rest:
            left = operate(left, to_number(arg(context), zone))
        return left

    return run


def divide(left: float, right: float) -> float:
    """IEEE 754: by zero is an infinity, zero by zero is not a number."""
    if right != 0:
        return left / right
    if left == 0 or left != left:
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """The sign of the left side, as in XPath 1.0 (not Python's)."""
    if right == 0 or math.isinf(left) or left != left or right != right:
        return NAN
    return math.fmod(left, right)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "times": lambda a, b: a * b,
    "div": divide,
    "mod": remainder,
}
