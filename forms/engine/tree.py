"""The instance being filled, as nodes: from the form, a new row, or kept answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from forms.definition import Definition, ElementDef
from forms.errors import AnswerError
from forms.xml import JR, local
from forms.xpath.nodes import Node

MAX_ROWS = 1_000
"""Rows of one repeat under one parent. A form that asks for more is told so when it is checked."""

_STEP = re.compile(r"([^\[\]/]+)(?:\[(\d{1,6})\])?")
_TEMPLATE = f"{{{JR}}}template"


def first_tree(definition: Definition) -> Node:
    """As the form's own instance has it, defaults included."""
    return _from_element(definition.primary, definition.root, None)


def _from_element(source: Element, defn: ElementDef, parent: Node | None) -> Node:
    value = "" if defn.kids else (source.text or "").strip()
    node = Node(defn.name, parent, value, defn)
    if defn.kids:
        node.kids = {name: [] for name in defn.kids}
    for child in source:
        if _TEMPLATE not in child.attrib:
            node.kids[local(child)].append(_from_element(child, defn.kids[local(child)], node))
    _fill(node, defn)
    return node


def _fill(node: Node, defn: ElementDef) -> None:
    """What this occurrence of the element leaves out, empty."""
    for name, kid in defn.kids.items():
        if not node.kids[name] and not kid.is_repeat:
            node.kids[name].append(empty(kid, node))


def empty(defn: ElementDef, parent: Node | None) -> Node:
    node = Node(defn.name, parent, "", defn)
    if defn.kids:
        node.kids = {name: [] for name in defn.kids}
        _fill(node, defn)
    return node


def new_row(defn: ElementDef, parent: Node) -> Node:
    """One more row, with the template's defaults; appended to ``parent``."""
    row = empty(defn, parent) if defn.template is None else _from_element(defn.template, defn, parent)
    parent.kids[defn.name].append(row)
    return row


# --- kept answers -------------------------------------------------------------------------------------


def keep(root: Node) -> dict[str, str]:
    """Every answer by path, irrelevant ones too; ``path[#]`` is the number of rows of a repeat."""
    kept: dict[str, str] = {}
    _keep(root, root.path(), kept)
    return kept


def _keep(node: Node, path: str, kept: dict[str, str]) -> None:
    assert node.defn is not None
    if not node.kids and node.value:
        kept[path] = node.value
    for name, rows in node.kids.items():
        repeats = node.defn.kids[name].is_repeat
        if repeats:
            kept[f"{path}/{name}[#]"] = str(len(rows))
        for number, row in enumerate(rows, 1):
            _keep(row, f"{path}/{name}[{number}]" if repeats else f"{path}/{name}", kept)


def kept_tree(definition: Definition, kept: Mapping[str, str]) -> Node:
    """The tree that ``keep`` wrote down. Raises AnswerError answer_no_such_question for another form's."""
    root = empty(definition.root, None)
    for path, text in sorted(kept.items(), key=lambda pair: pair[0].count("/")):
        if path.endswith("[#]"):
            _rows(root, path.removesuffix("[#]"), text)
    for path, text in kept.items():
        if not path.endswith("[#]"):
            node = find(root, path)
            if node.kids:
                raise AnswerError("answer_no_such_question", path)
            node.value = text
    return root


def _rows(root: Node, path: str, text: str) -> None:
    above, _, name = path.rpartition("/")
    parent = find(root, above)
    assert parent.defn is not None
    defn = parent.defn.kids.get(name)
    if defn is None or not defn.is_repeat or not text.isdecimal() or int(text) > MAX_ROWS:
        raise AnswerError("answer_no_such_question", path, text)
    parent.kids[name].extend(empty(defn, parent) for _ in range(int(text)))


# --- finding ------------------------------------------------------------------------------------------


def find(root: Node, path: str) -> Node:
    """The node at ``/data/person[2]/name``; a row without an index is the first.

    Raises AnswerError: answer_no_such_question, answer_no_such_row.
    """
    steps = path.split("/")[1:]
    if not path.startswith("/") or steps[0] != root.name:
        raise AnswerError("answer_no_such_question", path)
    node = root
    for step in steps[1:]:
        match = _STEP.fullmatch(step)
        rows = node.kids.get(match.group(1)) if match else None
        if match is None or rows is None:
            raise AnswerError("answer_no_such_question", path)
        number = int(match.group(2) or 1)
        if not 1 <= number <= len(rows):
            raise AnswerError("answer_no_such_row", path)
        node = rows[number - 1]
    return node


def below(scope: Node, names: tuple[str, ...]) -> Iterator[Node]:
    """All nodes that ``names`` lead to from ``scope``, through every row."""
    if not names:
        yield scope
        return
    for row in scope.kids.get(names[0], ()):
        yield from below(row, names[1:])
