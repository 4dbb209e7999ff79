"""``nuanfang forms``: look at a questionnaire before it is uploaded."""

from __future__ import annotations

from pathlib import Path

import click

from app.lang import t
from registry.service.xlsform.report import CheckReport, Finding
from sync.protocol.forms import HOUSEHOLDS_CSV, ORGS_CSV


@click.group("forms")
def forms_command() -> None:
    """Questionnaires in Excel (XLSForm)."""


@forms_command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--xform", type=click.Path(dir_okay=False, path_type=Path), help="Also write the converted form here."
)
def check_command(file: Path, xform: Path | None) -> None:
    """Say what is wrong with FILE, by sheet, row and column. Exit status 1 when it cannot be used."""
    from registry.service.xlsform import check

    report = check(file.read_bytes())
    for line in explain(report):
        click.echo(line)
    if not report.ok:
        raise SystemExit(1)
    if xform is not None:
        xform.write_text(report.xform, encoding="utf-8")


@forms_command.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--port", default=0, help="Port on this machine; 0 takes a free one.")
def preview_command(file: Path, port: int) -> None:
    """Fill FILE in a browser as a cadre would. Nothing is kept or sent; reload after each change in Excel."""
    from registry.cli.forms_preview import preview
    from registry.cli.web_build import BuildError

    try:
        preview(file.resolve(), port)
    except BuildError as error:
        raise click.ClickException(str(error)) from error


def explain(report: CheckReport) -> list[str]:
    """The report as lines for a person."""
    lines = [_line(finding) for finding in report.findings]
    if not report.ok:
        errors = sum(1 for finding in report.findings if finding.level == "error")
        return [*lines, t("forms.check.failed", count=errors)]
    lines.append(
        t(
            "forms.check.ok",
            title=report.title,
            form=report.form_id,
            version=report.version,
            questions=report.questions,
        )
    )
    if beside := [file for file in report.files if file not in (HOUSEHOLDS_CSV, ORGS_CSV)]:
        lines.append(t("forms.check.files", files=", ".join(beside)))
    return lines


def _line(finding: Finding) -> str:
    return f"[{t('forms.check.' + finding.level)}] {_where(finding)}: {t(finding.msgid, **finding.params)}"


def _where(finding: Finding) -> str:
    if not finding.sheet:
        return t("forms.check.where_file")
    if not finding.row:
        return t("forms.check.where_sheet", sheet=finding.sheet)
    return t("forms.check.where", sheet=finding.sheet, row=finding.row, column=finding.column).rstrip(" ,")
