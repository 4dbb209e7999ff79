"""Many rows in one statement, many statements in one flight.

Rows go in as arrays and ``unnest`` in the database: one parameter per column, whatever the number of rows.
Statements that do not wait for each other's answers travel together (PostgreSQL's pipeline): one round trip,
one wait. Each is prepared once per connection, so that it is neither parsed nor planned again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from psycopg import AsyncRawCursor
from psycopg.rows import namedtuple_row
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.arrays import COLUMNS, column

CSV = "csv"
"""A text array per row, given joined by commas: ``unnest`` would flatten real ones."""
_READ_AS = {CSV: "string_to_array(u.{name}, ',')"}


class Ask(NamedTuple):
    """A statement with $1, $2 … and their values."""

    sql: str
    values: tuple[Any, ...] = ()


async def fly(connection: AsyncConnection, *asks: Ask | None) -> list[list[Any]]:
    """Send all at once, in the transaction of ``connection``; the rows of each, in the same order.

    They run one after the other, each seeing what those before it did. None stands for nothing to ask.
    The first that fails raises, and the rest is not run: sqlalchemy's OperationalError when the database is
    away or two transactions waited in a circle, its DataError for a value that no try will make fit,
    psycopg's own errors for what is our mistake.
    """
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    try:
        return await _fly(driver, asks)
    except psycopg.Error as error:
        if unstorable(error):
            raise DataError(None, None, error) from error
        if not isinstance(error, psycopg.OperationalError):
            raise
        if driver.closed:
            await connection.invalidate(error)
        raise OperationalError(None, None, error) from error


def unstorable(error: BaseException | None) -> bool:
    """Whether it is the value's fault, and stays so: beyond a column's range (SQLSTATE class 22), or beyond a
    limit of PostgreSQL's own, such as a text too long for an index (54)."""
    return isinstance(error, psycopg.Error) and (error.sqlstate or "")[:2] in ("22", "54")


async def _fly(driver: Any, asks: Sequence[Ask | None]) -> list[list[Any]]:
    found: list[list[Any]] = [[] for _ in asks]
    sent = []
    async with driver.pipeline() if sum(ask is not None for ask in asks) > 1 else nullcontext():
        for place, ask in enumerate(asks):
            if ask is not None:
                cursor = AsyncRawCursor(driver, row_factory=namedtuple_row)
                await cursor.execute(ask.sql, ask.values, prepare=True)
                sent.append((place, cursor))
    for place, cursor in sent:
        if cursor.description:
            found[place] = list(await cursor.fetchall())
    return found


def insertion(
    table: str,
    county: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    suffix: str = "ON CONFLICT DO NOTHING",
) -> Ask | None:
    """Insert ``rows`` (keys as in ``types``: column → PostgreSQL type), in their order; None for no rows.

    ``table``, ``types`` and ``suffix`` are our own code, never from outside.
    """
    if not rows:
        return None
    return insertion_of(table, county, types, [[row[name] for row in rows] for name in types], suffix)


def insertion_of(
    table: str, county: str, types: Mapping[str, str], columns: Sequence[Iterable[Any]], suffix: str
) -> Ask:
    """The same for one row or more that are columns already, in the order of ``types``."""
    packed = [column(kind, values) for kind, values in zip(types.values(), columns, strict=True)]
    return Ask(_statement(table, tuple(types.items()), suffix), (county, *packed))


async def insert_many(
    connection: AsyncConnection,
    table: str,
    county: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    suffix: str = "ON CONFLICT DO NOTHING",
) -> list[Any]:
    """``insertion`` at once, in the transaction of ``connection``; returns what ``suffix`` RETURNs."""
    ask = insertion(table, county, types, rows, suffix)
    return (await fly(connection, ask))[0] if ask else []


@lru_cache(maxsize=128)
def _statement(table: str, types: tuple[tuple[str, str], ...], suffix: str) -> str:
    names = ", ".join(name for name, _ in types)
    arrays = ", ".join(
        f"${place}::{kind if kind in COLUMNS else 'text'}[]" for place, (_, kind) in enumerate(types, 2)
    )
    picked = ", ".join(_picked(name, kind) for name, kind in types)
    return (
        f"INSERT INTO {table} (county, {names}) SELECT $1, {picked} "  # noqa: S608
        f"FROM unnest({arrays}) AS u({names}) {suffix}"
    )


def _picked(name: str, kind: str) -> str:
    if kind in _READ_AS:
        return _READ_AS[kind].format(name=name)
    return f"u.{name}" if kind in COLUMNS else f"u.{name}::{kind}"
