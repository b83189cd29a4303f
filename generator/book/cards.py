"""What the book says of a clause beside its text: when it is in, what it rests on, who approved it, where it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.book.lines import SourceText
from generator.book.marks import CardMark, TextMark, letters_digest
from generator.book.order import Use, uses
from generator.book.phrases import approval_words, label, phrase
from generator.condition_words import Vocabulary, condition_words
from generator.library.model import Condition, Library, LibraryClause
from generator.library.walk import plain_text

Languages = tuple[str, ...]
# The style of a piece: words, what the files say to the letter, or a clause that the book has elsewhere.
PLAIN: Final = "plain"
CODE: Final = "code"
LINK: Final = "link"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one style; of a link they are the id of a clause."""

    text: str
    style: str = PLAIN


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card: its label, and what is said."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class CardText:
    """A text for editing: the caption above it, its mark, its paragraphs; ``titled`` where the first is its title."""

    caption: str
    mark: TextMark
    lines: tuple[str, ...]
    titled: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """A clause, or an entry of other words, as the book shows it; without an id it is not known again."""

    id: str
    heading: str
    rows: tuple[Row, ...]
    texts: tuple[CardText, ...]

    @property
    def letters(self) -> str:
        """All that is only for reading, without spaces: by it an edit there is seen."""
        said = [self.heading, *(row.label + "".join(piece.text for piece in row.pieces) for row in self.rows)]
        return "".join("".join((*said, *(text.caption for text in self.texts))).split())

    @property
    def mark(self) -> CardMark:
        return CardMark(self.id, tuple(text.mark.language for text in self.texts), letters_digest(self.letters))


@dataclass(frozen=True)
class Cards:
    """Makes the cards of a library; ``deals`` gives, by clause, the deals that include it, where some were drafted."""

    library: Library
    languages: Languages
    deals: Mapping[str, Sequence[str]] | None = None
    _vocabulary: Vocabulary = field(init=False)
    _uses: Mapping[str, tuple[Use, ...]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_vocabulary", Vocabulary(self.library))
        object.__setattr__(self, "_uses", uses(self.library))

    def card(self, clause: LibraryClause) -> Card:
        first = self.languages[0]
        heading = f"{SourceText.of(clause.texts[first].source).title} — {clause.id}"
        texts = tuple(self._text(clause, language) for language in self.languages)
        return Card(clause.id, heading, tuple(self._rows(clause)), texts)

    def _text(self, clause: LibraryClause, language: str) -> CardText:
        text = clause.texts[language]
        mark = TextMark(clause.id, language, text.digest)
        lines = tuple(SourceText.of(text.source).lines)
        return CardText(label(f"text-{language}", self.languages), mark, lines)

    def _rows(self, clause: LibraryClause) -> Iterator[Row]:
        for language in self.languages:
            yield Row(phrase("when", language), (Piece(self._when(clause, language)),))
        if clause.when is not None:
            yield self._row("formula", Piece(clause.when.text, CODE))
        if clause.layer.when is not None:
            yield self._row("layer", Piece(f"{clause.layer.id} ("), *self._said(clause.layer.when), Piece(")"))
        else:
            yield self._row("layer", Piece(clause.layer.id))
        if clause.effective.start or clause.effective.end:
            yield self._row("effective", Piece(self._effective(clause)))
        yield from self._place(clause)
        yield from self._relations(clause)
        yield from self._sources(clause)
        for language in self.languages:
            approved = approval_words(clause, language, self.languages[0])
            yield Row(f"{phrase('approval', self.languages[0])} ({language})", (Piece(approved),))
        yield self._row("file", Piece(clause.file, CODE))
        if self.deals is not None:
            named = self.deals.get(clause.id, ())
            yield self._row("deals", Piece(", ".join(named) or self._both("no-deal")))

    def _row(self, key: str, *pieces: Piece) -> Row:
        return Row(label(key, self.languages), pieces)

    def _both(self, key: str) -> str:
        return label(key, self.languages)

    # ---- conditions

    def _when(self, clause: LibraryClause, language: str) -> str:
        return phrase("always", language) if clause.when is None else self._words(clause.when, language)

    def _words(self, condition: Condition, language: str) -> str:
        return condition_words(condition.expression, language, self._vocabulary)

    def _said(self, condition: Condition) -> Iterator[Piece]:
        """A condition in words, in the languages of the book."""
        for at, language in enumerate(self.languages):
            yield Piece((" / " if at else "") + self._words(condition, language))

    # ---- what it belongs to

    def _place(self, clause: LibraryClause) -> Iterator[Row]:
        used = self._uses.get(clause.slot, ())
        policy = f" ({self._both(used[0].slot.policy)})" if used else ""
        yield self._row("slot", Piece(clause.slot, CODE), Piece(policy))
        for use in used:
            yield self._row("where", Piece(self._where(use)), *self._applies(use))
        others = [other.id for other in self.library.by_slot.get(clause.slot, ()) if other.id != clause.id]
        if others:
            yield self._row("others", *_links(others))

    def _where(self, use: Use) -> str:
        named = []
        for language in self.languages:
            title = use.section.title.get(language) if use.section is not None else None
            otherwise = phrase("cover" if use.section is None else "sheets", language)
            named.append(f"{use.outline.title[language]}, {plain_text(title) if title else otherwise}")
        return f"{use.outline.id}, {' / '.join(dict.fromkeys(named))}"

    def _applies(self, use: Use) -> Iterator[Piece]:
        if use.slot.applies is not None:
            yield Piece(f" ({self._both('applies')}: ")
            yield from self._said(use.slot.applies)
            yield Piece(")")

    def _relations(self, clause: LibraryClause) -> Iterator[Row]:
        if clause.exception_to:
            yield self._row("exception", *_links([clause.exception_to]))
        exceptions = [exception.id for exception in self.library.exceptions.get(clause.id, ())]
        if exceptions:
            yield self._row("exceptions", *_links(exceptions))
        for key, named in (("requires", clause.requires), ("excludes", clause.excludes)):
            if named:
                yield self._row(key, Piece(", ".join(named), CODE))
        if clause.locked:
            yield self._row("locked", Piece(self._both("locked-why")))

    def _effective(self, clause: LibraryClause) -> str:
        period = clause.effective
        parts = [f"{self._both('from')} {period.start}"] if period.start else []
        parts += [f"{self._both('until')} {period.end}"] if period.end else []
        return ", ".join(parts)

    # ---- what it stands on

    def _sources(self, clause: LibraryClause) -> Iterator[Row]:
        if not clause.sources:
            yield self._row("sources", Piece(self._both("no-source")))
        for source in clause.sources:
            law = f" — {self.library.citation(source.fact, self.languages[0])}" if source.fact else ""
            # A citation begins with the article: what says no more than that is not said twice.
            law = law.removeprefix(f" — {source.cite}")
            checked = f" ({self._both('checked')} {source.checked})" if source.checked else ""
            yield self._row("sources", Piece(f"{source.cite}{law}{checked}"))


def _links(ids: Iterable[str]) -> Iterator[Piece]:
    for at, id_ in enumerate(ids):
        if at:
            yield Piece(", ")
        yield Piece(id_, LINK)
