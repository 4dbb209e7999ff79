"""A household's last visit stands beside its file: a visit no longer rewrites the whole document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOVE = """
UPDATE households SET last_visit = doc -> 'last_visit', doc = doc - 'last_visit' WHERE doc ? 'last_visit'
"""


def upgrade() -> None:
    op.add_column("households", sa.Column("last_visit", postgresql.JSONB(none_as_null=True), nullable=True))
    op.execute(MOVE)
