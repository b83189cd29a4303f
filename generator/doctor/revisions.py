"""Tracked changes: deleted and other text told apart, signed, dated, numbered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, shortened, warning
from generator.doctor.names import ID, NAME, T, W, local
from generator.doctor.wordfile import Part, WordFile

DELETED_TEXT = error(
    "deleted-text",
    "deleted words are written as `w:t`, or other words as `w:delText`",
    "write `w:delText` inside `w:del` and `w:t` everywhere else: Word calls the file damaged or drops the words",
)
DUPLICATE_REVISION_ID = warning(
    "duplicate-revision-id",
    "two tracked changes have one `w:id`",
    "number the changes of a part one by one: programs that accept or reject one of them take both",
)
UNSIGNED_REVISION = error(
    "unsigned-revision", "a tracked change or a comment has no author", "write `w:author`: Word refuses the file"
)
UNDATED_REVISION = warning(
    "undated-revision",
    "a tracked change or a comment has no date",
    "write `w:date`: who negotiates must see which change is the later one",
)
BAD_REVISION_DATE = error(
    "bad-revision-date",
    "the date of a tracked change or a comment is none",
    "write year, month, day and time, as in 2026-06-01T09:30:00Z: Word refuses the file",
)
UNPAIRED_MOVE = error(
    "unpaired-move",
    "a moved text has a place that it left and none where it arrived, or the range around it is open",
    "write both `w:moveFrom` and `w:moveTo`, each inside a range of the same name",
)
CHECKS: tuple[Check, ...] = (
    DELETED_TEXT,
    DUPLICATE_REVISION_ID,
    UNSIGNED_REVISION,
    UNDATED_REVISION,
    BAD_REVISION_DATE,
    UNPAIRED_MOVE,
)

_CHANGES: Final = tuple(
    f"{W}{name}"
    for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange", "trPrChange",
                 "tcPrChange", "sectPrChange", "numberingChange", "cellIns", "cellDel", "cellMerge", "tblPrExChange")
)  # fmt: skip
_SIGNED: Final = (*_CHANGES, f"{W}comment")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")


def check(file: WordFile) -> Iterator[Diagnostic]:
    for story in file.stories:
        yield from _texts(story)
        yield from _signatures(story)
        changes = (change.get(ID) for tag in _CHANGES for change in story.elements(tag))
        for id_, count in Counter(changes).items():
            if count > 1 and id_ is not None:
                yield DUPLICATE_REVISION_ID.of(f"{count} tracked changes have the id {id_}", story.place())
    yield from _moves(file)


def _texts(story: Part) -> Iterator[Diagnostic]:
    for deletion in story.elements(f"{W}del"):
        for text in deletion.iter(T):
            # What a stranger inserted and another deleted is a deletion around or inside an insertion.
            if next(text.iterancestors(f"{W}del", f"{W}txbxContent")).tag == f"{W}del":
                yield DELETED_TEXT.of(
                    f"“{shortened(text.text or '')}” is deleted but written as w:t", story.place(text)
                )
    for tag in (f"{W}delText", f"{W}delInstrText"):
        for text in story.elements(tag):
            if next(text.iterancestors(f"{W}del", f"{W}moveFrom"), None) is None:
                message = f"“{shortened(text.text or '')}” is written as {local(text)} outside of a deletion"
                yield DELETED_TEXT.of(message, story.place(text))


def _signatures(story: Part) -> Iterator[Diagnostic]:
    for tag in _SIGNED:
        for change in story.elements(tag):
            date = change.get(f"{W}date")
            if change.get(f"{W}author") is None:
                yield UNSIGNED_REVISION.of(f"{local(change)} has no author", story.place(change))
            if date is None:
                yield UNDATED_REVISION.of(f"{local(change)} has no date", story.place(change))
            elif not is_date(date):
                yield BAD_REVISION_DATE.of(f"{local(change)} is dated `{shortened(date)}`", story.place(change))


def is_date(text: str) -> bool:
    """Whether a date is one of the calendar, with its time."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _moves(file: WordFile) -> Iterator[Diagnostic]:
    for story in file.stories:
        starts = {}
        for kind in ("moveFrom", "moveTo"):
            ranges = story.elements(f"{W}{kind}RangeStart")
            ends = {end.get(ID) for end in story.elements(f"{W}{kind}RangeEnd")}
            starts[kind] = {start.get(NAME): start for start in ranges}
            for start in ranges:
                if start.get(ID) not in ends:
                    yield UNPAIRED_MOVE.of(f"the range of {local(start)} has no end", story.place(start))
        for one, other in (("moveFrom", "moveTo"), ("moveTo", "moveFrom")):
            for name, start in starts[one].items():
                if name not in starts[other]:
                    message = f"the move `{name}` has a {one} and no {other}"
                    yield UNPAIRED_MOVE.of(message, story.place(start))
