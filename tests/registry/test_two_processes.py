"""Any number of API processes: nothing that one of them knows is missing in another (S25)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest_asyncio
from fresh import enrolled
from in_process import running
from phone import Phone, picture, sha256
from sqlalchemy import func, select

from domain.codes import FileStatus
from registry.db.tables import records
from registry.service import enrol as enrolment
from registry.service import rates as counting
from registry.service.devices import By, revoke

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest_asyncio.fixture
async def other(settings) -> AsyncIterator[httpx.AsyncClient]:
    """As a second process beside ``client``: its own pool, gates, caches and keys, the same database."""
    async with running(settings, raise_app_exceptions=True) as (found, _):
        yield found


def at(phone: Phone, client: httpx.AsyncClient) -> Phone:
    """The same phone, whose next requests the balancer sends elsewhere."""
    phone.client = client
    return phone


async def test_a_phone_may_meet_another_process_with_each_request(client, other, codes, county, office):
    """Enrolled here, logged in there, its records, chunks and questions anywhere: as if there were one."""
    phone = Phone(client)
    await phone.enrol(codes["cadre"])
    await at(phone, other).login()
    home = next(one for one in county.households if one.status is FileStatus.ACTIVE)
    photo = picture("two", 3000)
    sealed = phone.seal(phone.visit(home, county.campaign.id, photos=[photo]))
    first = await at(phone, client).send(sealed)
    again = await at(phone, other).send(sealed)
    assert [answer.results[0].state for answer in (first, again)] == ["accepted", "duplicate"]
    assert again.checkpoint.seq == first.checkpoint.seq == 1

    headers = phone.announce(photo) | CHUNK
    made = await client.post("/v1/media", headers=headers, content=photo[:1000])
    place = made.headers["location"]
    stands = await other.head(place, headers={**TUS, **phone.auth})
    assert stands.headers["upload-offset"] == "1000"
    rest = {**CHUNK, **phone.auth, "Upload-Offset": "1000"}
    assert (await other.patch(place, headers=rest, content=photo[1000:])).status_code == 204
    assert (await client.get(f"/v1/media/{sha256(photo)}", headers=phone.auth)).content == photo
    async with office.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(records)) == 1


async def test_a_revocation_counts_everywhere_at_once(client, other, codes, office, county):
    """S9: both processes know the token well; the next request to either is refused."""
    phone = await enrolled(client, codes["cadre"])
    for one in (client, other):
        assert (await one.get("/v1/changes", headers=phone.auth)).status_code == 200
    await revoke(office, county.county_id, phone.device_id, By(None, None), reason="lost")
    for one in (other, client):
        refused = await one.get("/v1/changes", headers=phone.auth)
        assert (refused.status_code, refused.json()["code"]) == (401, "device_revoked")


async def test_guesses_are_counted_together(client, other, codes, monkeypatch):
    """S9: whoever spreads guesses over the processes gets no more of them, and no right one either."""
    monkeypatch.setattr(counting, "time", SimpleNamespace(time=lambda: 1e9))
    monkeypatch.setattr(enrolment, "MOST_WRONG_PER_ADDRESS", 3)
    said = []
    for number in range(5):
        guess = Phone(client).enrol_request(f"AAAA-AAA{number}")
        said.append((await (client, other)[number % 2].post("/v1/enrol", json=guess)).status_code)
    assert said == [403, 403, 403, 429, 429]
    for one in (client, other):
        right = await one.post("/v1/enrol", json=Phone(one).enrol_request(codes["cadre"]))
        assert right.json()["code"] == "rate_limited"


async def test_an_assertion_is_spent_everywhere(client, other, codes):
    """S9: a login that was listened to opens no second process."""
    phone = await enrolled(client, codes["cadre"])
    asked = {"assertion": phone.assertion()}
    assert (await client.post("/v1/token", json=asked)).status_code == 200
    refused = await other.post("/v1/token", json=asked)
    assert refused.json()["code"] == "assertion_invalid"
