"""Texts of all languages, with the places where answers go."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from forms.definition import Label, Output, Parts
from forms.load.state import Loading
from forms.load.supported import TEXT_FORMS
from forms.xml import XFORMS, local


def read_itext(model: Element, loading: Loading) -> None:
    """``loading.itext`` and the default language: the one marked, else the first."""
    for translation in model.iterfind(f"{{{XFORMS}}}itext/{{{XFORMS}}}translation"):
        language = translation.get("lang", "")
        if not loading.default_language or "default" in translation.attrib:
            loading.default_language = language
        texts = loading.itext.setdefault(language, {})
        for text in translation:
            name = text.get("id", "")
            texts[name] = {value.get("form", ""): parts(value) for value in text}
            for form in texts[name].keys() - TEXT_FORMS:
                loading.refuse("form_unsupported_text", name, form)


def parts(element: Element) -> Parts:
    """Mixed content: literal text and outputs; blanks at the ends are the pretty printer's."""
    found: list[str | Output] = [element.text or ""]
    for child in element:
        if local(child) == "output":
            found.append(Output((child.get("value") or child.get("ref") or "").strip()))
        found.append(child.tail or "")
    if isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return tuple(part for part in found if part != "")


def label(element: Element | None) -> Label | None:
    """A ``<label>`` or ``<hint>``."""
    return None if element is None else reference(element.get("ref", ""), parts(element))


def reference(ref: str, fallback: Parts = ()) -> Label:
    """``jr:itext('id')`` or a literal text."""
    ref = ref.strip()
    if ref.startswith("jr:itext("):
        return Label(ref.removeprefix("jr:itext(").removesuffix(")").strip().strip("'\""), fallback)
    return Label("", fallback if fallback or not ref else (Output(ref),))


def message(text: str | None) -> Label | None:
    """``jr:constraintMsg``: a literal text or jr:itext('id')."""
    if not text:
        return None
    return reference(text) if text.strip().startswith("jr:itext(") else Label("", (text,))
