"""What the book shows of the words that contracts print beside clause texts: with their names and approvals."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from generator.book.cards import CODE, Card, CardText, Languages, Piece, Row
from generator.book.marks import TextMark
from generator.book.named import NamedWords, languages_of
from generator.book.phrases import approval_words, label, phrase
from generator.library.approved import Wording
from generator.library.model import Library

KINDS: Final = ("glossary", "outline", "sheet", "profile", "fact", "holiday", "parameter", "label")


@dataclass(frozen=True, slots=True)
class WordsChapter:
    """All words of one kind, by their ids."""

    kind: str
    wordings: tuple[Wording, ...]


def words_chapters(library: Library, prefix: str = "") -> tuple[WordsChapter, ...]:
    """The words whose id begins with ``prefix``, kind by kind."""
    chosen = [wording for id_, wording in sorted(library.wordings.items()) if id_.startswith(prefix)]
    chapters = (WordsChapter(kind, tuple(one for one in chosen if one.kind == kind)) for kind in KINDS)
    return tuple(chapter for chapter in chapters if chapter.wordings)


def card_of(wording: Wording, languages: Languages, *, known: bool) -> Card:
    """An entry with its words for editing, as far as each stands somewhere in a file.

    One that is not ``known`` by its id, because a clause has the same, is all for reading.
    """
    spoken = [language for language in languages_of(wording) if language in languages] if known else []
    rows = tuple(_rows_of(wording, languages, spoken))
    texts = tuple(_text(wording, language, languages) for language in spoken)
    return Card(wording.id if known else "", wording.id, rows, texts)


def _text(wording: Wording, language: str, languages: Languages) -> CardText:
    words = NamedWords.of(wording, language)
    mark = TextMark(wording.id, language, words.digest)
    return CardText(label(f"text-{language}", languages), mark, tuple(words.lines), titled=False)


def _rows_of(wording: Wording, languages: Languages, edited: Collection[str]) -> Iterator[Row]:
    """The lines for reading: words that are part of something else, and who approved the entry."""
    spoken = [language for language in languages if language in wording.words]
    for language in spoken:
        placed = wording.places.get(language, {}) if language in edited else {}
        for name, words in wording.words[language].items():
            if name not in placed:
                yield Row(f"{name} ({language})", (Piece(words),))
    for language in spoken:
        said = f"{approval_words(wording, language, languages[0])} – {label('digest', languages)} "
        approval = f"{phrase('approval', languages[0])} ({language})"
        yield Row(approval, (Piece(said), Piece(wording.digest(language), CODE)))
    yield Row(label("file", languages), (Piece(wording.span.file, CODE),))
