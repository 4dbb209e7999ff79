"""What a questionnaire finds when it asks for households and organisations (issue 3, S27)."""

from __future__ import annotations

from types import MappingProxyType

from visit_world import make_household

from domain.datasets import HOUSEHOLD_COLUMNS, ORG_COLUMNS, household_row, org_row
from sync.protocol import forms as wire


def test_a_household_is_a_row_of_texts() -> None:
    """The columns that forms in use already name: a form's filter by town or category must not break."""
    file = make_household("QS-0001", "王秀英")
    row = household_row(file)
    assert row == {
        "name": file.id,
        "label": "王秀英",
        "number": "QS-0001",
        "town": file.address.town,
        "category": file.category.value,
        "address": file.address.line(),
    }
    assert {type(value) for value in row.values()} == {str}


def test_an_organisation_is_a_row_without_what_is_not_asked() -> None:
    """From the phone's document or a row of the database; nothing else of it goes into a form."""
    doc = {
        "id": "o-1",
        "code": "E01",
        "name": "宏达建筑公司",
        "type": "enterprise",
        "parent_industrial": "o-2",
    }
    expected = {"name": "o-1", "label": "宏达建筑公司", "type": "enterprise", "code": "E01"}
    assert org_row(doc) == org_row(MappingProxyType(doc)) == expected


def test_the_columns_are_those_the_protocol_promises() -> None:
    """Form authors write against docs and the wire's words; both tables begin with name and label."""
    assert HOUSEHOLD_COLUMNS == ("name", "label", "number", "town", "category", "address")
    assert ORG_COLUMNS == ("name", "label", "type", "code")
    assert (wire.HOUSEHOLDS_CSV, wire.ORGS_CSV) == ("households.csv", "orgs.csv")
