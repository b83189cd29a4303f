"""Drawings of the page frame, the watermark first of all: decoration for a screen reader, and kept once in the file."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import pikepdf

# A piece of marked content that LibreOffice takes for a part of the text: `/Figure<</MCID 0>>BDC … EMC`.
_MARKED: Final = re.compile(rb"/(?:Div|Figure)\s*<<\s*/MCID (\d+)\s*>>\s*BDC\b(.*?)\bEMC\b", re.DOTALL)
_DRAWS: Final = re.compile(rb"/\S+ Do\b")
_PRINTS: Final = re.compile(rb"\bBT\b")
_KINDS: Final = ("/Div", "/Figure")


def hide_decoration(pdf: pikepdf.Pdf) -> None:
    """Take drawings without an alternative text out of what is read aloud.

    The watermark stands on every page, and LibreOffice has it read on every page, or named as a picture that nothing
    describes, which PDF/UA forbids. Its words are read once: they are on a line of the first page.
    """
    parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    for page in pdf.pages:
        if "/StructParents" not in page.obj:
            continue
        elements = parents[int(page.obj.StructParents)]
        content = bytes(page.Contents)
        quiet = _MARKED.sub(partial(_artifact, elements), content)
        if quiet != content:
            page.obj.Contents = pdf.make_stream(quiet)


def _artifact(elements: pikepdf.Object, found: re.Match[bytes]) -> bytes:
    """The marked content as decoration, if it is that; its element is then taken out of the structure."""
    number, drawn = int(found[1]), found[2]
    element = elements[number]
    decoration = str(element.S) in _KINDS and "/Alt" not in element and _own(element) == [number]
    if not decoration or not _DRAWS.search(drawn) or _PRINTS.search(drawn):
        return found[0]
    siblings = element.P.K
    for place in range(len(siblings) - 1, -1, -1):
        if isinstance(siblings[place], pikepdf.Dictionary) and siblings[place].objgen == element.objgen:
            del siblings[place]
    elements[number] = None
    return b"/Artifact BMC" + drawn + b"EMC"


def _own(element: pikepdf.Object) -> list[object]:
    """What a structure element holds; one thing may stand there without an array."""
    held = element.get("/K")
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def share_drawings(pdf: pikepdf.Pdf) -> None:
    """Keep drawings that are equal once: LibreOffice writes the outlines of the watermark again for every page."""
    first: dict[tuple[object, ...], pikepdf.Object] = {}
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        drawings = page.obj.Resources.get("/XObject")
        if drawings is None or (drawings.is_indirect and drawings.objgen in seen):
            continue
        seen.add(drawings.objgen)
        for name, drawing in list(drawings.items()):
            drawings[name] = first.setdefault(_content(drawing), drawing)


def _content(drawing: pikepdf.Object) -> tuple[object, ...]:
    """What a drawing shows: its strokes, and the entries on which they depend, references unresolved."""
    keys = ("/Subtype", "/BBox", "/Matrix", "/Width", "/Height", "/ColorSpace", "/Filter", "/Resources", "/SMask")
    return (drawing.read_raw_bytes(), *(_written(drawing.get(key)) for key in keys))


def _written(entry: object) -> object:
    return entry.unparse() if isinstance(entry, pikepdf.Object) else entry
