"""What a supervisor asks the registry. Online only: nothing of it is stored on this device.

``Office(runner.client)`` shares the runner's token and connections. Every method raises WireError.
"""

from __future__ import annotations

from urllib.parse import quote

from domain.errors import InputError
from sync.client import Client
from sync.http import decode, json_body
from sync.protocol.edits import EditPage, EditRow, SettleRequest
from sync.protocol.messages import CoverageAnswer, VisitDetail, VisitPage, VisitRow
from sync.protocol.supervision import (
    DismissRequest,
    QuarantinePage,
    RevealAnswer,
    RevealRequest,
    ReviewRequest,
    Settled,
    Verdict,
)

PAGE = 50


class Office:
    """One supervisor's line to the registry."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def visits(
        self,
        *,
        flagged: bool = False,
        unreviewed: bool = False,
        town: str = "",
        author: str = "",
        text: str = "",
        after: str | None = None,
        limit: int = PAGE,
    ) -> VisitPage:
        """GET /v1/visits: one page of the queue, flagged first; ``after`` is the last page's ``next``."""
        params: dict[str, str | int] = {"limit": limit}
        params |= {name: "true" for name, on in (("flagged", flagged), ("unreviewed", unreviewed)) if on}
        given = {"town": town, "author": author, "text": text.strip(), "after": after or ""}
        params |= {name: value for name, value in given.items() if value}
        return decode(await self._client.call("GET", "/v1/visits", params=params), VisitPage)

    async def visit(self, visit_id: str) -> VisitDetail:
        """GET /v1/visits/{id}: the record and everything it is checked against, computed now."""
        return decode(await self._client.call("GET", f"/v1/visits/{quote(visit_id, safe='')}"), VisitDetail)

    async def media(self, sha256: str) -> bytes:
        """GET /v1/media/{sha256}; the caller compares the hash. Raises media_incomplete: not there yet."""
        if len(sha256) != 64 or not all(digit in "0123456789abcdef" for digit in sha256):
            raise InputError("bad_hash", field="sha256")
        return (await self._client.call("GET", f"/v1/media/{sha256}")).content

    async def review(self, visit_id: str, verdict: Verdict, note: str = "") -> VisitRow:
        """POST /v1/visits/{id}/review; the author's phone shows verdict and note."""
        body, headers = json_body(ReviewRequest(verdict=verdict, note=note))
        url = f"/v1/visits/{quote(visit_id, safe='')}/review"
        return decode(await self._client.call("POST", url, body=body, headers=headers), VisitRow)

    async def coverage(self, campaign_id: str | None = None) -> CoverageAnswer:
        """GET /v1/coverage: reached ÷ active files per organisation (S25); None: the campaign in force."""
        params = {"campaign": campaign_id} if campaign_id else None
        return decode(await self._client.call("GET", "/v1/coverage", params=params), CoverageAnswer)

    async def reveal(self, visit_id: str, field: str, reason: str) -> str:
        """POST /v1/reveal: one masked field of a visit's record; the registry logs who, what and why."""
        return await self._reveal(RevealRequest(entity="visit", id=visit_id, field=field, reason=reason))

    async def reveal_household(self, household_id: str, field: str, reason: str) -> str:
        """The same for a household's file, such as ``worker.id_number``."""
        return await self._reveal(
            RevealRequest(entity="household", id=household_id, field=field, reason=reason)
        )

    async def reveal_edit(self, edit_id: str, name: str, reason: str) -> str:
        """The same for a value of a file's correction: before, after or present."""
        return await self._reveal(RevealRequest(entity="edit", id=edit_id, field=name, reason=reason))

    async def edits(self, after: str = "") -> EditPage:
        """GET /v1/edits: corrections of files that wait; ``after`` is the last page's ``next``."""
        params = {"after": after} if after else None
        return decode(await self._client.call("GET", "/v1/edits", params=params), EditPage)

    async def settle_edit(self, edit_id: str, request: SettleRequest) -> EditRow:
        """POST /v1/edits/{id}/settle; file_changed: the file is newer than the request's version."""
        body, headers = json_body(request)
        url = f"/v1/edits/{quote(edit_id, safe='')}/settle"
        return decode(await self._client.call("POST", url, body=body, headers=headers), EditRow)

    async def quarantine(self) -> QuarantinePage:
        """GET /v1/quarantine: what arrived and could not be decoded, newest first."""
        return decode(await self._client.call("GET", "/v1/quarantine"), QuarantinePage)

    async def retry(self, item_id: str) -> Settled:
        """POST /v1/quarantine/{id}/retry: decoded again with the registry's code of today."""
        url = f"/v1/quarantine/{quote(item_id, safe='')}/retry"
        return decode(await self._client.call("POST", url), Settled)

    async def dismiss(self, item_id: str, reason: str) -> Settled:
        """POST /v1/quarantine/{id}/dismiss: off the list; its bytes stay, the reason is logged."""
        body, headers = json_body(DismissRequest(reason=reason))
        url = f"/v1/quarantine/{quote(item_id, safe='')}/dismiss"
        return decode(await self._client.call("POST", url, body=body, headers=headers), Settled)

    async def _reveal(self, request: RevealRequest) -> str:
        body, headers = json_body(request)
        answer = await self._client.call("POST", "/v1/reveal", body=body, headers=headers)
        return decode(answer, RevealAnswer).value
