"""A Flet app without Flutter: runs the real session and components, answers like a client would.

Pinned to Flet 1.0.5 (one private name: the session factory). Every outbound message is packed with the real
encoder, so a property that cannot be sent fails here too. Find controls, tap, type, fire events, read texts.
"""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import flet as ft
import flet.app as flet_app
import msgpack
from flet.components.public_utils import unwrap_component
from flet.controls.base_control import BaseControl
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    Message,
    MessageAction,
    RegisterClientResponseBody,
    configure_encode_object_for_msgpack,
)
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

TEXT_FIELDS = ("value", "label", "content", "text", "tooltip", "title")


class FakeConnection(Connection):
    """Keeps what was sent, and answers method calls through the app."""

    def __init__(self, app: FakeApp) -> None:
        super().__init__()
        self.app = app
        self.sent: list[Message] = []
        self.loop = asyncio.get_running_loop()
        self.pubsubhub = PubSubHub()
        self.page_url = app.page_url
        self.executor = ThreadPoolExecutor(2)
        self.answers: set[asyncio.Task[None]] = set()

    def send_message(self, message: Message) -> None:
        encode = configure_encode_object_for_msgpack(BaseControl)
        msgpack.packb([message.action, message.body], default=encode)
        self.sent.append(message)
        if message.action == MessageAction.INVOKE_METHOD:
            self.loop.call_soon(self._answer_later, message.body)
        if message.action == MessageAction.SESSION_CRASHED:
            self.app.crash = message.body

    def _answer_later(self, body: Any) -> None:
        task = asyncio.ensure_future(self.app.answer(body))
        self.answers.add(task)
        task.add_done_callback(self.answers.discard)

    def dispose(self) -> None:
        """Nothing to close."""


