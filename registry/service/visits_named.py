"""Visits by the names in them: town, author, household. Each becomes a condition on a visit's own columns, so
that the queue's index alone can answer (visits.py), whatever is combined with what."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import orgs, records, users
from registry.service.principal import NAMED, Principal


def under(column: ColumnElement[str], path: str) -> ColumnElement[bool]:
    """In the subtree of ``path``. LIKE with a whole pattern: ``starts_with()`` takes four times as long for
    each visit, and a pattern put together in SQL may be put together again for each."""
    return column.like(f"{path}%")


async def in_town(connection: AsyncConnection, county: str, town: str) -> ColumnElement[bool]:
    """By the town of the household's address, or by the name of the union that keeps the file or, without a
    household, was visited: that is what coverage is counted for."""
    wanted = select(orgs.c.path).where(orgs.c.county == county, orgs.c.name == town)
    paths = (await connection.execute(wanted)).scalars()
    return or_(records.c.town == town, *[under(records.c.path, path) for path in paths])


async def by_author(connection: AsyncConnection, county: str, name: str) -> ColumnElement[bool] | None:
    """By everybody of this whole name; None when nobody has it."""
    wanted = select(users.c.id).where(users.c.county == county, users.c.name == name)
    found = (await connection.execute(wanted)).scalars().all()
    return _written_by(found) if found else None


async def with_text(connection: AsyncConnection, who: Principal, part: str) -> ColumnElement[bool]:
    """This is a part of the household's number or name, or of the author's name; who may not see names cannot
    ask for a household's."""
    pattern = _anywhere(part)
    like = users.c.county == who.county, users.c.name.like(pattern)
    authors = (await connection.execute(select(users.c.id).where(*like))).scalars().all()
    columns = [records.c.home_number, *([records.c.home_name] if who.may(NAMED) else [])]
    where = [column.like(pattern) for column in columns]
    return or_(*where, *([_written_by(authors)] if authors else []))


def _anywhere(part: str) -> str:
    """A pattern for LIKE."""
    for sign in "\\%_":
        part = part.replace(sign, f"\\{sign}")
    return f"%{part}%"


def _written_by(ids: Sequence[str]) -> ColumnElement[bool]:
    """Looked up in a hash, in a prepared statement too, where ``= ANY`` compares one after the other; not
    joined, for a join comes after all other conditions."""
    some = select(func.unnest(literal(list(ids), ARRAY(Text))))
    return records.c.author_id.in_(some).is_(True)
