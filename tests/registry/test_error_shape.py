"""One error shape everywhere: RFC 9457 problem JSON with a code of the catalogue (E)."""

from __future__ import annotations

import msgspec
import pytest
from fresh import fresh_database
from litestar.routes import HTTPRoute

from registry.api.app import create_app
from registry.service.settings import Settings
from sync.protocol.messages import Problem
from sync.protocol.problems import PROBLEMS

SETTINGS = Settings(
    database_url="postgresql://nowhere/nothing", master_key=b"k" * 32, media_url="memory:///", web_dir=None
)
FILL = {
    "upload_id": "01a20034-454a-7e60-80df-abec3e1b512c",
    "visit_id": "nobody",
    "device_id": "nobody",
    "item_id": "nobody",
    "form_id": "nothing",
    "survey_id": "nobody",
    "household_id": "nobody",
    "edit_id": "nobody",
    "version": "1",
    "name": "a.csv",
    "sha256": "0" * 64,
    "path": "/x",
}
OPEN = {"/v1/health", "/v1/ready", "/v1/openapi.json", "/", "/app"}


@pytest.fixture(scope="module")
def shared(postgres, template):
    """None of these requests gets far enough to change anything: one database will do for all of them."""
    with fresh_database(postgres, template) as url:
        yield url


@pytest.fixture
def database(shared):
    return shared


def routes():
    """(method, filled path) of every route there is."""
    found = []
    for route in create_app(SETTINGS).routes:
        assert isinstance(route, HTTPRoute)
        path = route.path_format
        for name, value in FILL.items():
            path = path.replace("{" + name + "}", value.lstrip("/"))
        assert "{" not in path, f"how is {path} filled?"
        found += [(method, path) for method in sorted(route.methods - {"OPTIONS"})]
    return sorted(found)


def check(answer, status=None):
    """A problem, whole, with a catalogued code, the catalogue's status and title, and the request's id."""
    if answer.request.method == "HEAD":
        assert answer.status_code >= 400
        return None
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found = msgspec.json.decode(answer.content, type=Problem)
    kind = PROBLEMS[found.code]
    assert (found.status, found.title) == (kind.status, kind.title)
    assert answer.status_code == found.status
    assert found.instance == f"urn:request:{answer.headers['x-request-id']}"
    if status is not None:
        assert found.status == status
    return found.code


def test_there_are_routes():
    """The walk really walks."""
    assert len(routes()) >= 20


@pytest.mark.parametrize(("method", "path"), routes())
async def test_without_a_login(client, method, path):
    """Every route but the open ones refuses a stranger, in the one shape."""
    headers = {"Content-Type": "application/json"}
    answer = await client.request(method, path, headers=headers, content=b"{" if method == "POST" else None)
    if path in OPEN and method in {"GET", "HEAD"} and answer.status_code < 400:
        return
    check(answer)
    assert answer.status_code in {400, 401, 404}


@pytest.mark.parametrize(("method", "path"), routes())
async def test_wrong_content(cadre, method, path):
    """A body that is no JSON, or of another type, is refused in the one shape."""
    for content, kind in ((b"{", "application/json"), (b"<x/>", "text/xml"), (b"[1]", "application/json")):
        answer = await cadre.client.request(
            method, path, content=content, headers=cadre.auth | {"Content-Type": kind}
        )
        if answer.status_code >= 400:
            check(answer)
            assert answer.status_code < 500


@pytest.mark.parametrize(("method", "path"), routes())
async def test_wrong_method(client, method, path):
    """A method that is not served is 405 with the methods that are."""
    answer = await client.request("TRACE", path)
    assert check(answer, 405) == "method_not_allowed"
    assert answer.headers["allow"]


@pytest.mark.parametrize(("method", "path"), [one for one in routes() if one[1].startswith("/v1/")])
async def test_another_protocol_version(client, method, path):
    """A version nobody speaks is 426 and names those that are spoken."""
    for version in ("2", "0", "x", "-1", "1.0", "99999999"):
        answer = await client.request(method, path, headers={"NuanFang-Protocol": version})
        if method != "HEAD":
            assert check(answer, 426) == "protocol_unsupported"
            assert answer.json()["params"] == {"min": 1, "max": 1}
        assert answer.headers["nuanfang-protocol"] == "1-1"


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1", "/v1/", "/v1/nothing", "/v1/visits/a/b/c", "/app/nothing"]
)
async def test_not_found(client, path):
    """What is not there is 404 in the one shape, whatever asks."""
    answer = await client.get(path, headers={"Accept": "text/html"})
    assert check(answer, 404) == "not_found"


@pytest.mark.parametrize("path", ["/v1/enrol", "/v1/token", "/v1/reveal"])
async def test_too_large(cadre, path):
    """A huge body is refused."""
    body = b'{"x": "' + b"x" * 1024 * 1024 + b'"}'
    headers = cadre.auth | {"Content-Type": "application/json"}
    assert check(await cadre.client.post(path, content=body, headers=headers), 413) == "too_large"


async def test_a_missing_field_is_named(client):
    """422 names the field, never what was in it."""
    answer = await client.post("/v1/enrol", json={"code": "geheim", "device_id": 5})
    assert check(answer, 422) == "validation_failed"
    assert "geheim" not in answer.text


@pytest.mark.parametrize("params", [{"limit": "many"}, {"flagged": "perhaps"}, {"after": "!"}])
async def test_a_wrong_query_is_refused(supervisor, params):
    """A query parameter of the wrong type is 422."""
    answer = await supervisor.client.get("/v1/visits", params=params, headers=supervisor.auth)
    assert check(answer, 422) == "validation_failed"


async def test_a_crash_is_a_problem_too(cadre, monkeypatch, capfd):
    """A mistake of ours is 500 in the one shape; the log says where, and repeats no data."""
    from registry.api import exchange

    async def broken(*_):
        raise ValueError("王秀英 510199199001011234")

    monkeypatch.setattr(exchange, "read_feed", broken)
    answer = await cadre.client.get("/v1/changes", headers=cadre.auth)
    assert check(answer, 500) == "internal"
    assert answer.headers["retry-after"]
    assert "王秀英" not in answer.text
    log = capfd.readouterr().err
    assert "ValueError" in log
    assert "王秀英" not in log


async def test_a_database_that_is_away_is_503(cadre, monkeypatch):
    """When the database cannot be reached the phone is told to try again later."""
    from sqlalchemy.exc import OperationalError

    from registry.api import exchange

    async def away(*_):
        raise OperationalError("SELECT", {}, Exception("no route"))

    monkeypatch.setattr(exchange, "read_feed", away)
    answer = await cadre.client.get("/v1/changes", headers=cadre.auth)
    assert check(answer, 503) == "busy"
    assert int(answer.headers["retry-after"]) > 0
