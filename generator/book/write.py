"""The book: a library in, the bytes of a Word file out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from generator.approvals import approvable
from generator.book import package, styles
from generator.book.cards import CODE, LINK, Card, Cards, CardText, Piece, Row
from generator.book.marks import link_bookmark
from generator.book.order import Chapter, chapters
from generator.book.phrases import label, phrase
from generator.book.words import WordsChapter, card_of, words_chapters
from generator.library.model import LANGUAGES, Library
from generator.library.walk import plain_text
from generator.ooxml import names
from generator.ooxml.text import escaped, run
from generator.writers.docx import fields
from generator.writers.docx.inline import paragraph

_PARTS: Final = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\[\]\(#[^)\s]*\))")
# The contents list what stands inside this bookmark: not the title of the book.
_LISTED: Final = names.reference_bookmark("book.contents")
_CONTENTS: Final = rf'TOC \o "1-2" \n \h \z \u \b {_LISTED}'


def book(
    library: Library,
    languages: Sequence[str] = LANGUAGES,
    prefix: str = "",
    deals: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """The Word file of the clauses whose id begins with ``prefix``, with the texts in these languages.

    ``deals`` gives, by clause, the deals that include it. Raises ``ForbiddenCharacter`` for a character that XML cannot
    carry; the library's reader has refused such files.
    """
    return _Book(library, tuple(languages), prefix, deals).content()


class _Book:
    def __init__(
        self,
        library: Library,
        languages: tuple[str, ...],
        prefix: str,
        deals: Mapping[str, Sequence[str]] | None,
    ) -> None:
        self.library = library
        self.languages = languages
        self.first = languages[0]
        self.prefix = prefix
        self.cards = Cards(library, languages, deals)
        self.chapters = chapters(library, prefix)
        self.words = words_chapters(library, prefix)
        self.known = approvable(library)
        self.included = {clause.id for chapter in self.chapters for clause in chapter.clauses}
        self.numbers = count(1)
        self.listed = 0
        self.texts = 0

    def content(self) -> bytes:
        body = [*self.front(), *(piece for chapter in self.chapters for piece in self.chapter(chapter))]
        body += [*(piece for chapter in self.words for piece in self.entries(chapter)), self.end()]
        properties = {
            package.TEXTS: str(self.texts),
            package.ONLY: self.prefix or "*",
            package.LIBRARY: self.library.digest,
        }
        title = label("title", self.languages)
        return package.packed(body, package.Frame(self.first, title, self.state(self.first), properties))

    # ---- front matter

    def front(self) -> Iterator[str]:
        yield paragraph(names.TITLE, run(label("title", self.languages)))
        for language in self.languages:
            yield paragraph(styles.NOTE, run(phrase("how", language)))
            yield paragraph(styles.NOTE, run(phrase("how-lines", language)))
            yield paragraph(styles.NOTE, run(self.state(language)))
        yield paragraph(names.CONTENTS_TITLE, run(label("contents", self.languages)))
        yield from self.contents()

    def state(self, language: str) -> str:
        clauses = [self.library.clauses[id_] for id_ in self.included]
        wordings = [wording for chapter in self.words for wording in chapter.wordings]
        states = [clause.approval_state(spoken) for clause in clauses for spoken in self.languages]
        states += [one.approval_state(spoken) for one in wordings for spoken in self.languages if spoken in one.words]
        return phrase(
            "state",
            language,
            clauses=len(clauses),
            words=len(wordings),
            approved=states.count("approved"),
            texts=len(states),
            digest=self.library.digest[:12],
        )

    def contents(self) -> Iterator[str]:
        """Documents and sections as links, in a field that Word can fill again."""
        opening = fields.opening(_CONTENTS)
        titles = [title for chapter in self.chapters for title in self.titles(chapter)]
        titles += [title for chapter in self.words for title in self.words_titles(chapter)]
        for style, bookmark, words in titles:
            document = style == styles.DOCUMENT
            level = names.CONTENTS_ENTRY if document else names.CONTENTS_ANNEX_ENTRY
            yield paragraph(level, opening + fields.link(bookmark, run(words if document else f"\t{words}")))
            opening = ""
        yield paragraph(names.SEPARATOR, opening + fields.END + self.listed_from())

    def listed_from(self) -> str:
        self.listed = next(self.numbers)
        return f'<w:bookmarkStart w:id="{self.listed}" w:name="{_LISTED}"/>'

    def end(self) -> str:
        return paragraph(styles.END, f'<w:bookmarkEnd w:id="{self.listed}"/>')

    def titles(self, chapter: Chapter) -> Iterator[tuple[str, str, str]]:
        """Style, bookmark and words of the headings that a chapter begins with."""
        if chapter.outline is None:
            yield styles.DOCUMENT, names.reference_bookmark("book."), label("elsewhere", self.languages)
            return
        outline = chapter.outline
        if chapter is next(one for one in self.chapters if one.outline is outline):
            named = " / ".join(dict.fromkeys(outline.title[language] for language in self.languages))
            yield styles.DOCUMENT, names.reference_bookmark(f"book.{outline.id}"), f"{outline.id} — {named}"
        section = chapter.section
        titles = [
            phrase("cover", language) if section is None else plain_text(section.title[language])
            for language in self.languages
            if section is None or section.title
        ]
        id_ = section.id if section is not None else ""
        yield (
            styles.SECTION,
            names.reference_bookmark(f"book.{outline.id}.{id_}"),
            " / ".join(dict.fromkeys(titles)) or label("sheets", self.languages),
        )

    # ---- other words

    def words_titles(self, chapter: WordsChapter) -> Iterator[tuple[str, str, str]]:
        if chapter is self.words[0]:
            yield styles.DOCUMENT, names.reference_bookmark("book.words"), label("words", self.languages)
        bookmark = names.reference_bookmark(f"book.words.{chapter.kind}")
        yield styles.SECTION, bookmark, label(chapter.kind, self.languages)

    def entries(self, chapter: WordsChapter) -> Iterator[str]:
        for style, bookmark, words in self.words_titles(chapter):
            yield paragraph(style, self.marked(bookmark, run(words)))
        for wording in chapter.wordings:
            known = self.known[wording.id] is wording
            yield from self.card(card_of(wording, self.languages, known=known))

    # ---- clauses

    def chapter(self, chapter: Chapter) -> Iterator[str]:
        for style, bookmark, words in self.titles(chapter):
            yield paragraph(style, self.marked(bookmark, run(words)))
        for clause in chapter.clauses:
            yield from self.card(self.cards.card(clause))

    def marked(self, bookmark: str, content: str) -> str:
        number = next(self.numbers)
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="{bookmark}"/>{content}<w:bookmarkEnd w:id="{number}"/>'
        )  # fmt: skip

    def card(self, card: Card) -> Iterator[str]:
        heading = self.marked(card.mark.bookmark, run(card.heading)) if card.id else run(card.heading)
        heading = self.marked(link_bookmark(card.id), heading) if card.id in self.included else heading
        yield paragraph(styles.CLAUSE, heading)
        for row in card.rows:
            yield self.row(row)
        for text in card.texts:
            yield from self.text(text)

    def row(self, row: Row) -> str:
        return paragraph(styles.ROW, _styled(f"{row.label}\t", styles.LABEL) + "".join(map(self.piece, row.pieces)))

    def piece(self, piece: Piece) -> str:
        if piece.style == LINK and piece.text in self.included:
            return fields.link(link_bookmark(piece.text), _styled(piece.text, names.HYPERLINK))
        return _styled(piece.text, styles.CODE) if piece.style in {CODE, LINK} else run(piece.text)

    def text(self, text: CardText) -> Iterator[str]:
        """A text in its control, between the two ends of its bookmark, which stand outside of the control."""
        self.texts += 1
        mark = text.mark
        number, control = next(self.numbers), next(self.numbers)
        start = f'<w:bookmarkStart w:id="{number}" w:name="{mark.bookmark}"/>'
        yield paragraph(styles.CAPTION, run(text.caption) + start)
        title, *lines = text.lines
        first = styles.TITLES if text.titled else styles.TEXTS
        yield (
            f'<w:sdt><w:sdtPr><w:alias w:val="{mark.alias}"/><w:tag w:val="{escaped(mark.tag)}"/>'
            f'<w:id w:val="{control}"/><w:lock w:val="sdtLocked"/></w:sdtPr><w:sdtContent>'
            # LibreOffice forgets the tracked changes in the first paragraph of a control: it is an empty one.
            + paragraph(styles.BEGIN, "")
            + paragraph(first[mark.language], line_runs(title))
            + "".join(paragraph(styles.TEXTS[mark.language], line_runs(line)) for line in lines)
            + "</w:sdtContent></w:sdt>"
        )
        yield paragraph(styles.END, f'<w:bookmarkEnd w:id="{number}"/>')


def line_runs(line: str) -> str:
    """A line of a text as runs; values, statements and references each in their style."""
    return "".join(
        _styled(part, _style_of(part)) if at % 2 else run(part) for at, part in enumerate(_PARTS.split(line)) if part
    )


def _style_of(part: str) -> str:
    if part.startswith("{{"):
        return styles.VALUE
    return styles.STATEMENT if part.startswith("{%") else styles.REFERENCE


def _styled(text: str, style: str) -> str:
    return run(text, f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>')
