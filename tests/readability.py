"""How easily each contract reads: sentences and words of the examples. ``python -m tests.readability`` writes the page.

The figure is LIX (C.-H. Björnsson, *Läsbarhet*, Liber, Stockholm 1968; in English J. Anderson, “Lix and Rix:
Variations on a little-known readability index”, Journal of Reading 26, 1983, p. 490–496): words a sentence, plus the
share in per cent of words of more than six letters. It needs no syllables, so it is the same for both languages.
Björnsson ends a sentence at a colon too; ``printed_sentences`` does not, so as to see ideas that are strung together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator.library.model import LANGUAGES
from generator.lint.long_sentence import MOST_WORDS
from generator.lint.long_sentence import Sentence as Written
from generator.lint.long_sentence import sentences as written_sentences
from generator.lint.prose import LANGUAGE_NAMES
from generator.pipeline import Options, draft
from tests.deals import CONTRACTS
from tests.law_coverage import library
from tests.printed_sentences import QUOTED, Reading, Sentence, read
from tests.test_golden import EXAMPLES

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "readability.md"

SEGMENTS = ("tpe", "pme", "eti", "gc")
LONG, VERY_LONG = 25, 35
SHOWN, CUT = 10, 180


@dataclass(frozen=True, slots=True)
class Pack:
    """One example in one language."""

    name: str
    segment: str
    kind: str
    language: str
    reading: Reading


@cache
def packs() -> tuple[Pack, ...]:
    """Every example in both languages."""
    made = []
    for name in EXAMPLES:
        for language in LANGUAGES:
            drafted = draft(CONTRACTS / name, options=Options(language=language))
            assert drafted.complete and drafted.deal is not None, drafted.report
            values = drafted.deal.values
            segment, kind = values["context"]["segment"], values["meta"]["kind"]
            made.append(Pack(name, segment, kind, language, read(drafted.numbered[language])))
    return tuple(made)


def of_segment(segment: str, language: str) -> tuple[Pack, ...]:
    """The contracts of a segment; an amendment or a provisional agreement is no pack to compare with one."""
    return tuple(
        pack for pack in packs() if (pack.segment, pack.language, pack.kind) == (segment, language, "contract")
    )


def together(found: Iterable[Pack]) -> Reading:
    readings = [pack.reading for pack in found]
    return Reading(
        tuple(sentence for reading in readings for sentence in reading.sentences),
        sum(reading.quoted_words for reading in readings),
        sum(reading.line_words for reading in readings),
    )


# ---- figures


def mean_words(found: tuple[Sentence, ...]) -> float:
    return sum(sentence.words for sentence in found) / len(found)


def share_above(found: tuple[Sentence, ...], words: int) -> float:
    """The share of sentences of more than so many words, in per cent."""
    return 100 * sum(sentence.words > words for sentence in found) / len(found)


def lix(found: tuple[Sentence, ...]) -> float:
    """Björnsson's formula: words a sentence, plus the per cent of words of more than six letters."""
    words = sum(sentence.words for sentence in found)
    return words / len(found) + 100 * sum(sentence.long_words for sentence in found) / words


def longest(language: str) -> tuple[tuple[Written, ...], tuple[Written, ...]]:
    """The sentences of the library from the longest: its own, and those of the law that it quotes."""
    own: list[Written] = []
    quoted: list[Written] = []
    for clause in library().clauses.values():
        for sentence in written_sentences(clause):
            if sentence.language == language:
                in_law = clause.id in QUOTED and sentence.span.source_line.startswith(">")
                (quoted if in_law else own).append(sentence)

    def order(sentence: Written) -> tuple[int, str, int]:
        return -sentence.words, sentence.span.file, sentence.span.line

    return tuple(sorted(own, key=order)), tuple(sorted(quoted, key=order))


# ---- the page

_KIND_NAMES = {
    "contract": "contract",
    "cadrage_only": "provisional agreement",
    "amendment": "amendment",
    "renewal": "renewal",
}


def _row(first: Iterable[str], reading: Reading) -> str:
    prose = reading.prose
    figures = (
        f"{sum(sentence.words for sentence in prose):,}",
        f"{len(prose):,}",
        f"{mean_words(prose):.1f}",
        f"{share_above(prose, LONG):.0f} %",
        f"{share_above(prose, VERY_LONG):.0f} %",
        f"**{lix(prose):.1f}**",
        f"{lix(reading.sentences):.1f}",
        f"{reading.line_words:,}",
        f"{reading.quoted_words:,}",
    )
    return "| " + " | ".join((*first, *figures)) + " |"


