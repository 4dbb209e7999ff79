"""What a person types, as text on the screen and as an answer, without a screen.

The field's text belongs to the person: it is never rewritten while they type. Only an answer that somebody
else gave (a calculation, a trigger, an undo) replaces it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from domain.text import half_width
from forms import Question
from forms.engine.lexical import MAX_TEXT, clean, normal

NUMBERS = {"integer": "int", "decimal": "decimal"}
"""Question type → the engine's data type."""
_LIKE = str.maketrans({"。": ".", "．": ".", "−": "-", "–": "-", "—": "-", "，": ",", "'": ","})
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
"""Any other comma is a slip for the point beside it: 36，5 must not become 365."""
_NO_COMMAS = str.maketrans("", "", ",，")


@dataclass
class TypedState:
    """One field. ``grouped``: we put separators in ourselves; ``digits``: a text of digits, as a telephone
    number. ``sent``: answers of ours that may still come back from the form, newest last."""

    kind: str
    grouped: bool = False
    digits: bool = False
    text: str = ""
    known: str = ""
    sent: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, question: Question) -> TypedState:
        words = question.appearance
        made = cls(question.type, "thousands-sep" in words, not {"numbers", "tel"}.isdisjoint(words))
        made.show(question.value)
        return made

    def show(self, answer: str) -> None:
        """An answer that was not typed here."""
        self.text, self.known, self.sent = self.spoken(answer), answer, []

    def meet(self, answer: str) -> None:
        """At each drawing: the form's answer, which may be ours, an echo of ours, or somebody else's."""
        if answer == self.known:
            return
        if answer == self.answer or answer in self.sent:
            self.known = answer
            if answer == self.answer:
                self.sent = []
            return
        self.show(answer)

    def typed(self, text: str) -> str:
        """The person changed the field; the answer that it now means."""
        self.text = text
        self.sent = [*self.sent[-20:], self.answer]
        return self.answer

    def left(self) -> None:
        """The person went on: a number gets its separators, full-width digits become plain ones."""
        if self.answer:
            self.text = self.spoken(self.answer)

    @property
    def answer(self) -> str:
        """In the engine's lexical form; "" while it is none."""
        if self.kind not in NUMBERS:
            return lexical(self.kind, half_width(self.text) if self.digits else self.text)
        # A number that we have grouped is edited with our commas still in it.
        return lexical(self.kind, self.text.translate(_NO_COMMAS) if self.grouped else self.text)

    @property
    def wrong(self) -> bool:
        """Something stands there that is not an answer."""
        return bool(self.text.strip()) and not self.answer

    def spoken(self, answer: str) -> str:
        return separated(answer) if self.grouped and self.kind in NUMBERS else answer


def lexical(kind: str, text: str) -> str:
    """What was typed as an answer for question type ``kind``; "" when it is none. Full-width digits, Chinese
    points and separators are what a Chinese keyboard gives."""
    if kind not in NUMBERS:
        return clean(text)[:MAX_TEXT]
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_LIKE).split())
    if "," in plain and not _GROUPED.fullmatch(plain):
        return ""
    return normal(NUMBERS[kind], plain.replace(",", "")) or ""


def separated(number: str) -> str:
    """``1234567.50`` → ``1,234,567.50``; what is no number stays."""
    sign = "-" if number.startswith("-") else ""
    whole, point, rest = number.removeprefix("-").partition(".")
    if not whole.isdecimal():
        return number
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)]
    return sign + ",".join(reversed(groups)) + point + rest


def turned(text: str) -> str:
    """The number with its sign turned, for keyboards that have no minus."""
    return text.removeprefix("-") if text.startswith("-") else f"-{text}"
