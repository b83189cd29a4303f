"""Why: a clause, a slot, a number, a fact, a field of the deal, explained from the draft's own values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from generator.conditions import Verdict, trace
from generator.counterfactual import MOST_FIELDS, Counterfactuals, Found, NotFound, Reason, reasons
from generator.counterfactual.edits import entry_name
from generator.deal import Deal
from generator.diagnostics import did_you_mean
from generator.document.walk import text_of
from generator.facts import Facts
from generator.library.model import Condition, Library, LibraryClause, Rule
from generator.pipeline import Draft
from generator.plan import Candidate, Decision, Plan
from generator.schema_types import Type

_OUTCOMES = {
    "in": "INCLUDED",
    "condition": "NOT INCLUDED",
    "layer": "NOT INCLUDED",
    "not-effective": "NOT INCLUDED",
    "exception": "REPLACED",
    "lower-layer": "REPLACED",
}


class NothingToExplain(Exception):
    """The draft stopped before anything could be explained, or the topic is unknown; the message says which."""


def explanation(draft: Draft, topic: str = "", language: str = "") -> str:
    """The explanation of a topic as plain text: a slot, clause, number (``7.2``), fact or field; all without a topic.

    Raises ``NothingToExplain``.
    """
    if draft.deal is None or draft.facts is None or draft.library is None:
        raise NothingToExplain("the deal has errors before its facts are known; run `clausier check` first")
    language = language or next(iter(draft.numbered), "fr")
    explainer = _Explainer(draft.library, draft.deal, draft.facts, draft.plan, draft, language)
    lines = explainer.everything() if not topic else explainer.topic(topic)
    return "\n".join(lines) + "\n"


class _Explainer:
    def __init__(
        self, library: Library, deal: Deal, facts: Facts, plan: Plan | None, draft: Draft, language: str
    ) -> None:
        self.library = library
        self.deal = deal
        self.facts = facts
        self.plan = plan
        self.draft = draft
        self.language = language

    # ---- what is asked

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
        if self.plan is not None and topic in self.plan.decisions:
            return self.slot(self.plan.decisions[topic])
        if topic in self.library.clauses:
            return self.clause_by_id(self.library.clauses[topic])
        fact = topic.removeprefix("facts.")
        if fact in self.facts.reasons:
            return self.fact(fact)
        name = topic.removeprefix("parameters.")
        if name in self.library.parameters:
            return self.parameter(name)
        rule = next((r for r in self.library.rules if r.id == topic), None)
        if rule is not None:
            return self.rule(topic)
        anchor = self.anchor_of_number(topic)
        if anchor is not None:
            return self.anchor(anchor, topic)
        path = tuple(int(s) if s.isdigit() else s for s in topic.replace("[", ".").replace("]", "").split("."))
        value = _at(self.deal.values, path)
        if value is not None:
            return [f"{topic} = {_shown(value)}", f"  from {self.deal.origin(path).shown()}"]
        if topic in self.library.by_slot:
            clause = self.library.by_slot[topic][0]
            return [f"SLOT {topic} is not asked for in this deal", f"  its clauses are kept near {clause.file}"]
        known = [*(self.plan.decisions if self.plan else ()), *self.library.clauses, *self.facts.reasons]
        near = did_you_mean(topic, known)
        raise NothingToExplain(f"nothing is named `{topic}`" + (f"; did you mean `{near}`?" if near else ""))

    # ---- numbers

    def number_of(self, anchor: str) -> str:
        numbered = self.draft.numbered.get(self.language)
        label = numbered.labels.get(anchor) if numbered is not None else None
        return label.number if label is not None else "-"

    def anchor_of_number(self, topic: str) -> str | None:
        """The anchor with a number; ``D02:3.1`` names the document, else the agreement is meant first."""
        numbered = self.draft.numbered.get(self.language)
        if numbered is None:
            return None
        part, _, number = topic.rpartition(":")
        matches = [
            (label.part, anchor)
            for anchor, label in numbered.labels.items()
            if label.number == number and (not part or label.part == part)
        ]
        kinds = {p.id: p.kind for p in numbered.document.parts}
        matches.sort(key=lambda match: (kinds[match[0]] != "agreement", len(match[1])))
        return matches[0][1] if matches else None

    def anchor(self, anchor: str, topic: str) -> list[str]:
        numbered = self.draft.numbered[self.language]
        part = numbered.labels[anchor].part
        for candidate in numbered.document.parts:
            for section in candidate.sections:
                if section.anchor == anchor:
                    names = ", ".join(clause.id for clause in section.clauses)
                    return [f"{topic} is {part}, {text_of(section.title)}", f"  its clauses: {names}"]
                for clause in section.clauses:
                    if anchor == clause.anchor or anchor.startswith(clause.anchor + "."):
                        slot = clause.anchor.partition("@")[0]
                        assert self.plan is not None
                        return [f"{topic} is {part}, clause {clause.id}", *self.slot(self.plan.decisions[slot])]
        return [f"{topic} is the document {part}"]

    # ---- clauses

    def slot(self, decision: Decision) -> list[str]:
        number = self.number_of(decision.slot.id)
        lines = [f"SLOT {decision.slot.id}  {decision.part} {number}  ({decision.slot.policy})"]
        if decision.slot.applies is not None:
            lines.append(f"  asked for when {decision.slot.applies.text}")
            lines += self.condition(decision.slot.applies, "    ")
        seen = [_seen(candidate, decision) for candidate in decision.candidates]
        for candidate in sorted(seen, key=lambda c: (c.outcome != "in", c.clause.id)):
            lines += self.candidate(candidate)
        return lines

    def clause_by_id(self, clause: LibraryClause) -> list[str]:
        decision = self.plan.decisions.get(clause.slot) if self.plan is not None else None
        known = decision.candidates if decision is not None else ()
        candidate = next((c for c in known if c.clause.id == clause.id), Candidate(clause, "condition"))
        return self.candidate(_seen(candidate, decision))

    def candidate(self, candidate: Candidate) -> list[str]:
        clause = candidate.clause
        place = clause.when.span if clause.when is not None else clause.span
        lines = [f"{_OUTCOMES[candidate.outcome]} {clause.id}   {place}"]
        found = reasons(self.library, self.facts, clause)
        for reason in found:
            lines += self.reason(reason, clause)
        if candidate.outcome != "in":
            answer = self.counterfactuals.bringing_in(clause)
            return [*lines, *self.counterfactual(answer, "would be included with")]
        if not found:
            lines.append("  always")
        lines += self.sources(clause)
        return [*lines, *self.counterfactual(self.counterfactuals.taking_out(clause), "would leave with")]

    def reason(self, reason: Reason, clause: LibraryClause) -> list[str]:
        """A reason with what decides it; of what holds, only the clause's own condition is shown in full."""
        if reason.condition is not None and reason.condition is clause.when:
            return self.condition(reason.condition, "  ")
        place = f"   {reason.span}" if reason.span is not None and not reason.holds else ""
        why = f": {reason.condition.text}" if reason.condition is not None and reason.holds else ""
        lines = [f"  {'✔' if reason.holds else '✘'} {reason.says}{why}{place}"]
        if reason.condition is not None and not reason.holds:
            lines += self.condition(reason.condition, "      ")
        return lines

    def sources(self, clause: LibraryClause) -> Iterator[str]:
        for source in clause.sources:
            cited = self.library.citation(source.fact, self.language) if source.fact else source.cite
            yield f"  source: {cited}"
        state = clause.approval_state(self.language)
        approval = clause.approved.get(self.language)
        if state == "approved" and approval is not None:
            yield f"  approved by {approval.by} on {approval.on}"
        else:
            digest = clause.texts[self.language].digest
            why = "approved by no lawyer yet" if state == "none" else "its approval is stale: the text has changed"
            yield f"  {why} (digest of the {self.language} text: {digest})"

    @cached_property
    def counterfactuals(self) -> Counterfactuals:
        return Counterfactuals(self.library, self.facts, self.draft.rulings)

    def counterfactual(self, answer: Found | NotFound, what: str) -> list[str]:
        """The smallest edit, and what the rules ask for once it is made."""
        if isinstance(answer, NotFound):
            if not answer.decided:
                return [f"  {what}: no field of the deal decides it"]
            lines = [f"  {what}: no edit of up to {MOST_FIELDS} fields was found"]
            if answer.nearest is not None and answer.nearest.rules:
                edits, rules = self.counterfactuals.words(*answer.nearest.edits), ", ".join(answer.nearest.rules)
                lines.append(f"    {edits} would do it, but then the deal breaks {rules}")
            return lines
        said = self.counterfactuals.said(answer)
        asked = [f"    and then {rule} asks for: {edits}" for rule, edits in said.items() if rule]
        return [f"  {what}: {said['']}", *asked]

    # ---- conditions

    def condition(self, condition: Condition, indent: str) -> list[str]:
        return self.verdict(trace(condition.expression, self.facts.scope), indent, set())

    def verdict(self, verdict: Verdict, indent: str, shown: set[str]) -> list[str]:
        mark = "✔" if verdict.value else "✘"
        if verdict.children:
            word = "not" if len(verdict.children) == 1 else "all of" if " and " in verdict.text else "any of"
            if len(verdict.children) > 1:
                lines = [f"{indent}{mark} {'all of' if self.is_conjunction(verdict) else 'one of'}"]
            else:
                lines = [f"{indent}{mark} {word}"]
            for child in verdict.children:
                lines += self.verdict(child, indent + "  ", shown)
            return lines
        known = "; ".join(self.read(path, value) for path, value in verdict.reads)
        lines = [f"{indent}{mark} {verdict.text}" + (f"   <- {known}" if known else "")]
        for path, _ in verdict.reads:
            if path.startswith("facts.") and path not in shown:
                shown.add(path)
                lines += self.fact_reason(path.split(".")[1], indent + "    ")
        return lines

    @staticmethod
    def is_conjunction(verdict: Verdict) -> bool:
        """Whether an inner verdict is an `and`: it is true exactly when all its parts are."""
        return verdict.text == " and ".join(child.text for child in verdict.children)

    def read(self, path: str, value: Any) -> str:
        if value is None:
            return "absent"
        if path.startswith("facts."):
            return _shown(value)
        if path.startswith("parameters."):
            name = path.split(".")[1]
            return f"{_shown(value)}, in force since {self.facts.parameters[name]}"
        steps = _path_of(path, self.deal.values)
        return f"{_shown(value)}   {self.deal.origin(steps).shown()}"

    # ---- values

    def fact(self, name: str) -> list[str]:
        value = self.facts.scope["facts"][name]
        rule = self.facts.reasons[name].rule
        lines = [f"facts.{name} = {_shown(value)}   {rule.span}", f"  {rule.describes[self.language]}"]
        return lines + self.fact_reason(name, "  ")

    def fact_reason(self, name: str, indent: str) -> list[str]:
        reason = self.facts.reasons[name]
        rule = reason.rule
        if rule.formula:
            lines = [f"{indent}formula {rule.formula} of:"]
            for path in rule.reads:
                lines += self.given(tuple(path.split(".")), indent + "  ")
            return lines
        if reason.case is None:
            lines = [f"{indent}default: no case holds"]
            for case in rule.cases:
                lines += self.condition(case.when, indent + "  ")
            return lines
        case = rule.cases[reason.case]
        return [f"{indent}case {reason.case + 1}   {case.when.span}", *self.condition(case.when, indent + "  ")]

    def given(self, path: tuple[str, ...], indent: str) -> list[str]:
        """A value that a formula reads; a small group of fields is shown field by field, each with its origin."""
        value = _at(self.facts.scope, path)
        dotted = ".".join(path)
        if path[0] == "parameters":
            return [f"{indent}{dotted} = {_shown(value)}, in force since {self.facts.parameters[path[1]]}"]
        if path[0] == "facts":
            return [f"{indent}{dotted} = {_shown(value)}"]
        if value is None:
            return [f"{indent}{dotted} is absent"]
        if isinstance(value, Mapping) and len(value) <= 8:
            return [line for name in value for line in self.given((*path, name), indent)]
        return [f"{indent}{dotted} = {_shown(value)}   {self.deal.origin(path).shown()}"]

    def parameter(self, name: str) -> list[str]:
        parameter = self.library.parameters[name]
        value = self.facts.scope["parameters"][name]
        lines = [f"parameters.{name} = {_shown(value)} since {self.facts.parameters[name]}   {parameter.span}"]
        if parameter.fact:
            lines.append(f"  source: {self.library.citation(parameter.fact, self.language)}")
        return [*lines, f"  checked on {parameter.checked}"]

    def rule(self, id_: str) -> list[str]:
        rule = next(r for r in self.library.rules if r.id == id_)
        lines = [f"RULE {rule.id} ({rule.severity})   {rule.span}"]
        if rule.fact:
            lines.append(f"  source: {self.library.citation(rule.fact, self.language)}")
        if rule.each is not None:
            lines.append(f"  for each {rule.each[0]} of {rule.each[1].text}: {rule.asserted.text}")
        else:
            if rule.when is not None:
                lines.append("  applies when")
                lines += self.condition(rule.when, "    ")
            lines.append("  asks that")
            lines += self.condition(rule.asserted, "    ")
        return [*lines, *self.silence(rule)]

    def silence(self, rule: Rule) -> list[str]:
        """What a rule found in this deal, and with which edit it would find nothing."""
        known = self.draft.rulings.rulings if self.draft.rulings is not None else ()
        found = [ruling for ruling in known if ruling.rule.id == rule.id]
        if not found:
            return ["  finds nothing in this deal"]
        lines = [f"  finds: {ruling.diagnostic.message}   {ruling.diagnostic.span}" for ruling in found]
        fixes = {fix: None for ruling in found for fix in ruling.diagnostic.fix}
        if fixes:
            return [*lines, "  its fix: " + ", ".join(f"{path} -> {value}" for path, value in fixes)]
        answer = self.counterfactuals.silencing(rule, tuple(ruling.entry for ruling in found))
        return [*lines, *self.counterfactual(answer, "would find nothing with")]


