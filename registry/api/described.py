"""What /v1/openapi.json says beyond what the types say: the one error shape, and bodies read by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from registry.api.problems import MEDIA_TYPE
from sync.protocol.messages import MAX_RECORDS, Problem

_TEXTS = {
    400: "The request cannot be understood",
    401: "No valid token",
    403: "This role may not do that",
    404: "There is nothing here",
    413: "The body is larger than allowed",
    415: "This content type or encoding is not served",
    422: "A field is missing or wrong",
    429: "Too many requests",
    503: "Try again later",
}
ERRORS: dict[int, ResponseSpec] = {
    status: ResponseSpec(Problem, generate_examples=False, description=text, media_type=MEDIA_TYPE)
    for status, text in _TEXTS.items()
}
"""For ``responses=`` of every route under /v1."""

_TEXT = Schema(type=OpenAPIType.STRING)
_SEALED = Schema(
    type=OpenAPIType.OBJECT,
    properties={"id": _TEXT, "hash": _TEXT, "sig": _TEXT, "record": _TEXT},
    required=["id", "hash", "sig", "record"],
)
_SENT = Schema(
    type=OpenAPIType.OBJECT,
    properties={"monotonic_ns": Schema(type=OpenAPIType.INTEGER, minimum=0), "boot_id": _TEXT},
    required=["monotonic_ns", "boot_id"],
    description="The phone's monotonic clock at this sending; optional, ignored when it cannot be read",
)
_BATCH = Schema(
    type=OpenAPIType.OBJECT,
    properties={
        "records": Schema(type=OpenAPIType.ARRAY, items=_SEALED, max_items=MAX_RECORDS),
        "sent": _SENT,
    },
    required=["records"],
)
_BYTES = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)


def _body(kind: str, schema: Schema, *, required: bool) -> RequestBody:
    return RequestBody(content={kind: OpenAPIMediaType(schema=schema)}, required=required)


@dataclass
class TakesRecords(Operation):
    """The batch: read by hand, because each item is decoded alone."""

    def __post_init__(self, *_: Any) -> None:
        self.request_body = _body("application/json", _BATCH, required=True)


@dataclass
class TakesXlsx(Operation):
    """A questionnaire's spreadsheet."""

    def __post_init__(self, *_: Any) -> None:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self.request_body = _body(kind, _BYTES, required=True)


@dataclass
class TakesFile(Operation):
    """A file beside a questionnaire."""

    def __post_init__(self, *_: Any) -> None:
        self.request_body = _body("application/octet-stream", _BYTES, required=True)


@dataclass
class TakesBytes(Operation):
    """A chunk of tus."""

    def __post_init__(self, *_: Any) -> None:
        self.request_body = _body("application/offset+octet-stream", _BYTES, required=False)
