"""A house: all that a provider's base document says about the looks of its Word files, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Use = Literal["default", "even"]

# What the text of a table needs: five columns of short words, and a sentence beside them.
LEAST_TEXT_WIDTH: Final = 6800
GOOD_TEXT_WIDTH: Final = 8200
LEAST_TEXT_HEIGHT: Final = 8500


@dataclass(frozen=True, slots=True)
class Slot:
    """A place inside a paragraph that takes the runs of one value; ``properties`` is the ``w:rPr`` of these runs."""

    name: str
    properties: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A paragraph that is printed once for each text of a value, and not at all where there is none.

    ``first`` and ``further`` are what stands before the runs of the first paragraph and of the others: rules and
    space above belong to the first alone. ``after`` closes each. ``kept`` asks for an empty paragraph where there is no
    text: a cell must have one.
    """

    name: str
    first: str
    further: str
    after: str
    kept: bool


# XML with places to fill in it.
Template = tuple[str | Slot | Repeated, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """A relationship of a part; ``target`` is relative to the folder ``word``, or an address where ``external``."""

    name: str
    kind: str
    target: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A header or a footer: the whole part, and what its pictures and links lead to."""

    kind: Literal["header", "footer"]
    content: Template
    joined: tuple[Joined, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, by its name in the folder ``word``."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Geometry:
    """A page in twentieths of a point; ``gutter`` is what binding takes from the text."""

    width: int
    height: int
    top: int
    right: int
    bottom: int
    left: int
    header: int
    footer: int
    gutter: int = 0

    @property
    def text_width(self) -> int:
        return self.width - self.left - self.right - self.gutter

    @property
    def text_height(self) -> int:
        return self.height - abs(self.top) - abs(self.bottom)


@dataclass(frozen=True, slots=True)
class Pages:
    """One kind of pages: its geometry, the frames around it (places in ``House.frames``), and the rest of its setup.

    ``borders`` and ``alignment`` are the XML of ``w:pgBorders`` and ``w:vAlign``, or nothing.
    """

    geometry: Geometry
    frames: tuple[tuple[Use, int], ...]
    borders: str = ""
    alignment: str = ""


@dataclass(frozen=True, slots=True)
class Print:
    """The text of tables at one size: an em, a line and both paddings of a cell, in twentieths of a point.

    An em is that of a font as wide as Calibri; a wider font counts as a larger one.
    """

    em: int
    line: int
    padding: int


@dataclass(frozen=True, slots=True)
class TableLook:
    """What tables and boxes take from the house beside their styles.

    Sizes of print; fills as ``w:shd``, or nothing; the frame of a box around paragraphs as ``w:pBdr``.
    """

    normal: Print
    small: Print
    header_fill: str
    box_fill: str
    box_borders: str


@dataclass(frozen=True, eq=False)
class House:
    """The looks of every Word file of a provider. Compared by identity: reading keeps one for each content.

    ``styles`` is the part with marks: ``{language}``, and ``{numbering:<style>}`` where a style takes its number.
    ``indents`` gives, for a numbered style that sets them, where its text begins and how far its number hangs out.
    ``status_shown`` says that the frames of the text pages print the status themselves.
    """

    digest: str
    styles: str
    theme: bytes
    fonts: bytes
    text: Pages
    cover: Pages
    cover_body: Template
    cover_joined: tuple[Joined, ...]
    frames: tuple[Frame, ...]
    media: tuple[Media, ...]
    look: TableLook
    indents: Mapping[str, tuple[int, int]]
    text_indent: int
    even_and_odd: bool
    mirrored: bool

    @property
    def text_width(self) -> int:
        """The width of the text of a page, which tables fill."""
        return self.text.geometry.text_width
