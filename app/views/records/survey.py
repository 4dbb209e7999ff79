"""A sent questionnaire: how far it got, and every answer in the form's own words."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.actions.read_survey import SurveyReading, read_survey
from app.actions.read_surveys import SurveyCard
from app.actions.services import Services
from app.lang import t
from app.views.components import Tone, card, fact, name, quiet, screen, secondary, status
from app.views.context import go, use_bell, use_services, use_value
from app.views.format import moment
from app.views.records.answers import answer_cards
from app.views.records.ledger import ledger
from app.views.records.road import road
from app.views.theme import S3, S4
from app.views.visit.shelf_images import use_images

PICTURES = ("photo", "drawing")


@ft.component
def SurveyRecord(record_id: str) -> ft.View:
    """``/records/:id`` of a questionnaire. Read again only when the record or the language changes."""
    services = use_services()
    use_bell()
    language, set_language = use_value("")
    reading = ft.use_memo(lambda: read_survey(services, record_id, language), [record_id, language])
    card_now = services.surveys.get(record_id)
    assert reading is not None
    assert card_now is not None
    shown = [file.thumb_sha256 or file.sha256 for file in reading.body.files if file.kind in PICTURES]
    images = use_images(services.blobs, shown)
    by_path = {file.path: images.get(file.thumb_sha256 or file.sha256) for file in reading.body.files}
    return screen(
        [
            card(
                [
                    name(survey_subject(card_now), lines=None),
                    *road(card_now, services.runner.status.reading),
                    *ledger(services, record_id),
                ],
                spacing=S4,
            ),
            _facts(services, card_now, reading),
            *_switch(reading, set_language),
            *_trouble(reading),
            *answer_cards(reading.lines, by_path),
            *_household(services, card_now),
        ],
        title=card_now.title,
    )


def survey_subject(found: SurveyCard) -> str:
    """Whom it is about; the form's title when it is about nobody."""
    return found.subject_name or found.title


def _facts(services: Services, found: SurveyCard, reading: SurveyReading) -> ft.Control:
    facts = [
        fact(t("records.survey.form"), t("records.survey.version", title=found.title, version=found.version)),
        fact(t("records.detail.filled"), moment(found.at, services.platform.clock.now())),
    ]
    if found.photos:
        value = t("records.detail.files_value", total=found.photos, sent=found.photos_sent)
        facts.append(fact(t("records.detail.files"), value))
    facts.append(fact(t("records.detail.id"), found.id))
    return card(facts, spacing=S3)


def _switch(reading: SurveyReading, set_language: Callable[[str], None]) -> list[ft.Control]:
    """The form's other languages, when it has any."""
    others = [one for one in reading.languages if one != reading.language]
    if not reading.language or not others:
        return []
    return [_speak(one, set_language) for one in others]


def _speak(language: str, set_language: Callable[[str], None]) -> ft.Control:
    return ft.Row([quiet(language, lambda: set_language(language), icon=ft.Icons.TRANSLATE)])


def _trouble(reading: SurveyReading) -> list[ft.Control]:
    if not reading.trouble:
        return []
    return [status(ft.Icons.INFO_OUTLINE, t("records.survey.bare"), Tone.WAIT)]


def see_household(household: str) -> ft.Control:
    """The way to the household's page."""
    return secondary(t("records.detail.household"), lambda: go(f"/household/{household}"))


def _household(services: Services, found: SurveyCard) -> list[ft.Control]:
    household = found.household_id
    return [see_household(household)] if household and household in services.households else []
