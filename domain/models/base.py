"""What all models share."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Annotated, Any, get_args

from msgspec import Meta, Struct
from msgspec.structs import fields, force_setattr

from domain.errors import InputError
from domain.money import yuan

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
DHash = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
ShortText = Annotated[str, Meta(max_length=200)]
LongText = Annotated[str, Meta(max_length=4000)]
Count = Annotated[int, Meta(ge=0)]


class Model(Struct, frozen=True, kw_only=True):
    """Immutable, compared by value; ``msgspec.to_builtins`` and ``convert`` make documents of it and back."""


class MoneyModel(Model, frozen=True, kw_only=True):
    """A model whose Decimal fields are yuan: checked and brought to two decimals, so the wire says "1000.00".

    Raises ValueError (msgspec.ValidationError when decoding) for amounts that ``money.yuan`` refuses.
    """

    def __post_init__(self) -> None:
        for name in _money_fields(type(self)):
            value = getattr(self, name)
            if isinstance(value, Decimal):
                force_setattr(self, name, _exact(name, value))


@cache
def _money_fields(model: type[MoneyModel]) -> tuple[str, ...]:
    """Those that may hold an amount: looked up once, not for each of a file's hundred fields."""
    return tuple(one.name for one in fields(model) if _holds_money(one.type))


def _holds_money(annotation: Any) -> bool:
    return annotation is Decimal or any(_holds_money(one) for one in get_args(annotation))


def _exact(name: str, value: Decimal) -> Decimal:
    try:
        return yuan(value)
    except InputError as refused:
        raise ValueError(f"{name}: {refused.code}") from None
