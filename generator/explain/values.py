"""Conditions and values of one deal as lines of text, each with where it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from generator.condition_words import Vocabulary, condition_words
from generator.conditions import Verdict, trace
from generator.counterfactual.edits import entry_name
from generator.deal import Deal
from generator.facts import Facts
from generator.library.model import Condition, Library
from generator.schema_types import Type


class Values:
    """Tells what conditions come to in one deal, and where its values are from."""

    def __init__(self, library: Library, deal: Deal, facts: Facts, language: str) -> None:
        self.library = library
        self.deal = deal
        self.facts = facts
        self.language = language

    # ---- conditions

    def condition(self, condition: Condition, indent: str) -> list[str]:
        return self.verdict(trace(condition.expression, self.facts.scope), indent, set())

    def words(self, condition: Condition, indent: str) -> str:
        """A condition as a sentence, for readers who do not know the names of fields."""
        return f"{indent}in words: {condition_words(condition.expression, self.language, self._vocabulary)}"

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.library)

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
            return shown(value)
        if path.startswith("parameters."):
            name = path.split(".")[1]
            return f"{shown(value)}, in force since {self.facts.parameters[name]}"
        steps = _path_of(path, self.deal.values)
        return f"{shown(value)}   {self.deal.origin(steps).shown()}"

    # ---- values

    def fact(self, name: str) -> list[str]:
        value = self.facts.scope["facts"][name]
        rule = self.facts.reasons[name].rule
        lines = [f"facts.{name} = {shown(value)}   {rule.span}", f"  {rule.describes[self.language]}"]
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
        value = value_at(self.facts.scope, path)
        dotted = ".".join(path)
        if path[0] == "parameters":
            return [f"{indent}{dotted} = {shown(value)}, in force since {self.facts.parameters[path[1]]}"]
        if path[0] == "facts":
            return [f"{indent}{dotted} = {shown(value)}"]
        if value is None:
            return [f"{indent}{dotted} is absent"]
        if isinstance(value, Mapping) and len(value) <= 8:
            return [line for name in value for line in self.given((*path, name), indent)]
        return [f"{indent}{dotted} = {shown(value)}   {self.deal.origin(path).shown()}"]

    def parameter(self, name: str) -> list[str]:
        parameter = self.library.parameters[name]
        value = self.facts.scope["parameters"][name]
        lines = [f"parameters.{name} = {shown(value)} since {self.facts.parameters[name]}   {parameter.span}"]
        if parameter.fact:
            lines.append(f"  source: {self.library.citation(parameter.fact, self.language)}")
        return [*lines, f"  checked on {parameter.checked}"]


def value_at(value: Any, path: tuple[str | int, ...]) -> Any:
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


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if value and isinstance(value[0], Mapping):
            number = f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
            names = [entry_name(Type("list"), item) for item in value[:8]]
            if not any(names):
                return number
            more = ", …" if len(value) > 8 else ""
            return f"{number}: " + ", ".join(name or "…" for name in names) + more
        return "[" + ", ".join(str(item) for item in value[:12]) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {shown(v)}" for k, v in list(value.items())[:6]) + "}"
    return f"'{value}'" if isinstance(value, str) else str(value)
