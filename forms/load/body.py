"""The body: https://getodk.github.io/xforms-spec/#body, #groups, #repeats."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from forms.definition import Block, ElementDef, Group, Repeat
from forms.load.actions import read_nested_actions, read_row_actions
from forms.load.controls import CONTROLS, read_control
from forms.load.itext import label
from forms.load.state import Loading
from forms.load.supported import APPEARANCES
from forms.xml import JR, ODK, XFORMS, local

_LABELS = {"label", "hint"}
_ACTIONS = {"setvalue"}


def read_body(body: Element, loading: Loading) -> list[Block]:
    """Everything on the screen, in order; links elements to their controls and repeats."""
    if body.get("class"):
        loading.refuse("form_unsupported_style", "", body.get("class", ""))
    blocks = _blocks(body, loading.root, loading, one_page=False)
    _repeat_actions(body, loading)
    return blocks


def _blocks(parent: Element, context: ElementDef, loading: Loading, one_page: bool) -> list[Block]:
    found: list[Block] = []
    for child in parent:
        name = local(child)
        if name in _LABELS or name in _ACTIONS:
            continue
        block = _block(child, name, context, loading, one_page)
        if block is not None:
            found.append(block)
    return found


def _block(child: Element, name: str, context: ElementDef, loading: Loading, one_page: bool) -> Block | None:
    if name in CONTROLS:
        control = read_control(child, name, context, loading)
        if control is not None:
            read_nested_actions(child, control.element, loading)
        return control
    if name == "group":
        return _group(child, context, loading, one_page)
    if name == "repeat":
        return _repeat(child, None, context, loading, one_page)
    loading.refuse("form_unsupported_element", child.get("ref", ""), name)
    return None


def appearance_of(source: Element, path: str, loading: Loading) -> tuple[str, ...]:
    words = tuple(source.get("appearance", "").split())
    for word in words:
        if word not in APPEARANCES:
            loading.refuse("form_unsupported_appearance", path, word)
    return words


def _group(source: Element, context: ElementDef, loading: Loading, one_page: bool) -> Block | None:
    ref = source.get("ref") or source.get("nodeset")
    element = loading.element(ref, context) if ref else None
    repeat = source.find(f"{{{XFORMS}}}repeat")
    heading = label(source.find(f"{{{XFORMS}}}label"))
    if repeat is not None and ref and (repeat.get("nodeset") or "").strip() == ref.strip():
        made = _repeat(repeat, source, context, loading, one_page)
        if made is not None:
            made.label = heading
        return made
    words = appearance_of(source, element.path if element else "", loading)
    group = Group(element, heading, words)
    group.children = _blocks(source, element or context, loading, one_page or group.one_page)
    return group


def _repeat(
    source: Element, wrapper: Element | None, context: ElementDef, loading: Loading, one_page: bool
) -> Repeat | None:
    element = loading.element(source.get("nodeset", ""), context)
    if element is None or element.parent is None:
        return None
    if one_page:
        loading.refuse("form_repeat_on_page", element.path)
    words = appearance_of(source, element.path, loading)
    if wrapper is not None:
        words += appearance_of(wrapper, element.path, loading)
    element.is_repeat = True
    repeat = Repeat(element, None, words, fixed=source.get(f"{{{JR}}}noAddRemove", "") == "true()")
    element.repeat = repeat
    repeat.children = _blocks(source, element, loading, one_page or repeat.one_page)
    return repeat


def _repeat_actions(body: Element, loading: Loading) -> None:
    """Counts and row actions, after all repeats are known."""
    for source in body.iter(f"{{{XFORMS}}}repeat"):
        element = loading.elements.get((source.get("nodeset") or "").strip())
        if element is None or element.repeat is None or element.parent is None:
            continue
        count = source.get(f"{{{JR}}}count")
        if count:
            element.repeat.count = loading.expr(count, element)
            element.repeat.fixed = True
        element.repeat.on_new_row = read_row_actions(source, loading)


__all__ = ["ODK", "read_body"]
