"""What the office shows of personal data before somebody gives a reason to see more (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.identity import mask_account, mask_identity, mask_phone

MASKS: dict[str, Callable[[str], str]] = {"id_number": mask_identity, "phone": mask_phone}
HIDDEN = frozenset({"health", "illness", "disability", "thoughts"})
ACCOUNTS = frozenset({"bank", "account"})


def masked(value: Any) -> Any:
    """The same document with ID numbers, phones and accounts masked; health and thoughts left out.

    Dictionaries that lost something name it under ``masked``.
    """
    if isinstance(value, list):
        return [masked(item) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {key: _field(key, item) for key, item in value.items() if key not in HIDDEN}
    hidden = sorted(HIDDEN & value.keys())
    if hidden:
        shown["masked"] = hidden
    return _change(shown) if {"field", "before", "after"} <= shown.keys() else shown


def _field(key: str, item: Any) -> Any:
    if key in MASKS and isinstance(item, str):
        return MASKS[key](item)
    if key in ACCOUNTS and isinstance(item, dict):
        return {**item, "number": mask_account(str(item.get("number", "")))}
    return masked(item)


def _change(change: dict[str, Any]) -> dict[str, Any]:
    """A suggested edit of a protected field shows that it changed, not how."""
    field = str(change["field"])
    last = field.rsplit(".", 1)[-1]
    if last in HIDDEN:
        return {**change, "before": "***", "after": "***"}
    mask = MASKS.get(last) or (mask_account if field.endswith(("bank.number", "account.number")) else None)
    if mask is None:
        return change
    return {**change, "before": mask(str(change["before"])), "after": mask(str(change["after"]))}


def pick(document: Any, path: str) -> Any:
    """The value at ``worker.id_number`` or ``members.0.phone``. Raises KeyError."""
    for step in path.split("."):
        if isinstance(document, list):
            if not step.isdecimal() or int(step) >= len(document):
                raise KeyError(path)
            document = document[int(step)]
        elif isinstance(document, dict):
            document = document[step]
        else:
            raise KeyError(path)
    return document
