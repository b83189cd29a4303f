"""What one Word file holds of the pack, and how its references are printed: inside the file or out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.document.nodes import Block, Clause, Label, Notice, Numbered, Paragraph, Part, Section
from generator.ooxml.house.model import House
from generator.ooxml.names import reference_bookmark
from generator.ooxml.text import run
from generator.writers.docx import fields
from generator.writers.docx.bindings import Bindings
from generator.writers.docx.phrases import PHRASES, Phrases
from generator.writers.docx.survey import survey

NO_BREAK_SPACE: Final = "\u00a0"
# A lettered item whose number starts with that of a paragraph: "7.2(a)", and not "7(a)".
_UNDER_A_PARAGRAPH: Final = {"annex": re.compile(r"[^.(]+\.[^.(]+\.[^.(]+\("), "other": re.compile(r"[^.(]+\.[^.(]+\(")}


class UnknownPart(LookupError):
    """A part was asked for that the pack does not have."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The parts of one file, in pack order, with everything that printing a reference needs.

    ``clause_targets`` gives, for a clause that is referred to, the anchor that carries its number; ``bookmarked``
    holds every anchor that a reference leads to; ``bindings`` are the values that are printed as controls.
    """

    numbered: Numbered
    parts: tuple[Part, ...]
    kinds: Mapping[str, str]
    clause_targets: Mapping[str, str]
    bookmarked: frozenset[str]
    bindings: Bindings
    phrases: Phrases
    house: House
    _printed: dict[tuple[str, str], str] = field(default_factory=dict)

    def label(self, anchor: str) -> Label:
        """The label of an anchor; numbering has given one to each."""
        return self.numbered.labels[anchor]

    def reference(self, target: str, properties: str = "") -> str:
        """The runs of a cross-reference: a field where the target is in this file, plain text elsewhere."""
        key = (target, properties)
        printed = self._printed.get(key)
        if printed is None:
            printed = self._printed[key] = self._reference(target, properties)
        return printed

    def _reference(self, target: str, properties: str) -> str:
        label = self.label(target)
        text = _unbroken(label.reference, label.number)
        kind = self.kinds.get(target if target in self.kinds else label.part)
        if kind is None:
            return run(text, properties)
        # What has no number of its own is named after its annex: Word must count there and not at what comes first.
        own = self.numbered.labels.get(label.part) != label
        bookmark = reference_bookmark(self.clause_targets.get(target, target) if own else label.part)
        whole = counted_by_word(label, kind)
        for number, print_field in ((whole, fields.number_of), (label.number, fields.bare_number_of)):
            start = _place_of(number, text)
            if start >= 0:
                before, after = text[:start], text[start + len(number) :]
                return (
                    (run(before, properties) if before else "")
                    + print_field(bookmark, number, properties)
                    + (run(after, properties) if after else "")
                )
        return fields.link(bookmark, run(text, properties))


def _place_of(number: str, text: str) -> int:
    """Where a number stands in a text on its own, not as a part of a longer one; -1 where it does not."""
    start = text.find(number) if number else -1
    while start >= 0:
        end = start + len(number)
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            return start
        start = text.find(number, start + 1)
    return -1


def _unbroken(text: str, number: str) -> str:
    """A text in which no line break can part a number from its word: "article 7.2", "Annexe B"."""
    before, found, after = text.rpartition(f" {number}")
    return f"{before}{NO_BREAK_SPACE}{number}{after}" if number and found else text


def counted_by_word(label: Label, kind: str) -> str:
    r"""What ``REF … \w`` gives for this label in Word and LibreOffice, or nothing where they differ.

    Both drop final periods and keep the word of the level ("Article 7." gives "Article 7"); a lettered item gets
    the number of its paragraph in front, which is only our number where there is such a paragraph.
    """
    if not label.number:
        return ""
    if label.level == 0:
        return _unbroken(label.marker, label.number).rstrip(".")
    letters = 3 if kind == "annex" else 2
    if label.level < letters:
        return label.number
    pattern = _UNDER_A_PARAGRAPH["annex" if kind == "annex" else "other"]
    return label.number if pattern.match(label.number) else ""


def scope_of(numbered: Numbered, parts: Sequence[str] | None, house: House) -> Scope:
    """Choose the parts of a file. Raises ``UnknownPart`` for an id that the pack does not have."""
    document = numbered.document
    if parts is None:
        chosen = document.parts
    else:
        unknown = set(parts) - {part.id for part in document.parts}
        if unknown:
            raise UnknownPart(f"the pack has no part named {', '.join(sorted(unknown))}")
        chosen = tuple(part for part in document.parts if part.id in set(parts))
    found = survey(chosen)
    referred = found.targets
    clause_targets = {
        clause.anchor: target_of(clause, section, numbered)
        for part in chosen
        for section in part.sections
        for clause in section.clauses
        if clause.anchor in referred
    }
    return Scope(
        numbered=numbered,
        parts=chosen,
        kinds={part.id: part.kind for part in chosen},
        clause_targets=clause_targets,
        bookmarked=frozenset(clause_targets.get(target, target) for target in referred),
        bindings=Bindings(found.values, document.properties.names),
        phrases=PHRASES[document.language],
        house=house,
    )


def numbered_paragraphs(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    """The numbered paragraphs of these blocks, those inside a notice too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Notice):
            yield from numbered_paragraphs(block.blocks)


def target_of(clause: Clause, section: Section, numbered: Numbered) -> str:
    """The anchor whose paragraph carries the number of a clause.

    That is the clause itself where its title stands alone on a numbered line.
    """
    label = numbered.labels[clause.anchor]
    first = next(numbered_paragraphs(clause.blocks), None)
    if first is not None and numbered.labels[first.anchor] == label:
        return first.anchor
    if label == numbered.labels[section.anchor]:
        return section.anchor
    return clause.anchor
