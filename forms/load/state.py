"""What is known so far while a form is being read."""

from __future__ import annotations

from dataclasses import dataclass, field

from forms.definition import ElementDef, Expr, Itext, SetValue
from forms.errors import FormError, XPathError
from forms.xpath.analyse import Analysis
from forms.xpath.compile import compile_ast
from forms.xpath.nodes import Node
from forms.xpath.parse import is_nodeset, parse

MAX_ERRORS = 100
"""Nobody reads more; the rest of a form as broken as that is not analysed."""
MAX_REFS = 20_000
"""Readings of all expressions together; a form of 500 questions and 200 calculations has about 2,000."""


@dataclass(slots=True)
class Loading:
    """``errors`` grows while everything that can still be read is read."""

    root: ElementDef = field(default_factory=lambda: ElementDef("data", ("data",), None))
    elements: dict[str, ElementDef] = field(default_factory=dict)
    itext: Itext = field(default_factory=dict)
    default_language: str = ""
    instances: dict[str, Node] = field(default_factory=dict)
    external: dict[str, str] = field(default_factory=dict)
    on_change: dict[str, list[SetValue]] = field(default_factory=dict)
    texts: dict[tuple[str, str], Expr] = field(default_factory=dict)
    choice_names: list[tuple[ElementDef, str]] = field(default_factory=list)
    errors: list[FormError] = field(default_factory=list)
    refs: int = 0

    def refuse(self, code: str, question: str = "", reason: str = "") -> None:
        self.errors.append(FormError(code, question, reason))

    def element(self, path: str, context: ElementDef | None = None) -> ElementDef | None:
        """The element a ref or nodeset names; relative ones start at ``context``."""
        path = path.strip()
        if context is not None and not path.startswith("/"):
            path = f"{context.path}/{path}"
        found = self.elements.get(path)
        if found is None:
            self.refuse("form_unknown_path", path)
        return found

    def expr(self, source: str, home: ElementDef, nodes: bool = False) -> Expr | None:
        """The expression at its place; None (and an error noted) when it cannot be used."""
        source = source.strip()
        if len(self.errors) >= MAX_ERRORS:
            return None
        try:
            return self._expr(source, home, nodes)
        except XPathError as error:
            self.errors.append(XPathError(error.code, f"{source}: {error.reason}", error.at, home.path))
            return None

    def _expr(self, source: str, home: ElementDef, nodes: bool) -> Expr:
        tree = parse(source)
        if nodes and not is_nodeset(tree):
            raise XPathError("xpath_needs_nodes", "nodeset")
        analysis = Analysis(home)
        analysis.read(tree)
        for name in sorted(analysis.instances):
            if name not in self.instances and name not in self.external:
                raise XPathError("xpath_unknown_instance", name)
        self.choice_names.extend((home, name) for name in analysis.choice_names)
        for name in sorted(analysis.choice_names):
            self._note_choices(home, name, analysis)
        self.refs += len(analysis.refs)
        if self.refs > MAX_REFS:
            raise FormError("form_too_large", home.path, f"> {MAX_REFS}")
        return Expr(source, compile_ast(tree, home.place), tuple(analysis.refs))

    def _note_choices(self, home: ElementDef, name: str, analysis: Analysis) -> None:
        """jr:choice-name also reads what filters the choices of the question it names."""
        from forms.load.outputs import choice_question

        found = choice_question(self.elements, home, name)
        if found is not None and found.control is not None and found.control.itemset is not None:
            for ref in found.control.itemset.nodes.refs:
                analysis.note(self.elements[ref.path], 0)
