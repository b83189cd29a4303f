"""What a text of the library says can always be said: its values are there, its references lead somewhere, its branches
are taken by some deal, and no paragraph is left empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from generator.conditions import Expression
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Read, reads
from generator.diagnostics import Note, Span
from generator.library.model import LibraryClause
from generator.library.templates import (
    Branch,
    Choice,
    ClauseText,
    FixedTerm,
    FixedText,
    Insert,
    ItemTemplate,
    ListTemplate,
    NewLine,
    ParagraphTemplate,
    Refer,
    Repeat,
)
from generator.library.values import LEAST, too_small
from generator.library.walk import parts
from generator.lint.prose import body_start, place_in
from generator.prove import terms
from generator.prove.conditions import Conditions
from generator.prove.contracts import Contracts
from generator.prove.goals.conditions import names_of
from generator.prove.goals.goal import Goal, never, settled, some
from generator.prove.places import Place
from generator.prove.terms import FALSE, TRUE, Term

Locate = Callable[[Expression | None, Span], Span]
"""Where an expression of a text stands in its file; else the place, given by its span in the text."""


def goals(contracts: Contracts) -> Iterator[Goal]:
    for clause in contracts.library.clauses.values():
        given = contracts.printed(clause)
        conditions = bound_names(contracts, clause)
        for language, text in clause.texts.items():
            name = f"{clause.id} {language}"
            here = Passage(contracts, name, given, conditions, _in_source(text, 0), clause.span)
            yield from here.goals(text.title)
            yield from replace(here, locate=_in_source(text, body_start(text))).goals(text.blocks)
    for outline in contracts.library.outlines:
        for section in outline.sections:
            given = contracts.holds(outline.when, section.when)
            for language, title in section.title.items():
                name = f"{outline.id}.{section.id} {language}"
                yield from short(contracts, name, given, title, section.span)
    for term in contracts.library.glossary.values():
        for language, definition in term.definitions.items():
            yield from short(contracts, f"term {term.id} {language}", TRUE, definition, term.span)
    yield from _messages(contracts)


def bound_names(contracts: Contracts, clause: LibraryClause) -> Conditions:
    conditions = contracts.deals.conditions
    if not clause.binds:
        return conditions
    return conditions.binding(clause.binds, any_entry(contracts.rows(clause.binds)))


def any_entry(place: Place) -> Place:
    """An entry that stands for any entry of a list."""
    assert place.type is not None and place.type.item is not None
    there = terms.all_of(place.there, terms.at_most(terms.Linear(constant=1), place.size))
    if not place.keyed and place.entries():
        return place.entries()[-1] if place.space.named.get(place.path) else place.entries()[0]
    return Place.of(place.space, (*place.path, 0), there, place.type.item)


def short(contracts: Contracts, name: str, given: Term, content: tuple[Any, ...], span: Span) -> Iterator[Goal]:
    here = Passage(contracts, name, given, contracts.deals.conditions, _always(span), span)
    yield from here.goals(content)


def _messages(contracts: Contracts) -> Iterator[Goal]:
    deals = contracts.deals
    for rule in contracts.library.rules:
        conditions, given = deals.conditions, TRUE
        if rule.each is not None:
            collection = rule.each[1].expression
            assert isinstance(collection, Read)
            entry = any_entry(conditions.place(collection))
            conditions, given = conditions.binding(rule.each[0], entry), entry.there
        if rule.when is not None:
            given = terms.all_of(given, conditions.truth(rule.when.expression).holds)
        given = terms.all_of(given, deals.layer(rule.layer), terms.no(conditions.truth(rule.asserted.expression).holds))
        for texts in (rule.message, rule.help):
            for language, content in texts.items():
                span = rule.span
                here = Passage(
                    contracts, f"rule {rule.id} {language}", given, conditions, _always(span), span, of_all=True
                )
                yield from here.goals(content)
    for approval in contracts.library.approvals:
        for language, content in approval.reason.items():
            yield from short(
                contracts, f"approval {approval.id} {language}", contracts.holds(approval.when), content, approval.span
            )


def _always(span: Span) -> Locate:
    return lambda expression, otherwise: span


def _in_source(text: ClauseText, base: int) -> Locate:
    def locate(expression: Expression | None, otherwise: Span) -> Span:
        found = list(reads(expression)) if expression is not None else []
        if not found:
            return otherwise
        return place_in(text.source, text.span, base + found[0].start, base + found[-1].end)

    return locate


@dataclass(frozen=True)
class Passage:
    """A part of a text, reached where ``given`` holds; ``conditions`` know the names that loops around it bind."""

    contracts: Contracts
    name: str
    given: Term
    conditions: Conditions
    locate: Locate
    span: Span
    of_all: bool = False
    # A text uses the same terms over and over.
    said: dict[tuple[str, Term], Goal] = field(default_factory=dict)

    def goals(self, content: Iterable[Any]) -> Iterator[Goal]:
        for node in content:
            match node:
                case FixedText():
                    pass
                case Insert():
                    yield from self._value(node.expression, node.span)
                    yield from self._printable(node)
                case Choice(branches):
                    yield from self._choice(branches)
                case Repeat():
                    yield from self._repeat(node)
                case Refer(target, span):
                    yield from self._reference(target, span)
                case FixedTerm(term):
                    yield from self._term(term)
                case ParagraphTemplate(inline):
                    yield from self._empty(inline, "a paragraph", "make the paragraph a clause of its own")
                    yield from self.goals(inline)
                case ListTemplate(items):
                    yield from self.goals(items)
                case ItemTemplate(inline):
                    yield from self._empty(inline, "an item", "put the condition around the whole item")
                    yield from self.goals(parts(node))
                case _:
                    yield from self.goals(parts(node))

    def _value(self, expression: Expression, span: Span) -> Iterator[Goal]:
        if isinstance(expression, Read) and expression.always and expression.path[0] not in self.conditions.bound:
            yield settled("undefined-value")
            return
        yield from self._defined("undefined-value", expression, self.conditions.value(expression).defined, span)

    def _printable(self, insert: Insert) -> Iterator[Goal]:
        """A number that is printed is not less than the least that its filter prints."""
        asked = too_small(insert.expression, insert.type, insert.filter)
        if asked is None or self.of_all:
            if insert.filter in LEAST:
                yield settled("unprintable-value")
            return
        number, least = text_of(asked.left), LEAST[insert.filter]
        less = self.conditions.truth(asked)
        yield never(
            "unprintable-value",
            f"{self.name}: {insert.span.line}:{insert.span.column}",
            terms.all_of(self.given, less.defined, less.holds),
            f"`{number}` can be less than {least}, which `{insert.filter}` does not print",
            self.locate(asked.left, insert.span),
            f"set the least value of the field, or put the text under `{number} >= {least}`",
        )

    def _defined(self, kind: str, expression: Expression, defined: Term, span: Span) -> Iterator[Goal]:
        fails = terms.all_of(self.given, terms.no(defined))
        if fails is FALSE:
            yield settled(kind)
            return
        listed = names_of(self.conditions, expression)
        yield never(
            kind,
            f"{self.name}: {span.line}:{span.column}",
            fails,
            f"this text can read {listed} in a deal that does not have it",
            self.locate(expression, span),
            "guard it with `is defined`, or give `| default(…)`",
            of_all=self.of_all,
        )

    def _choice(self, branches: Iterable[Branch]) -> Iterator[Goal]:
        given = self.given
        for branch in branches:
            here = replace(self, given=given)
            holds = TRUE
            if branch.condition is not None:
                truth = self.conditions.truth(branch.condition)
                yield from here._defined("undefined-value", branch.condition, truth.defined, branch.span)
                holds = truth.holds
            taken = terms.all_of(given, holds)
            if not self.of_all:
                asked = "else" if branch.condition is None else text_of(branch.condition)
                yield some(
                    "dead-branch",
                    f"{self.name}: {branch.span.line}:{branch.span.column} {asked}",
                    taken,
                    f"the branch `{asked}` of this text is taken in no valid deal",
                    self.locate(branch.condition, branch.span),
                    "correct the condition, or remove the branch",
                )
            yield from replace(self, given=taken).goals(branch.content)
            given = terms.all_of(given, terms.no(holds))

    def _repeat(self, repeat: Repeat) -> Iterator[Goal]:
        assert isinstance(repeat.collection, Read)
        place = self.conditions.place(repeat.collection)
        yield from self._defined("undefined-value", repeat.collection, place.present, repeat.span)
        entry = any_entry(place)
        inside = replace(
            self,
            given=terms.all_of(self.given, entry.there),
            conditions=self.conditions.binding(repeat.name, entry),
        )
        if repeat.test is not None:
            truth = inside.conditions.truth(repeat.test)
            yield from inside._defined("undefined-value", repeat.test, truth.defined, repeat.span)
            inside = replace(inside, given=terms.all_of(inside.given, truth.holds))
        yield from inside.goals(repeat.content)

    def _reference(self, target: str, span: Span) -> Iterator[Goal]:
        there = self.contracts.target(target)
        notes = [Note("the slot stands here", stand.slot.span) for stand in self.contracts.stands.get(target, ())[:1]]
        yield never(
            "dangling-reference",
            f"{self.name}: {target} {span.line}:{span.column}",
            terms.all_of(self.given, terms.no(FALSE if there is None else there)),
            f"this refers to `{target}`, which is not in every contract that has this text",
            self.locate(None, span),
            "put the reference under the condition of its target",
            *notes,
            of_all=self.of_all,
        )

    def _term(self, term: str) -> Iterator[Goal]:
        """A defined term is defined in the same contract, where the library has a glossary clause at all."""
        if self.contracts.glossary is None or self.of_all:
            return
        fails = self.contracts.unexplained(self.given)
        if fails is FALSE:
            yield settled("undefined-term")
            return
        if (term, fails) not in self.said:
            self.said[term, fails] = never(
                "undefined-term",
                f"{self.name}: {term}",
                fails,
                f"the defined term `{term}` is used in a contract that has no glossary",
                self.span,
                "put the glossary into every contract that uses its terms",
                *(Note("the glossary stands here", span) for span in self.contracts.glossary_places),
            )
        yield self.said[term, fails]

    def _empty(self, content: tuple[Any, ...], what: str, help_: str) -> Iterator[Goal]:
        fails = terms.all_of(self.given, self._blank(content))
        if fails is FALSE:
            yield settled("empty-text")
            return
        yield never(
            "empty-text",
            f"{self.name}: {what} {_first_place(content, self.span)}",
            fails,
            f"{what} of this text is empty in some deals",
            self.locate(None, _first_span(content) or self.span),
            help_,
            of_all=self.of_all,
        )

    def _blank(self, content: Iterable[Any]) -> Term:
        """When nothing is printed: no branch is taken, no list that is walked has an entry."""
        blank = []
        for node in content:
            match node:
                case FixedText(text):
                    blank.append(terms.constant(not text.strip()))
                case Choice(branches):
                    blank.append(self._blank_choice(branches))
                case Repeat(_, Read() as collection, _, None, _, _):
                    size = self.conditions.place(collection).size
                    blank.append(terms.at_most(size, terms.Linear()))
                case Repeat():
                    # What the test lets through is not followed: an entry stands for each.
                    blank.append(TRUE)
                case NewLine():
                    blank.append(TRUE)
                case Insert() | FixedTerm() | Refer():
                    return FALSE
                case _:
                    blank.append(self._blank(parts(node)))
        return terms.all_of(*blank)

    def _blank_choice(self, branches: Iterable[Branch]) -> Term:
        ways, before = [], TRUE
        for branch in branches:
            holds = TRUE if branch.condition is None else self.conditions.truth(branch.condition).holds
            ways.append(terms.all_of(before, holds, self._blank(branch.content)))
            before = terms.all_of(before, terms.no(holds))
        return terms.any_of(*ways, before)


def _first_span(content: Iterable[Any]) -> Span | None:
    for node in content:
        span = getattr(node, "span", None)
        if span is None and isinstance(node, Choice):
            span = node.branches[0].span
        if span is not None:
            return span if isinstance(span, Span) else None
    return None


def _first_place(content: Iterable[Any], otherwise: Span) -> str:
    span = _first_span(content) or otherwise
    return f"{span.line}:{span.column}"