def _seen(candidate: Candidate, decision: Decision | None) -> Candidate:
    """The candidate as it stands in the contract: where its place is not asked for, no condition brings it in."""
    if candidate.outcome != "in" or (decision is not None and decision.applies):
        return candidate
    return Candidate(candidate.clause, "condition")


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _path_of(dotted: str, values: Mapping[str, Any]) -> tuple[str | int, ...]:
    """A dotted path with named entries as the path of the deal: ``services['bcdr'].qty`` → services, 5, qty."""
    import re

    steps: list[str | int] = []
    value: Any = values
    for name, key in re.findall(r"([^.\[\]']+)|\['([^']*)'\]", dotted):
        if key:
            index = next((i for i, item in enumerate(value or ()) if key in item.values()), None)
            if index is None:
                break
            steps.append(index)
            value = value[index]
        else:
            steps.append(name)
            value = value.get(name) if isinstance(value, Mapping) else None
    return tuple(steps)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if value and isinstance(value[0], Mapping):
            names = [entry_name(Type("list"), item) or "…" for item in value[:8]]
            more = ", …" if len(value) > 8 else ""
            return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}: " + ", ".join(names) + more
        return "[" + ", ".join(str(item) for item in value[:12]) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_shown(v)}" for k, v in list(value.items())[:6]) + "}"
    return f"'{value}'" if isinstance(value, str) else str(value)
