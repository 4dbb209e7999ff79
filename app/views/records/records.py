"""我的走访: every sealed visit and questionnaire with its own road to the registry."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import flet as ft

from app.actions.read_surveys import SurveyCard
from app.actions.read_visits import SealedVisit
from app.lang import t
from app.views.components import Tone, card, dotted, empty, headline, name, screen, secondary, status
from app.views.context import go, use_bell, use_services
from app.views.format import label, moment, yuan
from app.views.records.records_state import summary
from app.views.records.road import road, road_words
from app.views.records.survey import survey_subject
from app.views.shell.frame import navigation
from app.views.shell.road_strip import RoadStrip
from app.views.theme import S1, S3
from domain.codes import VisitResult

if TYPE_CHECKING:
    from app.actions.services import Services
    from domain.models import HouseholdFile

Record = SealedVisit | SurveyCard
PAGE_ROWS = 20

_SUMMARY = {
    "all_in": (ft.Icons.CLOUD_DONE_OUTLINED, Tone.DONE),
    "waiting": (ft.Icons.SCHEDULE, Tone.WAIT),
    "photos": (ft.Icons.CLOUD_UPLOAD_OUTLINED, Tone.WAIT),
    "trouble": (ft.Icons.ERROR_OUTLINE, Tone.PROBLEM),
}


@ft.component
def RecordsScreen() -> ft.View:
    """The second tab."""
    services = use_services()
    use_bell()
    limit, set_limit = ft.use_state(PAGE_ROWS)
    every: list[Record] = [*services.visits.all(), *services.surveys.all()]
    every.sort(key=lambda record: record.at, reverse=True)
    more = min(PAGE_ROWS, len(every) - limit)
    rest = [secondary(t("common.more_records", count=more), lambda: set_limit(limit + PAGE_ROWS))]
    return screen(
        [headline(t("records.title")), *_list(services, every[:limit], every), *(rest if more > 0 else [])],
        route="/",
        top=[RoadStrip("/records")],
        navigation=navigation(services, "/records"),
    )


def _list(services: Services, shown: list[Record], every: list[Record]) -> list[ft.Control]:
    if not every:
        action = secondary(t("records.empty.action"), lambda: go("/"), wide=False)
        words = t("records.empty.title"), t("records.empty.hint")
        return [empty(ft.Icons.ASSIGNMENT_OUTLINED, *words, [action])]
    found = summary(every)
    icon, tone = _SUMMARY[found.key]
    files = services.households
    now = services.platform.clock.now()
    cards = [_card(record, files.get(record.household_id or ""), now) for record in shown]
    return [status(icon, t(f"records.summary.{found.key}", count=found.count), tone), *cards]


def _card(record: Record, file: HouseholdFile | None, now: datetime) -> ft.Control:
    about, said = _words(record, file, now)
    return card(
        [
            name(about),
            dotted(said),
            ft.Container(height=S1),
            *road(record),
        ],
        on_click=lambda: go(f"/records/{record.id}"),
        spacing=S3 // 2,
        key=f"record-{record.id}",
        label=" ".join((about, " · ".join(said), road_words(record))),
    )


def _words(record: Record, file: HouseholdFile | None, now: datetime) -> tuple[str, list[str]]:
    """Whom it is about, and what, fact by fact."""
    if isinstance(record, SurveyCard):
        return survey_subject(record), survey_facts(record, now)
    return household_name(file), facts(record, now)


def household_name(file: HouseholdFile | None) -> str:
    """The household may have been taken off this phone since."""
    return file.worker.name if file is not None else t("records.unknown_household")


def facts(visit: SealedVisit, now: datetime) -> list[str]:
    """今天 18:20 · 见到本人 · 发放 ¥500 · 照片 2/3."""
    words = [moment(visit.at, now)]
    if visit.result in tuple(VisitResult):
        words.append(label(VisitResult(visit.result)))
    if visit.aid_total:
        words.append(t("records.aid", amount=yuan(visit.aid_total)))
    if visit.photos:
        words.append(t("records.photos", sent=visit.photos_sent, total=visit.photos))
    return words


def survey_facts(found: SurveyCard, now: datetime) -> list[str]:
    """今天 18:20 · 问卷《五需评估》 · 附件 2/3."""
    words = [moment(found.at, now), t("records.survey.line", title=found.title)]
    if found.photos:
        words.append(t("records.survey.files_line", sent=found.photos_sent, total=found.photos))
    return words
