"""Everything by chance in the sample county comes from one seed, so that every load is the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from domain.codes import Sex
from domain.identity import checksum, luhn_digit
from domain.ids import id_at
from domain.models import Place
from domain.places import degrees
from registry.service.sample.words import REGION

T = TypeVar("T")

_EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


class Dice:
    """A seeded source of choices, ids and numbers that belong to nobody."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  a sample, no secret
        self._made = 0
        self._numbers: set[str] = set()

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self._random.randrange(len(choices))]

    def between(self, low: int, high: int) -> int:
        """Both ends included."""
        return self._random.randint(low, high)

    def one_in(self, times: int) -> bool:
        return self._random.randrange(times) == 0

    def shuffled(self, items: Sequence[T]) -> list[T]:
        return self._random.sample(list(items), len(items))

    def new_id(self) -> str:
        """Ids in the order of making, a second apart."""
        self._made += 1
        return id_at(_EPOCH_MS + 1000 * self._made, self._random.getrandbits(74))

    def day_between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.between(0, (last - first).days))

    def identity_number(self, birth: date, sex: Sex) -> str:
        """A number of the sample region with a right checksum, given out once."""
        while True:
            order = self.between(1, 499) * 2 - (1 if sex is Sex.MALE else 0)
            first17 = f"{REGION}{birth:%Y%m%d}{order:03d}"
            number = first17 + checksum(first17)
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def phone(self) -> str:
        """Begins with 12, which no operator gives out."""
        return self._fresh("12", 9)

    def account(self) -> str:
        """Begins with 9999, an issuer that does not exist, and passes Luhn."""
        digits = self._fresh("9999", 14)
        return digits + luhn_digit(digits)

    def place(self, latitude: float, longitude: float, spread: float) -> Place:
        """A point within ``spread`` degrees, as a phone would have measured it."""
        north = latitude + self._random.uniform(-spread, spread)
        east = longitude + self._random.uniform(-spread, spread)
        return Place(latitude=degrees(north), longitude=degrees(east), accuracy_m=self.between(5, 30))

    def _fresh(self, prefix: str, digits: int) -> str:
        while True:
            number = prefix + "".join(str(self._random.randrange(10)) for _ in range(digits))
            if number not in self._numbers:
                self._numbers.add(number)
                return number
