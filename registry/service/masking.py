"""What the office shows of personal data before somebody gives a reason to see more (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from domain.identity import mask_account, mask_identity, mask_name, mask_phone

MASKS: dict[str, Callable[[str], str]] = {"id_number": mask_identity, "phone": mask_phone}
HIDDEN = frozenset({"health", "illness", "disability", "thoughts"})
ACCOUNTS = frozenset({"bank", "account"})
STARS = "***"
SPELT = frozenset({"pinyin"})
"""Says a name in other letters."""
COLLEAGUES = frozenset({"visitors"})
"""Of the union, not of the household: everybody has their names from the feed."""


def told(text: str, *, named: bool) -> str:
    """What somebody wrote about people, who may be called by name there: stars for a reader who must not know
    them."""
    return text if named or not text else STARS


_hidden_text = partial(told, named=False)
UNNAMED: dict[str, Callable[[str], str]] = (
    MASKS
    | dict.fromkeys(("name", "holder", "staff_name"), mask_name)
    | dict.fromkeys(("note", "wish", "next_step", "few_visitors_reason", "reason", "door"), _hidden_text)
)


def masked(value: Any, *, named: bool = True) -> Any:
    """The same document with ID numbers, phones and accounts masked; health and thoughts left out.

    ``named``: the reader may know people by name (principal.NAMED); otherwise names are masked too, all but
    those of the visitors, and what is told about people is stars. Dictionaries that lost something name it
    under ``masked``.
    """
    if isinstance(value, list | tuple):
        return [masked(item, named=named) for item in value]
    if not isinstance(value, dict):
        return value
    left_out = HIDDEN if named else HIDDEN | SPELT
    shown = {key: _field(key, item, named) for key, item in value.items() if key not in left_out}
    hidden = sorted(left_out & value.keys())
    if hidden:
        shown["masked"] = hidden
    return _change(shown, named) if {"field", "before", "after"} <= shown.keys() else shown


def _masks(named: bool) -> dict[str, Callable[[str], str]]:
    return MASKS if named else UNNAMED


def _field(key: str, item: Any, named: bool) -> Any:
    if isinstance(item, str):
        mask = _masks(named).get(key)
        return mask(item) if mask else item
    if key in ACCOUNTS and isinstance(item, dict):
        item = {**item, "number": mask_account(str(item.get("number", "")))}
    return masked(item, named=named or key in COLLEAGUES)


def _change(change: dict[str, Any], named: bool) -> dict[str, Any]:
    """A suggested edit of a protected field shows that it changed, not how."""
    field = str(change["field"])
    last = field.rsplit(".", 1)[-1]
    if last in HIDDEN:
        return {**change, "before": STARS, "after": STARS}
    mask = _masks(named).get(last)
    if field.endswith(("bank.number", "account.number")):
        mask = mask_account
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
