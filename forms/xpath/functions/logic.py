"""Boolean functions: https://getodk.github.io/xforms-spec/#fn:Boolean-Functions."""

from __future__ import annotations

from forms.xpath.context import Env
from forms.xpath.functions.kinds import Eager
from forms.xpath.patterns import matches
from forms.xpath.values import Value, to_boolean, to_number, to_string


def coalesce(env: Env, first: Value, second: Value) -> Value:
    return first if to_string(first) != "" else second


def checklist(env: Env, fewest: Value, most: Value, *answers: Value) -> Value:
    """How many answers are true (a number above 0, or a true boolean); -1 means no limit on that side."""
    return _between(env, fewest, most, sum(1.0 for one in _each(answers) if _is_true(env, one)))


def weighted_checklist(env: Env, fewest: Value, most: Value, *pairs: Value) -> Value:
    total = 0.0
    for answer, weight in zip(pairs[::2], pairs[1::2], strict=True):
        for one, heavy in zip(_each([answer]), _each([weight]), strict=False):
            total += to_number(heavy, env.zone) if _is_true(env, one) else 0.0
    return _between(env, fewest, most, total)


def _each(values: tuple[Value, ...] | list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        if isinstance(value, list):
            found.extend(node.text() for node in value)
        else:
            found.append(value)
    return found


def _is_true(env: Env, value: Value) -> bool:
    return to_number(value, env.zone) > 0 or value == "true"


def _between(env: Env, fewest: Value, most: Value, number: float) -> bool:
    low, high = to_number(fewest, env.zone), to_number(most, env.zone)
    return (low == -1 or number >= low) and (high == -1 or number <= high)


LOGIC: dict[str, Eager] = {
    "coalesce": coalesce,
    "true": lambda env: True,
    "false": lambda env: False,
    "boolean": lambda env, value: to_boolean(value),
    "boolean-from-string": lambda env, value: to_string(value) in ("true", "1"),
    "not": lambda env, value: not to_boolean(value),
    "regex": lambda env, value, pattern: matches(to_string(pattern), to_string(value)),
    "checklist": checklist,
    "weighted-checklist": weighted_checklist,
}
