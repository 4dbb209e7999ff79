"""From one question to another: through the rows both are in."""

from __future__ import annotations

from collections.abc import Iterator

from forms.definition import ElementDef
from forms.engine.tree import below
from forms.xpath.nodes import Node


def nearest(node: Node, target: ElementDef) -> Iterator[Node]:
    """Nodes of ``target`` in the rows that ``node`` is in; in rows further down, all of them."""
    assert node.defn is not None
    shared = 0
    for mine, theirs in zip(node.defn.place, target.place, strict=False):
        if mine != theirs:
            break
        shared += 1
    scope = node
    for _ in range(len(node.defn.place) - shared):
        assert scope.parent is not None
        scope = scope.parent
    yield from below(scope, target.place[shared:])
