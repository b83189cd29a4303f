"""An interview as a value: the answers so far, what they settle, and the next question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from generator.interview.answers import Unreadable, read_answer
from generator.interview.outlook import Conditions, Outlook
from generator.interview.partial import Partial, is_always, merged, open_scope, type_at, value_at, with_value
from generator.interview.questions import Proposal, Question, next_question, proposals
from generator.interview.readers import Readers
from generator.interview.states import Selection, States, states_of
from generator.library.model import Library
from generator.pipeline import SEGMENT
from generator.schema import coerce
from generator.source import Source
from generator.violations import Violation, dotted_path, shown

# With the segment come the proposals of its profile and those of the schema; before it, every default is open.
FIRST: Final = ".".join(SEGMENT)
PROVIDER_COUNTRY: Final = "values.parties.provider.country"
CLIENT_COUNTRY: Final = "parties.client.country"


@dataclass(frozen=True)
class Asked:
    """What every interview with one library shares: its conditions made ready, and who reads which field."""

    conditions: Conditions
    readers: Readers

    @staticmethod
    def of(library: Library) -> Asked:
        return Asked(Conditions(library), Readers(library))

    @property
    def library(self) -> Library:
        return self.conditions.library


@dataclass(frozen=True)
class Interview:
    """The answers so far; each answer makes a new interview."""

    asked: Asked
    partial: Partial

    @staticmethod
    def of(
        library: Library,
        provider: Source,
        values: Mapping[str, Any],
        none: frozenset[str] = frozenset(),
        source: Source | None = None,
    ) -> Interview:
        """An interview that begins with these answers; ``source`` is the file that they were read from.

        The client counts as established where the provider is, also where that is not what the schema proposes: a
        company of another country has no number to give to the questions that would come before anybody could say so.
        """
        raw = source.raw if source is not None else {}
        country = value_at(provider.value, PROVIDER_COUNTRY)
        proposed = type_at(library.schema.type, CLIENT_COUNTRY)
        if country is not None and proposed is not None and country != proposed.default:
            values = values if value_at(values, CLIENT_COUNTRY) else with_value(values, CLIENT_COUNTRY, country)
        return Interview(Asked.of(library), Partial(coerce(library.schema.type, values, raw), provider, none))

    @cached_property
    def merged(self) -> dict[str, Any] | None:
        """The plain values with everything that is proposed, ``None`` while the segment is not known."""
        return merged(self.asked.library, self.partial)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """In what the deal so far is not valid, fields that are missing included."""
        schema = self.asked.library.schema
        if self.merged is None:
            return schema.violations(dict(self.partial.values), merged=False)
        return schema.violations(self.merged, merged=True)

    @cached_property
    def missing(self) -> frozenset[str]:
        """The fields without which the deal is not valid."""
        found = (dotted_path((*v.path, v.missing)) for v in self.violations if v.missing)
        return frozenset(path for path in found if type_at(self.asked.library.schema.type, path) is not None)

    @cached_property
    def selection(self) -> Selection:
        scope = open_scope(self.asked.library, self.partial, self.merged)
        return Selection(self.asked.conditions, Outlook(self.asked.conditions, scope))

    @cached_property
    def states(self) -> States:
        return states_of(self.selection)

    @cached_property
    def question(self) -> Question | None:
        """The next question; ``None`` when no field is left that can matter or must be there."""
        if not self.partial.answered(FIRST):
            return self.about(FIRST)
        return next_question(self.selection, self.states, self.asked.readers, self.missing)

    @cached_property
    def proposals(self) -> tuple[Proposal, ...]:
        """What is proposed and was not asked, where another value could change a clause or mend an error."""
        if self.merged is None:
            return ()
        return proposals(self.selection, self.asked.readers, self.partial, self.merged)

    def about(self, path: str) -> Question | None:
        """The question about any field of the schema, with the value that it has so far; ``None`` for no field."""
        type_ = type_at(self.asked.library.schema.type, path)
        if type_ is None:
            return None
        known = self.partial.values if self.merged is None else self.merged
        clauses = tuple(name for name, fields in self.states.clause_fields.items() if path in fields)
        rules = tuple(name for name, fields in self.states.rule_fields.items() if path in fields)
        for proposal in self.proposals:
            if proposal.path == path:
                clauses, rules = proposal.clauses, proposal.errors
        required = path in self.missing or is_always(self.asked.library.schema.type, path)
        return Question(path, type_, required, 0.0, clauses, rules, value_at(known, path))

    def answered(self, question: Question, text: str) -> Interview:
        """The interview with the answer that was typed. Raises ``Unreadable`` with the schema's own finding."""
        return self.given(question, read_answer(question.type, text))

    def given(self, question: Question, value: Any) -> Interview:
        """The interview with a value for a question; ``None`` where there is nothing."""
        if value is None and question.required:
            raise Unreadable(f"`{question.path}` is needed: a deal without it is not valid", "give its value")
        proposed = question.proposal is not None and not self.partial.answered(question.path)
        if value is None and proposed:
            message = f"a profile proposes a value for `{question.path}`; a deal changes it and cannot take it away"
            raise Unreadable(message, "give another value, or keep this one with Enter")
        if value == {} and question.proposal is not None:
            return self  # the group is there already
        after = replace(self, partial=self.partial.with_answer(question.path, value))
        if self.merged is not None and after.merged is None:
            raise Unreadable(f"no profile is named {shown(value)}", "give the name of a profile of the library")
        before = {(v.code, v.path, v.message) for v in self.violations}
        for violation in after.violations:
            known = (violation.code, violation.path, violation.message) in before
            # What is missing elsewhere is asked next; what an entry of a list lacks is lacking in this answer.
            later = violation.missing and not any(isinstance(step, int) for step in violation.path)
            if not known and not later:
                raise Unreadable(violation.message, violation.help)
        return after
