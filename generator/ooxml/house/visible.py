"""Text of a contract that nobody would see: hidden by its style, white on white, or of no size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic, Severity
from generator.ooxml import names
from generator.ooxml.house.numbers import whole_number
from generator.ooxml.house.package import W
from generator.ooxml.house.styles import OURS, Styles

_OFF: Final = {"0", "false", "off"}
_HIDING: Final = ("vanish", "specVanish", "webHidden")
# A colour whose three parts are all as light as this cannot be told from the paper.
_LIGHT: Final = 0xF0
_LIGHT_OF_THEME: Final = {"background1", "light1"}
# White may stand here on a picture or a shape, which no style knows of.
_ON_PICTURES: Final = (
    names.COVER_TITLE, names.COVER_SUBTITLE, names.COVER_PARTY, names.COVER_TEXT, names.HEADER, names.FOOTER,
)  # fmt: skip
_HEADER_CELLS: Final = (names.CELL_HEADER, names.CELL_HEADER_SMALL)
_BOXES: Final = (names.NOTICE, names.NOTICE_HEADING)
_TABLES: Final = (names.TABLE, names.DEFINITION_TABLE, names.BOX_TABLE)
# Half points. Below the first nothing can be read, above the second no word of a contract fits its line.
LEAST_SIZE, _LARGEST_SIZE = 8, 240
_MEASURE: Final = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?(?:pt|cm|mm|in|pc|pi)?")


def judged_styles(name: str, styles: Styles) -> Iterator[Diagnostic]:
    """The styles of a contract in which text would be lost; ``name`` is the file in findings."""
    for fault, shown in _by_fault(styles, _unseen).items():
        message = f"text of {shown} would not be seen: it is {fault}"
        help_ = "take `Hidden` away, or give the style a colour that can be read on its ground"
        yield Diagnostic("base-hidden", Severity.ERROR, message, None, help_, file=name)
    for fault, shown in _by_fault(styles, _size_fault).items():
        message = f"text of {shown} has a size that nobody can read: `{fault}`"
        help_ = f"{LEAST_SIZE // 2} to {_LARGEST_SIZE // 2} points; 9 to 12 for the text"
        yield Diagnostic("base-size", Severity.ERROR, message, None, help_, file=name)
    for fault, shown in _by_fault(styles, _indent_fault).items():
        message = f"an indent of {shown} is no measure: `{fault}`"
        yield Diagnostic("base-size", Severity.ERROR, message, None, "set the indent again in Word", file=name)


def _by_fault(styles: Styles, fault_of: Callable[[Styles, str], str]) -> Mapping[str, str]:
    """What is wrong, and the styles of which it is: most inherit it from one."""
    found: dict[str, list[str]] = {}
    for identifier, shown in names.STYLES.items():
        fault = fault_of(styles, identifier) if identifier not in OURS else ""
        if fault:
            found.setdefault(fault, []).append(shown)
    return {
        fault: f"the style {first}" + (f" and of {len(others)} more" if others else "")
        for fault, (first, *others) in found.items()
    }


def _unseen(styles: Styles, identifier: str) -> str:
    table = identifier in _TABLES
    return _table_fault(styles.style(identifier)) if table else _text_fault(styles, identifier)


def _size_fault(styles: Styles, identifier: str) -> str:
    if identifier in (*_TABLES, names.SIGNATURE_SPACE):
        return ""
    size = styles.value(identifier, "rPr/sz", "val")
    number = whole_number(size)
    shown = f"{number / 2:g} pt" if number is not None else size[:20]
    return shown if size and not _readable(size) else ""


def _indent_fault(styles: Styles, identifier: str) -> str:
    values = (str(value) for one in styles.style(identifier).iter(f"{W}ind") for value in one.attrib.values())
    return next((value[:20] for value in values if not _MEASURE.fullmatch(value)), "")


def _readable(size: str) -> bool:
    number = whole_number(size)
    return number is not None and LEAST_SIZE <= number <= _LARGEST_SIZE


def _text_fault(styles: Styles, identifier: str) -> str:
    if any(_on(next(styles.elements(identifier, f"rPr/{hiding}"), None)) for hiding in _HIDING):
        return "hidden"
    if identifier in _ON_PICTURES or not _white(next(styles.elements(identifier, "rPr/color"), None)):
        return ""
    grounds = [styles.value(identifier, f"{family}/shd", "fill") for family in ("rPr", "pPr")]
    if identifier in _HEADER_CELLS:
        grounds.append(styles.fill(names.TABLE, header=True))
    if identifier in _BOXES:
        grounds.append(styles.fill(names.BOX_TABLE, header=False))
    return "" if any(map(_dark, grounds)) else "white"


def _table_fault(style: etree._Element) -> str:
    if any(_on(element) for hiding in _HIDING for element in style.iter(f"{W}{hiding}")):
        return "hidden"
    whole = _fill(style)
    for part in (style, *style.findall(f"{W}tblStylePr")):
        if _white(part.find(f"{W}rPr/{W}color")) and not _dark(_fill(part) or whole):
            return "white"
    return ""


def _fill(part: etree._Element) -> str:
    shading = part.find(f"{W}tcPr/{W}shd")
    return "" if shading is None else str(shading.get(f"{W}fill", ""))


def mark_fault(styles: Styles, run: etree._Element, *, white_counts: bool) -> str:
    """Why the text of a run of a header, a footer or the cover would not be seen; empty where it would.

    The run stands in its tree, whose styles have our identifiers. ``white_counts`` judges the colour as well.
    """
    around = next(run.iterancestors(f"{W}p"), None)
    for hiding in _HIDING:
        if _on(next(_set(styles, run, around, hiding), None)):
            return "hidden"
    if not white_counts:
        return ""
    if _white(next(_set(styles, run, around, "color"), None)):
        shadings = [*_set(styles, run, around, "shd"), *_grounds(run)]
        return "" if any(_dark(str(shading.get(f"{W}fill", ""))) for shading in shadings) else "white"
    size = next((str(element.get(f"{W}val", "")) for element in _set(styles, run, around, "sz")), "")
    return "too small to be read" if size and not _readable(size) else ""


def _set(styles: Styles, run: etree._Element, around: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Every element that sets a property of a run: its own, that of its style, of its paragraph's, of the defaults."""
    yield from run.findall(f"{W}rPr/{W}{name}")
    for place, path in ((run, f"{W}rPr/{W}rStyle"), (around, f"{W}pPr/{W}pStyle")):
        style = place.find(path) if place is not None else None
        identifier = str(style.get(f"{W}val")) if style is not None else names.BODY
        if style is not None or place is around:
            yield from styles.elements(identifier, f"rPr/{name}")


def _grounds(run: etree._Element) -> Iterator[etree._Element]:
    for around in run.iterancestors(f"{W}p", f"{W}tc"):
        yield from around.findall(f"{W}pPr/{W}shd")
        yield from around.findall(f"{W}tcPr/{W}shd")


def _on(element: etree._Element | None) -> bool:
    return element is not None and element.get(f"{W}val") not in _OFF


def _white(color: etree._Element | None) -> bool:
    if color is None:
        return False
    themed = color.get(f"{W}themeColor") in _LIGHT_OF_THEME and color.get(f"{W}themeShade") is None
    return themed or _light(str(color.get(f"{W}val", "")))


def _light(value: str) -> bool:
    return bool(re.fullmatch("[0-9A-Fa-f]{6}", value)) and min(bytes.fromhex(value)) >= _LIGHT


def _dark(fill: str) -> bool:
    return bool(re.fullmatch("[0-9A-Fa-f]{6}", fill)) and not _light(fill)
