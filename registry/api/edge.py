"""What happens around every request, found or not found: an id, the protocol's version, one log line."""

from __future__ import annotations

import time
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.serialization import encode_json
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from domain.ids import is_id, new_id
from registry.api.metrics import count_request
from registry.api.pace import GRACE_S, Pace
from registry.api.problems import MEDIA_TYPE, problem
from registry.api.tus_edge import meant, spoken
from registry.service.audit import request_id
from sync.protocol.versions import HEADER, MAX, MIN, served

log = structlog.get_logger("registry")
PACKED = frozenset({"/v1/records"})
"""Only here may a request be compressed."""
WITH_BODY = frozenset({"POST", "PATCH", "PUT"})
RAW = frozenset({"/v1/media", "/v1/forms"})
"""Only here may a POST carry something else than JSON."""
SAFE = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]


class Edge:
    """An ASGI application around the whole app."""

    def __init__(self, app: ASGIApp, grace_s: float = GRACE_S) -> None:
        self._app, self._grace_s = app, grace_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what no route could answer; otherwise go on, and log."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        asked = headers.get("x-request-id", "")
        token = request_id.set(asked if is_id(asked) else new_id())
        pace = Pace(receive, self._grace_s)
        answer = _Answer(send, pace, scope["path"], headers)
        started = time.perf_counter()
        try:
            meant(scope, headers)
            code = refusal(scope["method"], scope["path"], headers)
            if code:
                await answer.problem(code)
            else:
                await self._app(scope, pace.receive if scope["method"] in WITH_BODY else receive, answer.send)
        except Exception as error:  # the handlers themselves failed: the shape of errors still holds
            log.error("crash", request_id=request_id.get(), error=type(error).__name__)
            if answer.status:
                raise
            await answer.problem("internal")
        finally:
            ms = round((time.perf_counter() - started) * 1000, 1)
            _log(scope, answer.status, ms)
            count_request(scope["method"], _route(scope), answer.status, ms / 1000, pace.size)
            request_id.reset(token)


def refusal(method: str, path: str, headers: dict[str, str]) -> str | None:
    """The problem with a request's headers, if any. No version header means the oldest one."""
    spoken = headers.get(HEADER.lower(), str(MIN))
    known = spoken.isdecimal() and len(spoken) < 6
    if path.startswith("/v1/") and not (known and served(int(spoken), path)):
        return "protocol_unsupported"
    if method != "POST":
        return None
    if path not in PACKED and headers.get("content-encoding", "identity") != "identity":
        return "unsupported_media_type"
    json = headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"
    if path.startswith("/v1/") and path not in RAW and not json:
        return "unsupported_media_type"
    return None


class _Answer:
    def __init__(self, send: Send, pace: Pace, path: str, asked: dict[str, str]) -> None:
        self._send, self._pace, self._path, self._asked = send, pace, path, asked
        self.status = 0
        self._replaced = False

    async def send(self, message: Message) -> None:
        """Add what every answer carries. What a handler says about a body that was cut for its slowness is
        replaced, unless it could use what came."""
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            if self._pace.cut and message["status"] >= 400 and not self.status:
                self.status = message["status"]
                await self.problem("too_slow")
                self._replaced = True
                return
            self.status = message["status"]
            said = list(message.get("headers", []))
            close = [(b"connection", b"close")] if self._pace.unread else []
            tus = spoken(self._path, self._asked, self.status)
            if _empty(self.status, self._path):
                said = [one for one in said if one[0] != b"content-type"]
            else:
                said += SAFE
            message["headers"] = [*said, *_common(), *tus, *close]
        await self._send(message)

    async def problem(self, code: str) -> None:
        found = problem(code, params={"min": MIN, "max": MAX} if code == "protocol_unsupported" else None)
        head: Any = {
            "type": "http.response.start",
            "status": found.status,
            "headers": [(b"content-type", MEDIA_TYPE.encode())],
        }
        await self.send(head)
        await self.send({"type": "http.response.body", "body": encode_json(found), "more_body": False})


def _common() -> list[tuple[bytes, bytes]]:
    return [
        (b"x-request-id", request_id.get().encode()),
        (HEADER.lower().encode(), f"{MIN}-{MAX}".encode()),
    ]


def _empty(status: int, path: str) -> bool:
    """Nothing follows that a browser could misread; a word about it would come with every photo."""
    return status == 204 or (status == 201 and path == "/v1/media")


def _route(scope: Any) -> str:
    handler = scope.get("route_handler")
    return sorted(handler.paths)[0] if handler is not None and handler.paths else ""


def _log(scope: Any, status: int, ms: float) -> None:
    who = scope.get("nuanfang_who")
    facts = {"method": scope["method"], "route": _route(scope), "status": status, "ms": ms}
    if who is not None:
        facts |= {"county": who.county, "device": who.device_id}
    log.info("request", request_id=request_id.get(), **facts)
