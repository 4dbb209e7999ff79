"""Who this phone is at its registry: enrolment, tokens (they stay in memory), whom it believes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from sync.errors import TOO_OLD, AnswerError, LoginError, RefusedError, WireError
from sync.http import Http, decode, json_body
from sync.identity import DeviceIdentity
from sync.ports import ClockPort, TimeAnchor
from sync.protocol.keys import KeyStep
from sync.protocol.messages import (
    HAND_OVER,
    EnrolAnswer,
    EnrolRequest,
    Health,
    SignedTime,
    TokenAnswer,
    TokenRequest,
)
from sync.protocol.records import b64
from sync.verify import RegistryKey

OnToken = Callable[[TokenAnswer, TimeAnchor, Sequence[KeyStep]], None]
SHUT_OUT = frozenset({"token_invalid", "token_missing", "device_revoked"})
ONLY_HAND_OVER = SHUT_OUT | {TOO_OLD}
"""Refusals of a token after which one of the scope HAND_OVER may still be had."""
EARLY_NS = 30 * 10**9
"""A token is renewed this long before it expires."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and the monotonic time after which it is not used; the wall clock plays no part."""

    value: str
    good_until_ns: int


class Access:
    """Lets one device in at one registry. ``registry`` None: only before the first enrolment.

    ``transport`` is httpx's seam: the native one, the browser's fetch, or a test's.
    """

    def __init__(
        self,
        base_url: str,
        identity: DeviceIdentity,
        clock: ClockPort,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        registry: RegistryKey | None = None,
        app_version: str = "",
        on_token: OnToken | None = None,
    ) -> None:
        self.http = Http(base_url, transport)
        self.identity = identity
        self.clock = clock
        self._known = registry
        self._app_version = app_version
        self._on_token = on_token
        self._token: Token | None = None
        self._renewing = asyncio.Lock()
        self._one_batch = asyncio.Lock()
        """Checkpoints arrive in the order in which they were made: an older one would look like a loss."""
        self.shut_out: RefusedError | None = None
        """Why this device may only hand its sealed work over now; None: it may do everything."""

    async def health(self) -> Health:
        """Is the registry there?"""
        return decode(await self.http.send("GET", "/v1/health"), Health)

    async def enrol(self, code: str, device_name: str) -> tuple[EnrolAnswer, TimeAnchor]:
        """Trade a one-time code for a certificate; pins the registry's key."""
        me = self.identity
        request = EnrolRequest(
            code=code,
            device_id=me.device_id,
            public_key=_public(me),
            proof=me.enrol_proof(code),
            device_name=device_name,
            app_version=self._app_version,
        )
        body, headers = json_body(request)
        sent = self.clock.monotonic_ns()
        answer = decode(await self.http.send("POST", "/v1/enrol", body=body, headers=headers), EnrolAnswer)
        registry = self._registry_of(answer)
        registry.check_certificate(answer.certificate)
        certified = answer.certificate
        if (certified.device_id, certified.public_key) != (me.device_id, _public(me)):
            raise LoginError("enrol_proof_invalid", retry=False)
        self._known = registry
        return answer, self.anchor(answer.time, sent)

    def _registry_of(self, answer: EnrolAnswer) -> RegistryKey:
        """The one we know, with what it teaches; or another one."""
        known = self._known
        if known is None or not known.leads_to(answer.registry_key, answer.key_steps):
            return RegistryKey(answer.registry_key, self.identity.crypto, answer.key_steps)
        known.learn(answer.key_steps)
        return known

    def has_token(self) -> bool:
        """True while the token in hand will last a moment longer."""
        return self._token is not None and self.clock.monotonic_ns() < self._token.good_until_ns

    def drop_token(self) -> None:
        """Forget the token: the next request gets a new one."""
        self._token = None

    async def ensure_token(self) -> None:
        """Have a token that will last a moment; renews it when needed."""
        await self._fresh_token(None)

    async def _renew(self) -> Token:
        """A new access token; a device that was shut out, or whose app is too old, asks for one to hand its
        work over with."""
        try:
            token = await self._ask_token("")
        except RefusedError as error:
            if error.code not in ONLY_HAND_OVER:
                raise
            token, self.shut_out = await self._ask_token(HAND_OVER), error
        else:
            self.shut_out = None
        return token

    async def _ask_token(self, scope: str) -> Token:
        """For a device-signed assertion (RFC 7523)."""
        issued = int(self.clock.now().timestamp())
        body, headers = json_body(TokenRequest(assertion=self.identity.assertion(issued), scope=scope))
        sent = self.clock.monotonic_ns()
        answer = decode(await self.http.send("POST", "/v1/token", body=body, headers=headers), TokenAnswer)
        registry = self.registry
        registry.learn(answer.key_steps)
        anchor = self.anchor(answer.time, sent)
        if self._on_token:
            self._on_token(answer, anchor, registry.ring.steps)
        return Token(answer.access_token, sent + answer.expires_in * 10**9 - EARLY_NS)

    async def call(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        wait_s: float | None = None,
        stream: bool = False,
    ) -> httpx.Response:
        """A request with the access token; a token refused on the way is renewed once. ``wait_s``: how long
        it may take altogether, where that depends on its size; ``stream``: see Http.send."""
        refused = None
        while True:
            token = await self._fresh_token(refused)
            signed = {**(headers or {}), "Authorization": f"Bearer {token}"}
            try:
                return await self.http.send(
                    method, url, body=body, headers=signed, params=params, wait_s=wait_s, stream=stream
                )
            except LoginError as error:
                if refused is not None or error.code not in SHUT_OUT:
                    raise
                refused = token

    async def aclose(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def _fresh_token(self, refused: str | None) -> str:
        """The token in hand, unless it is old or just ``refused``; many callers, one renewal."""
        async with self._renewing:
            token = self._token
            if token is None or not self.has_token() or token.value == refused:
                token = self._token = await self._renew()
            return token.value

    def anchor(self, time: SignedTime, sent_ns: int) -> TimeAnchor:
        """The registry's time, in the answer to what was sent at ``sent_ns``; raises AnswerError."""
        received = self.clock.monotonic_ns()
        with self.believing() as registry:
            registry.check_time(time, self.identity.device_id)
        return TimeAnchor(time, self.clock.boot_id(), sent_ns, received, self.clock.now())

    @contextmanager
    def believing(self) -> Iterator[RegistryKey]:
        """A signature by a key that we have not heard of is not believed: the next token tells of it."""
        try:
            yield self.registry
        except AnswerError:
            self.drop_token()
            raise

    @property
    def registry(self) -> RegistryKey:
        """Its keys. Raises WireError("not_enrolled")."""
        if self._known is None:
            raise WireError("not_enrolled")
        return self._known


def _public(identity: DeviceIdentity) -> str:
    return b64(identity.public)
