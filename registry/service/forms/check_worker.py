"""A process of its own that looks at one uploaded spreadsheet: .xlsx on stdin, ``Checked`` as JSON on stdout.

Whatever the file does to the parsers, it does it here, within bounds, and never to the running registry.
"""

from __future__ import annotations

import resource
import sys

import msgspec

from forms import load
from registry.service.forms.contents import BUILT_IN, columns_used, wanted_files
from registry.service.xlsform import CheckReport, Finding, check

MOST_MEMORY = 1536 * 1024 * 1024
MOST_SECONDS = 20


class Checked(msgspec.Struct, frozen=True):
    """The report, and the files that must be uploaded beside the form."""

    report: CheckReport
    wanted: list[str] = []


def look(data: bytes) -> Checked:
    """Check, convert, and see what else the form wants."""
    report = check(data)
    if not report.ok:
        return Checked(report)
    definition = load(report.xform)
    wrong = [
        Finding("form_csv_column", "survey", reason=column, name=file)
        for file, columns in BUILT_IN.items()
        for column in sorted(columns_used(definition, file) - columns)
    ]
    if wrong:
        return Checked(CheckReport((*report.findings, *wrong)))
    return Checked(report, wanted_files(definition))


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    sys.stdout.buffer.write(msgspec.json.encode(look(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
