"""The organisations an office may narrow a list to: its own and those below it, in either tree (S30)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.actions.services import Services
from app.store.tables import orgs

TREES = "parent_territorial", "parent_industrial"


def list_orgs(services: Services) -> list[tuple[str, str]]:
    """(id, name) by code, from what the feed brought; one's own first when it has the shortest code."""
    head = services.me.org_id if services.me is not None else ""
    return below(orgs(services.db).all(), head)


def below(found: Iterable[Mapping[str, Any]], head: str) -> list[tuple[str, str]]:
    """``head`` and its subtree; a broken tree with a ring in it ends too."""
    ordered = sorted(found, key=lambda one: str(one.get("code", "")))
    inside, count = {head}, 0
    while len(inside) > count:
        count = len(inside)
        inside |= {one["id"] for one in ordered if any(one.get(tree) in inside for tree in TREES)}
    return [(one["id"], one["name"]) for one in ordered if one["id"] in inside]
