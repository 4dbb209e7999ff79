"""The rows of a repeat as cards: which they are, what is in them, whether they are whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.views.form.words_state import answer_words
from forms import Page, Session
from forms.definition import Control, Repeat
from forms.engine.check import check_node
from forms.engine.pages import spots
from forms.engine.questions import is_readonly
from forms.engine.tree import find
from forms.xpath.nodes import Node

SUMMARY = 3
"""Answers on a card: the first ones tell which person or bill it is."""


@dataclass(frozen=True, slots=True)
class RowCard:
    """``answers``: the first few in words; ``faults``: how many questions of the row are not right yet;
    ``filled``: it holds answers that removing it would lose."""

    path: str
    number: int
    answers: tuple[str, ...]
    faults: int
    filled: bool


@dataclass(frozen=True, slots=True)
class RowCards:
    """``label``: what the repeat is called, "" when the form does not say."""

    label: str
    rows: tuple[RowCard, ...]


def row_cards(session: Session, page: Page) -> RowCards:
    """Of a page of kind repeat."""
    above, _, name = page.path.rpartition("/")
    parent = find(session.root, above)
    assert parent.defn is not None
    repeat = parent.defn.kids[name].repeat
    assert repeat is not None
    rows = [row for row in parent.kids[name] if row.relevant]
    label = session.texts.label(repeat.label, rows[0] if rows else parent)
    return RowCards(label, tuple(_card(session, repeat, row) for row in rows))


def _card(session: Session, repeat: Repeat, row: Node) -> RowCard:
    told: list[str] = []
    faults = 0
    filled = False
    for node, control in _questions(session, repeat, row):
        if len(told) < SUMMARY:
            words = answer_words(session, node, control)
            told += [words] if words else []
        faults += check_node(control, node, session.texts, session.env) is not None
        filled = filled or bool(node.value and not is_readonly(control, node, session.env))
    return RowCard(row.path(), row.place(), tuple(told), faults, filled)


def _questions(session: Session, repeat: Repeat, row: Node) -> Iterator[tuple[Node, Control]]:
    for spot in spots(repeat.children, row, session.env):
        if isinstance(spot.block, Control) and spot.block.type != "note":
            yield spot.node, spot.block
