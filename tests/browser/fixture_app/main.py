"""A small app that lets a test run Python inside the browser's worker and see what Flet draws.

The test posts {id, code, given} on a BroadcastChannel; the code runs as the body of an async function
with ``given`` and ``page`` in reach, and what it returns goes back as JSON (bytes as base64).
"""

import base64
import json
import textwrap
import traceback

import flet as ft
import js
from pyodide.ffi import create_proxy, to_js

_channel = js.BroadcastChannel.new("nuanfang-fixture")
_kept = []


def _plain(value):
    if isinstance(value, bytes | bytearray):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(type(value).__name__)


def _rich(value):
    return base64.b64decode(value["$bytes"]) if set(value) == {"$bytes"} else value


async def _run(page, asked):
    names = {"page": page, "ft": ft}
    try:
        given = json.loads(asked["given"], object_hook=_rich)
        exec("async def body(given):\n" + textwrap.indent(asked["code"], "    "), names)
        answer = {"value": await names["body"](given)}
    except Exception as error:
        # Errors on purpose keep their code, so that a contract test can compare it.
        answer = {"error": traceback.format_exc(), "code": getattr(error, "code", None)}
    text = json.dumps({"id": asked["id"], **answer}, default=_plain)
    _channel.postMessage(to_js({"answer": text}, dict_converter=js.Object.fromEntries))


async def main(page: ft.Page):
    page.title = "试验"
    page.theme_mode = ft.ThemeMode.LIGHT

    def heard(event):
        data = event.data.to_py()
        if "code" in data:
            page.run_task(_run, page, data)

    proxy = create_proxy(heard)
    _kept.append(proxy)
    _channel.onmessage = proxy
    strokes = ft.Text("笔画 0")
    count = [0]

    def pen_down(_):
        count[0] += 1
        strokes.value = f"笔画 {count[0]}"
        strokes.update()

    said = ft.Text("你好，世界")

    def greet(_):
        said.value = f"您好，{name.value}"
        said.update()

    name = ft.TextField(label="姓名")
    pad = ft.GestureDetector(
        on_pan_start=pen_down,
        content=ft.Container(width=340, height=200, bgcolor="#FFF4E4", border_radius=12),
    )
    page.add(
        ft.Text("常规 走访慰问全覆盖 𠮷 龘 镕 喆 堃 頔", size=22),
        ft.Text("粗体 走访慰问全覆盖 w700", size=22, weight=ft.FontWeight.W_700),
        ft.Text("中等 走访慰问全覆盖 w500", size=22, weight=ft.FontWeight.W_500),
        ft.Text("繁體 慰問困難職工 ÀÉü ①② ￥1,000.00 壹仟元整", size=18),
        name,
        ft.FilledButton("问好", on_click=greet),
        said,
        ft.Semantics(content=pad, identifier="pad", label="签名"),
        strokes,
    )
    _channel.postMessage(to_js({"opened": True}, dict_converter=js.Object.fromEntries))


ft.run(main)
