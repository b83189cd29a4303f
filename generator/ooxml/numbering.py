"""Native multilevel lists: Word counts, and must arrive at the labels of the tree.

A *list* (``w:abstractNum``) is a shape with its own counters; an *instance* (``w:num``) is what paragraphs name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from generator.ooxml.text import escaped

NumberFormat = Literal["decimal", "upperLetter", "lowerLetter", "lowerRoman", "upperRoman"]
Suffix = Literal["tab", "space"]

NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# Word takes two lists with one nsid for the same list, and joins their counters.
_FIRST_NSID: Final = 0x4C1A5100
_FIRST_TEMPLATE: Final = 0x5D2B6200


@dataclass(frozen=True, slots=True)
class Level:
    """One level: ``text`` is Word's pattern (``Article %1.``), lengths are in twentieths of a point.

    ``style`` is the paragraph style tied to the level, or empty.
    """

    text: str
    format: NumberFormat
    left: int
    hanging: int
    style: str = ""
    suffix: Suffix = "tab"
    start: int = 1


class Lists:
    """The lists of one file; identifiers count up in the order in which they are asked for."""

    def __init__(self) -> None:
        self._shapes: list[tuple[Level, ...]] = []
        self._instances: list[tuple[int, Mapping[int, int]]] = []

    def __len__(self) -> int:
        return len(self._instances)

    def shape(self, levels: Sequence[Level]) -> int:
        """Add a list with counters of its own; the result names it in ``instance``."""
        self._shapes.append(tuple(levels))
        return len(self._shapes) - 1

    def instance(self, shape: int, starts: Mapping[int, int] | None = None) -> int:
        """Add an instance of a list; ``starts`` gives the number with which a level (from 0) starts again."""
        self._instances.append((shape, starts or {}))
        return len(self._instances)

    def xml(self) -> str:
        """The numbering part."""
        return "".join(
            (
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:numbering xmlns:w="{NAMESPACE}">',
                *(_shape_xml(number, levels) for number, levels in enumerate(self._shapes)),
                *(
                    _instance_xml(number, shape, starts)
                    for number, (shape, starts) in enumerate(self._instances, start=1)
                ),
                "</w:numbering>",
            )
        )


def _shape_xml(number: int, levels: Sequence[Level]) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{_FIRST_NSID + number:08X}"/>'
        f'<w:multiLevelType w:val="multilevel"/><w:tmpl w:val="{_FIRST_TEMPLATE + number:08X}"/>'
        + "".join(_level_xml(depth, level) for depth, level in enumerate(levels))
        + "</w:abstractNum>"
    )


def _level_xml(depth: int, level: Level) -> str:
    style = f'<w:pStyle w:val="{level.style}"/>' if level.style else ""
    tabs = f'<w:tabs><w:tab w:val="num" w:pos="{level.left}"/></w:tabs>' if level.suffix == "tab" else ""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{level.start}"/><w:numFmt w:val="{level.format}"/>{style}'
        f'<w:suff w:val="{level.suffix}"/><w:lvlText w:val="{escaped(level.text)}"/>'
        f'<w:lvlJc w:val="left"/>'
        f'<w:pPr>{tabs}<w:ind w:left="{level.left}" w:hanging="{level.hanging}"/></w:pPr></w:lvl>'
    )


def _instance_xml(number: int, shape: int, starts: Mapping[int, int]) -> str:
    overrides = "".join(
        f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        for depth, start in sorted(starts.items())
    )
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{shape}"/>{overrides}</w:num>'
