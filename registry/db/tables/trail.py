"""Who did what (append-only), and the feed down to the phones."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, Sequence

from registry.db.tables.base import document, key, metadata, moment, table, text

audit = table(
    "audit",
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment("at"),
    text("user_id", null=True),
    text("device_id", null=True),
    text("action"),
    text("entity", default=""),
    text("entity_id", default=""),
    text("reason", default=""),
    document("details", null=True),
    text("request_id", default=""),
    Index("ix_audit_entity", "county", "entity_id"),
)

feed_position = Sequence("feed_position", metadata=metadata)

changes = table(
    "changes",
    key("audience"),  # all | user:ID | delegation:ID | tree:/path/
    key("kind"),
    key("id"),
    Column("position", BigInteger, feed_position, server_default=feed_position.next_value(), nullable=False),
    document(null=True),  # null: a tombstone; of a household only {}, the reader takes the newest file
    Index("ix_changes_position", "county", "position"),
    Index(
        "ix_changes_audience",
        "county",
        "audience",
        "position",
        postgresql_ops={"audience": "text_pattern_ops"},
    ),
)
"""The newest state of each thing per audience (not a log): a first sync reads what is, nothing that was."""
