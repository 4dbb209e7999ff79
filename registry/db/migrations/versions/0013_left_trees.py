"""Files that were given to another union, or whose worker changed employers, leave those above the old one.

``put_households`` told only those who stand above the file now; whoever stood above it before kept it, and a
fresh phone there got it anew. What still follows a tree that its file has left is taken back here. Positions
must become visible in their order (ADR 0006), so nobody publishes meanwhile.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LEFT = """
LOCK TABLE changes IN SHARE ROW EXCLUSIVE MODE;
UPDATE changes c SET doc = NULL, position = nextval('feed_position')
WHERE c.kind = 'household' AND c.doc IS NOT NULL AND starts_with(c.audience, 'tree:') AND NOT EXISTS (
    SELECT FROM households h WHERE h.county = c.county AND h.id = c.id
    AND c.audience IN ('tree:' || h.path, 'tree:' || h.industrial_path)
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(LEFT)
