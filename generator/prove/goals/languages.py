"""Both languages of a text say the same: the same values, references, items and rows, in every deal that has the text.

Their words are for people to compare. What a deal decides is compared here: nothing is printed in one language alone,
and no branch is taken in one alone. Endings, as of a plural, are each language's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from generator.conditions.expressions import Read
from generator.diagnostics import Note, Span
from generator.library.model import LANGUAGES, LibraryClause
from generator.library.templates import (
    Branch,
    Choice,
    ClauseText,
    FixedText,
    Insert,
    ItemTemplate,
    Refer,
    Repeat,
    RowTemplate,
)
from generator.library.walk import parts, templates
from generator.prove import terms
from generator.prove.conditions import Conditions
from generator.prove.contracts import Contracts
from generator.prove.goals.goal import Goal, never, settled
from generator.prove.goals.texts import any_entry, bound_names
from generator.prove.terms import FALSE, TRUE, Term

KIND: Final = "languages-differ"
LONGEST_ENDING: Final = 3
_COMPARED: Final = (Insert, Refer, ItemTemplate, RowTemplate)


def goals(contracts: Contracts) -> Iterator[Goal]:
    for clause in contracts.library.clauses.values():
        yield from _clause(contracts, clause)


def _clause(contracts: Contracts, clause: LibraryClause) -> Iterator[Goal]:
    conditions = bound_names(contracts, clause)
    one, two = (_reading(clause.texts[language], conditions) for language in LANGUAGES)
    given = contracts.printed(clause)
    for what in {**one.named, **two.named}:
        left, right = one.named.get(what, FALSE), two.named.get(what, FALSE)
        place = one.places.get(what) or two.places[what]
        other = two.places.get(what)
        yield _same(clause, given, left, right, f"`{what}`", place, other)
    yield from _branches(clause, given, one.branches, two.branches)
    if len(one.rows) != len(two.rows):
        what = f"one of {len(one.rows)} and {len(two.rows)} items and rows"
        yield _same(clause, given, TRUE, FALSE, what, clause.span, None)
        return
    for number, (left, right) in enumerate(zip(one.rows, two.rows, strict=True), 1):
        yield _same(clause, given, left, right, f"item or row {number}", clause.span, None)


def _branches(clause: LibraryClause, given: Term, one: list[Taken], two: list[Taken]) -> Iterator[Goal]:
    """Branch by branch. One language alone may choose its words (``du mandat`` or ``de l'accord``), not whether it says
    anything; where it has more of such branches, those are named that only it has. What a branch holds beside words is
    compared by itself."""
    if len(one) != len(two):
        one, two = ([branch for branch in branches if branch.words and not branch.either] for branches in (one, two))
    if len(one) == len(two):
        for here, there in zip(one, two, strict=True):
            what = f"the branch {here.span.line}:{here.span.column}"
            yield _same(clause, given, here.taken, there.taken, what, here.span, there.span)
        return
    more, fewer = (one, two) if len(one) > len(two) else (two, one)
    others = {branch.taken for branch in fewer}
    for alone in [branch for branch in more if branch.taken not in others] or more[len(fewer) :]:
        what = f"the branch {alone.span.line}:{alone.span.column}, one of {len(one)} and {len(two)},"
        yield _same(clause, given, alone.taken, FALSE, what, alone.span, None)


def _same(
    clause: LibraryClause, given: Term, left: Term, right: Term, what: str, place: Span, other: Span | None
) -> Goal:
    differ = FALSE if left == right else terms.all_of(given, terms.no(terms.same(left, right)))
    if differ is FALSE:
        return settled(KIND)
    return never(
        KIND,
        f"{clause.id}: {what}",
        differ,
        f"{what} of `{clause.id}` can be printed in one language and not in the other",
        place,
        "put the same conditions around it in both languages",
        *([Note("in the other language it stands here", other)] if other is not None and other != place else []),
    )


def _reading(text: ClauseText, conditions: Conditions) -> Reading:
    made = Reading(conditions)
    made.read((*text.title, *text.blocks), TRUE)
    return made


@dataclass(frozen=True, slots=True)
class Taken:
    """When a branch is taken; ``words`` where it holds nothing else, ``either`` where another branch of its choice is
    taken if it is not."""

    span: Span
    taken: Term
    words: bool
    either: bool


@dataclass
class Reading:
    """When each value and each reference of a text is printed at least once, and each branch, item and row in order."""

    conditions: Conditions
    named: dict[str, Term] = field(default_factory=dict)
    places: dict[str, Span] = field(default_factory=dict)
    branches: list[Taken] = field(default_factory=list)
    rows: list[Term] = field(default_factory=list)

    def read(self, content: Iterable[Any], given: Term) -> None:
        for node in content:
            match node:
                case Insert():
                    self._note(node.path, node.span, given)
                case Refer(target, span):
                    self._note(f"#{target}", span, given)
                case Choice(branches):
                    self._choice(branches, given)
                case Repeat():
                    self._repeat(node, given)
                case ItemTemplate() | RowTemplate():
                    self.rows.append(given)
                    self.read(parts(node), given)
                case _:
                    self.read(parts(node), given)

    def _choice(self, branches: Sequence[Branch], given: Term) -> None:
        either = branches[-1].condition is None
        for branch in branches:
            holds = TRUE if branch.condition is None else self.conditions.truth(branch.condition).holds
            taken = terms.all_of(given, holds)
            if not _ending(branch):
                words = not any(isinstance(node, _COMPARED) for node in templates(branch.content))
                self.branches.append(Taken(branch.span, taken, words, either))
            self.read(branch.content, taken)
            given = terms.all_of(given, terms.no(holds))

    def _repeat(self, node: Repeat, given: Term) -> None:
        assert isinstance(node.collection, Read)
        entry = any_entry(self.conditions.place(node.collection))
        inside = replace(self, conditions=self.conditions.binding(node.name, entry))
        here = terms.all_of(given, entry.there)
        if node.test is not None:
            here = terms.all_of(here, inside.conditions.truth(node.test).holds)
        inside.read(node.content, here)

    def _note(self, name: str, span: Span, given: Term) -> None:
        self.named[name] = terms.any_of(self.named.get(name, FALSE), given)
        self.places.setdefault(name, span)


def _ending(branch: Branch) -> bool:
    """Whether a branch prints only the end of a word: ``s``. A capital is the letter of a role and no ending."""
    match branch.content:
        case (FixedText(text),):
            return len(text) <= LONGEST_ENDING and text.isalpha() and text.islower()
        case _:
            return False
