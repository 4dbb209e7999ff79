"""``nuanfang demo``: everything on one machine, with the fictional county 青山县."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from registry.cli.plainly import need_folder, need_port

if TYPE_CHECKING:
    from registry.service.office import Office
    from registry.service.people import Person

HOST = "127.0.0.1"
LOG, LOCK = "registry.log", "demo.lock"
OURS = ("postgres", ".postgres.unfinished", "media", "registry.key", LOG)
"""What a demo keeps in its data folder, and all that a reset removes."""
WHO = {
    "cadre": "基层工会干部 cadre: visits about forty households",
    "delegate": "慰问团成员 delegation member: the only payer of cash",
    "supervisor": "督查 supervisor: checks the evidence",
    "admin": "县总管理员 administrator: publishes questionnaires",
}


def run_demo(*, port: int, data: str, reset: bool, root: Path | None = None) -> None:
    """Build, migrate, load, print the codes, serve until Ctrl-C. Raises ClickException in plain words."""
    from registry.cli.serve import database, run_server

    root, folder = root or Path.cwd(), Path(data).resolve()
    if not (root / "main.py").is_file():
        raise click.ClickException("run the demo in the project's folder: there is no main.py here")
    need_folder(folder)
    with _alone(folder), _stopped_by_signals():
        _need_port(port)
        if reset:
            _forget(folder)
        site = _build(root)
        started = time.monotonic()
        _leave_yours_alone()
        _step("Starting PostgreSQL", f"data in {folder / 'postgres'}")
        with database(None, folder) as url:
            people = _ready(url, folder, site)
            _need_port(port)  # the build may have taken minutes
            announce = threading.Thread(target=_announce, args=(port, people, started), daemon=True)
            announce.start()
            run_server(HOST, port, 1, quiet=True)
        click.echo("Stopped.")


def _need_port(port: int) -> None:
    need_port(HOST, port, "choose another: PORT=9000 make demo")


def _ready(url: str, folder: Path, site: Path) -> list[tuple[Person, str]]:
    from registry.db.migrate import upgrade
    from registry.service.settings import ENV_DATA, ENV_DATABASE, ENV_JOBS, ENV_LOG, ENV_WEB

    _step("Bringing the database up to date")
    upgrade(url)
    (folder / LOG).unlink(missing_ok=True)
    os.environ |= {ENV_DATABASE: url, ENV_DATA: str(folder), ENV_WEB: str(site), ENV_LOG: str(folder / LOG)}
    os.environ[ENV_JOBS] = "1"
    _step("Loading the sample county 青山县")
    return _people(url, folder)


def _step(what: str, detail: str = "") -> None:
    click.echo(f"· {what} …" + (f"  ({detail})" if detail else ""))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One demo per data folder."""
    with (folder / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise click.ClickException(
                f"a demo is already running on {folder} (process {file.read().strip() or 'unknown'}); "
                "stop it with Ctrl-C first"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """A closed terminal or a polite kill ends the demo as Ctrl-C does, PostgreSQL included."""

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave_yours_alone() -> None:
    """A demo never writes its fiction into a real registry that the environment names."""
    from registry.service.settings import ENV_DATABASE, ENV_KEY, ENV_MEDIA

    for name in (ENV_DATABASE, ENV_MEDIA, ENV_KEY):
        if os.environ.pop(name, None):
            click.echo(f"· {name} is not used: the demo keeps everything in its own folder")


def _forget(folder: Path) -> None:
    from registry.db.embedded import server_pid, start_embedded

    if server_pid(folder / "postgres"):  # left behind by a demo that was killed
        start_embedded(folder / "postgres").stop()
    _step("Forgetting the demo's data", str(folder))
    for name in OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _build(root: Path) -> Path:
    from registry.cli.web_build import build

    _step("Building the browser edition", "the first time takes a few minutes")
    return build(root, root / "build" / "web", progress=lambda line: click.echo(f"    {line}")).out


def _people(url: str, folder: Path) -> list[tuple[Person, str]]:
    from registry.cli.load_sample import in_office
    from registry.service.load_sample import load_sample
    from registry.service.people import demo_codes

    async def work(office: Office) -> list[tuple[Person, str]]:
        people = await load_sample(office)
        codes = await demo_codes(office, people)
        return [(person, codes[person.role]) for person in people.all()]

    return in_office(work, url, folder)


def _announce(port: int, people: list[tuple[Person, str]], started: float) -> None:
    address = f"http://{HOST}:{port}"
    if not _answers(f"{address}/v1/health"):
        click.echo("The registry does not answer; see the messages above.", err=True)
        return
    click.echo(f"\n暖访 is ready at {address}  (in {time.monotonic() - started:.1f} s)\n")
    for person, code in people:
        _invite(f"{address}/app/#/enrol?code={code}", person, code)
    click.echo("Each code works once. New ones: start the demo again. Requests are logged in registry.log")
    click.echo("in the data folder. Ctrl-C stops everything.")


def _invite(link: str, person: Person, code: str) -> None:
    import segno

    click.echo(f"■ {person.name}   {WHO[person.role.value]}")
    click.echo(f"  code {code}\n  {link}")
    segno.make(link, error="l").terminal(compact=True, border=1)
    click.echo("")


def _answers(url: str, within: float = 60.0) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return True
        except OSError:
            time.sleep(0.2)
    return False
