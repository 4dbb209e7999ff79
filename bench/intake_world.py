"""What the intake bench stands on: a county with enough households, a real server, a real PostgreSQL,
enrolled phones, and the processor time of each of them."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]
import psycopg
from msgspec.structs import replace
from psycopg import sql

from bench.link_registry import wait_until_up
from bench.phone import Phone
from bench.wire import Line, connect
from domain.codes import FileStatus
from domain.identity import checksum
from domain.ids import new_id
from domain.models import Assignment, HouseholdFile
from registry.db.embedded import server_pid, start_embedded
from registry.db.migrate import upgrade
from registry.service.codes import create_code
from registry.service.load_sample import load_sample
from registry.service.office import Office, open_office
from registry.service.roster import assign, org_paths, put_households
from registry.service.sample_county import SampleCounty, make_county
from registry.service.settings import from_environment

WORKERS = 3
"""One more than cores: while one waits for the database, the others think."""
PHONES = 6


@dataclass
class Shares:
    """Processor seconds used since a beginning, by who used them."""

    client: float
    workers: float
    postgres: float

    @property
    def total(self) -> float:
        return self.client + self.workers + self.postgres

    def since(self, before: Shares) -> Shares:
        """The difference."""
        return Shares(
            self.client - before.client, self.workers - before.workers, self.postgres - before.postgres
        )

    def each(self, count: int) -> dict[str, float]:
        """Milliseconds per item, for a line of the bench."""
        parts = {"cpu": self.total, "client": self.client, "api": self.workers, "postgres": self.postgres}
        return {f"{name}_ms_each": round(seconds / count * 1000, 3) for name, seconds in parts.items()}


@dataclass
class World:
    """All of it, running."""

    url: str
    folder: Path
    office: Office
    county: SampleCounty
    homes: list[HouseholdFile]
    base: str
    port: int
    server: subprocess.Popen[bytes]
    phones: list[Phone]

    def shares(self) -> Shares:
        """Processor seconds so far. Children that ended are counted in their parents."""
        return Shares(
            client=_spent(psutil.Process(), children=False),
            workers=_family(self.server.pid),
            postgres=_family(server_pid(self.folder / "postgres")),
        )

    def memory(self) -> dict[str, float]:
        """Resident megabytes: the largest API process, and all of PostgreSQL's own (shared pages not)."""
        api = [_resident(one) for one in psutil.Process(self.server.pid).children(recursive=True)]
        server = psutil.Process(server_pid(self.folder / "postgres"))
        postgres = sum(_resident(one, shared=False) for one in [server, *server.children()])
        return {"api_mb": round(max(api, default=0.0), 1), "postgres_mb": round(postgres, 1)}

    async def line(self) -> Line:
        """A connection of the lean client."""
        return await connect("127.0.0.1", self.port)


@asynccontextmanager
async def world(
    households: int, phones: int = PHONES, settings: Mapping[str, str] | None = None
) -> AsyncIterator[World]:
    """Everything, and nothing of it afterwards. ``settings``: of PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="nuanfang-bench-"))
    try:
        _set(folder, settings or {})
        server = start_embedded(folder / "postgres", throw_away=True)
        try:
            async with _office(server.url, folder) as office:
                county, homes = await _fill(office, households, phones)
                with _serving(server.url, folder) as (port, process):
                    base = f"http://127.0.0.1:{port}"
                    async with _enrolled(office, county, base, phones) as found:
                        yield World(server.url, folder, office, county, homes, base, port, process, found)
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set(folder: Path, settings: Mapping[str, str]) -> None:
    if settings:
        server = start_embedded(folder / "postgres")
        with psycopg.connect(server.url, autocommit=True) as connection:
            for name, value in settings.items():
                assignment = sql.SQL("ALTER SYSTEM SET {} = {}")
                connection.execute(assignment.format(sql.Identifier(name), sql.Literal(value)))
        server.stop()


@asynccontextmanager
async def _office(url: str, folder: Path) -> AsyncIterator[Office]:
    upgrade(url)
    office = await open_office(from_environment(url, folder))
    try:
        yield office
    finally:
        await office.close()


def _spent(process: psutil.Process, *, children: bool = True) -> float:
    times = process.cpu_times()
    own = times.user + times.system
    return float(own + times.children_user + times.children_system) if children else float(own)


def _family(pid: int | None) -> float:
    total = 0.0
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for one in [parent, *parent.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += _spent(one)
    return total


def _resident(process: psutil.Process, *, shared: bool = True) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        memory = process.memory_info()
        return float(memory.rss - (0 if shared else memory.shared)) / 1e6
    return 0.0


async def _fill(office: Office, count: int, phones: int) -> tuple[SampleCounty, list[HouseholdFile]]:
    """The sample county with ``count`` more active households, dealt out to its cadres."""
    await load_sample(office)
    county = make_county()
    active = [file for file in county.households if file.status is FileStatus.ACTIVE]
    homes = [_another(active[n % len(active)], n) for n in range(count)]
    cadres = _cadres(county, phones)
    given = [
        Assignment(user_id=cadres[n % len(cadres)], household_id=home.id) for n, home in enumerate(homes)
    ]
    for start in range(0, count, 500):
        async with office.engine.begin() as connection:
            some = homes[start : start + 500]
            await put_households(connection, county.county_id, office.keys, org_paths(county.orgs), some)
            await assign(connection, county.county_id, given[start : start + 500])
    return county, homes


def _another(file: HouseholdFile, number: int) -> HouseholdFile:
    first = _numbered(number)
    worker = replace(file.worker, id=new_id(), id_number=first + checksum(first))
    return replace(file, id=new_id(), number=f"B{number:07d}", worker=worker)


def _numbered(number: int) -> str:
    year, rest = divmod(number, 28 * 12 * 1000)
    day, order = divmod(rest, 1000)
    return f"990101{1950 + year}{day // 28 + 1:02d}{day % 28 + 1:02d}{order:03d}"


def _cadres(county: SampleCounty, count: int) -> list[str]:
    return [user.id for user in county.users if "cadre" in user.roles][:count]


@asynccontextmanager
async def _enrolled(
    office: Office, county: SampleCounty, base: str, count: int
) -> AsyncIterator[list[Phone]]:
    async with httpx.AsyncClient(base_url=base, timeout=120, trust_env=False) as client:
        phones = []
        for user in _cadres(county, count):
            phone = Phone(client)
            await phone.enrol(await create_code(office, county.county_id, user))
            await phone.login()
            phones.append(phone)
        yield phones


@contextmanager
def _serving(url: str, folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "registry.cli.serve", "--port", str(port), "--database-url", url]
    command += ["--data", str(folder), "--workers", str(WORKERS)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until_up(f"http://127.0.0.1:{port}", process)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)
