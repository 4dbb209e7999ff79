"""Getting in: a one-time code, a proven key, a certificate, short-lived tokens (DESIGN §4)."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from types import SimpleNamespace

import msgspec
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from phone import Phone
from sqlalchemy import insert, select, update

from domain.errors import InputError
from registry.db.tables import audit, counties, devices, enrol_codes, orgs, rates, users
from registry.service import enrol as enrolment
from registry.service import rates as counting
from registry.service.codes import ALPHABET, create_code
from registry.service.keys import certificate_bytes, verify
from registry.service.times import now
from sync.protocol.records import b64, unb64


def problem(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def test_a_code_lets_one_phone_in(client, codes, people):
    """A person types a code; the phone gets a certificate that the registry signed."""
    phone = Phone(client)
    answer = await phone.enrol(codes["cadre"])
    assert (answer.me.user_id, answer.me.role) == (people.cadre.user_id, "cadre")
    registry = unb64(answer.registry_key)
    assert verify(registry, unb64(answer.certificate.sig), certificate_bytes(answer.certificate))
    said = f"nuanfang-time:{phone.device_id}:{answer.time.server_time}".encode()
    assert verify(registry, unb64(answer.time.sig), said)
    token = await phone.login()
    assert (token.me, token.token_type) == (answer.me, "Bearer")


async def test_codes_are_easy_to_copy_and_never_kept(office, people, codes):
    """Eight characters nobody confuses; the database holds only their keyed hash."""
    for code in codes.values():
        assert len(code) == 9
        assert set(code.replace("-", "")) <= set(ALPHABET)
    async with office.engine.connect() as connection:
        kept = str((await connection.execute(select(enrol_codes))).all())
    assert not any(code in kept or code.replace("-", "") in kept for code in codes.values())


async def test_small_letters_and_spaces_make_no_difference(client, codes):
    """A code works as a person types it."""
    await Phone(client).enrol(codes["cadre"].lower().replace("-", "  "))


async def test_wrong_used_and_expired_codes_read_the_same(client, office, codes, county, people):
    """Trying codes teaches nothing: wrong, used and expired give the very same answer."""
    await Phone(client).enrol(codes["cadre"])
    old = await create_code(office, county.county_id, people.cadre.user_id)
    async with office.engine.begin() as connection:
        fresh = enrol_codes.c.used_at.is_(None), enrol_codes.c.user_id == people.cadre.user_id
        await connection.execute(update(enrol_codes).where(*fresh).values(expires_at=now()))
    bodies = []
    for code in ("AAAA-AAAA", codes["cadre"], old, ""):
        answer = await client.post("/v1/enrol", json=Phone(client).enrol_request(code))
        assert problem(answer) == (403, "enrol_code_invalid")
        bodies.append({key: value for key, value in answer.json().items() if key != "instance"})
    assert all(body == bodies[0] for body in bodies)


async def test_a_lost_answer_does_not_burn_the_code(client, codes):
    """The same phone may send the same code again and gets the same certificate."""
    phone = Phone(client)
    first = await phone.enrol(codes["cadre"])
    assert (await phone.enrol(codes["cadre"])).certificate == first.certificate


async def test_two_phones_at_once_share_no_code(client, codes):
    """Of two phones with one code at the same moment exactly one gets in."""
    phones = [Phone(client) for _ in range(4)]
    answers = await asyncio.gather(
        *[client.post("/v1/enrol", json=one.enrol_request(codes["cadre"])) for one in phones]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 403, 403, 403]


async def test_a_key_must_be_proven_and_a_code_dies_of_wrong_proofs(client, codes):
    """Without the device's signature a code is of no use; five wrong proofs void it."""
    phone = Phone(client)
    for _ in range(5):
        wrong = phone.enrol_request(codes["cadre"]) | {"proof": b64(b"x" * 64)}
        assert problem(await client.post("/v1/enrol", json=wrong)) == (403, "enrol_proof_invalid")
    right = await client.post("/v1/enrol", json=phone.enrol_request(codes["cadre"]))
    assert problem(right) == (403, "enrol_code_invalid")


async def test_a_device_id_belongs_to_one_key(client, codes, office, county, people):
    """Nobody takes over another phone's id."""
    phone = Phone(client)
    await phone.enrol(codes["cadre"])
    thief = Phone(client, phone.device_id)
    code = await create_code(office, county.county_id, people.cadre.user_id)
    answer = await client.post("/v1/enrol", json=thief.enrol_request(code))
    assert problem(answer) == (403, "enrol_proof_invalid")


@pytest_asyncio.fixture
async def abroad(office):
    """A code for somebody of another county that the same registry serves."""
    async with office.engine.begin() as connection:
        place = {"county": "abroad", "id": "root", "code": "", "name": "外县", "type": "county", "doc": {}}
        await connection.execute(
            insert(counties).values(county="abroad", name="外县", root_org="root", created_at=now())
        )
        await connection.execute(insert(orgs).values(place | {"path": "/root/"}))
        person = {"county": "abroad", "id": "u", "name": "外人", "roles": ["cadre"], "org_id": "root"}
        await connection.execute(insert(users).values(person | {"doc": {}}))
    return await create_code(office, "abroad", "u")


