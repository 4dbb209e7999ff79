"""A registry for the bench: embedded PostgreSQL with a county in it, and server processes on one address."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import psutil  # type: ignore[import-untyped]

from domain.models import Assignment, HouseholdFile
from registry.db.embedded import start_embedded
from registry.db.migrate import upgrade
from registry.service.codes import create_code
from registry.service.load_sample import load_sample
from registry.service.office import open_office
from registry.service.roster import assign, org_paths, put_households
from registry.service.sample_county import SampleCounty, make_county
from registry.service.settings import from_environment

SAME_COUNTY = 300
"""Files of one sample county; a larger one is put together from several, each with other people."""


class BenchRegistry:
    """``code()`` enrols the sample county's demo cadre; ``serving(host)`` runs the server."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.county = url, folder, make_county()

    def fill(self, households: int = 0) -> None:
        """The sample county; with ``households`` the cadre is given so many more files, all different."""
        asyncio.run(self._fill(households))

    def code(self) -> str:
        """A fresh enrolment code."""
        return asyncio.run(self._code())

    async def _fill(self, households: int) -> None:
        office = await open_office(from_environment(self.url, self.folder))
        await load_sample(office)
        homes = more_files(self.county, households)
        for start in range(0, len(homes), 500):
            some = homes[start : start + 500]
            given = [Assignment(user_id=self.county.demo_cadre_id, household_id=home.id) for home in some]
            async with office.engine.begin() as connection:
                paths = org_paths(self.county.orgs)
                await put_households(connection, self.county.county_id, office.keys, paths, some)
                await assign(connection, self.county.county_id, given)
        await office.close()

    async def _code(self) -> str:
        office = await open_office(from_environment(self.url, self.folder))
        code = await create_code(office, self.county.county_id, self.county.demo_cadre_id)
        await office.close()
        return code

    @contextmanager
    def serving(self, host: str = "127.0.0.1", *, kill: bool = False) -> Iterator[int]:
        """One server; gives its port. ``kill``: it and its workers end by SIGKILL."""
        with socket.socket() as found:
            found.bind((host, 0))
            port = found.getsockname()[1]
        command = [sys.executable, "-m", "registry.cli.serve", "--host", host, "--port", str(port)]
        command += ["--database-url", self.url, "--data", str(self.folder)]
        with (self.folder / "server.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_until_up(f"http://{host}:{port}", process)
            yield port
        finally:
            if kill:
                for worker in psutil.Process(process.pid).children(recursive=True):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        worker.kill()
                process.kill()
            else:
                process.terminate()
            process.wait(90)  # uploads whose line was cut have half a minute to end (registry.cli.serve)


@contextmanager
def bench_registry(households: int = 0) -> Iterator[BenchRegistry]:
    """Everything in a temporary folder, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="nuanfang-bench-"))
    try:
        server = start_embedded(folder / "postgres", throw_away=True)
        try:
            upgrade(server.url)
            registry = BenchRegistry(server.url, folder)
            registry.fill(households)
            yield registry
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def more_files(county: SampleCounty, count: int) -> list[HouseholdFile]:
    """``count`` files from other seeds of the generator: other people, members, addresses and incomes, moved
    into ``county`` and numbered anew."""
    homes: list[HouseholdFile] = []
    seed = 1
    while len(homes) < count:
        towns = [home.org_id for home in county.households]
        for other, town in zip(make_county(seed).households, towns, strict=False):
            place = {"county_id": county.county_id, "org_id": town, "number": f"B{len(homes):07d}"}
            homes.append(_renewed(other, place))
        seed += 1
    return homes[:count]


def _renewed(file: HouseholdFile, place: dict[str, str]) -> HouseholdFile:
    return msgspec.structs.replace(file, paired_helper=None, **place)


def wait_until_up(base: str, process: subprocess.Popen[bytes]) -> None:
    """Raises RuntimeError when the server ends, or has not answered after about a minute."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server ended")
        try:
            if httpx.get(f"{base}/v1/health", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
