"""Reading the ledger's hashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.merkle import Node, Span, perfect, span_hash

NODES = text(
    """
    SELECT n.level, n.index, n.hash FROM log_nodes n
    JOIN unnest(CAST(:levels AS smallint[]), CAST(:places AS bigint[])) AS w(level, place)
      ON n.level = w.level AND n.index = w.place
    WHERE n.county = :county
    """
)


async def read_nodes(connection: AsyncConnection, county: str, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of these perfect subtrees, in one statement."""
    nodes = sorted(set(wanted))
    if not nodes:
        return {}
    asked = {"county": county, "levels": [one[0] for one in nodes], "places": [one[1] for one in nodes]}
    rows = await connection.execute(NODES, asked)
    return {(level, place): bytes(found) for level, place, found in rows}


async def span_hashes(
    connection: AsyncConnection, county: str, groups: Sequence[Sequence[Span]]
) -> list[list[bytes]]:
    """The hash of each span, group by group, in one statement."""
    wanted = {node for spans in groups for span in spans for node in perfect(*span)}
    nodes = await read_nodes(connection, county, wanted)
    return [[span_hash(span, nodes) for span in spans] for spans in groups]
