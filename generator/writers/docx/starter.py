"""A base document to start from: our own looks as a Word file, with a line of every style for a designer to see."""

from __future__ import annotations

import re
from importlib.resources import files

from generator.document.nodes import Label
from generator.ooxml.archive import archive, member
from generator.ooxml.base import base_parts, language_tag
from generator.ooxml.house.read import built_in
from generator.ooxml.house.styles import numbered_part
from generator.ooxml.numbering import Lists
from generator.writers.docx.numbers import ANNEX_STYLES, CONTRACT_STYLES, annex_levels, contract_levels

_BODY = re.compile(r"<w:body[^>]*>(.*)</w:body>", re.DOTALL)
_LAST_SECTION = re.compile(r"\s*<w:sectPr>(?:(?!<w:sectPr>).)*</w:sectPr>\s*</w:body>", re.DOTALL)


def starter() -> bytes:
    """The bytes of the document; its numbers are those that a French contract has."""
    house = built_in()
    parts = dict(base_parts("fr"))
    lists = Lists()
    contract = lists.instance(lists.shape(contract_levels(_label("Article 1.", "1"), house, tied=True)))
    annex = lists.instance(lists.shape(annex_levels(_label("Annexe A", "A"), house, tied=True)))
    tied = {style: (contract, level) for level, style in enumerate(CONTRACT_STYLES)}
    tied |= {style: (annex, level) for level, style in enumerate(ANNEX_STYLES)}
    parts["word/styles.xml"] = numbered_part(house.styles, language_tag("fr"), tied).encode()
    parts["word/numbering.xml"] = lists.xml().encode()
    parts["word/document.xml"] = _with_sample(parts["word/document.xml"].decode()).encode()
    return archive([member(name, content) for name, content in parts.items()])


def _label(marker: str, number: str) -> Label:
    return Label(marker, marker, number, 0, "")


def _with_sample(document: str) -> str:
    """The document with the sample in front of its last section, where the pages of text begin."""
    sample = _BODY.search((files("generator.ooxml") / "base" / "sample.xml").read_text(encoding="utf-8"))
    last = _LAST_SECTION.search(document)
    assert sample is not None and last is not None
    return document[: last.start()] + sample[1] + document[last.start() :]
