"""Corrections of household files: each with both values, whatever became of it (S14, ADR 0017)."""

from __future__ import annotations

from sqlalchemy import Column, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from registry.db.tables.base import key, moment, table, text

file_edits = table(
    "file_edits",
    key("id"),
    text("household_id"),
    text("field"),  # domain.file_edits: worker.phone, members.<person id>.phone
    text("before"),
    text("after"),
    text("reason", default=""),
    text("source"),  # field | office
    text("record_id", null=True),  # the visit
    text("author_id"),
    text("state"),  # domain.file_edits.EditState
    Column("flags", ARRAY(Text), nullable=False, server_default=sql("'{}'::text[]")),
    moment("received_at"),
    text("chosen", default=""),  # keep | take | other
    moment("settled_at", null=True),  # since when the file says so, for what was applied
    text("settled_by", null=True),
    text("settled_why", default=""),
    Index("ix_file_edits_household", "county", "household_id", "field"),
    Index(
        "ix_file_edits_open",
        "county",
        "household_id",
        postgresql_where=sql("state IN ('waiting', 'conflict')"),
    ),
    Index("uq_file_edits_record", "county", "record_id", "field", unique=True),
)
