"""``nuanfang forms``: look at a questionnaire before it is uploaded."""

from __future__ import annotations

from pathlib import Path

import click

from app.lang import t
from registry.service.xlsform.report import CheckReport, Finding


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
    if report.files:
        lines.append(t("forms.check.files", files=", ".join(report.files)))
    return lines


def _line(finding: Finding) -> str:
    return f"[{t('forms.check.' + finding.level)}] {_where(finding)}: {t(finding.msgid, **finding.params)}"


def _where(finding: Finding) -> str:
    if not finding.sheet:
        return t("forms.check.where_file")
    if not finding.row:
        return t("forms.check.where_sheet", sheet=finding.sheet)
    return t("forms.check.where", sheet=finding.sheet, row=finding.row, column=finding.column).rstrip(" ,")
