"""A body that a handler leaves before its end takes its connection with it (S25)."""

from __future__ import annotations

from typing import Any

import pytest

from registry.api.edge import Edge

PARTS = (b"one", b"two", b"three")


async def answered(reads: int) -> dict[bytes, bytes]:
    """The headers of an answer whose handler asks for so many parts of a body of three."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(reads):
            await receive()
        await send({"type": "http.response.start", "status": 204, "headers": []})

    coming = iter(PARTS)

    async def receive() -> Any:
        data = next(coming)
        return {"type": "http.request", "body": data, "more_body": data != PARTS[-1]}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http",
        "method": "PATCH",
        "path": "/v1/media/uploads/x",
        "headers": [],
        "query_string": b"",
    }
    await Edge(app)(scope, receive, send)
    return dict(sent[0]["headers"])


@pytest.mark.parametrize("reads", [1, 2])
async def test_what_still_comes_of_a_body_is_no_next_request(reads):
    """Left after a part of it: the connection is closed."""
    assert (await answered(reads))[b"connection"] == b"close"


@pytest.mark.parametrize("reads", [0, 3])
async def test_a_connection_goes_on_after_a_whole_body(reads):
    """Read to its end, or never begun, which the server itself deals with: the connection stays."""
    assert b"connection" not in await answered(reads)
