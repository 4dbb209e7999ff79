"""What an expression is evaluated against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Protocol

from forms.xpath.nodes import Node
from forms.xpath.values import Value


class Texts(Protocol):
    """The form's words in the active language."""

    @property
    def chinese(self) -> bool: ...

    def itext(self, text_id: str) -> str: ...

    def choice_name(self, context: Context, value: str, question: str) -> str: ...


@dataclass(slots=True)
class Env:
    """Shared by all expressions of one session. ``instances``: secondary instances by id, as document nodes.

    ``random`` and ``uuid`` get a key that names the node and the place in the expression, so that fixed hooks
    give the same numbers whatever the order of answering.
    """

    now: Callable[[], datetime]
    random: Callable[[str], float]
    uuid: Callable[[str], str]
    zone: tzinfo
    texts: Texts
    instances: Mapping[str, Node]
    indexes: dict[tuple[int, str, str], dict[str, list[Node]]] = field(default_factory=dict)

    def index(self, parent: Node, item: str, child: str) -> dict[str, list[Node]]:
        """Items of a secondary instance by the text of one child; built once (they never change)."""
        key = (id(parent), item, child)
        if key not in self.indexes:
            built: dict[str, list[Node]] = {}
            for node in parent.kids.get(item, ()):
                built.setdefault(first_text(node, child), []).append(node)
            self.indexes[key] = built
        return self.indexes[key]


def first_text(node: Node, child: str) -> str:
    found = node.kids.get(child)
    return found[0].text() if found else ""


@dataclass(slots=True)
class Context:
    """``node``: the focus; ``current``: the question the expression belongs to; then the focus's place."""

    node: Node
    current: Node
    env: Env
    position: int = 1
    size: int = 1


Fn = Callable[[Context], Value]
Nodes = Callable[[Context], list[Node]]
