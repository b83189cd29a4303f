"""From the plan to the tree: each placed clause filled with the values of this deal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from generator.cache import Same
from generator.conditions import AbsentField, Scope
from generator.diagnostics import Diagnostic, Note, Severity, Span
from generator.document.fixed import fixed_content, is_empty, trimmed
from generator.document.gather import gathered
from generator.document.nodes import (
    Block,
    Cell,
    Clause,
    Definition,
    Definitions,
    Document,
    Emphasis,
    Inline,
    Item,
    ItemList,
    Layout,
    LineBreak,
    Notice,
    Paragraph,
    Part,
    PlainParagraph,
    Reference,
    Section,
    SignatureParty,
    Signatures,
    Strong,
    Subheading,
    Table,
    Term,
    Text,
    Value,
)
from generator.document.properties import properties_of
from generator.document.status import Printed
from generator.document.walk import text_of
from generator.elision import elided
from generator.facts import Facts
from generator.library.fill import expand, inserted
from generator.library.model import Library, LibraryClause
from generator.library.templates import (
    BlockTemplate,
    Emphatically,
    FixedTerm,
    FixedText,
    GlossaryTemplate,
    InlineTemplate,
    Insert,
    ItemTemplate,
    ListTemplate,
    NewLine,
    NoticeTemplate,
    ParagraphTemplate,
    Refer,
    RowTemplate,
    SignaturesTemplate,
    Strongly,
    SubheadingTemplate,
    TableTemplate,
)
from generator.plan import Placement, Plan, PlannedPart, PlannedSection
from generator.typography import NBSP, typeset

# What stands where a list or a table has no entry: lawyers write it out rather than leave a blank.
_NOTHING = {"fr": "Néant", "en": "None"}
# Values whose words come from the library and may be defined terms; a name of the deal is none.
_WORDS_OF_THE_LIBRARY = {"localised", "enum", "list"}


def assemble(
    library: Library, facts: Facts, plan: Plan, language: str, terms: Collection[str] = ()
) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The document of a plan in one language. The glossary defines ``terms`` too, those that another language uses."""
    assembly = _Assembly(library, facts, plan, language)
    assembly.terms.update(terms)
    document = assembly.document()
    return (None if assembly.found else document), tuple(assembly.found)


