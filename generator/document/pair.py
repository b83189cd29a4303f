"""Two languages of one contract, face to face: the same parts, articles, numbers and figures, or no contract at all.

Both trees are assembled from one plan, so they differ only where a text of the library says another thing in each
language. ``pair`` reads both and refuses every such difference that it can see: a contract whose two versions state
different figures is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from generator.diagnostics import Diagnostic, Severity
from generator.document.compare import differences
from generator.document.nodes import (
    Block,
    Clause,
    Definition,
    Definitions,
    Document,
    Inline,
    Label,
    Notice,
    Numbered,
    Paragraph,
    PlainParagraph,
    Text,
)


@dataclass(frozen=True, slots=True)
class Facing:
    """One contract in two languages, ``left`` and ``right``, whose trees may be walked side by side.

    Part by part, section by section, clause by clause and block by block they hold the same kinds of nodes in the same
    order, with the same anchors and the same numbers; definitions stand in the order of the left language.
    ``prevailing`` is the language that prevails; ``notice`` says so in both, at the top of each file.
    """

    left: Numbered
    right: Numbered
    prevailing: str
    notice: tuple[Notice, Notice]

    @property
    def language(self) -> str:
        """``fr+en``: what stands in names of files."""
        return f"{self.left.document.language}+{self.right.document.language}"

    @property
    def document(self) -> Document:
        """The left document, which names the parts of the pack for both, with the properties of both."""
        one, other = self.left.document.properties, self.right.document.properties
        properties = replace(
            one,
            title=once(one.title, other.title),
            status=once(one.status, other.status),
            footer=once(one.footer, other.footer),
        )
        return replace(self.left.document, properties=properties)

    @property
    def labels(self) -> Mapping[str, Label]:
        """The labels of the left document; those of the right have the same numbers."""
        return self.left.labels


Contract = Numbered | Facing


def once(left: str, right: str) -> str:
    """Two texts on one line, ``left / right``; what is the same, or stands behind the same last dash, once."""
    if left == right:
        return left
    (one, dash, end), (other, _, same) = left.rpartition(" – "), right.rpartition(" – ")
    return f"{one} / {other}{dash}{end}" if dash and end == same else f"{left} / {right}"


def pair(left: Numbered, right: Numbered, prevailing: str, notice: str) -> tuple[Facing | None, tuple[Diagnostic, ...]]:
    """Face two trees of one plan. ``notice`` is the anchor of the clause that says which language prevails.

    Every difference in structure, numbers, references or figures is an error, ``languages-differ``; so is a contract
    without that clause, ``no-prevailing-language``.
    """
    right = replace(right, document=_in_order_of(right.document, left.document))
    found = list(differences(left, right))
    clauses = _clause(left, notice), _clause(right, notice)
    if clauses[0] is None or clauses[1] is None:
        message = "the contract is in two languages, and none of its clauses says which one prevails"
        help_ = f"a clause for the slot `{notice}` says it; or draw up the contract in one language"
        return None, (Diagnostic("no-prevailing-language", Severity.ERROR, message, None, help_), *found)
    if found:
        return None, tuple(found)
    return Facing(left, right, prevailing, (_notice(left, clauses[0]), _notice(right, clauses[1]))), ()


# Before the name of a document of the pack that is no annex.
_OF = {"fr": " du ", "en": " of the "}


def defined_terms(document: Document) -> frozenset[str]:
    """The terms that the glossary of a document defines."""
    return frozenset(
        entry.term
        for part in document.parts
        for section in part.sections
        for clause in section.clauses
        for block in clause.blocks
        if isinstance(block, Definitions)
        for entry in block.entries
    )


def _notice(numbered: Numbered, clause: Clause) -> Notice:
    """The paragraphs of a clause, without numbers, and at their end where in the contract they stand."""
    contents = [block.content for block in clause.blocks if isinstance(block, Paragraph | PlainParagraph)]
    label = numbered.labels[clause.anchor]
    part = next(part for part in numbered.document.parts if part.id == label.part)
    where = f" ({label.reference}{_OF[numbered.document.language]}{part.name})."
    contents[-1:] = [_ended(contents[-1], where)] if contents else []
    return Notice(tuple(map(PlainParagraph, contents)))


def _ended(content: tuple[Inline, ...], end: str) -> tuple[Inline, ...]:
    """A sentence with ``end`` in the place of its full stop."""
    last = content[-1] if content else None
    if isinstance(last, Text) and last.text.endswith("."):
        content = (*content[:-1], Text(last.text[:-1]))
    return (*content, Text(end))


def _clause(numbered: Numbered, anchor: str) -> Clause | None:
    clauses = (clause for part in numbered.document.parts for section in part.sections for clause in section.clauses)
    return next((clause for clause in clauses if clause.anchor == anchor), None)


# ---- definitions, which each language sorts by its own alphabet


def _in_order_of(document: Document, model: Document) -> Document:
    """The document with its definitions in the order of another; those that only it has come last."""
    order = {
        entry.term: place
        for part in model.parts
        for section in part.sections
        for clause in section.clauses
        for block in clause.blocks
        if isinstance(block, Definitions)
        for place, entry in enumerate(block.entries)
    }

    def place(entry: Definition) -> int:
        return order.get(entry.term, len(order))

    def ordered(block: Block) -> Block:
        return Definitions(tuple(sorted(block.entries, key=place))) if isinstance(block, Definitions) else block

    def clause_of(clause: Clause) -> Clause:
        if not any(isinstance(block, Definitions) for block in clause.blocks):
            return clause
        return replace(clause, blocks=tuple(map(ordered, clause.blocks)))

    parts = tuple(
        replace(
            part,
            sections=tuple(
                replace(section, clauses=tuple(map(clause_of, section.clauses))) for section in part.sections
            ),
        )
        for part in document.parts
    )
    return replace(document, parts=parts)
