"""Run Python inside the fixture app's worker (tests/browser/fixture_app) from a test."""

from __future__ import annotations

import base64
import json
import textwrap
import uuid
from typing import Any

from playwright.sync_api import Page

_ASK = """([id, code, given]) => new Promise((resolve) => {
  const channel = new BroadcastChannel("nuanfang-fixture");
  channel.onmessage = ({data}) => {
    if (data.answer && JSON.parse(data.answer).id === id) { channel.close(); resolve(data.answer); }
  };
  channel.postMessage({id, code, given});
})"""


class InsideError(Exception):
    """The Python inside raised; ``code`` is the error's stable code if it has one."""

    def __init__(self, trace: str, code: str | None) -> None:
        super().__init__(trace)
        self.code = code


def run_inside(page: Page, code: str, **given: Any) -> Any:
    """What ``code`` returns: the body of an async function that sees ``given`` (a dict) and ``page``."""
    asked = json.dumps(given, default=_plain)
    text = page.evaluate(_ASK, [uuid.uuid4().hex, textwrap.dedent(code), asked])
    answer = json.loads(text, object_hook=_rich)
    if "error" in answer:
        raise InsideError(answer["error"], answer["code"])
    return answer["value"]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(type(value).__name__)


def _rich(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["$bytes"]) if set(value) == {"$bytes"} else value