class _Assembly:
    def __init__(self, library: Library, facts: Facts, plan: Plan, language: str) -> None:
        self.library = library
        self.facts = facts
        self.plan = plan
        self.language = language
        self.scope: Scope = {**facts.scope, "pack": plan.pack}
        # The groups of the deal; no loop may take the name of one.
        self.groups = frozenset(facts.deal.values)
        self.found: list[Diagnostic] = []
        self.terms: set[str] = set()
        self.printed = Printed({origin.source.file for origin in facts.deal.origins.values() if origin.source})
        self.part_of = {
            placement.anchor: part
            for part in plan.parts
            for section in part.sections
            for placement in section.placements
        }
        self.section_part = {
            f"{part.outline.id}.{section.id}": part for part in plan.parts for section in part.sections
        }
        self.current: PlannedPart | None = None
        self.layout: Layout = facts.deal.values["meta"].get("layout", "full")

    def document(self) -> Document:
        made = [self.part(part) for part in self.plan.parts]
        # The glossary comes last: it defines the terms that everything else uses, in its own document too.
        parts = tuple(self.defined(part, one) for part, one in zip(self.plan.parts, made, strict=True))
        return Document(
            self.language,
            properties_of(self.library, self.facts, self.plan, self.language, self.printed),
            parts,
            self.layout,
        )

    # ---- structure

    def part(self, planned: PlannedPart) -> Part:
        outline = planned.outline
        self.current = planned
        cover: tuple[Block, ...] = ()
        if planned.cover is not None:
            cover = _unnumbered(self.clause(planned.cover, "").blocks)
        sections = tuple(self.section(section, outline.id) for section in planned.sections)
        return Part(
            planned.id,
            outline.kind,
            planned.named(outline.title[self.language]),
            planned.named(outline.name[self.language]),
            cover,
            outline.contents and (self.layout == "full" or (self.layout == "run_on" and outline.kind != "annex")),
            sections,
        )

    def section(self, planned: PlannedSection, part: str) -> Section:
        title: tuple[Inline, ...]
        if self.layout != "full" and self.current is not None and self.current.outline.kind == "annex":
            title = ()  # the titles of the clauses say enough, and their numbers are shorter
        elif planned.title is not None:
            title = (Text(typeset(planned.title[self.language], self.language)),)
            self.printed.words.add(planned.title[self.language])
        else:
            title = self.guarded(planned.section.title[self.language], self.scope, planned.section.span)
        heading = _folded(title)
        clauses = tuple(self.clause(placement, heading) for placement in planned.placements)
        return Section(f"{part}.{planned.id}", title, clauses)

    def clause(self, placement: Placement, heading: str) -> Clause:
        clause = placement.clause
        text = clause.texts[self.language]
        scope = {**self.scope, **placement.bound} if placement.bound else self.scope
        builder = _Blocks(self, clause, placement.anchor, scope)
        try:
            title = builder.inline(text.title, scope)
            blocks = builder.blocks(text.blocks)
        except AbsentField as absent:
            self.found.append(_absent(clause, self.language, absent))
            title, blocks = (), ()
        if self.current is not None and self.current.outline.kind == "summary":
            blocks = _unnumbered(blocks)
        elif self.layout != "full":
            blocks = gathered(blocks, clause.texts.values())
        hidden = _folded(title) == heading
        return Clause(clause.id, placement.anchor, title, hidden, blocks, text.digest, clause.file)

    def guarded(self, content: tuple[InlineTemplate, ...], scope: Scope, span: Span) -> tuple[Inline, ...]:
        try:
            return self.inline(content, scope)
        except AbsentField as absent:
            message = f"a text reads `{absent.read.dotted}`, which this deal does not have"
            self.found.append(Diagnostic("absent-field", Severity.ERROR, message, span))
            return ()

    # ---- inline

    def inline(self, content: tuple[InlineTemplate, ...], scope: Scope) -> tuple[Inline, ...]:
        fixed = fixed_content(Same(content))
        if fixed is not None:
            self.terms |= fixed.terms
            return fixed.nodes
        nodes: list[Inline] = []
        for template, inner in expand(content, scope):
            match template:
                case FixedText(text):
                    nodes.append(Text(text))
                case FixedTerm(term, text):
                    self.terms.add(term)
                    nodes.append(Term(term, text))
                case Insert():
                    from_deal = template.path.partition(".")[0] in self.groups
                    text = inserted(template, inner, self.language)
                    self.elide(nodes, text)
                    self.printed.paths.add(template.path)
                    if template.type.kind in _WORDS_OF_THE_LIBRARY or not from_deal:
                        self.printed.words.add(text)
                    if template.type.kind in _WORDS_OF_THE_LIBRARY:
                        self.terms |= self.library.terms_in(text, self.language)
                    nodes.append(Value(text, template.path, template.type.kind, from_deal))
                case Refer(target, _):
                    nodes.append(Reference(target))
                    where = self.whereabouts(target)
                    if where:
                        nodes.append(Text(where))
                case Strongly(nested) | Emphatically(nested):
                    within = self.inline(nested, inner)
                    if within and isinstance(within[0], Value):
                        self.elide(nodes, within[0].text)
                    nodes.append(Strong(within) if isinstance(template, Strongly) else Emphasis(within))
                case NewLine():
                    nodes.append(LineBreak())
        return trimmed(nodes)

    def elide(self, nodes: list[Inline], text: str) -> None:
        """Shorten the last word before a value: "le contrat d’Orange"."""
        if nodes and isinstance(nodes[-1], Text):
            nodes[-1] = Text(elided(nodes[-1].text, text, self.language))

    def whereabouts(self, target: str) -> str:
        """`` du Contrat-cadre`` after a reference into another document whose articles are numbered from 1."""
        part = self.part_of.get(target) or self.section_part.get(target)
        if part is None or part is self.current or part.letter:
            return ""
        genitive = {"fr": " du ", "en": " of the "}[self.language]
        return genitive + part.outline.name[self.language]

    # ---- glossary

    def defined(self, planned: PlannedPart, part: Part) -> Part:
        """The document with its glossary filled, where it has one."""
        if not _has_glossary(planned, self.language):
            return part
        self.current = planned
        definitions = self.definitions()

        def filled(clause: Clause) -> Clause:
            blocks = (definitions if isinstance(block, Definitions) else block for block in clause.blocks)
            return replace(clause, blocks=tuple(blocks))

        sections = (replace(section, clauses=tuple(map(filled, section.clauses))) for section in part.sections)
        return replace(part, sections=tuple(sections))

    def definitions(self) -> Definitions:
        """The terms in use and those that their definitions use, in alphabetical order."""
        entries: dict[str, Definition] = {}
        waiting = sorted(self.terms)
        while waiting:
            name = waiting.pop()
            term = self.library.glossary.get(name)
            if term is None or name in entries:
                continue
            before = set(self.terms)
            content = self.guarded(term.definitions[self.language], self.scope, term.span)
            self.printed.definitions.add(name)
            entries[name] = Definition(name, typeset(term.names[self.language], self.language), content)
            waiting += sorted(self.terms - before)
        return Definitions(tuple(sorted(entries.values(), key=lambda entry: _collation(entry.name))))


