"""The closed tree of a contract pack; writers and tests see nothing else of a contract.

``Document`` is what assembly makes: no number is known yet and a reference is only the name of its target.
``Numbered`` wraps a document together with every number and every resolved reference, and is the only type
that writers accept. All nodes are frozen; text is already typeset (quotes, apostrophes, non-breaking spaces).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# ---- inline nodes


@dataclass(frozen=True, slots=True)
class Text:
    """Text of the library, as approved."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the deal or a fact, printed: ``text`` is final, ``path`` says where it comes from.

    Writers print ``text`` as it is and never interpret it. ``from_deal`` says that the path leads to one field of the
    deal, from its top: the path of a fact, or of the variable of a loop, may give another value at each place.
    """

    text: str
    path: str
    kind: str
    from_deal: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A defined term, as it is written at this place."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A cross-reference to the anchor of a clause or to the id of a part of the pack."""

    target: str


@dataclass(frozen=True, slots=True)
class Strong:
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class LineBreak:
    pass


Inline = Text | Value | Term | Reference | Strong | Emphasis | LineBreak


class Lasting(tuple[Inline, ...]):
    """Inline nodes without a value or a reference, the same object in every contract that has them.

    What follows from them is found once, and kept.
    """

    __slots__ = ()


# ---- blocks


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered paragraph of a clause. ``anchor`` is unique in the pack: ``<slot>.p<n>``."""

    anchor: str
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class PlainParagraph:
    """A paragraph without a number: on a cover, in a notice, a lead-in after a table."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A lettered item; ``items`` are its own, numbered in roman."""

    anchor: str
    content: tuple[Inline, ...]
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemList:
    """Lettered items: (a), (b), … Each list starts again at (a)."""

    items: tuple[Item, ...]


Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Cell:
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row, repeated on each page. All rows have ``len(align)`` cells."""

    anchor: str
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: tuple[Align, ...]


@dataclass(frozen=True, slots=True)
class Subheading:
    """An unnumbered heading inside a clause, as in a service sheet."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A boxed text that must be seen: a jurisdiction clause, a risk, a worked example."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class SignatureParty:
    """One column of the signature block; each line is printed as ``label: value`` or with room to write.

    ``anchor`` is the text that e-signature providers search (``/sn1/``), printed invisibly.
    """

    title: tuple[Inline, ...]
    lines: tuple[tuple[Inline, ...], ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signature columns side by side; never split over two pages."""

    parties: tuple[SignatureParty, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A glossary entry of a term that the pack uses."""

    term: str
    name: str
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """The glossary, in alphabetical order of the language."""

    entries: tuple[Definition, ...]


Block = Paragraph | PlainParagraph | ItemList | Table | Subheading | Notice | Signatures | Definitions

# ---- structure


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the library, assembled.

    ``anchor`` is the slot it fills (with ``@key`` for repeated slots) and the target of references to it.
    ``title`` is printed as a run-in heading unless ``title_hidden`` (the section already says it).
    ``digest`` identifies the approved or unapproved text; ``span_file`` is where the text is kept.
    """

    id: str
    anchor: str
    title: tuple[Inline, ...]
    title_hidden: bool
    blocks: tuple[Block, ...]
    digest: str
    file: str


@dataclass(frozen=True, slots=True)
class Section:
    """An article of an agreement or a section of an annex; without a title it has neither a heading nor a number."""

    anchor: str
    title: tuple[Inline, ...]
    clauses: tuple[Clause, ...]


PartKind = Literal["summary", "order", "agreement", "annex", "letter"]


@dataclass(frozen=True, slots=True)
class Part:
    """One document of the pack (D01, D02, …). ``cover`` is empty where there is no cover page.

    A ``summary`` and a ``letter`` are no part of the contract and have no numbers. The ``cover`` of a summary opens its
    only page; that of a letter is all its text.
    ``name`` is how other documents refer to a part that is not an annex ("Contrat-cadre").
    ``contents`` asks for a table of contents.
    """

    id: str
    kind: PartKind
    title: str
    name: str
    cover: tuple[Block, ...]
    contents: bool
    sections: tuple[Section, ...]

    @property
    def unnumbered(self) -> bool:
        return self.kind in ("summary", "letter")


@dataclass(frozen=True, slots=True)
class Properties:
    """What goes into the properties of a file. ``created`` is an ISO instant, never the time of the build.

    ``status`` is printed as a watermark when it is not empty (draft, not approved by a lawyer). ``names`` are the
    provider's and the client's, which ``title`` and ``footer`` contain.
    """

    title: str
    author: str
    subject: str
    reference: str
    created: str
    status: str
    footer: str
    names: tuple[Value, ...] = ()


Layout = Literal["full", "run_on", "compact"]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole pack in one language (``fr`` or ``en``).

    ``layout``: ``full`` with a page of its own for each part, ``run_on`` with documents that follow each other,
    without a cover page, the annexes without tables of contents and headings of their own, ``compact`` without any
    table of contents.
    """

    language: str
    properties: Properties
    parts: tuple[Part, ...]
    layout: Layout = "full"

    @property
    def set_closely(self) -> bool:
        """Whether the print is small, and the definitions of a glossary follow each other in paragraphs."""
        return self.layout != "full"


# ---- numbered


@dataclass(frozen=True, slots=True)
class Label:
    """The number of an anchor.

    ``marker`` is what stands in front of it (``Article 7.``, ``7.2``, ``(a)``, ``Annexe B``);
    ``reference`` is how a text refers to it (``article 7.2``, ``article 7.2(a)``, ``Annexe B``);
    ``number`` is the bare number (``7.2``, ``7.2(a)``, ``B``); ``level`` counts from 0 (article or annex).
    """

    marker: str
    reference: str
    number: str
    level: int
    part: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A document in which every number is known and every reference resolves.

    ``labels`` has every anchor (parts, sections, clauses, paragraphs, items). A clause's label is that of its
    first numbered paragraph, or of its section where it has none.
    """

    document: Document
    labels: Mapping[str, Label]
