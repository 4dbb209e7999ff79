"""The shape of an expression, after reading and before compiling."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class String:
    value: str


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    args: tuple[Ast, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Negate:
    arg: Ast


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one precedence, left to right, flat, so that long sums stay shallow."""

    first: Ast
    rest: tuple[tuple[str, Ast], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """``axis``: child, parent, self or descendant (``//name``). ``name``: ``*`` for any."""

    axis: str
    name: str
    predicates: tuple[Ast, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Where it starts (the root, the context node, or the value of ``start``) and its steps."""

    absolute: bool
    steps: tuple[Step, ...]
    start: Ast | None = None
    start_predicates: tuple[Ast, ...] = ()
    at: int = 0


Ast = Number | String | Call | Negate | Chain | Path
