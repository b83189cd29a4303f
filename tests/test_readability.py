"""The TPE contract is the simplest to read, and no clause has a sentence that is too long to read aloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from generator.document.nodes import (
    Block,
    Cell,
    Inline,
    Item,
    ItemList,
    Notice,
    Paragraph,
    PlainParagraph,
    Table,
    Text,
    Value,
)
from generator.library.model import LANGUAGES
from generator.lint import forbidden_words
from generator.lint.long_sentence import MOST_WORDS
from tests.law_coverage import library
from tests.printed_sentences import QUOTED, Reading, read
from tests.readability import (
    LONG,
    PAGE,
    SEGMENTS,
    VERY_LONG,
    lix,
    longest,
    mean_words,
    of_segment,
    packs,
    page,
    share_above,
    together,
)
from tests.sample_tree import pack

SENTENCE = Text("Le Prestataire répare. Il prévient le Client.")
NAME = Value("S.A. Dupont. Et fils", "parties.client.legal_name", "string", from_deal=True)

FIGURES: dict[str, Callable[[Reading], float]] = {
    "LIX": lambda reading: lix(reading.prose),
    "LIX with lists of values": lambda reading: lix(reading.sentences),
    "words a sentence": lambda reading: mean_words(reading.prose),
    "long sentences": lambda reading: share_above(reading.prose, LONG),
    "very long sentences": lambda reading: share_above(reading.prose, VERY_LONG),
}


def reading_of(*blocks: Block, clause: str = "") -> Reading:
    """What is read of a pack that holds these blocks only, in its first clause."""
    numbered = pack()
    part = next(part for part in numbered.document.parts if part.sections)
    section = part.sections[0]
    first = section.clauses[0]
    alone = replace(section, clauses=(replace(first, id=clause or first.id, blocks=blocks),))
    document = replace(numbered.document, parts=(replace(part, cover=(), sections=(alone,)),))
    return read(replace(numbered, document=document))


def paragraph(*content: Inline) -> Paragraph:
    return Paragraph("p1", content)


def test_the_page_tells_how_the_contracts_read_today() -> None:
    written, told = PAGE.read_text("utf-8").splitlines(), page().splitlines()
    assert sorted(set(told) ^ set(written))[:4] == [], "write the page again: python -m tests.readability"
    same_order = written == told
    assert same_order


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("figure", FIGURES)
def test_the_contract_of_the_smallest_client_is_the_simplest(figure: str, language: str) -> None:
    found = {segment: FIGURES[figure](together(of_segment(segment, language))) for segment in SEGMENTS}
    assert min(found, key=lambda segment: found[segment]) == "tpe", found
    assert found["tpe"] < min(value for segment, value in found.items() if segment != "tpe")


def test_every_segment_of_a_deal_has_a_contract_that_is_read() -> None:
    segments = library().schema.type.fields["context"].type.fields["segment"].type.values
    assert set(SEGMENTS) == set(segments) == {each.segment for each in packs() if each.kind == "contract"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_law_itself_has_a_sentence_above_the_bound(language: str) -> None:
    own, quoted = longest(language)
    assert own[0].words <= MOST_WORDS, f"{own[0].span.file}:{own[0].span.line}: {own[0].source}"
    assert quoted[0].words > MOST_WORDS


def test_no_clause_has_a_word_that_promises_a_result() -> None:
    assert list(forbidden_words.check(library())) == []


@pytest.mark.parametrize("clause", QUOTED)
def test_what_is_told_apart_as_law_names_the_law(clause: str) -> None:
    assert any(source.fact for source in library().clauses[clause].sources)


def test_the_figure_is_the_formula_of_its_author() -> None:
    found = reading_of(paragraph(SENTENCE)).prose
    # Seven words in two sentences; “Prestataire” and “prévient” have more than six letters.
    assert [sentence.words for sentence in found] == [3, 4]
    assert lix(found) == pytest.approx(7 / 2 + 100 * 2 / 7)
    assert (mean_words(found), share_above(found, 3)) == (3.5, 50)


def test_a_stop_inside_a_value_ends_no_sentence() -> None:
    (sentence,) = reading_of(paragraph(Text("Le Prestataire avertit "), NAME, Text(" sans délai."))).sentences
    assert (sentence.words, sentence.inserted, sentence.lists_values) == (9, 4, False)


def test_an_abbreviation_ends_no_sentence() -> None:
    (sentence,) = reading_of(paragraph(Text("The price is one euro excl. VAT."))).sentences
    assert sentence.words == 7


def test_a_sentence_that_is_mostly_values_is_told_apart() -> None:
    found = reading_of(paragraph(Text("Client : "), NAME, Text(".")), paragraph(SENTENCE))
    assert len(found.sentences) == 3
    assert len(found.prose) == 2


def test_each_item_of_a_list_is_a_sentence() -> None:
    items = ItemList((Item("a", (Text("le premier cas ;"),)), Item("b", (Text("le second cas."),))))
    assert [sentence.words for sentence in reading_of(paragraph(Text("Deux cas :")), items).sentences] == [2, 3, 3]


def test_a_cell_is_read_where_it_is_a_sentence() -> None:
    row = (Cell((Text("Délai"),)), Cell((SENTENCE,)))
    found = reading_of(Table("t", (Cell((Text("Objet"),)), Cell((Text("Règle"),))), (row,), ("left", "left")))
    assert len(found.sentences) == 2
    assert found.line_words == 3


def test_the_law_that_a_clause_quotes_is_told_apart() -> None:
    notice = Notice((PlainParagraph((SENTENCE,)),))
    found = reading_of(paragraph(SENTENCE), notice, clause=next(iter(QUOTED)))
    assert (len(found.sentences), found.quoted_words) == (2, 7)
    assert reading_of(notice).quoted_words == 0
