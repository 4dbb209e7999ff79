"""Answers of selects and ranks as words in the order of the form. Plain Python."""

from __future__ import annotations

from collections.abc import Sequence

from domain.text import half_width
from forms import ChoiceView, Question

LONG = 20
"""From more choices than this on, a list is searched rather than scrolled."""
FIRST_ROWS = 60
"""So many rows at once: more are slow to draw, and nobody reads them."""


def chosen(question: Question) -> list[str]:
    """The values of a select_multiple or rank, unknown ones left out."""
    known = {choice.value for choice in question.choices}
    return [word for word in question.value.split() if word in known]


def toggled(question: Question, value: str) -> str:
    """With ``value`` added or taken away, in the form's order."""
    now = set(chosen(question)) ^ {value}
    return " ".join(choice.value for choice in question.choices if choice.value in now)


def ranked(question: Question) -> list[str]:
    """All choices in the person's order; those not placed yet follow in the form's."""
    placed = chosen(question)
    return [*placed, *(choice.value for choice in question.choices if choice.value not in placed)]


def moved(order: Sequence[str], index: int, to: int) -> str:
    """The rank answer after one choice was moved from ``index`` to ``to`` (places after the move)."""
    words = list(order)
    to = max(0, min(len(words) - 1, to))
    words.insert(to, words.pop(index))
    return " ".join(words)


def labels(question: Question, comma: str) -> str:
    """What is chosen, in words; a value the form no longer offers stands for itself."""
    names = {choice.value: choice.label or choice.value for choice in question.choices}
    return comma.join(names.get(word, word) for word in question.value.split())


def matching(choices: Sequence[ChoiceView], query: str) -> list[ChoiceView]:
    """Choices whose label or value has every word of the query; those that begin with it first."""
    words = _plain(query).split()
    if not words:
        return list(choices)
    found = [one for one in choices if all(word in _plain(f"{one.label} {one.value}") for word in words)]
    return sorted(found, key=lambda one: not _plain(one.label).startswith(words[0]))


def _plain(text: str) -> str:
    return half_width(text).casefold()


def columns(appearance: Sequence[str], choices: Sequence[ChoiceView]) -> int:
    """How many choices stand beside each other on a phone: 1 for a plain list, 0 for as many as fit."""
    if "columns-pack" in appearance:
        return 0
    wanted = next((word.removeprefix("columns-") for word in appearance if word.startswith("columns-")), "")
    if wanted.isdigit():
        return max(1, min(4, int(wanted)))
    if "columns" in appearance or any(choice.media.get("image") for choice in choices):
        return 2
    return 0 if "horizontal" in appearance else 1
