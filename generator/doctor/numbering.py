"""Lists: the instances that paragraphs name exist, and styles and levels agree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.counter import DEEPEST, Lists, lists_of
from generator.doctor.findings import Check, error, remark, warning
from generator.doctor.names import P, W, integer, val
from generator.doctor.wordfile import Part, WordFile

MISSING_LIST = error(
    "missing-list",
    "a paragraph or a style names a list (`w:numId`) that is not in the numbering part",
    "add the `w:num`, or take the `w:numPr` out: the paragraph is printed without a number",
)
MISSING_LIST_SHAPE = error(
    "missing-list-shape",
    "a `w:num` names a `w:abstractNum` that is not there",
    "add the shape or name another: no paragraph of the list gets a number",
)
BAD_LIST_LEVEL = error(
    "bad-list-level",
    "a list has nine levels, 0 to 8, and a paragraph uses one that is not there",
    "use a level that the list defines",
)
DUPLICATE_LIST = error(
    "duplicate-list",
    "two lists, two shapes or two levels of a shape have one number",
    "give each a number of its own: Word reads the first and drops the other",
)
SHARED_LIST_IDENTITY = warning(
    "shared-list-identity",
    "two shapes of lists have one `w:nsid`",
    "give each an `w:nsid` of its own: Word takes them for one list and joins their counters when texts are pasted",
)
LIST_STYLE_MISMATCH = warning(
    "list-style-mismatch",
    "a style is tied to a level of a list, and the level is tied to another style or to none",
    "write `w:pStyle` into the level and `w:numPr` into the style, each naming the other",
)
BAD_LEVEL_TEXT = warning(
    "bad-level-text",
    "the pattern of a level names a level below its own",
    "name the level itself and those above it: `%2` is the second level",
)
EMPTY_NUMBERED_PARAGRAPH = remark(
    "empty-numbered-paragraph",
    "a paragraph has a number and no words",
    "remove it: a number without a text is printed, and what follows is counted on",
)
CHECKS: tuple[Check, ...] = (
    MISSING_LIST,
    MISSING_LIST_SHAPE,
    BAD_LIST_LEVEL,
    DUPLICATE_LIST,
    SHARED_LIST_IDENTITY,
    LIST_STYLE_MISMATCH,
    BAD_LEVEL_TEXT,
    EMPTY_NUMBERED_PARAGRAPH,
)

_PLACEHOLDER: Final = re.compile(r"%(\d)")
_CONTENT: Final = tuple(
    [f"{W}{name}" for name in ("drawing", "pict", "object", "fldChar", "fldSimple", "footnoteReference", "sym", "del")]
    + ["{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"]
)


def check(file: WordFile) -> Iterator[Diagnostic]:
    lists = lists_of(file)
    numbering, styles = file.related("numbering"), file.related("styles")
    if numbering is not None:
        yield from _shapes(numbering)
    for part in [styles, *file.stories] if styles is not None else file.stories:
        yield from _uses(part, lists)
    if styles is not None:
        yield from _ties(styles, lists)
    for story in file.stories:
        for paragraph, words in story.texts.items():
            if not words.strip() and lists.of(paragraph)[0] in lists.listings and _is_empty(paragraph):
                yield EMPTY_NUMBERED_PARAGRAPH.of("a numbered paragraph has no words", story.place(paragraph))


def _is_empty(paragraph: etree._Element) -> bool:
    return next(paragraph.iter(*_CONTENT), None) is None and paragraph.find(f"{W}pPr/{W}sectPr") is None


def _shapes(numbering: Part) -> Iterator[Diagnostic]:
    shapes = numbering.elements(f"{W}abstractNum")
    names = {shape.get(f"{W}abstractNumId") for shape in shapes}
    for num in numbering.elements(f"{W}num"):
        if (name := val(num.find(f"{W}abstractNumId"))) not in names:
            message = (
                f"the list {num.get(f'{W}numId')} is of the shape {name or 'without a number'}, which is not there"
            )
            yield MISSING_LIST_SHAPE.of(message, numbering.place(num))
    for tag, attribute, what in (("num", "numId", "lists"), ("abstractNum", "abstractNumId", "shapes")):
        counted = Counter(found.get(f"{W}{attribute}") for found in numbering.elements(f"{W}{tag}"))
        for number, count in counted.items():
            if count > 1:
                yield DUPLICATE_LIST.of(f"{count} {what} have the number {number}", numbering.place())
    identities: dict[str, str] = {}
    for shape in shapes:
        own, name = shape.get(f"{W}abstractNumId") or "", val(shape.find(f"{W}nsid"))
        if name and (other := identities.setdefault(name, own)) != own:
            message = f"the shapes {other} and {own} have the same w:nsid {name}"
            yield SHARED_LIST_IDENTITY.of(message, numbering.place(shape))
        yield from _levels(numbering, shape, own)


def _levels(numbering: Part, shape: etree._Element, name: str) -> Iterator[Diagnostic]:
    seen = set()
    for level in shape.findall(f"{W}lvl"):
        depth = integer(level.get(f"{W}ilvl"))
        if not 0 <= depth <= DEEPEST:
            message = f"the shape {name} defines the level {level.get(f'{W}ilvl')}"
            yield BAD_LIST_LEVEL.of(message, numbering.place(level))
        if depth in seen:
            yield DUPLICATE_LIST.of(f"the shape {name} defines its level {depth} twice", numbering.place(level))
        seen.add(depth)
        text = val(level.find(f"{W}lvlText"))
        if any(int(found) > depth + 1 for found in _PLACEHOLDER.findall(text)):
            message = f"the level {depth} of the shape {name} is printed as `{text}`, which names a level below it"
            yield BAD_LEVEL_TEXT.of(message, numbering.place(level))


def _uses(part: Part, lists: Lists) -> Iterator[Diagnostic]:
    for use in part.elements(f"{W}numPr"):
        if next(use.iterancestors(f"{W}pPrChange"), None) is not None:
            continue
        id_, level = val(use.find(f"{W}numId")), use.find(f"{W}ilvl")
        if id_ not in {"", "0"} and id_ not in lists.listings:
            yield MISSING_LIST.of(f"the list {id_} is not in the file", part.place(use))
        elif level is not None and not 0 <= integer(val(level)) <= DEEPEST:
            yield BAD_LIST_LEVEL.of(f"the level {val(level)} does not exist", part.place(use))
    for paragraph in part.elements(P):
        id_, depth = lists.of(paragraph)
        listing = lists.listings.get(id_)
        if listing is not None and listing.levels and 0 <= depth <= DEEPEST and depth not in listing.levels:
            yield BAD_LIST_LEVEL.of(f"the list {id_} defines no level {depth}", part.place(paragraph))


def _ties(styles: Part, lists: Lists) -> Iterator[Diagnostic]:
    for style in styles.elements(f"{W}style"):
        own = style.find(f"{W}pPr/{W}numPr")
        id_ = "" if own is None else val(own.find(f"{W}numId"))
        listing = lists.listings.get(id_)
        name = style.get(f"{W}styleId")
        if own is None or listing is None or not any(level.style for level in listing.levels.values()):
            continue
        tied = [depth for depth, level in listing.levels.items() if level.style == name]
        depth = integer(val(own.find(f"{W}ilvl")), tied[0] if tied else 0)
        level = listing.levels.get(depth)
        if level is not None and level.style != name:
            other = f"tied to `{level.style}`" if level.style else "not tied to a style"
            message = f"the style `{name}` is of the level {depth} of the list {id_}, which is {other}"
            yield LIST_STYLE_MISMATCH.of(message, styles.place(style))
