"""The form's words in the language of the person, answers put in."""

from __future__ import annotations

from forms.definition import Control, Definition, Label, Output, Parts
from forms.engine.nearest import nearest
from forms.load.outputs import choice_question
from forms.xpath.context import Context, Env, first_text
from forms.xpath.nodes import Node
from forms.xpath.values import to_string

_MISSING = "-"
"""What pyxform writes where a translation is missing."""


class FormTexts:
    """Implements forms.xpath.context.Texts. ``env`` is set once the session is complete."""

    env: Env

    def __init__(self, definition: Definition, language: str) -> None:
        self.definition = definition
        self.language = language
        # Lists that no answer filters: 10,000 households are put together once per language.
        self.unfiltered: dict[tuple[str, str], list[tuple[str, str]]] = {}

    @property
    def chinese(self) -> bool:
        """True unless the language is named as another; offices write forms without naming any."""
        name = self.language.lower()
        return name in ("", "default") or "zh" in name or any(ord(letter) >= 0x4E00 for letter in name)

    def forms(self, text_id: str) -> dict[str, Parts]:
        """Text, guidance and media of an itext id; what the language lacks comes from the default one."""
        itext = self.definition.itext
        merged = dict(itext.get(self.definition.default_language, {}).get(text_id, {}))
        for form, parts in itext.get(self.language, {}).get(text_id, {}).items():
            if parts != (_MISSING,) or form not in merged:
                merged[form] = parts
        return merged

    def label(self, label: Label | None, node: Node, form: str = "") -> str:
        """A label for a node; "" when there is none."""
        if label is None:
            return ""
        if not label.itext:
            return self.fill(label.parts, node) if form == "" else ""
        forms = self.forms(label.itext)
        parts = forms.get(form)
        if parts is None and form == "":
            parts = forms.get("long", forms.get("short", label.parts))
        return "" if parts is None or parts == (_MISSING,) else self.fill(parts, node)

    def media(self, label: Label | None) -> dict[str, str]:
        """``image``, ``audio``, ``video``, ``big-image`` → file name."""
        if label is None or not label.itext:
            return {}
        found = {}
        for form, parts in self.forms(label.itext).items():
            if form in ("image", "audio", "video", "big-image") and parts and isinstance(parts[0], str):
                found[form] = parts[0].rpartition("/")[2]
        return found

    def fill(self, parts: Parts, node: Node) -> str:
        return "".join(self._part(part, node) for part in parts)

    def _part(self, part: str | Output, node: Node) -> str:
        if isinstance(part, str):
            return part
        assert node.defn is not None
        expr = self.definition.texts.get((part.source, node.defn.path))
        return to_string(expr.run(Context(node, node, self.env))) if expr else ""

    # --- for expressions --------------------------------------------------------------------------

    def itext(self, text_id: str) -> str:
        forms = self.forms(text_id)
        parts = forms.get("", forms.get("long", ()))
        return "".join(part for part in parts if isinstance(part, str))

    def choice_name(self, context: Context, value: str, question: str) -> str:
        """The label of a choice; "" when the question has no such choice."""
        home = context.current.defn
        assert home is not None
        found = choice_question(self.definition.elements, home, question)
        if found is None or found.control is None or not value:
            return ""
        asked = next(nearest(context.current, found), None)
        if asked is None:
            return ""
        return next((label for choice, label in self.choices(found.control, asked) if choice == value), "")

    def choices(self, control: Control, node: Node) -> list[tuple[str, str]]:
        """Values and labels of a question's choices, filtered as they are for ``node``."""
        if control.itemset is None:
            return [(choice.value, self.label(choice.label, node)) for choice in control.choices]
        itemset = control.itemset
        key = (control.element.path, self.language)
        if key in self.unfiltered:
            return self.unfiltered[key]
        rows = itemset.nodes.run(Context(node, node, self.env))
        assert isinstance(rows, list)
        found = [(first_text(row, itemset.value), self.row_label(control, row)) for row in rows]
        if not itemset.nodes.refs:
            self.unfiltered[key] = found
        return found

    def values(self, control: Control, node: Node) -> set[str]:
        """The values a question may have now."""
        return {value for value, _ in self.choices(control, node)}

    def row_label(self, control: Control, row: Node) -> str:
        itemset = control.itemset
        assert itemset is not None
        text = first_text(row, itemset.label)
        return self.itext(text) if itemset.label_itext else text
