"""String functions: https://getodk.github.io/xforms-spec/#fn:String-Functions."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math

from forms.xpath.context import Env
from forms.xpath.functions.kinds import Eager
from forms.xpath.functions.numbers import half_up
from forms.xpath.values import Value, texts, to_number, to_string

_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def concat(env: Env, *parts: Value) -> Value:
    return "".join(text for part in parts for text in texts(part))


def join(env: Env, separator: Value, *parts: Value) -> Value:
    return to_string(separator).join(text for part in parts for text in texts(part))


def substr(env: Env, value: Value, start: Value, end: Value | None = None) -> Value:
    """0-based, end excluded; negative indexes count from the end, as ODK clients do."""
    text = to_string(value)
    first = _index(to_number(start, env.zone), len(text))
    last = len(text) if end is None else _index(to_number(end, env.zone), len(text))
    return text[first:last] if first < last else ""


def _index(number: float, length: int) -> int:
    if number != number:
        return 0
    if math.isinf(number):
        return length if number > 0 else 0
    whole = int(number)
    return max(0, length + whole) if whole < 0 else min(whole, length)


def substring(env: Env, value: Value, start: Value, length: Value | None = None) -> Value:
    """XPath 1.0 §4.2: 1-based, both numbers rounded."""
    text = to_string(value)
    first = half_up(to_number(start, env.zone))
    last = math.inf if length is None else first + half_up(to_number(length, env.zone))
    return "".join(letter for place, letter in enumerate(text, 1) if first <= place < last)


def substring_before(env: Env, value: Value, mark: Value) -> Value:
    head, found, _ = _cut(value, mark)
    return head if found else ""


def substring_after(env: Env, value: Value, mark: Value) -> Value:
    _, found, tail = _cut(value, mark)
    return tail if found else ""


def _cut(value: Value, mark: Value) -> tuple[str, bool, str]:
    text, needle = to_string(value), to_string(mark)
    if not needle:
        return "", True, text
    head, found, tail = text.partition(needle)
    return head, bool(found), tail


def translate(env: Env, value: Value, old: Value, new: Value) -> Value:
    theirs, ours = to_string(old), to_string(new)
    table: dict[int, str] = {}
    for place, letter in enumerate(theirs):
        table.setdefault(ord(letter), ours[place] if place < len(ours) else "")
    return to_string(value).translate(table)


def digest(env: Env, value: Value, algorithm: Value, encoding: Value = "base64") -> Value:
    """Of the UTF-8 bytes; an unknown algorithm or encoding gives the empty string."""
    name = _ALGORITHMS.get(to_string(algorithm).upper())
    if name is None:
        return ""
    hashed = hashlib.new(name, to_string(value).encode(), usedforsecurity=False).digest()
    how = to_string(encoding)
    return hashed.hex() if how == "hex" else base64.b64encode(hashed).decode() if how == "base64" else ""


def base64_decode(env: Env, value: Value) -> Value:
    try:
        return base64.b64decode(to_string(value), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


STRINGS: dict[str, Eager] = {
    "concat": concat,
    "join": join,
    "substr": substr,
    "substring": substring,
    "substring-before": substring_before,
    "substring-after": substring_after,
    "translate": translate,
    "string-length": lambda env, value: float(len(to_string(value))),
    "contains": lambda env, value, part: to_string(part) in to_string(value),
    "starts-with": lambda env, value, part: to_string(value).startswith(to_string(part)),
    "ends-with": lambda env, value, part: to_string(value).endswith(to_string(part)),
    "digest": digest,
    "base64-decode": base64_decode,
    "jr:itext": lambda env, text_id: env.texts.itext(to_string(text_id)),
}
