"""The reader of Word files: words or a refusal, and the words are those of a plain walk through the XML."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZipFile

from lxml import etree

from generator.readers.docx import (
    MAIN_STORY,
    UnreadableWordFile,
    clause_letters,
    embedded,
    letters_outside_clauses,
    paragraphs,
)
from tests.fuzz import wordfiles
from tests.fuzz.judge import check

LIMIT = 2.0
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What is no text of a document, and what holds no elements where a file is right.
_UNREAD = {_FALLBACK, *(f"{_W}{name}" for name in ("pPr", "rPr", "t", "tab", "br", "cr", "fldChar"))}


def seeds() -> list[bytes]:
    return []


def mutated(data: bytes, pick: Random, others: list[bytes]) -> bytes:
    return wordfiles.mutated(data, pick, others, ("word/document.xml", "customXml/item1.xml"))


def one(data: bytes) -> None:
    read = _read(paragraphs, data)
    for reader in (embedded, clause_letters, letters_outside_clauses):
        _read(reader, data)
    if read is not None:
        with ZipFile(BytesIO(data)) as archive:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(archive.read(MAIN_STORY), parser)
        said = "".join(paragraph.text for paragraph in read).translate({9: None, 10: None})
        plain = _plain(root).translate({9: None, 10: None})
        check(said == plain, "other words than those of the file", said, plain)


def _read(reader: Callable[[bytes], Any], data: bytes) -> Any:
    try:
        return reader(data)
    except UnreadableWordFile as refusal:
        check(str(refusal) and len(str(refusal)) < 600, "no reason", refusal)
        return None


def _plain(root: etree._Element) -> str:
    """The text of every paragraph of a document, one element after the other, with the results of its fields."""
    said: list[str] = []
    fields: list[bool] = []
    for element in root.iter(f"{_W}t", f"{_W}fldChar"):
        around = list(element.iterancestors())
        if not any(one.tag == f"{_W}p" for one in around) or any(one.tag in _UNREAD for one in around):
            continue
        if not all(map(_is_read, around)):
            continue
        match element.get(f"{_W}fldCharType") if element.tag == f"{_W}fldChar" else "words":
            case "words" if all(fields):
                said.append(element.text or "")
            case "begin":
                fields.append(False)
            case "separate" if fields:
                fields[-1] = True
            case "end" if fields:
                fields.pop()
    return "".join(said)


def _is_read(element: etree._Element) -> bool:
    """Whether what is in an element is of the document: of a control among the blocks, what its first content holds."""
    control = element.getparent()
    if control is None or control.tag != f"{_W}sdt" or any(one.tag == f"{_W}p" for one in control.iterancestors()):
        return True
    return element is control.find(f"{_W}sdtContent")
