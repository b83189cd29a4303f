"""The values that make up a clause library: frozen, compiled, each with its place in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from generator.cache import Same
from generator.conditions import Scope
from generator.conditions.table import Held
from generator.diagnostics import Span
from generator.library.approved import Approval, State, Wording, state_of
from generator.library.citations import said
from generator.library.layers import Condition as Condition
from generator.library.layers import LibraryLayer as LibraryLayer
from generator.library.marks import Terms
from generator.library.templates import ClauseText, InlineTemplate
from generator.library.topics import Playbook
from generator.schema import DealSchema
from generator.schema_types import Type
from generator.source import Source

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Law:
    """A legal fact: what a citation stands on. ``status`` is text, secondary, partial or memory; none is validated.

    ``checked`` is the day on which the source was read (ISO 8601), empty where nothing was read or no day is recorded.
    """

    id: str
    article: str
    says: Mapping[str, str]
    status: str
    effective: str
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which the law or usage closes: ``fixed`` (month-day) or days from Easter; no zones means everywhere."""

    id: str
    names: Mapping[str, str]
    fixed: str
    easter: int
    zones: frozenset[str]

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Citation:
    """What a clause or rule rests on; ``fact`` names a ``Law`` or is empty."""

    cite: str
    fact: str
    checked: str


@dataclass(frozen=True, slots=True)
class Period:
    """Half open, on the signature date: ``start`` included, ``end`` not; empty where unbounded."""

    start: str = ""
    end: str = ""

    def holds(self, date: str) -> bool:
        return (not self.start or date >= self.start) and (not self.end or date < self.end)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A row of the table of response and execution times: an event and where its times stand in the deal."""

    event: Mapping[str, str]
    target: Mapping[str, str] | None
    response: Condition | None
    execution: Condition | None
    nature: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the catalogue, kept in the front matter of its sheet.

    It cannot be sold without tools of the categories ``needs_tools``; of ``uses_tools`` it uses what the provider has.
    ``prerequisites`` are those that the client need not meet itself once this service is bought or declined.
    """

    code: str
    rank: int
    unit: str
    nature: str
    needs_tools: tuple[str, ...]
    uses_tools: tuple[str, ...]
    human: bool
    security: bool
    backup: bool
    levels: tuple[ServiceLevel, ...]
    processing: Mapping[str, Any] | None
    declined_risk: Mapping[str, str] | None
    span: Span
    prerequisites: tuple[str, ...] = ()


@dataclass(frozen=True)
class LibraryClause:
    """One clause: when it is in, what it stands on, its text per language."""

    id: str
    layer: LibraryLayer
    slot: str
    when: Condition | None
    exception_to: str
    effective: Period
    requires: tuple[str, ...]
    excludes: tuple[str, ...]
    locked: bool
    replaces_text: str
    sources: tuple[Citation, ...]
    approved: Mapping[str, Approval]
    texts: Mapping[str, ClauseText]
    service: Service | None
    binds: str
    file: str
    span: Span
    front: Source

    def approval_state(self, language: str) -> State:
        """Whether a lawyer approved the text that would be printed."""
        return state_of(self.approved.get(language), self.texts[language].digest)


