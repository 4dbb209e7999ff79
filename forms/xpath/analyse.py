"""What an expression reads, from the form alone: for the dependency graph and to refuse unknown names.

Each reading is a path and an *anchor*: how far up from the question one must go at most to find every node
that is read. ``../age`` inside a row stays in that row; ``/data/person[2]/age`` may be any row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.errors import XPathError
from forms.xpath.ast import Ast, Call, Chain, Negate, Number, Path, Step, String
from forms.xpath.compile import shared_steps

if TYPE_CHECKING:
    from forms.definition import ElementDef, Ref

MAX_REFS = 1_000
"""Questions that one expression may read, each row of a repeat counting once."""

Spot = tuple["ElementDef", int]
"""An element and the anchor so far."""


class Analysis:
    """``refs`` after ``read``; ``choice_names`` are the questions whose choices are looked up by label."""

    def __init__(self, home: ElementDef) -> None:
        from forms.definition import Ref

        self.make_ref = Ref
        self.home = home
        self.root = home
        while self.root.parent is not None:
            self.root = self.root.parent
        self.refs: dict[Ref, None] = {}
        self.instances: set[str] = set()
        self.choice_names: set[str] = set()

    def read(self, tree: Ast) -> None:
        self.value(tree, [(self.home, self.home.depth)])

    def note(self, element: ElementDef, anchor: int) -> None:
        self.refs[self.make_ref(element.path, anchor)] = None
        if len(self.refs) > MAX_REFS:
            raise XPathError("xpath_too_wide", str(MAX_REFS))

    # --- values -----------------------------------------------------------------------------------

    def value(self, tree: Ast, focus: list[Spot]) -> None:
        if isinstance(tree, (Number, String)):
            return
        if isinstance(tree, Negate):
            self.value(tree.arg, focus)
        elif isinstance(tree, Chain):
            for part in (tree.first, *(arg for _, arg in tree.rest)):
                self.value(part, focus)
        elif isinstance(tree, Call):
            self.call(tree, focus)
        else:
            for element, anchor in self.path(tree, focus):
                self.note(element, anchor)

    def call(self, tree: Call, focus: list[Spot]) -> None:
        if tree.name == "indexed-repeat":
            self.indexed(tree, focus)
            return
        if tree.name == "position" and tree.args:
            self.position(tree, focus)
            return
        for arg in tree.args:
            self.value(arg, focus)
        if tree.name in ("instance", "pulldata"):
            self.instances.add(_literal(tree.args[0]))
        elif tree.name == "jr:choice-name":
            self.choice_names.add(_literal(tree.args[1]))
        elif tree.name in ("random", "uuid"):
            self.rows_above()
        elif tree.name in ("string", "number", "normalize-space") and not tree.args:
            for element, anchor in focus:
                self.note(element, anchor)

    def indexed(self, tree: Call, focus: list[Spot]) -> None:
        for arg in tree.args[2::2]:
            self.value(arg, focus)
        for arg in (tree.args[0], *tree.args[1::2]):
            for element, _ in self.path(arg, focus) if isinstance(arg, Path) else ():
                self.note(element, 0)

    def position(self, tree: Call, focus: list[Spot]) -> None:
        """A row's place changes when another row goes, so the anchor is the parent of the rows."""
        spots = self.path(tree.args[0], focus) if isinstance(tree.args[0], Path) else focus
        for element, anchor in spots:
            self.note(element, min(anchor, max(element.depth - 1, 0)))

    def rows_above(self) -> None:
        element: ElementDef | None = self.home
        while element is not None:
            if element.is_repeat:
                self.note(element, element.depth - 1)
            element = element.parent

    # --- paths ------------------------------------------------------------------------------------

    def path(self, tree: Path, focus: list[Spot]) -> list[Spot]:
        """Where the path leads; nowhere when it is in a secondary instance."""
        spots, steps = self.start(tree, focus)
        for step in steps:
            spots = self.step(step, spots, tree)
        return spots

    def start(self, tree: Path, focus: list[Spot]) -> tuple[list[Spot], tuple[Step, ...]]:
        if tree.start is not None:
            return self.call_start(tree, focus), tree.steps
        if not tree.absolute:
            return focus, tree.steps
        shared = shared_steps(tree, self.home.place)
        if shared:
            element = self.root
            for name in self.home.place[1:shared]:
                element = element.kids[name]
            return [(element, element.depth)], tree.steps[shared:]
        return self.from_top(tree)

    def from_top(self, tree: Path) -> tuple[list[Spot], tuple[Step, ...]]:
        if not tree.steps:
            return [(self.root, 0)], ()
        first = tree.steps[0]
        if first.axis == "descendant":
            return [(self.root, 0)], tree.steps
        if first.name not in (self.root.name, "*"):
            raise XPathError("xpath_unknown_name", f"/{first.name}", tree.at)
        return [(self.root, 0)], tree.steps[1:]

    def call_start(self, tree: Path, focus: list[Spot]) -> list[Spot]:
        assert tree.start is not None
        spots = self.nodes(tree.start, focus)
        for predicate in tree.start_predicates:
            self.value(predicate, spots)
        return spots

    def nodes(self, tree: Ast, focus: list[Spot]) -> list[Spot]:
        if isinstance(tree, Path):
            return self.path(tree, focus)
        if isinstance(tree, Chain):
            parts = (tree.first, *(arg for _, arg in tree.rest))
            return [spot for part in parts for spot in self.nodes(part, focus)]
        if isinstance(tree, Call) and tree.name == "current":
            return [(self.home, self.home.depth)]
        if isinstance(tree, Call) and tree.name == "randomize":
            self.value(tree, focus)
            return self.nodes(tree.args[0], focus)
        self.value(tree, focus)
        return []

    def step(self, step: Step, spots: list[Spot], tree: Path) -> list[Spot]:
        found = _unique([spot for element, anchor in spots for spot in _walk(step, element, anchor)])
        if spots and not found:
            raise XPathError("xpath_unknown_name", f"{spots[0][0].path}/{step.name}", tree.at)
        if step.predicates:
            # A predicate chooses among rows, so what it reads may be in any of them.
            found = [(element, min(anchor, max(element.depth - 1, 0))) for element, anchor in found]
        for predicate in step.predicates:
            self.value(predicate, found)
        return found


def _walk(step: Step, element: ElementDef, anchor: int) -> list[Spot]:
    if step.axis == "self":
        return [(element, anchor)] if step.name in ("*", element.name) else []
    if step.axis == "parent":
        parent = element.parent
        if parent is None or step.name not in ("*", parent.name):
            return []
        return [(parent, min(anchor, parent.depth))]
    if step.axis == "child":
        kids = element.kids.values() if step.name == "*" else filter(None, [element.kids.get(step.name)])
        return [(kid, anchor) for kid in kids]
    return [spot for kid in element.kids.values() for spot in _below(step.name, kid, anchor)]


def _below(name: str, element: ElementDef, anchor: int) -> list[Spot]:
    found = [(element, anchor)] if name in ("*", element.name) else []
    return found + [spot for kid in element.kids.values() for spot in _below(name, kid, anchor)]


def _unique(spots: list[Spot]) -> list[Spot]:
    return list({(id(element), anchor): (element, anchor) for element, anchor in spots}.values())


def _literal(tree: Ast) -> str:
    return tree.value.strip() if isinstance(tree, String) else ""
