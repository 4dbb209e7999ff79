"""Millions of visits in the registry's own tables, made by PostgreSQL itself from one real visit.

Each county is a copy of the sample county under another key; its visits go round its households. What is
copied is the real row of a visit that came over HTTP. Counties are interleaved, as they arrive in life: a
page of ``records`` holds visits of many counties. Keys and indexes are built afterwards.

The supervisor's own county has everything (households ten times over, texts, checks, aid, all files). To fit
on one disk the others have a text of STUB bytes, no checks, aid for every fourth visit, feedback for every
second, 2,000 households, and of the files only the photos. Nowhere: prints of photos, photos that have
arrived, leaves of the ledger.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

COPIED = {
    "counties": "true",
    "orgs": "true",
    "users": "true",
    "campaigns": "true",
    "households": "id IN (SELECT id FROM households WHERE county = %(home)s ORDER BY md5(id) LIMIT 2000)",
}
"""Into each other county, and which rows of the supervisor's own."""
STUB = 64
TIMES = 9
"""Copies of each household in the supervisor's own county."""
SLICE = 200_000
"""Visits per statement."""
QUICK = "fsync = off", "full_page_writes = off", "autovacuum = off"
"""Only while loading."""
MADE_ID = (
    "'019b0000-' || substr(lpad(to_hex(s.n), 12, '0'), 1, 4) || '-7000-8000-' || lpad(to_hex(s.n), 12, '0')"
)
HASH = "encode(sha256(convert_to(s.county || s.n, 'UTF8')), 'hex')"

FIRST = "s.n <= s.count AND home.id <> one.household_id AND (NOT s.mine OR length(home.id) > 36)"
"""The first visit of a household that had none."""


@dataclass(frozen=True)
class Made:
    """A table's rows for each visit: ``columns`` that differ from the real visit's, which of the real rows
    are ``copied``, and for which visits (``when``)."""

    columns: dict[str, str]
    copied: str = "one.record_id = :id"
    when: str = "true"


VISITS = {
    "records": Made(
        {
            "id": MADE_ID,
            "hash": HASH,
            "device_id": "'device-' || s.n % 40",
            "seq": "s.n / 40 + 1",
            "household_id": "home.id",
            "path": "home.path",
            "industrial_path": "home.industrial_path",
            "town": "home.town",
            "home_name": "home.name",
            "home_number": "home.number",
            "received_at": "now() - interval '40 days' + s.n * interval '40 days' / :each",
            "flags": "CASE WHEN s.n % 13 = 0 THEN ARRAY['R12'] ELSE ARRAY[]::text[] END",
            "reviewed": "s.n % 3 = 0",
        },
        copied="one.id = :id",
    ),
    "record_bodies": Made(
        {
            "record_id": MADE_ID,
            "record_hash": HASH,
            "raw": "CASE WHEN s.mine THEN one.raw ELSE substr(one.raw, 1, :stub) END",
        }
    ),
    "record_checks": Made({"record_id": MADE_ID, "record_hash": HASH}, when="s.mine"),
    "aid_lines": Made(
        {"id": MADE_ID, "record_id": MADE_ID, "household_id": "home.id", "id_mac": HASH},
        when="s.mine OR s.n % 4 = 0",
    ),
    "media_refs": Made(
        {
            "sha256": "encode(sha256(convert_to(s.county || s.n || one.sha256, 'UTF8')), 'hex')",
            "record_id": MADE_ID,
            "record_hash": HASH,
        },
        when="s.mine OR one.kind = 'doorplate'",
    ),
    "changes": Made(
        {"id": MADE_ID, "position": "nextval('feed_position')", "audience": "one.audience || s.n % 40"},
        copied="one.kind = 'feedback' AND one.id = :id",
        when="s.mine OR s.n % 2 = 0",
    ),
    "reached": Made(
        {"household_id": "home.id", "record_id": MADE_ID},
        when=FIRST,
    ),
    "last_visits": Made(
        {"household_id": "home.id"},
        copied="one.household_id = (SELECT household_id FROM records WHERE id = :id LIMIT 1)",
        when=FIRST,
    ),
}


@dataclass
class Loaded:
    """What it took. ``seconds`` by step, ``gigabytes`` in the end by table with its indexes."""

    seconds: dict[str, float] = field(default_factory=dict)
    gigabytes: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of this block."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0) + time.perf_counter() - started, 1)


