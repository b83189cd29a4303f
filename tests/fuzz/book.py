"""The library as a Word file that came back: proposals or refusals, and a book that nobody edited proposes nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from zlib import crc32

from generator.book.comments import comments_of
from generator.book.compare import compared
from generator.book.imported import _tried
from generator.book.opened import opened
from generator.book.read import texts_of
from generator.book.write import book
from generator.library.model import Library
from generator.pipeline import library_of
from generator.workspace import Workspace
from tests.fuzz import wordfiles
from tests.fuzz.judge import check, well_formed

LIMIT = 10.0
ROOT = Path(__file__).resolve().parents[1]
# To read the changed library takes a hundred times as long as to read the book.
_TRIED = 64


@cache
def _library() -> tuple[Workspace, Library]:
    workspace = Workspace(ROOT / "bad" / "_library", ROOT.parent / "schemas")
    library, found = library_of(workspace)
    assert library is not None, found
    return workspace, library


def seeds() -> list[bytes]:
    # The whole book has the labels of every field, and takes a hundred times as long.
    return [
        wordfiles.repacked(book(_library()[1], prefix=prefix))
        for prefix in ("liability", "outline", "glossary", "label.annexes.dora")
    ]


def mutated(data: bytes, pick: Random, others: list[bytes]) -> bytes:
    return wordfiles.mutated(data, pick, others, ("word/document.xml",))


def one(data: bytes) -> None:
    workspace, library = _library()
    file, found = opened("book.docx", data)
    well_formed(found)
    if file is None:
        check(found, "refused without a reason")
        return
    returned, found = texts_of(file, library)
    well_formed(found)
    if returned is None:
        check(found, "refused without a reason")
        return
    comparison = compared(file, library, returned.texts)
    well_formed(comparison.findings)
    for comment in comments_of(file, returned.homes):
        check(isinstance(comment.text, str), "a comment without words", comment)
    if comparison.proposals and crc32(data) % _TRIED == 0:
        files, loads, found = _tried("book.docx", workspace, library, comparison.proposals, keep_others=True)
        well_formed(found)
        for new in files if loads else ():
            check(new.content.decode("utf-8").strip(), "an empty file", new)
