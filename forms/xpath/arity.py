"""Which functions exist, how many arguments each takes, which arguments must be sets of nodes.

Source: https://getodk.github.io/xforms-spec/#xpath-functions, and the XPath 1.0 core functions that
clients of that specification have in common (floor, ceiling, last, substring).
"""

from __future__ import annotations

import re
import warnings

from forms.errors import XPathError
from forms.xpath.ast import Call, String
from forms.xpath.patterns import compile_pattern

_MANY = 64

ARITY: dict[str, tuple[int, int]] = {
    # strings
    "string": (0, 1),
    "concat": (1, _MANY),
    "join": (1, _MANY),
    "substr": (2, 3),
    "substring": (2, 3),
    "substring-before": (2, 2),
    "substring-after": (2, 2),
    "translate": (3, 3),
    "string-length": (1, 1),
    "normalize-space": (0, 1),
    "contains": (2, 2),
    "starts-with": (2, 2),
    "ends-with": (2, 2),
    "uuid": (0, 1),
    "digest": (2, 3),
    "base64-decode": (1, 1),
    "pulldata": (4, 4),
    # booleans
    "if": (3, 3),
    "coalesce": (2, 2),
    "once": (1, 1),
    "true": (0, 0),
    "false": (0, 0),
    "boolean": (1, 1),
    "boolean-from-string": (1, 1),
    "not": (1, 1),
    "regex": (2, 2),
    "checklist": (3, _MANY),
    "weighted-checklist": (4, _MANY),
    # numbers
    "number": (0, 1),
    "random": (0, 0),
    "int": (1, 1),
    "sum": (1, 1),
    "max": (1, _MANY),
    "min": (1, _MANY),
    "round": (1, 2),
    "floor": (1, 1),
    "ceiling": (1, 1),
    "pow": (2, 2),
    "log": (1, 1),
    "log10": (1, 1),
    "abs": (1, 1),
    "sin": (1, 1),
    "cos": (1, 1),
    "tan": (1, 1),
    "asin": (1, 1),
    "acos": (1, 1),
    "atan": (1, 1),
    "atan2": (2, 2),
    "sqrt": (1, 1),
    "exp": (1, 1),
    "exp10": (1, 1),
    "pi": (0, 0),
    # nodes
    "count": (1, 1),
    "count-non-empty": (1, 1),
    "position": (0, 1),
    "last": (0, 0),
    "instance": (1, 1),
    "current": (0, 0),
    "randomize": (1, 2),
    # dates
    "today": (0, 0),
    "now": (0, 0),
    "format-date": (2, 2),
    "format-date-time": (2, 2),
    "date": (1, 1),
    "date-time": (1, 1),
    "decimal-date-time": (1, 1),
    "decimal-time": (1, 1),
    # selects, texts, repeats, places
    "selected": (2, 2),
    "selected-at": (2, 2),
    "count-selected": (1, 1),
    "jr:choice-name": (2, 2),
    "jr:itext": (1, 1),
    "indexed-repeat": (3, 7),
    "area": (1, 1),
    "distance": (1, _MANY),
}
"""Function name → fewest and most arguments."""

_NODES = {"count": (0,), "count-non-empty": (0,), "sum": (0,), "randomize": (0,), "indexed-repeat": (0, 1)}
_LITERAL = {"instance": (0,), "pulldata": (0, 1, 2), "jr:choice-name": (1,), "regex": (1,)}


def check_call(call: Call, nodes: list[bool]) -> None:
    """Refuse an unknown function, wrong arguments, a literal where nodes are due, a bad pattern."""
    if call.name not in ARITY:
        raise XPathError("xpath_unknown_function", f"{call.name}()", call.at)
    fewest, most = ARITY[call.name]
    odd = call.name == "indexed-repeat" and len(call.args) % 2 == 0
    unpaired = call.name == "weighted-checklist" and len(call.args) % 2 == 1
    if not fewest <= len(call.args) <= most or odd or unpaired:
        raise XPathError("xpath_wrong_arguments", f"{call.name}()", call.at)
    for index in _NODES.get(call.name, ()):
        if not nodes[index]:
            raise XPathError("xpath_needs_nodes", f"{call.name}()", call.at)
    for index in _LITERAL.get(call.name, ()):
        if not isinstance(call.args[index], String):
            raise XPathError("xpath_needs_literal", f"{call.name}()", call.at)
    if call.name == "regex":
        _check_pattern(call)


def _check_pattern(call: Call) -> None:
    pattern = call.args[1]
    assert isinstance(pattern, String)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile_pattern(pattern.value)
    except (re.error, OverflowError, RecursionError) as error:
        raise XPathError("xpath_bad_pattern", f"{pattern.value} ({error})", call.at) from error
