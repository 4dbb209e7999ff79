"""The finished instance: what is irrelevant stays out."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from forms.definition import Definition
from forms.xml import ORX
from forms.xpath.nodes import Node


def to_json(definition: Definition, root: Node) -> dict[str, Any]:
    """``{"form", "version", "answers"}``: groups are objects, repeats lists of objects, answers texts as in
    the XForm; empty answers are left out. Only texts, so it can go into canonical JSON."""
    answers = _object(root)
    return {"form": definition.form_id, "version": definition.version, "answers": answers}


def _object(node: Node) -> dict[str, Any]:
    made: dict[str, Any] = {}
    assert node.defn is not None
    for name, rows in node.kids.items():
        shown = [row for row in rows if row.relevant]
        if node.defn.kids[name].is_repeat:
            if shown:
                made[name] = [_object(row) if row.kids else {} for row in shown]
        elif shown and shown[0].kids:
            inner = _object(shown[0])
            if inner:
                made[name] = inner
        elif shown and shown[0].value:
            made[name] = shown[0].value
    return made


def to_xml(definition: Definition, root: Node) -> str:
    """The instance as ODK submits it (https://getodk.github.io/xforms-spec/#instance)."""
    head = f"{root.name} id={quoteattr(definition.form_id)} version={quoteattr(definition.version)}"
    lines: list[str] = []
    for child in root.children():
        _write(child, lines)
    return f'<{head} xmlns:orx="{ORX}">{"".join(lines)}</{root.name}>'


def _write(node: Node, lines: list[str]) -> None:
    if not node.relevant:
        return
    assert node.defn is not None
    name = f"orx:{node.name}" if node.defn.namespace == ORX else node.name
    if not node.kids:
        lines.append(f"<{name}>{escape(node.value)}</{name}>" if node.value else f"<{name}/>")
        return
    lines.append(f"<{name}>")
    for child in node.children():
        _write(child, lines)
    lines.append(f"</{name}>")
