"""Comments, footnotes and endnotes: each mark has its text, each text its mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, warning
from generator.doctor.names import ID, W
from generator.doctor.wordfile import Part, WordFile

MISSING_COMMENT = error(
    "missing-comment",
    "a mark in the text belongs to a comment that is not in the file",
    "take the mark out, or restore the comment: Word repairs the file",
)
ORPHAN_COMMENT = warning(
    "orphan-comment",
    "a comment is in the file, but no mark in the text refers to it",
    "take it out: nobody sees it in Word, and everybody who unpacks the file reads it",
)
UNPAIRED_COMMENT_RANGE = error(
    "unpaired-comment-range",
    "the text of a comment is begun and not ended, or ended and not begun",
    "write both `w:commentRangeStart` and `w:commentRangeEnd` with the number of the comment",
)
MISSING_NOTE = error(
    "missing-note",
    "a mark in the text belongs to a footnote or an endnote that is not in the file",
    "take the mark out, or restore the note: Word calls the file damaged",
)
ORPHAN_NOTE = warning(
    "orphan-note",
    "a footnote or an endnote is in the file, but no mark in the text refers to it",
    "take it out: it is not printed, and everybody who unpacks the file reads it",
)
DUPLICATE_NOTE = error(
    "duplicate-note",
    "two comments, footnotes or endnotes have one number",
    "number them one by one: Word drops one or repairs the file",
)
CHECKS: tuple[Check, ...] = (
    MISSING_COMMENT,
    ORPHAN_COMMENT,
    UNPAIRED_COMMENT_RANGE,
    MISSING_NOTE,
    ORPHAN_NOTE,
    DUPLICATE_NOTE,
)


def check(file: WordFile) -> Iterator[Diagnostic]:
    yield from _comments(file)
    for kind, missing in (("footnote", MISSING_NOTE), ("endnote", MISSING_NOTE)):
        part = file.related(f"{kind}s")
        yield from _duplicates(part, kind)
        yield from _marks(file, part, kind, missing, ORPHAN_NOTE)


def _comments(file: WordFile) -> Iterator[Diagnostic]:
    part = file.related("comments")
    yield from _duplicates(part, "comment")
    yield from _marks(file, part, "comment", MISSING_COMMENT, ORPHAN_COMMENT)
    written = _written(part, "comment")
    for story in file.stories:
        starts = {start.get(ID): start for start in story.elements(f"{W}commentRangeStart")}
        ends = {end.get(ID): end for end in story.elements(f"{W}commentRangeEnd")}
        for one, other, absent in ((starts, ends, "end"), (ends, starts, "start")):
            for id_, mark in one.items():
                if id_ not in other:
                    message = f"the text of the comment {id_} has no {absent}"
                    yield UNPAIRED_COMMENT_RANGE.of(message, story.place(mark))
        for id_, start in starts.items():
            if id_ not in written:
                yield MISSING_COMMENT.of(f"a range belongs to the comment {id_}, not in the file", story.place(start))


def _written(part: Part | None, kind: str) -> dict[str | None, etree._Element]:
    """The notes of a part by number, without those that only draw the line between text and notes."""
    if part is None:
        return {}
    return {note.get(ID): note for note in part.elements(f"{W}{kind}") if note.get(f"{W}type") in {None, "normal"}}


def _duplicates(part: Part | None, kind: str) -> Iterator[Diagnostic]:
    if part is not None:
        for id_, count in Counter(note.get(ID) for note in part.elements(f"{W}{kind}")).items():
            if count > 1:
                yield DUPLICATE_NOTE.of(f"{count} {kind}s have the id {id_}", part.place())


def _marks(file: WordFile, part: Part | None, kind: str, missing: Check, orphan: Check) -> Iterator[Diagnostic]:
    written = _written(part, kind)
    used = set()
    for story in file.stories:
        for mark in story.elements(f"{W}{kind}Reference"):
            used.add(mark.get(ID))
            if mark.get(ID) not in written:
                yield missing.of(f"the {kind} {mark.get(ID)} is not in the file", story.place(mark))
    for id_, note in written.items():
        if id_ not in used and part is not None:
            yield orphan.of(f"no mark in the text refers to the {kind} {id_}", part.place(note))
