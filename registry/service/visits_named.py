"""Visits by the names in them: town, author, household. Each becomes a condition on a visit's own columns, so
that the queue's index alone can answer (visits.py); no file is opened to look for a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, any_, func, literal, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import households, orgs, records, users
from registry.service.principal import NAMED, Principal

TOWN = literal_column("(households.doc #>> '{address,town}')", Text)
"""Written out, as ix_households_town has it, so that the index serves a prepared statement too."""
FEW = 5_000
"""So many households are named one by one; more are looked up in the statement itself."""


@dataclass(frozen=True)
class Named:
    """Who is meant by a text: these ``authors``, these ``homes``; None: more than FEW, all that ``match``."""

    county: str
    match: ColumnElement[bool]
    homes: Sequence[str] | None
    authors: Sequence[str]

    def condition(self) -> ColumnElement[bool]:
        """On ``records``."""
        at = _one_of(records.c.household_id, self.homes or ())
        if self.homes is None:
            found = select(households.c.id).where(households.c.county == self.county, self.match)
            at = _once(records.c.household_id.in_(found))
        return or_(at, _one_of(records.c.author_id, self.authors)) if self.authors else at


async def who_is_named(connection: AsyncConnection, who: Principal, part: str) -> Named:
    """Whose name has this in it, or which number; who may not see names cannot ask for them."""
    match = households.c.number.contains(part, autoescape=True)
    if who.may(NAMED):
        match = or_(match, households.c.name.contains(part, autoescape=True))
    wanted = select(households.c.id).where(households.c.county == who.county, match).limit(FEW + 1)
    homes = (await connection.execute(wanted)).scalars().all()
    like = users.c.name.contains(part, autoescape=True)
    authors = await connection.execute(select(users.c.id).where(users.c.county == who.county, like))
    return Named(who.county, match, homes if len(homes) <= FEW else None, authors.scalars().all())


def by_author(county: str, name: str) -> ColumnElement[bool]:
    """By everybody of this whole name."""
    return _once(
        records.c.author_id.in_(select(users.c.id).where(users.c.county == county, users.c.name == name))
    )


def in_town(county: str, town: str) -> ColumnElement[bool]:
    """By the town of the household's address, or by the name of the union that keeps the file or, without a
    household, was visited: that is what coverage is counted for."""
    path = (
        select(orgs.c.path)
        .where(orgs.c.county == county, orgs.c.name == town)
        .order_by(orgs.c.path)
        .limit(1)
        .scalar_subquery()
    )
    there = select(households.c.id).where(households.c.county == county, town_is(town))
    return or_(func.starts_with(records.c.path, path), _once(records.c.household_id.in_(there)))


def _one_of(column: ColumnElement[str], ids: Sequence[str]) -> ColumnElement[bool]:
    return column == any_(literal(list(ids), ARRAY(Text)))


def town_is(town: str) -> ColumnElement[bool]:
    """Of a household's address."""
    return TOWN.op("=", is_comparison=True)(town)


def _once(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Its inner question asked once, not joined: with a join the files were searched again for each visit."""
    return condition.is_(True)
