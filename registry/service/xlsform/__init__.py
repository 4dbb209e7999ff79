"""A questionnaire from a spreadsheet: checked, converted, and what is wrong said by sheet, row and column.

report = check(data)            # never raises for what the file holds
report.ok, report.findings      # findings have a msgid and its parameters (forms.refusal.<code>)
report.xform                    # what phones load with forms.load()
"""

from registry.service.xlsform.check import check
from registry.service.xlsform.report import CheckReport, Finding

__all__ = ["CheckReport", "Finding", "check"]
