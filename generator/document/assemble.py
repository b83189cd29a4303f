"""From the plan to the tree: each placed clause filled with the values of this deal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from generator.cache import Same
from generator.conditions import AbsentField, Scope
from generator.diagnostics import Diagnostic, Severity, Span
from generator.document.filling import Filler
from generator.document.findings import absent_field, too_long, unprintable_in, unprintable_value
from generator.document.fixed import is_empty
from generator.document.gather import gathered
from generator.document.nodes import (
    Block,
    Cell,
    Clause,
    Definition,
    Definitions,
    Document,
    Inline,
    Item,
    ItemList,
    Layout,
    Notice,
    Paragraph,
    Part,
    PlainParagraph,
    Section,
    SignatureParty,
    Signatures,
    Subheading,
    Table,
    Text,
)
from generator.document.properties import properties_of
from generator.document.remembered import KEPT, Filled, Values, is_worth_keeping, use_of
from generator.document.status import Printed
from generator.document.walk import text_of
from generator.facts import Facts
from generator.library.fill import Budget, TooMuch, Unprintable, expand
from generator.library.model import Library, LibraryClause
from generator.library.templates import (
    BlockTemplate,
    GlossaryTemplate,
    InlineTemplate,
    ItemTemplate,
    ListTemplate,
    NoticeTemplate,
    ParagraphTemplate,
    RowTemplate,
    SignaturesTemplate,
    SubheadingTemplate,
    TableTemplate,
)
from generator.plan import Placement, Plan, PlannedPart, PlannedSection
from generator.typography import NBSP, typeset

# What stands where a list or a table has no entry: lawyers write it out rather than leave a blank.
_NOTHING = {"fr": "Néant", "en": "None"}


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
        self.found: list[Diagnostic] = []
        self.terms: set[str] = set()
        self.printed = Printed({origin.source.file for origin in facts.deal.origins.values() if origin.source})
        # No loop may take the name of a group of the deal.
        groups = frozenset(facts.deal.values)
        self.filler = Filler(library, language, groups, self.printed, self.terms, self.whereabouts)
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
        self.values = Values(self.scope) if is_worth_keeping() else None
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
        if self.layout != "full" and self.kind == "annex":
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
        """A clause, filled; one that was filled before with the same values as it was."""
        if self.values is None:
            return self.fill(placement, heading)
        clause, text = placement.clause, placement.clause.texts[self.language]
        use = use_of(text)
        key = (
            Same(clause),
            text,
            Same(self.library.terms),
            placement.anchor,
            heading,
            self.kind,
            self.layout,
            self.filler.groups,
            tuple(map(self.whereabouts, use.targets)),
            self.values.of(use.paths, placement.bound),
        )
        kept = KEPT.recall(key)
        if kept is None:
            filler, found = self.filler, len(self.found)
            printed, terms = filler.printed, filler.terms
            filler.printed, filler.terms = Printed(frozenset()), set()
            filled = self.fill(placement, heading)
            own = filler.printed
            kept = Filled(filled, frozenset(own.paths), frozenset(own.words), frozenset(filler.terms))
            filler.printed, filler.terms = printed, terms
            if len(self.found) == found:
                KEPT.keep(key, kept)
        self.printed.paths.update(kept.paths)
        self.printed.words.update(kept.words)
        self.terms.update(kept.terms)
        return kept.clause

    @property
    def kind(self) -> str:
        """What the part at hand is."""
        return self.current.outline.kind if self.current is not None else ""

    def fill(self, placement: Placement, heading: str) -> Clause:
        clause = placement.clause
        text = clause.texts[self.language]
        scope = {**self.scope, **placement.bound} if placement.bound else self.scope
        builder = _Blocks(self, clause, placement.anchor, scope)
        self.filler.budget = Budget()
        try:
            title = builder.inline(text.title, scope)
            blocks = builder.blocks(text.blocks)
        except AbsentField as absent:
            self.found.append(absent_field(clause, self.language, absent))
            title, blocks = (), ()
        except Unprintable as error:
            self.found.append(unprintable_in(clause, self.language, error))
            title, blocks = (), ()
        except TooMuch:
            self.found.append(too_long(f"the text of `{clause.id}`", text.span))
            title, blocks = (), ()
        if self.kind == "summary":
            blocks = _unnumbered(blocks)
        elif self.layout != "full":
            blocks = gathered(blocks, clause.texts.values())
        hidden = _folded(title) == heading
        return Clause(clause.id, placement.anchor, title, hidden, blocks, text.digest, clause.file)

    def guarded(self, content: tuple[InlineTemplate, ...], scope: Scope, span: Span) -> tuple[Inline, ...]:
        # A definition stands within a clause, which goes on with its own.
        before, self.filler.budget = self.filler.budget, Budget()
        try:
            return self.inline(content, scope)
        except TooMuch:
            self.found.append(too_long("this text", span))
            return ()
        except Unprintable as error:
            self.found.append(unprintable_value("this text", span, error))
            return ()
        except AbsentField as absent:
            message = f"a text reads `{absent.read.dotted}`, which this deal does not have"
            self.found.append(Diagnostic("absent-field", Severity.ERROR, message, span))
            return ()
        finally:
            self.filler.budget = before

    # ---- inline

    def inline(self, content: tuple[InlineTemplate, ...], scope: Scope) -> tuple[Inline, ...]:
        return self.filler.inline(content, scope)

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
        for template, inner in expand(templates, scope, self.assembly.filler.budget):
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
        for row, inner in expand(template.rows, self.scope, self.assembly.filler.budget):
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


def _collation(name: str) -> str:
    """Letters without accents, so that É sorts with E."""
    import unicodedata

    return unicodedata.normalize("NFD", name.casefold()).encode("ascii", "ignore").decode()


def _folded(title: tuple[Inline, ...]) -> str:
    """A title without what typography makes of it: a value is not typeset, and may say the same as a text."""
    return text_of(title).casefold().replace("’", "'").replace(NBSP, " ")
