"""Reading a form, step by step. Refusals are collected, so an administrator sees all of them at once."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from forms.definition import Definition, ElementDef, Expr, Itext, SetValue
from forms.errors import FormError
from forms.graph import Graph, build_graph
from forms.load.actions import read_model_actions
from forms.load.binds import read_binds
from forms.load.body import read_body
from forms.load.instances import read_primary, read_secondary
from forms.load.itext import read_itext
from forms.load.outputs import compile_outputs
from forms.load.state import Loading
from forms.xml import XFORMS, local, read_xml, text_of


def examine(source: bytes | str) -> tuple[Definition | None, list[FormError]]:
    """The form, or None and everything it is refused for in the order of the form. Read once."""
    try:
        loading, definition = _read(source)
    except FormError as error:
        return None, [error]
    return (None if loading.errors else definition), loading.errors


def load(source: bytes | str) -> Definition:
    """The form in an XForm document. Raises the first FormError; ``problems`` lists all."""
    definition, errors = examine(source)
    if definition is None:
        raise errors[0]
    return definition


def problems(source: bytes | str) -> list[FormError]:
    """Everything a form would be refused for, in the order of the form; empty when it can be used."""
    return examine(source)[1]


def _read(source: bytes | str) -> tuple[Loading, Definition]:
    html = read_xml(source)
    model = html.find(f".//{{{XFORMS}}}model")
    body = next((child for child in html if local(child) == "body"), None)
    if model is None or body is None:
        raise FormError("form_not_xform")
    loading = Loading()
    _check_model(model, loading)
    primary = read_primary(model, loading)
    read_secondary(model, loading)
    read_itext(model, loading)
    blocks = read_body(body, loading)
    read_binds(model, loading)
    first_load = read_model_actions(model, loading)
    compile_outputs(loading, blocks)
    graph = _graph(loading)
    title = next((text_of(item) for item in html.iter() if local(item) == "title"), "")
    definition = Definition(
        form_id=primary.get("id", ""),
        version=primary.get("version", ""),
        title=title,
        root=loading.root,
        primary=primary,
        elements=loading.elements,
        body=blocks,
        itext=loading.itext,
        languages=tuple(loading.itext),
        default_language=loading.default_language,
        instances=loading.instances,
        external=loading.external,
        on_first_load=first_load,
        on_change=loading.on_change,
        graph=graph,
        texts=loading.texts,
    )
    return loading, definition


def _graph(loading: Loading) -> Graph:
    try:
        return build_graph(loading.elements)
    except FormError as error:
        loading.errors.append(error)
        return Graph([])


def _check_model(model: Element, loading: Loading) -> None:
    known = {"itext", "instance", "bind", "setvalue"}
    for child in model:
        if local(child) not in known:
            loading.refuse("form_unsupported_element", child.get("ref", ""), local(child))


__all__ = ["Definition", "ElementDef", "Expr", "Itext", "SetValue", "examine", "load", "problems"]
