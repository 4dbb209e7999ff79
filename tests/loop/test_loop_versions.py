"""Phones and registries of different ages understand each other, and no work is left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from loop_phone import BASE, LoopPhone

from registry.api import edge
from sync.protocol import messages, versions
from sync.protocol.canonical import canonical
from sync.protocol.records import Sealed, decode_head

pytestmark = pytest.mark.postgres
FROZEN = Path(__file__).parents[1] / "fixtures" / "wire" / "v1"
SHAPES = sorted(path.stem for path in FROZEN.glob("*.json") if path.stem != "record")
HEADERS = {"NuanFang-Protocol": "1", "Content-Type": "application/json"}


def frozen(name: str) -> Any:
    return msgspec.json.decode((FROZEN / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", SHAPES)
def test_messages_of_the_first_day_are_still_read(name: str) -> None:
    """S25: each field of version 1 still has its name and meaning, whatever came beside it."""
    found = msgspec.convert(frozen(name), getattr(messages, name))
    assert _of_that_day(msgspec.to_builtins(found), frozen(name)) == frozen(name)


def _of_that_day(said: Any, first: Any) -> Any:
    """``said`` without the fields that ``first`` did not have, at any depth."""
    if isinstance(first, dict):
        return {key: _of_that_day(said[key], value) for key, value in first.items()}
    if isinstance(first, list) and len(first) == len(said):
        return [_of_that_day(*one) for one in zip(said, first, strict=True)]
    return said


def test_a_record_of_the_first_day_is_still_read() -> None:
    """S25: sealed text is canonical, hashes to what was signed, and its head decodes."""
    (item,) = frozen("RecordBatch")["records"]
    sealed = msgspec.convert(item, Sealed)
    assert canonical(msgspec.json.decode(sealed.record)) == sealed.record
    assert decode_head(sealed.record).type == "visit"


async def test_a_phone_of_the_first_day_is_served(client, cadre, campaign) -> None:
    """S25: its token, batch, question and feed, in the very shapes of that day, get answers it can read."""
    token = frozen("TokenRequest") | {"assertion": cadre.identity.assertion(1_795_248_000)}
    answer = (await client.post("/v1/token", json=token, headers=HEADERS)).json()
    assert frozen("TokenAnswer").keys() <= answer.keys()
    bearer = HEADERS | {"Authorization": f"Bearer {answer['access_token']}"}
    rid = await cadre.visit(cadre.homes()[0], campaign)
    (sealed,) = cadre.store.begin_records([rid])
    item = {key: getattr(sealed, key) for key in frozen("RecordBatch")["records"][0]}
    taken = (await client.post("/v1/records", json={"records": [item]}, headers=bearer)).json()
    assert frozen("RecordsAnswer").keys() <= taken.keys()
    assert frozen("RecordsAnswer")["results"][0].keys() <= taken["results"][0].keys()
    assert taken["results"][0]["state"] == "accepted"
    asked = await client.post("/v1/media/missing", json=frozen("MissingRequest"), headers=bearer)
    assert asked.json()["missing"] == frozen("MissingRequest")["sha256"]
    feed = (await client.get("/v1/changes", headers=bearer)).json()
    assert frozen("ChangesAnswer").keys() <= feed.keys()
    assert frozen("ChangesAnswer")["changes"][0].keys() <= feed["changes"][0].keys()


@pytest.fixture
def newer_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that speaks only version 2; the phone in this process still says 1."""
    monkeypatch.setattr(versions, "MIN", 2)
    monkeypatch.setattr(edge, "MIN", 2)


async def test_a_phone_that_is_too_old_still_hands_over_its_work(
    cadre: LoopPhone, campaign, newer_registry
) -> None:
    """S25: the feed is refused with the word that an update is needed; records and photos are taken."""
    rid = await cadre.visit(cadre.homes()[0], campaign, [b"\xff\xd8\xff\xe0" + bytes(300_000)])
    await cadre.sync()
    await cadre.sync_later()
    assert cadre.state(rid) == "complete"
    assert cadre.runner.status.phase == "needs_update"


async def test_a_phone_that_gets_only_a_token_for_handing_over_says_update_not_login(
    cadre: LoopPhone, campaign
) -> None:
    """S25: a registry that keeps its tokens from phones of this age still takes their work, and the phone
    does not send its person to a login that cannot help."""

    async def newer(request: httpx.Request, send: Any) -> httpx.Response | None:
        if request.url.path != "/v1/token" or msgspec.json.decode(request.content).get("scope"):
            return None
        old = httpx.Headers({**request.headers, "NuanFang-Protocol": "0"})
        return await send(httpx.Request("POST", request.url, headers=old, content=request.content))

    cadre.line.faults.append(newer)
    rid = await cadre.visit(cadre.homes()[0], campaign, [b"\xff\xd8\xff\xe0" + bytes(300_000)])
    cadre.runner.client.drop_token()
    await cadre.sync()
    await cadre.sync_later()
    assert cadre.state(rid) == "complete"
    assert cadre.runner.status.phase == "needs_update"


async def test_a_phone_from_before_the_first_version_is_refused(client) -> None:
    """S25: what nobody ever spoke is not guessed at."""
    for version in ("0", "2", "one", "1" * 9):
        answer = await client.get(f"{BASE}/v1/changes", headers={"NuanFang-Protocol": version})
        assert answer.status_code == 426
        assert answer.json()["params"] == {"min": versions.MIN, "max": versions.MAX}


async def test_an_older_registry_that_knows_no_stream_serves_a_new_phone(cadre, campaign) -> None:
    """S25: it ignores ``pages`` and answers page by page; the phone asks until there is no more."""

    async def old(request, send):
        if request.url.path != "/v1/changes":
            return None
        plain = request.url.copy_remove_param("pages")
        return await send(httpx.Request("GET", plain, headers=request.headers))

    cadre.line.faults.append(old)
    rid = await cadre.visit(cadre.homes()[0], campaign)
    await cadre.sync()
    assert rid in cadre.rows("feedback")
