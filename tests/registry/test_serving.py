"""The registry as a process: health, the app's files, logs without names, a clean start and stop (A, F)."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from phone import picture

from registry.service.settings import Settings


async def test_health(client):
    """Health needs no login and names the protocol."""
    answer = await client.get("/v1/health")
    body = answer.json()
    assert (answer.status_code, body["status"], body["database"], body["media"]) == (200, "ok", "ok", "ok")
    assert (body["protocol_min"], body["protocol_max"]) == (1, 1)
    assert answer.headers["nuanfang-protocol"] == "1-1"


async def test_health_tells_when_the_database_is_away(client, monkeypatch):
    """Without its database the registry says so, with 503."""
    from registry.api import health

    async def away(_):
        return False

    monkeypatch.setattr(health, "_database", away)
    answer = await client.get("/v1/health")
    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (
        503,
        "degraded",
        "down",
    )


async def test_openapi_describes_every_route(client):
    """/v1/openapi.json names every route of the wire, with problem JSON as the shape of errors."""
    found = (await client.get("/v1/openapi.json")).json()
    wanted = {
        "/v1/enrol",
        "/v1/token",
        "/v1/records",
        "/v1/changes",
        "/v1/media",
        "/v1/media/missing",
        "/v1/health",
    }
    wanted |= {"/v1/media/{sha256}", "/v1/visits", "/v1/visits/{visit_id}", "/v1/visits/{visit_id}/review"}
    wanted |= {"/v1/reveal", "/v1/coverage", "/v1/quarantine", "/v1/media/uploads/{upload_id}"}
    wanted |= {"/v1/devices", "/v1/devices/{device_id}/revoke", "/v1/devices/{device_id}/wipe"}
    wanted |= {"/v1/devices/me/wiped", "/v1/edits", "/v1/edits/{edit_id}/settle"}
    wanted |= {"/v1/households/{household_id}", "/v1/households/{household_id}/edits"}
    wanted |= {"/v1/ready", "/v1/quarantine/{item_id}/retry", "/v1/quarantine/{item_id}/dismiss"}
    wanted |= {"/v1/log/head", "/v1/log/proof", "/v1/log/consistency"}
    wanted |= {"/v1/surveys", "/v1/surveys/{survey_id}", "/v1/surveys/{survey_id}/instance.xml", "/v1/forms"}
    wanted |= {f"/v1/forms/{{form_id}}/{last}" for last in ("answers.xlsx", "questions", "summary")}
    version = "/v1/forms/{form_id}/{version}"
    wanted |= {version, f"{version}/publish", f"{version}/retire", f"{version}/files/{{name}}"}
    wanted |= {f"{version}/form.xlsx", f"{version}/form.xml"}
    assert set(found["paths"]) == wanted
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            assert operation["responses"]["400"]["content"].keys() == {"application/problem+json"}, (
                path,
                method,
            )
    assert "requestBody" in found["paths"]["/v1/records"]["post"]


@pytest.fixture
def web(settings: Settings) -> Path:
    folder = settings.web_dir
    (folder / "pyodide").mkdir(parents=True)
    (folder / "index.html").write_text("<title>暖访</title>", "utf-8")
    (folder / "sw.js").write_text("// worker")
    (folder / "pyodide" / "core.wasm").write_bytes(b"\0asm")
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "way-out").symlink_to(folder.parent / "secret.txt")
    return folder


async def test_the_app_is_served(client, web):
    """/ leads to /app/, and every file has the type a browser insists on."""
    assert (await client.get("/")).headers["location"] == "/app/"
    assert (await client.get("/app")).headers["location"] == "/app/"
    page = await client.get("/app/")
    assert page.text == "<title>暖访</title>"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    worker = await client.get("/app/sw.js")
    assert (worker.headers["content-type"], worker.headers["cache-control"]) == (
        "text/javascript; charset=utf-8",
        "no-cache",
    )
    wasm = await client.get("/app/pyodide/core.wasm")
    assert (wasm.content, wasm.headers["content-type"]) == (b"\0asm", "application/wasm")
    same = await client.get("/app/sw.js", headers={"If-None-Match": worker.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_a_new_phone_downloads_the_packed_files(client, web):
    """What the build packed is sent packed, once: a slow line carries half."""
    (web / "main.js").write_text("// plain")
    (web / "main.js.gz").write_bytes(gzip.compress(b"// packed"))
    packed = await client.get("/app/main.js", headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.text) == ("gzip", "// packed")
    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    plain = await client.get("/app/main.js", headers={"Accept-Encoding": "identity"})
    assert ("content-encoding" in plain.headers, plain.text) == (False, "// plain")


@pytest.mark.parametrize(
    "path", ["/app/../secret.txt", "/app/%2e%2e/secret.txt", "/app/way-out", "/app//etc/passwd"]
)
async def test_nothing_outside_the_app_is_served(client, web, path):
    """No way leads out of the app's folder."""
    request = client.build_request("GET", "http://registry/")
    request.url = httpx.URL("http://registry").copy_with(raw_path=path.encode())
    answer = await client.send(request)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_logs_are_json_and_hold_no_names(client, codes, county, people, supervisor, cadre, capfd):
    """One JSON line per request with its id; no name, ID number, code, token or note ever."""
    home = next(f for f in county.households if f.id == county.assignments[0].household_id)
    body = cadre.visit(home, county.campaign.id, photos=[picture(1)], note="家里有病人")
    await cadre.send(cadre.seal(body))
    await cadre.send({"broken": home.worker.name})
    await supervisor.client.get("/v1/visits", params={"text": home.worker.name}, headers=supervisor.auth)
    await client.post("/v1/enrol", json=cadre.enrol_request(codes["delegate"]) | {"device_name": "石的手机"})
    lines = capfd.readouterr().err.splitlines()
    entries = [json.loads(line) for line in lines]
    requests = [entry for entry in entries if entry["event"] == "request"]
    assert {entry["route"] for entry in requests} >= {"/v1/records", "/v1/visits", "/v1/enrol"}
    assert all(entry["request_id"] and entry["status"] and entry["ms"] >= 0 for entry in requests)
    assert any(entry.get("device") == cadre.device_id for entry in requests)
    everything = "\n".join(lines)
    secrets = [home.worker.name, home.worker.id_number, home.number, "病人", "手机", people.cadre.name]
    secrets += [codes["delegate"], cadre.token, supervisor.token]
    assert [one for one in secrets if one in everything] == []


