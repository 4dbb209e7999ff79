"""Ast → closures. An expression is compiled once for its place in the form and called per node.

Absolute paths follow the rows the question itself is in (ODK XForms #a-big-deviation-with-xforms), as far as
both share steps without predicates, the last step excepted: ``count(/data/person)`` inside person counts all.
"""

from __future__ import annotations

from forms.xpath.ast import Ast, Call, Chain, Negate, Number, Path, String
from forms.xpath.context import Context, Fn, Nodes
from forms.xpath.functions import EAGER, LAZY
from forms.xpath.nodes import Node
from forms.xpath.operators import chain
from forms.xpath.steps import Walk, make_predicates, make_step
from forms.xpath.values import Value, to_number


def compile_ast(tree: Ast, place: tuple[str, ...]) -> Fn:
    """``place``: names from the root to the question, e.g. ``("data", "person", "age")``."""
    return _Compiler(place).value(tree)


def compile_nodes(tree: Ast, place: tuple[str, ...]) -> Nodes:
    """The same for an expression that is a set of nodes (parse.is_nodeset)."""
    return _Compiler(place).nodes(tree)


def shared_steps(path: Path, place: tuple[str, ...]) -> int:
    """How many leading steps of an absolute path are the question's own ancestors."""
    shared = 0
    for step, name in zip(path.steps[:-1], place, strict=False):
        if step.axis != "child" or step.name != name or step.predicates:
            break
        shared += 1
    return shared


class _Compiler:
    def __init__(self, place: tuple[str, ...]) -> None:
        self.place = place

    def value(self, tree: Ast) -> Fn:
        if isinstance(tree, (Number, String)):
            constant: Value = tree.value
            return lambda context: constant
        if isinstance(tree, Negate):
            arg = self.value(tree.arg)
            return lambda context: -to_number(arg(context), context.env.zone)
        if isinstance(tree, Chain):
            return chain(self.value(tree.first), [(op, self.value(arg)) for op, arg in tree.rest])
        if isinstance(tree, Call):
            return self.call(tree)
        return self.path(tree)

    def nodes(self, tree: Ast) -> Nodes:
        made = self.value(tree)

        def run(context: Context) -> list[Node]:
            value = made(context)
            return value if isinstance(value, list) else []

        return run

    def call(self, tree: Call) -> Fn:
        if tree.name == "position" and tree.args and isinstance(tree.args[0], Path):
            # A row has its place whether it is relevant or not.
            return LAZY["position"](tree, [self.path(tree.args[0], relevant=False)], self.place)
        args = [self.value(arg) for arg in tree.args]
        if tree.name in LAZY:
            return LAZY[tree.name](tree, args, self.place)
        function = EAGER[tree.name]
        if len(args) == 1:
            only = args[0]
            return lambda context: function(context.env, only(context))
        return lambda context: function(context.env, *[arg(context) for arg in args])

    def path(self, tree: Path, relevant: bool = True) -> Fn:
        start, done = self.start(tree)
        walks = [make_step(step, self.value) for step in tree.steps[done:]]
        if not relevant:
            return lambda context: _follow(start(context), walks, context)
        return lambda context: [node for node in _follow(start(context), walks, context) if node.relevant]

    def start(self, tree: Path) -> tuple[Nodes, int]:
        if tree.start is not None:
            return self.filtered_start(tree), 0
        if not tree.absolute:
            return (lambda context: [context.node]), 0
        shared = shared_steps(tree, self.place)
        if shared == 0:
            return _top, 0
        return _climber(len(self.place) - shared), shared

    def filtered_start(self, tree: Path) -> Nodes:
        assert tree.start is not None
        nodes = self.nodes(tree.start)
        if not tree.start_predicates:
            return nodes
        keep = make_predicates(tree.start_predicates, self.value)
        return lambda context: keep(nodes(context), context)


def _top(context: Context) -> list[Node]:
    """The document: a node whose only child is the root."""
    node = context.current
    while node.parent is not None:
        node = node.parent
    document = Node("", None)
    document.kids = {node.name: [node]}
    return [document]


def _climber(levels: int) -> Nodes:
    def climb(context: Context) -> list[Node]:
        node = context.current
        for _ in range(levels):
            assert node.parent is not None
            node = node.parent
        return [node]

    return climb


def _follow(nodes: list[Node], walks: list[Walk], context: Context) -> list[Node]:
    for walk in walks:
        nodes = walk(nodes, context)
    return nodes
