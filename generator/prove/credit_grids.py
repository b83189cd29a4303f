"""The credit scales of the profiles: those of every client segment with every service level profile.

What a deal leaves as it is comes from these two, so a fault here is one of every such deal. A profile promises no
availability; its availability bands are judged with a promise above every bound that they name. A lower promise has
fewer results to cover, and between that one and 100 % there is no other bound; that a deal promises less than the
lower bound of a band is for the rule that judges the deal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from generator import formats
from generator.conditions import AbsentField, Expression, Scope
from generator.conditions.expressions import Read, reads
from generator.deal import merged_values
from generator.deal_layers import Layer
from generator.diagnostics import Diagnostic, Note, Severity, Span
from generator.formulas import Context
from generator.formulas.credit_cases import MINUTE, Period
from generator.formulas.credit_grid import bands_of
from generator.formulas.credit_promises import Promise, promises_of
from generator.formulas.credit_words import Finding, findings
from generator.library.fill import filled
from generator.library.model import Library, Rule
from generator.schema import typed
from generator.source import Path, Source

CODE: Final = "credit-grid"
CREDITS: Final = ("sla", "credits")
TIERS: Final = (*CREDITS, "tiers")
GROUPS: Final = frozenset({"context", "sla", "availability"})
PARTS: Final = ("credits", "targets", "measurement")
ROOT: Final = "values"
MONTH: Final = 30 * 24 * 60
FULL: Final = Decimal(100)
HELP: Final = "start at 0, let the bands touch, leave the last one without `to_pct`, never lower the credit"
SEVERITIES: Final = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}


def problems(library: Library) -> Iterator[Diagnostic]:
    """Every fault of the scales and caps that the profiles of the library bring into a deal, once, at its place."""
    if not library.schema.type.fields.keys() >= GROUPS:
        # Deals of this schema promise nothing.
        return
    shown: set[tuple[Span | None, str]] = set()
    known: list[tuple[Layer, Any]] = []
    for layers in _combinations(library):
        values = _values(library, layers)
        # Most segments leave the credits to the service levels: the same values from the same file say the same.
        if (layers[1], values) in known:
            continue
        known.append((layers[1], values))
        for diagnostic in _judged(library, layers, values):
            place = diagnostic.span, diagnostic.message
            if place not in shown:
                shown.add(place)
                yield diagnostic


def _combinations(library: Library) -> Iterator[tuple[Layer, Layer]]:
    """Each profile that is named like a segment with each of the others."""
    segments = library.schema.type.fields["context"].type.fields["segment"].type.values
    narrowed = {id_: _narrowed(source) for id_, source in library.profiles.items()}
    for segment in (source for id_, source in narrowed.items() if id_ in segments):
        for level in (source for id_, source in narrowed.items() if id_ not in segments):
            yield Layer("segment", segment, (ROOT,)), Layer("sla", level, (ROOT,))


def _narrowed(source: Source) -> Source:
    """A profile with nothing but what a scale is made of and judged by: to merge the rest takes most of the time."""
    values = {name: value for name, value in source.value[ROOT].items() if name in {"sla", "availability"}}
    if isinstance(values.get("sla"), dict):
        values["sla"] = {name: value for name, value in values["sla"].items() if name in PARTS}
    # Not `replace`: the source may be one that is unpacked when it is asked.
    return Source(source.file, {ROOT: values}, source.places, source.key_places, source.raw, source.lines)


def _values(library: Library, layers: tuple[Layer, Layer]) -> dict[str, Any]:
    """What two profiles say of credits and of what they are for, over the defaults of the schema; not judged."""
    merged = merged_values(library.schema, layers)
    sla = merged["sla"]
    if isinstance(sla, dict):
        sla = {name: sla[name] for name in PARTS if name in sla}
    return {"availability": merged["availability"], "sla": sla}


def _judged(library: Library, layers: tuple[Layer, Layer], values: dict[str, Any]) -> Iterator[Diagnostic]:
    # The reduced deal lacks much; what is wrong with its scale, targets or promises is what cannot be judged.
    wrong = [v for v in library.schema.violations(values, merged=False) if v.path[:1] in {("sla",), ("availability",)}]
    if wrong:
        for violation in wrong:
            span = _span(layers, violation.path)
            yield Diagnostic(CODE, Severity.ERROR, violation.message, span, violation.help)
        return
    deal = typed(library.schema.type, values)
    if not deal.get("sla", {}).get("credits", {}).get("enabled", False):
        return
    for rule in library.rules:
        if _of_credits_alone(rule):
            yield from _broken(rule, deal, layers)
    if deal["sla"]["credits"]["tiers"]:
        for finding in findings(deal, _promises(library, deal)):
            yield _diagnostic(finding, layers)


# ---- the scale


def _promises(library: Library, deal: Mapping[str, Any]) -> dict[str, list[Promise]]:
    """What the profiles promise, and where they promise no availability one that a deal may promise."""
    context = Context(library.schema, library.services, library.holidays, {}, {}, "")
    sla = deal["sla"]
    sample = sla.get("measurement", {}).get("min_sample", 1)
    targets = [target for target in sla.get("targets", []) if "attainment_pct" in target]
    whole = {**deal, "sla": {**sla, "targets": targets, "measurement": {"min_sample": sample}}}
    promises = promises_of(whole, context)
    bounds = [bound for band in bands_of(deal, "availability") for bound in (band.low, band.high) if bound is not None]
    if bounds and not promises["availability"]:
        highest = max((bound for bound in bounds if bound < FULL), default=Decimal(0))
        promised = (highest + FULL) / 2
        named = {
            "fr": f"d'un service promis à {formats.percent(promised, 'fr')}",
            "en": f"of a service promised at {formats.percent(promised, 'en')}",
        }
        promises["availability"] = [Promise(promised, True, named, None, 0)]
    # No dates and no calendars here: a month of thirty days stands for all.
    promises["availability"] = [replace(promise, periods=lambda: (_MONTH,)) for promise in promises["availability"]]
    return promises


_MONTH = Period(
    {"fr": f"sur un mois de {formats.minutes(MONTH, 'fr')}", "en": f"in a month of {formats.minutes(MONTH, 'en')}"},
    Fraction(MONTH) * MINUTE,
)


def _diagnostic(finding: Finding, layers: tuple[Layer, Layer]) -> Diagnostic:
    spans = [_span(layers, (*TIERS, index)) for index in finding.bands] or [_span(layers, TIERS)]
    notes = tuple(Note("the other band is here", span) for span in spans[:-1])
    message = "the credit scale does not follow what is promised: " + finding.words["en"]
    return Diagnostic(CODE, Severity.ERROR, message, spans[-1], HELP, notes)


def _span(layers: tuple[Layer, Layer], path: Path) -> Span:
    """The place of a value in the last profile that gives it, or of the nearest group there."""
    while path:
        for layer in reversed(layers):
            if layer.source.has((*layer.root, *path)):
                return layer.source.span((*layer.root, *path))
        path = path[:-1]
    return layers[-1].source.span(())


# ---- the caps


def _of_credits_alone(rule: Rule) -> bool:
    """Whether a rule reads nothing but the credits, so that the profiles decide it."""
    bound = {rule.each[0]} if rule.each is not None else set()
    return all(
        read.path[:2] == CREDITS or read.path[0] in bound
        for expression in _expressions(rule)
        for read in reads(expression)
    )


def _expressions(rule: Rule) -> Iterator[Expression]:
    if rule.each is not None:
        yield rule.each[1].expression
    if rule.when is not None:
        yield rule.when.expression
    yield rule.asserted.expression


def _broken(rule: Rule, deal: Scope, layers: tuple[Layer, Layer]) -> Iterator[Diagnostic]:
    for scope, path in _scopes(rule, deal):
        try:
            if (rule.when is not None and not rule.when.run(scope)) or rule.asserted.run(scope):
                continue
        except AbsentField:
            # The profile leaves it to the deal.
            continue
        help_ = filled(rule.help["en"], scope, "en") if rule.help else ""
        message = filled(rule.message["en"], scope, "en")
        notes = (Note(f"rule {rule.id}", rule.span),)
        yield Diagnostic(CODE, SEVERITIES[rule.severity], message, _span(layers, path), help_, notes, rule.id)


def _scopes(rule: Rule, deal: Scope) -> Iterator[tuple[Scope, Path]]:
    """The scope of each time that a rule applies, with the path that it is about."""
    if rule.each is None:
        first = next(reads(rule.asserted.expression), None)
        steps = rule.at.split(".") if rule.at else (first.path if first is not None else ())
        yield deal, tuple(str(step) for step in steps)
        return
    name, collection = rule.each
    walked = collection.expression.path if isinstance(collection.expression, Read) else CREDITS
    for index, entry in enumerate(collection.run(deal)):
        yield {**deal, name: entry}, (*(str(step) for step in walked), index)
