"""Every value that conditions, rules and texts may read of a deal, each derived one with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeVar

from generator.conditions import AbsentField, Scope
from generator.deal import Deal
from generator.diagnostics import Diagnostic, Note, Severity
from generator.formulas import FORMULAS, Context
from generator.library.model import FactRule, Library, LibraryLayer, Parameter

Value = TypeVar("Value")


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

    @cached_property
    def _layers(self) -> frozenset[str]:
        return frozenset(layer.id for layer in self.layers)

    def has_layer(self, layer: LibraryLayer) -> bool:
        return layer.id in self._layers


DATES: Final = ("signature_date", "document_date", "effective_date")
"""The fields of ``meta`` that date the law; the first that is there counts."""


def date_of_law(deal: Deal, as_of: str = "") -> str:
    """The date at which the law and the library are read: ``as_of``, else signature, document, effective date."""
    meta = deal.values["meta"]
    return str(as_of or next(meta[name] for name in DATES if meta.get(name)))


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
    unknown: list[Parameter] = []
    for parameter in library.parameters.values():
        held = parameter_at(parameter, date)
        if held is None:
            unknown.append(parameter)
        else:
            since[parameter.id], values[parameter.id] = held
    if unknown:
        return None, (_too_early(unknown, deal, date, as_of),)
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


def _too_early(unknown: list[Parameter], deal: Deal, date: str, as_of: str) -> Diagnostic:
    """One finding for the date, however many legal values it comes too early for."""
    last = max(unknown, key=lambda parameter: parameter.values[0][0])
    others = f" (and {len(unknown) - 1} more)" if len(unknown) > 1 else ""
    return Diagnostic(
        "no-parameter",
        Severity.ERROR,
        f"the legal value `{last.id}`{others} is not known for {date}",
        None if as_of else deal.span(("meta", next(name for name in DATES if deal.values["meta"].get(name)))),
        f"the law is known from {last.values[0][0]} on: date the contract later, or add the values in force then",
        (Note("its first value is here", last.span),),
    )


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


NO_DEAL: Final = (AbsentField, LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What a formula raises where values lack something that every valid deal has."""

# With more groups changed than these, a fact is seldom as it was: one not yet derived of the deal before stays so.
_FEW: Final = 4


class FactsOnDemand(Mapping[str, Any]):
    """The facts of a deal, each derived when it is first read: what ``derive`` gives, for those that are asked for.

    ``before`` are the facts of the deal that this one was made from by changing the groups of fields ``changed``. What
    read none of these groups is taken over: each fact notes the groups that it did read, whatever its rule declares.
    """

    def __init__(
        self,
        library: Library,
        deal: Deal,
        as_of: str = "",
        before: FactsOnDemand | None = None,
        changed: frozenset[str] = frozenset(),
    ) -> None:
        self.deal = deal
        self.as_of = date_of_law(deal, as_of)
        self._before = before if before is not None and before.as_of == self.as_of else None
        self._changed = changed
        self.parameters: Mapping[str, Any] = (
            self._before.parameters if self._before is not None else _held(library, self.as_of)
        )
        self._rules: Mapping[str, FactRule] = (
            self._before._rules if self._before is not None else {rule.id: rule for rule in library.facts}
        )
        self._values: dict[str, Any] = {}
        self._groups: dict[str, frozenset[str]] = {}
        self._reading: list[set[str]] = []
        self._deal = replace(deal, values=_Watched(deal.values, self._reading))
        self.scope: Scope = _Watched({**deal.values, "facts": self, "parameters": self.parameters}, self._reading)
        self._context = Context(library.schema, library.services, library.holidays, self.parameters, self, self.as_of)

    def has_layer(self, layer: LibraryLayer) -> bool:
        return layer.when is None or bool(layer.when.run(self.scope))

    def __getitem__(self, name: str) -> Any:
        """The value of a fact. Raises ``AbsentField``, and ``KeyError`` for an unknown name."""
        if name not in self._values:
            self._values[name], self._groups[name] = self._derived(name)
        if self._reading:
            self._reading[-1] |= self._groups[name]
        return self._values[name]

    def _derived(self, name: str) -> tuple[Any, frozenset[str]]:
        if self._before is not None and (name in self._before._values or len(self._changed) <= _FEW):
            try:
                value = self._before[name]
            except NO_DEAL:
                pass  # what was wrong before may be right now
            else:
                if not self._before._groups[name] & self._changed:
                    return value, self._before._groups[name]
        rule = self._rules[name]
        self._reading.append(set())
        try:
            value, _ = _value(rule, self._deal, self.scope, self._context)
        finally:
            read = self._reading.pop()
        return value, frozenset(read)

    def bound(self, name: str, entry: Any) -> Scope:
        """The scope in which an entry of a list has a name."""
        return _Watched({**self.scope, name: entry}, self._reading)

    def watched(self, run: Callable[[], Value]) -> tuple[Value, frozenset[str]]:
        """What a function gives, and the groups of fields that it read on the way, facts followed."""
        self._reading.append(set())
        try:
            value = run()
        finally:
            read = self._reading.pop()
        return value, frozenset(read)

    def fields_of(self, name: str) -> frozenset[tuple[str, ...]]:
        """The fields that the formula of a fact reads in this deal, as names without the entries of lists."""
        found: set[tuple[str, ...]] = set()
        noted = replace(self.deal, values=_Noted(self.deal.values, (), found))
        _value(self._rules[name], noted, self.scope, replace(self._context, facts=_NotedFacts(self, found)))
        return frozenset(found)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)


def _held(library: Library, date: str) -> dict[str, Any]:
    """The legal parameters that are known for a date."""
    held = ((name, parameter_at(parameter, date)) for name, parameter in library.parameters.items())
    return {name: value[1] for name, value in held if value is not None}


class _Watched(dict[str, Any]):
    """Groups of fields by name; each one that is read is noted in the last of the sets of ``reading``."""

    def __init__(self, groups: Mapping[str, Any], reading: list[set[str]]) -> None:
        super().__init__(groups)
        self._reading = reading

    def __getitem__(self, name: str) -> Any:
        if self._reading:
            self._reading[-1].add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        if self._reading:
            self._reading[-1].add(str(name))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        if self._reading:
            self._reading[-1].add(name)
        return super().get(name, default)


class _Noted(dict[str, Any]):
    """A group of fields that notes the path of each member that is read, as names; entries of lists included."""

    def __init__(self, group: Mapping[str, Any], path: tuple[str, ...], found: set[tuple[str, ...]]) -> None:
        super().__init__(group)
        self._path, self._found = path, found

    def _noted(self, name: str, value: Any) -> Any:
        path = (*self._path, name)
        self._found.add(path)
        return self._wrapped(value, path)

    def _wrapped(self, value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, list):
            return [self._wrapped(entry, path) for entry in value]
        return _Noted(value, path, self._found) if isinstance(value, dict) else value

    def __getitem__(self, name: str) -> Any:
        return self._noted(name, super().__getitem__(name))

    def __contains__(self, name: object) -> bool:
        self._found.add((*self._path, str(name)))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        return self._noted(name, super().get(name, default))

    def items(self) -> Any:
        return [(name, self._noted(name, value)) for name, value in super().items()]

    def values(self) -> Any:
        return [value for _, value in self.items()]


class _NotedFacts(Mapping[str, Any]):
    """Facts that note which of them are read."""

    def __init__(self, facts: FactsOnDemand, found: set[tuple[str, ...]]) -> None:
        self._facts, self._found = facts, found

    def __getitem__(self, name: str) -> Any:
        self._found.add(("facts", name))
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)
