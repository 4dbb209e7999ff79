"""Regular expressions of forms, safe on a phone.

Python's engine backtracks, so ``(a+)+$`` would freeze a phone on 30 letters: a repeat without end inside a
repeat without end is refused when the form is loaded. Unicode classes that forms really use are translated.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from re import _parser  # type: ignore[attr-defined]  # the standard library's own; stable since 3.11

MAX_SUBJECT = 5_000
"""Characters of an answer that a pattern looks at; the rest would only cost time."""

_HAN = r"\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002ebef"
_CLASSES = {
    r"\p{L}": r"[^\W\d_]",
    r"\p{N}": r"\d",
    r"\p{Nd}": r"\d",
    r"\p{Han}": f"[{_HAN}]",
    r"\p{IsHan}": f"[{_HAN}]",
    r"\p{Script=Han}": f"[{_HAN}]",
}
_MANY_TIMES = 100
_MAX_OVERLAPS = 4


@lru_cache(maxsize=512)
def compile_pattern(source: str) -> re.Pattern[str]:
    """The pattern, searched anywhere unless anchored (ODK XForms #fn:regex). Raises re.error."""
    if len(source) > 1000:
        raise re.error("pattern too long")
    translated = source
    for theirs, ours in _CLASSES.items():
        if f"[{theirs}]" in translated:
            translated = translated.replace(f"[{theirs}]", ours)
        translated = translated.replace(theirs, ours)
    parsed: Any = _parser.parse(translated)
    if _loops(parsed, 0) > _MAX_OVERLAPS:
        raise re.error("too many open repeats in one pattern")
    return re.compile(translated)


def matches(source: str, subject: str) -> bool:
    """True when the pattern is found in the subject."""
    return compile_pattern(source).search(subject[:MAX_SUBJECT]) is not None


def _loops(parsed: Iterable[Any], inside: int) -> int:
    """How many endless repeats the pattern has; raises when one is inside another."""
    found = 0
    for operator, argument in parsed:
        name = str(operator)
        if name == "GROUPREF":
            raise re.error("back references are not supported")
        endless = "REPEAT" in name and argument[1] >= _MANY_TIMES
        if endless and inside:
            raise re.error("a repeat inside a repeat")
        found += int(endless)
        for part in _parts(name, argument):
            found += _loops(part, inside + int(endless))
    return found


def _parts(name: str, argument: Any) -> list[Iterable[Any]]:
    if "REPEAT" in name:
        return [argument[2]]
    if name == "SUBPATTERN":
        return [argument[3]]
    if name == "BRANCH":
        return list(argument[1])
    if name in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]
    if name == "ATOMIC_GROUP":
        return [argument]
    return []
