"""Many rows in one statement: arrays in, ``unnest`` in the database; one parameter per column.

The arrays travel in PostgreSQL's binary form through the driver itself: as text every quote of every JSON
document would be escaped in Python, which took a quarter of intake's time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from psycopg import sql
from psycopg.rows import namedtuple_row
from sqlalchemy.ext.asyncio import AsyncConnection

CSV = "csv"
"""A text array per row, given joined by commas: ``unnest`` would flatten real ones."""
_SENT_AS = {CSV: "text", "jsonb": "text"}
_READ_AS = {CSV: "string_to_array(u.{name}, ',')", "jsonb": "u.{name}::jsonb"}


async def insert_many(
    connection: AsyncConnection,
    table: str,
    county: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    suffix: str = "ON CONFLICT DO NOTHING",
) -> list[Any]:
    """Insert ``rows`` (keys as in ``types``: column → PostgreSQL type); returns what ``suffix`` RETURNs.

    In the transaction of ``connection``. ``table``, ``types`` and ``suffix`` are our own code, never
    from outside.
    """
    if not rows:
        return []
    statement = _statement(table, tuple(types.items()), suffix)
    values = {name: [row[name] for row in rows] for name in types}
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    async with driver.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(statement, {"county_": county, **values})
        return list(await cursor.fetchall()) if cursor.description else []


@lru_cache(maxsize=64)
def _statement(table: str, types: tuple[tuple[str, str], ...], suffix: str) -> sql.SQL:
    names = ", ".join(name for name, _ in types)
    arrays = ", ".join(f"%({name})b::{_SENT_AS.get(kind, kind)}[]" for name, kind in types)
    picked = ", ".join(_READ_AS.get(kind, "u.{name}").format(name=name) for name, kind in types)
    return sql.SQL(
        f"INSERT INTO {table} (county, {names}) SELECT %(county_)s, {picked} "  # noqa: S608
        f"FROM unnest({arrays}) WITH ORDINALITY AS u({names}, place_) ORDER BY u.place_ {suffix}"
    )
