"""Enrol this phone: trade a one-time code for a certified identity, then let the first sync begin."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sync.identity import SECRET_NAME, DeviceIdentity

if TYPE_CHECKING:
    from app.actions.services import Services
    from app.platform.ports import Crypto, Secrets

logger = logging.getLogger("nuanfang")


async def device_identity(secrets: Secrets, crypto: Crypto) -> DeviceIdentity:
    """This device's key: made once and kept by the secure storage before it is used for anything."""
    kept = await secrets.get(SECRET_NAME)
    if kept is not None:
        return DeviceIdentity.from_secret(kept, crypto)
    made = DeviceIdentity.create(crypto)
    await secrets.put(SECRET_NAME, made.secret())
    return made


async def enrol(services: Services, registry_url: str, code: str, device_name: str) -> None:
    """``code`` as XXXX-XXXX. Raises WireError (``enrol_code_invalid``, ``network_unreachable`` …) and
    StoreError; then nothing has changed. On success every screen draws again, and the feed begins to flow."""
    me = await services.runner.enrol(registry_url, code, device_name)
    services.registry_url = registry_url
    services.me = me
    logger.info("enrolled as %s (%s)", me.user_id, me.role)
    services.shell_bell.ring()
    services.bell.ring()
