"""Code lists of aid and its money."""

from __future__ import annotations

from enum import StrEnum


class AidType(StrEnum):
    LIVING = "living"
    MEDICAL = "medical"
    EDUCATION = "education"
    HEATING = "heating"
    CONDOLENCE = "condolence"
    SERVICE = "service"


class AidForm(StrEnum):
    CASH = "cash"
    BANK = "bank"
    IN_KIND = "in_kind"
    SERVICE = "service"


class FundSource(StrEnum):
    CENTRAL_FISCAL = "central_fiscal"
    PROV_FISCAL = "prov_fiscal"
    LOCAL_FISCAL = "local_fiscal"
    UPPER_UNION = "upper_union"
    UNION_MATCHING = "union_matching"
    ADMIN_FUND = "admin_fund"
    DONATION = "donation"
    OTHER = "other"


class AidStatus(StrEnum):
    """Life of one line in the ledger; only signed and paid lines count in reports (R24)."""

    SIGNED = "signed"
    PAID = "paid"
    RETURNED = "returned"
    VOIDED = "voided"


class SignerKind(StrEnum):
    RECIPIENT = "recipient"
    PROXY = "proxy"
    HANDLER = "handler"


class SignatureKind(StrEnum):
    """A fingerprint counts as a signature (R11)."""

    PEN = "pen"
    FINGERPRINT = "fingerprint"
