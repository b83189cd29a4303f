"""What the rules of the library conclude about a deal, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from generator.conditions import AbsentField, Scope
from generator.conditions.expressions import Expression, Key, Read, reads
from generator.deal import Deal
from generator.diagnostics import Diagnostic, Note, Severity
from generator.facts import Facts, derive
from generator.library.fill import filled
from generator.library.model import ApprovalRule, Fix, Library, Rule
from generator.schema import typed
from generator.violations import Path


@dataclass(frozen=True, slots=True)
class Ruling:
    """One rule that found something: ``entry`` is the index of the entry it is about, where the rule walks a list."""

    rule: Rule
    diagnostic: Diagnostic
    entry: int | None


@dataclass(frozen=True, slots=True)
class NeededApproval:
    """A deviation that somebody must approve."""

    rule: ApprovalRule
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class Rulings:
    """``applied`` counts the rules that were in force and applied to this deal, whether they found something or not."""

    rulings: tuple[Ruling, ...]
    approvals: tuple[NeededApproval, ...]
    applied: int

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(r.diagnostic for r in self.rulings) + tuple(a.diagnostic for a in self.approvals)


_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}
_MESSAGES = {"approval": {"fr": "accord requis ({role}) : {reason}", "en": "approval needed ({role}): {reason}"}}


def judge(library: Library, facts: Facts, language: str) -> Rulings:
    """Apply every rule in force. Messages are in ``language`` (``fr`` or ``en``)."""
    rulings: list[Ruling] = []
    applied = 0
    for rule in in_force(library, facts):
        for entry, scope in _scopes(rule, facts.scope):
            try:
                if rule.when is not None and not rule.when.run(scope):
                    continue
                applied += 1
                if not rule.asserted.run(scope):
                    rulings.append(Ruling(rule, _finding(library, rule, facts, scope, entry, language), entry))
            except AbsentField as absent:
                rulings.append(Ruling(rule, _absent(rule, absent, facts.deal), entry))
    approvals: list[NeededApproval] = []
    for deviation in library.approvals:
        if not facts.has_layer(deviation.layer):
            continue
        try:
            if deviation.when.run(facts.scope):
                approvals.append(NeededApproval(deviation, _approval(deviation, facts, language)))
        except AbsentField as absent:
            approvals.append(NeededApproval(deviation, _absent(deviation, absent, facts.deal)))
    return Rulings(tuple(rulings), tuple(approvals), applied)


def in_force(library: Library, facts: Facts) -> Iterator[Rule]:
    """The rules that count for a deal with these layers on the date of its law."""
    for rule in library.rules:
        if facts.has_layer(rule.layer) and rule.effective.holds(facts.as_of):
            yield rule


def _scopes(rule: Rule, scope: Scope) -> Iterator[tuple[int | None, Scope]]:
    if rule.each is None:
        yield None, scope
        return
    name, collection = rule.each
    for index, entry in enumerate(collection.run(scope)):
        yield index, {**scope, name: entry}


def _finding(library: Library, rule: Rule, facts: Facts, scope: Scope, entry: int | None, language: str) -> Diagnostic:
    notes = [Note(f"rule {rule.id}", rule.span)]
    citation = library.citation(rule.fact, language) if rule.fact else ""
    fix = _verified_fix(library, rule, facts) if rule.fix is not None else ()
    help_ = filled(rule.help[language], scope, language) if rule.help else ""
    return Diagnostic(
        code="rule",
        severity=_SEVERITIES[rule.severity],
        message=filled(rule.message[language], scope, language),
        span=facts.deal.span(_place(rule.at, rule.asserted.expression, rule, facts, entry)),
        help=help_,
        notes=tuple(notes),
        rule=rule.id,
        citation=citation,
        fix=fix,
    )


def _place(at: str, expression: Expression, rule: Rule | None, facts: Facts, entry: int | None) -> Path:
    """The path of the deal that a finding points at: as the rule says, else the first field that it reads."""
    if at:
        steps: list[str | int] = list(at.split("."))
        return _bound(steps, rule, facts, entry)
    for read in reads(expression):
        path = _deal_path(read, rule, facts, entry)
        if path:
            return path
    return ()


def _deal_path(read: Read, rule: Rule | None, facts: Facts, entry: int | None) -> Path:
    root = read.path[0]
    if root == "facts":
        reason = facts.reasons.get(str(read.path[1]))
        if reason is None:
            return ()
        for dotted in reason.rule.reads:
            if not dotted.startswith("facts."):
                return tuple(dotted.split("."))
        for case in reason.rule.cases:
            for inner in reads(case.when.expression):
                path = _deal_path(inner, None, facts, None)
                if path:
                    return path
        return ()
    if root == "parameters":
        return ()
    steps: list[str | int] = []
    value: Any = facts.scope
    for step in read.path:
        if isinstance(step, Key):
            index = next((i for i, item in enumerate(value or ()) if item.get(step.attribute) == step.value), None)
            if index is None:
                break
            steps.append(index)
            value = value[index]
        else:
            steps.append(step)
            value = value.get(step) if isinstance(value, Mapping) else None
    return _bound(steps, rule, facts, entry)


def _bound(steps: list[str | int], rule: Rule | None, facts: Facts, entry: int | None) -> Path:
    """A path that begins with the name bound by ``each`` as a path of the deal."""
    if rule is not None and rule.each is not None and entry is not None and steps[0] == rule.each[0]:
        expression = rule.each[1].expression
        if isinstance(expression, Read) and expression.path[0] != "facts":
            return (*(str(step) for step in expression.path), entry, *steps[1:])
        return ()
    return tuple(steps)


def _verified_fix(library: Library, rule: Rule, facts: Facts) -> tuple[tuple[str, str], ...]:
    """The fix of a rule if the deal with it satisfies the rule, else nothing."""
    assert rule.fix is not None
    changed = apply_fix(library, facts.deal, rule.fix)
    again, _ = derive(library, changed, facts.as_of)
    if again is None:
        return ()
    try:
        for _, scope in _scopes(rule, again.scope):
            if (rule.when is None or rule.when.run(scope)) and not rule.asserted.run(scope):
                return ()
    except AbsentField:
        return ()
    return tuple((path, _shown(value)) for path, value in rule.fix.settings)


def apply_fix(library: Library, deal: Deal, fix: Fix) -> Deal:
    """A copy of the deal with the settings of a fix."""
    values: Any = deepcopy(dict(deal.values))
    for dotted, value in fix.settings:
        *groups, name = dotted.split(".")
        target = values
        for group in groups:
            target = target.setdefault(group, {})
        target[name] = value
    return replace(deal, values=typed(library.schema.type, values))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _approval(rule: ApprovalRule, facts: Facts, language: str) -> Diagnostic:
    reason = filled(rule.reason[language], facts.scope, language)
    return Diagnostic(
        code="approval",
        severity=Severity.APPROVAL,
        message=_MESSAGES["approval"][language].format(role=rule.role, reason=reason),
        span=facts.deal.span(_place(rule.at, rule.when.expression, None, facts, None)),
        notes=(Note(f"rule {rule.id}", rule.span),),
        rule=rule.id,
    )


def _absent(rule: Rule | ApprovalRule, absent: AbsentField, deal: Deal) -> Diagnostic:
    message = f"the rule {rule.id} reads `{absent.read.dotted}`, which this deal does not have"
    return Diagnostic(
        "absent-field",
        Severity.ERROR,
        message,
        deal.source.span(()),
        "add the field",
        (Note("the rule is here", rule.span),),
        rule.id,
    )
