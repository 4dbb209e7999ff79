"""Questionnaires, the files they need, and the answers of accepted fillings."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Numeric, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from registry.db.tables.base import key, moment, table, text

form_versions = table(
    "form_versions",
    key("form_id"),
    key("version"),
    text("title"),
    text("state"),  # draft | published | retired
    Column("current", Boolean, nullable=False, server_default=sql("false")),  # at most one per form
    text("subject", default="none"),
    Column("in_visit", Boolean, nullable=False, server_default=sql("false")),
    Column("roles", ARRAY(Text), nullable=False, server_default=sql("'{}'::text[]")),
    Column("questions", Integer, nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("wanted", ARRAY(Text), nullable=False),  # names of the files it needs beside it
    Column("xlsx", LargeBinary, nullable=False),
    text("xlsx_sha256"),
    text("xform"),
    text("xform_sha256"),  # of its UTF-8 bytes: what a filling names
    text("uploaded_by", default=""),
    moment("uploaded_at"),
    moment("published_at", null=True),
    moment("retired_at", null=True),
    Index("ix_form_versions_xform", "county", "xform_sha256"),
    Index("uq_form_versions_current", "county", "form_id", unique=True, postgresql_where=sql("current")),
)

form_files = table(
    "form_files",
    key("form_id"),
    key("version"),
    key("name"),
    text("content_type"),
    Column("size", Integer, nullable=False),
    text("sha256"),
    Column("data", LargeBinary, nullable=False),
)

surveys = table(
    "surveys",
    key("record_id"),
    text("record_hash"),
    text("form_id"),
    text("version"),
    text("xform_sha256"),
    text("subject"),
    text("household_id", null=True),
    text("org_id", null=True),
    text("visit_id", null=True),
    text("path"),  # as of the record: the organisation subtree that may see it
    text("author_id"),
    moment("started_at"),
    moment("received_at"),
    text("replaced_by", null=True),  # a later record of the same author that corrects it
    Index("ix_surveys_form", "county", "form_id", "received_at", "record_id"),
    Index("ix_surveys_received", "county", "received_at", "record_id"),
    Index("ix_surveys_household", "county", "household_id"),
    Index("ix_surveys_visit", "county", "visit_id"),
    Index("ix_surveys_path", "county", "path", postgresql_ops={"path": "text_pattern_ops"}),
)

survey_values = table(
    "survey_values",
    key("record_id"),
    key("path"),  # without row numbers
    key("row"),  # "" outside repeats, "2" in the second row, "2.1" in the first row inside it
    Column("place", Integer, primary_key=True),  # of several choices the first, second…; else 0
    text("form_id"),
    text("value"),  # one choice, or the beginning of the answer
    Column("number", Numeric, nullable=True),
    Index("ix_survey_values_path", "county", "form_id", "path", "value"),
)
"""What filtering and charting look at; the whole answers stay in the record."""
