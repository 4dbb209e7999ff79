"""Devices are told to wipe themselves; a quarantined item is settled by a person; the queue of jobs.

The queue lives in the schema ``jobs``: its tables belong to the installation and carry no county.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

QUEUE = Path(__file__).parents[1] / "procrastinate_3_10.sql"


def upgrade() -> None:
    op.add_column("devices", sa.Column("wipe_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("devices", sa.Column("wiped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("quarantine", sa.Column("state", sa.Text(), server_default="open", nullable=False))
    op.add_column("quarantine", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("quarantine", sa.Column("settled_by", sa.Text(), nullable=True))
    op.add_column("quarantine", sa.Column("settled_why", sa.Text(), server_default="", nullable=False))
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path TO jobs")
    op.get_bind().exec_driver_sql(QUEUE.read_text("utf-8").replace("%", "%%"))
    op.execute("SET LOCAL search_path TO public")
