"""Counties, organisations, people, devices, and what lets them in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, SmallInteger, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from registry.db.tables.base import document, key, moment, table, text

counties = table(
    "counties",
    text("name"),
    text("root_org", null=True),
    moment("created_at"),
    moment("moved_at", null=True),  # its files or organisations, and some records may not have followed yet
)

registry_keys = table(
    "registry_keys",
    key("id"),
    Column("public", LargeBinary, nullable=False),
    Column(
        "sealed_private", LargeBinary, nullable=False
    ),  # AES-256-GCM under the key file: nonce + ciphertext
    moment("created_at"),
    moment("since", null=True),  # the first one has none of these three: it was there from the beginning
    text("sig", null=True),
    text("proof", null=True),
)

orgs = table(
    "orgs",
    key("id"),
    text("code", default=""),
    text("name"),
    text("type"),
    text("path"),  # territorial: "/root/…/self/" of ids, so a subtree is a prefix
    text("industrial_path", null=True),
    document(),
    Index("ix_orgs_path", "county", "path", postgresql_ops={"path": "text_pattern_ops"}),
)

users = table(
    "users",
    key("id"),
    text("name"),
    Column("roles", ARRAY(Text), nullable=False),
    text("org_id"),
    Column("active", Boolean, nullable=False, server_default=sql("true")),
    document(),
)

devices = table(
    "devices",
    key("id"),
    text("user_id"),
    Column("public_key", LargeBinary, nullable=False),
    document("certificate"),
    text("name", default=""),
    text("app_version", default=""),
    moment("enrolled_at"),
    moment("revoked_at", null=True),
    moment("wipe_asked_at", null=True),  # it shall forget everything once its work is here
    moment("wiped_at", null=True),  # it said that it did
    Column("head_seq", BigInteger, nullable=False, server_default="0"),  # highest contiguous seq held
    text("head_hash"),
    Index("ix_devices_user", "county", "user_id"),
    Index("ix_devices_id", "id"),
)

enrol_codes = table(
    "enrol_codes",
    key("id"),
    text("user_id"),
    text("code_hash"),  # HMAC-SHA256 under the key file: a stolen table cannot be searched for codes
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", null=True),
    text("device_id", null=True),
    Column("tries", SmallInteger, nullable=False, server_default="0"),  # wrong proofs with the right code
    Index("ix_enrol_codes_hash", "code_hash"),
)

token_ids = table(
    "token_ids", key("device_id"), key("jti"), moment("seen_at"), Index("ix_token_ids_seen", "seen_at")
)

rates = table(
    "rates",
    key("subject"),
    Column("slot", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
)
