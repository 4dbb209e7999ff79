"""Every table of the registry. ``county`` is the distribution key and comes first in each primary key.

Rows that belong to the installation and not to a county (the registry's own key, address-wide rate counters)
carry the county ``NOWHERE``.
"""

from registry.db.tables.base import NOWHERE, metadata
from registry.db.tables.edits import file_edits
from registry.db.tables.evidence import (
    ITS_BODY,
    aid_lines,
    media,
    media_refs,
    photo_prints,
    quarantine,
    reached,
    record_bodies,
    record_checks,
    records,
    reviews,
    uploads,
)
from registry.db.tables.forms import form_files, form_versions, survey_values, surveys
from registry.db.tables.ledger import log_heads, log_leaves, log_nodes, log_trees
from registry.db.tables.people import (
    counties,
    devices,
    enrol_codes,
    orgs,
    rates,
    registry_keys,
    token_ids,
    users,
)
from registry.db.tables.trail import audit, changes
from registry.db.tables.work import (
    ITS_LAST_VISIT,
    allocations,
    assignments,
    campaigns,
    delegations,
    households,
    last_visits,
)

__all__ = [
    "ITS_BODY",
    "ITS_LAST_VISIT",
    "NOWHERE",
    "aid_lines",
    "allocations",
    "assignments",
    "audit",
    "campaigns",
    "changes",
    "counties",
    "delegations",
    "devices",
    "enrol_codes",
    "file_edits",
    "form_files",
    "form_versions",
    "households",
    "last_visits",
    "log_heads",
    "log_leaves",
    "log_nodes",
    "log_trees",
    "media",
    "media_refs",
    "metadata",
    "orgs",
    "photo_prints",
    "quarantine",
    "rates",
    "reached",
    "record_bodies",
    "record_checks",
    "records",
    "registry_keys",
    "reviews",
    "survey_values",
    "surveys",
    "token_ids",
    "uploads",
    "users",
]
