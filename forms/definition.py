"""A form, read once and shared by all sessions that fill it. Nothing here changes while filling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from forms.xpath.context import Fn
from forms.xpath.nodes import Node

if TYPE_CHECKING:
    from forms.graph import Graph


@dataclass(frozen=True, slots=True)
class Ref:
    """An expression reads ``path``; ``anchor`` is the depth of the lowest ancestor that both surely share."""

    path: str
    anchor: int


@dataclass(frozen=True, slots=True)
class Expr:
    """An expression compiled for its place. ``refs``: what it reads."""

    source: str
    run: Fn
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """``<output value="…"/>`` inside a text."""

    source: str


Parts = tuple[str | Output, ...]
"""A text with the places where answers are put in."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text by itext id, with ``parts`` when it has none. ``media`` comes with the itext."""

    itext: str = ""
    parts: Parts = ()


@dataclass(slots=True)
class Bind:
    """What the form says of one element. ``type`` is the XForms data type, e.g. int, select1 or binary."""

    type: str = "string"
    readonly: Expr | None = None
    required: Expr | None = None
    relevant: Expr | None = None
    constraint: Expr | None = None
    calculate: Expr | None = None
    required_message: Label | None = None
    constraint_message: Label | None = None
    preload: str = ""
    preload_params: str = ""
    max_pixels: int | None = None


@dataclass(slots=True, eq=False)
class ElementDef:
    """One element of the primary instance; rows of a repeat share one. ``path``: ``/data/person/name``."""

    name: str
    place: tuple[str, ...]
    parent: ElementDef | None
    kids: dict[str, ElementDef] = field(default_factory=dict)
    bind: Bind = field(default_factory=Bind)
    control: Control | None = None
    repeat: Repeat | None = None
    is_repeat: bool = False
    template: Element | None = None
    namespace: str = ""

    @property
    def path(self) -> str:
        return "/" + "/".join(self.place)

    @property
    def depth(self) -> int:
        return len(self.place) - 1


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Label


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices taken from a secondary instance. ``label_itext``: the label child holds an itext id."""

    nodes: Expr
    instance: str
    value: str
    label: str
    label_itext: bool


@dataclass(frozen=True, slots=True)
class SetValue:
    """An action. ``value`` None means the literal ``text``."""

    target: ElementDef
    value: Expr | None
    text: str = ""


@dataclass(slots=True, eq=False)
class Control:
    """A question on the screen. ``kind``: the XForms control; ``type``: the XLSForm type it stands for."""

    element: ElementDef
    kind: str
    type: str
    label: Label | None = None
    hint: Label | None = None
    appearance: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    itemset: Itemset | None = None
    media_type: str = ""
    range: tuple[str, str, str] | None = None


@dataclass(slots=True, eq=False)
class Group:
    """``element`` is None for a group that only shows things together."""

    element: ElementDef | None
    label: Label | None
    appearance: tuple[str, ...]
    children: list[Block] = field(default_factory=list)

    @property
    def one_page(self) -> bool:
        return "field-list" in self.appearance


@dataclass(slots=True, eq=False)
class Repeat:
    """``count``: how many rows there must be; None lets the person add and remove."""

    element: ElementDef
    label: Label | None
    appearance: tuple[str, ...]
    children: list[Block] = field(default_factory=list)
    count: Expr | None = None
    fixed: bool = False
    on_new_row: list[SetValue] = field(default_factory=list)

    @property
    def one_page(self) -> bool:
        return "field-list" in self.appearance


Block = Control | Group | Repeat

Itext = dict[str, dict[str, dict[str, Parts]]]
"""Language → text id → form ("" for the text itself, guidance, image, audio, video…) → text."""


@dataclass(slots=True, eq=False)
class Definition:
    """A form ready to be filled. ``external``: instance id → file name of the csv it wants."""

    form_id: str
    version: str
    title: str
    root: ElementDef
    primary: Element
    elements: dict[str, ElementDef]
    body: list[Block]
    itext: Itext
    languages: tuple[str, ...]
    default_language: str
    instances: Mapping[str, Node]
    external: Mapping[str, str]
    on_first_load: list[SetValue]
    on_change: dict[str, list[SetValue]]
    graph: Graph
    texts: dict[tuple[str, str], Expr]

    def controls(self) -> list[Control]:
        """Every question in the order of the form."""
        return [item.control for item in self.elements.values() if item.control is not None]
