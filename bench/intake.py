"""How fast the registry takes records and photos in: over HTTP on loopback, against real server processes and
a real PostgreSQL, with client, server and database on the same machine.

Every record is a sealed visit to its own household, with aid, receipt and one photo, prepared beforehand;
the registry verifies, evaluates the rules, stores and publishes it before it answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil  # type: ignore[import-untyped]

from bench.phone import Phone, picture
from domain.codes import FileStatus
from domain.identity import checksum
from domain.ids import new_id
from domain.models import Assignment, HouseholdFile
from registry.db.embedded import start_embedded
from registry.db.migrate import upgrade
from registry.service.codes import create_code
from registry.service.load_sample import load_sample
from registry.service.office import Office, open_office
from registry.service.roster import assign, org_paths, put_households
from registry.service.sample_county import SampleCounty, make_county
from registry.service.settings import from_environment

BATCH = 200
PHOTO = 150_000
WORKERS = 2
PHONES = 6
STREAMS = 2
"""Uploads at once per phone."""
_FOLDER: list[Path] = []


def run(quick: bool = False) -> Iterator[dict[str, Any]]:
    """JSON lines: ``name``, ``value`` and what belongs to it; milliseconds for p50 and p99."""
    batches, photos = (2, 240) if quick else (6, 1200)
    folder = Path(tempfile.mkdtemp(prefix="nuanfang-bench-"))
    _FOLDER[:] = [folder]
    try:
        server = start_embedded(folder / "postgres", throw_away=True)
        try:
            yield from asyncio.run(_measure(server.url, folder, batches, photos))
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _measure(url: str, folder: Path, batches: int, photos: int) -> list[dict[str, Any]]:
    upgrade(url)
    office = await open_office(from_environment(url, folder))
    try:
        county, homes = await _fill(office, PHONES * batches * BATCH)
        with _serving(url, folder) as base:
            async with _phones(office, county, base) as phones:
                sent = [_prepare(one, county, homes[n::PHONES], batches) for n, one in enumerate(phones)]
                lines = await _records(phones, [batches for batches, _ in sent])
                return lines + await _photos(phones, [data for _, data in sent], photos // PHONES)
    finally:
        await office.close()


async def _records(phones: list[Phone], sent: list[list[bytes]]) -> list[dict[str, Any]]:
    warm = [batches.pop() for batches in sent]
    await asyncio.gather(*[_post(phone, body) for phone, body in zip(phones, warm, strict=True)])
    took, seconds, cpu = await _timed(
        [[_post(phone, body) for body in mine] for phone, mine in zip(phones, sent, strict=True)]
    )
    count = len(took) * BATCH
    facts: dict[str, Any] = {"records": count, "batch": BATCH, "phones": len(phones), "workers": WORKERS}
    facts |= {"cpu_ms_each": round(cpu / count * 1000, 2)}
    return [_line("intake_records_per_s", count / seconds, facts), *_spread("intake_batch", took)]


async def _photos(phones: list[Phone], data: list[list[bytes]], each: int) -> list[dict[str, Any]]:
    work = []
    for phone, files in zip(phones, data, strict=True):
        mine = files[:each]
        work += [[_upload(phone, file) for file in mine[n::STREAMS]] for n in range(STREAMS)]
    took, seconds, cpu = await _timed(work)
    facts: dict[str, Any] = {"photos": len(took), "bytes": PHOTO, "streams": len(work), "workers": WORKERS}
    facts |= {"cpu_ms_each": round(cpu / len(took) * 1000, 2)}
    return [_line("intake_photos_per_s", len(took) / seconds, facts), *_spread("intake_photo", took)]


async def _timed(work: list[list[Coroutine[Any, Any, None]]]) -> tuple[list[float], float, float]:
    """Run each list one after the other, the lists side by side: (milliseconds of each, seconds of all,
    seconds of CPU that client, server and database used together)."""
    took: list[float] = []

    async def one_after_the_other(mine: list[Coroutine[Any, Any, None]]) -> None:
        for request in mine:
            started = time.perf_counter()
            await request
            took.append((time.perf_counter() - started) * 1000)

    begun, used = time.perf_counter(), _cpu()
    await asyncio.gather(*map(one_after_the_other, work))
    return took, time.perf_counter() - begun, _cpu() - used


def _cpu() -> float:
    """CPU seconds of this bench so far: on a shared machine they wander less than its rates."""
    total = 0.0
    mine = psutil.Process()
    for one in [mine, *mine.children(recursive=True), *_database()]:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total


def _database() -> list[Any]:
    """The PostgreSQL of this run: a daemon, so not among the children."""
    with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError):
        server = psutil.Process(int((_FOLDER[0] / "postgres" / "postmaster.pid").read_text().split()[0]))
        return [server, *server.children()]
    return []


async def _post(phone: Phone, body: bytes) -> None:
    headers = phone.auth | {"Content-Type": "application/json"}
    answer = await phone.client.post("/v1/records", content=body, headers=headers)
    states = {one["state"] for one in answer.json()["results"]}
    assert states == {"accepted"}, states


async def _upload(phone: Phone, data: bytes) -> None:
    answer = await phone.upload(data)
    assert answer.status_code == 201, answer.text


def _prepare(
    phone: Phone, county: SampleCounty, homes: list[HouseholdFile], batches: int
) -> tuple[list[bytes], list[bytes]]:
    """(bodies of the batches, the photos that their visits name)."""
    bodies, photos = [], []
    for start in range(0, batches * BATCH, BATCH):
        records = []
        for home in homes[start : start + BATCH]:
            photos.append(picture(home.number, PHOTO))
            records.append(phone.seal(phone.visit(home, county.campaign.id, photos=photos[-1:])))
        bodies.append(msgspec.json.encode({"records": records}))
        assert len(bodies[-1]) < 2 * 1024 * 1024
    return bodies, photos


async def _fill(office: Office, count: int) -> tuple[SampleCounty, list[HouseholdFile]]:
    """The sample county with ``count`` more active households, dealt out to its cadres."""
    await load_sample(office)
    county = make_county()
    active = [file for file in county.households if file.status is FileStatus.ACTIVE]
    homes = [_another(active[n % len(active)], n) for n in range(count)]
    cadres = _cadres(county)
    given = [Assignment(user_id=cadres[n % PHONES], household_id=home.id) for n, home in enumerate(homes)]
    for start in range(0, count, 500):
        async with office.engine.begin() as connection:
            some = homes[start : start + 500]
            await put_households(connection, county.county_id, office.keys, org_paths(county.orgs), some)
            await assign(connection, county.county_id, given[start : start + 500])
    return county, homes


def _another(file: HouseholdFile, number: int) -> HouseholdFile:
    first = _numbered(number)
    worker = msgspec.structs.replace(file.worker, id=new_id(), id_number=first + checksum(first))
    return msgspec.structs.replace(file, id=new_id(), number=f"B{number:07d}", worker=worker)


def _numbered(number: int) -> str:
    year, rest = divmod(number, 28 * 12 * 1000)
    day, order = divmod(rest, 1000)
    return f"990101{1950 + year}{day // 28 + 1:02d}{day % 28 + 1:02d}{order:03d}"


def _cadres(county: SampleCounty) -> list[str]:
    return [user.id for user in county.users if "cadre" in user.roles][:PHONES]


@asynccontextmanager
async def _phones(office: Office, county: SampleCounty, base: str) -> AsyncIterator[list[Phone]]:
    limits = httpx.Limits(max_connections=PHONES * STREAMS, max_keepalive_connections=PHONES * STREAMS)
    async with httpx.AsyncClient(base_url=base, timeout=120, limits=limits, trust_env=False) as client:
        phones = []
        for user in _cadres(county):
            phone = Phone(client)
            await phone.enrol(await create_code(office, county.county_id, user))
            await phone.login()
            phones.append(phone)
        yield phones


@contextmanager
def _serving(url: str, folder: Path) -> Iterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "registry.cli.serve", "--port", str(port), "--database-url", url]
    command += ["--data", str(folder), "--workers", str(WORKERS)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(30)


def _wait(base: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server ended")
        try:
            if httpx.get(f"{base}/v1/health", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _line(name: str, value: float, facts: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "value": round(value, 1), **(facts or {})}


def _spread(name: str, took: list[float]) -> list[dict[str, Any]]:
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return [_line(f"{name}_p50_ms", cuts[49]), _line(f"{name}_p99_ms", cuts[98])]
