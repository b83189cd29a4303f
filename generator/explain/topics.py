"""What a topic means: a place, clause, rule, approval, document, number of the contract, fact, legal value or field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from generator.condition_words import described
from generator.document.nodes import Numbered
from generator.document.walk import text_of
from generator.explain.judged import Judged
from generator.explain.values import shown, value_at
from generator.schema import walk_fields
from generator.schema_types import Type

_NEAR: Final = 3
_SLIP: Final = 0.9
# What stands before a number where people cite a contract, and what a bare number looks like: 25, 25.3, A.4.2, 7.2(a).
_CITED: Final = re.compile(
    r"(?:(?:articles?|art\.?|sections?|clauses?|paragraphs?|annexes?|schedules?|§)\s*)?"
    r"(?P<number>(?:[a-z]|\d+)(?:\.\d+)*(?:\([a-z]+\))*)",
    re.IGNORECASE,
)


class NothingToExplain(Exception):
    """The draft stopped before anything could be explained, or the topic is unknown; the message says which."""


class Topics(Judged):
    """Explains whatever is named."""

    def everything(self) -> list[str]:
        """One line a clause of the pack, in order, with its number and the condition that put it there."""
        if self.plan is None:
            raise NothingToExplain("no plan could be made of this deal; run `clausier check` first")
        lines = []
        for part in self.plan.parts:
            lines.append(f"{part.id} {part.named(part.outline.title[self.language])}")
            for section in part.sections:
                for placement in section.placements:
                    number = self.number_of(placement.anchor)
                    why = placement.clause.when.text if placement.clause.when is not None else "always"
                    lines.append(f"  {number:<10} {placement.clause.id}  <- {why}")
        return lines

    def topic(self, topic: str) -> list[str]:
        """The explanation of a topic. Raises ``NothingToExplain``."""
        topic = " ".join(topic.split())
        told = self._named(topic) or self._numbered(topic) or self._field(topic)
        if told is None:
            names = list(self._names())
            folded = {name.casefold(): name for name in names}
            if (same := folded.get(topic.casefold())) is not None and same != topic:
                return self.topic(same)
            raise NothingToExplain(f"nothing is named `{topic}`" + self._nearest(topic, names))
        return told

    def _named(self, topic: str) -> list[str] | None:
        library = self.library
        if self.plan is not None and topic in self.plan.decisions:
            return self.slot(self.plan.decisions[topic])
        if topic in library.clauses:
            return self.clause_by_id(library.clauses[topic])
        if (fact := topic.removeprefix("facts.")) in self.facts.reasons:
            return self.fact(fact)
        if (name := topic.removeprefix("parameters.")) in library.parameters:
            return self.parameter(name)
        for rule in library.rules:
            if rule.id == topic:
                return self.rule(rule)
        for approval in library.approvals:
            if approval.id == topic:
                return self.approval(approval)
        for outline in library.outlines:
            if outline.id == topic:
                return self.document(outline)
        return None

    def _names(self) -> Iterator[str]:
        """Everything that a topic may name, but for numbers and entries of lists."""
        library = self.library
        yield from self.plan.decisions if self.plan is not None else ()
        yield from (*library.clauses, *library.by_slot, *self.facts.reasons, *library.parameters)
        yield from (f"facts.{name}" for name in self.facts.reasons)
        for known in (library.rules, library.approvals, library.outlines):
            yield from (each.id for each in known)
        yield from (path for path, _ in walk_fields(library.schema.type, "") if "[]" not in path)

    @staticmethod
    def _nearest(topic: str, names: list[str]) -> str:
        # A slip of the pen has one meaning; farther off there may be several.
        near = get_close_matches(topic, names, n=1, cutoff=_SLIP)
        near = near or get_close_matches(topic, dict.fromkeys(names), n=_NEAR, cutoff=0.6)
        if not near:
            return ""
        return "; did you mean " + " or ".join(f"`{name}`" for name in near) + "?"

    # ---- numbers

    def _numbered(self, topic: str) -> list[str] | None:
        """What stands at a number of the contract: ``25.3``, ``article 25.3``, ``D03 4.2``, ``D03:A.4.2``."""
        part, number = "", topic
        for outline in self.library.outlines:
            if re.match(rf"{re.escape(outline.id)}\b", topic, re.IGNORECASE):
                part, number = outline.id, topic[len(outline.id) :].strip(" :,")
        cited = _CITED.fullmatch(number)
        if cited is None:
            return None
        numbered = self.draft.numbered.get(self.language)
        if numbered is None:
            raise NothingToExplain("the contract has no numbers yet; run `clausier check` first")
        anchor = self._anchor(numbered, part, cited["number"])
        if anchor is not None:
            return self.anchor(numbered, anchor, topic)
        where = f"of {part}" if part else "of this contract"
        last = self._last_beside(numbered, part, cited["number"])
        known = f"; the last number there is {last}" if last else ""
        raise NothingToExplain(f"nothing {where} has the number {cited['number']}{known}")

    @staticmethod
    def _anchor(numbered: Numbered, part: str, number: str) -> str | None:
        """The anchor with a number; where no document is named, the agreement is meant first."""
        kinds = {each.id: each.kind for each in numbered.document.parts}
        letters = {each.id: numbered.labels[each.id].number for each in numbered.document.parts}
        matches = [
            (kinds[label.part] != "agreement", len(anchor), anchor)
            for anchor, label in numbered.labels.items()
            if part in {"", label.part}
            and label.number.casefold()
            in {number.casefold(), f"{letters[part]}.{number}".casefold() if part else number}
        ]
        return min(matches)[2] if matches else None

    @staticmethod
    def _last_beside(numbered: Numbered, part: str, number: str) -> str:
        """The last number of the article that a number is looked for in; empty where there is no such article."""
        article = number.partition("(")[0].rpartition(".")[0]
        numbers = [label.number for label in numbered.labels.values() if part in {"", label.part}]
        inside = [known for known in numbers if article and known.rpartition(".")[0] == article and "(" not in known]
        return inside[-1] if inside else ""

    def anchor(self, numbered: Numbered, anchor: str, topic: str) -> list[str]:
        """The clause at an anchor, or the clauses of its section."""
        part = numbered.labels[anchor].part
        for candidate in numbered.document.parts:
            for section in candidate.sections:
                if section.anchor == anchor:
                    names = ", ".join(clause.id for clause in section.clauses)
                    return [
                        ", ".join(filter(None, [f"{topic} is {part}", text_of(section.title)])),
                        f"  its clauses: {names}",
                    ]
                for clause in section.clauses:
                    if anchor == clause.anchor or anchor.startswith(clause.anchor + "."):
                        slot = clause.anchor.partition("@")[0]
                        assert self.plan is not None
                        return [f"{topic} is {part}, clause {clause.id}", *self.slot(self.plan.decisions[slot])]
        outline = next(outline for outline in self.library.outlines if outline.id == part)
        return [f"{topic} is the document {part}", *self.document(outline)]

    # ---- fields

    def _field(self, topic: str) -> list[str] | None:
        """A value of the deal with its origin, or a field that the deal does not have."""
        path = tuple(int(s) if s.isdigit() else s for s in topic.replace("[", ".").replace("]", "").split("."))
        type_ = self._type(path)
        says = [f"  {described(type_, self.language)}"] if type_ is not None and type_.description else []
        value = value_at(self.deal.values, path)
        if value is not None:
            return [f"{topic} = {shown(value)}", *says, f"  from {self.deal.origin(path).shown()}"]
        if type_ is not None:
            return [f"{topic} is not in this deal ({type_.shown()})", *says]
        if topic in self.library.by_slot:
            clause = self.library.by_slot[topic][0]
            return [f"SLOT {topic} is not asked for in this deal", *self.clause_by_id(clause)]
        return None

    def _type(self, path: tuple[str | int, ...]) -> Type | None:
        type_ = self.library.schema.type
        for step in path:
            inside = type_.item if isinstance(step, int) else None
            if isinstance(step, str) and step in type_.fields:
                inside = type_.fields[step].type
            if inside is None:
                return None
            type_ = inside
        return type_
