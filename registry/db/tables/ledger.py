"""The ledger (总账): one Merkle log per county over everything accepted. Rows are only ever added."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger

from registry.db.tables.base import key, moment, table, text

log_trees = table(
    "log_trees",
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("position", BigInteger, nullable=False, server_default="0"),  # of the feed, read so far
)

log_leaves = table(
    "log_leaves",
    Column("index", BigInteger, primary_key=True),
    text("record_id"),
    text("record_hash"),
    moment("received_at"),
    Index("uq_log_leaves_record", "county", "record_id", "record_hash", unique=True),
    Index("ix_log_leaves_hash", "county", "record_hash"),
)

log_nodes = table(
    "log_nodes",
    Column("level", SmallInteger, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
)
"""Perfect subtrees (domain.merkle): level 0 are the leaves' hashes."""

log_heads = table(
    "log_heads",
    key("day"),  # 2026-11-22, as in Asia/Shanghai
    Column("size", BigInteger, nullable=False),
    text("root"),
    text("time"),  # exactly as signed
    text("sig"),
)
