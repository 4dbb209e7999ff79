"""See a picture that the registry holds. Nothing of it is stored on this device."""

from __future__ import annotations

import hashlib

from app.actions.office_desk import desk
from app.actions.services import Services
from sync.errors import AnswerError


async def load_photo(services: Services, sha256: str) -> bytes:
    """The bytes, and they are what the record named: raises AnswerError("media_damaged") or WireError."""
    table = desk(services)
    held = table.pictures.get(sha256)
    if held is not None:
        return held
    data = await table.wire.media(sha256)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise AnswerError("media_damaged", retry=True)
    table.pictures.put(sha256, data)
    return data
