"""Households that only a corrected visit had met are reached no more, and the sums of coverage say so (S25).

Until now a correction took back a visit's money, answers and edits, but not that.
"""

from __future__ import annotations

from importlib import import_module

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STANDS = """
    r.county = reached.county AND r.household_id = reached.household_id
    AND r.campaign_id = reached.campaign_id AND r.type = 'visit' AND r.result = 'met' AND r.state = 'accepted'
    AND NOT EXISTS (SELECT FROM records c WHERE c.county = r.county AND c.corrects = r.id
                    AND c.author_id = r.author_id AND c.state = 'accepted')
"""
CORRECTED = """
    EXISTS (SELECT FROM records c JOIN records o ON o.county = c.county AND o.id = c.corrects
            AND o.author_id = c.author_id WHERE c.county = reached.county AND c.state = 'accepted'
            AND c.corrects = reached.record_id)
"""
OTHER = f"""
UPDATE reached SET record_id = other.id, at = other.received_at FROM (
    SELECT DISTINCT ON (reached.county, reached.campaign_id, reached.household_id) reached.county,
        reached.campaign_id, reached.household_id, r.id, r.received_at
    FROM reached JOIN records r ON {STANDS} WHERE {CORRECTED}
    ORDER BY reached.county, reached.campaign_id, reached.household_id, r.received_at, r.id
) AS other
WHERE reached.county = other.county AND reached.campaign_id = other.campaign_id
    AND reached.household_id = other.household_id
"""  # noqa: S608
GONE = f"DELETE FROM reached WHERE {CORRECTED} AND NOT EXISTS (SELECT FROM records r WHERE {STANDS})"  # noqa: S608


def upgrade() -> None:
    """First those whom another visit has met too. Positions of the feed become visible in their order."""
    connection = op.get_bind()
    connection.exec_driver_sql("LOCK TABLE changes IN SHARE ROW EXCLUSIVE MODE")
    connection.exec_driver_sql(OTHER)
    if connection.exec_driver_sql(GONE).rowcount:
        sums = import_module("registry.db.migrations.versions.0011_coverage").SUMS
        connection.exec_driver_sql(sums)


def downgrade() -> None:
    """What was reached by mistake is not reached again."""
