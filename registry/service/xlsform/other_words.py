"""The words pyxform adds for ``or_other``, in the language of the form: it only knows English ones.

``select_one house or_other`` gets a choice "Other" and a question "Specify other."; a cadre reads them in
Chinese. Works on pyxform's own output, where both stand as literal texts.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_SPOKEN: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_ASKED = re.compile(r'<input ref="([^"]+_other)"><label>Specify other\.</label>')
_CHOICE = re.compile(r"(<name>other</name><label>)Other(</label>)")
_TRANSLATION = re.compile(r'<translation lang="([^"]*)"[^>]*>(.*?)</translation>', re.DOTALL)
_OWN_CHOICE = re.compile(r"(<text id=\"[^\"]+-\d+\"><value>)Other(</value></text>)")
_HAN = re.compile(r"[\u3400-\u9fff]")


def spoken(xform: str) -> str:
    """The form with those words in each of its languages."""
    asked = _ASKED.findall(xform)
    if not asked:
        return xform
    if "<itext>" not in xform:
        other, specify = _words(xform)
        xform = _CHOICE.sub(rf"\g<1>{other}\g<2>", xform)
        return _ASKED.sub(rf'<input ref="\1"><label>{specify}</label>', xform)
    xform = _ASKED.sub(r"""<input ref="\1"><label ref="jr:itext('\1:label')"/>""", xform)
    return _TRANSLATION.sub(lambda found: _translated(found, asked), xform)


def _words(text: str) -> list[str]:
    return _SPOKEN["zh"] if _HAN.search(text) else _SPOKEN["en"]


def _translated(found: re.Match[str], asked: list[str]) -> str:
    """One language: its name tells which it is (中文, Chinese (zh)), or else its texts."""
    language, texts = found.group(1), found.group(2)
    chinese = re.search(r"\(zh|^zh|chinese", language, re.IGNORECASE)
    other, specify = _SPOKEN["zh"] if chinese else _words(language + ("" if "(" in language else texts))
    more = "".join(f'<text id="{path}:label"><value>{specify}</value></text>' for path in asked)
    texts = _OWN_CHOICE.sub(rf"\g<1>{other}\g<2>", texts)
    return found.group()[: found.start(2) - found.start()] + texts + more + "</translation>"
