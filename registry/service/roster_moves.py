"""Files follow the organisation that keeps them, and the employer, when one of these moves in the trees; and
whoever stood above a file that left its tree, because that moved or because it was given away, loses it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.arrays import Texts
from registry.db.bulk import Ask, fly
from registry.service.feed_write import News, for_tree, publish

MOVED = """
    SELECT h.id, o.path, e.industrial_path, h.path AS was, h.industrial_path AS was_industrial
    FROM households h JOIN orgs o ON o.county = h.county AND o.id = h.org_id
    LEFT JOIN orgs e ON e.county = h.county AND e.id = h.doc #>> '{worker,employer_id}'
    WHERE h.county = $1
    AND (h.path <> o.path OR h.industrial_path IS DISTINCT FROM e.industrial_path) ORDER BY h.id
"""
STOOD = """
    SELECT id, path AS was, industrial_path AS was_industrial FROM households
    WHERE county = $1 AND id = ANY($2)
"""
MOVE = """
    UPDATE households h SET path = m.path, industrial_path = m.industrial_path
    FROM unnest($2::text[], $3::text[], $4::text[]) AS m(id, path, industrial_path)
    WHERE h.county = $1 AND h.id = m.id
"""


async def move_files(connection: AsyncConnection, county: str) -> Sequence[Any]:
    """Put them where their organisations stand now; returns which moved, and from where. Publish nothing
    before: whoever holds the feed must not wait for a file."""
    (moved,) = await fly(connection, Ask(MOVED, (county,)))
    if moved:
        ids, paths, industrial, *_ = zip(*moved, strict=True)
        await fly(connection, Ask(MOVE, (county, Texts(ids), Texts(paths), Texts(industrial))))
    return moved


async def stood(connection: AsyncConnection, county: str, ids: Sequence[str]) -> Sequence[Any]:
    """Where these files stand, for ``take_back`` after they were written; those that are known. Nobody else
    moves them while you hold the roster."""
    (rows,) = await fly(connection, Ask(STOOD, (county, Texts(ids))))
    return rows


async def take_back(connection: AsyncConnection, county: str, moved: Iterable[Any]) -> None:
    """Those who stood above these files lose them (id, was, was_industrial). Publish the files afterwards:
    whoever stands above them now gets them, or keeps them."""
    left = [(path, row.id) for row in moved for path in (row.was, row.was_industrial) if path]
    await publish(connection, county, [News(for_tree(path), "household", home, None) for path, home in left])
