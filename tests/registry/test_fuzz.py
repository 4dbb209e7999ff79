"""Nonsense at every endpoint of the OpenAPI document and at the batch decoder: never a 500 (S25)."""

from __future__ import annotations

import gzip
import json
import os
import re
from random import Random
from urllib.parse import quote

import msgspec
import pytest
from fuzz_schema import Maker
from sqlalchemy import text, update

from registry.db.tables import users
from sync.protocol.messages import Problem
from sync.protocol.problems import PROBLEMS
from sync.protocol.records import b64

SEED = int(os.environ.get("FUZZ_SEED", "20261122"))


@pytest.fixture
async def admin(supervisor, office):
    """May do everything: nothing is hidden behind a refusal."""
    async with office.engine.begin() as connection:
        roles = ["admin", "supervisor", "cadre"]
        await connection.execute(update(users).where(users.c.id == supervisor.me.user_id).values(roles=roles))
    return supervisor


def acceptable(answer, what):
    """Below 500: the database is not away, so nonsense must not look as if it were; every error in the one
    shape."""
    assert answer.status_code < 500, (what, answer.text)
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        found = msgspec.json.decode(answer.content, type=Problem)
        assert found.code in PROBLEMS, (what, answer.text)
        assert found.code != "internal", what


async def ask(admin, maker, path, method, operation):
    """One request to this operation."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            raw = maker.text() or "x"
            filled = quote(raw.encode("utf-8", "replace"), safe="")
            path = path.replace("{" + parameter["name"] + "}", filled)
    params = {
        one["name"]: str(maker.value(one.get("schema", {}))).encode("utf-8", "replace")
        for one in operation.get("parameters", ())
        if one["in"] == "query" and maker.random.random() < 0.7
    }
    kinds = operation.get("requestBody", {}).get("content", {})
    headers, body = dict(admin.auth), None
    if kinds:
        kind, media = maker.random.choice(sorted(kinds.items()))
        value = maker.value(media.get("schema", {}))
        body = json.dumps(value).encode() if "json" in kind else str(value).encode("utf-8", "replace")
        headers["Content-Type"] = kind
    if path.startswith("/v1/media"):
        odd = maker.text().encode("ascii", "ignore").replace(b"\x00", b"")
        headers |= {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": odd,
            "Upload-Offset": odd,
            "Upload-Metadata": odd,
        }
    return await admin.client.request(method.upper(), path, params=params, content=body, headers=headers)


async def fuzz(admin, seed, rounds):
    """``rounds`` requests to every operation; returns how many."""
    document = (await admin.client.get("/v1/openapi.json")).json()
    maker, asked = Maker(document, seed), 0
    for _ in range(rounds):
        for path, operations in sorted(document["paths"].items()):
            for method, operation in sorted(operations.items()):
                before = maker.random.getstate()
                answer = await ask(admin, maker, path, method, operation)
                acceptable(answer, (seed, method, path, hash(before)))
                asked += 1
    return asked


async def grown(office):
    """Rows that nonsense might leave behind."""
    async with office.engine.connect() as connection:
        counted = "SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM media)"
        return await connection.scalar(text(counted))


async def test_no_endpoint_falls_over(admin, office):
    """A few hundred odd requests, the same each time (FUZZ_SEED for others): no 500, and nothing kept."""
    before = await grown(office)
    assert await fuzz(admin, SEED, 6) > 100
    assert await grown(office) == before


@pytest.mark.slow
async def test_no_endpoint_falls_over_for_long(admin, office):
    """Many thousands of them."""
    before = await grown(office)
    for seed in range(SEED, SEED + 40):
        await fuzz(admin, seed, 10)
    assert await grown(office) == before


DEPTHS = [300, 900, 1500, 20_000]
ENDS = ["]", ""]


def deep(depth, end="]"):
    """JSON in JSON in JSON, closed or not."""
    return b"[" * depth + end.encode() * depth


def token(part):
    """What looks like a token and holds ``part``, small enough to be read."""
    head = b64(b'{"alg":"EdDSA"}')
    return [f"{b64(part)}.{head}.AA", f"{head}.{b64(part)}.AA", f"{b64(part)}.{b64(part)}.{b64(part)}"]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("depth", DEPTHS)
async def test_nothing_is_nested_too_deeply(admin, depth, end):
    """Endlessly nested JSON as the body of every operation that takes one, with and without a login: refused
    as a bad request, and never a mistake of ours."""
    document, asked = (await admin.client.get("/v1/openapi.json")).json(), 0
    for path, operations in sorted(document["paths"].items()):
        for method, operation in sorted(operations.items()):
            if "application/json" not in operation.get("requestBody", {}).get("content", {}):
                continue
            path = re.sub(r"\{.*?\}", "x", path)
            for auth in ({}, admin.auth):
                for body in (deep(depth, end), b'{"x": ' + deep(depth, end) + b"}"):
                    headers = {"Content-Type": "application/json"} | auth
                    answer = await admin.client.request(method.upper(), path, content=body, headers=headers)
                    acceptable(answer, (method, path, depth))
                    assert answer.status_code >= 400 or depth < 1500
                    asked += 1
    assert asked > 40


@pytest.mark.parametrize("path", ["/v1/changes", "/v1/visits", "/v1/records", "/v1/media/missing"])
async def test_nonsense_instead_of_a_token(client, cadre, path):
    """S9: whatever stands in Authorization, a stranger is told that it is no token, and nothing else."""
    texts = [*token(deep(1100)), *token(deep(1500, "")), *token(b"\xff"), *token(b"[]"), *token(b"{}")]
    texts += [*token(b'{"x":' + deep(1400) + b"}"), "..", ".", "a.b.c", "x" * 5000, cadre.token[:-3] + "AAA"]
    texts += [cadre.token.replace(".", ""), cadre.token * 2, "é", "\x00"]
    for one in texts:
        for scheme in ("Bearer ", "bearer  "):
            headers = {"Authorization": (scheme + one).encode("latin-1"), "Content-Type": "application/json"}
            method = "GET" if path in {"/v1/changes", "/v1/visits"} else "POST"
            answer = await client.request(method, path, headers=headers, content=b"{}")
            acceptable(answer, (path, one[:80]))
            assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), one[:80]


async def test_nonsense_instead_of_an_assertion(client):
    """S9: as deep as it may be, what is no assertion is refused as such."""
    for one in [*token(deep(1100)), *token(deep(1500, "")), *token(b"1"), ".."]:
        answer = await client.post("/v1/token", json={"assertion": one})
        acceptable(answer, one[:80])
        assert answer.json()["code"] == "assertion_invalid"


@pytest.mark.parametrize("path", ["/v1/visits", "/v1/surveys", "/v1/changes"])
async def test_nonsense_instead_of_a_place_on_a_list(admin, path):
    """A cursor that we did not write is a wrong field; a phone that lost its place starts over."""
    for one in (deep(1500), deep(3000, ""), b"\xff", b"[]", b"{}", b"[[[]]]"):
        params = {"after": b64(one), "since": b64(one), "form_id": "x"}
        answer = await admin.client.get(path, params=params, headers=admin.auth)
        acceptable(answer, (path, one[:40]))
        if path == "/v1/changes" and answer.status_code == 200:
            assert answer.json()["restart"] is True
        else:
            assert answer.json()["code"] == "validation_failed"


def spoiled(random, good):
    """A good batch with something wrong: bytes flipped, cut, doubled, or another value somewhere in it."""
    how = random.randrange(6)
    if how == 0:
        at = random.randrange(len(good))
        return good[:at] + bytes([good[at] ^ (1 << random.randrange(8))]) + good[at + 1 :]
    if how == 1:
        return good[: random.randrange(len(good))]
    if how == 2:
        return good + good[random.randrange(len(good)) :]
    if how == 3:
        return b'{"records": ' + b"[" * random.randrange(1, 3000) + b"]" * random.randrange(3000) + b"}"
    batch = json.loads(good)
    item = batch["records"][0]
    odd = [None, 1, [], {}, "", "\x00", "x" * 3000, {"a": [1.5]}, "\ud800", -1]
    if how == 4:
        item[random.choice(sorted(item))] = random.choice(odd)
    else:
        head = json.loads(item["record"])
        head[random.choice(sorted(head))] = random.choice(odd)
        item["record"] = json.dumps(head, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return json.dumps(batch).encode()


async def decode(cadre, seed, rounds):
    """Send spoiled batches, some of them packed."""
    random = Random(seed)
    good = msgspec.json.encode({"records": [cadre.seal({"any": "thing"}, type="follow_up")]})
    for turn in range(rounds):
        body, headers = spoiled(random, good), cadre.auth | {"Content-Type": "application/json"}
        if random.random() < 0.3:
            body, headers = gzip.compress(body), headers | {"Content-Encoding": "gzip"}
            if random.random() < 0.3:
                body = body[: random.randrange(len(body))]
        answer = await cadre.client.post("/v1/records", content=body, headers=headers)
        acceptable(answer, (seed, turn, body[:200]))


@pytest.mark.parametrize("field", ["id", "prev", "corrects", "campaign", "household", "body", "seq", "clock"])
async def test_what_the_database_cannot_hold_hinders_nobody(cadre, field):
    """A NUL or a number beyond all bounds in one record: it is kept, and the one beside it is accepted."""
    other = {field: "a\x00b"}
    if field == "body":
        other = {"body": {"note": "a\x00b"}}
    elif field == "seq":
        other = {"seq": 2**63}
    elif field == "clock":
        odd = {"boot_id": "b", "monotonic_ns": 10**40, "device_time": "2026-11-22T00:00:00Z"}
        anchor = {"server_time": "2026-11-22T00:00:00Z", "server_boot_id": "b", "server_monotonic_ns": 0}
        other = {"event_time": odd | anchor}
    bad = cadre.seal(**({"body": {"any": "thing"}, "type": "follow_up"} | other))
    cadre.seq, cadre.prev = 0, "0" * 64
    good = cadre.seal({"any": "thing"}, type="follow_up", seq=2)
    answer = await cadre.send(bad, good)
    wanted = "accepted" if field == "body" else "quarantined"  # a body is kept as bytes, whatever it holds
    assert [one.state for one in answer.results] == [wanted, "accepted"]


async def test_the_batch_decoder_survives_anything(cadre, office):
    """Each answer names the trouble, and a good batch still goes through."""
    await decode(cadre, SEED, 150)
    cadre.seq, cadre.prev = 0, "0" * 64
    (result,) = (await cadre.send(cadre.seal({"any": "thing"}, type="follow_up"))).results
    assert result.state in {"accepted", "conflict"}


@pytest.mark.slow
async def test_the_batch_decoder_survives_anything_for_long(cadre):
    """Many thousands of them."""
    for seed in range(SEED, SEED + 60):
        await decode(cadre, seed, 200)
