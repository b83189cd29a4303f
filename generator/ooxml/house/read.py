"""A base document read into a house: the one way, for the base of a provider and for our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic, Severity
from generator.ooxml import names
from generator.ooxml.base import base_parts
from generator.ooxml.house import fonts, setup
from generator.ooxml.house.frames import Frames, Key
from generator.ooxml.house.model import House, Pages, Print, TableLook
from generator.ooxml.house.numbers import whole_number
from generator.ooxml.house.package import Base, Refused, W, based, outside, unpacked
from generator.ooxml.house.styles import NUMBERED, Styles
from generator.ooxml.house.visible import LEAST_SIZE, judged_styles

TEXT_INDENT: Final = 737
_LEAST_PRINT: Final = 18
_NORMAL_PADDING, _SMALL_PADDING = 180, 110
_OWN: Final = "Clausier"


@lru_cache(maxsize=64)
def read_house(name: str, content: bytes) -> tuple[House | None, tuple[Diagnostic, ...]]:
    """The house of a base document (``name`` is the file in findings), or ``None`` and why it cannot be used."""
    try:
        base = unpacked(name, content)
        return _read(base, sha256(content).hexdigest())
    except Refused as refusal:
        return None, (refusal.diagnostic,)


@lru_cache(maxsize=1)
def built_in() -> House:
    """The looks of a contract where the provider names no base."""
    house, found = _read(based(_OWN, base_parts("fr")), "")
    assert house is not None and not found, found
    return house


@lru_cache(maxsize=1)
def _own_styles() -> etree._Element:
    return based(_OWN, base_parts("fr")).tree("word/styles.xml")


def _read(base: Base, digest: str) -> tuple[House | None, tuple[Diagnostic, ...]]:
    found = [*outside(base)]
    body = base.tree(base.document).find(f"{W}body")
    assert body is not None
    parts = setup.sections(body)
    found += setup.judged(base, parts)
    frames = Frames(base, parts, found)
    styles = Styles(_own_styles(), base.tree(base.part_of("styles")), frames.styles())
    indents = styles.indents()
    text_indent = indents.get(names.NUMBERED, (TEXT_INDENT, 0))[0]
    theme_part = base.part_of("theme")
    theme = base.tree(theme_part) if theme_part else None
    used = {fonts.resolved(font, theme) for font in styles.fonts()} - {""}
    found += _remarks(base, styles, used)
    found += judged_styles(base.name, styles)
    styles.fit(parts[-1].geometry, text_indent)
    frames.finish(styles)
    if any(one.is_error for one in found):
        return None, tuple(dict.fromkeys(found))
    settings = base.part_of("settings")
    flags = base.tree(settings) if settings else etree.Element("none")
    table_font = fonts.resolved(styles.font(names.CELL), theme)
    own_theme = base_parts("fr")["word/theme/theme1.xml"]
    house = House(
        digest=digest,
        styles=styles.xml(),
        theme=base.parts[theme_part] if theme_part and _plain_theme(base, theme_part) else own_theme,
        fonts=fonts.table(used),
        text=_pages(parts[-1], frames.of_text),
        cover=_pages(parts[0], frames.of_cover),
        cover_body=frames.cover,
        cover_joined=tuple(frames.cover_joined),
        frames=tuple(frames.made),
        media=tuple(frames.media.values()),
        look=_look(styles, table_font),
        indents=indents,
        text_indent=text_indent,
        even_and_odd=_on(flags, "evenAndOddHeaders"),
        mirrored=_on(flags, "mirrorMargins"),
    )
    return house, tuple(dict.fromkeys(found))


def _on(settings: etree._Element, name: str) -> bool:
    element = settings.find(f"{W}{name}")
    return element is not None and element.get(f"{W}val") not in {"0", "false", "off"}


def _plain_theme(base: Base, part: str) -> bool:
    """Whether a theme stands alone; one that leads to pictures of its own would lead nowhere in a contract."""
    return not base.joined(part)


def _pages(section: setup.Section, frames: Mapping[Key, int]) -> Pages:
    uses = tuple((use, place) for (_, use), place in sorted(frames.items()))
    return Pages(section.geometry, uses, section.rest("pgBorders"), section.rest("vAlign"))


def _look(styles: Styles, font: str) -> TableLook:
    normal, small = (
        _print(styles.value(style, "rPr/sz", "val"), usual, font, padding)
        for style, usual, padding in ((names.CELL, 17, _NORMAL_PADDING), (names.CELL_SMALL, 15, _SMALL_PADDING))
    )
    header = styles.fill(names.TABLE, header=True)
    box = styles.fill(names.BOX_TABLE, header=False)
    return TableLook(normal, small, _shading(header), _shading(box), styles.borders(names.BOX_TABLE))


def _print(size: str, usual: int, font: str, padding: int) -> Print:
    """A size in half points as a size of print; a line is as high as one of Calibri at that size, or a little more."""
    twips = max(whole_number(size) or usual, 1) * 10
    return Print(twips * fonts.width(font) // 100, (twips * 49 + 20) // 40, padding)


def _shading(fill: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""


def _remarks(base: Base, styles: Styles, used: set[str]) -> Iterator[Diagnostic]:
    """What a designer may want to know, and what a reader of small print should not have to bear."""
    if styles.missing:
        listed = ", ".join(names.STYLES[name] for name in styles.missing[:6])
        more = f" and {len(styles.missing) - 6} more" if len(styles.missing) > 6 else ""
        message = f"the base document has no style named {listed}{more}"
        help_ = "ours is used, in the font of the base; `clausier base` writes a document that has them all"
        yield Diagnostic("base-style", Severity.INFO, message, None, help_, file=base.name)
    for font in fonts.without_twin(used):
        message = f"the font {font} has no free font of the same widths: pages may break elsewhere where it is missing"
        help_ = f"take one of {', '.join(sorted(fonts.TWINS))}, or install it wherever contracts are made into PDF"
        yield Diagnostic("base-font", Severity.INFO, message, None, help_, file=base.name)
    for style in (names.BODY, *NUMBERED[1:3]):
        size = whole_number(styles.value(style, "rPr/sz", "val"))
        if size is not None and LEAST_SIZE <= size < _LEAST_PRINT:
            message = f"the style {names.STYLES[style]} is printed in {size / 2:g} points: too small"
            help_ = "9 points or more; a clause that cannot be read may not bind"
            yield Diagnostic("base-small-print", Severity.WARNING, message, None, help_, file=base.name)
