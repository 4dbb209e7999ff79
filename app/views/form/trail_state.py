"""What a page belongs to: the groups and rows around it, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.lang import t
from forms import Definition, Page, Session
from forms.definition import Block, Control, ElementDef, Group, Repeat
from forms.engine.tree import find
from forms.xpath.nodes import Node

Around = dict[str, tuple[Group | Repeat, ...]]
"""Element path of a question or a repeat → the groups and repeats around it, outermost first."""


@dataclass(frozen=True, slots=True)
class Surrounding:
    """``row``: 1-based, of a repeat; 0 for a group."""

    label: str
    row: int = 0

    @property
    def words(self) -> str:
        """医, or 家庭成员 · 第 2 项."""
        return row_words(self.label, self.row) if self.row else self.label


def row_words(label: str, number: int) -> str:
    """A row by its number; forms may leave its repeat unnamed."""
    return t("form.row", label=label, number=number) if label else t("form.row.unnamed", number=number)


def surroundings(definition: Definition) -> Around:
    """Made once per form."""
    found: Around = {}
    for element, above in _walk(definition.body, ()):
        found[element.path] = above
    return found


def _walk(
    blocks: list[Block], above: tuple[Group | Repeat, ...]
) -> Iterator[tuple[ElementDef, tuple[Group | Repeat, ...]]]:
    for block in blocks:
        if isinstance(block, Control):
            yield block.element, above
        else:
            if isinstance(block, Repeat):
                yield block.element, above
            yield from _walk(block.children, (*above, block))


def trail(session: Session, around: Around, page: Page) -> list[Surrounding]:
    """The groups and rows of a page that have a name, outermost first; of a one-page group itself too."""
    if page.kind == "repeat":
        above, _, name = page.path.rpartition("/")
        parent = find(session.root, above)
        assert parent.defn is not None
        return _named(session, parent, around.get(parent.defn.kids[name].path, ()))
    return trail_of(session, around, find(session.root, page.questions[0]))


def around(session: Session, found: Around, path: str) -> tuple[Group | Repeat, ...]:
    """The blocks around a question of the page, outermost first."""
    node = find(session.root, path)
    return found.get(node.defn.path, ()) if node.defn is not None else ()


def trail_of(session: Session, around: Around, node: Node) -> list[Surrounding]:
    """The same for one question."""
    assert node.defn is not None
    return _named(session, node, around.get(node.defn.path, ()))


def _named(session: Session, node: Node, blocks: tuple[Group | Repeat, ...]) -> list[Surrounding]:
    found = []
    for block in blocks:
        home = session.root if block.element is None else _ancestor(node, block.element)
        label = session.texts.label(block.label, home)
        if isinstance(block, Repeat):
            found.append(Surrounding(label, home.place()))
        elif label:
            found.append(Surrounding(label))
    return found


def _ancestor(node: Node, element: ElementDef) -> Node:
    while node.defn is not element:
        assert node.parent is not None
        node = node.parent
    return node
