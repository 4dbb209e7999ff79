"""Questionnaires and their answers."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _forms()
    _answers()


def _text(name: str, *, null: bool = False, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def _texts(name: str, default: str | None = None) -> sa.Column[list[str]]:
    given = None if default is None else sa.text(default)
    return sa.Column(name, postgresql.ARRAY(sa.Text()), server_default=given, nullable=False)


def _forms() -> None:
    op.create_table(
        "form_versions",
        _text("county"),
        _text("form_id"),
        _text("version"),
        _text("title"),
        _text("state"),
        _no("current"),
        _text("subject", default="none"),
        _no("in_visit"),
        _texts("roles", "'{}'::text[]"),
        sa.Column("questions", sa.Integer(), nullable=False),
        _texts("languages"),
        _texts("wanted"),
        sa.Column("xlsx", sa.LargeBinary(), nullable=False),
        _text("xlsx_sha256"),
        _text("xform"),
        _text("xform_sha256"),
        _text("uploaded_by", default=""),
        _moment("uploaded_at"),
        _moment("published_at", null=True),
        _moment("retired_at", null=True),
        sa.PrimaryKeyConstraint("county", "form_id", "version", name=op.f("pk_form_versions")),
    )
    op.create_index("ix_form_versions_xform", "form_versions", ["county", "xform_sha256"])
    op.create_index(
        "uq_form_versions_current",
        "form_versions",
        ["county", "form_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "form_files",
        _text("county"),
        _text("form_id"),
        _text("version"),
        _text("name"),
        _text("content_type"),
        sa.Column("size", sa.Integer(), nullable=False),
        _text("sha256"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county", "form_id", "version", "name", name=op.f("pk_form_files")),
    )


def _answers() -> None:
    op.create_table(
        "surveys",
        _text("county"),
        _text("record_id"),
        _text("record_hash"),
        _text("form_id"),
        _text("version"),
        _text("xform_sha256"),
        _text("subject"),
        _text("household_id", null=True),
        _text("org_id", null=True),
        _text("visit_id", null=True),
        _text("path"),
        _text("author_id"),
        _moment("started_at"),
        _moment("received_at"),
        _text("replaced_by", null=True),
        sa.PrimaryKeyConstraint("county", "record_id", name=op.f("pk_surveys")),
    )
    op.create_index("ix_surveys_form", "surveys", ["county", "form_id", "received_at", "record_id"])
    op.create_index("ix_surveys_received", "surveys", ["county", "received_at", "record_id"])
    op.create_index("ix_surveys_household", "surveys", ["county", "household_id"])
    op.create_index("ix_surveys_visit", "surveys", ["county", "visit_id"])
    op.create_index(
        "ix_surveys_path", "surveys", ["county", "path"], postgresql_ops={"path": "text_pattern_ops"}
    )
    op.create_table(
        "survey_values",
        _text("county"),
        _text("record_id"),
        _text("path"),
        _text("row"),
        sa.Column("place", sa.Integer(), nullable=False),
        _text("form_id"),
        _text("value"),
        sa.Column("number", sa.Numeric(), nullable=True),
        sa.PrimaryKeyConstraint("county", "record_id", "path", "row", "place", name=op.f("pk_survey_values")),
    )
    op.create_index("ix_survey_values_path", "survey_values", ["county", "form_id", "path", "value"])
