"""Styles: defined, of the right kind, based on each other without a circle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, remark, warning
from generator.doctor.names import OFF, W, val
from generator.doctor.wordfile import Part, WordFile

UNDEFINED_STYLE = error(
    "undefined-style",
    "a paragraph, run, table or style uses a style that is not defined",
    "define the style or name another: Word prints with the default style instead",
)
WRONG_STYLE_KIND = error(
    "wrong-style-kind",
    "a style is used on another kind of thing than it is for",
    "use a paragraph style on a paragraph, a character style on a run, a table style on a table",
)
STYLE_CYCLE = error("style-cycle", "a style is based on itself by a detour", "base one style of the circle on Normal")
DUPLICATE_STYLE = error(
    "duplicate-style",
    "two styles have one identifier or one name",
    "keep one: Word drops the other or repairs the file",
)
DEAD_STYLE_LINK = remark(
    "dead-style-link",
    "a style names another one, as the next or as its twin, that is not defined",
    "define that style or take the name out: after Enter, Word goes on with the default style",
)
MISSING_DEFAULT_STYLE = warning(
    "missing-default-style",
    "no paragraph style is the default",
    "mark Normal by `w:default`: what has no style would look different in each program",
)
CHECKS: tuple[Check, ...] = (
    UNDEFINED_STYLE,
    WRONG_STYLE_KIND,
    STYLE_CYCLE,
    DUPLICATE_STYLE,
    DEAD_STYLE_LINK,
    MISSING_DEFAULT_STYLE,
)

_USES: Final = {f"{W}pStyle": "paragraph", f"{W}rStyle": "character", f"{W}tblStyle": "table"}
# Word follows fewer; a file of ten thousand styles, each based on the last, should not take minutes.
_DEEPEST: Final = 64
_LINKS: Final = ("basedOn", "next", "link")


def check(file: WordFile) -> Iterator[Diagnostic]:
    part = file.related("styles")
    if part is None:
        return
    kinds: dict[str, str] = {}
    names: set[tuple[str, str]] = set()
    default = False
    for style in part.elements(f"{W}style"):
        id_, kind = style.get(f"{W}styleId") or "", style.get(f"{W}type") or "paragraph"
        name = val(style.find(f"{W}name"))
        if id_ in kinds:
            yield DUPLICATE_STYLE.of(f"the style `{id_}` is defined twice", part.place(style))
        elif name and (kind, name) in names:
            yield DUPLICATE_STYLE.of(f"two styles are called “{name}”", part.place(style))
        kinds[id_] = kind
        names.add((kind, name))
        default |= kind == "paragraph" and (style.get(f"{W}default") or "0") not in OFF
    if not default:
        yield MISSING_DEFAULT_STYLE.of("no paragraph style is the default", part.place())
    yield from _links(part, kinds)
    yield from _circles(part)
    for story in file.stories:
        yield from _uses(story, kinds)


def _links(part: Part, kinds: dict[str, str]) -> Iterator[Diagnostic]:
    for style in part.elements(f"{W}style"):
        own, kind = style.get(f"{W}styleId"), style.get(f"{W}type") or "paragraph"
        for link in _LINKS:
            target = val(style.find(f"{W}{link}"))
            if target and target not in kinds:
                message = f"the style `{own}` names `{target}` as its {link}, which is not defined"
                check_ = UNDEFINED_STYLE if link == "basedOn" else DEAD_STYLE_LINK
                yield check_.of(message, part.place(style))
            elif target and link == "basedOn" and kinds[target] != kind:
                message = f"the {kind} style `{own}` is based on `{target}`, a {kinds[target]} style"
                yield WRONG_STYLE_KIND.of(message, part.place(style))


def _circles(part: Part) -> Iterator[Diagnostic]:
    based = {style.get(f"{W}styleId") or "": style for style in part.elements(f"{W}style")}
    settled: set[str] = set()
    for first in based:
        path: dict[str, None] = {}
        here = first
        while here in based and here not in settled and here not in path:
            path[here] = None
            here = val(based[here].find(f"{W}basedOn"))
        if here in path:
            circle = " → ".join([*list(path)[list(path).index(here) :], here])
            yield STYLE_CYCLE.of(f"styles are based on each other in a circle: {circle}", part.place(based[here]))
        settled.update(path)


def _uses(story: Part, kinds: dict[str, str]) -> Iterator[Diagnostic]:
    told: set[tuple[str, str]] = set()
    for tag, kind in _USES.items():
        for use in story.elements(tag):
            id_ = val(use)
            if kinds.get(id_) == kind or (tag, id_) in told or _is_former(use):
                continue
            # A style that is missing is missing everywhere: the first place is enough.
            told.add((tag, id_))
            if id_ not in kinds:
                yield UNDEFINED_STYLE.of(f"the {kind} style `{id_}` is not defined", story.place(use))
            else:
                message = f"`{id_}`, a {kinds[id_]} style, is used as a {kind} style"
                yield WRONG_STYLE_KIND.of(message, story.place(use))


def _is_former(use: etree._Element) -> bool:
    """Whether a style is that of before a tracked change, which may be gone from the file."""
    return next(use.iterancestors(f"{W}pPrChange", f"{W}rPrChange", f"{W}tblPrChange"), None) is not None


def chain(part: Part | None) -> dict[str, tuple[etree._Element, ...]]:
    """Each style with those that it is based on, itself first; a circle is cut."""
    if part is None:
        return {}
    styles = {style.get(f"{W}styleId") or "": style for style in part.elements(f"{W}style")}
    based = {id_: val(style.find(f"{W}basedOn")) for id_, style in styles.items()}
    chains: dict[str, tuple[etree._Element, ...]] = {}
    for id_ in styles:
        found: dict[str, etree._Element] = {}
        here = id_
        while here in styles and here not in found and len(found) < _DEEPEST:
            found[here] = styles[here]
            here = based[here]
        chains[id_] = tuple(found.values())
    return chains
