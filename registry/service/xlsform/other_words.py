"""The words pyxform adds for ``or_other``, in the language of the form: it only knows English ones.

``select_one house or_other`` gets a choice "Other" and a question "Specify other."; a cadre reads 其他 and
请说明是什么. Works on pyxform's own output, where both stand as literal texts.
"""

from __future__ import annotations

import re

_CHINESE = ("其他", "请说明是什么")
_ENGLISH = ("Other", "Please specify")
_ASKED = re.compile(r'<input ref="([^"]+_other)"><label>Specify other\.</label>')
_CHOICE = re.compile(r"(<name>other</name><label>)Other(</label>)")
_TRANSLATION = re.compile(r'<translation lang="([^"]*)"[^>]*>(.*?)</translation>', re.DOTALL)
_OWN_CHOICE = re.compile(r"(<text id=\"[^\"]+-\d+\"><value>)Other(</value></text>)")
_HAN = re.compile("[㐀-鿿]")


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


def _words(text: str) -> tuple[str, str]:
    return _CHINESE if _HAN.search(text) else _ENGLISH


def _translated(found: re.Match[str], asked: list[str]) -> str:
    """One language: its name tells which it is (中文, Chinese (zh)), or else its texts."""
    language, texts = found.group(1), found.group(2)
    chinese = re.search(r"\(zh|^zh|chinese", language, re.IGNORECASE)
    other, specify = _CHINESE if chinese else _words(language + ("" if "(" in language else texts))
    more = "".join(f'<text id="{path}:label"><value>{specify}</value></text>' for path in asked)
    texts = _OWN_CHOICE.sub(rf"\g<1>{other}\g<2>", texts)
    return found.group()[: found.start(2) - found.start()] + texts + more + "</translation>"
