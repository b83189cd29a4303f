"""What a file says around its text and behind it: headers, footers, notes, bound values, comments, other parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from generator.diagnostics import Diagnostic, Severity
from generator.doctor import hidden, security
from generator.doctor.archive import DUPLICATE_PART, UNSAFE_PART_NAME
from generator.doctor.findings import shortened
from generator.doctor.markup import DOCTYPE
from generator.doctor.references import STALE_REFERENCE
from generator.doctor.wordfile import WordFile
from generator.verify.checks import (
    CHANGED_FRAME,
    CHANGED_LOOK,
    CHANGED_PICTURE,
    CHANGED_VALUE,
    COMMENT,
    DOUBTFUL,
    OTHER_TELLING,
    TRACKED_CHANGE,
)
from generator.verify.reading import Line, Reading

# What Word and LibreOffice add or leave out when they save; everything else that a part leads to is somebody's doing.
_USUAL: Final = frozenset(
    {"styles", "stylesWithEffects", "numbering", "settings", "webSettings", "fontTable", "font", "theme", "header",
     "footer", "footnotes", "endnotes", "comments", "commentsExtended", "commentsIds", "commentsExtensible", "people",
     "customXml", "customXmlProps", "image", "hyperlink", "officeDocument", "core-properties", "extended-properties",
     "custom-properties", "thumbnail", "attachedTemplate"}
)  # fmt: skip
_CODES: Final = frozenset(
    {check.code for check in security.CHECKS} | {DUPLICATE_PART.code, UNSAFE_PART_NAME.code, DOCTYPE.code}
)
Told = tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]


def around(built: Reading, found: Reading, file: str) -> Iterator[Diagnostic]:
    """Every edit outside of the lines of the main text."""
    for kind in ("header", "footer", "footnotes", "endnotes"):
        yield from _stories(kind, built, found, file)
    yield from _values(built, found, file)
    yield from told(found)
    printed = _letters(line.words for line in (*built.lines, *(line for _, story in built.frame for line in story)))
    for words in found.fallbacks:
        if _letters([words]) not in printed and words not in built.fallbacks:
            yield OTHER_TELLING.of(f"old programs print “{shortened(words)}” in the place of a drawing", file)


def told(found: Reading) -> Iterator[Diagnostic]:
    """Comments, and tracked changes around the text; no contract of ours has one."""
    for author, words, place in found.comments:
        yield COMMENT.of(f"{author or 'somebody'} commented: “{shortened(words)}”", place)
    for _, story in found.frame:
        for line in story:
            for kind, author, words in line.revisions:
                yield TRACKED_CHANGE.of(f"{author or 'somebody'} {kind} “{shortened(words)}”", line.place)


def doubtful(file: WordFile, findings: tuple[Diagnostic, ...]) -> Iterator[Diagnostic]:
    """What the file does behind the reader's back, and parts that no contract of ours has.

    ``findings`` are those of opening the archive.
    """
    for finding in (*findings, *security.check(file)):
        if finding.code in _CODES:
            yield replace(finding, severity=Severity.ERROR)
    for part in (None, *file.parts.values()):
        for arrow in (file.relationships if part is None else part.relationships).values():
            if arrow.kind not in _USUAL and not arrow.external:
                where = part.name if part is not None else "the file"
                yield DOUBTFUL.of(f"`{where}` leads to `{arrow.part}`, a part of the kind `{arrow.kind}`", file.name)


def unproven(file: WordFile) -> Iterator[Diagnostic]:
    """What a file that can only be compared with its receipt shows of itself."""
    from generator.doctor import controls, references

    for finding in hidden.check(file):
        yield replace(finding, severity=Severity.ERROR)
    for group in (references, controls):
        for finding in group.check(file):
            if finding.code in {STALE_REFERENCE.code, controls.STALE_BINDING.code, controls.DEAD_BINDING.code}:
                yield replace(finding, severity=Severity.ERROR)


# ---- headers, footers, notes


def _stories(kind: str, built: Reading, found: Reading, file: str) -> Iterator[Diagnostic]:
    """Each story that is there is one that was built: LibreOffice writes the same header several times."""
    was = _of_kind(kind, built)
    now = _of_kind(kind, found)
    known = {_told(story) for story in was}
    here = {_told(story) for story in now}
    left = [story for story in was if _told(story) not in here]
    for story in now:
        if _told(story) in known or not was:
            if not was:
                yield from (_added(kind, line) for line in story)
            continue
        nearest = max(was, key=lambda one: sum((Counter(_told(one)) & Counter(_told(story))).values()))
        yield from _lines(kind, nearest, story, file)
        left = [one for one in left if one is not nearest]
    for story in left:
        words = shortened(" / ".join(line.words for line in story))
        yield CHANGED_FRAME.of(f"{_article(kind)} with “{words}” is no longer there", file)


def _lines(kind: str, was: tuple[Line, ...], now: tuple[Line, ...], file: str) -> Iterator[Diagnostic]:
    gone = [line for line in was if _line(line) not in map(_line, now)]
    new = [line for line in now if _line(line) not in map(_line, was)]
    for line in new:
        before = next((one for one in gone if one.words == line.words), None)
        if before is None:
            yield _added(kind, line)
        elif before.pictures != line.pictures:
            yield CHANGED_PICTURE.of(f"{_article(kind)} shows another picture than was built, or none", line.place)
        else:
            look = next((look for look, _ in (*line.looks, *before.looks)), "")
            yield CHANGED_LOOK.of(f"{_article(kind)} no longer looks as built: {look}", line.place)
        gone = [one for one in gone if one is not before]
    for line in gone:
        yield CHANGED_FRAME.of(f"{_article(kind)} no longer says “{shortened(line.words)}”", now[0].place)


def _added(kind: str, line: Line) -> Diagnostic:
    return CHANGED_FRAME.of(f"{_article(kind)} says “{shortened(line.words)}”, which was not built", line.place)


def _article(kind: str) -> str:
    return {"footnotes": "a footnote", "endnotes": "an endnote"}.get(kind, f"a {kind}")


def _of_kind(kind: str, one: Reading) -> list[tuple[Line, ...]]:
    """The stories of a kind: the lines of a text box in a header are lines of the header."""
    return [story for name, story in one.frame if name == kind]


def _told(story: tuple[Line, ...]) -> tuple[Told, ...]:
    """A story without the order of its lines: programs hang a drawing on another paragraph."""
    return tuple(sorted(map(_line, story)))


def _line(line: Line) -> Told:
    return line.words, line.looks, line.pictures


# ---- values


def _values(built: Reading, found: Reading, file: str) -> Iterator[Diagnostic]:
    for at, (path, value) in enumerate(built.values if found.values else ()):
        now = found.values[at][1] if at < len(found.values) else ""
        if now != value:
            message = f"the data of the value `{path}` are “{shortened(now)}”, built were “{shortened(value)}”"
            yield CHANGED_VALUE.of(message, file)
    if len(found.values) > len(built.values):
        message = f"{len(found.values) - len(built.values)} values stand in its data that were not built"
        yield CHANGED_VALUE.of(message, file)
    for at, words in sorted(found.bound - built.bound):
        path = built.values[at - 1][0] if 0 < at <= len(built.values) else ""
        to = f"the value `{path}`" if path else "data of which the build knows nothing"
        yield CHANGED_VALUE.of(f"the control that shows “{shortened(words)}” is bound to {to}", file)


def _letters(texts: Iterator[str] | list[str]) -> str:
    return "".join("".join(texts).split())
