"""Build msgspec's knowledge of our types before any thread needs it.

msgspec (0.22) fills in what it knows of a Struct on first use, and a second thread that uses the same type in
that moment crashes the whole process (a NULL type node). Intake decodes in threads, so all are built early.
"""

from __future__ import annotations

import gc
from types import ModuleType

import msgspec

from domain import event_time, models
from registry.service import feed_read, intake_items, visits
from registry.service.forms import check_worker
from sync.protocol import edits, forms, messages, records, supervision

MODULES: tuple[ModuleType, ...] = (
    event_time,
    models,
    messages,
    records,
    supervision,
    edits,
    forms,
    check_worker,
    intake_items,
    feed_read,
    visits,
)


def calm_collector() -> None:
    """For a process that serves: what was built at the start is never looked through again, and a batch's
    thousands of small objects, none of them in a circle, do not set the collector off dozens of times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def build_types() -> int:
    """Build every Struct of the modules above; returns how many."""
    found = {
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value is not msgspec.Struct
    }
    for kind in found:
        msgspec.json.Decoder(kind)
    return len(found)
