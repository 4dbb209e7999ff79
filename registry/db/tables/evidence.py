"""What the field sent: sealed records with their exact bytes, photos, and what could not be read."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Text,
    and_,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from registry.db.tables.base import BY_CAMPAIGN, document, key, moment, sheet, table, text

records = table(
    "records",
    key("id"),
    key("hash"),  # in the key, so that two texts with one id are both kept
    text(
        "state"
    ),  # accepted | conflict | quarantined (signed and in the chain, but its body does not decode)
    text("problem", null=True),  # id_reused | seq_reused
    text("device_id"),
    text("author_id"),
    Column("seq", BigInteger, nullable=False),
    text("prev"),
    text("type"),
    text("campaign_id", null=True),
    text("household_id", null=True),
    text("corrects", null=True),
    text("path"),  # organisation subtree that may see it
    text("industrial_path", null=True),  # this and the next three: the household's, as in its file today
    text("town", null=True),
    text("home_name", null=True),
    text("home_number", null=True),
    moment("received_at"),
    moment("earliest", null=True),
    moment("latest"),
    moment("started_at", null=True),
    text("visit_type", default=""),
    text("result", default=""),
    Column("aid_total", Numeric(14, 2), nullable=False, server_default="0"),
    Column("flags", ARRAY(Text), nullable=False, server_default=sql("'{}'::text[]")),
    Column("photos", Integer, nullable=False, server_default="0"),
    Column("reviewed", Boolean, nullable=False, server_default=sql("false")),
    Column(
        "flagged",
        Boolean,
        Computed("(cardinality(flags) > 0) OR (state <> 'accepted'::text)", persisted=True),
        nullable=False,
    ),
    Index("uq_records_id", "county", "id", unique=True, postgresql_where=sql("state <> 'conflict'")),
    Index(
        "uq_records_seq",
        "county",
        "device_id",
        "seq",
        unique=True,
        postgresql_where=sql("state <> 'conflict'"),
    ),
    Index(  # the supervisor's queue, page by page and counted, without looking at the rows
        "ix_records_queue",
        "county",
        "flagged",
        "received_at",
        "id",
        postgresql_where=sql("type = 'visit'"),
        postgresql_include=[
            "path",
            "industrial_path",
            "town",
            "home_name",
            "home_number",
            "reviewed",
            "author_id",
            "state",
        ],
    ),
    Index("ix_records_household", "county", "household_id"),
    Index("ix_records_corrects", "county", "corrects", postgresql_where=sql("corrects IS NOT NULL")),
)

record_bodies = table(
    "record_bodies",
    key("record_id"),
    key("record_hash"),
    key("campaign_id"),  # of the record as it came, "" for none
    text("sig"),
    Column("raw", LargeBinary, nullable=False),  # the UTF-8 bytes that were hashed and signed
    postgresql_partition_by=BY_CAMPAIGN,
)
"""What the phone signed, nine tenths of a record's room; read only when somebody looks at that record."""
ITS_BODY = and_(
    record_bodies.c.county == records.c.county,
    record_bodies.c.record_id == records.c.id,
    record_bodies.c.record_hash == records.c.hash,
)

record_checks = table(
    "record_checks",
    key("record_id"),
    key("record_hash"),
    moment("evaluated_at"),
    sheet("results"),  # list of RuleResult without the not applicable ones
)

aid_lines = table(
    "aid_lines",
    key("id"),
    key("record_id"),
    text("campaign_id"),
    text("household_id", null=True),
    text("id_mac"),  # HMAC of the beneficiary's ID number
    text("source"),
    Column("amount", Numeric(14, 2), nullable=False),
    text("status"),
    Column("given_on", Date, nullable=False),
    document(),  # Aid
    Index("ix_aid_lines_household", "county", "household_id"),
    Index("ix_aid_lines_id_mac", "id_mac", postgresql_using="hash"),
)

photo_prints = table(
    "photo_prints",
    key("sha256"),
    key("record_id"),
    text("household_id"),
    text("original_sha256"),
    text("dhash"),
    Index("ix_photo_prints_original", "original_sha256", postgresql_using="hash"),
    Index("ix_photo_prints_dhash", "dhash", postgresql_using="hash"),
)

media_refs = table(
    "media_refs",
    key("record_id"),
    key("sha256"),
    text("record_hash"),
    text("kind"),
    Column("size", BigInteger, nullable=True),
    Index("ix_media_refs_sha256", "sha256", postgresql_using="hash"),
)

media = table(
    "media",
    key("sha256"),
    Column("size", BigInteger, nullable=False),
    text("content_type"),
    text("object_path"),
    text("uploaded_by"),
    moment("received_at"),
)

uploads = table(
    "uploads",
    key("id"),
    text("device_id"),
    text("user_id"),
    text("sha256"),
    text("kind", default=""),
    Column("length", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False, server_default="0"),
    Column("parts", ARRAY(Text), nullable=False, server_default=sql("'{}'::text[]")),
    moment("expires_at"),
)

quarantine = table(
    "quarantine",
    key("id"),
    text("digest"),  # sha256 of the bytes: a resend is not a second case
    text("device_id"),
    text("user_id"),
    text("claimed_id"),
    text("claimed_hash"),
    text("reason"),
    text("detail", default=""),
    Column("raw", LargeBinary, nullable=False),
    moment("received_at"),
    text("state", default="open"),  # open | released | dismissed: the bytes stay
    moment("settled_at", null=True),
    text("settled_by", null=True),
    text("settled_why", default=""),
    Index("uq_quarantine_digest", "county", "device_id", "digest", unique=True),
)

reached = table(
    "reached",
    key("campaign_id"),
    key("household_id"),
    text("record_id"),
    moment("at"),
    postgresql_partition_by=BY_CAMPAIGN,
)

reviews = table(
    "reviews",
    key("id"),
    text("record_id"),
    text("verdict"),
    text("note", default=""),
    text("user_id"),
    moment("at"),
    Index("ix_reviews_record", "county", "record_id"),
)
