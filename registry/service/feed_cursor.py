"""A reader's place in the feed, as the opaque text that a phone keeps and shows again.

Sealed with the registry's pepper for this user, so that nobody can name a place that he was never given:
what is ``leaving`` is taken back by its audience, and another person's audience is not his to read. A text
that was not sealed here, and one from another time line of the database (put back to an earlier moment, or
taken over by a standby), starts over: positions given out since are other positions there.
"""

from __future__ import annotations

import hashlib
import hmac

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from registry.service.errors import RefusedError
from registry.service.feed_write import for_user
from registry.service.keys import Keys
from registry.service.principal import NAMED, READERS, Principal
from sync.protocol.records import b64, unb64

ONESELF = "me"
"""The reader's own audience, in a cursor: it travels both ways each time."""
SEAL_BYTES = 8
TIME_LINE = text("""
    SELECT (SELECT max(position) FROM changes WHERE county = :county) AS newest, system_identifier AS cluster,
        left(pg_walfile_name(pg_current_wal_lsn()), 8) AS line FROM pg_control_system()
""")


class Cursor(msgspec.Struct, array_like=True):
    """``era``: the database's time line; ``at``: audience → position applied; ``leaving``: audiences being
    taken back."""

    era: int = 0
    at: dict[str, int] = {}
    leaving: dict[str, int] = {}


async def place_of(
    connection: AsyncConnection, keys: Keys, principal: Principal, since: str | None
) -> tuple[Cursor, bool]:
    """(where this reader goes on, whether that is a new start which the phone does not know of).

    Raises RefusedError("validation_failed") for what is no cursor of anybody's.
    """
    row = (await connection.execute(TIME_LINE, {"county": principal.county})).one()
    era = _era(row.cluster, row.line)
    known = _opened(since, keys, principal) if since else Cursor(era=era)
    # the last: a copy of the files put back without a word to PostgreSQL
    if known is None or known.era != era or max(known.at.values(), default=0) > (row.newest or 0):
        return Cursor(era=era), True
    return known, False


def write_cursor(cursor: Cursor, keys: Keys, principal: Principal) -> str:
    """Inverse of reading it, for the same reader."""
    own = for_user(principal.user_id)
    at, leaving = [
        {ONESELF if one == own else one: position for one, position in positions.items()}
        for positions in (cursor.at, cursor.leaving)
    ]
    body = msgspec.msgpack.encode(Cursor(cursor.era, at, leaving))
    return b64(_seal(body, keys, principal) + body)


def _opened(since: str, keys: Keys, principal: Principal) -> Cursor | None:
    """None: not sealed here for this reader."""
    try:
        raw = unb64(since)
    except InputError as error:
        raise RefusedError("validation_failed", field="since") from error
    body = raw[SEAL_BYTES:]
    if not hmac.compare_digest(raw[:SEAL_BYTES], _seal(body, keys, principal)):
        return None
    cursor = msgspec.msgpack.decode(body, type=Cursor)
    for positions in (cursor.at, cursor.leaving):
        if ONESELF in positions:
            positions[for_user(principal.user_id)] = positions.pop(ONESELF)
    return cursor


def _seal(body: bytes, keys: Keys, principal: Principal) -> bytes:
    """Who may no longer see names starts over too, so that the phone forgets those it has."""
    nameless = principal.may(READERS) and not principal.may(NAMED)
    said = f"{principal.county}:{principal.user_id}:{'nameless' if nameless else ''}:{body.hex()}"
    return bytes.fromhex(keys.mac("cursor", said))[:SEAL_BYTES]


def _era(cluster: int, line: str) -> int:
    """Four bytes of which time line this is: each restore to a moment and each take-over begins another."""
    return int.from_bytes(hashlib.sha256(f"{cluster}:{line}".encode()).digest()[:4], "big")