def load(url: str, record_id: str, counties: int, each: int) -> Loaded:
    """``counties`` more counties, ``each`` visits in every one and in the supervisor's county too."""
    done = Loaded()
    with psycopg.connect(url, autocommit=True) as connection, _quick(connection):
        found = connection.execute("SELECT county FROM records WHERE id = %s", [record_id]).fetchone()
        assert found is not None
        home = str(found[0])
        with done.step("counties"):
            _counties(connection, home, counties)
        indexes = _drop_indexes(connection)
        for first in range(1, each + 1, max(1, SLICE // (counties + 1))):
            last = min(each, first + max(1, SLICE // (counties + 1)) - 1)
            for table, made in VISITS.items():
                with done.step(table):
                    _visits(connection, table, made, home, record_id, (first, last), each)
        for name, statement in indexes:
            with done.step(name):
                connection.execute(sql.SQL(statement))
        with done.step("vacuum"):
            connection.execute("VACUUM ANALYZE")
        done.gigabytes = {table: _size(connection, table) for table in (*VISITS, "households")}
    return done


@contextmanager
def _quick(connection: psycopg.Connection) -> Iterator[None]:
    """Without the care that real work needs; everything is on the disk when this ends."""
    for setting in QUICK:
        connection.execute(sql.SQL(f"ALTER SYSTEM SET {setting}"))
    connection.execute("SELECT pg_reload_conf()")
    connection.execute("SET maintenance_work_mem = '1GB'")
    connection.execute("SET vacuum_buffer_usage_limit = '1GB'")
    yield
    for setting in QUICK:
        connection.execute(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(setting.split(" ")[0])))
    connection.execute("SELECT pg_reload_conf()")
    connection.execute("CHECKPOINT")
    os.sync()


def _counties(connection: psycopg.Connection, home: str, counties: int) -> None:
    """Copies of the county, and who lives where: every other county alike, the supervisor's own larger."""
    for number in range(1, counties + 1):
        for table, which in COPIED.items():
            _copy(connection, table, which, home, f"{home[:-6]}{number:06d}")
    connection.execute(
        sql.SQL(
            "INSERT INTO households (county, id, number, status, name, org_id, path, industrial_path, doc) "
            "SELECT county, id || '-' || k, number || '-' || k, status, name, org_id, path, industrial_path, "
            "doc FROM households, generate_series(1, {}) AS k WHERE county = {}"
        ).format(sql.Literal(TIMES), sql.Literal(home))
    )
    connection.execute(
        sql.SQL(
            "CREATE TEMP TABLE homes AS "
            "SELECT county = {0} AS mine, id, path, industrial_path, town, name, number, "
            "row_number() OVER (PARTITION BY county ORDER BY md5(id)) AS place "
            "FROM households WHERE county IN ({0}, {1}) AND status = 'active'"
        ).format(sql.Literal(home), sql.Literal(f"{home[:-6]}000001"))
    )
    connection.execute("ANALYZE homes")


def _drop_indexes(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Away with keys and indexes; returns how to make them again."""
    listed = connection.execute(
        "SELECT conname, 'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || conname || ' ' || "
        "pg_get_constraintdef(oid), 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname "
        "FROM pg_constraint WHERE contype = 'p' AND conrelid::regclass::text = ANY(%(t)s) UNION ALL "
        "SELECT c.relname, pg_get_indexdef(indexrelid), 'DROP INDEX ' || c.relname FROM pg_index "
        "JOIN pg_class c ON c.oid = indexrelid "
        "WHERE NOT indisprimary AND indrelid::regclass::text = ANY(%(t)s)",
        {"t": list(VISITS)},
    ).fetchall()
    for _, _, drop in listed:
        connection.execute(sql.SQL(drop))
    return [(name, make) for name, make, _ in listed]


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' AND attidentity = '' AND attname <> 'county' ORDER BY attnum",
        [table],
    )
    return [row[0] for row in rows]


def _copy(connection: psycopg.Connection, table: str, which: str, home: str, county: str) -> None:
    listed = sql.SQL(", ").join(map(sql.Identifier, _columns(connection, table)))
    connection.execute(
        sql.SQL(
            "INSERT INTO {t} (county, {c}) SELECT %(county)s, {c} FROM {t} WHERE county = %(home)s AND {w}"
        ).format(t=sql.Identifier(table), c=listed, w=sql.SQL(which)),
        {"county": county, "home": home},
    )


def _visits(
    connection: psycopg.Connection,
    table: str,
    made: Made,
    home: str,
    record_id: str,
    part: tuple[int, int],
    each: int,
) -> None:
    """The rows of one real visit for the visits of ``part`` in all counties, by their numbers."""
    given = {
        "id": sql.Literal(record_id),
        "each": sql.Literal(each),
        "stub": sql.Literal(STUB),
        "home": sql.Literal(home),
    }
    names = _columns(connection, table)
    values = [
        _expression(made.columns[name], given)
        if name in made.columns
        else sql.SQL("one.") + sql.Identifier(name)
        for name in names
    ]
    connection.execute(
        sql.SQL(
            "WITH one AS MATERIALIZED (SELECT * FROM {t} AS one WHERE one.county = {home} AND {copied}), "
            "s AS (SELECT n, county, kind.* FROM generate_series({first}, {last}) AS n, counties "
            "JOIN (SELECT mine, count(*) FROM homes GROUP BY mine) AS kind ON mine = (county = {home}) "
            "ORDER BY n) "
            "INSERT INTO {t} (county, {c}) SELECT s.county, {v} FROM s "
            "JOIN homes AS home ON home.mine = s.mine AND home.place = s.n % s.count + 1 "
            "CROSS JOIN one WHERE {when}"
        ).format(
            t=sql.Identifier(table),
            home=given["home"],
            first=sql.Literal(part[0]),
            last=sql.Literal(part[1]),
            c=sql.SQL(", ").join(map(sql.Identifier, names)),
            v=sql.SQL(", ").join(values),
            copied=_expression(made.copied, given),
            when=_expression(made.when, given),
        )
    )


def _expression(text: str, given: dict[str, sql.Literal]) -> sql.Composable:
    for name in given:
        text = text.replace(f":{name}", f"{{{name}}}")
    return sql.SQL(text).format(**given)


def _size(connection: psycopg.Connection, table: str) -> float:
    found = connection.execute(
        "SELECT pg_total_relation_size(%(t)s) + coalesce("
        "(SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%(t)s)), 0)",
        {"t": table},
    ).fetchone()
    assert found is not None
    return round(float(found[0]) / 1e9, 2)
