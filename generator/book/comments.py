"""The comments in a book, each with its author, its day, the words it stands on and the text that these are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from generator.book.marks import TextMark
from generator.book.opened import BookFile
from generator.doctor.names import ID, P, W, printed


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; ``mark`` and ``paragraph`` say where, ``mark`` is ``None`` outside of every text."""

    author: str
    date: str
    text: str
    mark: TextMark | None
    paragraph: int
    words: str


def comments_of(
    file: BookFile, homes: Mapping[etree._Element, tuple[TextMark, int]]
) -> tuple[Comment, ...]:  # fmt: skip
    """The comments in the order in which they stand; those that stand nowhere last."""
    anchors = _anchors(file.body)
    found: list[tuple[int, Comment]] = []
    for element in file.comments:
        order, paragraph, words = anchors.get(str(element.get(ID)), (len(anchors), None, ""))
        mark, number = homes.get(paragraph, (None, 0)) if paragraph is not None else (None, 0)
        text = "\n".join(line for line in (printed(part) for part in element.iter(P)) if line.strip())
        author = " ".join((element.get(f"{W}author") or "").split())
        date = (element.get(f"{W}date") or "").strip()
        words = " ".join(words.split()) or (" ".join(printed(paragraph).split()) if paragraph is not None else "")
        found.append((order, Comment(author, date, text, mark, number, words)))
    return tuple(comment for _, comment in sorted(found, key=lambda one: one[0]))


def _anchors(body: etree._Element) -> dict[str, tuple[int, etree._Element | None, str]]:
    """For each comment by its number: its order, the paragraph that it begins in, and the words it stands on."""
    open_words: dict[str, list[str]] = {}
    found: dict[str, tuple[int, etree._Element | None, list[str]]] = {}
    tags = (f"{W}{name}" for name in ("commentRangeStart", "commentRangeEnd", "commentReference", "t", "p"))
    for element in body.iter(*tags):
        id_ = str(element.get(ID))
        if element.tag == f"{W}commentRangeStart":
            open_words[id_] = []
            found.setdefault(id_, (len(found), next(element.iterancestors(P), None), open_words[id_]))
        elif element.tag == f"{W}commentRangeEnd":
            open_words.pop(id_, None)
        elif element.tag == f"{W}commentReference":
            found.setdefault(id_, (len(found), next(element.iterancestors(P), None), []))
        else:
            for words in open_words.values():
                words.append((element.text or "") if element.tag == f"{W}t" else " ")
    return {id_: (order, paragraph, "".join(words)) for id_, (order, paragraph, words) in found.items()}
