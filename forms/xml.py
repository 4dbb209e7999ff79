"""XML from outside, read without following anything it points to.

No document type, no entities, no external anything; bounded size and depth. expat expands nothing here, for
the first sign of a document type ends the reading.
"""

from __future__ import annotations

from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from forms.errors import FormError

MAX_BYTES = 8 * 1024 * 1024
"""An XForm of 10,000 questions is about 5 MiB."""
MAX_DEPTH = 60
MAX_ELEMENTS = 200_000

XFORMS = "http://www.w3.org/2002/xforms"
XHTML = "http://www.w3.org/1999/xhtml"
JR = "http://openrosa.org/javarosa"
ORX = "http://openrosa.org/xforms"
ODK = "http://www.opendatakit.org/xforms"


def read_xml(source: bytes | str) -> Element:
    """The document element, names as ``{namespace}local``. Raises FormError form_xml_*."""
    data = source.encode() if isinstance(source, str) else source
    if len(data) > MAX_BYTES:
        raise FormError("form_too_large", reason=f"{len(data)} > {MAX_BYTES}")
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FormError("form_xml_broken", reason=str(error)) from error
    return reader.builder.close()


class _Reader:
    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.depth = self.elements = 0
        # Always UTF-8: any other declared encoding is not something our registry makes.
        self.parser = expat.ParserCreate("UTF-8", "}")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.ExternalEntityRefHandler = self.refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.builder.data

    def refuse(self, *args: object) -> NoReturn:
        raise FormError("form_xml_doctype")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise FormError("form_too_large", reason=f"{self.depth} / {self.elements}")
        self.builder.start(_qualified(name), {_qualified(key): text for key, text in attributes.items()})

    def end(self, name: str) -> None:
        self.depth -= 1
        self.builder.end(_qualified(name))


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name


def local(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: Element) -> str:
    return element.tag[1:].rpartition("}")[0] if element.tag.startswith("{") else ""


def text_of(element: Element) -> str:
    return (element.text or "").strip()
