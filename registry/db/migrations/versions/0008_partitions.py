"""What was signed and what was reached, divided by campaign and county; a queue in the order of its index.

One record is one row of ``records``, where its id is unique in its county whatever campaign it names, and one
row of ``record_bodies``, which holds nine tenths of the room. Why so: ADR 0014.

The parts live in the schema ``parts``. A campaign gets its own by ``open_campaign``, which put_campaign
calls; rows of campaigns that have none lie in the common part and move when theirs is made.

Two settings of the database (ALTER DATABASE … SET …): ``nuanfang.pieces``, pieces by county of each part,
8, or 0 where the database is distributed by county itself (docs/scale.md); ``nuanfang.parts``, how many
campaigns get parts of their own, 64: where every county makes its own campaigns there may be thousands.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = """
CREATE SCHEMA parts;

CREATE TABLE record_bodies (
    county text NOT NULL, record_id text NOT NULL, record_hash text NOT NULL, campaign_id text NOT NULL,
    sig text NOT NULL, raw bytea NOT NULL,
    CONSTRAINT pk_record_bodies PRIMARY KEY (county, record_id, record_hash, campaign_id)
) PARTITION BY LIST (campaign_id);
ALTER TABLE record_bodies ALTER COLUMN raw SET STORAGE EXTERNAL;

ALTER TABLE reached RENAME TO reached_before;
ALTER TABLE reached_before RENAME CONSTRAINT pk_reached TO pk_reached_before;
CREATE TABLE reached (
    county text NOT NULL, campaign_id text NOT NULL, household_id text NOT NULL, record_id text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_reached PRIMARY KEY (county, campaign_id, household_id)
) PARTITION BY LIST (campaign_id);
"""

FUNCTIONS = """
CREATE FUNCTION setting(name text, otherwise integer) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('nuanfang.' || name, true), '')::integer, otherwise)
$$;

-- One part of one table, piece by piece.
CREATE FUNCTION make_part(base text, name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    pieces integer := setting('pieces', 8);
BEGIN
    EXECUTE format('CREATE TABLE parts.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING STORAGE) %s',
                   name, base, CASE WHEN pieces > 0 THEN 'PARTITION BY HASH (county)' ELSE '' END);
    FOR n IN 0 .. pieces - 1 LOOP
        EXECUTE format('CREATE TABLE parts.%I PARTITION OF parts.%I
                        FOR VALUES WITH (MODULUS %s, REMAINDER %s)', name || '_' || n, name, pieces, n);
    END LOOP;
END $$;

-- A part for one campaign; what came before it moves out of the common part.
CREATE FUNCTION open_part(base text, mark text, campaign text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := base || '_' || mark;
    common text := base || '_common';
    early boolean;
BEGIN
    PERFORM make_part(base, name);
    EXECUTE format('LOCK TABLE parts.%I IN ACCESS EXCLUSIVE MODE', common);
    EXECUTE format('SELECT EXISTS (SELECT FROM parts.%I WHERE campaign_id = $1)', common)
        INTO early USING campaign;
    IF early THEN
        EXECUTE format('ALTER TABLE parts.%I DISABLE TRIGGER USER', common);
        EXECUTE format('WITH moved AS (DELETE FROM parts.%I WHERE campaign_id = $1 RETURNING *)
                        INSERT INTO parts.%I SELECT * FROM moved', common, name) USING campaign;
        EXECUTE format('ALTER TABLE parts.%I ENABLE TRIGGER USER', common);
    END IF;
    EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION parts.%I FOR VALUES IN (%L)',
                   base, name, campaign);
END $$;

-- True when the campaign now has parts of its own that it had not before.
CREATE FUNCTION open_campaign(campaign text) RETURNS boolean LANGUAGE plpgsql
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
    FOREACH base IN ARRAY ARRAY['record_bodies', 'reached'] LOOP
        PERFORM open_part(base, mark, campaign);
    END LOOP;
    RETURN true;
END $$;
"""

MOVE = """
SELECT make_part('record_bodies', 'record_bodies_common');
SELECT make_part('reached', 'reached_common');
ALTER TABLE record_bodies ATTACH PARTITION parts.record_bodies_common DEFAULT;
ALTER TABLE reached ATTACH PARTITION parts.reached_common DEFAULT;
SELECT open_campaign('');
SELECT open_campaign(id) FROM (SELECT DISTINCT id FROM campaigns ORDER BY id) AS known;

INSERT INTO record_bodies (county, record_id, record_hash, campaign_id, sig, raw)
    SELECT county, id, hash, coalesce(campaign_id, ''), sig, raw FROM records;
INSERT INTO reached (county, campaign_id, household_id, record_id, at)
    SELECT county, campaign_id, household_id, record_id, at FROM reached_before;
DROP TABLE reached_before;

CREATE TRIGGER record_bodies_stay BEFORE DELETE ON record_bodies
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

RECORDS = """
ALTER TABLE records
    DROP COLUMN raw,
    DROP COLUMN sig,
    ADD COLUMN flagged boolean NOT NULL
        GENERATED ALWAYS AS (cardinality(flags) > 0 OR state <> 'accepted') STORED;
DROP INDEX ix_records_received;
CREATE INDEX ix_records_queue ON records (county, flagged, received_at, id)
    INCLUDE (path, household_id, reviewed) WHERE type = 'visit';
CREATE INDEX ix_households_active ON households (county, path, industrial_path, id) WHERE status = 'active';
-- pages that hold only finished rows are known as such, or the queue's index would not be enough by itself
ALTER TABLE records SET (autovacuum_vacuum_insert_scale_factor = 0.01);
"""


def upgrade() -> None:
    for statements in (TABLES, FUNCTIONS, MOVE, RECORDS):
        op.get_bind().exec_driver_sql(statements.replace("%", "%%"))
