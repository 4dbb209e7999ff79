"""What a phone hears of its own records: received, photos complete, and what a supervisor said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.arrays import Texts
from registry.db.bulk import Ask, fly
from registry.service.feed_write import LOCK, UPSERT

MISSING = """
    SELECT f.record_id, f.sha256 FROM media_refs f
    WHERE f.county = $1 AND f.record_id = ANY($2) AND NOT EXISTS (
        SELECT FROM media m WHERE m.county = f.county AND m.sha256 = f.sha256)
    ORDER BY f.sha256
"""
HELD = "SELECT sha256 FROM media WHERE county = $1 AND sha256 = ANY($2)"
_PUBLISH = f"""
    INSERT INTO changes (county, audience, kind, id, doc)
    SELECT r.county, 'user:' || r.author_id, 'feedback', r.id,
           jsonb_build_object('id', r.id, 'record_id', r.id, 'missing', f.missing, 'flags', to_jsonb(r.flags),
                              'state', CASE WHEN f.missing > 0 THEN 'received' ELSE 'complete' END)
           || coalesce(v.said, '{{{{}}}}'::jsonb) || coalesce(e.told, '{{{{}}}}'::jsonb)
    FROM (SELECT DISTINCT unnest({{which}}) AS id) AS asked
    CROSS JOIN LATERAL (
        SELECT * FROM records WHERE county = $1 AND id = asked.id AND state = 'accepted' LIMIT 1
    ) r
    CROSS JOIN LATERAL (
        SELECT count(*) AS missing FROM media_refs f
        WHERE f.county = r.county AND f.record_id = r.id AND f.record_hash = r.hash AND NOT EXISTS (
            SELECT FROM media m WHERE m.county = f.county AND m.sha256 = f.sha256)
    ) f
    LEFT JOIN LATERAL (
        SELECT jsonb_build_object('verdict', w.verdict, 'note', w.note) AS said FROM reviews w
        WHERE w.county = r.county AND w.record_id = r.id ORDER BY w.at DESC LIMIT 1
    ) v ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_build_object('edits', jsonb_agg(jsonb_build_object('field', x.field, 'state', x.state)
                                                     ORDER BY x.field)) AS told
        FROM file_edits x WHERE x.county = r.county AND x.record_id = r.id HAVING count(*) > 0
    ) e ON true
    {UPSERT}
"""  # noqa: S608
PUBLISH = _PUBLISH.format(which="$2::text[]")
PUBLISH_NAMING = _PUBLISH.format(
    which="""ARRAY(
        SELECT n.record_id FROM media_refs n WHERE n.county = $1 AND n.sha256 = ANY(ARRAY(
            SELECT a.sha256 FROM media a
            WHERE a.county = $1 AND a.sha256 = ANY($2) AND a.received_at = $3::timestamptz)))"""
)
"""Records that name one of these files, of those that arrived at $3."""


def held_of(county: str, files: Iterable[str]) -> Ask:
    """Which of these files are here; hold the feed before you rely on the others' absence."""
    return Ask(HELD, (county, Texts(files)))


async def missing_of(connection: AsyncConnection, county: str, ids: Sequence[str]) -> dict[str, list[str]]:
    """Record id → sha256 of the files that have not arrived, sorted."""
    found: dict[str, list[str]] = defaultdict(list)
    if ids:
        for row in (await fly(connection, Ask(MISSING, (county, Texts(ids)))))[0]:
            found[row.record_id].append(row.sha256)
    return found


async def tell_authors(connection: AsyncConnection, county: str, ids: Sequence[str]) -> None:
    """Put these records' state as of now into the feed."""
    if ids:
        await fly(connection, Ask(LOCK, (county,)), Ask(PUBLISH, (county, Texts(sorted(ids)))))


def tell_of_files(county: str, sha256s: Iterable[str], arrived_at: datetime) -> tuple[Ask, Ask]:
    """The same for all records that name one of these files, asked in the flight that writes them; files
    that were here before have another ``arrived_at``. The feed is held first: a record that is being written
    in this moment waits for it too, so neither overlooks the other."""
    return Ask(LOCK, (county,)), Ask(PUBLISH_NAMING, (county, Texts(sha256s), arrived_at))
