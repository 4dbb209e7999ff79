"""The client tells apart what may pass by itself, what needs a person, and what must not be believed."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sync_fakes import BASE, CRYPTO, FakeClock, FakeRegistry, Phone, body_of, first_times, problem

from sync.client import Client
from sync.errors import AnswerError, LoginError, RefusedError, UnreachableError, WireError
from sync.http import Http
from sync.identity import DeviceIdentity
from sync.protocol.messages import Health
from sync.protocol.problems import PROBLEMS
from sync.protocol.records import Sealed

SINCE, UNTIL = datetime(2019, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
async def phone(tmp_path: Path, registry: FakeRegistry) -> Any:
    phone = Phone(tmp_path, registry)
    await phone.enrol()
    yield phone
    phone.db.close()


def http(answer: Any) -> Http:
    def handler(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Http(BASE, httpx.MockTransport(handler))


@pytest.mark.parametrize(
    ("answer", "kind", "code", "retry"),
    [
        (httpx.ConnectError("no route"), UnreachableError, "network_unreachable", True),
        (
            httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate is not yet valid (_ssl.c:1007)"),
            UnreachableError,
            "network_certificate",
            True,
        ),
        (httpx.ReadTimeout("slow"), UnreachableError, "network_timeout", True),
        (httpx.RemoteProtocolError("cut"), UnreachableError, "answer_unreadable", True),
        (
            httpx.Response(302, headers={"Location": "http://login.cafe/"}),
            UnreachableError,
            "answer_unreadable",
            True,
        ),
        (httpx.Response(511, text="<html>"), UnreachableError, "answer_unreadable", True),
        (httpx.Response(502, text="<html>bad gateway"), RefusedError, "busy", True),
        (httpx.Response(404, text="<html>"), RefusedError, "http_error", True),
        (httpx.Response(413, text="<html>"), RefusedError, "too_large", False),
        (problem("validation_failed"), RefusedError, "validation_failed", False),
        (problem("internal"), RefusedError, "internal", True),
        (problem("device_revoked"), LoginError, "device_revoked", False),
        (problem("forbidden"), RefusedError, "forbidden", False),
    ],
)
async def test_each_failure_keeps_its_code_and_whether_trying_again_helps(
    answer: Any, kind: type[WireError], code: str, retry: bool
) -> None:
    """S25: retryable and permanent never look alike."""
    with pytest.raises(WireError) as caught:
        await http(answer).send("GET", "/v1/health")
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.retry) == (code, retry)


async def test_a_certificate_that_does_not_hold_is_told_apart_from_no_network(tmp_path: Path) -> None:
    """S25: a phone whose date was set back by a year reaches nobody over TLS; a real handshake, expired."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(SINCE).not_valid_after(UNTIL)
    pem = made.sign(key, SHA256()).public_bytes(Encoding.PEM)
    file = tmp_path / "server.pem"
    file.write_bytes(pem + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    async with server:
        line = Http(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(UnreachableError, match="network_certificate"):
            await line.send("GET", "/v1/health")
        await line.aclose()


@pytest.mark.parametrize("code", PROBLEMS)
async def test_every_problem_of_the_catalogue_is_understood(code: str) -> None:
    """S25: the phone knows each code and follows the catalogue on retrying."""
    with pytest.raises(RefusedError) as caught:
        await http(problem(code)).send("GET", "/v1/health")
    assert (caught.value.code, caught.value.retry) == (code, PROBLEMS[code].retry)


async def test_retry_after_is_read() -> None:
    """S25: a busy registry says when to come back."""
    with pytest.raises(RefusedError) as caught:
        await http(problem("busy", **{"Retry-After": "7"})).send("GET", "/v1/health")
    assert caught.value.after_s == 7


async def test_a_captive_portals_page_is_no_answer() -> None:
    """S25: a café's login page with status 200 is not taken for the registry."""
    client = Client(
        BASE,
        DeviceIdentity.create(CRYPTO),
        FakeClock(),
        transport=httpx.MockTransport(lambda request: httpx.Response(200, text="<html>Welcome")),
    )
    with pytest.raises(AnswerError) as caught:
        await client.health()
    assert caught.value.code == "answer_unreadable"


async def test_unknown_fields_in_an_answer_are_ignored() -> None:
    """S25: a newer registry may say more than this phone knows."""
    said = msgspec.json.encode(
        msgspec.to_builtins(
            Health(
                status="ok",
                version="9",
                protocol_min=1,
                protocol_max=2,
                server_time="x",
                database="ok",
                media="ok",
            )
        )
        | {"mood": "sunny"}
    )
    client = Client(
        BASE,
        DeviceIdentity.create(CRYPTO),
        FakeClock(),
        transport=httpx.MockTransport(lambda request: httpx.Response(200, content=said)),
    )
    assert (await client.health()).version == "9"


async def test_each_request_names_its_protocol_version_and_large_bodies_are_gzipped(phone: Phone) -> None:
    """S25: the registry can tell old phones, and long notes cost little data."""
    heads: list[httpx.Request] = []
    phone.registry.faults.append(lambda request: heads.append(request))  # type: ignore[attr-defined,func-returns-value]
    phone.visit(body={"note": "长" * 2000})
    await phone.runner.run_until_idle()
    assert {request.headers["NuanFang-Protocol"] for request in heads} == {"1"}
    sent = next(request for request in heads if request.url.path == "/v1/records")
    assert sent.headers["Content-Encoding"] == "gzip"
    assert len(sent.content) < len(gzip.decompress(sent.content)) / 5


async def test_a_token_that_expires_on_the_way_is_renewed_once(phone: Phone, registry: FakeRegistry) -> None:
    """S25: nobody has to log in again because an evening was long."""
    await phone.runner.client.missing(["a" * 64])
    registry.good_tokens.clear()
    await phone.runner.client.missing(["a" * 64])
    assert registry.tokens == 2


async def test_a_registry_that_refuses_every_token_is_not_asked_for_ever(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: one renewal per request, then the error is told."""
    registry.faults.append(first_times(99, problem("token_invalid"), ("POST", "/v1/media/missing")))
    with pytest.raises(LoginError):
        await phone.runner.client.missing(["a" * 64])
    assert registry.count("POST", "/v1/media/missing") == 2


async def test_many_requests_share_one_renewal(phone: Phone, registry: FakeRegistry) -> None:
    """S25: photos and text together do not fight for tokens."""
    import asyncio

    await asyncio.gather(*(phone.runner.client.missing(["a" * 64]) for _ in range(8)))
    assert registry.tokens == 1


async def test_the_token_does_not_trust_the_wall_clock(phone: Phone, registry: FakeRegistry) -> None:
    """S25: putting the clock forward a year wastes no token, and back a year keeps none too long."""
    await phone.runner.client.missing([])
    phone.clock.wall = phone.clock.wall.replace(year=2030)
    assert phone.runner.client.has_token()
    phone.clock.wall = phone.clock.wall.replace(year=2020)
    phone.clock.mono += 900 * 10**9
    assert not phone.runner.client.has_token()


async def test_a_checkpoint_with_a_false_signature_frees_nothing(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: somebody between phone and registry cannot make the phone let go of a record."""

    def forge(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/v1/records":
            return None
        answer = msgspec.json.decode(registry.answer(request).content)
        answer["checkpoint"]["seq"] += 1
        return httpx.Response(200, content=msgspec.json.encode(answer))

    registry.faults.append(forge)
    rid = phone.visit()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "kept"
    assert phone.runner.status.last_error == "registry_signature_invalid"
    assert phone.runner.status.pending_records == 1


async def test_a_false_time_is_refused(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the bounds of every visit hang on the registry's signed time."""
    _, other = CRYPTO.ed25519_generate()
    registry.seed_public = (CRYPTO.ed25519_generate()[0], other)
    with pytest.raises(AnswerError) as caught:
        async for _ in phone.runner.client.changes(None):
            pass
    assert caught.value.code == "registry_signature_invalid"


async def test_an_answer_about_other_bytes_is_no_answer(phone: Phone, registry: FakeRegistry) -> None:
    """S25: an entry leaves the outbox only when id and hash are echoed."""

    def swap(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/v1/records":
            return None
        answer = msgspec.json.decode(registry.answer(request).content)
        answer["results"][0]["hash"] = "f" * 64
        return httpx.Response(200, content=msgspec.json.encode(answer))

    registry.faults.append(swap)
    first, second = phone.visit(), phone.visit()
    await phone.runner.run_until_idle()
    assert (phone.state(first), phone.state(second)) == ("kept", "complete")
    assert phone.runner.status.last_error == "answer_mismatch"


async def test_the_token_goes_to_the_registry_only(phone: Phone, registry: FakeRegistry) -> None:
    """S25: a Location that points elsewhere never carries the token there."""
    hosts: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response | None:
        hosts.append(request.url.host)
        if request.method == "POST" and request.url.path == "/v1/media" and not request.content:
            said = registry.answer(request)
            return httpx.Response(201, headers={"Location": "http://thief.test" + said.headers["Location"]})
        return None

    registry.faults.append(elsewhere)
    rid = phone.visit(("photo", bytes(300_000)))
    await phone.runner.run_until_idle()
    assert set(hosts) == {"registry.test"}
    assert phone.state(rid) == "complete"


async def test_each_sending_says_when_it_was_by_the_monotonic_clock(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: an answer that was lost is asked for again with the same records and a new moment; an empty batch
    has nothing to date."""
    phone.visit()
    sealed = phone.store.begin_records([entry.id for entry in phone.store.outbox()])
    batches: list[Any] = []

    def watch(request: httpx.Request) -> None:
        if request.url.path == "/v1/records":
            batches.append(body_of(request))

    registry.faults.append(watch)
    phone.clock.wall -= timedelta(days=365)
    await phone.runner.client.send_records(sealed)
    phone.clock.pass_time(60)
    await phone.runner.client.send_records(sealed)
    await phone.runner.client.send_records([])
    first, second, empty = batches
    assert first["sent"] == {"monotonic_ns": phone.clock.mono - 60 * 10**9, "boot_id": "boot-1"}
    assert second["sent"] == first["sent"] | {"monotonic_ns": phone.clock.mono}
    assert first["records"] == second["records"]
    assert empty == {"records": []}


async def test_records_travel_byte_for_byte(phone: Phone, registry: FakeRegistry) -> None:
    """S25: what was sealed is what arrives."""
    phone.visit(body={"note": "奶奶说:“谢谢”"})
    sealed = phone.store.begin_records([phone.store.outbox()[0].id])
    seen: list[Any] = []
    registry.faults.append(lambda r: seen.append(body_of(r)) if r.url.path == "/v1/records" else None)  # type: ignore[func-returns-value]
    await phone.runner.client.send_records(sealed)
    assert msgspec.convert(seen[0]["records"], list[Sealed]) == sealed
