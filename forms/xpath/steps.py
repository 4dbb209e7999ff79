"""Steps of a path, and predicates."""

from __future__ import annotations

from collections.abc import Callable

from forms.xpath.ast import Ast, Call, Chain, Negate, Path, Step
from forms.xpath.context import Context, Fn
from forms.xpath.nodes import Node
from forms.xpath.values import Value, texts, to_boolean

Walk = Callable[[list[Node], Context], list[Node]]


def make_step(step: Step, value: Callable[[Ast], Fn]) -> Walk:
    """One step with its predicates; ``value`` compiles an expression."""
    axis = _AXES[step.axis](step.name)
    if not step.predicates:
        return axis
    keep = make_predicates(step.predicates, value)
    lookup = _lookup(step, value)

    def walk(nodes: list[Node], context: Context) -> list[Node]:
        if lookup is not None and len(nodes) == 1 and nodes[0].defn is None:
            found = lookup(nodes[0], context)
            if found is not None:
                return found
        # Predicates count positions under each parent apart (XPath 1.0 §2.4).
        return [kept for node in nodes for kept in keep(axis([node], context), context)]

    return walk


def _child(name: str) -> Walk:
    def walk(nodes: list[Node], context: Context) -> list[Node]:
        if name == "*":
            return [kid for node in nodes for kid in node.children()]
        if len(nodes) == 1:
            return nodes[0].kids.get(name, [])
        return [kid for node in nodes for kid in node.kids.get(name, ())]

    return walk


def _parent(name: str) -> Walk:
    def walk(nodes: list[Node], context: Context) -> list[Node]:
        found: dict[int, Node] = {}
        for node in nodes:
            parent = node.parent
            if parent is not None and name in ("*", parent.name):
                found.setdefault(id(parent), parent)
        return list(found.values())

    return walk


def _self(name: str) -> Walk:
    return lambda nodes, context: [node for node in nodes if name in ("*", node.name)]


def _descendant(name: str) -> Walk:
    def walk(nodes: list[Node], context: Context) -> list[Node]:
        found: dict[int, Node] = {}
        for node in nodes:
            for below in node.walk():
                if below is not node and name in ("*", below.name):
                    found.setdefault(id(below), below)
        return list(found.values())

    return walk


_AXES: dict[str, Callable[[str], Walk]] = {
    "child": _child,
    "parent": _parent,
    "self": _self,
    "descendant": _descendant,
}


def make_predicates(predicates: tuple[Ast, ...], value: Callable[[Ast], Fn]) -> Walk:
    """All predicates, one after the other; a number means that position."""
    tests = [value(predicate) for predicate in predicates]

    def keep(nodes: list[Node], context: Context) -> list[Node]:
        nodes = [node for node in nodes if node.relevant]
        for test in tests:
            nodes = _keep(nodes, test, context)
        return nodes

    return keep


def _keep(nodes: list[Node], test: Fn, context: Context) -> list[Node]:
    kept: list[Node] = []
    size = len(nodes)
    inner = Context(context.node, context.current, context.env, 1, size)
    for position, node in enumerate(nodes, 1):
        inner.node, inner.position = node, position
        answer = test(inner)
        is_number = isinstance(answer, float) and not isinstance(answer, bool)
        if answer == position if is_number else to_boolean(answer):
            kept.append(node)
    return kept


# --- instance('x')/root/item[name = …]: a table lookup instead of a walk over 10,000 rows -----------------


def _lookup(step: Step, value: Callable[[Ast], Fn]) -> Callable[[Node, Context], list[Node] | None] | None:
    found = _equality(step)
    if found is None:
        return None
    column, wanted = found[0], value(found[1])

    def look(parent: Node, context: Context) -> list[Node] | None:
        answer: Value = wanted(context)
        if isinstance(answer, bool | float):
            return None
        keys = texts(answer) or [""]
        return context.env.index(parent, step.name, column).get(keys[0], []) if len(keys) == 1 else None

    return look


def _equality(step: Step) -> tuple[str, Ast] | None:
    """``column``, the other side, when the only predicate is ``column = something that ignores the row``."""
    if step.axis != "child" or len(step.predicates) != 1 or not isinstance(step.predicates[0], Chain):
        return None
    test = step.predicates[0]
    if len(test.rest) != 1 or test.rest[0][0] != "=":
        return None
    for left, right in ((test.first, test.rest[0][1]), (test.rest[0][1], test.first)):
        column = _column(left)
        if column and not _uses_focus(right):
            return column, right
    return None


def _column(tree: Ast) -> str:
    if not isinstance(tree, Path) or tree.absolute or tree.start is not None or len(tree.steps) != 1:
        return ""
    step = tree.steps[0]
    return step.name if step.axis == "child" and step.name != "*" and not step.predicates else ""


def _uses_focus(tree: Ast) -> bool:
    if isinstance(tree, Path):
        if tree.start is None and not tree.absolute:
            return True
        return tree.start is not None and _uses_focus(tree.start)
    if isinstance(tree, Negate):
        return _uses_focus(tree.arg)
    if isinstance(tree, Chain):
        return _uses_focus(tree.first) or any(_uses_focus(arg) for _, arg in tree.rest)
    if isinstance(tree, Call):
        focal = not tree.args and tree.name not in ("current", "today", "true", "false", "pi")
        return focal or tree.name == "once" or any(_uses_focus(arg) for arg in tree.args)
    return False
