"""The tables a form asks by name: the phone's own households and organisations, and the form's csv files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.actions.form_shelf import file_bytes
from app.actions.roll import decode_file
from app.store.left import left_of
from app.store.tables import orgs
from domain.datasets import household_row, org_row
from domain.models import HouseholdFile
from forms import Definition, FormError, dataset, dataset_from_csv
from sync.protocol.forms import HOUSEHOLDS_CSV, ORGS_CSV, FormDoc, FormFile

if TYPE_CHECKING:
    from app.actions.services import Services
    from forms.xpath.nodes import Node


def datasets_of(services: Services, doc: FormDoc, definition: Definition) -> dict[str, Node]:
    """Those that the form wants. Raises FormError: form_dataset_missing, form_bad_column."""
    files = {file.name: file for file in doc.files}
    return {
        name: _dataset(services, doc, instance, name, files) for instance, name in definition.external.items()
    }


def _dataset(
    services: Services, doc: FormDoc, instance: str, name: str, files: Mapping[str, FormFile]
) -> Node:
    """Kept until the feed brings something new: 10,000 households are not put together at each opening."""
    session = services.store.session()
    key, version = (f"{doc.xform_sha256}/{name}" if name in files else name), session and session.cursor
    kept = services.forms.datasets.get(key)
    if kept is None or version is None or kept[0] != version:
        services.forms.datasets = {
            name: one for name, one in services.forms.datasets.items() if one[0] == version
        }
        kept = services.forms.datasets[key] = (version, _made(services, instance, name, files))
    return kept[1]


def _made(services: Services, instance: str, name: str, files: Mapping[str, FormFile]) -> Node:
    if name in files:
        return dataset_from_csv(file_bytes(files[name]).decode("utf-8", "replace"))
    if name == HOUSEHOLDS_CSV:
        return dataset(household_row(file) for file in _households(services))
    if name == ORGS_CSV:
        return dataset(_org_rows(services))
    raise FormError("form_dataset_missing", instance, name)


def _households(services: Services) -> list[HouseholdFile]:
    """Also those that left the list while work about them is under way: what was answered stays right."""
    gone = (decode_file(one) for one in left_of(services.db, "households"))
    return [*services.households.values(), *(file for file in gone if file is not None)]


def _org_rows(services: Services) -> list[dict[str, str]]:
    found = [*orgs(services.db).all(), *left_of(services.db, "orgs")]
    found.sort(key=lambda one: str(one.get("code", "")))
    return [org_row(one) for one in found]