@pytest.mark.parametrize("key", ["own", "same"])
async def test_a_device_id_belongs_to_one_county(client, codes, abroad, key):
    """Nobody in another county takes a phone's id, not even with its key: the phone still gets its tokens."""
    phone = Phone(client)
    await phone.enrol(codes["cadre"])
    thief = Phone(client, phone.device_id)
    thief.key = phone.key if key == "same" else thief.key
    answer = await client.post("/v1/enrol", json=thief.enrol_request(abroad))
    assert problem(answer) == (403, "enrol_proof_invalid")
    assert (await phone.login()).me.county == phone.me.county
    await Phone(client).enrol(abroad)


async def test_two_counties_at_once_share_no_device(client, codes, abroad):
    """Of two that come with one id at the same moment exactly one gets in."""
    first = Phone(client)
    second = Phone(client, first.device_id)
    asked = first.enrol_request(codes["cadre"]), second.enrol_request(abroad)
    answers = await asyncio.gather(*[client.post("/v1/enrol", json=one) for one in asked])
    assert sorted(one.status_code for one in answers) == [200, 403]


async def test_an_id_of_two_counties_is_the_first_ones(client, codes, office, abroad):
    """A database from the time when two counties could have one id: whose it was keeps it."""
    phone, thief = Phone(client), Phone(client)
    await phone.enrol(codes["cadre"])
    await thief.enrol(abroad)
    async with office.engine.begin() as connection:
        stolen = update(devices).where(devices.c.id == thief.device_id)
        await connection.execute(
            stolen.values(id=phone.device_id, enrolled_at=devices.c.enrolled_at + timedelta(hours=1))
        )
        await connection.execute(update(devices).where(devices.c.county != "abroad").values(name="moved"))
    assert (await phone.login()).me.county == phone.me.county


async def test_enrolment_is_audited_without_names(cadre, office, people):
    """The trail says which device and user, not who that is."""
    async with office.engine.connect() as connection:
        rows = (await connection.execute(select(audit).where(audit.c.action == "device.enrol"))).all()
    assert [(row.user_id, row.device_id) for row in rows] == [(people.cadre.user_id, cadre.device_id)]
    assert people.cadre.name not in str(rows)


async def test_guessing_codes_is_slowed_down(client, codes, monkeypatch):
    """After too many wrong codes from one address the answer is 429 with a time to wait, to a right code too:
    a guess that happens to be right must not be told apart. A quarter of an hour later it is good again."""
    clock = SimpleNamespace(time=lambda: 1e9)
    monkeypatch.setattr(counting, "time", clock)
    monkeypatch.setattr(enrolment, "MOST_WRONG_PER_ADDRESS", 4)

    async def ask(code):
        return await client.post("/v1/enrol", json=Phone(client).enrol_request(code))

    answers = [await ask("AAAA-AAAA") for _ in range(5)]
    assert {problem(one) for one in answers[:4]} == {(403, "enrol_code_invalid")}
    late = await ask(codes["cadre"])
    for one in (answers[4], late):
        assert problem(one) == (429, "rate_limited")
        assert int(one.headers["retry-after"]) > 0
    clock.time = lambda: 1e9 + counting.SLOT_SECONDS
    assert (await ask(codes["cadre"])).status_code == 200


@pytest.mark.parametrize("change", [{"public_key": "AAAA"}, {"public_key": "***"}, {"device_id": "phone-1"}])
async def test_a_malformed_request_is_refused(client, codes, change):
    """A key that is no key or an id that is no UUID is named as such, and the code stays good."""
    phone = Phone(client)
    answer = await client.post("/v1/enrol", json=phone.enrol_request(codes["cadre"]) | change)
    assert problem(answer) == (422, "validation_failed")
    await phone.enrol(codes["cadre"])


@pytest.mark.parametrize("hours", [0.1, 24 * 8])
async def test_a_code_lives_between_15_minutes_and_7_days(office, county, people, hours):
    """Nobody makes a code that lives for ever."""
    with pytest.raises(InputError, match="bad_validity"):
        await create_code(office, county.county_id, people.cadre.user_id, timedelta(hours=hours))


async def test_a_code_needs_a_user(office, county):
    """A code for nobody is not made."""
    with pytest.raises(InputError, match="unknown_user"):
        await create_code(office, county.county_id, "nobody")


# --- tokens ---------------------------------------------------------------------------------------


async def token(phone, assertion):
    return await phone.client.post("/v1/token", json={"assertion": assertion})


