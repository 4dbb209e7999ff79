"""POST /v1/records up, GET /v1/changes down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import structlog
from litestar import MediaType, Response, get, post
from litestar.params import FromQuery
from litestar.response import Stream

from registry.api.access import AnyRequest, TheOffice, Who
from registry.api.bodies import read_packed, unpacked
from registry.api.described import ERRORS, TakesRecords
from registry.api.metrics import count_records
from registry.api.packing import IDENTITY, Packer, packer_for
from registry.service.feed_read import read_feed
from registry.service.intake import take_in
from registry.service.office import Office
from registry.service.principal import Principal
from sync.protocol.messages import MAX_BATCH_BYTES, ChangesAnswer, RecordsAnswer

log = structlog.get_logger("registry")
MOST_PAGES = 16
"""In one answer: a phone's browser holds it in memory as a whole."""
SMALL = 600
"""Bytes of JSON that are not worth packing."""
LINES = "application/x-ndjson"


@post(
    "/v1/records", status_code=200, request_max_body_size=None, responses=ERRORS, operation_class=TakesRecords
)
async def records(request: AnyRequest, office: TheOffice, who: Who) -> RecordsAnswer:
    """A batch of sealed records; one answer per item, and a signed checkpoint."""
    with office.batches.admit(who.device_id, unpacked(request, MAX_BATCH_BYTES)):
        body = await read_packed(request, MAX_BATCH_BYTES)
        answer = await take_in(office, who, body)
    count_records(answer)
    accepted = sum(one.state == "accepted" for one in answer.results)
    log.info(
        "intake", county=who.county, device=who.device_id, records=len(answer.results), accepted=accepted
    )
    return answer


@get("/v1/changes", responses=ERRORS)
async def changes(
    request: AnyRequest, office: TheOffice, who: Who, since: FromQuery[str] = "", pages: FromQuery[int] = 1
) -> Response[ChangesAnswer]:
    """What is new for this person since the cursor: one page, or up to ``pages`` as one stream of lines, each
    a ChangesAnswer that stands for itself."""
    first, pages = await read_feed(office, who, since), max(pages, 1)
    packer = packer_for(request.headers.get("accept-encoding", ""))
    lines = _lines(office, who, first, min(pages, MOST_PAGES), packer)
    if not first.more or pages <= 1:
        body = b"".join([piece async for piece in lines])
        small = msgspec.json.encode(first)
        if len(small) < SMALL:
            packer, body = IDENTITY, small
        return Response(body, headers=packer.headers, media_type=MediaType.JSON)  # type: ignore[arg-type]
    return Stream(lines, headers=packer.headers, media_type=LINES)  # type: ignore[return-value]


async def _lines(
    office: Office, who: Principal, answer: ChangesAnswer, pages: int, packer: Packer
) -> AsyncIterator[bytes]:
    """Each page leaves as soon as it is made; the next is made while it is packed and travels."""
    for left in range(pages, 0, -1):
        more = answer.more and left > 1
        line = msgspec.json.encode(answer) + (b"\n" if more or left < pages else b"")
        ahead = asyncio.ensure_future(read_feed(office, who, answer.cursor)) if more else None
        try:
            yield await asyncio.to_thread(packer.piece, line)
            if ahead is None:
                break
            answer = await ahead
        finally:  # also when nobody listens any more
            if ahead is not None:
                ahead.cancel()
    yield packer.end()


ROUTES = [records, changes]
