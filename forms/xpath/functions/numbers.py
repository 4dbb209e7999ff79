"""Number functions (https://getodk.github.io/xforms-spec/#fn:Number-Functions); out of domain is NaN."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

from forms.xpath.context import Env
from forms.xpath.functions.kinds import Eager
from forms.xpath.values import NAN, Value, to_number


def half_up(number: float) -> float:
    """The nearest whole number, halves towards positive infinity (XPath 1.0 §4.4)."""
    if number != number or math.isinf(number):
        return number
    return float(math.floor(number + 0.5))


def round_to(env: Env, value: Value, places: Value = 0.0) -> Value:
    number, digits = to_number(value, env.zone), to_number(places, env.zone)
    if digits != digits or math.isinf(digits) or number != number or math.isinf(number):
        return NAN if digits != digits else number
    whole = max(-30, min(30, int(digits)))
    if whole == 0:
        return half_up(number)
    rounding = ROUND_HALF_UP if number >= 0 else ROUND_HALF_DOWN
    try:
        # The decimal text, not the binary float: 2.675 rounds to 2.68 as a clerk expects.
        return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-whole), rounding))
    except InvalidOperation:
        return number


def power(env: Env, value: Value, exponent: Value) -> Value:
    try:
        return math.pow(to_number(value, env.zone), to_number(exponent, env.zone))
    except OverflowError:
        return math.inf
    except ValueError:
        return NAN


def whole(env: Env, value: Value) -> Value:
    number = to_number(value, env.zone)
    return number if number != number or math.isinf(number) else float(math.trunc(number))


def _numbers(env: Env, values: tuple[Value, ...]) -> list[float]:
    found: list[float] = []
    for value in values:
        if isinstance(value, list):
            found.extend(to_number(node.text(), env.zone) for node in value)
        else:
            found.append(to_number(value, env.zone))
    return found


def total(env: Env, value: Value) -> Value:
    return math.fsum(_numbers(env, (value,))) if _finite(_numbers(env, (value,))) else NAN


def _finite(numbers: list[float]) -> bool:
    return all(math.isfinite(number) for number in numbers)


def largest(env: Env, *values: Value) -> Value:
    return _pick(max, _numbers(env, values))


def smallest(env: Env, *values: Value) -> Value:
    return _pick(min, _numbers(env, values))


def _pick(choose: Callable[[list[float]], float], numbers: list[float]) -> float:
    return NAN if not numbers or any(number != number for number in numbers) else choose(numbers)


def _of(function: Callable[[float], float]) -> Eager:
    def run(env: Env, value: Value) -> Value:
        try:
            return float(function(to_number(value, env.zone)))
        except OverflowError:
            return math.inf
        except ValueError:
            return NAN

    return run


def _log(base: Callable[[float], float]) -> Callable[[float], float]:
    return lambda number: -math.inf if number == 0 else base(number)


def _edge(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda number: number if not math.isfinite(number) else float(function(number))


NUMBERS: dict[str, Eager] = {
    "int": whole,
    "sum": total,
    "max": largest,
    "min": smallest,
    "round": round_to,
    "floor": _of(_edge(math.floor)),
    "ceiling": _of(_edge(math.ceil)),
    "pow": power,
    "log": _of(_log(math.log)),
    "log10": _of(_log(math.log10)),
    "abs": _of(abs),
    "sin": _of(math.sin),
    "cos": _of(math.cos),
    "tan": _of(math.tan),
    "asin": _of(math.asin),
    "acos": _of(math.acos),
    "atan": _of(math.atan),
    "atan2": lambda env, y, x: math.atan2(to_number(y, env.zone), to_number(x, env.zone)),
    "sqrt": _of(math.sqrt),
    "exp": _of(math.exp),
    "exp10": _of(lambda number: math.pow(10.0, number)),
    "pi": lambda env: math.pi,
}