@pytest.mark.parametrize("years", [-30, -1, 1, 30])
async def test_a_wrong_clock_does_not_lock_a_phone_out(cadre, years):
    """A phone whose clock is wrong by years gets a token, and learns the right time."""
    start = int(time.time()) + years * 365 * 86400
    answer = await token(cadre, cadre.assertion(iat=start, exp=start + 60))
    assert answer.status_code == 200
    assert answer.json()["time"]["server_time"][:4] == str(now().year)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "other"},
        {"iss": "other"},
        {"sub": "other"},
        {"jti": "x"},
        {"jti": None},
        {"exp": 0},
        {"iat": "now"},
        {"exp": int(time.time()) + 4000},
    ],
)
async def test_a_wrong_assertion_is_refused(cadre, claims):
    """Another audience, issuer, subject, no fresh id, or a long life: no token."""
    assert problem(await token(cadre, cadre.assertion(**claims))) == (401, "assertion_invalid")


async def test_an_assertion_works_once(cadre):
    """A stolen assertion is of no use."""
    one = cadre.assertion()
    assert (await token(cadre, one)).status_code == 200
    assert problem(await token(cadre, one)) == (401, "assertion_invalid")


async def test_another_key_gets_no_token(cadre):
    """Only the certified key gets a token; no other algorithm is accepted either."""
    cadre.key = Ed25519PrivateKey.generate()
    assert problem(await token(cadre, cadre.assertion())) == (401, "assertion_invalid")
    head = b64(b'{"alg":"none"}')
    body = cadre.assertion().split(".")[1]
    assert problem(await token(cadre, f"{head}.{body}.")) == (401, "assertion_invalid")
    assert problem(await token(cadre, "nonsense")) == (401, "assertion_invalid")


async def test_an_unknown_device_reads_like_a_wrong_key(client):
    """Nobody can ask which devices exist."""
    stranger = Phone(client)
    assert problem(await token(stranger, stranger.assertion())) == (401, "assertion_invalid")


async def test_a_revoked_device_is_out_at_once(cadre, office):
    """After a revocation neither the old token nor a new one works."""
    async with office.engine.begin() as connection:
        await connection.execute(update(devices).values(revoked_at=now()))
    old = await cadre.client.get("/v1/changes", headers=cadre.auth)
    assert problem(old) == (401, "device_revoked")
    assert old.headers["www-authenticate"] == "Bearer"
    assert problem(await token(cadre, cadre.assertion())) == (401, "device_revoked")


async def test_a_revoked_device_comes_back_with_a_new_code_only(cadre, office, county, people):
    """Its unsent work is not lost: the office makes a new code; an old one does not open the door."""
    before = await create_code(office, county.county_id, people.cadre.user_id)
    async with office.engine.begin() as connection:
        await connection.execute(update(devices).values(revoked_at=now()))
    refused = await cadre.client.post("/v1/enrol", json=cadre.enrol_request(before))
    assert problem(refused) == (403, "enrol_proof_invalid")
    await cadre.enrol(await create_code(office, county.county_id, people.cadre.user_id))
    await cadre.login()
    assert (await cadre.client.get("/v1/changes", headers=cadre.auth)).status_code == 200
    async with office.engine.connect() as connection:
        noted = select(audit.c.action).where(audit.c.action == "device.restore")
        assert (await connection.execute(noted)).all()


async def test_a_user_who_left_is_out(cadre, office, people):
    """An inactive user's phone gets nothing more."""
    async with office.engine.begin() as connection:
        await connection.execute(update(users).where(users.c.id == people.cadre.user_id).values(active=False))
    assert problem(await cadre.client.get("/v1/changes", headers=cadre.auth)) == (401, "token_invalid")


async def test_an_expired_token_is_refused(cadre, office):
    """A token is good for an hour, by the registry's clock."""
    from registry.service.jws import read_claims, sign_jws

    claims = read_claims(cadre.token)
    assert claims["exp"] - claims["iat"] == office.settings.token_seconds
    cadre.token = sign_jws(office.keys, claims | {"exp": int(time.time()) - 1})
    assert problem(await cadre.client.get("/v1/changes", headers=cadre.auth)) == (401, "token_invalid")


async def test_a_token_of_ones_own_making_is_refused(cadre):
    """Only the registry signs tokens."""
    claims = {"iss": "nuanfang-registry", "sub": cadre.device_id, "cty": cadre.me.county, "exp": 2**40}
    head = b64(b'{"alg":"EdDSA"}')
    text = f"{head}.{b64(msgspec.json.encode(claims))}"
    cadre.token = f"{text}.{b64(cadre.key.sign(text.encode()))}"
    assert problem(await cadre.client.get("/v1/changes", headers=cadre.auth)) == (401, "token_invalid")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer "}])
async def test_no_token_no_answer(client, header):
    """Without a token the answer says so."""
    assert problem(await client.get("/v1/changes", headers=header)) == (401, "token_missing")


async def test_counters_are_kept_per_address_county_and_device(cadre, office):
    """The counters that slow guessing down are in the database, shared by all processes."""
    async with office.engine.connect() as connection:
        subjects = {row.subject.split(":")[0] for row in await connection.execute(select(rates))}
    assert {"enrol", "token"} <= subjects
