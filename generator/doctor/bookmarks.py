"""Bookmarks: one name each, a start and an end in this order, a name that Word accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, warning
from generator.doctor.names import ID, NAME, W
from generator.doctor.wordfile import Part, WordFile

DUPLICATE_BOOKMARK = error(
    "duplicate-bookmark",
    "two bookmarks have one name; upper and lower case count as the same",
    "rename one: Word drops the second, and references to it lead to the first",
)
DUPLICATE_BOOKMARK_ID = error(
    "duplicate-bookmark-id",
    "two bookmarks of one part have one number",
    "give every bookmark a `w:id` of its own: Word pairs start and end by it",
)
UNPAIRED_BOOKMARK = error(
    "unpaired-bookmark",
    "a bookmark has a start and no end, an end and no start, or the end comes first",
    "write `w:bookmarkStart` and after it `w:bookmarkEnd` with the same `w:id`",
)
LONG_BOOKMARK_NAME = error(
    "long-bookmark-name", "the name of a bookmark has more than 40 characters", "shorten it: Word cuts or drops it"
)
BAD_BOOKMARK_NAME = warning(
    "bad-bookmark-name",
    "the name of a bookmark is empty, holds a blank, or begins with neither a letter nor `_`",
    "begin with a letter or `_`, go on with letters, digits and `_`: fields cannot name another",
)
CHECKS: tuple[Check, ...] = (
    DUPLICATE_BOOKMARK,
    DUPLICATE_BOOKMARK_ID,
    UNPAIRED_BOOKMARK,
    LONG_BOOKMARK_NAME,
    BAD_BOOKMARK_NAME,
)

MAX_NAME: Final = 40
_START: Final = f"{W}bookmarkStart"
_END: Final = f"{W}bookmarkEnd"
_GOOD: Final = re.compile(r"[^\W\d][^\s\"\\]*")


def check(file: WordFile) -> Iterator[Diagnostic]:
    names: dict[str, str] = {}
    for story in file.stories:
        for start in story.elements(_START):
            name = start.get(NAME) or ""
            if (other := names.get(name.casefold())) is not None:
                same = f"the bookmark `{name}` stands twice"
                message = same if name == other else f"the bookmarks `{name}` and `{other}` are one to Word"
                yield DUPLICATE_BOOKMARK.of(message, story.place(start))
            names.setdefault(name.casefold(), name)
            if len(name) > MAX_NAME:
                message = f"the name of the bookmark `{name}` has {len(name)} characters"
                yield LONG_BOOKMARK_NAME.of(message, story.place(start))
            if not _GOOD.fullmatch(name):
                yield BAD_BOOKMARK_NAME.of(f"`{name}` is no name for a bookmark", story.place(start))
        yield from _pairs(story)


def _pairs(story: Part) -> Iterator[Diagnostic]:
    if story.root is None:
        return
    open_: dict[str, etree._Element] = {}
    used: set[str] = set()
    for mark in story.root.iter(_START, _END):
        id_ = mark.get(ID) or ""
        if mark.tag == _START:
            if id_ in used:
                message = f"another bookmark than `{mark.get(NAME)}` has the id {id_} too"
                yield DUPLICATE_BOOKMARK_ID.of(message, story.place(mark))
            used.add(id_)
            open_[id_] = mark
        elif open_.pop(id_, None) is None:
            yield UNPAIRED_BOOKMARK.of(f"a bookmark ends here (id {id_}) that was not begun before", story.place(mark))
    for id_, start in open_.items():
        yield UNPAIRED_BOOKMARK.of(f"the bookmark `{start.get(NAME)}` (id {id_}) has no end", story.place(start))
