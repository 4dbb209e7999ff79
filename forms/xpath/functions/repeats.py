"""indexed-repeat(): https://getodk.github.io/xforms-spec/#fn:indexed-repeat."""

from __future__ import annotations

import math

from forms.xpath.ast import Ast, Call, Path
from forms.xpath.context import Context, Fn
from forms.xpath.functions.kinds import Lazy
from forms.xpath.nodes import Node
from forms.xpath.values import Value, to_number


def plain_place(tree: Ast, place: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names from the root that a path without predicates leads to; None when it is no such path."""
    if not isinstance(tree, Path) or tree.start is not None:
        return None
    names = [] if tree.absolute else list(place)
    for step in tree.steps:
        if step.predicates or step.axis == "descendant" or (step.axis == "child" and step.name == "*"):
            return None
        if step.axis == "child":
            names.append(step.name)
        elif step.axis == "parent" and names:
            names.pop()
    return tuple(names)


def indexed_repeat(call: Call, args: list[Fn], place: tuple[str, ...]) -> Fn:
    """Follow the names of the first argument, taking the asked row wherever a name is one of the repeats."""
    target = plain_place(call.args[0], place) or ()
    repeats = [plain_place(tree, place) for tree in call.args[1::2]]
    indexes = args[2::2]

    def run(context: Context) -> Value:
        rows = {
            repeat: to_number(index(context), context.env.zone)
            for repeat, index in zip(repeats, indexes, strict=True)
        }
        found = _descend(context.current, target, place, rows)
        return [found] if found is not None and found.relevant else []

    return run


def _descend(
    current: Node, target: tuple[str, ...], place: tuple[str, ...], rows: dict[tuple[str, ...] | None, float]
) -> Node | None:
    chain = [current]
    while chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    chain.reverse()
    node, own = chain[0], True
    for depth in range(2, len(target) + 1):
        here = target[:depth]
        kids = [kid for kid in node.kids.get(here[-1], []) if not kid.surplus]
        own = own and here == place[:depth] and here not in rows
        if own:
            node = chain[depth - 1]
            continue
        wanted = rows.get(here, 1.0)
        if not math.isfinite(wanted) or not 1 <= int(wanted) <= len(kids):
            return None
        node = kids[int(wanted) - 1]
    return node


REPEATS: dict[str, Lazy] = {"indexed-repeat": indexed_repeat}
