"""Figures for operators, readiness for balancers, and connections that trickle (S9, S25)."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from fresh import MASTER
from phone import picture, sha256

from registry.api.edge import Edge
from registry.api.pace import Pace
from registry.service import drain
from registry.service.feedback import tell_authors
from registry.service.log.append import append_all

TOKEN = "a-token-of-ours"
CLIENT = httpx.Client(timeout=5, verify=False, limits=httpx.Limits(max_keepalive_connections=0))
"""A connection for each question: either worker may answer."""


async def scrape(client, token=TOKEN):
    return await client.get("/metrics", headers={"Authorization": f"Bearer {token}"})


def value(text, line):
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.M)
    return float(found.group(1)) if found else 0.0


async def test_made_up_methods_are_counted_as_one(client, monkeypatch):
    """Nobody fills the server's memory with methods that there are none of."""
    monkeypatch.setenv("NUANFANG_METRICS_TOKEN", TOKEN)
    for made_up in ("BREW", "WHEN"):
        await client.request(made_up, "/v1/health")
    found = (await scrape(client)).text
    assert 'method="other"' in found
    assert "BREW" not in found


async def test_metrics_are_off_until_a_token_is_set(client, monkeypatch):
    """By default nobody reaches them; with a token only who has it."""
    monkeypatch.delenv("NUANFANG_METRICS_TOKEN", raising=False)
    for token in ("", TOKEN):
        assert (await scrape(client, token)).status_code == 404
    monkeypatch.setenv("NUANFANG_METRICS_TOKEN", TOKEN)
    for token in ("", "other", "geheim中"[:6]):
        assert (await scrape(client, token)).status_code == 404
    assert (await client.get("/metrics")).status_code == 404
    assert (await scrape(client)).status_code == 200


async def test_what_is_told_again_is_not_behind(client, cadre, office, monkeypatch):
    """The ledger holds the record already: that its photos came later leaves nothing to append."""
    monkeypatch.setenv("NUANFANG_METRICS_TOKEN", TOKEN)
    sealed = cadre.seal({"any": "thing"}, type="follow_up")
    await cadre.send(sealed)
    assert await append_all(office) == 1
    async with office.engine.begin() as connection:
        await tell_authors(connection, cadre.me.county, [sealed.id])
    assert value((await scrape(client)).text, "nuanfang_ledger_behind") == 0


async def test_metrics_count_what_happened(client, cadre, monkeypatch):
    """Requests by route, records by state, bytes, pool and queues; no id and no name in any label."""
    monkeypatch.setenv("NUANFANG_METRICS_TOKEN", TOKEN)
    before = (await scrape(client)).text
    photo = picture(1, 5000)
    await cadre.send(cadre.seal({"any": "thing"}, type="follow_up"), {"no": "record"})
    await cadre.upload(photo)
    await client.get(f"/v1/media/{sha256(photo)}", headers=cadre.auth)
    after = (await scrape(client)).text

    def grew(line):
        return value(after, line) - value(before, line)

    assert grew('nuanfang_requests_total{method="POST",route="/v1/records",status="200"}') == 1
    assert grew('nuanfang_records_total{state="accepted"}') == 1
    assert grew('nuanfang_records_total{state="quarantined"}') == 1
    assert grew('nuanfang_received_bytes_total{route="/v1/media"}') == 5000
    assert grew('nuanfang_request_seconds_count{route="/v1/records"}') == 1
    assert value(after, "nuanfang_quarantine_open") == 1
    assert value(after, "nuanfang_ledger_behind") == 1
    assert "nuanfang_database_connections" in after
    for secret in (cadre.device_id, cadre.me.name, cadre.me.county, sha256(photo)):
        assert secret not in after


