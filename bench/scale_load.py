"""Millions of visits in the registry's own tables, made by PostgreSQL itself from one real visit.

Each county is a copy of the sample county under another key; its visits go round its households. What is
copied is the real row of a visit that came over HTTP: its bytes, checks, aid line and references to files.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

COPIED = ("orgs", "users", "households", "campaigns")
MADE_ID = "'019b0000-' || substr(lpad(to_hex(n), 12, '0'), 1, 4) || '-7000-8000-' || lpad(to_hex(n), 12, '0')"
HASH = "encode(sha256(convert_to(:county || n, 'UTF8')), 'hex')"
VISITS = {
    "records": {
        "id": MADE_ID,
        "hash": HASH,
        "device_id": "'device-' || n % 40",
        "seq": "n / 40 + 1",
        "household_id": "home.id",
        "path": "home.path",
        "received_at": "now() - interval '40 days' + n * interval '40 days' / :count",
        "flags": "CASE WHEN n % 13 = 0 THEN ARRAY['R12'] ELSE ARRAY[]::text[] END",
        "reviewed": "n % 3 = 0",
    },
    "record_checks": {"record_id": MADE_ID, "record_hash": HASH},
    "aid_lines": {"id": MADE_ID, "record_id": MADE_ID, "household_id": "home.id"},
    "media_refs": {
        "sha256": "encode(sha256(convert_to(:county || n || one.sha256, 'UTF8')), 'hex')",
        "record_id": MADE_ID,
        "record_hash": HASH,
    },
    "reached": {"household_id": "home.id", "record_id": MADE_ID},
}
"""Table → columns that differ from the real visit's rows."""


def load(url: str, record_id: str, counties: int, each: int) -> None:
    """``counties`` more counties, ``each`` visits in every one and in the sample county too."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT county FROM records WHERE id = %s", [record_id]).fetchone()
        assert found is not None
        home = str(found[0])
        for number in range(counties + 1):
            county = home if number == 0 else f"{home[:-6]}{number:06d}"
            with connection.transaction():
                if number:
                    for table in COPIED:
                        _copy(connection, table, home, county)
                for table, changed in VISITS.items():
                    _visits(connection, table, changed, home, county, record_id, each)
        connection.execute("VACUUM ANALYZE")


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' AND attidentity = '' ORDER BY attnum",
        [table],
    )
    return [row[0] for row in rows]


def _copy(connection: psycopg.Connection, table: str, home: str, county: str) -> None:
    names = [name for name in _columns(connection, table) if name != "county"]
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    connection.execute(
        sql.SQL("INSERT INTO {t} (county, {c}) SELECT %s, {c} FROM {t} WHERE county = %s").format(
            t=sql.Identifier(table), c=listed
        ),
        [county, home],
    )


def _visits(
    connection: psycopg.Connection,
    table: str,
    changed: dict[str, str],
    home: str,
    county: str,
    record_id: str,
    count: int,
) -> None:
    """The rows of one real visit, ``count`` times; conflicts are left out (a household is reached once)."""
    names = [name for name in _columns(connection, table) if name != "county"]
    given = {"county": sql.Literal(county), "count": sql.Literal(count)}
    values = [
        _expression(changed[name], given) if name in changed else sql.SQL("one.") + sql.Identifier(name)
        for name in names
    ]
    key = "id" if table == "records" else "record_id"
    connection.execute(
        sql.SQL(
            "WITH homes AS MATERIALIZED (SELECT id, path, row_number() OVER (ORDER BY id) - 1 AS place "
            "FROM households WHERE county = {county} AND status = 'active') "
            "INSERT INTO {t} (county, {c}) SELECT {county}, {v} FROM generate_series(1, {count}) AS n "
            "JOIN homes AS home ON home.place = n % (SELECT count(*) FROM homes) "
            "CROSS JOIN {t} AS one WHERE one.county = {home} AND one.{key} = {id} ON CONFLICT DO NOTHING"
        ).format(
            t=sql.Identifier(table),
            c=sql.SQL(", ").join(map(sql.Identifier, names)),
            v=sql.SQL(", ").join(values),
            key=sql.Identifier(key),
            home=sql.Literal(home),
            id=sql.Literal(record_id),
            **given,
        )
    )


def _expression(text: str, given: dict[str, sql.Literal]) -> sql.Composable:
    for name in given:
        text = text.replace(f":{name}", f"{{{name}}}")
    return sql.SQL(text).format(**given)
