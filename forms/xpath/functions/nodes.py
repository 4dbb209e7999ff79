"""Node-set functions: https://getodk.github.io/xforms-spec/#fn:Node-set-Functions."""

from __future__ import annotations

from forms.xpath.context import Env, first_text
from forms.xpath.functions.kinds import Eager
from forms.xpath.nodes import Node
from forms.xpath.values import Value, to_string


def _nodes(value: Value) -> list[Node]:
    return value if isinstance(value, list) else []


def instance(env: Env, name: Value) -> Value:
    """The instance's document node, so that ``instance('c')/root/item`` walks as written."""
    found = env.instances.get(to_string(name))
    return [found] if found is not None else []


def pulldata(env: Env, name: Value, wanted: Value, column: Value, query: Value) -> Value:
    """``instance(name)/root/item[column = query]/wanted``, the first one."""
    document = env.instances.get(to_string(name))
    roots = document.kids.get("root", []) if document is not None else []
    if not roots:
        return ""
    found = env.index(roots[0], "item", to_string(column)).get(to_string(query), [])
    return first_text(found[0], to_string(wanted)) if found else ""


NODES: dict[str, Eager] = {
    "count": lambda env, nodes: float(len(_nodes(nodes))),
    "count-non-empty": lambda env, nodes: float(sum(1 for node in _nodes(nodes) if node.text() != "")),
    "instance": instance,
    "pulldata": pulldata,
}
