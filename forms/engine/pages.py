"""The pages of a form as it is now: one question each, or a group that is shown together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forms.definition import Block, Control, Group, Repeat
from forms.engine.tree import below
from forms.xpath.context import Context, Env
from forms.xpath.nodes import Node
from forms.xpath.values import to_boolean


@dataclass(frozen=True, slots=True)
class Page:
    """``kind``: question; group (all ``questions`` on one page); repeat (cards of rows, add and remove).

    ``path`` is the question's, the group's or row's, or the repeat's (without index).
    """

    kind: str
    path: str
    questions: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """One line of the jump list, and what ``Page`` is made from."""

    kind: str
    node: Node
    block: Block
    depth: int


def spots(blocks: list[Block], context: Node, env: Env, depth: int = 0) -> Iterator[Spot]:
    """Everything relevant in order: group, row, question and repeat (after its rows)."""
    for block in blocks:
        if isinstance(block, Control):
            node = _inside(context, block)
            if node.relevant:
                yield Spot("question", node, block, depth)
        elif isinstance(block, Group):
            yield from _group(block, context, env, depth)
        else:
            yield from _repeat(block, context, env, depth)


def _inside(context: Node, block: Control | Group) -> Node:
    assert context.defn is not None
    assert block.element is not None
    return next(below(context, block.element.place[context.defn.depth + 1 :]))


def _group(group: Group, context: Node, env: Env, depth: int) -> Iterator[Spot]:
    node = context if group.element is None else _inside(context, group)
    if not node.relevant:
        return
    if group.label is not None or group.one_page:
        yield Spot("group", node, group, depth)
        depth += 1
    yield from spots(group.children, node, env, depth)


def _repeat(repeat: Repeat, context: Node, env: Env, depth: int) -> Iterator[Spot]:
    parent = parent_of_rows(repeat, context)
    for row in parent.kids[repeat.element.name]:
        if row.relevant:
            yield Spot("row", row, repeat, depth)
            yield from spots(repeat.children, row, env, depth + 1)
    if not repeat.fixed and repeat_is_relevant(repeat, parent, env):
        yield Spot("repeat", parent, repeat, depth)


def parent_of_rows(repeat: Repeat, context: Node) -> Node:
    assert context.defn is not None
    return next(below(context, repeat.element.place[context.defn.depth + 1 : -1]))


def repeat_is_relevant(repeat: Repeat, parent: Node, env: Env) -> bool:
    """Asked of a row that is not there, for a repeat without rows has nobody else to ask."""
    relevant = repeat.element.bind.relevant
    if not parent.relevant or relevant is None:
        return parent.relevant
    phantom = Node(repeat.element.name, parent, "", repeat.element)
    return to_boolean(relevant.run(Context(phantom, phantom, env)))


def pages(blocks: list[Block], root: Node, env: Env) -> list[Page]:
    """All pages in order. A one-page group takes all questions inside it."""
    made: list[Page] = []
    open_depth = -1
    for spot in spots(blocks, root, env):
        if open_depth >= 0 and spot.depth > open_depth:
            if spot.kind == "question":
                last = made[-1]
                made[-1] = Page("group", last.path, (*last.questions, spot.node.path()))
            continue
        open_depth = -1
        page = _page(spot)
        if page is not None:
            made.append(page)
            open_depth = spot.depth if page.kind == "group" else -1
    return [page for page in made if page.kind != "group" or page.questions]


def _page(spot: Spot) -> Page | None:
    path = spot.node.path()
    if spot.kind == "question":
        return Page("question", path, (path,))
    if spot.kind == "repeat":
        name = spot.block.element.name if spot.block.element else ""
        rows = tuple(row.path() for row in spot.node.kids[name] if row.relevant)
        return Page("repeat", f"{path}/{name}", (), rows)
    assert not isinstance(spot.block, Control)
    return Page("group", path) if spot.block.one_page else None
