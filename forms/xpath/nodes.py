"""A node of an instance, primary or secondary, as expressions see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forms.definition import ElementDef

_NO_KIDS: dict[str, list[Node]] = {}


class Node:
    """``kids`` groups children by name, so rows of a repeat are one list. A leaf's ``value`` is its text.

    ``own``: its own relevance and that it is no surplus row; ``relevant``: that and all its ancestors'.
    """

    __slots__ = ("defn", "kids", "name", "own", "parent", "relevant", "surplus", "value")

    def __init__(
        self, name: str, parent: Node | None, value: str = "", defn: ElementDef | None = None
    ) -> None:
        self.name = name
        self.parent = parent
        self.value = value
        self.defn = defn
        self.kids: dict[str, list[Node]] = _NO_KIDS
        self.own = True
        self.surplus = False
        self.relevant = True

    def add(self, child: Node) -> Node:
        """Append a child; rows of one name stay together."""
        if self.kids is _NO_KIDS:
            self.kids = {}
        self.kids.setdefault(child.name, []).append(child)
        return child

    def children(self) -> Iterator[Node]:
        for rows in self.kids.values():
            yield from rows

    def walk(self) -> Iterator[Node]:
        """Itself and all below, in document order."""
        yield self
        for rows in self.kids.values():
            for row in rows:
                yield from row.walk()

    def text(self) -> str:
        """Its string value; a group has none (ODK stores values in leaves only)."""
        return "" if self.kids else self.value

    def place(self) -> int:
        """1-based position among its like-named siblings; of a row that is not there yet, the next."""
        if self.parent is None:
            return 1
        rows = self.parent.kids[self.name]
        return next((number for number, row in enumerate(rows, 1) if row is self), len(rows) + 1)

    def path(self) -> str:
        """``/data/person[2]/name``: rows of repeats carry their 1-based index."""
        parts: list[str] = []
        node: Node | None = self
        while node is not None:
            index = ""
            if node.parent is not None and node.defn is not None and node.defn.is_repeat:
                index = f"[{node.parent.kids[node.name].index(node) + 1}]"
            parts.append(node.name + index)
            node = node.parent
        return "/" + "/".join(reversed(parts))
