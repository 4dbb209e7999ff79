"""Take a photo out of the visit again."""

from __future__ import annotations

from app.actions.drafts import all_drafts, change_draft
from app.actions.make_room import with_room
from app.actions.services import Services
from app.actions.survey_draft import names_of
from app.actions.survey_drafts import all_surveys
from app.actions.visit_draft import Draft
from app.store.tables import media


async def remove_photo(services: Services, visit_id: str, sha256: str) -> Draft:
    """Out of the draft first, then its files: a kill in between leaves a stray file, never a missing one."""
    gone: list[str] = []

    def change(draft: Draft) -> None:
        for photo in draft.photos:
            if photo.sha256 == sha256:
                gone.extend((photo.sha256, photo.thumbnail_sha256))
        draft.photos = [photo for photo in draft.photos if photo.sha256 != sha256]

    draft = with_room(services, lambda: change_draft(services, visit_id, "photos", change))
    await forget_files(services, gone)
    return draft


async def forget_files(services: Services, names: list[str]) -> None:
    """Delete those files that no sealed record and no draft needs, of a visit or a questionnaire."""
    wanted = {name for draft in all_drafts(services) for name in files_of(draft)}
    wanted |= {name for survey in all_surveys(services) for name in names_of(survey)}
    for name in names:
        if name not in wanted and not media(services.db).find("sha256", name):
            await services.blobs.delete(name)


def files_of(draft: Draft) -> list[str]:
    """Every file the draft keeps on the shelf."""
    photos = [name for photo in draft.photos for name in (photo.sha256, photo.thumbnail_sha256)]
    signed = [*([draft.recipient] if draft.recipient else []), *draft.handlers]
    return photos + [signature.image_sha256 for signature in signed]
