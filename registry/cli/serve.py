"""``nuanfang registry serve``: API and app on one port; an embedded PostgreSQL when no other is named."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click

from registry.cli.plainly import PORT, need_port
from registry.service.drain import ENV_RUN, mark_draining
from registry.service.settings import ENV_DATA, ENV_DATABASE, ENV_JOBS

F = TypeVar("F", bound=Callable[..., Any])
ENOUGH_S = 30
"""For what is under way when the server ends."""
HEADERS_MS = 15_000
"""For a request's headers: who sends them byte by byte is hung up on."""
PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of <sys/prctl.h>."""


def where(command: F) -> F:
    """Which registry: the options of every command that opens one."""
    command = click.option("--data", "data_dir", default="var", show_default=True, envvar=ENV_DATA)(command)
    return click.option(
        "--database-url", default=None, help=f"PostgreSQL; default ${ENV_DATABASE}, else embedded."
    )(command)


@contextmanager
def database(database_url: str | None, data_dir: Path) -> Iterator[str]:
    """The URL to use: given, from the environment, or of an embedded server that stops at the end."""
    url = database_url or os.environ.get(ENV_DATABASE)
    if url:
        yield url
        return
    from registry.db.embedded import start_embedded

    server = start_embedded(data_dir.resolve() / "postgres")
    try:
        yield server.url
    finally:
        server.stop()


def serve(
    port: int,
    database_url: str | None = None,
    data_dir: Path | str = "var",
    *,
    migrate: bool = False,
    workers: int = 1,
    host: str = "127.0.0.1",
    drain: float = 0,
) -> None:
    """Serve until SIGINT or SIGTERM; then everything started here is stopped."""
    with database(database_url, Path(data_dir)) as url:
        if migrate:
            from registry.db.migrate import upgrade

            upgrade(url)
        _need_tables(url)
        os.environ[ENV_DATABASE] = url
        os.environ[ENV_DATA] = str(Path(data_dir).resolve())
        run_server(host, port, workers, drain=drain)


def _need_tables(url: str) -> None:
    """Before workers start: does the database answer, and has it the tables that this program needs?

    One that is ahead will do: who updates migrates first, and old processes go on until they end."""
    from registry.db.migrate import behind, newest, reached

    if behind(url):
        at = reached(url) or "no tables yet"
        raise click.ClickException(
            f"the database is at {at}, this program needs {newest()}; run: nuanfang registry migrate"
        )


def _end_with_parent() -> None:
    """A worker whose parent was killed would keep the port for ever; Linux can tell it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)


def run_server(host: str, port: int, workers: int, *, quiet: bool = False, drain: float = 0) -> None:
    """Granian with the settings of the environment; blocks. ``quiet``: at a terminal, only warnings.
    ``drain``: seconds during which /v1/ready says no before anything ends."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "registry.api.app:from_env",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,  # to tell 1 from 2 it would wait for a first line without any limit
        factory=True,
        workers=workers,
        websockets=False,
        workers_kill_timeout=ENOUGH_S,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS),
        log_level=LogLevels.warning if quiet else LogLevels.info,
    )
    os.register_at_fork(after_in_child=_end_with_parent)
    if quiet:  # granian takes a closed terminal as "reload"
        server.on_startup(lambda: signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM)))
    if drain:
        server.on_startup(lambda: _drain_first(drain))
    with _run_folder():
        server.serve()


@contextmanager
def _run_folder() -> Iterator[None]:
    """What the processes of this run share: counters, and the mark that they are about to end."""
    with tempfile.TemporaryDirectory(prefix="nuanfang-run-") as folder:
        os.environ[ENV_RUN] = folder
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _drain_first(seconds: float) -> None:
    """SIGTERM: not ready from now on; the server's own handler follows later. A second one ends at once."""
    ends: Any = signal.getsignal(signal.SIGTERM)

    def drain(number: int, frame: FrameType | None) -> None:
        mark_draining()
        signal.signal(signal.SIGTERM, ends)
        signal.signal(signal.SIGALRM, ends)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    signal.signal(signal.SIGTERM, drain)


@click.command("serve")
@click.option("--port", default=8000, type=PORT, show_default=True, envvar="PORT")
@click.option("--host", default="127.0.0.1", show_default=True)
@where
@click.option("--workers", default=1, show_default=True, help="API processes.")
@click.option("--migrate", is_flag=True, help="Bring the database up to date first.")
@click.option("--jobs", is_flag=True, help="Also do the jobs; else start: nuanfang registry work")
@click.option("--drain", default=0.0, show_default=True, help="Seconds of not being ready before the end.")
def serve_command(
    port: int,
    host: str,
    database_url: str | None,
    data_dir: str,
    workers: int,
    migrate: bool,
    jobs: bool,
    drain: float,
) -> None:
    """Serve the API and the app."""
    if jobs:
        os.environ[ENV_JOBS] = "1"
    need_port(host, port, "choose another with --port")
    serve(port, database_url, data_dir, migrate=migrate, workers=workers, host=host, drain=drain)


if __name__ == "__main__":
    serve_command()
