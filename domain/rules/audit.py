"""R16, R18, R19, R21, R24: what the office publishes, settles and is audited for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from domain.codes import AidStatus, AidType, FundSource
from domain.identity import mask_name
from domain.models import Aid, RuleResult, RuleSettings
from domain.models.base import Model
from domain.money import format_yuan, total
from domain.rules.base import judge, not_applicable

_ID_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])|(?<![0-9])[0-9]{15}(?![0-9])")
_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12,19}(?![0-9])")
_PHONE = re.compile(r"(?<![0-9])1[2-9][0-9]{9}(?![0-9])")


class PublicLine(Model, frozen=True, kw_only=True):
    """One line of the disclosure list (公示, S10)."""

    name: str
    organisation: str
    type: AidType
    source: FundSource
    amount: Decimal


def public_line(aid: Aid, organisation: str) -> PublicLine:
    """What may be published of a ledger line."""
    return PublicLine(
        name=mask_name(aid.beneficiary.name),
        organisation=organisation,
        type=aid.type,
        source=aid.source,
        amount=aid.amount,
    )


def r16(cells: Iterable[str], private_words: Iterable[str], rules: RuleSettings) -> RuleResult:
    """A public list shows no identity number, account, phone or health; ``private_words`` are known ones."""
    text = "\n".join(cells)
    if _ID_NUMBER.search(text):
        return judge("R16", rules, "id_number")
    if _ACCOUNT.search(text):
        return judge("R16", rules, "account")
    if _PHONE.search(text):
        return judge("R16", rules, "phone")
    leaked = any(word and word in text for word in private_words)
    return judge("R16", rules, "" if leaked else None)


def r18(aid: Aid, rules: RuleSettings) -> RuleResult:
    """Money that a beneficiary gave back is an audit incident."""
    returned = aid.status is AidStatus.RETURNED
    return judge("R18", rules, "" if returned else None, aid.id, params={"amount": format_yuan(aid.amount)})


def r19(aid: Aid, received: Decimal | None, rules: RuleSettings) -> RuleResult:
    """The amount that a call-back hears equals the amount signed; None when nobody was asked yet."""
    if received is None:
        return not_applicable("R19", rules, aid.id)
    sums = {"signed": format_yuan(aid.amount), "received": format_yuan(received)}
    return judge("R19", rules, None if received == aid.amount else "", aid.id, params=sums)


def r19_phone(
    phone: str, household_ids: Iterable[str], staff_phones: Iterable[str], rules: RuleSettings
) -> RuleResult:
    """A telephone number belongs to one household and to nobody of the staff."""
    if not phone:
        return not_applicable("R19", rules)
    if phone in set(staff_phones):
        return judge("R19", rules, "staff_phone", phone)
    sharing = len(set(household_ids))
    return judge("R19", rules, "shared_phone" if sharing > 1 else None, phone, params={"count": str(sharing)})


def r21(leftover: Decimal, minutes_sha256: str | None, rules: RuleSettings, subject: str = "") -> RuleResult:
    """Leftover money becomes everyday aid only with the minutes of the meeting that decided it (S7)."""
    if not leftover:
        return not_applicable("R21", rules, subject)
    return judge(
        "R21", rules, None if minutes_sha256 else "", subject, params={"amount": format_yuan(leftover)}
    )


def r24(
    reported: Mapping[FundSource, Decimal], lines: Iterable[Aid], rules: RuleSettings
) -> list[RuleResult]:
    """Per source, a report's total equals its signed and paid lines."""
    counted = [aid for aid in lines if aid.status in (AidStatus.SIGNED, AidStatus.PAID)]
    return [_source_total(source, reported, counted, rules) for source in FundSource]


def _source_total(
    source: FundSource, reported: Mapping[FundSource, Decimal], counted: list[Aid], rules: RuleSettings
) -> RuleResult:
    said = reported.get(source, Decimal("0.00"))
    lines = total(aid.amount for aid in counted if aid.source is source)
    sums = {"reported": format_yuan(said), "lines": format_yuan(lines)}
    return judge("R24", rules, None if said == lines else "", source.value, params=sums)
