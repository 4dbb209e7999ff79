"""What a form wants beside itself: csv tables with the columns it reads, pictures, sounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms import Definition, dataset_from_csv, load
from forms.definition import Expr, SetValue
from forms.xpath.ast import Ast, Call, Chain, Negate, Path, Step, String
from forms.xpath.parse import parse
from sync.protocol.forms import HOUSEHOLDS_CSV, ORGS_CSV

BUILT_IN = {
    HOUSEHOLDS_CSV: frozenset({"name", "label", "number", "town", "category", "address"}),
    ORGS_CSV: frozenset({"name", "label", "type", "code"}),
}
"""Data sets that every phone makes itself, with their columns."""
_MEDIA = ("image", "big-image", "audio", "video")


def wanted_files(definition: Definition) -> list[str]:
    """Names of the files that must be uploaded for it, without the built-in data sets."""
    tables = set(definition.external.values()) - BUILT_IN.keys()
    return sorted(tables | set(_media(definition)))


def _media(definition: Definition) -> Iterator[str]:
    for texts in definition.itext.values():
        for forms in texts.values():
            for form in _MEDIA:
                parts = forms.get(form, ())
                if parts and isinstance(parts[0], str) and parts[0] != "-":
                    yield parts[0].rpartition("/")[2]


def unfit_tables(xform: str, tables: Mapping[str, str]) -> list[str]:
    """Of csv files that were fit for another text of the form (name → content): those that lack a column."""
    definition = load(xform)
    return [name for name, text in tables.items() if columns_used(definition, name) - _head(text)]


def _head(text: str) -> set[str]:
    rows = dataset_from_csv(text).kids["root"][0].kids.get("item", [])
    return set(rows[0].kids) if rows else set()


def columns_used(definition: Definition, file: str) -> frozenset[str]:
    """The columns of a csv file that choices and expressions name."""
    instances = {name for name, wanted in definition.external.items() if wanted == file}
    found: set[str] = set()
    for control in definition.controls():
        itemset = control.itemset
        if itemset is not None and itemset.instance in instances:
            found |= {itemset.value, itemset.label}
    for expr in _expressions(definition):
        _columns(parse(expr.source), instances, found)
    return frozenset(found - {"*"})


def _expressions(definition: Definition) -> Iterator[Expr]:
    found: list[Expr | None] = [*definition.texts.values()]
    actions: list[SetValue] = [*definition.on_first_load]
    actions += [one for some in definition.on_change.values() for one in some]
    for element in definition.elements.values():
        bind, control, repeat = element.bind, element.control, element.repeat
        found += [bind.readonly, bind.required, bind.relevant, bind.constraint, bind.calculate]
        if control is not None and control.itemset is not None:
            found.append(control.itemset.nodes)
        if repeat is not None:
            found.append(repeat.count)
            actions += repeat.on_new_row
    found += [action.value for action in actions]
    yield from (expr for expr in found if expr is not None)


def _columns(tree: Ast, instances: set[str], found: set[str]) -> None:
    for part in _inside(tree):
        if isinstance(part, Call) and part.name == "pulldata" and _text(part.args[0]) in instances:
            found |= {_text(part.args[1]), _text(part.args[2])} - {""}
        elif isinstance(part, Path) and _instance(part) in instances:
            # /root/item[predicate]/column: the third step and every name at the head of a predicate.
            found |= {step.name for step in part.steps[2:3]}
            for step in part.steps[1:2]:
                found |= {name for one in step.predicates for name in _names(one)}


def _names(tree: Ast) -> Iterator[str]:
    """Children of the row that a predicate reads; paths that start elsewhere are none."""
    for part in _inside(tree):
        if isinstance(part, Path) and not part.absolute and part.start is None and part.steps:
            step = part.steps[0]
            if step.axis == "child":
                yield step.name


def _inside(tree: Ast) -> Iterator[Ast]:
    """The expression and all its parts."""
    yield tree
    if isinstance(tree, Negate):
        yield from _inside(tree.arg)
    elif isinstance(tree, Chain):
        for one in (tree.first, *(arg for _, arg in tree.rest)):
            yield from _inside(one)
    elif isinstance(tree, Call):
        for one in tree.args:
            yield from _inside(one)
    elif isinstance(tree, Path):
        yield from _inside_path(tree)


def _inside_path(tree: Path) -> Iterator[Ast]:
    if tree.start is not None:
        yield from _inside(tree.start)
    steps: tuple[Step, ...] = tree.steps
    for predicate in (*tree.start_predicates, *(one for step in steps for one in step.predicates)):
        yield from _inside(predicate)


def _instance(tree: Path) -> str:
    start = tree.start
    return _text(start.args[0]) if isinstance(start, Call) and start.name == "instance" else ""


def _text(tree: Ast) -> str:
    return tree.value if isinstance(tree, String) else ""
