"""Primary instance → elements; secondary instances → read-only nodes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from forms.definition import ElementDef
from forms.errors import FormError
from forms.load.state import Loading
from forms.load.supported import CSV_SOURCE
from forms.xml import JR, XFORMS, local, namespace, text_of
from forms.xpath.nodes import Node

MAX_ELEMENTS = 20_000
_NAME = re.compile(r"[^\W\d][\w.\-]*")


def read_primary(model: Element, loading: Loading) -> Element:
    """The first instance's child. Fills ``loading.elements`` in the order of the form."""
    holder = model.find(f"{{{XFORMS}}}instance")
    if holder is None or len(holder) != 1:
        raise FormError("form_no_instance")
    primary = holder[0]
    if not primary.get("id"):
        raise FormError("form_no_id")
    loading.root = ElementDef(local(primary), (local(primary),), None, namespace=namespace(primary))
    _add(loading.root, primary, loading)
    return primary


def _add(item: ElementDef, source: Element, loading: Loading) -> None:
    loading.elements[item.path] = item
    if len(loading.elements) > MAX_ELEMENTS:
        raise FormError("form_too_large", item.path, f"> {MAX_ELEMENTS}")
    for child in source:
        name = local(child)
        kid = item.kids.get(name)
        if kid is None:
            kid = ElementDef(name, (*item.place, name), item, namespace=namespace(child))
            item.kids[name] = kid
        if f"{{{JR}}}template" in child.attrib:
            kid.template = child
        _add(kid, child, loading)


def check_duplicates(source: Element, item: ElementDef, loading: Loading) -> None:
    """Two elements of one name side by side are only allowed as rows of a repeat."""
    seen: set[str] = set()
    for child in source:
        kid = item.kids[local(child)]
        if kid.name in seen and not kid.is_repeat:
            loading.refuse("form_duplicate_name", kid.path)
        seen.add(kid.name)
        check_duplicates(child, kid, loading)


def read_secondary(model: Element, loading: Loading) -> None:
    """Internal instances as nodes; external ones must be csv files."""
    for holder in model.findall(f"{{{XFORMS}}}instance")[1:]:
        name, source = holder.get("id", ""), holder.get("src", "")
        if not name or name in loading.instances or name in loading.external:
            loading.refuse("form_duplicate_instance", name)
        elif source:
            _external(name, source, loading)
        else:
            loading.instances[name] = document(_nodes(holder[0]) if len(holder) else Node("root", None))


def _external(name: str, source: str, loading: Loading) -> None:
    match = CSV_SOURCE.fullmatch(source)
    if match is None:
        loading.refuse("form_external_source", name, source)
    else:
        loading.external[name] = match.group(1)


def _nodes(source: Element, parent: Node | None = None) -> Node:
    node = Node(local(source), parent, text_of(source) if len(source) == 0 else "")
    for child in source:
        node.add(_nodes(child, node))
    return node


def document(root: Node) -> Node:
    """The document node above an instance's root, where paths after instance() start."""
    top = Node("", None)
    top.add(root)
    root.parent = top
    return top


def dataset(rows: Iterable[Mapping[str, str]]) -> Node:
    """A secondary instance of ``root/item`` from rows of texts; column names must be XML names."""
    root = Node("root", None)
    for row in rows:
        item = root.add(Node("item", root))
        for column, value in row.items():
            if not _NAME.fullmatch(column):
                raise FormError("form_bad_column", reason=column)
            item.add(Node(column, item, value))
    return document(root)


def dataset_from_csv(text: str) -> Node:
    """A secondary instance from csv text (ODK XForms #secondary-instances-from-csv)."""
    text = text.removeprefix("\ufeff")
    header = text.split("\n", 1)[0]
    delimiter = next((mark for mark in ",;\t" if mark in header), ",")
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    columns = next(reader, [])
    if not columns or len(set(columns)) != len(columns):
        raise FormError("form_bad_column", reason=",".join(columns))
    padded = ([*row, *[""] * (len(columns) - len(row))] for row in reader if row)
    return dataset(dict(zip(columns, row, strict=False)) for row in padded)
