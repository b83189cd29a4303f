"""Fields: begun and ended in pairs, with an instruction and a result, and leading to what is in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.field_codes import Field
from generator.doctor.findings import Check, error, shortened, warning
from generator.doctor.names import NAME, R, W
from generator.doctor.wordfile import Part, WordFile

UNPAIRED_FIELD = error(
    "unpaired-field",
    "a field is begun and not ended, ended and not begun, or its parts are in a wrong order",
    "begin, separate and end every field inside one text: begin, instruction, separate, result, end",
)
FIELD_WITHOUT_RESULT = warning(
    "field-without-result",
    "a field has no result, or no instruction: nothing is printed until somebody updates the fields",
    "write the result that the field will have, after a separator",
)
DEAD_REFERENCE = error(
    "dead-reference",
    "a REF, PAGEREF or NOTEREF field names a bookmark that is not in the file",
    "restore the bookmark or remove the field: Word prints an error in its place at the next update",
)
DEAD_ANCHOR = warning(
    "dead-anchor",
    "a link leads to a bookmark that is not in the file",
    "restore the bookmark, or let the link lead to another place",
)
CHECKS: tuple[Check, ...] = (UNPAIRED_FIELD, FIELD_WITHOUT_RESULT, DEAD_REFERENCE, DEAD_ANCHOR)

_WITH_RESULT: Final = {"REF", "PAGEREF", "NOTEREF", "TOC", "SEQ", "STYLEREF", "DOCPROPERTY", "HYPERLINK"}
_REFERENCES: Final = {"REF", "PAGEREF", "NOTEREF", "FTNREF"}
# Anchors that Word itself understands, and those of its own table of contents which it makes again.
_BUILT_IN: Final = {"_top", "top"}


def check(file: WordFile) -> Iterator[Diagnostic]:
    readings = [(story, story.fields) for story in file.stories]
    known = bookmark_names(file) | {
        found.bookmark.casefold() for _, reading in readings for found in reading.fields if found.kind in {"SET", "ASK"}
    }
    for story, reading in readings:
        for element, fault in reading.faults:
            yield UNPAIRED_FIELD.of(fault, story.place(element))
        for found in reading.fields:
            yield from _judged(story, found, known)
        for link in story.elements(f"{W}hyperlink"):
            anchor = link.get(f"{W}anchor")
            if anchor and link.get(f"{R}id") is None:
                yield from _anchor(story, link, anchor, known)


def _judged(story: Part, found: Field, known: set[str]) -> Iterator[Diagnostic]:
    if found.composed or not found.ended:
        return
    if not found.words:
        yield FIELD_WITHOUT_RESULT.of("a field has no instruction", story.place(found.start))
        return
    if found.kind in _WITH_RESULT and not found.separated:
        message = f"the field `{shortened(found.code)}` has no result"
        yield FIELD_WITHOUT_RESULT.of(message, story.place(found.start))
    if found.kind in _REFERENCES and found.bookmark and found.bookmark.casefold() not in known:
        message = f"the field `{shortened(found.code)}` names a bookmark that is not in the file"
        yield DEAD_REFERENCE.of(message, story.place(found.start))
    elif found.kind == "HYPERLINK":
        words = found.words
        if "\\l" in words[:-1] and words[1].startswith("\\"):
            yield from _anchor(story, found.start, words[words.index("\\l") + 1], known)
    elif found.kind == "TOC" and "\\b" in found.words[:-1]:
        name = found.words[found.words.index("\\b") + 1]
        if name.casefold() not in known:
            message = f"the table of contents is of the bookmark `{name}`, which is not in the file"
            yield DEAD_REFERENCE.of(message, story.place(found.start))


def _anchor(story: Part, element: etree._Element, name: str, known: set[str]) -> Iterator[Diagnostic]:
    if name.casefold() not in known and name.casefold() not in _BUILT_IN:
        yield DEAD_ANCHOR.of(f"a link leads to the bookmark `{name}`, which is not in the file", story.place(element))


def bookmark_names(file: WordFile) -> set[str]:
    """The bookmarks of the whole file, in lower case: Word takes `Clause` and `clause` for one."""
    starts = (start for story in file.stories for start in story.elements(f"{W}bookmarkStart"))
    return {(start.get(NAME) or "").casefold() for start in starts}