class FakeApp:
    """``async with FakeApp(main) as app``; ``methods`` answers calls by (control, name) or by name."""

    def __init__(
        self,
        main: Callable[[ft.Page], Any],
        route: str = "/",
        methods: dict[Any, Any] | None = None,
        page_url: str = "http://test/app/",
        **page: Any,
    ) -> None:
        self.main, self.methods, self.page_url = main, dict(methods or {}), page_url
        self.crash: Any = None
        self.calls: list[tuple[str, str, Any]] = []
        given = {"route": route, "width": 390.0, "height": 844.0, "platform": "android"}
        self.props = {**given, "web": False, "pyodide": False, **page}

    async def __aenter__(self) -> FakeApp:
        self.connection = FakeConnection(self)
        self.session = Session(self.connection)
        self.page = self.session.page
        self.session.apply_page_patch(self.props)
        # Packing the answer is what takes the snapshots that later differences are made against.
        patch = self.session.get_page_patch()
        body = RegisterClientResponseBody(session_id=self.session.id, page_patch=patch, error="")
        self.connection.send_message(Message(MessageAction.REGISTER_CLIENT, body))
        created = getattr(flet_app, "__get_on_session_created")(self.main)
        await created(self.session)
        await self.settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.session.close()
        await self.settle(10)
        self.connection.executor.shutdown(wait=False)

    async def settle(self, rounds: int = 20) -> None:
        """Let effects and redraws finish; a crash of the session fails the test."""
        for _ in range(rounds):
            await asyncio.sleep(0.002)
        if self.crash:
            raise AssertionError(f"session crashed: {self.crash}")

    async def answer(self, body: Any) -> None:
        """What the client would answer to a method call."""
        control = self.session.index.get(body.control_id)
        self.calls.append((type(control).__name__, body.name, body.args))
        result, error = None, None
        if control is self.page and body.name == "push_route":
            route = {"route": body.args["route"]}
            self.session.apply_page_patch(route)
            await self.session.dispatch_event(self.page._i, "route_change", route)
        known = self.methods.get((type(control).__name__, body.name), self.methods.get(body.name))
        if known is not None:
            try:
                result = known(body.args) if callable(known) else known
                if inspect.isawaitable(result):
                    result = await result
            except Exception as failure:
                error = str(failure)
        self.session.handle_invoke_method_results(body.control_id, body.call_id, result, error)

    # --- looking -------------------------------------------------------------------------------------

    def walk(self, root: Any = None, seen: set[int] | None = None) -> Iterator[BaseControl]:
        """Every control on the page, lower views first."""
        seen = set() if seen is None else seen
        item = unwrap_component(self.page if root is None else root)
        if isinstance(item, list | tuple):
            for one in item:
                yield from self.walk(one, seen)
        elif isinstance(item, dict):
            for one in item.values():
                yield from self.walk(one, seen)
        elif dataclasses.is_dataclass(item) and id(item) not in seen:
            seen.add(id(item))
            if isinstance(item, BaseControl):
                yield item
            yield from self._inside(item, seen)

    def _inside(self, item: Any, seen: set[int]) -> Iterator[BaseControl]:
        for field in dataclasses.fields(item):
            value = getattr(item, field.name, None)
            hidden = field.name in ("_parent", "parent", "data") or field.metadata.get("skip")
            if not hidden and value is not None and not isinstance(value, str | int | float | bool):
                yield from self.walk(value, seen)

    @property
    def top(self) -> ft.View:
        """The view that is seen."""
        return [one for one in self.walk() if isinstance(one, ft.View)][-1]

    def find(self, kind: type | None = None, text: str | None = None, **props: Any) -> list[Any]:
        """Controls of this kind that hold ``text`` and have these properties."""
        return [one for one in self.walk() if _fits(one, kind, text, props)]

    def one(self, kind: type | None = None, text: str | None = None, **props: Any) -> Any:
        """The topmost of them; fails with all texts on the page when there is none."""
        found = self.find(kind, text, **props)
        assert found, f"not found: {kind} {text!r} {props}; on the page: {self.texts()}"
        return found[-1]

    def texts(self) -> list[str]:
        """Every text of the top view and of open dialogs."""
        roots = [self.top, *(one for one in self.page._dialogs.controls if one.open)]
        return [one.value for root in roots for one in self.walk(root) if isinstance(one, ft.Text)]

    def says(self, words: str) -> bool:
        """Whether any text on the top view contains the words; a space that does not break is a space."""
        return any(words in text.replace("\u00a0", " ") for text in self.texts())

    def handler_of(self, text: str, event: str = "click") -> Any:
        """The innermost control around ``text`` that hears the event."""
        hearing = [
            one
            for one in self.walk()
            if getattr(one, f"on_{event}", None) is not None
            and any(isinstance(inner, ft.Text) and text in inner.value for inner in self.walk(one))
        ]
        assert hearing, f"nothing to {event} around {text!r}; on the page: {self.texts()}"
        return hearing[-1]

    # --- doing ---------------------------------------------------------------------------------------

    async def fire(self, control: Any, event: str, data: Any = None) -> None:
        """An event as the client would send it."""
        await self.session.dispatch_event(control._i, event, data)
        await self.settle()

    async def tap(self, target: Any) -> None:
        """Tap a control, or whatever is to be tapped around a text."""
        await self.fire(self.handler_of(target) if isinstance(target, str) else target, "click")

    async def type(self, control: Any, text: str) -> None:
        """Type into a field."""
        self.session.apply_patch(control._i, {"value": text})
        await self.fire(control, "change", text)

    async def go(self, route: str) -> None:
        """Navigate as the app does."""
        await self.page.push_route(route)
        await self.settle()


def _fits(control: Any, kind: type | None, text: str | None, props: dict[str, Any]) -> bool:
    if kind is not None and not isinstance(control, kind):
        return False
    if text is not None:
        values = [getattr(control, name, None) for name in TEXT_FIELDS]
        if not any(isinstance(value, str) and text in value for value in values):
            return False
    return all(getattr(control, name, None) == value for name, value in props.items())
