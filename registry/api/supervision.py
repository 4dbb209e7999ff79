"""The supervisor's routes: queue, one visit, verdict, reveal, coverage, quarantine."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from registry.api.access import TheOffice, Who
from registry.api.described import ERRORS
from registry.service import coverage as counting
from registry.service import release, supervise
from registry.service.visit_detail import visit_detail
from registry.service.visits import Filter, list_visits
from sync.protocol.messages import CoverageAnswer, VisitDetail, VisitPage, VisitRow
from sync.protocol.supervision import (
    DismissRequest,
    QuarantinePage,
    RevealAnswer,
    RevealRequest,
    ReviewRequest,
    Settled,
)


@get("/v1/visits", responses=ERRORS)
async def visits(  # noqa: PLR0913 - one query parameter each
    office: TheOffice,
    who: Who,
    kept: Annotated[str, QueryParameter(name="state")] = "",
    flag: FromQuery[str] = "",
    flagged: FromQuery[bool] = False,
    unreviewed: FromQuery[bool] = False,
    town: FromQuery[str] = "",
    author: FromQuery[str] = "",
    text: FromQuery[str] = "",
    after: FromQuery[str] = "",
    limit: FromQuery[int] = 50,
) -> VisitPage:
    """Visits of the reader's subtree: flagged first, then newest; ``after`` is the last page's ``next``."""
    wanted = Filter(
        state=kept, flag=flag, flagged=flagged, unreviewed=unreviewed, town=town, author=author, text=text
    )
    return await list_visits(office, who, wanted, after, limit)


@get("/v1/visits/{visit_id:str}", responses=ERRORS)
async def visit(office: TheOffice, who: Who, visit_id: FromPath[str]) -> VisitDetail:
    """One visit, its checks, and its place in the chain, computed now."""
    return await visit_detail(office, who, visit_id)


@post("/v1/visits/{visit_id:str}/review", status_code=200, responses=ERRORS)
async def review(
    office: TheOffice, who: Who, visit_id: FromPath[str], data: JSONBody[ReviewRequest]
) -> VisitRow:
    """A verdict; the author's phone hears it."""
    return await supervise.review(office, who, visit_id, data)


@post("/v1/reveal", status_code=200, responses=ERRORS)
async def reveal(office: TheOffice, who: Who, data: JSONBody[RevealRequest]) -> RevealAnswer:
    """One masked field, for a reason that is kept."""
    return await supervise.reveal(office, who, data)


@get("/v1/coverage", responses=ERRORS)
async def coverage(office: TheOffice, who: Who, campaign: FromQuery[str] = "") -> CoverageAnswer:
    """Reached ÷ active files per organisation (S25)."""
    return await counting.coverage_of(office, who, campaign or None)


@get("/v1/quarantine", responses=ERRORS)
async def quarantine(office: TheOffice, who: Who) -> QuarantinePage:
    """What could not be read, newest first."""
    return await supervise.list_quarantine(office, who)


@post("/v1/quarantine/{item_id:str}/retry", status_code=200, responses=ERRORS)
async def retry(office: TheOffice, who: Who, item_id: FromPath[str]) -> Settled:
    """Decode it again with today's code."""
    return await release.retry(office, who, item_id)


@post("/v1/quarantine/{item_id:str}/dismiss", status_code=200, responses=ERRORS)
async def dismiss(
    office: TheOffice, who: Who, item_id: FromPath[str], data: JSONBody[DismissRequest]
) -> Settled:
    """Take it off the list, for a reason that is kept."""
    return await release.dismiss(office, who, item_id, data.reason)


ROUTES = [retry, dismiss, visits, visit, review, reveal, coverage, quarantine]
