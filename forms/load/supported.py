"""What we support, as tables. Whatever is not here is refused when the form is loaded, never ignored."""

from __future__ import annotations

import re

DATA_TYPES = frozenset(
    {
        "string",
        "int",
        "decimal",
        "boolean",
        "date",
        "time",
        "dateTime",
        "geopoint",
        "binary",
        "barcode",
        "select",
        "select1",
        "odk:rank",
    }
)

APPEARANCES = frozenset(
    {
        "minimal",
        "horizontal",
        "likert",
        "quick",
        "autocomplete",
        "field-list",
        "month-year",
        "year",
        "multiline",
        "numbers",
        "thousands-sep",
        "new",
        "signature",
        "draw",
        "annotate",
        "vertical",
        "rating",
        "picker",
        "no-calendar",
        "no-ticks",
        "placement-map",
        "maps",
        "url",
        "columns",
        "columns-pack",
        *(f"columns-{number}" for number in range(1, 11)),
        *(f"w{number}" for number in range(1, 13)),
    }
)

UPLOADS = {"image/*": "image", "audio/*": "audio", "application/*": "file"}
"""``mediatype`` → question type. Video is not collected: it would not leave a village on a phone line."""

PRELOADS = frozenset(
    {
        ("uid", ""),
        ("timestamp", "start"),
        ("timestamp", "end"),
        ("date", "today"),
        ("property", "deviceid"),
        ("property", "username"),
        ("property", "email"),
        ("property", "phonenumber"),
        ("property", "phone number"),
    }
)

EVENTS = frozenset({"odk-instance-first-load", "odk-new-repeat", "xforms-value-changed"})

BIND_ATTRIBUTES = frozenset(
    {
        "nodeset",
        "type",
        "readonly",
        "required",
        "relevant",
        "constraint",
        "calculate",
        "requiredMsg",
        "constraintMsg",
        "preload",
        "preloadParams",
        "max-pixels",
        "saveIncomplete",
    }
)

CONTROL_ATTRIBUTES = frozenset({"ref", "nodeset", "appearance", "mediatype", "start", "end", "step"})

TEXT_FORMS = frozenset({"", "guidance", "short", "long", "image", "big-image", "audio"})

CSV_SOURCE = re.compile(r"jr://file-csv/([\w.\-]{1,100}\.csv)", re.ASCII)

INPUT_TYPES = {
    "string": "text",
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "datetime",
    "geopoint": "geopoint",
    "barcode": "barcode",
    "boolean": "text",
}
"""Data type of an ``<input>`` → question type."""
