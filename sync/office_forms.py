"""What an office does with questionnaires: upload, publish, read the answers. Online only.

``OfficeForms(runner.client)`` shares the runner's token and connections. Every method raises WireError.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from sync.client import Client
from sync.http import decode, json_body
from sync.protocol.forms import (
    FormReport,
    FormRow,
    FormsAnswer,
    PublishRequest,
    QuestionsAnswer,
    QuestionSummary,
    SurveyDetail,
    SurveyPage,
)

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHECK_WAIT_S = 90.0
"""An upload is checked before it is answered, and may wait behind others."""
EXPORT_WAIT_S = 300.0


class OfficeForms:
    """One office's line to the registry, for questionnaires."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def forms(self) -> FormsAnswer:
        """GET /v1/forms: all versions of all questionnaires."""
        return decode(await self._client.call("GET", "/v1/forms"), FormsAnswer)

    async def upload(self, data: bytes) -> FormReport:
        """POST /v1/forms: an .xlsx; what is wrong with it, or it is a draft now."""
        headers = {"Content-Type": XLSX}
        answer = await self._client.call("POST", "/v1/forms", body=data, headers=headers, wait_s=CHECK_WAIT_S)
        return decode(answer, FormReport)

    async def put_file(self, form_id: str, version: str, name: str, data: bytes) -> FormRow:
        """PUT …/files/{name}: a table, a picture or a sound that a draft names."""
        url = f"{_at(form_id, version)}/files/{quote(name, safe='')}"
        headers = {"Content-Type": "application/octet-stream"}
        return decode(await self._client.call("PUT", url, body=data, headers=headers), FormRow)

    async def publish(self, form_id: str, version: str, how: PublishRequest) -> FormRow:
        """POST …/publish: phones have it from their next sync on."""
        body, headers = json_body(how)
        url = f"{_at(form_id, version)}/publish"
        return decode(await self._client.call("POST", url, body=body, headers=headers), FormRow)

    async def retire(self, form_id: str, version: str) -> FormRow:
        """POST …/retire: phones offer it no more; drafts begun with it can still be finished."""
        return decode(await self._client.call("POST", f"{_at(form_id, version)}/retire"), FormRow)

    async def remove(self, form_id: str, version: str) -> None:
        """DELETE: a draft that is not wanted."""
        await self._client.call("DELETE", _at(form_id, version))

    async def surveys(self, wanted: Mapping[str, str], after: str | None = None) -> SurveyPage:
        """GET /v1/surveys, newest first; ``wanted``: form_id, version, org, question, value, from, to."""
        params: dict[str, str | int] = {"limit": PAGE}
        params |= {name: value for name, value in wanted.items() if value}
        if after:
            params["after"] = after
        return decode(await self._client.call("GET", "/v1/surveys", params=params), SurveyPage)

    async def survey(self, survey_id: str, language: str = "") -> SurveyDetail:
        """GET /v1/surveys/{id}: one filling line by line, its checks and its place in the chain."""
        params = {"language": language} if language else None
        url = f"/v1/surveys/{quote(survey_id, safe='')}"
        return decode(await self._client.call("GET", url, params=params), SurveyDetail)

    async def questions(self, form_id: str) -> QuestionsAnswer:
        """GET /v1/forms/{form_id}/questions: what can be filtered and charted."""
        url = f"/v1/forms/{quote(form_id, safe='')}/questions"
        return decode(await self._client.call("GET", url), QuestionsAnswer)

    async def summary(self, form_id: str, question: str, org: str = "") -> QuestionSummary:
        """GET /v1/forms/{form_id}/summary: how a question was answered, per organisation too."""
        params = {"question": question, "by": "org"} | ({"org": org} if org else {})
        url = f"/v1/forms/{quote(form_id, safe='')}/summary"
        return decode(await self._client.call("GET", url, params=params), QuestionSummary)

    async def answers(self, form_id: str, values: str, *, reason: str = "", org: str = "") -> bytes:
        """GET /v1/forms/{form_id}/answers.xlsx; ``values``: labels or codes; ``reason`` unmasks, logged."""
        given = {"reason": reason, "org": org}
        params = {"values": values} | {name: value for name, value in given.items() if value}
        url = f"/v1/forms/{quote(form_id, safe='')}/answers.xlsx"
        answer = await self._client.call("GET", url, params=params, wait_s=EXPORT_WAIT_S)
        return answer.content


def _at(form_id: str, version: str) -> str:
    return f"/v1/forms/{quote(form_id, safe='')}/{quote(version, safe='')}"
