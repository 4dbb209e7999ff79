"""POST /v1/enrol and /v1/token."""

from __future__ import annotations

from litestar import post
from litestar.params import JSONBody

from registry.api.access import Address, TheOffice
from registry.api.described import ERRORS
from registry.service import enrol as enrolment
from registry.service import tokens
from sync.protocol.messages import EnrolAnswer, EnrolRequest, TokenAnswer, TokenRequest

SMALL_BODY = 16 * 1024


@post("/v1/enrol", status_code=200, request_max_body_size=SMALL_BODY, responses=ERRORS)
async def enrol(data: JSONBody[EnrolRequest], office: TheOffice, address: Address) -> EnrolAnswer:
    """A one-time code and a proof of the key make this device certified."""
    return await enrolment.enrol(office, data, address)


@post("/v1/token", status_code=200, request_max_body_size=SMALL_BODY, responses=ERRORS)
async def token(data: JSONBody[TokenRequest], office: TheOffice, address: Address) -> TokenAnswer:
    """A device-signed assertion (RFC 7523) becomes a short-lived access token."""
    return await tokens.exchange(office, data, address)


ROUTES = [enrol, token]
