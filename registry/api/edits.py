"""Household files in the office: read one, correct a field, decide about what visits brought (S14)."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from registry.api.access import TheOffice, Who
from registry.api.described import ERRORS
from registry.service.edits import decide, listing
from sync.protocol.edits import EditPage, EditRow, FileAnswer, FileEditRequest, SettleRequest


@get("/v1/edits", responses=ERRORS)
async def edits(
    office: TheOffice,
    who: Who,
    every: Annotated[bool, QueryParameter(name="all")] = False,
    household: FromQuery[str] = "",
    after: FromQuery[str] = "",
    limit: FromQuery[int] = 50,
) -> EditPage:
    """Corrections that wait for a person, newest first; with ``all=true`` also the settled ones."""
    return await listing.list_edits(
        office, who, only_open=not every, household=household, after=after, limit=limit
    )


@get("/v1/households/{household_id:str}", responses=ERRORS)
async def file(office: TheOffice, who: Who, household_id: FromPath[str]) -> FileAnswer:
    """One file, masked, with its version and its corrections."""
    return await listing.read_file(office, who, household_id)


@post("/v1/households/{household_id:str}/edits", status_code=200, responses=ERRORS)
async def edit(
    office: TheOffice, who: Who, household_id: FromPath[str], data: JSONBody[FileEditRequest]
) -> EditRow:
    """The office corrects one field; the phones that hold the file hear it."""
    return await decide.edit_file(office, who, household_id, data)


@post("/v1/edits/{edit_id:str}/settle", status_code=200, responses=ERRORS)
async def settle(
    office: TheOffice, who: Who, edit_id: FromPath[str], data: JSONBody[SettleRequest]
) -> EditRow:
    """A person decides: keep, take, or another value."""
    return await decide.settle_edit(office, who, edit_id, data)


ROUTES = [edits, file, edit, settle]
