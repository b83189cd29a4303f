"""Placeholders of a base, as content controls or as plain text, found and made places to fill."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic, Severity, did_you_mean
from generator.ooxml.house.fields import instructions
from generator.ooxml.house.markup import NAMESPACES, R, drop, has_drawing, inner_xml, unwrap_controls, xml_of
from generator.ooxml.house.model import Repeated, Slot, Template
from generator.ooxml.house.package import W
from generator.ooxml.house.styles import Styles
from generator.ooxml.house.visible import mark_fault

# What a header and a footer may name; a cover may also name the blocks of its text.
INLINE: Final = ("title", "reference", "status", "client", "provider", "date", "parties", "page")
BLOCKS: Final = ("title", "subtitle", "parties", "details")
SAMPLE: Final = "sample"
_IN_FRENCH: Final = {
    "titre": "title", "référence": "reference", "statut": "status", "prestataire": "provider",
    "sous-titre": "subtitle", "détails": "details", "exemple": "sample",
}  # fmt: skip
_CONTROL: Final = re.compile(r"\s*clausier\s*:\s*(.*?)\s*\Z", re.IGNORECASE)
_MARK: Final = re.compile(r"\[\[\s*([^\[\]]{1,40}?)\s*\]\]")
# What begins or ends a mark, of ours or of other programs: left over, it would be printed.
_HALF: Final = re.compile(r"\[\[|\]\]|\{\{|\}\}|\$\{")
_ART: Final = (f"{{{NAMESPACES['a']}}}t", f"{{{NAMESPACES['v']}}}textpath")
# Word's own controls for the properties of a document.
_BOUND: Final = {"title": "title", "creator": "provider", "Company": "provider", "PublishDate": "date"}
_BOUND_TO: Final = re.compile(r"(\w+)(?:\[1\])?\s*\Z")
_SLOT: Final = re.compile(r"<\?slot (\d+)\?>")


def mark_controls(root: etree._Element) -> None:
    """Turn the controls that are placeholders into plain marks, and put what the others hold in their place."""
    for control in list(root.iter(f"{W}sdt")):
        name = _control_name(control)
        if name:
            _mark(control, name)
    unwrap_controls(root)


def _control_name(control: etree._Element) -> str:
    properties = control.find(f"{W}sdtPr")
    if properties is None:
        return ""
    for child in ("tag", "alias"):
        element = properties.find(f"{W}{child}")
        found = _CONTROL.match(str(element.get(f"{W}val"))) if element is not None else None
        if found is not None:
            return found[1]
    binding = properties.find(f"{W}dataBinding")
    bound = _BOUND_TO.search(str(binding.get(f"{W}xpath"))) if binding is not None else None
    return _BOUND.get(bound[1], "") if bound is not None else ""


def _mark(control: etree._Element, name: str) -> None:
    """One run with the mark in the place of all that a control holds; its first run says how it looks."""
    content = control.find(f"{W}sdtContent")
    if content is None:
        return
    shown_prompt = control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
    first = next(content.iter(f"{W}r"), None)
    properties = first.find(f"{W}rPr") if first is not None else None
    run = etree.Element(f"{W}r")
    if properties is not None:
        properties = copy.deepcopy(properties)
        style = properties.find(f"{W}rStyle")
        if shown_prompt and style is not None:
            properties.remove(style)
        run.append(properties)
    etree.SubElement(run, f"{W}t").text = f"[[{name}]]"
    paragraphs = list(content.iter(f"{W}p"))
    if not paragraphs:
        content[:] = [run]
        return
    kept, *others = paragraphs
    for child in list(kept):
        if child.tag != f"{W}pPr":
            kept.remove(child)
    kept.append(run)
    for other in others:
        drop(other)


def sample_begins(element: etree._Element) -> bool:
    """Whether an element of the text holds the mark after which all is sample."""
    for paragraph in element.iter(f"{W}p"):
        if any(found[1].casefold() == SAMPLE for found in _MARK.finditer("".join(map(_text, _texts(paragraph))))):
            return True
    return any(_control_name(control).casefold() == SAMPLE for control in element.iter(f"{W}sdt"))


# ---- marks in the text


def _texts(paragraph: etree._Element) -> list[etree._Element]:
    """The texts of a paragraph in order, without those of paragraphs in its text boxes."""
    return [text for text in paragraph.iter(f"{W}t") if next(text.iterancestors(f"{W}p"), None) is paragraph]


def _text(element: etree._Element) -> str:
    return element.text or ""


class Filling:
    """Makes a template of a tree: each mark becomes a place to fill. ``blocks`` allows those of a cover."""

    def __init__(self, base: str, where: str, styles: Styles, *, blocks: bool) -> None:
        self.base: Final = base
        self.where: Final = where
        self.found: list[Diagnostic] = []
        self.names: set[str] = set()
        self._styles: Final = styles
        self._blocks: Final = blocks
        self._slots: list[Slot | Repeated] = []

    def template(self, root: etree._Element) -> Template:
        """What stands below ``root``, with places to fill; paragraphs in text boxes come before those around them."""
        for text in (*instructions(root), *(f"{art.text or ''}{art.get('string', '')}" for art in root.iter(*_ART))):
            # A mark can be filled in text alone, not in a field nor in letters that are a drawing.
            self._half(text)
        for paragraph in reversed(list(root.iter(f"{W}p"))):
            self._paragraph(paragraph)
        return self.split(inner_xml(root))

    def split(self, text: str) -> Template:
        """XML with numbered marks as a template."""
        pieces = _SLOT.split(text)
        made = [self._slots[int(piece)] if place % 2 else piece for place, piece in enumerate(pieces)]
        return tuple(piece for piece in made if piece)

    def _number(self, slot: Slot | Repeated) -> etree._Element:
        self._slots.append(slot)
        return etree.ProcessingInstruction("slot", str(len(self._slots) - 1))

    def slot(self, name: str) -> etree._Element:
        """A place to fill that no mark asked for."""
        return self._number(Slot(name, ""))

    def _paragraph(self, paragraph: etree._Element) -> None:
        whole = "".join(map(_text, _texts(paragraph)))
        self._half(_MARK.sub("", whole))
        marks = [found for found in _MARK.finditer(whole) if self._known(found[1])]
        for found in reversed(marks):
            name = found[1].casefold()
            self.names.add(name)
            first = _cut_out(paragraph, found.start(), found.end())
            self._seen(name, first)
            properties = first.find(f"{W}rPr")
            if len(marks) == 1 and self._stands_alone(name, whole, found[0], paragraph):
                self._repeat(paragraph, first, name)
            else:
                slot = Slot(name, "" if properties is None else xml_of(properties))
                first.getparent().replace(first, self._number(slot))  # type: ignore[union-attr]

    def _half(self, text: str) -> None:
        """A finding for what looks like a placeholder and would be printed as it is."""
        found = _HALF.search(text)
        if found is not None:
            shown = text[max(0, found.start() - 20) : found.end() + 40].strip()
            message = f"the {self.where} of the base document holds something like a placeholder: `{shown}`"
            help_ = "write `[[name]]` in one paragraph, with a name of the table in docs/house-style.md"
            self.found.append(Diagnostic("base-placeholder", Severity.ERROR, message, None, help_, file=self.base))

    def _seen(self, name: str, run: etree._Element) -> None:
        """A finding for a mark whose text nobody would see; white is a choice on a picture, but not for the status."""
        fault = mark_fault(self._styles, run, white_counts=name == "status")
        if fault:
            message = f"`[[{name}]]` in the {self.where} of the base document would not be seen: it is {fault}"
            help_ = "give it a colour that can be read on its ground, 4 points or more, and take `Hidden` away"
            self.found.append(Diagnostic("base-hidden", Severity.ERROR, message, None, help_, file=self.base))

    def _known(self, name: str) -> bool:
        allowed = (*INLINE, *BLOCKS) if self._blocks else INLINE
        if name.casefold() in allowed:
            return True
        near = _IN_FRENCH.get(name.casefold()) or did_you_mean(name.casefold(), allowed)
        help_ = (
            f"did you mean `[[{near}]]`?" if near in allowed else "known: " + ", ".join(f"`[[{k}]]`" for k in allowed)
        )
        message = f"the {self.where} of the base document names `{name}`, which is nothing that can stand there"
        self.found.append(Diagnostic("base-placeholder", Severity.ERROR, message, None, help_, file=self.base))
        return False

    def _stands_alone(self, name: str, whole: str, mark: str, paragraph: etree._Element) -> bool:
        """Whether the paragraph is printed once for each text: blocks of a cover, and a status with nothing beside."""
        if next(paragraph.iter(etree.PI), None) is not None:
            # A text box in it has places of its own to fill.
            return False
        if self._blocks and name in BLOCKS:
            return True
        return name == "status" and whole.strip() == mark and not has_drawing(paragraph)

    def _repeat(self, paragraph: etree._Element, run: etree._Element, name: str) -> None:
        mark = etree.ProcessingInstruction("here")
        run.getparent().replace(run, mark)  # type: ignore[union-attr]
        first, after = xml_of(paragraph).split("<?here ?>")
        further, _ = xml_of(_further(paragraph)).split("<?here ?>")
        parent = paragraph.getparent()
        assert parent is not None
        siblings = parent.findall(f"{W}p")
        # A cell ends with a paragraph; a header or a text box holds at least one block.
        needed = siblings[-1] is paragraph if parent.tag == f"{W}tc" else len(parent) == 1
        parent.replace(paragraph, self._number(Repeated(name, first, further, after, needed)))


def _cut_out(paragraph: etree._Element, start: int, end: int) -> etree._Element:
    """Take out the characters from ``start`` to ``end``; the one run that is left in their place is empty."""
    _split_at(paragraph, end)
    _split_at(paragraph, start)
    runs: list[etree._Element] = []
    at = 0
    for text in _texts(paragraph):
        if start <= at < end:
            runs.append(text.getparent())  # type: ignore[arg-type]
        at += len(_text(text))
    first, *others = dict.fromkeys(runs)
    for run in others:
        drop(run)
    for text in first.findall(f"{W}t"):
        first.remove(text)
    return first


def _split_at(paragraph: etree._Element, place: int) -> None:
    """Make a run end before the character at ``place`` of the text of a paragraph."""
    at = 0
    for text in _texts(paragraph):
        size = len(_text(text))
        if at < place < at + size or (at == place and text.getprevious() is not None):
            _split_run(text, place - at)
            return
        at += size


def _split_run(text: etree._Element, place: int) -> None:
    run = text.getparent()
    assert run is not None
    if place == 0 and all(child.tag == f"{W}rPr" for child in text.itersiblings(preceding=True)):
        return
    rest = etree.Element(run.tag)
    properties = run.find(f"{W}rPr")
    if properties is not None:
        rest.append(copy.deepcopy(properties))
    following = list(text.itersiblings())
    words = _text(text)
    if place:
        tail = etree.SubElement(rest, f"{W}t")
        text.text, tail.text = words[:place], words[place:]
        for piece in (text, tail):
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    else:
        rest.append(text)
    rest.extend(following)
    run.addnext(rest)


def _further(paragraph: etree._Element) -> etree._Element:
    """The same paragraph when it comes again: without rules, space above and drawings, which belong to the first."""
    again = copy.deepcopy(paragraph)
    properties = again.find(f"{W}pPr")
    for name in ("pBdr", "pageBreakBefore"):
        for element in properties.findall(f"{W}{name}") if properties is not None else ():
            drop(element)
    spacing = properties.find(f"{W}spacing") if properties is not None else None
    for key in ("before", "beforeLines", "beforeAutospacing"):
        if spacing is not None:
            spacing.attrib.pop(f"{W}{key}", "")
    if spacing is not None and not spacing.attrib:
        drop(spacing)
    for drawing in list(again.iter(f"{W}drawing", f"{W}pict")):
        drop(drawing)
    return again


def linked(root: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    """Every attribute that names a relationship: its element, its name, the identifier."""
    for element in root.iter():
        if isinstance(element.tag, str):
            for name, value in element.attrib.items():
                if str(name).startswith(R):
                    yield element, str(name), str(value)