Policy = Literal["exactly_one", "at_most_one", "any"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of an outline. ``applies`` says when it must be filled; ``each`` repeats it over a list fact."""

    id: str
    policy: Policy
    applies: Condition | None
    span: Span


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """An article or section. With ``each == "service"`` it stands for one section per subscribed service."""

    id: str
    title: Mapping[str, tuple[InlineTemplate, ...]]
    when: Condition | None
    slots: tuple[Slot, ...]
    each: str
    span: Span


@dataclass(frozen=True, slots=True)
class Outline:
    """One document of the pack: its sections and slots in order, and its place in the order of precedence.

    With ``each`` it stands for one document per entry, whose text is its ``cover``. With ``inherits_terms`` its defined
    terms are those of a signed contract.
    """

    id: str
    kind: Literal["summary", "order", "agreement", "annex", "letter"]
    title: Mapping[str, str]
    name: Mapping[str, str]
    precedence: int
    position: int
    contents: bool
    cover: str
    when: Condition | None
    sections: tuple[OutlineSection, ...]
    file: str
    span: Span
    each: str = ""
    inherits_terms: bool = False

    @property
    def contractual(self) -> bool:
        """Whether it is one of the documents of the contract: a summary and a letter are in the pack only."""
        return self.kind not in ("summary", "letter")


@dataclass(frozen=True, slots=True)
class FactCase:
    when: Condition
    value: Any


@dataclass(frozen=True, slots=True)
class FactRule:
    """A derived value: closed cases with a default, or a named formula over the deal."""

    id: str
    type: Type
    cases: tuple[FactCase, ...]
    default: Any
    formula: str
    reads: tuple[str, ...]
    describes: Mapping[str, str]
    span: Span


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value fixed by law, dated: each value holds from its date until the next one."""

    id: str
    type: Type
    values: tuple[tuple[str, Decimal], ...]
    fact: str
    checked: str
    span: Span


@dataclass(frozen=True, slots=True)
class Fix:
    """A proposed edit of the deal: dotted path → new value. Shown only after it was tried."""

    settings: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A constraint on the deal. ``each`` binds a name to every entry of a list; ``at`` is the path to point at."""

    id: str
    severity: Literal["error", "warning", "info"]
    each: tuple[str, Condition] | None
    when: Condition | None
    asserted: Condition
    at: str
    fact: str
    message: Mapping[str, tuple[InlineTemplate, ...]]
    help: Mapping[str, tuple[InlineTemplate, ...]]
    fix: Fix | None
    effective: Period
    layer: LibraryLayer
    span: Span


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """A deviation that somebody must approve; it never blocks a draft.

    ``away`` holds where somebody must approve this matter at all, if not by this rule then by another of the playbook.
    """

    id: str
    role: str
    when: Condition
    reason: Mapping[str, tuple[InlineTemplate, ...]]
    at: str
    layer: LibraryLayer
    span: Span
    away: Condition | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """What the law asks to be in a contract, written from the law and not from the clauses."""

    id: str
    when: Condition | None
    include: tuple[str, ...]
    fact: str
    layer: LibraryLayer
    span: Span


@dataclass(frozen=True, slots=True)
class Prohibition:
    """Clauses or slots that must not be in a contract."""

    id: str
    when: Condition | None
    clauses: tuple[str, ...]
    fact: str
    layer: LibraryLayer
    span: Span


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """What a reader looks for in a pack: clauses, how precise they are, and what else must agree with them.

    ``places`` are slots or clauses, each with its alternatives; ``precise`` holds where the deal leaves nothing of it
    open; ``rules`` find nothing where the rest of the contract agrees.
    """

    id: str
    group: Mapping[str, str]
    name: Mapping[str, str]
    weight: int
    places: tuple[tuple[str, ...], ...]
    precise: Condition | None
    rules: tuple[str, ...]
    span: Span

    def compares(self, rule: str) -> bool:
        """Whether a rule is one of the item's, or a part of one: ``R109-quota`` is a part of ``R109``."""
        return any(rule == name or rule.startswith(f"{name}-") for name in self.rules)


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A defined term: its name, forms and definition per language."""

    id: str
    names: Mapping[str, str]
    forms: Mapping[str, tuple[str, ...]]
    definitions: Mapping[str, tuple[InlineTemplate, ...]]
    span: Span


def _nothing_held(_: Scope) -> Held:
    return {}


# The words of the library come again in every contract.
@lru_cache(maxsize=1 << 13)
def _terms_in(split: Same[Terms], text: str) -> frozenset[str]:
    return frozenset(term for term, _ in split.value(text) if term)


@dataclass(frozen=True)
class Library:
    """The whole clause library, read, type-checked and compiled once.

    ``held`` says which conditions of clauses, slots and outlines hold in a scope; those that it leaves out are run.
    ``digest`` is that of all its files, ``frame`` that of all but the clauses, whose digests are in ``contents``.
    """

    schema: DealSchema
    names: Mapping[str, Type]
    layers: tuple[LibraryLayer, ...]
    clauses: Mapping[str, LibraryClause]
    outlines: tuple[Outline, ...]
    facts: tuple[FactRule, ...]
    parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    approvals: tuple[ApprovalRule, ...]
    obligations: tuple[Obligation, ...]
    prohibitions: tuple[Prohibition, ...]
    checklist: tuple[ChecklistItem, ...]
    glossary: Mapping[str, GlossaryTerm]
    services: Mapping[str, Service]
    profiles: Mapping[str, Source]
    law: Mapping[str, Law]
    holidays: tuple[Holiday, ...]
    digest: str
    frame: str = ""
    contents: str = ""
    proven: bool = False
    terms: Mapping[str, Terms] = field(default_factory=dict)
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    playbook: Playbook = field(default_factory=Playbook)
    by_slot: Mapping[str, tuple[LibraryClause, ...]] = field(default_factory=dict)
    exceptions: Mapping[str, tuple[LibraryClause, ...]] = field(default_factory=dict)
    held: Callable[[Scope], Held] = field(default=_nothing_held)

    def terms_in(self, text: str, language: str) -> frozenset[str]:
        """The defined terms (their ids) that a printed text uses."""
        split = self.terms.get(language)
        return _terms_in(Same(split), text) if split is not None else frozenset()

    def citation(self, fact: str, language: str) -> str:
        """A legal fact as a finding cites it, with its status: nothing is presented as validated."""
        law = self.law.get(fact)
        if law is None:
            return fact
        return f"{law.article} ({fact}, {said(law.status, law.checked, language)})"
