"""A sealed filling as a person reads it: the form's words beside the answers, in the form's order.

Works from the sealed JSON and the version it was filled in with; nothing is calculated again, so what is read
is what was sealed. Phone and registry read the same lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from forms.definition import Block, Control, Definition, ElementDef, Group, Repeat
from forms.engine.hooks import Hooks
from forms.engine.texts import FormTexts
from forms.engine.tree import MAX_ROWS, below, empty
from forms.load.instances import dataset
from forms.xpath.context import Env, first_text
from forms.xpath.nodes import Node


@dataclass(frozen=True, slots=True)
class Read:
    """One line. ``kind``: group, row (``label`` is the repeat's, the path tells the number) or question;
    ``value`` as sealed; ``text`` with the choices' labels. ``depth``: indentation from 0."""

    kind: Literal["group", "row", "question"]
    depth: int
    path: str
    label: str
    type: str = ""
    value: str = ""
    text: str = ""


def read(
    definition: Definition,
    answers: Mapping[str, Any],
    datasets: Mapping[str, Node] | None = None,
    language: str = "",
) -> list[Read]:
    """``answers``: ``Session.to_json()["answers"]`` as it was sealed; what the form does not know is passed
    over. A data set that is missing costs its labels only. Questions without an answer are left out, groups
    and rows without any too."""
    texts = FormTexts(
        definition, language if language in definition.languages else definition.default_language
    )
    hooks = Hooks.live()
    instances = dict(definition.instances)
    for name, file in definition.external.items():
        instances[name] = (datasets or {}).get(file) or dataset(())
    texts.env = Env(hooks.now, hooks.random, hooks.uuid, hooks.zone, texts, instances)
    root = _tree(definition.root, answers, None)
    return list(_lines(definition.body, root, texts, 0))


def _tree(defn: ElementDef, sealed: object, parent: Node | None) -> Node:
    """The instance with these answers; everything else in it is empty."""
    node = empty(defn, parent)
    if not defn.kids:
        node.value = sealed if isinstance(sealed, str) else ""
        return node
    for name, value in sealed.items() if isinstance(sealed, Mapping) else ():
        kid = defn.kids.get(name)
        if kid is None:
            continue
        rows = value if kid.is_repeat and isinstance(value, list) else [value]
        node.kids[name] = [_tree(kid, row, node) for row in rows[:MAX_ROWS]]
    return node


def _lines(blocks: list[Block], context: Node, texts: FormTexts, depth: int) -> Iterator[Read]:
    for block in blocks:
        if isinstance(block, Control):
            yield from _question(block, _inside(context, block.element), texts, depth)
        elif isinstance(block, Group):
            yield from _group(block, context, texts, depth)
        else:
            yield from _rows(block, context, texts, depth)


def _inside(context: Node, element: ElementDef) -> Node:
    assert context.defn is not None
    return next(below(context, element.place[context.defn.depth + 1 :]))


def _group(group: Group, context: Node, texts: FormTexts, depth: int) -> Iterator[Read]:
    node = context if group.element is None else _inside(context, group.element)
    label = texts.label(group.label, node)
    inside = list(_lines(group.children, node, texts, depth + bool(label)))
    if inside and label:
        yield Read("group", depth, node.path(), label)
    yield from inside


def _rows(repeat: Repeat, context: Node, texts: FormTexts, depth: int) -> Iterator[Read]:
    assert context.defn is not None
    for row in below(context, repeat.element.place[context.defn.depth + 1 :]):
        inside = list(_lines(repeat.children, row, texts, depth + 1))
        if inside:
            yield Read("row", depth, row.path(), texts.label(repeat.label, row))
            yield from inside


def _question(control: Control, node: Node, texts: FormTexts, depth: int) -> Iterator[Read]:
    if node.value:
        label, words = texts.label(control.label, node), _words(control, node, texts)
        yield Read("question", depth, node.path(), label, control.type, node.value, words)


def _words(control: Control, node: Node, texts: FormTexts) -> str:
    if control.type in ("select_one", "select_multiple", "rank"):
        labels = _labels(control, node, texts)
        comma = "\u3001" if texts.chinese else ", "
        return comma.join(labels.get(value, value) for value in node.value.split())
    return _PLAIN.get(control.type, str)(node.value)


def _labels(control: Control, node: Node, texts: FormTexts) -> dict[str, str]:
    """By value; a choice that the filter leaves out by now keeps its label."""
    labels = dict(texts.choices(control, node))
    itemset = control.itemset
    if itemset is not None and not labels.keys() >= set(node.value.split()):
        top = texts.env.instances.get(itemset.instance)
        for root in top.children() if top is not None else ():
            for row in root.children():
                labels.setdefault(first_text(row, itemset.value), texts.row_label(control, row))
    return labels


def _time(value: str) -> str:
    """``18:30:15.250+08:00`` → ``18:30``."""
    return value[:5]


def _date_time(value: str) -> str:
    day, _, time = value.partition("T")
    return f"{day} {_time(time)}"


def _point(value: str) -> str:
    """Latitude and longitude; the accuracy in metres when it is known."""
    parts = value.split()
    known = f" (±{parts[3]} m)" if len(parts) > 3 else ""
    return ", ".join(parts[:2]) + known


_PLAIN = {"time": _time, "datetime": _date_time, "geopoint": _point}

__all__ = ["Read", "read"]