def _table(first: tuple[str, ...], rows: Iterable[str]) -> Iterator[str]:
    heads = (
        *first,
        "words",
        "sentences",
        "words a sentence",
        f"above {LONG}",
        f"above {VERY_LONG}",
        "LIX",
        "with lists of values",
        "words in lines",
        "words of quoted law",
    )
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(first) + "---:|" * (len(heads) - len(first))
    yield from rows


def _segments() -> Iterator[str]:
    for language in LANGUAGES:
        for segment in SEGMENTS:
            found = of_segment(segment, language)
            yield _row((segment.upper(), LANGUAGE_NAMES[language], str(len(found))), together(found))


def _shorter() -> Iterator[str]:
    for pack in packs():
        if pack.kind != "contract":
            name = f"{_KIND_NAMES[pack.kind]} (`{pack.name}`)"
            yield _row((name, LANGUAGE_NAMES[pack.language]), pack.reading)


def _sentence(sentence: Written) -> str:
    place, source = sentence.span, sentence.source
    shown = source if len(source) <= CUT else f"{source[:CUT]} …"
    return f"- {sentence.words} words, [{place.file}:{place.line}](../{place.file}): `{shown}`"


def page() -> str:
    quoted = {id_: library().clauses[id_].span.file for id_ in QUOTED}
    lines = [
        "# Readability: how easily each contract reads",
        "",
        "Made by `python -m tests.readability` from the examples and the library; a test keeps it fresh.",
        "",
        "For a lawyer: LIX adds the words of a mean sentence to the share of words of more than six letters; a lower",
        "figure reads more easily, and its usual scale, made for Swedish, puts newspapers at 40 to 50 and official",
        "texts at 50 to 60. Compare segments within one language only: French words are longer than English ones.",
        "",
        "## Per segment",
        "",
        *_table(("segment", "language", "packs"), _segments()),
        "",
        "The contracts of all examples of a segment, read together. Other documents are too short to compare:",
        "",
        *_table(("document", "language"), _shorter()),
        "",
        "## How it is measured",
        "",
        "- The words are those of the document tree, so each value is read as it is printed.",
        "- A sentence ends with `.`, `!`, `?` or `…`, or with its paragraph, item or definition; a colon or a",
        "  semicolon ends none, which is stricter than the formula's author. A stop inside a value ends none either.",
        "- *LIX* and the columns before it leave out sentences that are mostly values (closing days, tools, the list",
        "  of documents): nobody can write these more simply. The column *with lists of values* has them too.",
        "- *Words in lines* are in no figure: cells of tables that are no sentence, the identification of the parties,",
        "  signature blocks. Titles and headings are not read.",
        "- *Words of quoted law* are in no figure: "
        + "; ".join(f"[{id_}](../{quoted[id_]}) ({why})" for id_, why in QUOTED.items())
        + ".",
        "- There is no figure made of syllables (Flesch, Kandel-Moles): to count syllables by rule is itself to guess.",
        "",
        "## The longest sentences of the library",
        "",
        "Counted as the check [long-sentence](checks/long-sentence.md) counts them: a value is one word, of a choice",
        f"the longest branch counts, a semicolon ends a sentence. Its bound is {MOST_WORDS} words; a test refuses a",
        "longer sentence unless it is quoted law.",
        "",
    ]
    for language in LANGUAGES:
        own, law = longest(language)
        lines += [f"### {LANGUAGE_NAMES[language]}", "", *map(_sentence, own[:SHOWN]), ""]
        over = sum(sentence.words > MOST_WORDS for sentence in law)
        lines += [f"Sentences of quoted law above the bound: {over}, the longest of {law[0].words} words.", ""]
    lines += [
        "## What falls short",
        "",
        "- LIX sees lengths only: it knows neither a rare short word nor a tangled sentence of twenty words, and no",
        "  figure replaces a reader. No client has read these contracts aloud for us.",
        "- The figures are those of the examples, few in a segment: another deal prints other clauses.",
        "- Enumerations of the deal stay long sentences where the compact TPE contract has no room for a list.",
        "- A table of figures reads well or badly for other reasons; nothing here measures it.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
