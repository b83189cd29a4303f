"""What references print, against a count and a reading of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.counter import Number, lists_of, numbers
from generator.doctor.field_codes import Field
from generator.doctor.findings import Check, shortened, warning
from generator.doctor.names import ID, NAME, P, T, W
from generator.doctor.wordfile import Part, WordFile

STALE_REFERENCE = warning(
    "stale-reference",
    "a reference prints another number, or other words, than what it refers to has",
    "update the fields (Ctrl+A, F9), and read again what the sentence then says",
)
STALE_CONTENTS = warning(
    "stale-contents",
    "a line of the table of contents has other words than the heading that it leads to",
    "update the table of contents (F9)",
)
CHECKS: tuple[Check, ...] = (STALE_REFERENCE, STALE_CONTENTS)

_NUMBER: Final = frozenset({"\\n", "\\r", "\\w"})
# Switches that change what is printed in ways that are not followed here.
_OTHERWISE: Final = frozenset({"\\d", "\\f", "\\p", "\\#", "\\@"})
_START: Final = f"{W}bookmarkStart"
_LEADING_WORD: Final = re.compile(r"^[^\W\d_]+\s+")


def check(file: WordFile) -> Iterator[Diagnostic]:
    marks = {
        (start.get(NAME) or "").casefold(): (story, start)
        for story in reversed(file.stories)
        for start in reversed(story.elements(_START))
    }
    lists = lists_of(file)
    counted: dict[str, Mapping[etree._Element, Number]] = {}
    for story in file.stories:
        for found in story.fields.fields:
            if found.kind == "REF" and found.separated and not found.composed and found.bookmark.casefold() in marks:
                target, start = marks[found.bookmark.casefold()]
                if target.name not in counted:
                    counted[target.name] = numbers(target, lists)
                yield from _reference(story, found, target, start, counted[target.name])
        yield from _contents(story, marks)


def _reference(
    story: Part, found: Field, target: Part, start: etree._Element, counted: Mapping[etree._Element, Number]
) -> Iterator[Diagnostic]:
    switches = found.switches
    if switches & _OTHERWISE:
        return
    paragraph = _paragraph(start)
    if switches & _NUMBER:
        number = counted.get(paragraph) if paragraph is not None else None
        if number is None:
            return
        expected = [number.full if "\\w" in switches else number.label]
        if "\\r" in switches:
            # The number in its context may leave out what the place of the reference shares with the target.
            expected += [number.full[at:] for at in range(len(number.full))]
        if "\\t" in switches:
            expected = [_LEADING_WORD.sub("", each) for each in expected]
        printed_ = _number_as_printed(found.result)
        agrees = printed_ in map(_number_as_printed, expected)
    else:
        words = _inside(target, start)
        if words is None:
            return
        expected = [words]
        agrees = _folded(found.result) == _folded(words)
    if not agrees:
        message = f"a reference prints “{shortened(found.result)}” where “{shortened(expected[0])}” is counted"
        yield STALE_REFERENCE.of(message, story.place(found.start))


def _number_as_printed(text: str) -> str:
    """A number without blanks and without the full stops that end it or stand before a bracket."""
    return re.sub(r"\.(?![^\W_])", "", re.sub(r"[\s\u00a0\u202f]+", "", text)).casefold()


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _paragraph(start: etree._Element) -> etree._Element | None:
    """The paragraph that a bookmark begins in, or the next one where it begins between two."""
    for around in start.iterancestors(P):
        return around
    for sibling in start.itersiblings():
        if sibling.tag == P:
            return sibling
        if (inner := next(sibling.iter(P), None)) is not None:
            return inner
    return None


def _inside(target: Part, start: etree._Element) -> str | None:
    """The words of a bookmark that begins and ends in one paragraph; ``None`` for another, or a point."""
    paragraph = next(start.iterancestors(P), None)
    if paragraph is None:
        return None
    words: list[str] = []
    within = False
    for element in paragraph.iter(_START, f"{W}bookmarkEnd", T, f"{W}tab", f"{W}br", f"{W}fldChar"):
        if element is start:
            within = True
        elif element.tag == f"{W}bookmarkEnd" and element.get(ID) == start.get(ID):
            return "".join(words) or None
        elif within and element.tag == T:
            words.append(element.text or "")
        elif within and element.tag in {f"{W}tab", f"{W}br"}:
            words.append(" ")
    return None


def _contents(story: Part, marks: Mapping[str, tuple[Part, etree._Element]]) -> Iterator[Diagnostic]:
    """Lines of a table of contents: paragraphs of a style TOC with a link to a heading."""
    for link in story.elements(f"{W}hyperlink"):
        line = next(link.iterancestors(P), None)
        target = marks.get((link.get(f"{W}anchor") or "").casefold())
        if line is None or target is None or not _is_contents(line):
            continue
        heading = _paragraph(target[1])
        words = _folded(target[0].texts.get(heading, "")) if heading is not None else ""
        if words and words not in _folded(story.texts[line]):
            message = f"the line “{shortened(story.texts[line])}” leads to the heading “{shortened(words)}”"
            yield STALE_CONTENTS.of(message, story.place(line))


def _is_contents(paragraph: etree._Element) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    name = (style.get(f"{W}val") or "").lower() if style is not None else ""
    return name.startswith(("toc", "tm", "contents", "inhaltsverzeichnis", "verzeichnis"))