class _Blocks:
    """The blocks of one clause, with anchors counted over the clause."""

    def __init__(self, assembly: _Assembly, clause: LibraryClause, anchor: str, scope: Scope) -> None:
        self.assembly = assembly
        self.source = clause
        self.anchor = anchor
        self.scope = scope
        self.count = 0

    def next_anchor(self, kind: str) -> str:
        self.count += 1
        return f"{self.anchor}.{kind}{self.count}"

    def inline(self, content: tuple[InlineTemplate, ...], scope: Scope) -> tuple[Inline, ...]:
        return self.assembly.inline(content, scope)

    def blocks(self, templates: tuple[BlockTemplate, ...]) -> tuple[Block, ...]:
        return tuple(self.block(template) for template in templates)

    def block(self, template: BlockTemplate) -> Block:
        match template:
            case ParagraphTemplate(content, plain):
                inline = self.inline(content, self.scope)
                if is_empty(inline):
                    self.report(
                        "empty-text", "a paragraph is empty for this deal", "make the paragraph a clause of its own"
                    )
                return PlainParagraph(inline) if plain else Paragraph(self.next_anchor("p"), inline)
            case ListTemplate(items):
                anchor = self.next_anchor("l")
                return ItemList(self.items(items, anchor, self.scope))
            case TableTemplate():
                return self.table(template)
            case SubheadingTemplate(content):
                return Subheading(self.inline(content, self.scope))
            case NoticeTemplate(blocks):
                return Notice(self.blocks(blocks))
            case SignaturesTemplate(parties):
                return Signatures(
                    tuple(
                        SignatureParty(
                            self.inline(party.title, self.scope),
                            tuple(self.inline(line, self.scope) for line in party.lines),
                            f"/sn-{party.party}/",
                        )
                        for party in parties
                    )
                )
            case GlossaryTemplate():
                return Definitions(())

    def items(self, templates: Iterable[Any], anchor: str, scope: Scope) -> tuple[Item, ...]:
        items: list[Item] = []
        for template, inner in expand(templates, scope):
            assert isinstance(template, ItemTemplate)
            own = f"{anchor}.{len(items) + 1}"
            below = self.items(template.items, own, inner) if template.items else ()
            content = self.inline(template.content, inner)
            if is_empty(content):
                self.report("empty-text", "an item is empty for this deal", "put the condition around the whole item")
            items.append(Item(own, content, below))
        if not items:
            items.append(Item(f"{anchor}.1", (Text(_NOTHING[self.assembly.language].lower()),)))
        return tuple(items)

    def table(self, template: TableTemplate) -> Table:
        header = tuple(Cell(self.inline(cell, self.scope)) for cell in template.header.cells)
        rows: list[tuple[Cell, ...]] = []
        for row, inner in expand(template.rows, self.scope):
            assert isinstance(row, RowTemplate)
            rows.append(tuple(Cell(self.inline(cell, inner)) for cell in row.cells))
        if not rows:
            rows.append((Cell((Text(_NOTHING[self.assembly.language]),)), *(Cell((Text("–"),)) for _ in header[1:])))
        return Table(self.next_anchor("t"), header, tuple(rows), template.align)

    def report(self, code: str, message: str, help_: str) -> None:
        self.assembly.found.append(
            Diagnostic(
                code,
                Severity.ERROR,
                f"clause `{self.source.id}`: {message}",
                self.source.texts[self.assembly.language].span,
                help_,
            )
        )


def _unnumbered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(PlainParagraph(block.content) if isinstance(block, Paragraph) else block for block in blocks)


def _has_glossary(part: PlannedPart, language: str) -> bool:
    return any(
        isinstance(block, GlossaryTemplate)
        for section in part.sections
        for placement in section.placements
        for block in placement.clause.texts[language].blocks
    )


def _absent(clause: LibraryClause, language: str, absent: AbsentField) -> Diagnostic:
    text = clause.texts[language]
    dotted = absent.read.dotted
    message = f"the text of `{clause.id}` reads `{dotted}`, which this deal does not have"
    place = text.source.find(dotted)
    span = text.span
    if place >= 0:
        line = text.source.count("\n", 0, place)
        column = place - (text.source.rfind("\n", 0, place) + 1) + 1
        shown = text.source.split("\n")[line]
        span = Span(text.span.file, text.span.line + line, column, column + len(dotted), shown)
    return Diagnostic(
        "absent-field",
        Severity.ERROR,
        message,
        span,
        "give the field in the deal, or guard the text with `is defined` or `| default(…)`",
        (Note("the clause is here", clause.span),),
    )


def _collation(name: str) -> str:
    """Letters without accents, so that É sorts with E."""
    import unicodedata

    return unicodedata.normalize("NFD", name.casefold()).encode("ascii", "ignore").decode()


def _folded(title: tuple[Inline, ...]) -> str:
    """A title without what typography makes of it: a value is not typeset, and may say the same as a text."""
    return text_of(title).casefold().replace("’", "'").replace(NBSP, " ")
