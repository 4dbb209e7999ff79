"""What the aid step shows for one line: errors, capitals, what the rules say. No flet here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.actions.aid_line import amount_error, in_capitals, line_gaps
from app.actions.visit_draft import AidDraft, Draft
from app.actions.visit_gaps import REASON_LEAST
from app.lang import t
from domain.codes import AidForm, AidType, FundSource, Relation, Severity, label_key
from domain.models import HouseholdFile, Member, RuleResult
from domain.rules import failures

Choice = tuple[str, str]

MONEY_TYPES = tuple(kind for kind in AidType if kind is not AidType.SERVICE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's word: ``blocks`` stops signing; a warning wants a ``reason`` (as typed so far)."""

    rule: str
    subject: str
    text: str
    blocks: bool
    reason: str = ""

    @property
    def answered(self) -> bool:
        """A warning with a reason does not hold anybody up."""
        return not self.blocks and len(self.reason.strip()) >= REASON_LEAST


def findings(draft: Draft, results: Sequence[RuleResult], subject: str | None = None) -> list[Finding]:
    """What failed, blocking first; ``subject``: only what concerns that line ("" the whole visit)."""
    return [_finding(draft, one) for one in failures(results) if subject is None or one.subject == subject]


def _finding(draft: Draft, result: RuleResult) -> Finding:
    line = next((each for each in draft.aids if each.id == result.subject), None)
    reasons = line.reasons if line is not None else draft.reasons
    return Finding(
        rule=result.code,
        subject=result.subject if line is not None else "",
        text=t(result.message_id, **result.params),
        blocks=result.severity is Severity.BLOCK,
        reason=reasons.get(result.code, ""),
    )


def may_lock(draft: Draft, results: Sequence[RuleResult]) -> bool:
    """Whether the receipt may be signed: whole lines, nothing blocks, warnings on lines answered."""
    if draft.aid_choice != "give" or not draft.aids or any(line_gaps(line) for line in draft.aids):
        return False
    return not any(one.blocks or (one.subject and not one.answered) for one in findings(draft, results))


def amount_problem(line: AidDraft) -> str | None:
    """The sentence under the amount field; None while it is empty or right."""
    error = amount_error(line)
    return None if error is None else t(f"error.{error.code}", **error.details)


def capitals_line(line: AidDraft) -> str:
    """大写 below the field, as it is typed."""
    words = in_capitals(line)
    return t("visit.aid.capitals", words=words) if words else t("visit.aid.capitals_none")


def form_choices() -> list[Choice]:
    """现金, 转账, 实物, 服务."""
    return [(form.value, t(label_key(form))) for form in AidForm]


def type_choices(line: AidDraft) -> list[Choice]:
    """A service is only ever a service."""
    kinds = (AidType.SERVICE,) if line.form == AidForm.SERVICE else MONEY_TYPES
    return [(kind.value, t(label_key(kind))) for kind in kinds]


def source_choices() -> list[Choice]:
    """One source per payment (S6)."""
    return [(source.value, t(label_key(source))) for source in FundSource]


def beneficiary_choices(household: HouseholdFile) -> list[Choice]:
    """The worker and the family (S22): name and relation."""
    return [
        (
            person.id,
            t(
                "visit.aid.person",
                name=person.name,
                relation=t(label_key(person.relation if isinstance(person, Member) else Relation.SELF)),
            ),
        )
        for person in household.people()
    ]
