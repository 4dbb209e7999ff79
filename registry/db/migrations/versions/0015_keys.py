"""The registry may change its signing key: a later key says from when it signs, and has the word of the one
before (ADR 0022). The first one has neither."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "ALTER TABLE registry_keys ADD COLUMN IF NOT EXISTS since timestamptz,"
        " ADD COLUMN IF NOT EXISTS sig text, ADD COLUMN IF NOT EXISTS proof text"
    )


def downgrade() -> None:
    """Whoever signed since with a later key is not believed any more: come back by a restore, and
    ``nuanfang registry keys restore``."""
    op.get_bind().exec_driver_sql("DELETE FROM registry_keys WHERE since IS NOT NULL")
    op.get_bind().exec_driver_sql(
        "ALTER TABLE registry_keys DROP COLUMN since, DROP COLUMN sig, DROP COLUMN proof"
    )
