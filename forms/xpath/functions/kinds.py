"""The two kinds of functions."""

from __future__ import annotations

from collections.abc import Callable

from forms.xpath.ast import Call
from forms.xpath.context import Fn
from forms.xpath.values import Value

Eager = Callable[..., Value]
"""``(env, *values) → value``."""

Lazy = Callable[[Call, list[Fn], tuple[str, ...]], Fn]
"""``(call, compiled arguments, place of the question) → closure``."""
