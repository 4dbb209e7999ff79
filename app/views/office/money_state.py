"""What was handed over and who signed for it, in words. Pure: the sealed body in, texts and marks out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.actions.office_reveal_field import Hidden
from app.lang import t
from app.views.office import words
from app.views.office.marks import Line, Mark, Masked
from domain.capitals import capitals_match
from domain.identity import mask_identity, tail
from domain.models.visit import AidLine, Proxy, Receipt, Signature, VisitBody
from domain.money import format_yuan, total
from sync.protocol.messages import MediaRef

MASK = "*"


@dataclass(frozen=True, slots=True)
class AidLook:
    """One roster line: what, how, from which money, for whom."""

    title: str
    amount: str
    how: str
    goods: str
    person: str
    number: str
    account: str
    masked: Masked | None


@dataclass(frozen=True, slots=True)
class SignatureLook:
    """Who signed, as whom, and the picture's hash."""

    name: str
    role: str
    sha256: str
    received: bool


@dataclass(frozen=True, slots=True)
class ReceiptLook:
    """``amount`` in digits, ``capitals`` as signed, ``lines`` what agrees and what does not."""

    amount: str
    capitals: str
    lines: tuple[Line, ...]
    signatures: tuple[SignatureLook, ...]
    proxy: Line | None
    image: str


def aid_of(body: VisitBody, visit_id: str, revealed: Mapping[Hidden, str]) -> tuple[AidLook, ...]:
    """Every line of aid, in the order it was signed."""
    return tuple(_aid(line, visit_id, index, revealed) for index, line in enumerate(body.aid))


def _aid(line: AidLine, visit_id: str, index: int, revealed: Mapping[Hidden, str]) -> AidLook:
    hidden = Hidden("visit", visit_id, f"body.aid.{index}.beneficiary.id_number")
    number = revealed.get(hidden)
    label = t("office.aid.number", name=line.beneficiary.name)
    return AidLook(
        title=words.coded("aid_type", line.type.value),
        amount=format_yuan(line.amount),
        how=t(
            "office.aid.how",
            form=words.coded("aid_form", line.form.value),
            source=words.coded("fund_source", line.source.value),
        ),
        goods=_goods(line),
        person=t(
            "office.aid.person",
            name=line.beneficiary.name,
            relation=words.coded("relation", line.beneficiary.relation.value),
        ),
        number=number or masked(line.beneficiary.id_number),
        account=_account(line),
        masked=None if number else Masked(label, hidden),
    )


def _goods(line: AidLine) -> str:
    if not line.item:
        return ""
    return t("office.aid.goods", item=line.item, quantity=line.quantity, unit=line.unit)


def _account(line: AidLine) -> str:
    if line.account is None:
        return ""
    number = line.account.number
    return t("office.aid.account", bank=line.account.bank, tail=tail(number), holder=line.account.holder)


def masked(number: str) -> str:
    """An identity number masked here too, in case it came whole."""
    return number if MASK in number else mask_identity(number)


def receipt_of(body: VisitBody, media: list[MediaRef]) -> ReceiptLook | None:
    """The receipt, checked again on this screen: digits against capitals, and against the lines (R10)."""
    receipt = body.receipt
    if receipt is None:
        return None
    held = {ref.sha256 for ref in media if ref.received}
    return ReceiptLook(
        amount=format_yuan(receipt.amount),
        capitals=receipt.capitals,
        lines=(_capitals(receipt), _sum(receipt, body), *_replaced(receipt)),
        signatures=tuple(_signature(one, held) for one in receipt.signatures),
        proxy=_proxy(receipt.proxy),
        image=receipt.image_sha256 or "",
    )


def _capitals(receipt: Receipt) -> Line:
    agrees = capitals_match(receipt.capitals, receipt.amount)
    return Line(
        Mark.GOOD if agrees else Mark.BAD, t("office.receipt.agrees" if agrees else "office.receipt.differs")
    )


def _sum(receipt: Receipt, body: VisitBody) -> Line:
    added = total(line.amount for line in body.aid)
    if added == receipt.amount:
        return Line(Mark.GOOD, t("office.receipt.sum", count=len(body.aid)))
    return Line(Mark.BAD, t("office.receipt.sum_differs", total=format_yuan(added)))


def _replaced(receipt: Receipt) -> tuple[Line, ...]:
    if receipt.replaces is None:
        return ()
    return (Line(Mark.LOOK, t("office.receipt.replaces"), t("office.receipt.replaces_hint")),)


def _signature(one: Signature, held: set[str]) -> SignatureLook:
    role = words.coded("signer_kind", one.signer.value)
    kind = words.coded("signature_kind", one.kind.value)
    return SignatureLook(
        name=one.name,
        role=t("office.receipt.signed_as", role=role, kind=kind),
        sha256=one.image_sha256,
        received=one.image_sha256 in held,
    )


def _proxy(proxy: Proxy | None) -> Line | None:
    """Somebody signed for the recipient: always worth a look (R11)."""
    if proxy is None:
        return None
    text = t("office.receipt.proxy", name=proxy.name, relation=words.coded("relation", proxy.relation.value))
    return Line(Mark.LOOK, text, proxy.reason or t("office.receipt.proxy_no_reason"))
