"""What all tables share: one metadata, constraint names, column shorthands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSON, JSONB

NOWHERE = "*"
"""County of the rows that belong to the whole installation."""
BY_CAMPAIGN = "LIST (campaign_id)"
"""Divided by campaign, and each campaign by county (ADR 0014); the parts are in the schema ``parts``."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: Any, **options: Any) -> Table:
    """A table whose first primary-key column is ``county``."""
    return Table(name, metadata, Column("county", Text, primary_key=True), *parts, **options)


def key(name: str) -> Column[str]:
    """Another column of the primary key."""
    return Column(name, Text, primary_key=True)


def text(name: str, *, null: bool = False, default: str | None = None) -> Column[str]:
    """A text column; with ``default`` also for rows written by hand."""
    return Column(name, Text, nullable=null, server_default=default)


def moment(name: str, *, null: bool = False) -> Column[Any]:
    """A point in time, aware UTC."""
    return Column(name, DateTime(timezone=True), nullable=null)


def document(name: str = "doc", *, null: bool = False) -> Column[Any]:
    """JSON as the wire has it: ``msgspec.to_builtins()`` of a domain model."""
    return Column(name, JSONB(none_as_null=True), nullable=null)


def sheet(name: str) -> Column[Any]:
    """JSON that the database only keeps: it is never searched, so it is not taken apart either."""
    return Column(name, JSON(none_as_null=True), nullable=False)
