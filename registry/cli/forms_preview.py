"""``nuanfang forms preview FILE.xlsx``: fill the form in a browser as a cadre would, before anybody has it.

The browser edition is built once with an entry of its own (app/preview.py) and served on this
machine; the spreadsheet is read anew whenever the page is loaded. Nothing is kept and nothing is sent.
"""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

import registry
from app.lang import t
from registry.cli.forms import explain
from registry.cli.web_build import build
from registry.cli.web_build.serve import serve
from registry.service.xlsform import CheckReport, check
from sync.protocol.forms import HOUSEHOLDS_CSV, ORGS_CSV, FormDoc, FormFile

ROOT = Path(registry.__file__).resolve().parents[1]
ENTRY = ROOT / "assets" / "web" / "preview_main.py"
_COLUMNS = {
    HOUSEHOLDS_CSV: ("name", "label", "number", "town", "category", "address"),
    ORGS_CSV: ("name", "label", "type", "code"),
}


def preview(file: Path, port: int) -> None:
    """Check, build, serve, until Ctrl-C. A form that cannot be used is explained in the page as well."""
    for line in found(file)["lines"]:
        click.echo(line)
    built = build(
        ROOT, ROOT / "build" / "preview", main=ENTRY, progress=lambda text: click.echo(f"    {text}")
    )
    answers = {"preview.json": lambda: json.dumps(found(file), ensure_ascii=False).encode()}
    with serve(built.out, port=port, answers=answers) as site:
        click.echo(t("forms.preview.at", url=site.url))
        site.wait()


def found(file: Path) -> dict[str, Any]:
    """``doc`` is None when the form cannot be used; ``lines`` say why, or what it is."""
    try:
        report = check(file.read_bytes())
    except OSError as error:  # Excel may have it open while it is being saved
        return {"file": file.name, "doc": None, "lines": [str(error)]}
    lines = explain(report)
    doc = msgspec.to_builtins(_document(report, file.parent)) if report.ok else None
    return {"file": file.name, "doc": doc, "lines": lines}


def _document(report: CheckReport, folder: Path) -> FormDoc:
    """As the feed would bring it; about nobody, for there is no household here."""
    return FormDoc(
        form_id=report.form_id,
        version=report.version or "preview",
        title=report.title or report.form_id,
        subject="none",
        xform=report.xform,
        xform_sha256=hashlib.sha256(report.xform.encode()).hexdigest(),
        languages=list(report.languages),
        published_at=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        questions=report.questions,
        files=[*_tables(report, folder), *_pictures(folder, {*report.files})],
    )


def _tables(report: CheckReport, folder: Path) -> list[FormFile]:
    """The csv files beside the spreadsheet; for one that is not there, two rows of examples."""
    made = []
    for name in report.files:
        beside = folder / name
        data = beside.read_bytes() if beside.is_file() else _examples(name).encode()
        made.append(_file(name, "text/csv", data))
    return made


def _examples(name: str) -> str:
    columns = _COLUMNS.get(name, ("name", "label"))
    rows = [",".join(columns)]
    for number in (1, 2):
        label = t("forms.preview.example", number=number)
        rows.append(",".join(label if column == "label" else f"{column}{number}" for column in columns))
    return "\n".join(rows) + "\n"


def _pictures(folder: Path, known: set[str]) -> list[FormFile]:
    """Every picture and sound beside the spreadsheet: labels may name them."""
    kinds = {path: mimetypes.guess_type(path.name)[0] or "" for path in sorted(folder.iterdir())}
    return [
        _file(path.name, kind, path.read_bytes())
        for path, kind in kinds.items()
        if kind.startswith(("image/", "audio/")) and path.name not in known and path.stat().st_size < 500_000
    ][:50]


def _file(name: str, kind: str, data: bytes) -> FormFile:
    return FormFile(name=name, content_type=kind, data=base64.urlsafe_b64encode(data).decode().rstrip("="))
