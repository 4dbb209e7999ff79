"""How wide the questions of a one-page group are (appearances w1–w12): plain Python.

A row holds twelve parts, or as many as the group's own wN says; a question without one takes a whole row.
On a phone, and in large text, every question takes the whole width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forms.definition import Block, Control, Group, Repeat

PARTS = 12
"""Of a row, when the group does not say."""
MOST_BESIDE = 4
"""Questions in a row: in less than a quarter of it no answer can be read or touched."""
WIDE = 600
"""From this width of the window on, dp at ordinary text size, questions stand side by side."""


def parts_of(around: Sequence[Group | Repeat]) -> int:
    """Parts of a row on the page of a question with these blocks around it; 0: one below the other.

    Asked of the form, not of what is shown: the page stays as it is when questions come and go."""
    page = next((block for block in around if block.one_page), None)
    if page is None or not any(_width(one.appearance) for one in _questions(page.children)):
        return 0
    return _width(page.appearance) or PARTS


def width_of(appearance: Sequence[str], parts: int) -> int:
    """Parts that the question takes when there is room."""
    least = -(-parts // MOST_BESIDE)
    return max(least, min(parts, _width(appearance) or parts))


def wide_from(text_scale: float) -> float:
    """Width of the window, dp, from which on there is room: twice as large letters need twice the width."""
    return WIDE * max(1.0, text_scale)


def _width(appearance: Sequence[str]) -> int:
    """The N of wN; 0 without one."""
    return next((int(word[1:]) for word in appearance if word[:1] == "w" and word[1:].isdigit()), 0)


def _questions(blocks: Sequence[Block]) -> Iterator[Control]:
    for block in blocks:
        if isinstance(block, Control):
            yield block
        else:
            yield from _questions(block.children)
