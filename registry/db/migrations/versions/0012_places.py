"""A record says where its household stands, so that a supervisor's filters are answered by one index.

``industrial_path``, ``town``, ``home_name`` and ``home_number`` are the household's, as in its file; ``path``
too follows it (ADR 0020). Each record and questionnaire is put where its household, or the organisation it
named, stands today. The indexes of households that the filters went by are not needed any more.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE households ADD COLUMN town text GENERATED ALWAYS AS (doc #>> '{address,town}'::text[]) STORED;
ALTER TABLE records ADD COLUMN industrial_path text, ADD COLUMN town text, ADD COLUMN home_name text,
    ADD COLUMN home_number text;
ALTER TABLE counties ADD COLUMN moved_at timestamptz;
DROP INDEX ix_records_queue;
DROP INDEX ix_households_town;
DROP INDEX ix_households_names;
DROP INDEX ix_households_industrial;
"""

FILLED = """
UPDATE records r SET path = h.path, industrial_path = h.industrial_path, town = h.town, home_name = h.name,
    home_number = h.number
FROM households h WHERE h.county = r.county AND h.id = r.household_id;
UPDATE records r SET path = o.path FROM orgs o
WHERE o.county = r.county AND o.id = split_part(r.path, '/', -2) AND r.home_number IS NULL
    AND r.path <> o.path;
UPDATE surveys s SET path = r.path FROM records r
WHERE r.county = s.county AND r.id = s.record_id AND r.hash = s.record_hash AND r.path <> s.path;
"""

INDEX = """
CREATE INDEX ix_records_queue ON records (county, flagged, received_at, id)
    INCLUDE (path, industrial_path, town, home_name, home_number, reviewed, author_id, state)
    WHERE type = 'visit';
"""


def upgrade() -> None:
    for statements in (COLUMNS, FILLED, INDEX):
        op.get_bind().exec_driver_sql(statements)
