"""Compile every ``<output>`` where it is shown, so that a bad one is refused now and not in the field."""

from __future__ import annotations

from collections.abc import Iterator

from forms.definition import Block, Control, ElementDef, Label, Output, Parts
from forms.errors import FormError
from forms.load.state import Loading


def compile_outputs(loading: Loading, blocks: list[Block]) -> None:
    """Fill ``loading.texts``: (source, place) → expression. Checks itext ids and jr:choice-name too."""
    for element, label in _labels(blocks, loading):
        if label.itext and not any(label.itext in texts for texts in loading.itext.values()):
            loading.refuse("form_unknown_text", element.path, label.itext)
        for parts in _variants(label, loading):
            for part in parts:
                if isinstance(part, Output):
                    _compile(part.source, element, loading)
    for element, name in loading.choice_names:
        _check_choice_name(element, name, loading)


def _compile(source: str, element: ElementDef, loading: Loading) -> None:
    key = (source, element.path)
    if key not in loading.texts:
        made = loading.expr(source, element)
        if made is not None:
            loading.texts[key] = made


def _labels(blocks: list[Block], loading: Loading) -> Iterator[tuple[ElementDef, Label]]:
    for block in blocks:
        element = block.element or loading.root
        yield from _own(block, element)
        if isinstance(block, Control):
            for message in (element.bind.required_message, element.bind.constraint_message):
                if message is not None:
                    yield element, message
        else:
            yield from _labels(block.children, loading)


def _own(block: Block, element: ElementDef) -> Iterator[tuple[ElementDef, Label]]:
    if block.label is not None:
        yield element, block.label
    if isinstance(block, Control):
        if block.hint is not None:
            yield element, block.hint
        for choice in block.choices:
            yield element, choice.label


def _variants(label: Label, loading: Loading) -> Iterator[Parts]:
    yield label.parts
    if label.itext:
        for texts in loading.itext.values():
            yield from texts.get(label.itext, {}).values()


def _check_choice_name(element: ElementDef, name: str, loading: Loading) -> None:
    found = choice_question(loading.elements, element, name)
    if found is None or not found.control or found.control.kind not in ("select1", "select", "rank"):
        loading.errors.append(FormError("xpath_unknown_name", element.path, f"jr:choice-name {name}"))


def choice_question(elements: dict[str, ElementDef], home: ElementDef, name: str) -> ElementDef | None:
    """The question jr:choice-name's second argument names: a path, absolute or relative to ``home``."""
    if name.startswith("/"):
        return elements.get(name)
    place = list(home.place)
    for step in name.split("/"):
        if step == "..":
            place = place[:-1]
        elif step not in (".", ""):
            place.append(step)
    return elements.get("/" + "/".join(place))
