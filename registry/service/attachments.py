"""Which files a visit names: photos with their thumbnails, signatures, the receipt's picture, a mandate."""

from __future__ import annotations

from typing import NamedTuple

from domain.models import VisitBody

NOT_PHOTOS = ("thumb", "signature", "receipt_image", "mandate")
"""Kinds that do not count as a photo of the visit."""


class Attachment(NamedTuple):
    sha256: str
    kind: str


def attachments_of(visit: VisitBody) -> list[Attachment]:
    """In the order a phone should send them: thumbnails and signatures first, photos after; each file once.

    The original as captured stays on the phone: its hash is evidence enough.
    """
    found = [Attachment(photo.thumb_sha256, "thumb") for photo in visit.photos]
    if visit.receipt is not None:
        receipt = visit.receipt
        found += [Attachment(one.image_sha256, "signature") for one in receipt.signatures]
        if receipt.image_sha256:
            found.append(Attachment(receipt.image_sha256, "receipt_image"))
        if receipt.proxy is not None and receipt.proxy.mandate_sha256:
            found.append(Attachment(receipt.proxy.mandate_sha256, "mandate"))
    found += [Attachment(photo.sha256, photo.kind) for photo in visit.photos]
    return each_once(found)


def each_once(found: list[Attachment]) -> list[Attachment]:
    """A file named twice stands at its last place."""
    if len({one.sha256 for one in found}) == len(found):
        return found
    return list({one.sha256: one for one in reversed(found)}.values())[::-1]
