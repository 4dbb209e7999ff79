"""Which files a filled questionnaire names (S18)."""

from __future__ import annotations

from domain.models import SurveyBody
from registry.service.attachments import Attachment, each_once


def files_of(body: SurveyBody) -> list[Attachment]:
    """In the order a phone should send them: thumbnails and drawings first; each file once.

    The original as captured stays on the phone: its hash is evidence enough.
    """
    small = [Attachment(one.thumb_sha256, "thumb") for one in body.files if one.thumb_sha256]
    small += [Attachment(one.sha256, one.kind) for one in body.files if one.kind == "drawing"]
    large = [Attachment(one.sha256, one.kind) for one in body.files if one.kind != "drawing"]
    return each_once([*small, *large])
