"""Phones: an administrator's list, revoking and wiping; and a phone's word that it has wiped itself."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from registry.api.access import TheOffice, Who
from registry.api.described import ERRORS
from registry.service import devices as phones
from sync.protocol.devices import DeviceOrder, DevicePage, DeviceRow


@get("/v1/devices", responses=ERRORS)
async def devices(office: TheOffice, who: Who) -> DevicePage:
    """All phones of the county."""
    return DevicePage(rows=await phones.devices_for(office, who))


@post("/v1/devices/{device_id:str}/revoke", status_code=200, responses=ERRORS)
async def revoke(
    office: TheOffice, who: Who, device_id: FromPath[str], data: JSONBody[DeviceOrder]
) -> DeviceRow:
    """It may only hand its work over from now on."""
    return await phones.order(office, who, device_id, reason=data.reason)


@post("/v1/devices/{device_id:str}/wipe", status_code=200, responses=ERRORS)
async def wipe(
    office: TheOffice, who: Who, device_id: FromPath[str], data: JSONBody[DeviceOrder]
) -> DeviceRow:
    """The same, and it forgets everything once its work is here."""
    return await phones.order(office, who, device_id, wipe=True, reason=data.reason)


@post("/v1/devices/me/wiped", status_code=204, responses=ERRORS)
async def wiped(office: TheOffice, who: Who) -> Response[None]:
    """This phone has decided to forget everything, as it was asked."""
    await phones.wiped(office, who)
    return Response(None, status_code=204)


ROUTES = [devices, revoke, wipe, wiped]
