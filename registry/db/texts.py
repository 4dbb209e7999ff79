"""Texts from phones as PostgreSQL can keep them."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text without what PostgreSQL's ``text`` cannot hold, NUL and lone surrogates; the exact words stay
    in the record's own bytes."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
