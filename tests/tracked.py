"""Edits in the texts of a book as Word records them, beside the plainest possible model of the same edits."""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from random import Random

from lxml import etree

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"
DATES = {"Me Dupont": "2026-11-20T09:30:00Z", "Me Martin": "2026-11-21T17:05:00Z"}
WORDS = (
    "dûment",
    "préalable : ",
    "without delay",
    "l'annexe",
    "(sauf accord écrit)",
    "10 %",
    "the Parties' agents",
    "œuvre",
)


def part(content: bytes, name: str = "word/document.xml") -> etree._Element:
    """The root of a part of a Word file."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def with_parts(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The Word file with these parts instead of its own, or added."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in package.namelist():
            target.writestr(name, parts.pop(name, None) or package.read(name))
        for name, added in parts.items():
            target.writestr(name, added)
    return made.getvalue()


def edited(content: bytes, edit: Callable[[etree._Element], None]) -> bytes:
    """The Word file after a hand was laid on the root of its document."""
    root = part(content)
    edit(root)
    return with_parts(content, {"word/document.xml": etree.tostring(root, xml_declaration=True, encoding="UTF-8")})


def controls(root: etree._Element) -> dict[str, etree._Element]:
    """The controls of texts by ``<clause>/<language>``."""
    found = {}
    for control in root.iter(f"{W}sdt"):
        tag = control.find(f"{W}sdtPr/{W}tag")
        if tag is not None and str(tag.get(f"{W}val")).startswith("text:"):
            _, language, rest = str(tag.get(f"{W}val")).split(":", 2)
            found[f"{rest.partition('#')[0]}/{language}"] = control
    return found


def lines_in(control: etree._Element) -> list[etree._Element]:
    """The paragraphs of a control, without the empty one that it begins with."""
    return [
        paragraph
        for paragraph in control.iter(f"{W}p")
        if paragraph.find(f"{W}pPr/{W}pStyle") is None
        or paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val") != "BookBegin"  # type: ignore[union-attr]
    ]


@dataclass
class Cell:
    """One character, or the end of a paragraph (a line feed), with who put it in and who took it out."""

    character: str
    looks: etree._Element | None = None
    inserted: str = ""
    deleted: str = ""


@dataclass
class Text:
    """A text that is edited in its control; ``model`` is what it should say, changed by slices of a string alone."""

    control: etree._Element
    cells: list[Cell] = field(init=False)
    model: str = field(init=False)
    style: str = field(init=False)

    def __post_init__(self) -> None:
        self.cells = []
        paragraphs = lines_in(self.control)
        for number, paragraph in enumerate(paragraphs):
            if number:
                self.cells.append(Cell("\n"))
            for run in paragraph.iter(f"{W}r"):
                looks = run.find(f"{W}rPr")
                self.cells += [Cell(character, looks) for text in run.iter(f"{W}t") for character in text.text or ""]
        self.style = str(paragraphs[-1].find(f"{W}pPr/{W}pStyle").get(f"{W}val"))  # type: ignore[union-attr]
        self.model = "".join(cell.character for cell in self.cells)

    def insert(self, at: int, words: str, author: str) -> None:
        place = self.place(at)
        self.cells[place:place] = [Cell(character, None, author) for character in words]
        self.model = self.model[:at] + words + self.model[at:]

    def delete(self, start: int, end: int, author: str) -> None:
        for cell in self.live()[start:end]:
            if cell.inserted == author:
                self.cells = [other for other in self.cells if other is not cell]
            else:
                cell.deleted = author
        self.model = self.model[:start] + self.model[end:]

    def live(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.deleted]

    def place(self, at: int) -> int:
        """Where in the cells a place of the model is."""
        live = self.live()
        if at >= len(live):
            return len(self.cells)
        return next(number for number, cell in enumerate(self.cells) if cell is live[at])

    def write(self, *, split: Random | None = None) -> None:
        """Write the cells into the control; with ``split`` runs are cut as Word cuts them, with marks of spelling."""
        content = self.control.find(f"{W}sdtContent")
        assert content is not None
        for child in lines_in(self.control):
            content.remove(child)
        numbers = iter(range(500_000, 10**9))
        paragraph = self.paragraph(content)
        for (ends, *_), cells in groupby(self.cells, kind_of):
            listed = list(cells)
            if ends:
                for cell in listed:
                    self.end(paragraph, cell, numbers)
                    paragraph = self.paragraph(content)
            else:
                for piece in cut("".join(cell.character for cell in listed), split):
                    self.run(paragraph, piece, listed[0], numbers)

    def paragraph(self, content: etree._Element) -> etree._Element:
        paragraph = etree.SubElement(content, f"{W}p", {f"{W}rsidR": "00A77B3E"})
        properties = etree.SubElement(paragraph, f"{W}pPr")
        etree.SubElement(properties, f"{W}pStyle", {f"{W}val": self.style})
        return paragraph

    def end(self, paragraph: etree._Element, cell: Cell, numbers: Iterator[int]) -> None:
        properties = paragraph.find(f"{W}pPr")
        assert properties is not None
        looks = etree.SubElement(properties, f"{W}rPr")
        for name, author in (("ins", cell.inserted), ("del", cell.deleted)):
            if author:
                etree.SubElement(looks, f"{W}{name}", marks(author, numbers))

    def run(self, paragraph: etree._Element, words: str, cell: Cell, numbers: Iterator[int]) -> None:
        around = paragraph
        for name, author in (("ins", cell.inserted), ("del", cell.deleted)):
            if author:
                around = etree.SubElement(around, f"{W}{name}", marks(author, numbers))
        run = etree.SubElement(around, f"{W}r", {f"{W}rsidRPr": "00B21D07"})
        if cell.looks is not None:
            run.append(copy.deepcopy(cell.looks))
        text = etree.SubElement(run, f"{W}delText" if cell.deleted else f"{W}t")
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        text.text = words
        if not cell.inserted and not cell.deleted:
            etree.SubElement(paragraph, f"{W}proofErr", {f"{W}type": "spellStart"})


def kind_of(cell: Cell) -> tuple[bool, int, str, str]:
    """Cells of one kind stand in one run."""
    return cell.character == "\n", id(cell.looks), cell.inserted, cell.deleted


def marks(author: str, numbers: Iterator[int]) -> dict[str, str]:
    return {f"{W}id": str(next(numbers)), f"{W}author": author, f"{W}date": DATES[author]}


def cut(words: str, random: Random | None) -> Iterator[str]:
    """The words in one piece, or in pieces of one to twelve characters."""
    while random is not None and len(words) > 12:
        size = random.randint(1, 12)
        yield words[:size]
        words = words[size:]
    yield words


def edit_at_random(text: Text, random: Random) -> None:
    """One edit of a kind that lawyers make: put words in, take some out, replace, split a paragraph, join two."""
    author = random.choice(sorted(DATES))
    kind = random.choice(["insert", "delete", "replace", "split", "join"])
    # The first letter of the title stays; what becomes of a text without a title is a case of its own.
    first = 1
    at = random.randint(first, len(text.model))
    match kind:
        case "insert":
            text.insert(at, f" {random.choice(WORDS)} ", author)
        case "delete" | "replace":
            end = min(len(text.model), at + random.randint(1, 40))
            text.delete(at, end, author)
            if kind == "replace":
                text.insert(at, random.choice(WORDS), author)
        case "split":
            text.insert(at, "\n", author)
        case _:
            ends = [place for place, character in enumerate(text.model) if character == "\n" and place >= first]
            if ends:
                place = random.choice(ends)
                text.delete(place, place + 1, author)
