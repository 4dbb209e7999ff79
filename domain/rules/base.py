"""What every rule shares: its default severity and the form of its answer."""

from __future__ import annotations

from collections.abc import Iterable

from domain.codes import Outcome, Severity
from domain.models import RuleResult, RuleSettings

# A campaign may change any of these; those marked [inf] in DOMAIN.md §4 most likely.
DEFAULT_SEVERITY: dict[str, Severity] = {
    **{
        f"R{number}": Severity.BLOCK for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 21, 24)
    },
    **{f"R{number}": Severity.WARN for number in (12, 17, 18, 19, 20, 22, 23)},
}


def severity_of(code: str, rules: RuleSettings) -> Severity:
    """What this campaign does when the rule fails."""
    return rules.severity.get(code, DEFAULT_SEVERITY[code])


def judge(
    code: str,
    rules: RuleSettings,
    fault: str | None,
    subject: str = "",
    *,
    only_warn: bool = False,
    params: dict[str, str] | None = None,
) -> RuleResult:
    """The answer of one rule.

    ``fault`` is None for a pass, "" for the rule's own sentence ``rule.R1``, a word for a special one
    (``rule.R3.not_home``), or a whole msgid such as ``error.id_checksum``. ``only_warn`` is for findings
    that must never stop anybody, whatever the campaign says.
    """
    severity = severity_of(code, rules)
    if severity is Severity.OFF:
        return not_applicable(code, rules, subject)
    if fault is None:
        return RuleResult(
            code=code,
            severity=severity,
            outcome=Outcome.PASS,
            message_id=f"rule.{code}.title",
            params=params or {},
            subject=subject,
        )
    return RuleResult(
        code=code,
        severity=Severity.WARN if only_warn else severity,
        outcome=Outcome.FAIL,
        message_id=_message_id(code, fault),
        params=params or {},
        subject=subject,
    )


def not_applicable(code: str, rules: RuleSettings, subject: str = "") -> RuleResult:
    """The rule has nothing to say here, or the campaign switched it off (severity ``off``)."""
    return RuleResult(
        code=code,
        severity=severity_of(code, rules),
        outcome=Outcome.NOT_APPLICABLE,
        message_id=f"rule.{code}.title",
        subject=subject,
    )


def _message_id(code: str, fault: str) -> str:
    if "." in fault:
        return fault
    return f"rule.{code}.{fault}" if fault else f"rule.{code}"


def failures(results: Iterable[RuleResult]) -> list[RuleResult]:
    """What a person must look at, blocking ones first, otherwise in their order."""
    failed = [result for result in results if result.outcome is Outcome.FAIL]
    return sorted(failed, key=lambda result: result.severity is not Severity.BLOCK)


def blocks(results: Iterable[RuleResult]) -> bool:
    """Whether the phone must not go on to signing."""
    return any(result.outcome is Outcome.FAIL and result.severity is Severity.BLOCK for result in results)


def for_record(results: Iterable[RuleResult]) -> tuple[RuleResult, ...]:
    """What is sealed with the visit: every answer but the not applicable ones."""
    return tuple(result for result in results if result.outcome is not Outcome.NOT_APPLICABLE)
