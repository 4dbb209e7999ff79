"""Expression text → tokens, with XPath 1.0's rule (§3.7) for ``*`` and operator names."""

from __future__ import annotations

import re
from typing import NamedTuple

from forms.errors import XPathError

MAX_LENGTH = 20_000
"""Characters in one expression. The longest real one we know (a Kobo scoring sheet) has 6,000."""

_TOKEN = re.compile(
    r"""\s+
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<name>[^\W\d][\w.\-\u00b7]*(?::[^\W\d][\w.\-\u00b7]*)?)
    |(?P<op>//|::|\.\.|!=|<=|>=|[()\[\]./@,|+\-*=<>$])""",
    re.VERBOSE,
)
_WORD_OPERATORS = frozenset({"and", "or", "mod", "div"})
_BEFORE_OPERAND = frozenset(
    {"@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="}
)


class Token(NamedTuple):
    """``kind``: number, string, name, op or end; a word or star used as an operator is kind op."""

    kind: str
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """All tokens and one of kind end. Raises XPathError: xpath_too_long, xpath_unreadable."""
    if len(source) > MAX_LENGTH:
        raise XPathError("xpath_too_long", f"{len(source)} > {MAX_LENGTH}")
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise XPathError("xpath_unreadable", source[at : at + 20], at)
        if match.lastgroup is not None:
            found.append(_token(match, found))
        at = match.end()
    found.append(Token("end", "", at))
    return found


def _token(match: re.Match[str], before: list[Token]) -> Token:
    kind, text = str(match.lastgroup), match.group()
    if kind == "string":
        return Token(kind, text[1:-1], match.start())
    if (text == "*" or text in _WORD_OPERATORS) and before and not _wants_operand(before[-1]):
        return Token("op", "times" if text == "*" else text, match.start())
    return Token(kind, text, match.start())


def _wants_operand(token: Token) -> bool:
    return token.kind == "op" and (token.text in _BEFORE_OPERAND or token.text in _WORD_OPERATORS | {"times"})
