"""The styles of a base under our identifiers: matched by name, completed from our own, tied to our numbering."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from generator.ooxml import names
from generator.ooxml.house.markup import drop, set_property
from generator.ooxml.house.model import Geometry
from generator.ooxml.house.numbers import whole_number
from generator.ooxml.house.package import W
from generator.ooxml.text import attribute

COLUMN_GAP: Final = 454
# Styles that hold a place open, and styles that Word must find: never the base's.
OURS: Final = (names.SEPARATOR, names.AFTER_TABLE, names.SIGNATURE_ANCHOR, names.TABLE_PLAIN)
_WITHOUT_NAME: Final = ("DefaultParagraphFont", "NoList")
_KEPT_WITH_NEXT: Final = (
    names.TITLE, names.SECTION, names.ANNEX, names.ANNEX_SECTION, names.SUBHEADING, names.NOTICE_HEADING,
    names.CELL_HEADER, names.CELL_HEADER_SMALL, names.STATUS, names.CONTENTS_TITLE, names.PARTY, names.SIGNATURE_LINE,
    names.SIGNATURE_SPACE,
)  # fmt: skip
_OUTLINE: Final = {names.TITLE: 0, names.COVER_TITLE: 0, names.SECTION: 0, names.ANNEX: 0, names.ANNEX_SECTION: 1}
NUMBERED: Final = (
    names.SECTION, names.NUMBERED, names.ITEM, names.SUBITEM,
    names.ANNEX, names.ANNEX_SECTION, names.ANNEX_NUMBERED, names.ANNEX_ITEM, names.ANNEX_SUBITEM,
)  # fmt: skip
_NUMBERING: Final = re.compile(r'<w:numPr><w:ilvl w:val="@(\w+)"/></w:numPr>')
_WORD: Final = W[1:-1]


def _key(style: etree._Element) -> tuple[str, str]:
    name = style.find(f"{W}name")
    shown = str(name.get(f"{W}val")) if name is not None else str(style.get(f"{W}styleId"))
    return str(style.get(f"{W}type", "paragraph")), " ".join(shown.split()).casefold()


class Styles:
    """The merged styles: ours by identifier, then those of the base that ``kept`` names and what they are based on.

    ``renamed`` maps each identifier of the base that stays to ours; ``missing`` names our styles that it lacks.
    """

    def __init__(self, own: etree._Element, base: etree._Element, kept: Iterable[str]) -> None:
        self._base: Final = {str(style.get(f"{W}styleId")): style for style in base.iter(f"{W}style")}
        by_name = {_key(style): identifier for identifier, style in self._base.items()}
        defaults = base.find(f"{W}docDefaults")
        given = own.find(f"{W}docDefaults") if defaults is None else defaults
        self._defaults: Final = etree.Element(f"{W}docDefaults") if given is None else copy.deepcopy(given)
        _clean(self._defaults)
        self._made: Final[dict[str, etree._Element]] = {}
        self.renamed: Final[dict[str, str]] = {}
        self.missing: Final[list[str]] = []
        copied: list[str] = []
        for style in own.iter(f"{W}style"):
            identifier = str(style.get(f"{W}styleId"))
            found = by_name.get(_key(style))
            if found is not None:
                self.renamed[found] = identifier
            if found is None or identifier in OURS or identifier in _WITHOUT_NAME:
                self._made[identifier] = copy.deepcopy(style)
                copied.append(identifier)
                if identifier not in (*OURS, *_WITHOUT_NAME):
                    self.missing.append(identifier)
            else:
                self._made[identifier] = copy.deepcopy(self._base[found])
        self._keep_others(kept)
        for style in self._made.values():
            _clean(style)
        self._rename(copied)
        for identifier in self.missing:
            self._adapt(self._made[identifier])

    def _keep_others(self, kept: Iterable[str]) -> None:
        waiting = [*kept, *(parent for found in self.renamed for parent in self._parent(found))]
        while waiting:
            identifier = waiting.pop()
            if identifier in self.renamed or identifier not in self._base:
                continue
            taken = identifier in self._made or identifier in names.STYLES
            self.renamed[identifier] = f"House{identifier}" if taken else identifier
            self._made[self.renamed[identifier]] = copy.deepcopy(self._base[identifier])
            waiting += self._parent(identifier)

    def _parent(self, identifier: str) -> Iterator[str]:
        based = self._base[identifier].find(f"{W}basedOn")
        if based is not None:
            yield str(based.get(f"{W}val"))

    def _rename(self, copied: Collection[str]) -> None:
        ours = set(names.STYLES) | set(_WITHOUT_NAME)
        for identifier, style in self._made.items():
            style.set(f"{W}styleId", identifier)
            if identifier not in ours:
                style.attrib.pop(f"{W}default", "")
            for tag in ("basedOn", "next") if identifier not in copied else ():
                element = style.find(f"{W}{tag}")
                if element is not None:
                    target = self.renamed.get(str(element.get(f"{W}val")))
                    if target is None:
                        drop(element)
                    else:
                        element.set(f"{W}val", target)

    def _adapt(self, style: etree._Element) -> None:
        """One of our styles in a house that lacks it: in the font of its text, in the colour of its headings."""
        accent = "" if names.SECTION in self.missing else self.value(names.SECTION, "rPr/color", "val")
        for fonts in list(style.iter(f"{W}rFonts")):
            drop(fonts)
        for color in list(style.iter(f"{W}color")):
            if color.get(f"{W}val") == "1B2A41":
                color.set(f"{W}val", accent or "auto")

    # ---- values

    def value(self, identifier: str, path: str, key: str) -> str:
        """A property of a style, of those it is based on, or of the defaults; empty where none sets it."""
        shown = (element.get(f"{W}{key}") for element in self.elements(identifier, path))
        return next((str(value) for value in shown if value), "")

    def elements(self, identifier: str, path: str) -> Iterator[etree._Element]:
        """Every element that sets a property of a style: its own, those of its parents, that of the defaults."""
        wanted = "/".join(f"{W}{step}" for step in path.split("/"))
        family, rest = (f"{W}{step}" for step in path.split("/"))
        places = [(self._made[name], wanted) for name in self.line(identifier)]
        for root, place in (*places, (self._defaults, f"{family}Default/{family}/{rest}")):
            element = root.find(place)
            if element is not None:
                yield element

    def line(self, identifier: str) -> Iterator[str]:
        """A style, the one that it is based on, and so forth; a circle is gone round once."""
        name: str | None = identifier
        seen: set[str] = set()
        while name in self._made and name not in seen:
            seen.add(name)
            yield name
            based = self._made[name].find(f"{W}basedOn")
            name = based.get(f"{W}val") if based is not None else None

    def style(self, identifier: str) -> etree._Element:
        """One of the merged styles by our identifier."""
        return self._made[identifier]

    def fonts(self) -> frozenset[str]:
        """The names of the fonts that the styles ask for; a font of the theme as ``+major`` or ``+minor``."""
        asked = set()
        for fonts in (f for root in (self._defaults, *self._made.values()) for f in root.iter(f"{W}rFonts")):
            theme = str(fonts.get(f"{W}asciiTheme", ""))
            asked.add(f"+{theme[:5]}" if theme else str(fonts.get(f"{W}ascii", "")))
        return frozenset(asked - {""})

    def font(self, identifier: str) -> str:
        """The font of a style, as in ``fonts``."""
        theme = self.value(identifier, "rPr/rFonts", "asciiTheme")
        return f"+{theme[:5]}" if theme else self.value(identifier, "rPr/rFonts", "ascii")

    def fill(self, table: str, *, header: bool) -> str:
        """The fill of a table style, or of its header row, as six hexadecimal digits; empty for none."""
        style = self._made[table]
        shown = f"{W}tblStylePr[@{W}type='firstRow']/{W}tcPr/{W}shd" if header else f"{W}tcPr/{W}shd"
        element = style.find(shown)
        value = "" if element is None else str(element.get(f"{W}fill", ""))
        return value if re.fullmatch("[0-9A-Fa-f]{6}", value) else ""

    def borders(self, table: str) -> str:
        """The frame of a table style as that of paragraphs, with room between it and the text."""
        lines = []
        for side, space in (("top", 3), ("left", 7), ("bottom", 3), ("right", 7)):
            line = self._made[table].find(f"{W}tblPr/{W}tblBorders/{W}{side}")
            if line is not None:
                shown = "".join(
                    f' w:{key}="{attribute(str(line.get(f"{W}{key}")))}"'
                    for key in ("val", "sz", "color")
                    if line.get(f"{W}{key}")
                )
                lines.append(f'<w:{side}{shown} w:space="{space}"/>')
        return f"<w:pBdr>{''.join(lines)}</w:pBdr>" if lines else ""

    def indents(self) -> dict[str, tuple[int, int]]:
        """Where the text of a numbered style begins and how far its number hangs out, where the style says so."""
        found = {}
        for identifier in NUMBERED:
            left = whole_number(self.value(identifier, "pPr/ind", "left") or self.value(identifier, "pPr/ind", "start"))
            hanging = whole_number(self.value(identifier, "pPr/ind", "hanging")) or 0
            if left is not None and left >= 0:
                found[identifier] = (left, min(max(hanging, 0), left))
        return found

    # ---- what the contract asks of them

    def fit(self, geometry: Geometry, text_indent: int) -> None:
        """Set what the structure needs: outline, numbers, what stays with the next line, stops at the width of text."""
        for identifier in _KEPT_WITH_NEXT:
            set_property(self._paragraph(identifier), "keepNext")
        for identifier, level in _OUTLINE.items():
            set_property(self._paragraph(identifier), "outlineLvl", val=str(level))
        set_property(self._paragraph(names.ANNEX), "pageBreakBefore")
        for identifier in NUMBERED:
            number = set_property(self._paragraph(identifier), "numPr")
            etree.SubElement(number, f"{W}ilvl", {f"{W}val": f"@{identifier}"})
        self._disinherit()
        column = (geometry.text_width - COLUMN_GAP) // 2
        for identifier, left in ((names.CONTENTS_ENTRY, 1021), (names.CONTENTS_ANNEX_ENTRY, 680)):
            self._contents_entry(identifier, left, column)
        self._stop(names.SIGNATURE_LINE, geometry.text_width // 2 - 453, "underscore")
        for identifier in (names.HEADER, names.FOOTER):
            if identifier in self.missing:
                self._stop(identifier, geometry.text_width, "")
        for identifier in (names.PLAIN, names.SUBHEADING):
            if identifier in self.missing:
                set_property(self._paragraph(identifier), "ind", left=str(text_indent))

    def _disinherit(self) -> None:
        """Keep numbers, outline and new pages with the styles that they are for: Word hands them on to every heir."""
        for identifier, style in self._made.items():
            if style.get(f"{W}type", "paragraph") != "paragraph":
                continue
            above = set(self.line(identifier)) - {identifier}
            if identifier not in NUMBERED and above & set(NUMBERED):
                unnumbered(self._paragraph(identifier))
            if identifier not in _OUTLINE and above & set(_OUTLINE):
                set_property(self._paragraph(identifier), "outlineLvl", val="9")
            if names.ANNEX in above and self._paragraph(identifier).find(f"{W}pageBreakBefore") is None:
                set_property(self._paragraph(identifier), "pageBreakBefore", val="0")

    def _paragraph(self, identifier: str) -> etree._Element:
        style = self._made[identifier]
        properties = style.find(f"{W}pPr")
        if properties is None:
            properties = etree.Element(f"{W}pPr")
            after = [child for child in style if child.tag in (f"{W}rPr", f"{W}tblPr")]
            place = style.index(after[0]) if after else len(style)
            style.insert(place, properties)
        return properties

    def _stop(self, identifier: str, place: int, leader: str) -> None:
        tabs = set_property(self._paragraph(identifier), "tabs")
        tab = etree.SubElement(tabs, f"{W}tab", {f"{W}val": "right"})
        if leader:
            tab.set(f"{W}leader", leader)
        tab.set(f"{W}pos", str(place))

    def _contents_entry(self, identifier: str, left: int, column: int) -> None:
        tabs = self._paragraph(identifier).iter(f"{W}tab")
        leader = next((str(tab.get(f"{W}leader")) for tab in tabs if tab.get(f"{W}leader")), "dot")
        given = whole_number(self.value(identifier, "pPr/ind", "left"))
        start = given if given is not None and 400 < given < column // 2 else left
        self._stop(identifier, column, leader)
        first = next(self._paragraph(identifier).iter(f"{W}tab"))
        first.addprevious(etree.Element(f"{W}tab", {f"{W}val": "left", f"{W}pos": str(start)}))
        set_property(self._paragraph(identifier), "ind", left=str(start), hanging=str(start))

    # ---- the part

    def xml(self) -> str:
        """The part, with marks for the language and for the numbering of this or that contract."""
        run = self._defaults.find(f"{W}rPrDefault")
        if run is None:
            run = etree.Element(f"{W}rPrDefault")
            self._defaults.insert(0, run)
        properties = run.find(f"{W}rPr")
        properties = etree.SubElement(run, f"{W}rPr") if properties is None else properties
        language = {f"{W}val": "{language}", f"{W}eastAsia": "{language}", f"{W}bidi": "ar-SA"}
        etree.SubElement(properties, f"{W}lang", language)
        root = etree.Element(f"{W}styles", nsmap={"w": _WORD})
        root.append(self._defaults)
        root.extend(self._made.values())
        etree.cleanup_namespaces(root)
        text = etree.tostring(root, encoding="unicode")
        return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + _NUMBERING.sub(r"{numbering:\1}", text)


def unnumbered(properties: etree._Element) -> None:
    """Take a paragraph, or all of a style, out of every list: what it inherits would count as an article."""
    etree.SubElement(set_property(properties, "numPr"), f"{W}numId", {f"{W}val": "0"})


def _clean(style: etree._Element) -> None:
    """Take out numbering and language, which are ours, and what later versions of Word and others have added."""
    for element in list(style.iter()):
        foreign = not str(element.tag).startswith(W)
        if foreign or element.tag in (f"{W}numPr", f"{W}lang", f"{W}link", f"{W}rsid", f"{W}outlineLvl"):
            drop(element)
            continue
        for name in [name for name in element.attrib if not str(name).startswith(W)]:
            del element.attrib[name]
        element.text = element.tail = None


def numbered_part(styles: str, language: str, tied: Mapping[str, tuple[int, int]]) -> str:
    """The part for one contract: its language, and which list and level each numbered style takes."""

    def properties(found: re.Match[str]) -> str:
        if found[1] not in tied:
            return ""
        instance, level = tied[found[1]]
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{instance}"/></w:numPr>'

    return re.sub(r"\{numbering:(\w+)\}", properties, styles.replace("{language}", language))
