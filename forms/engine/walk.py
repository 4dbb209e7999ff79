"""Going through a form: next, previous, jump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forms.definition import Control, Definition
from forms.engine.pages import Page, pages, spots
from forms.engine.recalc import Recalc
from forms.engine.texts import FormTexts
from forms.errors import AnswerError
from forms.xpath.context import Env
from forms.xpath.nodes import Node


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the jump list. ``kind``: group, row, question, repeat. ``depth``: indentation from 0."""

    kind: str
    path: str
    depth: int
    label: str
    value: str = ""


class Walker:
    """Remembers where the person is, by page; a page that goes away leaves the one that took its place."""

    def __init__(
        self, definition: Definition, root: Node, env: Env, texts: FormTexts, recalc: Recalc
    ) -> None:
        self.definition, self.root, self.env = definition, root, env
        self.texts, self.recalc = texts, recalc
        self._pages: list[Page] = []
        self._shape = -1
        self._here = ("", "")
        self._place = 0

    def pages(self) -> list[Page]:
        """All pages as the form is now."""
        if self._shape != self.recalc.shape:
            self._pages = pages(self.definition.body, self.root, self.env)
            self._shape = self.recalc.shape
        return self._pages

    def here(self) -> Page | None:
        """Where the person is; None when the form has nothing to show."""
        found = self.pages()
        if not found:
            return None
        for place, page in enumerate(found):
            if (page.kind, page.path) == self._here:
                self._place = place
                return page
        return self._go(min(self._place, len(found) - 1))

    def next(self) -> Page | None:
        """The following page; None when this is the last."""
        return self._move(1)

    def previous(self) -> Page | None:
        return self._move(-1)

    def jump(self, path: str) -> Page:
        """To the page that shows ``path``: a question, a group, a row or a repeat.

        Raises AnswerError answer_not_shown when it is not relevant now.
        """
        found = self.pages()
        for place, page in enumerate(found):
            if page.path == path or path in page.questions:
                return self._go(place)
        for place, page in enumerate(found):
            if page.path.startswith(path + "/") or page.path.startswith(path + "["):
                return self._go(place)
        raise AnswerError("answer_not_shown", path)

    def progress(self) -> tuple[int, int]:
        """The number of this page, from 1, and of all."""
        page = self.here()
        return (self._place + 1, len(self.pages())) if page else (0, 0)

    def _move(self, by: int) -> Page | None:
        if self.here() is None or not 0 <= self._place + by < len(self.pages()):
            return None
        return self._go(self._place + by)

    def _go(self, place: int) -> Page:
        page = self.pages()[place]
        self._place, self._here = place, (page.kind, page.path)
        return page

    # --- lists ------------------------------------------------------------------------------------

    def questions(self) -> Iterator[tuple[Node, Control]]:
        """Every relevant question, in order."""
        for spot in spots(self.definition.body, self.root, self.env):
            if isinstance(spot.block, Control):
                yield spot.node, spot.block

    def outline(self) -> list[Line]:
        """The jump list."""
        lines = []
        for spot in spots(self.definition.body, self.root, self.env):
            path, value = spot.node.path(), ""
            if spot.kind == "repeat":
                path = f"{path}/{spot.block.element.name if spot.block.element else ''}"
            if isinstance(spot.block, Control):
                value = spot.node.value
            label = self.texts.label(spot.block.label, spot.node) if spot.kind != "repeat" else ""
            lines.append(Line(spot.kind, path, spot.depth, label, value))
        return lines
