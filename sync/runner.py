"""The road at work: looks at what waits, asks ``plan`` what to do, does it, notes it, looks again.

One runner per phone. It needs no threads, so it runs in Pyodide as it does in CPython.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import httpx

from sync.client import Client
from sync.errors import AnswerError, WireError
from sync.identity import DeviceIdentity
from sync.lanes import Lanes
from sync.link import Link
from sync.pace import MOST, Pace
from sync.plan import Policy, State, held, next_wake, plan
from sync.ports import ClockPort, ConnectivityPort, MediaPort, Session, StorePort, TimeAnchor
from sync.protocol.keys import KeyStep
from sync.protocol.messages import EnrolAnswer, Me, TokenAnswer
from sync.status import Status, phase_of
from sync.steps import Steps
from sync.verify import RegistryKey

LONGEST_SLEEP_S = 300.0
"""Look again at least this often: a phone's clock may jump while it sleeps."""


@dataclass(frozen=True, slots=True)
class Options:
    """``metered``: whether data costs money now; with ``policy.photos_on_wifi_only`` originals then wait.
    ``sparing``: whether the phone itself spares battery or data, as if ``policy.saver`` were set.
    ``jitter`` gives numbers in [0, 1) that spread retries."""

    policy: Policy = field(default_factory=Policy)
    metered: Callable[[], bool] = bool
    sparing: Callable[[], bool] = bool
    jitter: Callable[[], float] = random.random
    most_uploads: int = MOST
    """Side by side; MOST_IN_BROWSER there."""


