"""Every error leaves as one shape: RFC 9457 problem JSON with a code of the catalogue."""

from __future__ import annotations

from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import NuanFangError
from registry.db.bulk import unstorable
from registry.service.audit import request_id
from registry.service.errors import RefusedError
from sync.protocol.messages import Problem
from sync.protocol.problems import PROBLEMS

MEDIA_TYPE = "application/problem+json"
BY_STATUS = {
    400: "bad_request",
    401: "token_missing",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "validation_failed",
    429: "rate_limited",
    503: "busy",
}
log = structlog.get_logger("registry")


def problem(code: str, detail: str | None = None, params: dict[str, Any] | None = None) -> Problem:
    """The problem of this code; the running request's id is its instance."""
    kind = PROBLEMS[code]
    return Problem(
        code=code,
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=f"urn:request:{request_id.get()}" if request_id.get() else None,
        params=params or {},
    )


def problem_response(
    code: str,
    detail: str | None = None,
    params: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response[Problem]:
    """The same as an HTTP response."""
    found = problem(code, detail, params)
    sent = dict(headers or {})
    if found.status == 401:
        sent["WWW-Authenticate"] = "Bearer"
    if PROBLEMS[code].retry and code != "media_incomplete":
        sent["Retry-After"] = str(found.params.get("retry_after", 5))
    return Response(found, status_code=found.status, media_type=MEDIA_TYPE, headers=sent)


def on_refused(_: Request[Any, Any, Any], error: RefusedError) -> Response[Problem]:
    """What a service refused on purpose."""
    return problem_response(error.code, error.detail, dict(error.details))


def on_domain(_: Request[Any, Any, Any], error: NuanFangError) -> Response[Problem]:
    """Input that the kernel refused: its own code travels in ``params``."""
    if error.code in PROBLEMS:
        return problem_response(error.code)
    return problem_response("validation_failed", params={"reason": error.code})


def on_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """What the web framework refused: routes, methods, sizes, fields."""
    if isinstance(error, ValidationException):
        return problem_response("validation_failed", params={"fields": _fields(error)})
    allow = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    code = BY_STATUS.get(error.status_code, "bad_request" if error.status_code < 500 else "internal")
    return problem_response(code, headers=allow)


def on_database(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The database is away or has no connection left: trying again later helps."""
    if isinstance(error, DBAPIError) and unstorable(error.orig):
        return on_unstorable(request, error)
    log.error("database", error=type(error).__name__)
    return problem_response("busy")


def on_unstorable(_: Request[Any, Any, Any], error: DBAPIError) -> Response[Problem]:
    """A value the database cannot hold: a NUL in a text, a number beyond its range, a name too long."""
    log.warning("unstorable", error=type(error.orig).__name__)
    return problem_response("validation_failed")


def on_depth(_: Request[Any, Any, Any], error: RecursionError) -> Response[Problem]:
    """JSON nested deeper than anybody reads; the log says where, in case it is a mistake of ours."""
    log.warning("too_deep", places=_places(error))
    return problem_response("bad_request")


def on_crash(_: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """A mistake of ours. The transaction is gone, so nothing of the request was kept."""
    if isinstance(error, DBAPIError):
        log.error("crash", error=type(error.orig).__name__, places=_places(error))
    else:
        log.error("crash", error=type(error).__name__, places=_places(error))
    return problem_response("internal")


def _fields(error: ValidationException) -> list[str]:
    """Names of the fields, never what was in them."""
    extra = error.extra if isinstance(error.extra, list) else []
    return sorted({str(one.get("key")) for one in extra if isinstance(one, dict) and one.get("key")})


def _places(error: BaseException) -> list[str]:
    """Where it happened, innermost last: file and line only. Messages may hold names or ID numbers."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-12:]


HANDLERS: dict[Any, Any] = {
    RefusedError: on_refused,
    NuanFangError: on_domain,
    HTTPException: on_http,
    PoolTimeout: on_database,
    OperationalError: on_database,
    DataError: on_unstorable,
    RecursionError: on_depth,
    Exception: on_crash,
}
