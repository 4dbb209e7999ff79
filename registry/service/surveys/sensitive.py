"""Which answers are personal, and what the office sees of them (DOMAIN §7).

A question is personal by the end of its name, whole words between underscores:

- ``…id_number``, ``id_card``: region and last four
- ``…phone``, ``mobile``, ``telephone``: first three and last four
- ``…account``, ``bank_number``, ``card_number``: last four
- ``…health``, ``illness``, ``disability``, ``thoughts``, ``private``: stars only; choices may be counted
- ``…name``, and a household chosen from the list: whole for those who may see names (principal.NAMED)

Whatever its name, a text that holds an identity number with a right check digit, or a mobile number, shows it
masked. The whole answer comes by a reveal with a reason.
"""

from __future__ import annotations

import re

from domain.identity import checksum, mask_account, mask_identity, mask_name, mask_phone

HIDDEN_TEXT = "***"
_ENDS = {
    "identity": ("id_number", "id_card", "idno"),
    "phone": ("phone", "mobile", "telephone"),
    "account": ("account", "bank_number", "card_number", "account_number"),
    "hidden": ("health", "illness", "disability", "thoughts", "private"),
    "name": ("name",),
}
_MASKS = {"identity": mask_identity, "phone": mask_phone, "account": mask_account}
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[2-9]\d{9}(?!\d)")


def kind_of(path: str) -> str:
    """identity, phone, account, hidden, name, or "" for an answer anybody in the office may read."""
    name = path.rpartition("/")[2].partition("[")[0].lower()
    for kind, ends in _ENDS.items():
        if any(name == end or name.endswith("_" + end) for end in ends):
            return kind
    return ""


def kept_apart(path: str) -> bool:
    """Whether the answer must not be in the table that fillings are filtered by."""
    return kind_of(path) in _MASKS


def tells_number(text: str) -> bool:
    """Whether it holds an identity or mobile number, whatever its question is called."""
    return _plain(text) != text


def veil(path: str, text: str, *, named: bool) -> str:
    """The answer as somebody may read it; ``named``: whole names too."""
    kind = kind_of(path)
    if kind in _MASKS:
        return _MASKS[kind](text)
    if kind == "hidden":
        return HIDDEN_TEXT if text else ""
    if kind == "name" and not named:
        return mask_name(text)
    return _plain(text)


def _plain(text: str) -> str:
    return _MOBILE.sub(lambda hit: mask_phone(hit.group()), _IDENTITY.sub(_number, text))


def _number(hit: re.Match[str]) -> str:
    number = hit.group().upper()
    return mask_identity(number) if checksum(number[:17]) == number[17] else hit.group()
