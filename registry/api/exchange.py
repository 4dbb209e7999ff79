"""POST /v1/records up, GET /v1/changes down."""

from __future__ import annotations

import structlog
from litestar import get, post
from litestar.params import FromQuery

from registry.api.access import AnyRequest, TheOffice, Who
from registry.api.bodies import read_packed
from registry.api.described import ERRORS, TakesRecords
from registry.service.feed_read import read_feed
from registry.service.intake import take_in
from sync.protocol.messages import MAX_BATCH_BYTES, ChangesAnswer, RecordsAnswer

log = structlog.get_logger("registry")


@post(
    "/v1/records", status_code=200, request_max_body_size=None, responses=ERRORS, operation_class=TakesRecords
)
async def records(request: AnyRequest, office: TheOffice, who: Who) -> RecordsAnswer:
    """A batch of sealed records; one answer per item, and a signed checkpoint."""
    body = await read_packed(request, MAX_BATCH_BYTES)
    answer = await take_in(office, who, body)
    accepted = sum(one.state == "accepted" for one in answer.results)
    log.info(
        "intake", county=who.county, device=who.device_id, records=len(answer.results), accepted=accepted
    )
    return answer


@get("/v1/changes", responses=ERRORS)
async def changes(office: TheOffice, who: Who, since: FromQuery[str] = "") -> ChangesAnswer:
    """What is new for this person since the cursor."""
    return await read_feed(office, who, since)


ROUTES = [records, changes]
