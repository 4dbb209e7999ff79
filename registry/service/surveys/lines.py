"""A filling as lines that a person reads from top to bottom, in the form's order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.models import SurveyBody
from forms.definition import Block, Control, Group, Label, Repeat
from forms.engine.lexical import clean
from forms.engine.tree import below
from forms.xpath.nodes import Node
from registry.service.surveys.labels import Words
from registry.service.surveys.reading import Reading
from registry.service.surveys.sensitive import veil
from sync.protocol.forms import AnswerLine

MOST_UNKNOWN = 500
"""Lines of a filling whose form is not known, and how deep they go."""
DEEPEST = 20


class Lines:
    """``held``: sha256 of the files that have arrived; ``named``: whole names may be shown."""

    def __init__(
        self, reading: Reading, body: SurveyBody, words: Words | None, held: set[str], *, named: bool
    ) -> None:
        self.reading, self.words, self.held, self.named = reading, words, held, named
        self.files = {file.path: file for file in body.files}
        self.answers = body.answers
        self.given: dict[int, str] = {}

    def all(self) -> list[AnswerLine]:
        """Groups and rows only where something stands in them."""
        session = self.reading.session
        if session is None or self.words is None:
            return self._unknown()
        session.texts.language = self.words.texts.language
        root = session.root
        for node in root.walk():  # a label may put any answer in: what it puts in is masked too
            if node.value and node.defn is not None:
                self.given[id(node)] = node.value
                node.value = veil(node.defn.path, node.value, named=self.named)
        return list(self._blocks(session.definition.body, root, "/" + root.name, 0))

    def _blocks(self, blocks: list[Block], context: Node, path: str, depth: int) -> Iterator[AnswerLine]:
        for block in blocks:
            if isinstance(block, Control):
                yield from self._question(block, context, path, depth)
            elif isinstance(block, Group):
                yield from self._group(block, context, path, depth)
            else:
                yield from self._rows(block, context, path, depth)

    def _question(self, control: Control, context: Node, path: str, depth: int) -> Iterator[AnswerLine]:
        node, path = _inside(context, control.element.place, path)
        if control.type == "note" or not (node.value or node.relevant):
            return
        assert self.words is not None
        given = self.given.get(id(node), node.value)
        text = self.words.answer(control.element, given)
        file = self.files.get(path)
        yield AnswerLine(
            kind="question",
            depth=depth,
            path=path,
            label=self._label(control.label, node) or control.element.name,
            type=control.type,
            value=veil(path, given, named=self.named),
            text=veil(path, text, named=self.named),
            sha256=file.sha256 if file else None,
            received=file is not None and file.sha256 in self.held,
        )

    def _group(self, group: Group, context: Node, path: str, depth: int) -> Iterator[AnswerLine]:
        node = context
        if group.element is not None:
            node, path = _inside(context, group.element.place, path)
        label = self._label(group.label, node)
        inside = list(self._blocks(group.children, node, path, depth + bool(label)))
        if label and inside:
            yield AnswerLine(kind="group", depth=depth, path=path, label=label)
        yield from inside

    def _rows(self, repeat: Repeat, context: Node, path: str, depth: int) -> Iterator[AnswerLine]:
        place = repeat.element.place
        parent, path = _inside(context, place[:-1], path)
        for number, row in enumerate(parent.kids[repeat.element.name], 1):
            if not row.relevant:
                continue
            here = f"{path}/{place[-1]}[{number}]"
            label = f"{self._label(repeat.label, row) or place[-1]} {number}"
            yield AnswerLine(kind="row", depth=depth, path=here, label=label)
            yield from self._blocks(repeat.children, row, here, depth + 1)

    def _label(self, label: Label | None, node: Node) -> str:
        session = self.reading.session
        return session.texts.label(label, node) if session is not None else ""

    # --- without a form ---------------------------------------------------------------------------

    def _unknown(self) -> list[AnswerLine]:
        """The answers as they are, under their own names."""
        found: list[AnswerLine] = []
        for line in self._any(self.answers, "/data", 0):
            found.append(line)
            if len(found) >= MOST_UNKNOWN:
                break
        return found

    def _any(self, answers: Any, path: str, depth: int) -> Iterator[AnswerLine]:
        if isinstance(answers, dict) and depth < DEEPEST:
            for name, inner in answers.items():
                yield from self._any(inner, f"{path}/{clean(name)[:100]}", depth + 1)
        elif isinstance(answers, list) and depth < DEEPEST:
            for number, inner in enumerate(answers, 1):
                yield from self._any(inner, f"{path}[{number}]", depth)
        else:
            value = veil(path, clean(str(answers))[:4000] if depth < DEEPEST else "…", named=self.named)
            name = path.rpartition("/")[2]
            yield AnswerLine(kind="question", depth=0, path=path, label=name, value=value, text=value)


def _inside(context: Node, place: tuple[str, ...], path: str) -> tuple[Node, str]:
    """The node in the row or group that ``context`` is, and its path; groups between them are no repeats."""
    assert context.defn is not None
    names = place[context.defn.depth + 1 :]
    return next(below(context, names)), "/".join([path, *names])
