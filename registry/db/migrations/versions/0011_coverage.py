"""Sums of coverage for every campaign and organisation; a campaign opens between visits, not among them;
a supervisor's filters answered from indexes.

The sums were told for the organisations that somebody had visited; from now on they are what a supervisor
reads, so each is counted once here (ADR 0018). Those of campaigns that no county knows are taken back.

``open_campaign`` first stops what writes to the two tables, on their parents and in the order of intake:
a visit that had chosen the common part for its text found, when it came to write it, that it belonged
elsewhere by then, and its batch failed.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SUMS = """
WITH active AS (
    SELECT county, path, industrial_path, count(*) AS homes FROM households
    WHERE status = 'active' GROUP BY county, path, industrial_path
), met AS (
    SELECT r.county, r.campaign_id, h.path, h.industrial_path, count(*) AS homes
    FROM reached r JOIN households h ON h.county = r.county AND h.id = r.household_id
    WHERE h.status = 'active' GROUP BY r.county, r.campaign_id, h.path, h.industrial_path
), above AS (
    SELECT DISTINCT county, path, industrial_path, org FROM active
    CROSS JOIN unnest(string_to_array(path || coalesce(industrial_path, ''), '/')) AS org WHERE org <> ''
), sums AS (
    SELECT c.county, c.id || ':' || o.id AS id, jsonb_build_object('campaign_id', c.id, 'org_id', o.id,
           'org_name', o.name, 'active', sum(active.homes), 'reached', coalesce(sum(met.homes), 0)) AS doc
    FROM above JOIN active ON active.county = above.county AND active.path = above.path
        AND active.industrial_path IS NOT DISTINCT FROM above.industrial_path
    JOIN orgs o ON o.county = above.county AND o.id = above.org
    JOIN campaigns c ON c.county = above.county
    LEFT JOIN met ON met.county = above.county AND met.campaign_id = c.id AND met.path = above.path
        AND met.industrial_path IS NOT DISTINCT FROM above.industrial_path
    GROUP BY c.county, c.id, o.id, o.name
), gone AS (
    UPDATE changes t SET position = nextval('feed_position'), doc = CASE
        WHEN EXISTS (SELECT FROM campaigns c WHERE c.county = t.county AND c.id = t.doc ->> 'campaign_id')
        THEN t.doc || '{"active": 0, "reached": 0}' END
    WHERE t.audience = 'all' AND t.kind = 'coverage' AND t.doc IS NOT NULL
        AND NOT EXISTS (SELECT FROM sums s WHERE s.county = t.county AND s.id = t.id)
)
INSERT INTO changes (county, audience, kind, id, doc)
    SELECT county, 'all', 'coverage', id, doc FROM sums
    ON CONFLICT (county, audience, kind, id) DO UPDATE
    SET position = nextval('feed_position'), doc = excluded.doc
    WHERE changes.doc IS DISTINCT FROM excluded.doc
"""

OPEN = """
CREATE OR REPLACE FUNCTION open_campaign(campaign text) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mark text := left(md5(campaign), 16);
    base text;
BEGIN
    IF to_regclass('parts.record_bodies_' || mark) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(730002);
    IF to_regclass('parts.record_bodies_' || mark) IS NOT NULL
       -- beside them the common part and that of records without a campaign
       OR (SELECT count(*) - 2 FROM pg_inherits WHERE inhparent = 'record_bodies'::regclass)
          >= setting('parts', 64) THEN
        RETURN false;
    END IF;
    -- no row may be on its way to the common part
    LOCK TABLE ONLY record_bodies IN SHARE ROW EXCLUSIVE MODE;
    LOCK TABLE ONLY reached IN SHARE ROW EXCLUSIVE MODE;
    FOREACH base IN ARRAY ARRAY['record_bodies', 'reached'] LOOP
        PERFORM open_part(base, mark, campaign);
    END LOOP;
    RETURN true;
END $$;
"""

INDEXES = """
DROP INDEX ix_records_queue;
CREATE INDEX ix_records_queue ON records (county, flagged, received_at, id)
    INCLUDE (path, household_id, reviewed, author_id, state) WHERE type = 'visit';
CREATE INDEX ix_households_town ON households (county, (doc #>> '{address,town}'));
CREATE INDEX ix_households_names ON households (county, id) INCLUDE (name, number);
CREATE INDEX ix_households_industrial ON households (county, industrial_path text_pattern_ops) INCLUDE (id)
    WHERE industrial_path IS NOT NULL;
"""


def upgrade() -> None:
    for statements in (SUMS, OPEN, INDEXES):
        op.get_bind().exec_driver_sql(statements.replace("%", "%%"))
