"""Filling one form: the public face of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.definition import Control, Definition, Repeat, SetValue
from forms.engine.check import Problem, check_node
from forms.engine.hooks import Hooks
from forms.engine.lexical import calculated, clean, normal
from forms.engine.nearest import nearest
from forms.engine.pages import Page
from forms.engine.questions import Question, is_readonly, view
from forms.engine.recalc import Recalc
from forms.engine.seal import to_json, to_xml
from forms.engine.texts import FormTexts
from forms.engine.tree import MAX_ROWS, find, first_tree, keep, kept_tree, new_row
from forms.engine.walk import Walker
from forms.errors import AnswerError, FormError
from forms.xpath.context import Context, Env
from forms.xpath.nodes import Node
from forms.xpath.values import to_string


class Session:
    """One filling. Paths are instance paths; rows carry a 1-based index: ``/data/person[2]/name``.

    ``answers``: what ``answers()`` gave before, to go on with a draft. ``datasets``: file name → document
    (forms.dataset, forms.dataset_from_csv) for select_one_from_file and pulldata(); a missing one raises
    FormError form_dataset_missing. ``language``: one of ``definition.languages``.
    """

    def __init__(
        self,
        definition: Definition,
        answers: Mapping[str, str] | None = None,
        hooks: Hooks | None = None,
        datasets: Mapping[str, Node] | None = None,
        language: str = "",
    ) -> None:
        self.definition = definition
        self.hooks = hooks or Hooks.live()
        self.texts = FormTexts(definition, language or definition.default_language)
        self.env = self.texts.env = self._env(datasets or {})
        self.root = first_tree(definition) if answers is None else kept_tree(definition, answers)
        self.recalc = Recalc(definition, self.root, self.env, self._row_actions)
        if answers is None:
            self._preload()
        self.recalc.everything()
        if answers is None:
            self._first_load()
        self.walker = Walker(definition, self.root, self.env, self.texts, self.recalc)

    def _env(self, datasets: Mapping[str, Node]) -> Env:
        instances = dict(self.definition.instances)
        for name, file in self.definition.external.items():
            if file not in datasets:
                raise FormError("form_dataset_missing", name, file)
            instances[name] = datasets[file]
        hooks = self.hooks
        return Env(hooks.now, hooks.random, hooks.uuid, hooks.zone, self.texts, instances)

    # --- opening ----------------------------------------------------------------------------------

    def _preload(self) -> None:
        """https://getodk.github.io/xforms-spec/#preload-attributes; ``end`` waits for ``finish``."""
        for node in self.root.walk():
            assert node.defn is not None
            bind = node.defn.bind
            if bind.preload and (bind.preload, bind.preload_params) != ("timestamp", "end"):
                node.value = self._preloaded(bind.preload, bind.preload_params, node)

    def _preloaded(self, kind: str, params: str, node: Node) -> str:
        if kind == "uid":
            return "uuid:" + self.env.uuid(node.path())
        if kind == "timestamp":
            return self._now()
        if kind == "date":
            return self._now()[:10]
        return clean(self.hooks.properties.get(params.replace(" ", ""), ""))

    def _now(self) -> str:
        from forms.xpath.functions.dates import now

        return to_string(now(self.env))

    def _first_load(self) -> None:
        for action in self.definition.on_first_load:
            for node in list(nearest(self.root, action.target)):
                self._act(action, node)

    def _row_actions(self, row: Node) -> None:
        repeat = row.defn.repeat if row.defn is not None else None
        for action in repeat.on_new_row if repeat is not None else ():
            for node in nearest(row, action.target):
                self._assign(node, self._action_value(action, node))

    def _act(self, action: SetValue, node: Node) -> None:
        self._store(node, self._action_value(action, node))

    def _action_value(self, action: SetValue, node: Node) -> str:
        assert node.defn is not None
        if action.value is None:
            return action.text
        value = action.value.run(Context(node, node, self.env))
        return calculated(node.defn.bind.type, value, self.env)

    # --- answering --------------------------------------------------------------------------------

    def set(self, path: str, value: str) -> None:
        """Answer a question; "" clears it. Everything that depends on it is up to date afterwards.

        Raises AnswerError: answer_no_such_question, answer_no_such_row, answer_wrong_type, answer_readonly.
        The old answer stays when it raises.
        """
        node, control = self._question(path)
        text = normal(control.element.bind.type, clean(value))
        if text is None:
            raise AnswerError("answer_wrong_type", path, value[:100])
        if is_readonly(control, node, self.env):
            raise AnswerError("answer_readonly", path)
        self._store(node, text)

    def _store(self, node: Node, text: str) -> None:
        if not self._assign(node, text):
            return
        self.recalc.run()
        assert node.defn is not None
        for action in self.definition.on_change.get(node.defn.path, ()):
            for target in list(nearest(node, action.target)):
                self._act(action, target)

    def _assign(self, node: Node, text: str) -> bool:
        if text == node.value:
            return False
        node.value = text
        self.recalc.changed(node)
        return True

    def value(self, path: str) -> str:
        """The answer, relevant or not; "" when there is none."""
        return find(self.root, path).value

    def is_relevant(self, path: str) -> bool:
        return find(self.root, path).relevant

    def question(self, path: str) -> Question:
        """The question as it is now."""
        node, control = self._question(path)
        return view(control, node, self.texts, self.env)

    def _question(self, path: str) -> tuple[Node, Control]:
        node = find(self.root, path)
        control = node.defn.control if node.defn is not None else None
        if control is None:
            raise AnswerError("answer_no_such_question", path)
        return node, control

    # --- rows -------------------------------------------------------------------------------------

    def rows(self, path: str) -> list[str]:
        """The rows of a repeat (``/data/person``, nested ``/data/house[2]/person``) that count."""
        parent, repeat = self._repeat(path)
        return [row.path() for row in parent.kids[repeat.element.name] if row.relevant]

    def add_row(self, path: str) -> str:
        """A new last row; returns its path. Raises AnswerError: answer_rows_fixed, answer_too_many_rows."""
        parent, repeat = self._repeat(path)
        rows = parent.kids[repeat.element.name]
        if repeat.fixed:
            raise AnswerError("answer_rows_fixed", path)
        if len(rows) >= MAX_ROWS:
            raise AnswerError("answer_too_many_rows", path)
        row = new_row(repeat.element, parent)
        self.recalc.added(row)
        self._row_actions(row)
        self.recalc.run()
        return row.path()

    def remove_row(self, path: str) -> None:
        """Remove a row and its answers. Raises AnswerError: answer_rows_fixed, answer_no_such_row."""
        row = find(self.root, path)
        repeat = row.defn.repeat if row.defn is not None else None
        if repeat is None or row.parent is None:
            raise AnswerError("answer_no_such_row", path)
        if repeat.fixed:
            raise AnswerError("answer_rows_fixed", path)
        parent = row.parent
        parent.kids[row.name].remove(row)
        self.recalc.forget_lengths(path)
        self.recalc.removed(repeat.element, parent)
        self.recalc.run()

    def _repeat(self, path: str) -> tuple[Node, Repeat]:
        above, _, name = path.rpartition("/")
        parent = find(self.root, above)
        assert parent.defn is not None
        element = parent.defn.kids.get(name)
        if element is None or element.repeat is None:
            raise AnswerError("answer_no_such_question", path)
        return parent, element.repeat

    # --- checking and sealing ---------------------------------------------------------------------

    def check(self, path: str) -> Problem | None:
        """What is wrong with one answer, asked when the person leaves the question."""
        node, control = self._question(path)
        return check_node(control, node, self.texts, self.env) if node.relevant else None

    def validate(self) -> list[Problem]:
        """Every relevant question checked again, in the order of the form; jump to the first one's path."""
        found = [Problem(path, "too_many_rows") for path in sorted(self.recalc.too_long)]
        for node, control in self.walker.questions():
            problem = check_node(control, node, self.texts, self.env)
            if problem is not None:
                found.append(problem)
        return found

    def finish(self) -> list[Problem]:
        """Check everything and, when nothing is wrong, note the end time. Then seal with to_json()."""
        problems = self.validate()
        if not problems:
            for node in self.root.walk():
                assert node.defn is not None
                if (node.defn.bind.preload, node.defn.bind.preload_params) == ("timestamp", "end"):
                    self._store(node, self._now())
        return problems

    def answers(self) -> dict[str, str]:
        """The draft, irrelevant answers included; give it to a new Session to go on."""
        return keep(self.root)

    def to_json(self) -> dict[str, Any]:
        """The sealed answers: irrelevant ones are left out (forms.engine.seal)."""
        return to_json(self.definition, self.root)

    def to_xml(self) -> str:
        """The sealed instance as XML."""
        return to_xml(self.definition, self.root)

    # --- language and navigation ------------------------------------------------------------------

    def set_language(self, language: str) -> None:
        """Show the form in another of its languages; labels stored by calculations follow."""
        if language not in self.definition.languages:
            raise FormError("form_no_such_language", reason=language)
        self.texts.language = language
        self.recalc.everything()

    @property
    def language(self) -> str:
        return self.texts.language

    def pages(self) -> list[Page]:
        return self.walker.pages()
