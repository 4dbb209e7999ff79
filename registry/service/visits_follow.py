"""Records follow their household: where it stands in the trees, its town, name and number (ADR 0020).

A record carries these itself, so that one index answers a supervisor's filters. Whoever changes files puts
their records right in the same transaction (``follow_homes``). When organisations move there may be a season
of records to put right: that is done afterwards, by a job, in steps of STEP that hold nothing but their own
rows (``follow_moved``); a pass that finds nothing ends it. Until then, a minute or so, earlier visits stand
at their old place in the queue; coverage is right at once, it is counted from the files.

A record without a file stays with the organisation it was put under, wherever that stands now. Rows that
somebody else is writing are left for the next pass: nobody waits for us. Once a night all are looked through.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.arrays import Texts
from registry.db.bulk import Ask, fly
from registry.db.tables import counties
from registry.service.each import each
from registry.service.office import Office
from registry.service.times import now

STEP = 1_000
"""Records looked at per transaction."""
RIGHT = """
    LEFT JOIN households h ON h.county = r.county AND h.id = r.household_id
    LEFT JOIN orgs o ON o.county = r.county AND o.id = split_part(r.path, '/', -2)
    WHERE r.county = $1 AND
"""
RECORDS = f"""
    UPDATE records r SET path = s.path, industrial_path = s.industrial_path, town = s.town,
        home_name = s.name, home_number = s.number
    FROM (
        SELECT r.id, r.hash, coalesce(h.path, o.path, r.path) AS path, h.industrial_path, h.town, h.name,
            h.number
        FROM records r {RIGHT} {{which}}
        AND (r.path, r.industrial_path, r.town, r.home_name, r.home_number) IS DISTINCT FROM
            (coalesce(h.path, o.path, r.path), h.industrial_path, h.town, h.name, h.number)
        FOR UPDATE OF r SKIP LOCKED
    ) AS s
    WHERE r.county = $1 AND r.id = s.id AND r.hash = s.hash RETURNING r.id
"""  # noqa: S608 - our own words
SURVEYS = f"""
    UPDATE surveys r SET path = s.path
    FROM (
        SELECT r.record_id, coalesce(h.path, o.path, r.path) AS path FROM surveys r {RIGHT} {{which}}
        AND r.path <> coalesce(h.path, o.path, r.path) FOR UPDATE OF r SKIP LOCKED
    ) AS s
    WHERE r.county = $1 AND r.record_id = s.record_id RETURNING r.record_id
"""  # noqa: S608
OF_HOMES = "r.household_id = ANY($2)"
HOMES = RECORDS.format(which=OF_HOMES), SURVEYS.format(which=OF_HOMES)
BETWEEN = "r.{id} > $2 AND r.{id} <= $3"
STEPS = RECORDS.format(which=BETWEEN.format(id="id")), SURVEYS.format(which=BETWEEN.format(id="record_id"))
UP_TO = f"""
    SELECT max(id) AS id FROM (
        SELECT id FROM records WHERE county = $1 AND id > $2 ORDER BY county, id LIMIT {STEP}) AS next
"""  # noqa: S608


async def follow_homes(connection: AsyncConnection, county: str, ids: Iterable[str]) -> None:
    """The records of these households' files, which have just been written in this transaction."""
    homes = Texts(ids)
    await fly(connection, *[Ask(one, (county, homes)) for one in HOMES])


async def mark_moved(connection: AsyncConnection, county: str) -> None:
    """Have the job look through the county's records: organisations moved, or files changed while somebody
    was writing visits to them that we could not see."""
    await connection.execute(update(counties).where(counties.c.county == county).values(moved_at=now()))


async def follow_moved(office: Office) -> int:
    """The counties that are marked; returns how many rows were put right."""
    async with office.reader.connect() as connection:
        wanted = select(counties.c.county, counties.c.moved_at).where(counties.c.moved_at.is_not(None))
        marked = {row.county: row.moved_at for row in await connection.execute(wanted)}
    return await each(marked, lambda county: _follow_marked(office, county, marked[county]))


async def _follow_marked(office: Office, county: str, moved_at: datetime) -> int:
    moved = await follow(office, county)
    if not moved:  # whatever moved meanwhile has left another mark
        same = counties.c.county == county, counties.c.moved_at == moved_at
        async with office.engine.begin() as connection:
            await connection.execute(update(counties).where(*same).values(moved_at=None))
    return moved


async def follow_all(office: Office) -> int:
    """Every county, marked or not: rows that were loaded by hand; returns how many were put right."""
    async with office.reader.connect() as connection:
        found = list((await connection.execute(select(counties.c.county))).scalars())
    return await each(found, partial(follow, office))


async def follow(office: Office, county: str) -> int:
    """One pass through a county, each step a transaction; returns how many rows were put right."""
    moved, last = 0, ""
    while True:
        async with office.engine.begin() as connection:
            (bound,) = await fly(connection, Ask(UP_TO, (county, last)))
            if bound[0].id is None:
                return moved
            some = await fly(connection, *[Ask(one, (county, last, bound[0].id)) for one in STEPS])
            moved, last = moved + sum(map(len, some)), bound[0].id
