"""Many rows in one statement: arrays in, ``unnest`` in the database; one parameter per column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

CSV = "csv"
"""A text array per row, given joined by commas: ``unnest`` would flatten real ones."""


async def insert_many(
    connection: AsyncConnection,
    table: str,
    county: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    suffix: str = "ON CONFLICT DO NOTHING",
) -> list[Any]:
    """Insert ``rows`` (keys as in ``types``: column → PostgreSQL type); returns what ``suffix`` RETURNs.

    ``table``, ``types`` and ``suffix`` are written in our code and never come from outside.
    """
    if not rows:
        return []
    statement = _statement(table, tuple(types.items()), suffix)
    values = {name: [row[name] for row in rows] for name in types}
    result = await connection.execute(statement, {"county_": county, **values})
    return list(result) if result.returns_rows else []


@lru_cache(maxsize=64)
def _statement(table: str, types: tuple[tuple[str, str], ...], suffix: str) -> TextClause:
    names = ", ".join(name for name, _ in types)
    arrays = ", ".join(f"CAST(:{name} AS {'text' if kind == CSV else kind}[])" for name, kind in types)
    picked = ", ".join(f"string_to_array(u.{n}, ',')" if kind == CSV else f"u.{n}" for n, kind in types)
    return text(
        f"INSERT INTO {table} (county, {names}) SELECT :county_, {picked} "  # noqa: S608
        f"FROM unnest({arrays}) WITH ORDINALITY AS u({names}, place_) ORDER BY u.place_ {suffix}"
    )
