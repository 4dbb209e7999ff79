"""Filled questionnaires: list, one filling, charts, spreadsheets."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from registry.api.access import TheOffice, Who
from registry.api.described import ERRORS
from registry.api.forms import INERT
from registry.service.errors import RefusedError
from registry.service.forms.listing import XLSX
from registry.service.surveys.detail import survey_detail, survey_xml
from registry.service.surveys.export import Wanted, export, hand_out
from registry.service.surveys.listing import Filter, list_surveys
from registry.service.surveys.questions import list_questions
from registry.service.surveys.summary import summarise
from sync.protocol.forms import QuestionsAnswer, QuestionSummary, SurveyDetail, SurveyPage

Since = Annotated[str, QueryParameter(name="from")]
Until = Annotated[str, QueryParameter(name="to")]


@get("/v1/surveys", responses=ERRORS)
async def surveys(  # noqa: PLR0913 - one query parameter each
    office: TheOffice,
    who: Who,
    form_id: FromQuery[str] = "",
    version: FromQuery[str] = "",
    org: FromQuery[str] = "",
    household: FromQuery[str] = "",
    visit: FromQuery[str] = "",
    question: FromQuery[str] = "",
    value: FromQuery[str] = "",
    since: Since = "",
    until: Until = "",
    replaced: FromQuery[bool] = False,
    flagged: FromQuery[bool] = False,
    after: FromQuery[str] = "",
    limit: FromQuery[int] = 50,
) -> SurveyPage:
    """Fillings of the reader's subtree, newest first; ``after`` is the last page's ``next``."""
    wanted = Filter(
        form_id=form_id,
        version=version,
        org=org,
        household=household,
        visit=visit,
        question=question,
        value=value,
        since=since,
        until=until,
        replaced=replaced,
        flagged=flagged,
    )
    return await list_surveys(office, who, wanted, after, limit)


@get("/v1/surveys/{survey_id:str}", responses=ERRORS)
async def survey(
    office: TheOffice, who: Who, survey_id: FromPath[str], language: FromQuery[str] = ""
) -> SurveyDetail:
    """One filling line by line, its checks, and its place in the chain, computed now."""
    return await survey_detail(office, who, survey_id, language)


@get("/v1/surveys/{survey_id:str}/instance.xml", responses=ERRORS)
async def instance(
    office: TheOffice, who: Who, survey_id: FromPath[str], reason: FromQuery[str] = ""
) -> Response[str]:
    """The filling as the form's XML instance; personal answers masked unless a reason is given."""
    text = await survey_xml(office, who, survey_id, reason)
    return Response(text, media_type="application/xml", headers=INERT)


@get("/v1/forms/{form_id:str}/questions", responses=ERRORS)
async def questions(
    office: TheOffice,
    who: Who,
    form_id: FromPath[str],
    version: FromQuery[str] = "",
    language: FromQuery[str] = "",
) -> QuestionsAnswer:
    """What can be filtered and charted."""
    return await list_questions(office, who, form_id, version, language)


@get("/v1/forms/{form_id:str}/summary", responses=ERRORS)
async def summary(  # noqa: PLR0913 - one query parameter each
    office: TheOffice,
    who: Who,
    form_id: FromPath[str],
    question: FromQuery[str] = "",
    version: FromQuery[str] = "",
    org: FromQuery[str] = "",
    since: Since = "",
    until: Until = "",
    by: FromQuery[str] = "",
    language: FromQuery[str] = "",
) -> QuestionSummary:
    """How one question was answered; ``by=org``: also per organisation below."""
    wanted = Filter(form_id=form_id, version=version, org=org, question=question, since=since, until=until)
    return await summarise(office, who, wanted, by_org=by == "org", language=language)


@get(
    "/v1/forms/{form_id:str}/answers.xlsx",
    responses=ERRORS,
    media_type=XLSX,
    exclude_from_compression=True,
)
async def answers(  # noqa: PLR0913 - one query parameter each
    office: TheOffice,
    who: Who,
    form_id: FromPath[str],
    values: FromQuery[str] = "labels",
    language: FromQuery[str] = "",
    version: FromQuery[str] = "",
    org: FromQuery[str] = "",
    since: Since = "",
    until: Until = "",
    reason: FromQuery[str] = "",
) -> Stream:
    """All answers as a spreadsheet; ``values``: labels or codes."""
    if values not in ("labels", "codes"):
        raise RefusedError("validation_failed", field="values")
    narrowed = Filter(form_id=form_id, version=version, org=org, since=since, until=until)
    wanted = Wanted(narrowed, codes=values == "codes", language=language, reason=reason)
    file = await export(office, who, wanted)
    headers = INERT | {"Content-Disposition": f'attachment; filename="{form_id}.xlsx"'}
    return Stream(hand_out(file), media_type=XLSX, headers=headers)


ROUTES = [answers, surveys, survey, instance, questions, summary]
