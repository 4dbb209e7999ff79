"""A question as a screen needs it."""

from __future__ import annotations

from dataclasses import dataclass, field

from forms.definition import Control, Itemset, Label
from forms.engine.texts import FormTexts
from forms.xpath.context import Context, Env, first_text
from forms.xpath.nodes import Node
from forms.xpath.values import to_boolean


@dataclass(frozen=True, slots=True)
class ChoiceView:
    value: str
    label: str
    media: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """``type``: text, integer, decimal, range, date, time, datetime, select_one, select_multiple, rank, note,
    image, audio, file, geopoint, barcode, acknowledge. ``media``: image, audio, video, big-image → file name.
    ``range``: start, end, step. ``max_pixels``: the long edge a photo is shrunk to."""

    path: str
    type: str
    value: str
    label: str
    hint: str
    guidance: str
    media: dict[str, str]
    appearance: tuple[str, ...]
    required: bool
    readonly: bool
    relevant: bool
    choices: tuple[ChoiceView, ...] = ()
    range: tuple[str, str, str] | None = None
    media_type: str = ""
    max_pixels: int | None = None


def view(control: Control, node: Node, texts: FormTexts, env: Env) -> Question:
    """The question as it is now: texts in the active language, choices filtered, expressions evaluated."""
    bind = control.element.bind
    context = Context(node, node, env)
    return Question(
        path=node.path(),
        type=control.type,
        value=node.value,
        label=texts.label(control.label, node),
        hint=texts.label(control.hint, node),
        guidance=texts.label(control.hint, node, "guidance"),
        media=texts.media(control.label),
        appearance=control.appearance,
        required=bind.required is not None and to_boolean(bind.required.run(context)),
        readonly=is_readonly(control, node, env),
        relevant=node.relevant,
        choices=choices(control, node, texts),
        range=control.range,
        media_type=control.media_type,
        max_pixels=bind.max_pixels,
    )


def is_readonly(control: Control, node: Node, env: Env) -> bool:
    """True for calculated questions too: what a person writes there would be overwritten."""
    bind = control.element.bind
    if bind.calculate is not None:
        return True
    return bind.readonly is not None and to_boolean(bind.readonly.run(Context(node, node, env)))


def choices(control: Control, node: Node, texts: FormTexts) -> tuple[ChoiceView, ...]:
    """In the form's order, those the filter leaves."""
    if control.itemset is None:
        return tuple(
            ChoiceView(choice.value, texts.label(choice.label, node), texts.media(choice.label))
            for choice in control.choices
        )
    if not control.itemset.label_itext:
        return tuple(ChoiceView(value, label) for value, label in texts.choices(control, node))
    rows = control.itemset.nodes.run(Context(node, node, texts.env))
    assert isinstance(rows, list)
    return tuple(_row_view(control.itemset, row, texts) for row in rows)


def _row_view(itemset: Itemset, row: Node, texts: FormTexts) -> ChoiceView:
    """A choice whose label is an itext, which may bring a picture or a sound."""
    words = first_text(row, itemset.label)
    return ChoiceView(first_text(row, itemset.value), texts.itext(words), texts.media(Label(words)))