async def test_a_request_keeps_its_id(client):
    """A caller's request id is echoed when it is one; anything else is replaced."""
    given = "01a20034-454a-7e60-80df-abec3e1b512c"
    assert (await client.get("/v1/health", headers={"X-Request-Id": given})).headers["x-request-id"] == given
    bad = await client.get("/v1/health", headers={"X-Request-Id": "a\tb{}"})
    assert bad.headers["x-request-id"] != "a\tb{}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> httpx.Response:
    for _ in range(300):
        assert process.poll() is None, "the server ended"
        try:
            return httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the server did not start")


def start(port: int, data: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "registry.cli.serve",
        "--port",
        str(port),
        "--data",
        str(data),
        "--migrate",
    ]
    plain = {key: value for key, value in os.environ.items() if not key.startswith("NUANFANG_")}
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        command, cwd=root, env=plain, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )


def postgres_pid(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def running(pid: int) -> bool:
    """Not counting a zombie that a container's first process has not collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_one_command_serves_and_stops_everything(how):
    """Started with nothing but a folder it migrates and serves; Ctrl-C ends server and database."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="nuanfang-serve-"))
    port = free_port()
    process = start(port, folder)
    try:
        assert wait_for(f"http://127.0.0.1:{port}/v1/health", process).json()["status"] == "ok"
        database = postgres_pid(folder)
        assert running(database)
        assert (folder / "registry.key").stat().st_mode & 0o077 == 0
        process.send_signal(how)
        assert process.wait(30) == 0
        assert not running(database)
        assert not (folder / "postgres" / "postmaster.pid").exists()
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/v1/health", trust_env=False)
    finally:
        process.kill()
        shutil.rmtree(folder, ignore_errors=True)
