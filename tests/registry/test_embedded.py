"""The embedded PostgreSQL survives what happens to laptops (S25): kills, power cuts, broken starts."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from registry.cli.main import cli
from registry.db.embedded import EmbeddedError, _open_the_way, server_pid, start_embedded
from registry.db.migrate import behind, reached

GONE = 4_194_300
"""A process number that this machine has not given away."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not under pytest's own folder: PostgreSQL is not root and must pass through."""
    home = Path(tempfile.mkdtemp(prefix="nuanfang-pg-"))
    yield home / "postgres"
    shutil.rmtree(home, ignore_errors=True)


def wait_gone(folder: Path) -> None:
    end = time.monotonic() + 20
    while server_pid(folder) and time.monotonic() < end:
        time.sleep(0.1)
    assert server_pid(folder) is None


def test_users_that_were_killed_do_not_keep_it_running(folder):
    """After kill -9 the next demo still stops PostgreSQL at its end, and the data is there."""
    server = start_embedded(folder)
    with psycopg.connect(server.url, autocommit=True) as found:
        found.execute("CREATE TABLE kept ()")
    handles = folder / ".handle_pids.json"
    handles.write_text(json.dumps([*json.loads(handles.read_text()), GONE]))
    server.stop()
    wait_gone(folder)

    # a power cut left the file, and the number is now somebody else's
    lines = [str(os.getpid()), str(folder), "1", "5432", str(folder), "", "1 1", "ready"]
    (folder / "postmaster.pid").write_text("\n".join(lines) + "\n")
    handles.write_text(json.dumps([1]))
    again = start_embedded(folder)
    with psycopg.connect(again.url) as found:
        assert found.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    again.stop()
    wait_gone(folder)


def test_a_start_that_fails_says_where_to_look(folder):
    """A database that cannot start is a sentence with the log's place, and a later start may succeed."""
    start_embedded(folder).stop()
    wait_gone(folder)
    settings = folder / "postgresql.conf"
    good = settings.read_text()
    settings.write_text("nonsense = 1\n")
    with pytest.raises(EmbeddedError, match=str(folder / "log")):
        start_embedded(folder)
    settings.write_text(good)
    start_embedded(folder).stop()
    wait_gone(folder)


def test_an_interrupted_first_start_begins_again(folder):
    """Half a database from an interrupted first start is thrown away, a finished one never."""
    folder.mkdir()
    (folder / "PG_VERSION").write_text("18\n")
    mark = folder.with_name(".postgres.unfinished")
    mark.write_text("the first start has not finished\n")
    server = start_embedded(folder)
    with psycopg.connect(server.url) as found:
        assert found.execute("SELECT 1").fetchone() == (1,)
    assert not mark.exists()
    server.stop()
    wait_gone(folder)


def test_the_way_is_opened_for_passing_only(tmp_path):
    """Root's home is not made readable: others may pass through a closed folder, not list it."""
    closed = tmp_path / "home"
    (closed / "var").mkdir(parents=True)
    closed.chmod(0o700)
    _open_the_way(closed / "var")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o711


def test_serving_a_database_without_tables(postgres):
    """Before the first migration the server does not start; it names the command that is missing."""
    assert reached(postgres) is None
    result = CliRunner().invoke(cli, ["registry", "serve", "--database-url", postgres, "--port", "18472"])
    assert result.exit_code == 1
    assert "nuanfang registry migrate" in result.output


def test_a_registry_does_not_serve_from_older_tables(database):
    """Forgetting to migrate is said before the first phone asks; a database that is ahead serves on (S25)."""
    assert not behind(database)
    with psycopg.connect(database, autocommit=True) as found:
        found.execute("UPDATE alembic_version SET version_num = '0005'")
    answer = CliRunner().invoke(cli, ["registry", "serve", "--port", "18472", "--database-url", database])
    assert answer.exit_code == 1
    assert "is at 0005" in answer.output
    assert "nuanfang registry migrate" in answer.output
    with psycopg.connect(database, autocommit=True) as found:
        found.execute("UPDATE alembic_version SET version_num = '9999_future'")
    assert not behind(database)