class Runner:
    """Brings the outbox to the registry and the feed to the phone.

    ``transport``: an httpx.AsyncBaseTransport (Platform.http_transport()), None for httpx's own.
    """

    def __init__(
        self,
        *,
        store: StorePort,
        media: MediaPort,
        clock: ClockPort,
        identity: DeviceIdentity,
        transport: object | None = None,
        connectivity: ConnectivityPort | None = None,
        app_version: str = "",
        options: Options | None = None,
    ) -> None:
        if transport is not None and not isinstance(transport, httpx.AsyncBaseTransport):
            raise TypeError("transport must be an httpx.AsyncBaseTransport")
        self.status = Status()
        self.options = options or Options()
        self._store, self._media, self._clock, self._identity = store, media, clock, identity
        self._transport, self._connectivity, self._app_version = transport, connectivity, app_version
        self._link = Link(self.options.jitter)
        self._pace = Pace(self.options.most_uploads)
        self._lanes: Lanes | None = None
        self._let_go: frozenset[str] = frozenset()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._resume(store.session())

    async def enrol(self, base_url: str, code: str, device_name: str) -> Me:
        """Trade a one-time code for a certificate; raises WireError. Work on the phone is never touched."""
        client = self._client(base_url, self._store.session())
        answer, anchor = await client.enrol(code.strip(), device_name)
        try:
            await self._retire()
            self._keep(client, answer, anchor)
        finally:  # whoever the store says we are now
            self._link = Link(self.options.jitter)
            self._resume(self._store.session())
            self.kick()
        return answer.me

    async def _retire(self) -> None:
        """End what is under way for the registry so far: nothing of it may begin or write after this."""
        lanes, self._lanes = self._lanes, None
        if lanes:
            await lanes.cancel()
            await lanes.steps.client.aclose()

    def _keep(self, client: Client, answer: EnrolAnswer, anchor: TimeAnchor) -> None:
        known = self._store.session()
        moved = known is not None and not client.registry.leads_to(known.registry_key, known.key_steps)
        if moved and self._store.chain().seq > 0:
            raise AnswerError("registry_changed", retry=False)
        fresh = known is None or moved or known.me.user_id != answer.me.user_id
        session = Session(
            base_url=client.http.base_url,
            device_id=self._identity.device_id,
            me=answer.me,
            registry_key=answer.registry_key,
            certificate=answer.certificate,
            cursor=None if fresh or known is None else known.cursor,
            key_steps=client.registry.ring.steps,
        )
        self._store.save_enrolment(session, anchor, reset_feed=fresh)

    def kick(self) -> None:
        """There is new work, or a person asks for it now. Callable from any thread, cheap, never fails."""
        if self._loop is None or self._loop.is_closed():
            self._link.hurry(self._clock.now())
        else:
            self._loop.call_soon_threadsafe(self._hurry)

    def obey(self, policy: Policy) -> None:
        """The person has chosen anew what may be sent when; from now on."""
        self.options = replace(self.options, policy=policy)
        self.kick()

    def photos_now(self) -> None:
        """The originals that wait for Wi-Fi now go over any network; those taken later wait again."""
        self._let_go |= {entry.sha256 for entry in held(self._state())}
        self.kick()

    async def run_forever(self) -> None:
        """Work until ``stop()``; wakes on a kick, on connectivity, and when a back-off is over."""
        if self._loop is not None:
            raise RuntimeError("this runner is already running")
        self._loop, self._stopping = asyncio.get_running_loop(), False
        unsubscribe = self._connectivity.subscribe(self._on_connectivity) if self._connectivity else None
        try:
            while not self._stopping:
                self._wake.clear()
                self._start_steps()
                await self._sleep()
        finally:
            if unsubscribe:
                unsubscribe()
            if self._lanes:
                await self._lanes.cancel()
            self._loop = None
            self.status.update(phase="stopped")

    async def run_until_idle(self) -> None:
        """Work until nothing is due now (what fails waits for its back-off); not beside ``run_forever``."""
        if self._loop is not None:
            raise RuntimeError("this runner is already running")
        while self._start_steps() and self._lanes:
            await asyncio.wait(self._lanes.tasks.values(), return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        """Cancel what is on its way (it will be sent again) and end ``run_forever``; closes connections."""
        self._stopping = True
        self._wake.set()
        if self._lanes:
            await self._lanes.cancel()
            await self._lanes.steps.client.aclose()

    @property
    def client(self) -> Client:
        """For sync.office: the same token, the same connections. Raises WireError("not_enrolled")."""
        if self._lanes is None:
            raise WireError("not_enrolled")
        return self._lanes.steps.client

    # --- inside ---

    def _resume(self, session: Session | None) -> None:
        if session is not None:
            client = self._client(session.base_url, session)
            steps = Steps(client, self._store, self._media, self._link, self._show, self._pace)
            self._lanes = Lanes(steps, self._link, self._store, self._clock, self._wake.set)
            self._link.want_feed(self._clock.now())
        self._show()

    def _client(self, base_url: str, known: Session | None) -> Client:
        return Client(
            base_url,
            self._identity,
            self._clock,
            transport=self._transport,
            registry=self._registry_of(known) if known else None,
            app_version=self._app_version,
            on_token=self._on_token,
        )

    def _registry_of(self, known: Session) -> RegistryKey:
        anchor = self._store.anchor()
        told = anchor.time.server_time if anchor else None
        return RegistryKey(known.registry_key, self._identity.crypto, known.key_steps, told)

    def _on_token(self, answer: TokenAnswer, anchor: TimeAnchor, key_steps: Sequence[KeyStep]) -> None:
        self._store.save_me(answer.me, anchor, key_steps)
        self.status.update(wipe=answer.wipe)

    def _state(self) -> State:
        link, lanes, options = self._link, self._lanes, self.options
        saver = options.policy.saver or options.sparing()
        return State(
            enrolled=lanes is not None,
            online=link.online,
            token=lanes is not None and lanes.steps.client.has_token(),
            not_before=dict(link.not_before),
            outbox=tuple(self._store.outbox()),
            media=tuple(self._store.media()),
            known_missing=frozenset(link.known_missing),
            forgiven=frozenset(link.forgiven),
            together=link.together,
            changes_at=link.changes_at,
            busy=lanes.busy if lanes else frozenset(),
            flying=lanes.flying if lanes else frozenset(),
            streams=self._pace.streams,
            metered=options.metered(),
            policy=replace(options.policy, saver=saver),
            let_go=self._let_go,
        )

    def _start_steps(self) -> bool:
        """Start what can be started; True while anything is under way."""
        if self._lanes:
            self._link.look_at(self._clock.now(), self._clock.monotonic_ns())
            state = self._state()
            self._link.saving = state.policy.saver
            self._lanes.hold_back(frozenset(entry.sha256 for entry in held(state)))
            self._lanes.start(plan(state, self._clock.now()))
        self._show()
        return bool(self._lanes and self._lanes.tasks)

    async def _sleep(self) -> None:
        now = self._clock.now()
        at = next_wake(self._state(), now)
        seconds = LONGEST_SLEEP_S if at is None else (at - now).total_seconds()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(max(seconds, 0.01), LONGEST_SLEEP_S)):
                await self._wake.wait()

    def _hurry(self) -> None:
        self._link.hurry(self._clock.now())
        self._wake.set()

    def _on_connectivity(self, online: bool) -> None:
        if online and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._back)

    def _back(self) -> None:
        if self._lanes:
            self._lanes.drop_stale()
        self._hurry()

    def _show(self) -> None:
        state, link = self._state(), self._link
        outbox, media, on_wifi = state.outbox, state.media, held(state)
        left = sum(e.size for e in outbox) + sum(e.size - e.offset for e in media)
        later = sum(e.size - e.offset for e in on_wifi)
        uploading, rate = bool(self._lanes and self._lanes.flying), self._pace.rate
        self.status.update(
            phase=phase_of(
                link,
                enrolled=self._lanes is not None,
                working=bool(self._lanes and self._lanes.tasks),
                pending=bool(outbox or media),
            ),
            online=link.online if link.known else None,
            pending_records=len(outbox),
            pending_media=len(media),
            bytes_left=left,
            wifi_photos=len(on_wifi),
            wifi_bytes=later,
            seconds_left=(left - later) / rate if uploading and rate else None,
            last_success=link.last_success,
            last_error=link.last_error,
        )
