"""Access tokens: a device proves its key by an assertion it signs (RFC 7523) and gets a short-lived token.

A phone's clock may be wrong by years, so ``iat`` and ``exp`` are only measured against each other; an
assertion is fresh when its ``jti`` was never seen from this device.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from domain.ids import is_id
from registry.db.bulk import Ask, fly
from registry.db.tables import NOWHERE, devices, token_ids
from registry.service.errors import RefusedError
from registry.service.jws import read_claims, sign_jws, verify_jws
from registry.service.office import Office
from registry.service.principal import Principal, load_principal, principal_of, who_holds
from registry.service.rates import limit
from registry.service.times import now
from registry.service.together import Together
from sync.protocol.keys import SLACK
from sync.protocol.messages import HAND_OVER, TokenAnswer, TokenRequest

AUDIENCE = "nuanfang-registry"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LONGEST_ASSERTION = 300
MOST_PER_ADDRESS = 3000
MOST_PER_DEVICE = 60
MOST_PER_COUNTY = 60_000
WHO_ASKS = ""
"""Of Office.turns: no county."""
SCOPES = frozenset({"", HAND_OVER})
NOBODY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
"""A public key (RFC 8032's first test) for devices that nobody knows: trying them takes as long."""


async def exchange(office: Office, request: TokenRequest, address: str) -> TokenAnswer:
    """Raises RefusedError: assertion_invalid, device_revoked, rate_limited."""
    await limit(office.engine, NOWHERE, {f"token:{address}": MOST_PER_ADDRESS})
    claims, hand_over = _claims(request), request.scope == HAND_OVER
    device_id = str(claims["sub"])
    async with office.reader.connect() as connection:
        county, public = await _device(connection, device_id)
    if not verify_jws(request.assertion, public or NOBODY) or not public:
        raise RefusedError("assertion_invalid")
    await limit(office.engine, county, {f"token:{device_id}": MOST_PER_DEVICE, "token": MOST_PER_COUNTY})
    async with office.engine.begin() as connection:
        principal = await load_principal(connection, county, device_id, hand_over=hand_over)
        await _spend(connection, county, device_id, str(claims["jti"]))
    return TokenAnswer(
        access_token=_issue(office, principal, request.scope),
        expires_in=office.settings.token_seconds,
        me=principal.me(),
        time=office.keys.signed_time(device_id),
        scope=request.scope,
        wipe=hand_over and principal.wipe,
        key_steps=list(office.keys.ring.steps),
    )


async def authenticate(office: Office, token: str) -> Principal:
    """Who holds this access token. Raises RefusedError: token_invalid, device_revoked."""
    grant = _grant_of(office, token)
    if grant.expires <= now().timestamp():
        raise RefusedError("token_invalid")
    asked = who_holds(grant.county, grant.device)
    rows = await _turns(office).ask(asked)
    return principal_of(rows, grant.county, grant.device, hand_over=grant.hand_over)


class Grant(NamedTuple):
    """What a token of ours says."""

    county: str
    device: str
    expires: int
    hand_over: bool


def _grant_of(office: Office, token: str) -> Grant:
    """A token lives on when the key that signed it is given up, until it would have ended anyhow."""
    late = timedelta(seconds=office.settings.token_seconds)
    return _granted(token, tuple(office.keys.ring.keys_at(now(), max(late, SLACK))))


# A phone shows the same token with each photo; whether it is still good is asked anew.
@lru_cache(maxsize=8192)
def _granted(token: str, keys: tuple[bytes, ...]) -> Grant:
    """Signed by one of ``keys``, whenever. Raises RefusedError("token_invalid")."""
    try:
        claims = read_claims(token)
    except InputError as error:
        raise RefusedError("token_invalid") from error
    county, device, expires = (claims.get(name) for name in ("cty", "sub", "exp"))
    if not (isinstance(county, str) and isinstance(device, str) and isinstance(expires, int)):
        raise RefusedError("token_invalid")
    if claims.get("iss") != AUDIENCE or not any(verify_jws(token, one) for one in keys):
        raise RefusedError("token_invalid")
    return Grant(county, device, expires, claims.get("scp") == HAND_OVER)


def _turns(office: Office) -> Together[Ask, list[Any]]:
    """Who ask at the same moment are looked up in one flight."""
    found: Together[Ask, list[Any]] | None = office.turns.get(WHO_ASKS)
    if found is None:
        found = office.turns[WHO_ASKS] = Together(partial(_look_up, office))
    return found


async def _look_up(office: Office, asked: Sequence[Ask]) -> list[list[Any]]:
    different = dict.fromkeys(asked)
    async with office.reader.connect() as connection:
        rows = await fly(connection, *different)
    found = dict(zip(different, rows, strict=True))
    return [found[one] for one in asked]


def _claims(request: TokenRequest) -> dict[str, Any]:
    try:
        claims = read_claims(request.assertion)
    except InputError as error:
        raise RefusedError("assertion_invalid") from error
    subject, jti, start, end = (claims.get(name) for name in ("sub", "jti", "iat", "exp"))
    named = isinstance(subject, str) and is_id(subject) and claims.get("iss") == subject
    timed = isinstance(start, int) and isinstance(end, int) and 0 < end - start <= LONGEST_ASSERTION
    fresh = isinstance(jti, str) and 8 <= len(jti) <= 64 and request.scope in SCOPES
    if not (named and timed and fresh and claims.get("aud") == AUDIENCE and request.grant_type == GRANT):
        raise RefusedError("assertion_invalid")
    return claims


async def _device(connection: AsyncConnection, device_id: str) -> tuple[str, bytes]:
    """County and key, both empty for an unknown device: it is refused where a wrong signature is, after the
    same work. Should an id be in two counties all the same, it is the first one's."""
    wanted = select(devices.c.county, devices.c.public_key).where(devices.c.id == device_id)
    row = (await connection.execute(wanted.order_by(devices.c.enrolled_at).limit(1))).first()
    return ("", b"") if row is None else (row.county, row.public_key)


async def _spend(connection: AsyncConnection, county: str, device_id: str, jti: str) -> None:
    row = {"county": county, "device_id": device_id, "jti": jti, "seen_at": now()}
    spent = insert(token_ids).values(row).on_conflict_do_nothing().returning(token_ids.c.jti)
    if await connection.scalar(spent) is None:
        raise RefusedError("assertion_invalid")


def _issue(office: Office, principal: Principal, scope: str) -> str:
    start = int(now().timestamp())
    claims = {
        "iss": AUDIENCE,
        "sub": principal.device_id,
        "cty": principal.county,
        "iat": start,
        "exp": start + office.settings.token_seconds,
    } | ({"scp": scope} if scope else {})
    return sign_jws(office.keys, claims)
