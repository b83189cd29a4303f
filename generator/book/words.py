"""What the book shows of the words that contracts print beside clause texts: for reading, with their approvals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from generator.book.cards import CODE, Languages, Piece, Row
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


def rows_of(wording: Wording, languages: Languages) -> Iterator[Row]:
    """The lines of an entry: its words as they are approved, then who approved them."""
    spoken = [language for language in languages if language in wording.words]
    for language in spoken:
        for name, words in wording.words[language].items():
            yield Row(f"{name} ({language})", (Piece(words),))
    for language in spoken:
        said = f"{approval_words(wording, language, languages[0])} – {label('digest', languages)} "
        approval = f"{phrase('approval', languages[0])} ({language})"
        yield Row(approval, (Piece(said), Piece(wording.digest(language), CODE)))
    yield Row(label("file", languages), (Piece(wording.span.file, CODE),))
