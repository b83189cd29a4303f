"""Every value that conditions, rules and texts may read of a deal, each derived one with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.conditions import AbsentField, Scope
from generator.deal import Deal
from generator.diagnostics import Diagnostic, Note, Severity
from generator.formulas import FORMULAS, Context
from generator.library.model import FactRule, Library, LibraryLayer, Parameter


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a fact has its value: the case that held (its index), the default, or the formula."""

    rule: FactRule
    case: int | None


@dataclass(frozen=True)
class Facts:
    """``scope`` maps the roots that expressions read (the deal's groups, ``facts``, ``parameters``) to their values."""

    deal: Deal
    as_of: str
    scope: Scope
    reasons: Mapping[str, Reason]
    parameters: Mapping[str, str]
    layers: tuple[LibraryLayer, ...]

    def has_layer(self, layer: LibraryLayer) -> bool:
        return layer in self.layers


def date_of_law(deal: Deal, as_of: str = "") -> str:
    """The date at which the law and the library are read: ``as_of``, else signature, document, effective date."""
    meta = deal.values["meta"]
    return str(as_of or meta.get("signature_date") or meta.get("document_date") or meta["effective_date"])


def parameter_at(parameter: Parameter, date: str) -> tuple[str, Any] | None:
    """The value in force on a date with the date since when, or ``None`` before the first."""
    held = [(start, value) for start, value in parameter.values if start <= date]
    if not held:
        return None
    start, value = held[-1]
    return start, int(value) if parameter.type.kind == "integer" else value


def derive(library: Library, deal: Deal, as_of: str = "") -> tuple[Facts | None, tuple[Diagnostic, ...]]:
    """Compute the active layers, the legal parameters and every fact, in the order in which they depend."""
    date = date_of_law(deal, as_of)
    found: list[Diagnostic] = []
    values: dict[str, Any] = {}
    since: dict[str, str] = {}
    for parameter in library.parameters.values():
        held = parameter_at(parameter, date)
        if held is None:
            message = f"the legal value `{parameter.id}` is not known for {date}"
            found.append(
                Diagnostic("no-parameter", Severity.ERROR, message, parameter.span, "add the value in force then")
            )
        else:
            since[parameter.id], values[parameter.id] = held
    if found:
        return None, tuple(found)
    facts: dict[str, Any] = {}
    scope: dict[str, Any] = {**deal.values, "facts": facts, "parameters": values}
    layers: list[LibraryLayer] = []
    for layer in library.layers:
        try:
            if layer.when is None or layer.when.run(scope):
                layers.append(layer)
        except AbsentField as absent:
            message = f"the layer `{layer.id}` reads `{absent.read.dotted}`, which this deal does not have"
            span = layer.when.span if layer.when is not None else None
            found.append(Diagnostic("absent-field", Severity.ERROR, message, span, "read fields that every deal has"))
    context = Context(library.schema, library.services, library.holidays, values, facts, date)
    reasons: dict[str, Reason] = {}
    for rule in library.facts:
        try:
            value, case = _value(rule, deal, scope, context)
        except AbsentField as absent:
            found.append(_absent(rule, absent, deal))
            continue
        facts[rule.id] = value
        reasons[rule.id] = Reason(rule, case)
    if found:
        return None, tuple(found)
    return Facts(deal, date, scope, reasons, since, tuple(layers)), ()


def _value(rule: FactRule, deal: Deal, scope: Scope, context: Context) -> tuple[Any, int | None]:
    if rule.formula:
        return FORMULAS[rule.formula](deal.values, context), None
    for index, case in enumerate(rule.cases):
        if case.when.run(scope):
            return case.value, index
    return rule.default, None


def _absent(rule: FactRule, absent: AbsentField, deal: Deal) -> Diagnostic:
    message = f"the fact `{rule.id}` reads `{absent.read.dotted}`, which this deal does not have"
    return Diagnostic(
        "absent-field",
        Severity.ERROR,
        message,
        deal.source.span(()),
        "add the field",
        (Note("the fact is declared here", rule.span),),
    )
