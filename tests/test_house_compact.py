"""A contract whose documents run on takes less room: its fonts and words, smaller margins, text of nine points."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.shared import Pt, Twips
from sample_tree import pack
from test_house import BASES, house

from generator.document.nodes import Numbered
from generator.ooxml import names
from generator.ooxml.house import built_in
from generator.ooxml.house.compact import compacted
from generator.readers import docx as reader
from generator.writers.docx import write

_SPACES = re.compile(r"[\s:]")
HOUSES = pytest.mark.parametrize("name", BASES)


def compact_pack() -> Numbered:
    numbered = pack("fr")
    return replace(numbered, document=replace(numbered.document, layout="compact"))


def test_the_margins_become_smaller_and_never_larger() -> None:
    page = compacted(built_in()).text.geometry
    before = built_in().text.geometry
    assert page.text_width > before.text_width
    assert page.text_height > before.text_height
    close = replace(built_in(), text=replace(built_in().text, geometry=replace(before, left=500, right=500, top=500)))
    kept = compacted(close).text.geometry
    assert (kept.left, kept.right, kept.top) == (500, 500, 500)


@HOUSES
def test_text_is_of_nine_points_and_a_heading_is_larger(name: str) -> None:
    made = docx.Document(BytesIO(write(compact_pack(), house=house(name))))
    normal = made.styles["Normal"].font.size
    sizes = [made.styles[names.STYLES[style]].font.size for style in (names.NUMBERED, names.ITEM, names.ANNEX_NUMBERED)]
    assert all(size is None or size >= Pt(9) for size in [normal, *sizes])
    assert made.styles[names.STYLES[names.ANNEX]].font.size == Pt(11)


def test_a_paragraph_takes_less_room_below_it() -> None:
    full = docx.Document(BytesIO(write(pack("fr"))))
    compact = docx.Document(BytesIO(write(compact_pack())))
    heading = names.STYLES[names.SECTION]
    assert compact.styles[heading].paragraph_format.space_before < full.styles[heading].paragraph_format.space_before
    assert compact.sections[0].left_margin == Twips(850)


@HOUSES
def test_the_words_of_each_clause_are_those_of_the_full_layout(name: str) -> None:
    """The glossary is a paragraph for a few letters instead of a table; only the colon after a term is new."""

    def letters(numbered: Numbered) -> dict[str, str]:
        found = reader.clause_letters(write(numbered, house=house(name)))
        return {clause: _SPACES.sub("", text) for clause, text in found.items()}

    compact, full = letters(compact_pack()), letters(pack("fr"))
    assert compact == full
    assert len(full) > 5


def test_the_stops_of_a_header_stand_at_the_new_margin() -> None:
    looks = compacted(built_in())
    assert f'w:pos="{looks.text_width}"' in looks.styles
    assert f'w:pos="{built_in().text_width}"' not in looks.styles
