"""The ledger (总账): its signed head, and proofs that a record is in it and that it only ever grew."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from registry.api.access import TheOffice, Who
from registry.api.described import ERRORS
from registry.service.log import read
from sync.protocol.log import ConsistencyAnswer, LogProof, TreeHead

MOST = 2**62
"""Largest number a query may name: what the database can count to."""


@get("/v1/log/head", responses=ERRORS)
async def head(office: TheOffice, who: Who) -> TreeHead:
    """How the county's ledger stands now, signed."""
    return await read.log_head(office, who)


@get("/v1/log/proof", responses=ERRORS)
async def proof(
    office: TheOffice,
    who: Who,
    record_hash: Annotated[str, QueryParameter(name="hash")] = "",
    size: Annotated[int | None, QueryParameter(ge=0, le=MOST)] = None,
) -> LogProof:
    """Where the record with this hash stands, in the tree of ``size`` leaves or the newest."""
    return await read.log_proof(office, who, record_hash, size)


@get("/v1/log/consistency", responses=ERRORS)
async def consistency(
    office: TheOffice,
    who: Who,
    old: Annotated[int, QueryParameter(name="from", ge=0, le=MOST)] = 0,
    new: Annotated[int | None, QueryParameter(name="to", ge=0, le=MOST)] = None,
) -> ConsistencyAnswer:
    """That the tree of ``to`` leaves (the newest) begins with the tree of ``from`` leaves."""
    return await read.log_consistency(office, who, old, new)


ROUTES = [head, proof, consistency]
