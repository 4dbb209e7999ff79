"""Two API processes, each request three times at once, a restart in the middle: each is there once (S25)."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import msgspec
import pytest
from fresh import MASTER, enrolled
from phone import picture
from sqlalchemy import func, select
from test_serving import free_port

from domain.codes import FileStatus
from registry.db.tables import aid_lines, media, records
from registry.service.codes import create_code
from registry.service.office import open_office
from sync.protocol.messages import RecordsAnswer

pytestmark = pytest.mark.slow

PHONES, BATCHES, EACH, TIMES = 3, 8, 10, 3


def start(port: int, url: str, data: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "registry.cli.serve", "--port", str(port), "--workers", "2"]
    command += ["--database-url", url, "--data", str(data)]
    key = base64.urlsafe_b64encode(MASTER).decode()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("NUANFANG_")}
    return subprocess.Popen(
        command,
        cwd=Path(__file__).parents[2],
        env=plain | {"NUANFANG_MASTER_KEY": key},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def until(request, good):
    """Again and again until the registry answers, as a phone does."""
    while True:
        try:
            answer = await request()
        except httpx.TransportError:
            await asyncio.sleep(0.2)
            continue
        if answer.status_code in good:
            return answer
        assert answer.status_code in {429, 503}, answer.text
        await asyncio.sleep(0.2)


async def hand_over(phone, batches, files, told, half):
    """Every batch three times at once; then the files, three times each."""
    for number, batch in enumerate(batches):
        answers = await asyncio.gather(
            *[until(lambda batch=batch: phone.post_records(batch), {200}) for _ in range(TIMES)]
        )
        for answer in answers:
            for one in msgspec.json.decode(answer.content, type=RecordsAnswer).results:
                told.setdefault(one.hash, []).append(one.state)
        if number == BATCHES // 2:
            half.release()
    for data in files:
        await asyncio.gather(*[until(lambda data=data: phone.upload(data), {201}) for _ in range(TIMES)])


async def test_replays_and_a_restart_under_load_lose_and_double_nothing(settings, county, tmp_path):
    """Three phones send every batch and photo three times in parallel; the registry is stopped (SIGTERM)
    while they do and started again: every record is one row, none is missing, every answer is true."""
    office = await open_office(settings)
    port, data = free_port(), tmp_path / "data"
    process = await asyncio.to_thread(start, port, settings.database_url, data)
    cadres = [user.id for user in county.users if "cadre" in user.roles][:PHONES]
    told: dict[str, list[str]] = {}
    half = asyncio.Semaphore(0)
    limits = httpx.Limits(max_connections=40, max_keepalive_connections=0)
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=base, timeout=60, limits=limits, trust_env=False) as client:
        try:
            await until(lambda: client.get("/v1/health"), {200})
            phones = [
                await enrolled(client, await create_code(office, county.county_id, one)) for one in cadres
            ]
            work, files = _prepare(phones, county)
            sending = [
                asyncio.create_task(hand_over(*one, told, half))
                for one in zip(phones, work, files, strict=True)
            ]
            await half.acquire()
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 60) == 0
            process = await asyncio.to_thread(start, port, settings.database_url, data)
            await asyncio.gather(*sending)
            heads = [(await until(lambda one=one: one.post_records([]), {200})).json() for one in phones]
        finally:
            process.kill()
            await asyncio.to_thread(process.wait, 30)
    assert [head["checkpoint"]["seq"] for head in heads] == [BATCHES * EACH] * PHONES
    assert [head["checkpoint"]["head"] for head in heads] == [phone.prev for phone in phones]
    await _each_once(office, work, files, told, data / "media")
    await office.close()


def _prepare(phones, county):
    homes = [file for file in county.households if file.status is FileStatus.ACTIVE]
    work, files = [], []
    for phone in phones:
        photos = [picture(f"{phone.device_id}:{n}", 20_000) for n in range(4)]
        visits = [
            phone.visit(homes[n % len(homes)], county.campaign.id, photos=[photos[n % 4]])
            for n in range(BATCHES * EACH)
        ]
        sealed = [phone.seal(visit) for visit in visits]
        work.append([sealed[n : n + EACH] for n in range(0, len(sealed), EACH)])
        files.append(photos)
    return work, files


async def _each_once(office, work, files, told, folder):
    sent = {record.hash for batches in work for batch in batches for record in batch}
    async with office.engine.connect() as connection:
        rows = (await connection.execute(select(records.c.hash, records.c.state))).all()
        lines = await connection.scalar(select(func.count()).select_from(aid_lines))
        held = (await connection.execute(select(media.c.sha256, media.c.object_path))).all()
    assert sorted(row.hash for row in rows) == sorted(sent)
    assert {row.state for row in rows} == {"accepted"}
    assert lines == len(sent)
    assert set(told) == sent
    for states in told.values():
        assert states.count("accepted") <= 1
        assert set(states) <= {"accepted", "duplicate"}
    assert len(held) == len({data for mine in files for data in mine})
    assert all((folder / row.object_path).stat().st_size == 20_000 for row in held)
