"""Corrections of household files; a record is found by what it corrects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting', 'conflict')")


def upgrade() -> None:
    op.create_table(
        "file_edits",
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("county", "id", "household_id", "field")],
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("before", "after")],
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "flags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_file_edits")),
    )
    op.create_index("ix_file_edits_household", "file_edits", ["county", "household_id", "field"])
    op.create_index("ix_file_edits_open", "file_edits", ["county", "household_id"], postgresql_where=OPEN)
    op.create_index("uq_file_edits_record", "file_edits", ["county", "record_id", "field"], unique=True)
    # R19: whose phone number is this?
    op.execute("CREATE INDEX ix_households_phone ON households (county, (doc #>> '{worker,phone}'))")
    # a record that arrives after its correction
    op.create_index(
        "ix_records_corrects",
        "records",
        ["county", "corrects"],
        postgresql_where=sa.text("corrects IS NOT NULL"),
    )
