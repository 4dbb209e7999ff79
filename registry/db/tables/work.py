"""What the office plans: households, campaigns, money, who goes where."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Computed, Index, Integer, Text, and_
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from registry.db.tables.base import document, key, moment, table, text

households = table(
    "households",
    key("id"),
    text("number"),
    text("status"),
    text("name"),
    text("org_id"),
    text("path"),  # of the organisation that keeps the file
    text("industrial_path", null=True),
    text("id_mac", null=True),  # HMAC of the worker's ID number: R7 without the number itself
    Column("version", Integer, nullable=False, server_default="1"),
    document(),
    Column("town", Text, Computed("doc #>> '{address,town}'::text[]", persisted=True), nullable=True),
    Index(  # coverage is counted from this alone
        "ix_households_active",
        "county",
        "path",
        "industrial_path",
        "id",
        postgresql_where=sql("status = 'active'"),
    ),
    Index("ix_households_path", "county", "path", postgresql_ops={"path": "text_pattern_ops"}),
    Index("ix_households_id_mac", "county", "id_mac"),
    Index("uq_households_number", "county", "number", unique=True),
    Index("ix_households_phone", "county", sql("(doc #>> '{worker,phone}')")),  # R19
)

last_visits = table("last_visits", key("household_id"), moment("at"), document())
"""The newest visit to each household, told with its file: in a row of its own, for a visit would write the
whole file again."""
ITS_LAST_VISIT = and_(
    last_visits.c.county == households.c.county, last_visits.c.household_id == households.c.id
)

campaigns = table(
    "campaigns",
    key("id"),
    text("name"),
    Column("active", Boolean, nullable=False, server_default=sql("true")),
    document(),
)

allocations = table("allocations", key("id"), text("campaign_id"), text("org_id"), text("source"), document())

delegations = table(
    "delegations",
    key("id"),
    text("campaign_id"),
    text("name"),
    Column("member_ids", ARRAY(Text), nullable=False),  # users who travel with it
    document(),
    Index("ix_delegations_members", "member_ids", postgresql_using="gin"),
)

assignments = table(
    "assignments",
    key("id"),
    text("household_id"),
    text("user_id"),
    text("delegation_id", null=True),
    Column("active", Boolean, nullable=False, server_default=sql("true")),
    moment("changed_at"),
    document(),
    Index("ix_assignments_household", "county", "household_id"),
    Index("ix_assignments_user", "county", "user_id"),
)
