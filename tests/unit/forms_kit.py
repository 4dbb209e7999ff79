"""Small XForms written by hand, and sessions whose time and chance stand still."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from forms import Hooks, Session, load
from forms.xpath.nodes import Node

NOW = datetime(2026, 1, 20, 10, 30, 15, 250000, tzinfo=UTC)
"""18:30:15.250 in China, a Tuesday."""

PEOPLE = {"deviceid": "D-1", "username": "li", "email": "li@example.cn", "phonenumber": "13800000000"}


def xform(data: str, model: str = "", body: str = "", form_id: str = "t", itext: str = "") -> str:
    """An XForm around the children of ``/data``, the rest of the model and the body."""
    words = f"<itext>{itext}</itext>" if itext else ""
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
        'xmlns:odk="http://www.opendatakit.org/xforms">'
        f"<h:head><h:title>测试表</h:title><model>{words}"
        f'<instance><data id="{form_id}" version="1">{data}</data></instance>{model}</model></h:head>'
        f"<h:body>{body}</h:body></h:html>"
    )


def bind(path: str, **attributes: str) -> str:
    """``bind("/data/a", type="int", relevant="…")``; ``jr_`` and ``orx_`` stand for the prefixes."""
    words = "".join(
        f" {key.replace('jr_', 'jr:').replace('orx_', 'orx:').replace('max_', 'max-')}={quoteattr(text)}"
        for key, text in attributes.items()
    )
    return f"<bind nodeset={quoteattr(path)}{words}/>"


def ask(path: str, label: str = "", inside: str = "", **attributes: str) -> str:
    """An ``<input>``."""
    words = "".join(f" {key}={quoteattr(text)}" for key, text in attributes.items())
    return f'<input ref="{path}"{words}><label>{label or path}</label>{inside}</input>'


def choose(path: str, *values: str, kind: str = "select1") -> str:
    """A select whose labels are the values in brackets."""
    items = "".join(f"<item><label>〔{v}〕</label><value>{v}</value></item>" for v in values)
    return f'<{kind} ref="{path}"><label>{path}</label>{items}</{kind}>'


def repeat(path: str, inside: str, **attributes: str) -> str:
    words = "".join(f" {key.replace('jr_', 'jr:')}={quoteattr(text)}" for key, text in attributes.items())
    return f'<group ref="{path}"><label>行</label><repeat nodeset="{path}"{words}>{inside}</repeat></group>'


def hooks() -> Hooks:
    return Hooks.fixed(NOW, "seed", PEOPLE)


def fill(source: str, datasets: Mapping[str, Node] | None = None) -> Session:
    return Session(load(source), hooks=hooks(), datasets=datasets)


def evaluate(expression: str, kind: str = "string", **answers: str) -> str:
    """What a calculation stores. ``/data/<name>`` holds answers, ``p`` has rows of ``x``, split at ``|``."""
    rows = "".join(f"<p><x>{text}</x></p>" for text in answers.pop("rows", "").split("|"))
    leaves = "".join(f"<{name}>{text}</{name}>" for name, text in {**_EMPTY, **answers}.items())
    model = _CITIES + bind("/data/out", type=kind, calculate=expression)
    body = repeat("/data/p", ask("/data/p/x")) + choose("/data/one", "a", "b", "c")
    itext = (
        '<translation lang="zh" default="true()"><text id="hello"><value>您好</value></text></translation>'
    )
    return fill(xform(f"{leaves}{rows}<out/>", model, body, itext=itext)).value("/data/out")


_EMPTY = dict.fromkeys(("a", "b", "c", "one", "empty"), "")
_CITIES = (
    '<instance id="city"><root>'
    "<item><name>gy</name><label>广元</label><n>3</n></item>"
    "<item><name>md</name><label>绵阳</label><n>5</n></item>"
    "<item><name>ls</name><label>乐山</label><n>5</n></item>"
    "</root></instance>"
)
