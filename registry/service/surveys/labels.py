"""The form's words for questions and choices, in one of its languages, without a filling."""

from __future__ import annotations

from collections.abc import Iterable

from forms.definition import Control, ElementDef, Label
from forms.engine.texts import FormTexts
from forms.xpath.context import first_text
from forms.xpath.nodes import Node
from registry.service.forms.shelf import KnownForm
from registry.service.surveys.named import NOBODY, NamedRows
from registry.service.surveys.values import SEVERAL, file_of, type_of
from sync.protocol.forms import HOUSEHOLDS_CSV, ORGS_CSV

BLANK = "…"
"""Where a label puts an answer in."""
_MISSING = ("-",)


class Words:
    """``language``: one of the form's; any other means its default. ``named``: people and organisations that
    answers name, already as the reader may see them."""

    def __init__(self, form: KnownForm, language: str = "", named: NamedRows = NOBODY) -> None:
        definition = form.definition
        self.form, self.named = form, named
        known = language in definition.languages
        self.texts = FormTexts(definition, language if known else definition.default_language)
        self._choices: dict[str, dict[str, str]] = {}

    def rename(self, named: NamedRows) -> None:
        """Other people and organisations from now on."""
        self.named = named
        for file in (HOUSEHOLDS_CSV, ORGS_CSV):
            for path in [path for path in self._choices if self._file(path) == file]:
                del self._choices[path]

    def _file(self, path: str) -> str:
        return file_of(self.form, self.form.definition.elements[path])

    def question(self, element: ElementDef) -> str:
        """The label; the name of what nobody is asked."""
        control = element.control
        return (self.text(control.label) if control is not None else "") or element.name

    def text(self, label: Label | None) -> str:
        """A label with blanks where it puts answers in."""
        if label is None:
            return ""
        parts = label.parts
        if label.itext:
            forms = self.texts.forms(label.itext)
            parts = forms.get("", forms.get("long", forms.get("short", parts)))
        return "" if parts == _MISSING else "".join(p if isinstance(p, str) else BLANK for p in parts)

    def choices(self, element: ElementDef) -> dict[str, str]:
        """Value → label of all choices, whatever a filter leaves; of built-in lists those that are named."""
        if element.path not in self._choices:
            control = element.control
            self._choices[element.path] = {} if control is None else self._read(element, control)
        return self._choices[element.path]

    def _read(self, element: ElementDef, control: Control) -> dict[str, str]:
        itemset = control.itemset
        if itemset is None:
            return {one.value: self.text(one.label) or one.value for one in control.choices}
        file = file_of(self.form, element)
        if file in (HOUSEHOLDS_CSV, ORGS_CSV):
            return self.named.labels(file)
        rows = self._rows(self.form.tables.get(file) or self.form.definition.instances.get(itemset.instance))
        labels = ((first_text(row, itemset.value), self.texts.row_label(control, row)) for row in rows)
        return {value: label or value for value, label in labels}

    def _rows(self, document: Node | None) -> Iterable[Node]:
        roots = document.children() if document is not None else ()
        return (row for root in roots for row in root.children())

    def answer(self, element: ElementDef, value: str) -> str:
        """The answer with its choices' labels."""
        kind = type_of(element)
        if kind in SEVERAL:
            known = self.choices(element)
            return "; ".join(known.get(word, word) for word in value.split())
        return self.choices(element).get(value, value) if kind == "select_one" else value
