"""The Merkle log over everything accepted. Its rows are only ever added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE TRIGGER log_leaves_stay BEFORE UPDATE OR DELETE ON log_leaves
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_nodes_stay BEFORE UPDATE OR DELETE ON log_nodes
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_heads_stay BEFORE UPDATE OR DELETE ON log_heads
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.create_table(
        "log_trees",
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("county", name=op.f("pk_log_trees")),
    )
    op.create_table(
        "log_leaves",
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("record_hash", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "index", name=op.f("pk_log_leaves")),
    )
    op.create_index("uq_log_leaves_record", "log_leaves", ["county", "record_id", "record_hash"], unique=True)
    op.create_index("ix_log_leaves_hash", "log_leaves", ["county", "record_hash"], unique=False)
    op.create_table(
        "log_nodes",
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county", "level", "index", name=op.f("pk_log_nodes")),
    )
    op.create_table(
        "log_heads",
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("sig", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("county", "day", name=op.f("pk_log_heads")),
    )
    op.execute(APPEND_ONLY)
