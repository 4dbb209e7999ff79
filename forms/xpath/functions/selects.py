"""Select functions: https://getodk.github.io/xforms-spec/#fn:Select-Functions."""

from __future__ import annotations

import math

from forms.xpath.context import Env
from forms.xpath.functions.kinds import Eager
from forms.xpath.values import Value, to_number, to_string


def selected_at(env: Env, value: Value, index: Value) -> Value:
    """0-based; outside the list it is empty."""
    items, number = to_string(value).split(), to_number(index, env.zone)
    if not math.isfinite(number) or not 0 <= int(number) < len(items):
        return ""
    return items[int(number)]


SELECTS: dict[str, Eager] = {
    "selected": lambda env, value, item: to_string(item).strip() in to_string(value).split(),
    "selected-at": selected_at,
    "count-selected": lambda env, value: float(len(to_string(value).split())),
}
