"""What handlers are given: the office, the asking device, the client's address."""

from __future__ import annotations

from typing import Any, cast

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency

from registry.service.errors import RefusedError
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.tokens import authenticate

AnyRequest = Request[Any, Any, State]
TheOffice = NamedDependency[Office]
Who = NamedDependency[Principal]
Address = NamedDependency[str]


def give_office(request: AnyRequest) -> Office:
    """The process's office, opened at start."""
    return cast("Office", request.app.state.office)


async def give_who(request: AnyRequest, office: TheOffice) -> Principal:
    """Who holds the access token. Raises RefusedError: token_missing, token_invalid, device_revoked."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise RefusedError("token_missing")
    who = await authenticate(office, token.strip())
    if who.narrow and not _handing_over(request):
        raise RefusedError("device_revoked")
    request.scope["nuanfang_who"] = who  # type: ignore[typeddict-unknown-key]
    return who


def _handing_over(request: AnyRequest) -> bool:
    """What a token of the scope ``hand_over`` is good for: work in, nothing out."""
    return request.url.path == "/v1/records" or (
        request.url.path.startswith(("/v1/media", "/v1/devices/me/")) and request.method != "GET"
    )


def give_address(request: AnyRequest, office: TheOffice) -> str:
    """The client's address; behind a trusted proxy, what the proxy saw."""
    if office.settings.trust_proxy:
        forwarded = request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
        if forwarded:
            return forwarded[:64]
    return request.client.host if request.client else "unknown"
