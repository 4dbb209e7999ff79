"""The database dies under load: what phones were told is kept, and their chains' heads agree (S9, S25)."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import psycopg
import pytest
from cluster import Server, Site, both, site
from fresh import settings_for
from in_process import running
from under_load import enrol_all, fill, keep_sending, nothing_lost

from registry.service.sample_county import SampleCounty

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROUNDS = 40


def ask(server: Server, question: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]
        return row[0] if row else None


def when(server: Server, question: str) -> None:
    """Wait until the answer is true."""
    while not ask(server, question):
        pass


def with_standby(where: Site) -> tuple[Server, Server]:
    """A primary that acknowledges only what its standby has on its disk too."""
    first, second = Server(where, "first"), Server(where, "second")
    first.create()
    first.start()
    second.copy_of(first, "-R")
    second.start()
    with psycopg.connect(first.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        connection.execute("SELECT pg_reload_conf()")
    when(first, "SELECT bool_or(sync_state = 'sync') FROM pg_stat_replication")
    return first, second


async def test_a_standby_takes_over_and_nothing_is_lost(county: SampleCounty, tmp_path: Path):
    """The primary is killed under load, the standby is promoted: the same URL goes on, nothing is lost."""
    with site() as where:
        first, second = await asyncio.to_thread(with_standby, where)
        await fill(settings_for(first.url, tmp_path))
        async with running(settings_for(both(first, second), tmp_path)) as (client, office):
            told = await enrol_all(client, office, county)
            sending = asyncio.gather(*[keep_sending(one, county, ROUNDS) for one in told])
            for one in told:
                await one.busy.wait()
            first.kill()
            await asyncio.to_thread(second.promote)
            await sending
            assert any(one.failures for one in told), "nobody noticed"
            for one in told:
                await nothing_lost(office, one)


async def test_a_lost_disk_comes_back_from_backup_and_wal(county: SampleCounty, tmp_path: Path):
    """Killed under load, its disk gone: base backup and streamed WAL bring back all that was acknowledged."""
    with site() as where:
        first, again = Server(where, "first"), Server(where, "again")
        first.create()
        await asyncio.to_thread(first.start)
        await fill(settings_for(first.url, tmp_path))
        receiver, wal = await asyncio.to_thread(_keep_wal, where, first)
        async with running(settings_for(first.url, tmp_path)) as (client, office):
            told = await enrol_all(client, office, county)
            await asyncio.to_thread(again.copy_of, first, "-X", "none")
            await asyncio.gather(*[keep_sending(one, county, ROUNDS // 2) for one in told])
            first.kill()
        receiver.wait()
        shutil.rmtree(first.data)
        _restore(again, wal)
        await asyncio.to_thread(again.start)
        await asyncio.to_thread(when, again, "SELECT NOT pg_is_in_recovery()")
        async with running(settings_for(again.url, tmp_path)) as (_, office):
            for one in told:
                await nothing_lost(office, one)


async def test_back_to_the_moment_before_a_mistake(county: SampleCounty, tmp_path: Path):
    """Somebody empties a table: the restored database stands at the named moment before it."""
    with site() as where:
        first, again = Server(where, "first"), Server(where, "again")
        first.create()
        await asyncio.to_thread(first.start)
        await fill(settings_for(first.url, tmp_path))
        receiver, wal = await asyncio.to_thread(_keep_wal, where, first)
        await asyncio.to_thread(again.copy_of, first, "-X", "none")
        async with running(settings_for(first.url, tmp_path)) as (client, office):
            told = await enrol_all(client, office, county)
            await asyncio.gather(*[keep_sending(one, county, 3) for one in told])
        ask(first, "SELECT pg_create_restore_point('before the mistake')")
        with psycopg.connect(first.url, autocommit=True) as connection:
            connection.execute("TRUNCATE households, assignments")
        first.kill()
        receiver.wait()
        _restore(again, wal, "recovery_target_name = 'before the mistake'\nrecovery_target_action = promote")
        await asyncio.to_thread(again.start)
        await asyncio.to_thread(when, again, "SELECT NOT pg_is_in_recovery()")
        assert ask(again, "SELECT count(*) FROM households") == len(county.households)
        async with running(settings_for(again.url, tmp_path)) as (_, office):
            for one in told:
                await nothing_lost(office, one)


def _keep_wal(where: Site, server: Server):  # type: ignore[no-untyped-def]
    """``pg_receivewal --synchronous``: a commit is acknowledged when its WAL is on the other disk too."""
    wal = where.folder / "wal"
    where.run("pg_receivewal", "-D", _made(where, wal), "-d", server.at, "--slot=backup", "--create-slot")
    words = ("-D", wal, "-d", server.at + " application_name=backup", "--slot=backup", "--synchronous", "-n")
    receiver = where.start("pg_receivewal", *words)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'backup'")
        connection.execute("SELECT pg_reload_conf()")
    when(server, "SELECT bool_or(sync_state = 'sync') FROM pg_stat_replication")
    return receiver, wal


def _made(where: Site, folder: Path) -> Path:
    folder.mkdir()
    if where.user:
        shutil.chown(folder, where.user, where.user)
    return folder


def _restore(server: Server, wal: Path, target: str = "") -> None:
    """Read the kept WAL; its last file is still called ``.partial``."""
    command = f'cp "{wal}/%f" "%p" || cp "{wal}/%f.partial" "%p"'
    server.configure(f"restore_command = '{command}'\nsynchronous_standby_names = ''\n{target}")
    (server.data / "postgresql.auto.conf").write_text("")
    server.mark("recovery.signal")