async def test_ready_says_no_while_draining_and_without_a_database(client, monkeypatch, tmp_path):
    """A balancer stops sending before the process stops serving; health goes on telling."""
    assert (await client.get("/v1/ready")).json() == {"ready": True}
    monkeypatch.setenv(drain.ENV_RUN, str(tmp_path))
    drain.mark_draining()
    answer = await client.get("/v1/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})
    assert (await client.get("/v1/health")).status_code == 200
    monkeypatch.delenv(drain.ENV_RUN)
    from registry.api import health

    async def away(_):
        return False

    monkeypatch.setattr(health, "_database", away)
    assert (await client.get("/v1/ready")).status_code == 503


# --- bodies that trickle ---------------------------------------------------------------------------


async def trickle(app, path, headers, body):
    """Send headers and the first bytes, and then nothing more, for ever."""
    parts = [{"type": "http.request", "body": body, "more_body": True}]
    sent = []

    async def receive():
        if parts:
            return parts.pop()
        return await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("registry.test", 80),
        "client": ("127.0.0.1", 1),
    }
    await app(scope, receive, send)
    return sent


@pytest.fixture
def hasty(client):
    """The app with an edge that has hardly any patience."""
    app = client._transport.app
    edge = app.asgi_handler
    app.asgi_handler = Edge(edge._app, grace_s=0.05)
    yield app
    app.asgi_handler = edge


@pytest.mark.parametrize("path", ["/v1/records", "/v1/enrol", "/v1/reveal", "/v1/media/missing"])
async def test_a_body_that_trickles_is_cut(hasty, cadre, path):
    """The handler is freed, the connection closed, and the answer says too_slow."""
    headers = cadre.auth | {"Content-Type": "application/json", "Content-Length": "1000"}
    start, body = await trickle(hasty, path, headers, b'{"records"')
    assert start["status"] == 408
    assert b'"too_slow"' in body["body"]
    assert (await cadre.client.get("/v1/changes", headers=cadre.auth)).status_code == 200


async def test_an_upload_that_trickles_keeps_what_came(hasty, cadre):
    """A phone on a dying line is not punished: the bytes that arrived are kept, it goes on from there."""
    data = picture(2, 3000)
    headers = cadre.announce(data) | {"Content-Type": "application/offset+octet-stream"}
    start, *_ = await trickle(hasty, "/v1/media", headers | {"Content-Length": "3000"}, data[:1000])
    assert start["status"] == 201
    told = dict(start["headers"])
    assert told[b"upload-offset"] == b"1000"
    assert told[b"connection"] == b"close"


async def test_a_fast_body_is_never_cut():
    """A body as large as it may be passes however small its parts are, and later questions are not timed."""
    parts = [{"type": "http.request", "body": b"x" * 64, "more_body": n > 0} for n in reversed(range(2000))]

    async def receive():
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    pace = Pace(receive, grace_s=3600)
    while (await pace.receive()).get("more_body"):
        pass
    assert (pace.size, pace.cut) == (128_000, False)
    assert (await pace.receive())["type"] == "http.disconnect"


# --- the real process ---------------------------------------------------------------------------------


@pytest.fixture
def served(database, tmp_path):
    """The server as operators start it: two workers, a token, ten seconds of draining."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "registry.cli.serve", "--port", str(port), "--workers", "2"]
    command += ["--database-url", database, "--data", str(tmp_path), "--drain", "600"]
    key = base64.urlsafe_b64encode(MASTER).decode()
    env = os.environ | {"NUANFANG_METRICS_TOKEN": TOKEN, "NUANFANG_MASTER_KEY": key}
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}", process
    process.kill()
    process.wait()


def until(url, status, **headers):
    """Ask until the answer has this status."""
    while True:
        try:
            answer = CLIENT.get(url, headers=headers)
            if answer.status_code == status:
                return answer
        except httpx.TransportError:
            pass
        time.sleep(0.1)


def test_sigterm_drains_before_it_ends(served):
    """Told to stop, it is not ready but still serves; told again, it ends. Metrics span both workers."""
    url, process = served
    until(f"{url}/v1/ready", 200)
    for _ in range(10):
        CLIENT.get(f"{url}/v1/nothing")
    seen = until(f"{url}/metrics", 200, Authorization=f"Bearer {TOKEN}").text
    assert value(seen, 'nuanfang_requests_total{method="GET",route="",status="404"}') == 10
    process.send_signal(signal.SIGTERM)
    assert until(f"{url}/v1/ready", 503).json() == {"ready": False}
    assert CLIENT.get(f"{url}/v1/health").status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
