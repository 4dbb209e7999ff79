"""The questionnaires that come with the product, published in a county (assets/forms)."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import form_versions
from registry.service.audit import note
from registry.service.forms.check_worker import Checked, look
from registry.service.forms.versions import put_draft, put_in_use
from sync.protocol.canonical import sha256_hex
from sync.protocol.forms import PublishRequest

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "forms"
SETTINGS = "forms.toml"
"""Per file without its ending: subject, in_visit, roles (PublishRequest)."""


class Asset(NamedTuple):
    name: str
    data: bytes
    request: PublishRequest


async def publish_assets(connection: AsyncConnection, county: str, folder: Path = FOLDER) -> list[str]:
    """Publish what is not there yet; returns its names. A version that is there is never touched."""
    assets = await asyncio.to_thread(lambda: list(read_assets(folder)))
    there = select(form_versions.c.xlsx_sha256).where(form_versions.c.county == county)
    known = set((await connection.execute(there)).scalars())
    published = []
    for asset in assets:
        if sha256_hex(asset.data) in known:
            continue
        checked = await asyncio.to_thread(look, asset.data)
        if checked.report.ok and await _is_new(connection, county, checked):
            report = checked.report
            await put_draft(connection, county, asset.data, checked, "")
            await put_in_use(connection, county, report.form_id, report.version, asset.request)
            entity, details = ("form", report.form_id), {"version": report.version}
            await note(connection, county, "form.load_sample", entity=entity, details={**details})
            published.append(asset.name)
    return published


async def _is_new(connection: AsyncConnection, county: str, checked: Checked) -> bool:
    of, report = form_versions.c, checked.report
    where = of.county == county, of.form_id == report.form_id, of.version == report.version
    return await connection.scalar(select(of.version).where(*where)) is None


def read_assets(folder: Path = FOLDER) -> Iterator[Asset]:
    """Every spreadsheet of the folder with its settings. Raises msgspec.ValidationError for wrong ones."""
    table = folder / SETTINGS
    settings = tomllib.loads(table.read_text(encoding="utf-8")) if table.is_file() else {}
    for path in sorted(folder.glob("*.xlsx")):
        if not path.name.startswith("~"):  # what Excel has open
            request = msgspec.convert(settings.get(path.stem, {"subject": "none"}), PublishRequest)
            yield Asset(path.stem, path.read_bytes(), request)
