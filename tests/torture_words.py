"""What a person reads in a file of a pack, by readers that share nothing with the writers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile

from lxml import etree
from markdown_it import MarkdownIt

from tests.office import letters, page_texts

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS: Final = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}
# The deal and its record travel inside a Word file, as it was typed: nobody reads them there.
_CARRIED: Final = ("customXml/", "docProps/")


def docx_words(content: bytes) -> str:
    """The paragraphs of a Word file, one a line."""
    with ZipFile(BytesIO(content)) as package:
        names = [name for name in package.namelist() if name.startswith("word/") and name.endswith(".xml")]
        roots = [etree.fromstring(package.read(name)) for name in names]
    return "\n".join(_paragraph(node) for root in roots for node in root.iter(f"{_W}p"))


def _paragraph(node: Any) -> str:
    return "".join(
        child.text or "" if child.tag == f"{_W}t" else _BREAKS.get(child.tag, "")
        for child in node.iter()
        if next(child.iterancestors(f"{_W}p"), None) is node
    )


class _Page(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.hidden = 0
        self.texts: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"style", "script"}
        self.texts.append("\n" if tag in {"br", "p", "li", "td", "th", "div", "h1", "h2", "h3", "h4", "tr"} else "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(data)


def html_words(content: bytes) -> str:
    return "".join(_Page(content.decode()).texts)


def markdown_words(content: bytes) -> str:
    """The text as a reader of CommonMark with tables shows it."""
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(content.decode())
    return "\n".join(
        "".join("\n" if child.type.endswith("break") else child.content for child in token.children or ())
        for token in tokens
        if token.type == "inline"
    )


def json_words(content: bytes) -> str:
    return "\n".join(_texts(json.loads(content)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def pdf_words(content: bytes) -> str:
    return "".join(page_texts(content))


WORDS: Final[Mapping[str, Callable[[bytes], str]]] = {
    "docx": docx_words,
    "html": html_words,
    "md": markdown_words,
    "json": json_words,
    "pdf": pdf_words,
}
EVERY: Final = ("docx", "html", "md", "json")


def holds(format_: str, content: bytes, text: str) -> bool:
    """Whether a file shows this text to its reader; line ends and the width of a plain space do not count."""
    shown = WORDS[format_](content)
    if format_ == "pdf":
        # A PDF keeps neither the narrow spaces nor where its lines were broken.
        return letters([text]) in letters([shown])
    return _one_line(text) in _one_line(shown)


def _one_line(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text)


def source_of(format_: str, content: bytes) -> str:
    """The text of a file as a program reads it, with its markup; of a Word file that of all parts."""
    if format_ != "docx":
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as package:
        names = [name for name in package.namelist() if not name.startswith(_CARRIED)]
        return "\n".join(package.read(name).decode("utf-8", "replace") for name in names)
