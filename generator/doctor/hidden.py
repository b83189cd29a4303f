"""Words that are in the file and not on the page: hidden, white or tiny, by a mark of their own or by a style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, shortened, warning
from generator.doctor.names import OFF, P, W, integer, is_on, printed, val
from generator.doctor.styles import chain
from generator.doctor.wordfile import Part, WordFile

HIDDEN_TEXT = warning(
    "hidden-text",
    "words are in the file but not on the page: hidden, white or tiny, by themselves or by their style",
    "show them or take them out: what the parties sign is the page, what a program reads is the file",
)
CHECKS: tuple[Check, ...] = (HIDDEN_TEXT,)

# Half points; a signature service looks for anchors of one point, which are letters and digits without a blank.
_TINY: Final = 4
_ANCHOR: Final = re.compile(r"[^\s]{0,60}")
_MARKS: Final = {"hidden": f"{W}vanish", "white": f"{W}color", "tiny": f"{W}sz"}
# A style as the marks and grounds that count, the nearest first: its own, then those of what it is based on.
Chain = Sequence[etree._Element]


def check(file: WordFile) -> Iterator[Diagnostic]:
    styles = file.related("styles")
    chains = _chains(styles)
    hiding = {id_: why for id_, based in chains.items() if (why := _hidden_by(based))}
    usual = _default(styles)
    for story in file.stories:
        yield from _by_marks(story)
        if hiding:
            yield from _by_styles(story, chains, hiding, usual)


def _by_marks(story: Part) -> Iterator[Diagnostic]:
    """Runs with a mark of their own."""
    for why, tag in _MARKS.items():
        for mark in story.elements(tag):
            properties = mark.getparent()
            run = properties.getparent() if properties is not None else None
            if properties is None or run is None or run.tag != f"{W}r" or not _hides(why, mark):
                continue
            if why != "white" or not (properties.find(f"{W}shd") is not None or _on_a_ground(run)):
                yield from _found(story, run, printed(run), why)


def _by_styles(story: Part, chains: Mapping[str, Chain], hiding: Mapping[str, str], usual: str) -> Iterator[Diagnostic]:
    """Runs without such a mark whose style, or the style of whose paragraph, has it."""
    for use in story.elements(f"{W}rStyle"):
        run = next(use.iterancestors(f"{W}r"), None)
        why = hiding.get(val(use), "")
        if run is None or not why or not _is_own(use, run) or _says(run, why, {}):
            continue
        if why != "white" or not _on_a_ground(run):
            yield from _found(story, run, printed(run), why)
    for paragraph in story.elements(P):
        why = hiding.get(val(paragraph.find(f"{W}pPr/{W}pStyle"), usual), "")
        if why and not (why == "white" and _on_a_ground(paragraph)):
            runs = (run for run in paragraph.iter(f"{W}r") if next(run.iterancestors(P)) is paragraph)
            words = "".join(printed(run) for run in runs if not _says(run, why, chains))
            yield from _found(story, paragraph, words, why)


def _found(story: Part, element: etree._Element, words: str, why: str) -> Iterator[Diagnostic]:
    words = words.strip()
    if words and not (why != "hidden" and _ANCHOR.fullmatch(words)):
        yield HIDDEN_TEXT.of(f"the words “{shortened(words)}” are {why}", story.place(element))


def _is_own(use: etree._Element, run: etree._Element) -> bool:
    """Whether a style is that of the run today, and not of before a tracked change."""
    properties = use.getparent()
    return properties is not None and properties.getparent() is run


def _says(run: etree._Element, why: str, chains: Mapping[str, Chain]) -> bool:
    """Whether a run, or its character style, says itself whether it is hidden, of which colour or of which size."""
    tag = _MARKS[why]
    if run.find(f"{W}rPr/{tag}") is not None:
        return True
    based = chains.get(val(run.find(f"{W}rPr/{W}rStyle")), ())
    return any(style.find(f"{W}rPr/{tag}") is not None for style in based if style.tag == f"{W}style")


# ---- styles


def _chains(styles: Part | None) -> dict[str, Chain]:
    """Each style of paragraphs or characters with those that it is based on; paragraphs begin from the defaults."""
    if styles is None:
        return {}
    defaults = [found for one in styles.elements(f"{W}docDefaults") for found in one.findall(f"{W}rPrDefault")]
    chains: dict[str, Chain] = {"": defaults}
    for id_, based in chain(styles).items():
        kind = based[0].get(f"{W}type") or "paragraph"
        if kind in {"paragraph", "character"}:
            chains[id_] = (*based, *defaults) if kind == "paragraph" else based
    return chains


def _default(styles: Part | None) -> str:
    """The style of a paragraph that names none."""
    for style in styles.elements(f"{W}style") if styles is not None else ():
        if style.get(f"{W}type") == "paragraph" and (style.get(f"{W}default") or "0") not in OFF:
            return style.get(f"{W}styleId") or ""
    return ""


def _hidden_by(based: Chain) -> str:
    """Why words in a style are not seen; empty where they are."""
    for why, tag in _MARKS.items():
        mark = next((found for style in based if (found := style.find(f"{W}rPr/{tag}")) is not None), None)
        grounds = (style.find(path) for style in based for path in (f"{W}pPr/{W}shd", f"{W}rPr/{W}shd"))
        if mark is not None and _hides(why, mark) and not (why == "white" and any(g is not None for g in grounds)):
            return why
    return ""


# ---- marks


def _hides(why: str, mark: etree._Element) -> bool:
    if why == "hidden":
        # A line of a table of contents hides the number of its page in web view by another property.
        return is_on(mark)
    if why == "white":
        return val(mark).upper() == "FFFFFF"
    return 0 <= integer(val(mark)) < _TINY


def _on_a_ground(element: etree._Element) -> bool:
    """Whether white text stands in a paragraph or a cell that is coloured, or in a table whose style may be."""
    for around in (element, *element.iterancestors(P, f"{W}tc", f"{W}tbl", f"{W}txbxContent")):
        if around.tag == f"{W}txbxContent" or around.find(f"{W}tblPr/{W}tblStyle") is not None:
            return True
        if around.find(f"{W}pPr/{W}shd") is not None or around.find(f"{W}tcPr/{W}shd") is not None:
            return True
        if around.find(f"{W}pPr/{W}pStyle") is not None:
            # The style may have a ground; whoever writes words to be hidden takes no style for it.
            return val(around.find(f"{W}pPr/{W}pStyle")).lower().startswith(("heading", "titre", "title", "cover"))
    return False
