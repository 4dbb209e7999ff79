"""The phone's side of wire v1 (docs/protocol.md): one method per message."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing

from domain.event_time import Sent
from sync.access import Access
from sync.http import TOTAL_SECONDS, decode, decode_line, json_body, lines_of
from sync.ports import TimeAnchor
from sync.protocol.log import ConsistencyAnswer, TreeHead
from sync.protocol.messages import (
    ChangesAnswer,
    MissingAnswer,
    MissingRequest,
    RecordBatch,
    RecordResult,
    RecordsAnswer,
)
from sync.protocol.records import Sealed

PAGES = 16
"""Of the feed, in one answer."""
LONG_FROM = 16 * 1024
"""A request of more bytes may honestly take longer than the line is otherwise allowed to be silent."""


class Client(Access):
    """Talks to one registry for one device."""

    async def send_records(
        self, records: Sequence[Sealed], seconds_for: Callable[[int], float] = lambda size: TOTAL_SECONDS
    ) -> RecordsAnswer:
        """POST /v1/records. Only results that echo id and hash are handed on; the checkpoint is verified.
        ``seconds_for``: how long a body of so many bytes may take, where the line needs longer than usual."""
        await self.ensure_token()  # what waits for one is not counted as on its way
        async with self._one_batch:
            batch = RecordBatch(records=list(records), sent=self._sent() if records else None)
            body, headers = json_body(batch, pack=True)
            wait_s = max(TOTAL_SECONDS, seconds_for(len(body))) if len(body) > LONG_FROM else None
            said = await self.call("POST", "/v1/records", body=body, headers=headers, wait_s=wait_s)
        answer = decode(said, RecordsAnswer)
        with self.believing() as registry:
            registry.check_checkpoint(answer.checkpoint, self.identity.device_id)
        sent = {record.id: record.hash for record in records}
        echoed = [result for result in answer.results if _echoes(result, sent)]
        return RecordsAnswer(results=echoed, checkpoint=answer.checkpoint)

    async def missing(self, sha256s: Sequence[str]) -> MissingAnswer:
        """POST /v1/media/missing: those of ``sha256s`` that are not there, or only in part."""
        body, headers = json_body(MissingRequest(sha256=list(sha256s)))
        return decode(await self.call("POST", "/v1/media/missing", body=body, headers=headers), MissingAnswer)

    async def changes(self, cursor: str | None) -> AsyncGenerator[tuple[ChangesAnswer, TimeAnchor]]:
        """GET /v1/changes: the feed after ``cursor`` (None: from the beginning), page by page as it comes."""
        sent = self.clock.monotonic_ns()
        params: dict[str, str | int] = {"pages": PAGES} | ({"since": cursor} if cursor else {})
        response = await self.call("GET", "/v1/changes", params=params, stream=True)
        async with aclosing(lines_of(response)) as lines:
            async for line in lines:
                answer = decode_line(line, ChangesAnswer)
                yield answer, self.anchor(answer.time, sent)

    async def ledger_head(self) -> TreeHead:
        """GET /v1/log/head; ``check_head`` says whether it is to be believed."""
        return decode(await self.call("GET", "/v1/log/head"), TreeHead)

    async def ledger_growth(self, old: int, new: int) -> ConsistencyAnswer:
        """GET /v1/log/consistency: that the tree of ``new`` leaves begins with that of ``old``."""
        asked: dict[str, str | int] = {"from": old, "to": new}
        return decode(await self.call("GET", "/v1/log/consistency", params=asked), ConsistencyAnswer)

    def check_head(self, head: TreeHead, county: str) -> None:
        """It is of this county and signed by the registry; raises registry_signature_invalid."""
        with self.believing() as registry:
            registry.check_head(head, county)

    async def confirm_wipe(self) -> None:
        """Tell the office that this phone forgets everything, as it asked."""
        body, headers = json_body({})
        await self.call("POST", "/v1/devices/me/wiped", body=body, headers=headers)

    def _sent(self) -> Sent:
        """Now, by the clock that nobody can set."""
        return Sent(monotonic_ns=self.clock.monotonic_ns(), boot_id=self.clock.boot_id())


def _echoes(result: RecordResult, sent: Mapping[str, str]) -> bool:
    return sent.get(result.id) == result.hash
