"""``nuanfang demo``: everything on one machine, with the fictional county 青山县."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from registry.service.office import Office
    from registry.service.people import Person

HOST = "127.0.0.1"
OURS = ("postgres", "media", "registry.key")
"""What a demo keeps in its data folder, and all that a reset removes."""
WHO = {
    "cadre": "基层工会干部 cadre: visits about forty households",
    "delegate": "慰问团成员 delegation member: the only payer of cash",
    "supervisor": "督查 supervisor: checks the evidence",
}


def run_demo(*, port: int, data: str, reset: bool, root: Path | None = None) -> None:
    """Build, migrate, load, print the codes, serve until Ctrl-C. Raises ClickException in plain words."""
    from registry.cli.serve import database, run_server
    from registry.db.migrate import upgrade
    from registry.service.settings import ENV_DATA, ENV_DATABASE, ENV_WEB

    root, folder = root or Path.cwd(), Path(data).resolve()
    _need_free(port)
    if reset:
        _forget(folder)
    site = _build(root)
    started = time.monotonic()
    _step("Starting PostgreSQL", f"data in {folder / 'postgres'}")
    with database(None, folder) as url:
        _step("Bringing the database up to date")
        upgrade(url)
        os.environ |= {ENV_DATABASE: url, ENV_DATA: str(folder), ENV_WEB: str(site)}
        _step("Loading the sample county 青山县")
        people = _people(url, folder)
        announce = threading.Thread(target=_announce, args=(port, people, started), daemon=True)
        announce.start()
        run_server(HOST, port, 1)
    click.echo("Stopped.")


def _step(what: str, detail: str = "") -> None:
    click.echo(f"· {what} …" + (f"  ({detail})" if detail else ""))


def _need_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} is in use; stop what uses it, or choose another: PORT=9000 make demo"
            ) from error


def _forget(folder: Path) -> None:
    pid_file = folder / "postgres" / "postmaster.pid"
    if pid_file.exists() and Path("/proc", pid_file.read_text().split("\n", 1)[0]).exists():
        raise click.ClickException("the demo is running; stop it with Ctrl-C first")
    _step("Forgetting the demo's data", str(folder))
    for name in OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _build(root: Path) -> Path:
    from registry.cli.web_build import BuildError, build

    _step("Building the browser edition", "the first time takes a few minutes")
    try:
        built = build(root, root / "build" / "web", progress=lambda line: click.echo(f"    {line}"))
    except BuildError as error:
        raise click.ClickException(str(error)) from error
    return built.out


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
    click.echo("Each code works once. New ones: start the demo again. Ctrl-C stops everything.")


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
