"""Evaluating again only what depends on what changed, each thing once, in the graph's order."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable

from forms.definition import Definition, ElementDef
from forms.engine.lexical import calculated
from forms.engine.tree import MAX_ROWS, below, new_row
from forms.graph import CALCULATE, COUNT, Task
from forms.xpath.context import Context, Env
from forms.xpath.nodes import Node
from forms.xpath.values import to_boolean, to_number


class Recalc:
    """``on_row`` is called with every row that a count makes. ``shape`` grows when pages may have changed."""

    def __init__(self, definition: Definition, root: Node, env: Env, on_row: Callable[[Node], None]) -> None:
        self.definition, self.root, self.env, self.on_row = definition, root, env, on_row
        self.graph = definition.graph
        self.scopes: dict[int, dict[int, Node]] = {}
        self.waiting: list[int] = []
        self.shape = 0
        self.evaluated = 0
        self.too_long: dict[str, int] = {}

    # --- what changed -----------------------------------------------------------------------------

    def everything(self) -> None:
        """Before the first question is shown: all tasks, in order."""
        for task in self.graph.tasks:
            self._wait(task, self.root)
        self.run()

    def changed(self, node: Node) -> None:
        """A value or relevance: whoever reads it must look again."""
        assert node.defn is not None
        for task, anchor in self.graph.readers.get(node.defn.path, ()):
            self._wait(task, _above(node, node.defn.depth - anchor))

    def added(self, row: Node) -> None:
        """A new row: compute all in it, and tell whoever reads rows."""
        self.shape += 1
        for node in row.walk():
            assert node.defn is not None
            assert node.parent is not None
            node.relevant = node.parent.relevant and node.own
            for task in self.graph.of.get(node.defn.path, ()):
                if task.kind == COUNT and node is row:
                    continue
                self._wait(task, node.parent if task.kind == COUNT else node)
            self.changed(node)
        self._empty_counts(row)
        self._siblings(row.defn, row.parent)

    def removed(self, defn: ElementDef, parent: Node) -> None:
        """A row under ``parent`` is gone: whoever outside it read anything in it must look again."""
        self.shape += 1
        assert parent.defn is not None
        depth = parent.defn.depth
        for path in _paths(defn):
            for task, anchor in self.graph.readers.get(path, ()):
                if anchor <= depth:
                    self._wait(task, _above(parent, depth - anchor))

    def _siblings(self, defn: ElementDef | None, parent: Node | None) -> None:
        if defn is not None and parent is not None:
            self.removed(defn, parent)

    def _empty_counts(self, row: Node) -> None:
        """Counts of repeats in the row that have no row yet."""
        for node in row.walk():
            for name, rows in node.kids.items():
                if not rows and node.defn is not None:
                    for task in self.graph.of.get(node.defn.kids[name].path, ()):
                        if task.kind == COUNT:
                            self._wait(task, node)

    def _wait(self, task: Task, scope: Node) -> None:
        scopes = self.scopes.get(task.number)
        if scopes is None:
            scopes = self.scopes[task.number] = {}
            heapq.heappush(self.waiting, task.number)
        scopes[id(scope)] = scope

    # --- evaluating -------------------------------------------------------------------------------

    def run(self) -> None:
        """Until nothing waits. A task only makes later ones wait, so this ends."""
        while self.waiting:
            number = heapq.heappop(self.waiting)
            task = self.graph.tasks[number]
            scopes = self.scopes.pop(number)
            # A repeat without rows has no node to show that its relevance changed.
            self.shape += int(task.element.is_repeat)
            for node in _targets(task, scopes):
                self.evaluated += 1
                self._apply(task, node)

    def _apply(self, task: Task, node: Node) -> None:
        if task.kind == COUNT:
            self._count(task, node)
            return
        value = task.expr.run(Context(node, node, self.env))
        if task.kind == CALCULATE:
            text = calculated(task.element.bind.type, value, self.env)
            if text != node.value:
                node.value = text
                if node.relevant:
                    self.changed(node)
            return
        node.own = to_boolean(value)
        self.settle(node)

    def settle(self, node: Node) -> None:
        """Relevance of a node and all below it."""
        above = node.parent.relevant if node.parent is not None else True
        relevant = above and node.own and not node.surplus
        if relevant == node.relevant:
            return
        node.relevant = relevant
        self.shape += 1
        self.changed(node)
        for kid in node.children():
            self.settle(kid)

    def _count(self, task: Task, parent: Node) -> None:
        """As many rows as the form asks for. Rows too many are kept aside, not thrown away."""
        phantom = Node(task.element.name, parent, "", task.element)
        number = to_number(task.expr.run(Context(phantom, phantom, self.env)), self.env.zone)
        wanted = max(0, int(number)) if math.isfinite(number) else 0
        self._note_length(task.element, parent, wanted)
        rows = parent.kids[task.element.name]
        for place, row in enumerate(rows):
            if row.surplus != (place >= wanted):
                row.surplus = place >= wanted
                self.settle(row)
                self._siblings(task.element, parent)
        while len(rows) < min(wanted, MAX_ROWS):
            row = new_row(task.element, parent)
            self.added(row)
            self.on_row(row)

    def forget_lengths(self, path: str) -> None:
        """A row is gone, and with it the counts that were too high inside it."""
        self.too_long = {key: count for key, count in self.too_long.items() if not key.startswith(path + "/")}

    def _note_length(self, element: ElementDef, parent: Node, wanted: int) -> None:
        path = f"{parent.path()}/{element.name}"
        self.too_long.pop(path, None)
        if wanted > MAX_ROWS:
            self.too_long[path] = wanted


def _above(node: Node, levels: int) -> Node:
    for _ in range(levels):
        assert node.parent is not None
        node = node.parent
    return node


def _targets(task: Task, scopes: dict[int, Node]) -> list[Node]:
    """The nodes a task is evaluated for: its element's, or for a count the parents of its rows."""
    place = task.element.place[:-1] if task.kind == COUNT else task.element.place
    found: dict[int, Node] = {}
    for scope in scopes.values():
        assert scope.defn is not None
        for node in below(scope, place[scope.defn.depth + 1 :]):
            found[id(node)] = node
    return list(found.values())


def _paths(defn: ElementDef) -> list[str]:
    return [defn.path, *(path for kid in defn.kids.values() for path in _paths(kid))]
