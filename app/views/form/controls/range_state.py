"""The steps of a range question, in exact decimals. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True)
class Steps:
    """``count`` steps of ``by`` from ``first``; ``by`` is negative when the form counts down."""

    first: Decimal
    by: Decimal
    count: int

    @classmethod
    def of(cls, limits: tuple[str, str, str]) -> Steps:
        first, last, step = (Decimal(text) for text in limits)
        by = abs(step) if last >= first else -abs(step)
        return cls(first, by, int((last - first) / by))

    def text(self, place: int) -> str:
        """The answer at a place, without an exponent; whole numbers without a point."""
        number = self.first + self.by * place
        if number == number.to_integral_value():
            return str(int(number))
        return f"{number.normalize():f}"

    def place(self, answer: str) -> int | None:
        """The nearest place of an answer; None when there is none."""
        try:
            number = Decimal(answer)
        except InvalidOperation:
            return None
        return max(0, min(self.count, round((number - self.first) / self.by)))

    def beside(self, answer: str, by: int) -> str:
        """One step on; the first touch of an unanswered question takes the first value."""
        place = self.place(answer)
        return self.text(0 if place is None else max(0, min(self.count, place + by)))

    def all(self) -> list[str]:
        return [self.text(place) for place in range(self.count + 1)]
