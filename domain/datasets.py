"""Households and organisations as rows of the tables a questionnaire asks by name (issue 3, S27).

The columns of households.csv and orgs.csv: on a phone while a form is filled, and in the office when its
answers are read again. ``name`` is what an answer holds, ``label`` what a person reads; all are texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.models.household import HouseholdFile

HOUSEHOLD_COLUMNS = ("name", "label", "number", "town", "category", "address")
ORG_COLUMNS = ("name", "label", "type", "code")


def household_row(file: HouseholdFile) -> dict[str, str]:
    """The columns of households.csv; ``name`` is the file's id, ``label`` the worker's name."""
    facts = (
        file.id,
        file.worker.name,
        file.number,
        file.address.town,
        file.category.value,
        file.address.line(),
    )
    return dict(zip(HOUSEHOLD_COLUMNS, facts, strict=True))


def org_row(doc: Mapping[str, Any]) -> dict[str, str]:
    """The columns of orgs.csv, of an organisation's document or row: id, name, type, code."""
    facts = (doc["id"], doc["name"], doc["type"], doc["code"])
    return dict(zip(ORG_COLUMNS, facts, strict=True))
