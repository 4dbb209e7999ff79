"""The database: every key carries the county, the trail cannot be changed, migrations match the code (F)."""

from __future__ import annotations

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fresh import fresh_database
from sqlalchemy import create_engine, inspect

from registry.db.engine import async_url
from registry.db.migrate import newest, upgrade
from registry.db.tables import metadata


@pytest.fixture
def connection(database):
    engine = create_engine(async_url(database))
    with engine.connect() as found:
        yield found
    engine.dispose()


def test_every_key_begins_with_the_county(connection):
    """The distribution key stands first in every table's primary key, in the real database."""
    inspector = inspect(connection)
    tables = set(inspector.get_table_names()) - {"alembic_version"}
    assert tables == set(metadata.tables)
    for table in tables:
        columns = inspector.get_pk_constraint(table)["constrained_columns"]
        assert columns[0] == "county", table


def test_unique_indexes_carry_the_county(connection):
    """A unique index without the county could not be enforced on a distributed table."""
    inspector = inspect(connection)
    for table in metadata.tables:
        for index in inspector.get_indexes(table):
            assert not index["unique"] or index["column_names"][0] == "county", index


def test_every_unique_key_and_foreign_key_carries_the_county(connection):
    """Of every part of a divided table too, and of foreign keys, should there be any."""
    keys = connection.exec_driver_sql(
        "SELECT i.indexrelid::regclass::text, a.attname FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
        "WHERE i.indisunique AND n.nspname IN ('public', 'parts') AND c.relname <> 'alembic_version'"
    ).all()
    assert len([name for name, _ in keys if name.startswith("parts.")]) > 10
    assert [key for key in keys if key[1] != "county"] == []
    foreign = connection.exec_driver_sql(
        "SELECT conname FROM pg_constraint c WHERE contype = 'f' "
        "AND connamespace IN ('public'::regnamespace, 'parts'::regnamespace) AND NOT EXISTS ("
        "SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attname = 'county' "
        "AND a.attnum = ANY(c.conkey))"
    ).all()
    assert foreign == []


def test_migrations_make_what_the_code_says(connection):
    """The migrated schema and the tables in the code do not differ."""
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": False}
    )
    assert compare_metadata(context, metadata) == []
    assert context.get_current_revision() == newest()


def test_migrating_twice_changes_nothing(database):
    """A second migration is a no-op, also with data in the tables."""
    upgrade(database)
    upgrade(database)


def test_two_processes_may_migrate_at_once(postgres):
    """Several API processes starting together wait for each other."""
    from concurrent.futures import ThreadPoolExecutor

    with fresh_database(postgres) as url, ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, [url] * 3))


@pytest.mark.parametrize("change", ["UPDATE audit SET reason = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_audit_trail_is_append_only(database, change):
    """Nobody changes or removes a row of the trail, not even the registry itself."""
    with psycopg.connect(database, autocommit=True) as found:
        before = found.execute("SELECT count(*) FROM audit").fetchone()[0]
        assert before > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            found.execute(change)
        assert found.execute("SELECT count(*) FROM audit").fetchone()[0] == before


async def test_a_record_is_never_deleted(cadre, office, database):
    """What a phone signed stays."""
    await cadre.send(cadre.seal({"any": "thing"}, type="follow_up"))
    with (
        psycopg.connect(database, autocommit=True) as found,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        found.execute("DELETE FROM records")


async def test_the_registrys_key_is_sealed(office, database):
    """The private key in the database is of no use without the key file."""
    from cryptography.exceptions import InvalidTag

    from registry.service.key_rows import open_keys

    with psycopg.connect(database) as found:
        (sealed,) = found.execute("SELECT sealed_private FROM registry_keys").fetchone()
    assert office.keys.signer.private_bytes_raw() not in sealed
    with pytest.raises(InvalidTag):
        await open_keys(office.engine, b"x" * 32)
    again = await open_keys(office.engine, office.settings.master_key)
    assert again.public == office.keys.public


async def test_the_sample_loads_once(office, people):
    """Loading the sample county a second time changes nothing and names the same three people."""
    from sqlalchemy import func, select

    from registry.db.tables import changes
    from registry.service.load_sample import load_sample

    newest_change = select(func.max(changes.c.position))
    async with office.engine.connect() as found:
        before = await found.scalar(newest_change)
    assert await load_sample(office) == people
    async with office.engine.connect() as found:
        assert await found.scalar(newest_change) == before


async def test_a_half_loaded_county_is_not_kept(office, monkeypatch, database):
    """The loader writes everything or nothing."""
    from registry.service import load_sample as loader

    with psycopg.connect(database, autocommit=True) as found:
        found.execute("DELETE FROM counties")

    async def broken(*_):
        raise RuntimeError("halfway")

    monkeypatch.setattr(loader, "assign", broken)
    with pytest.raises(RuntimeError):
        await loader.load_sample(office)
    with psycopg.connect(database) as found:
        assert found.execute("SELECT count(*) FROM counties").fetchone()[0] == 0


def test_a_url_of_another_database_is_refused():
    """Only PostgreSQL is spoken."""
    with pytest.raises(ValueError, match="not a PostgreSQL URL"):
        async_url("mysql://somewhere/x")


def test_an_older_database_is_brought_along(postgres):
    """A database of the first schema keeps its data: the last visit moves out of the file's document."""
    with fresh_database(postgres) as url:
        upgrade(url, "0001")
        row = """INSERT INTO households (county, id, number, status, name, org_id, path, doc)
                 VALUES ('c', 'h', '1', 'active', 'n', 'o', '/o/',
                         '{"id": "h", "last_visit": {"result": "met"}}')"""
        with psycopg.connect(url, autocommit=True) as found:
            found.execute(row)
            upgrade(url)
            assert found.execute("SELECT doc FROM households").fetchall() == [({"id": "h"},)]
            kept = found.execute("SELECT household_id, at < now(), doc FROM last_visits").fetchall()
        assert kept == [("h", True, {"result": "met"})]


def test_older_records_learn_where_their_household_stands(postgres):
    """Migrating puts each record where its file, or without one the organisation it names, stands today."""
    with fresh_database(postgres) as url:
        upgrade(url, "0011")
        with psycopg.connect(url, autocommit=True) as found:
            found.execute(
                "INSERT INTO orgs (county, id, name, type, path, doc) "
                "VALUES ('c', 'u', 'n', 'town', '/o/u/', '{}')"
            )
            found.execute(
                "INSERT INTO households (county, id, number, status, name, org_id, path, industrial_path, "
                "doc) VALUES ('c', 'h', '1', 'active', 'n', 'u', '/o/u/', '/i/', "
                '\'{"address": {"town": "t"}}\')'
            )
            for name, home in (("one", "h"), ("two", None)):
                found.execute(
                    "INSERT INTO records (county, id, hash, state, device_id, author_id, seq, prev, type, "
                    "household_id, path, received_at, latest) VALUES "
                    "('c', %(id)s, 'x', 'accepted', %(id)s, 'a', 1, '', 'visit', %(home)s, '/u/', "
                    "now(), now())",
                    {"id": name, "home": home},
                )
            upgrade(url)
            wanted = "SELECT path, industrial_path, town, home_name, home_number FROM records ORDER BY id"
            assert found.execute(wanted).fetchall() == [
                ("/o/u/", "/i/", "t", "n", "1"),
                ("/o/u/", None, None, None, None),
            ]
