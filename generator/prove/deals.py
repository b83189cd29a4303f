"""Every valid deal, as terms: what the schema accepts and no rule of severity error finds fault with.

Also assumed: the date at which the law is read is one at which every legal value of the library is known, as nothing
can be built before it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from generator.conditions.expressions import Constant, Read
from generator.facts import DATES
from generator.forms import YEARS
from generator.library.model import Library, LibraryLayer, Parameter, Period, Rule
from generator.library.types import pack_type
from generator.prove import terms
from generator.prove.conditions import Conditions, Names, Operand, Ways
from generator.prove.formulas import known_of
from generator.prove.needs import needs
from generator.prove.places import Aspect, Place, Space, ordinal
from generator.prove.schema import Translation
from generator.prove.terms import FALSE, TRUE, Linear, Term
from generator.schema import fold_required
from generator.schema_types import Type


class ByCases(Names):
    """The names of a library, facts by cases written out. ``settings`` stand in place of what the deal has."""

    def __init__(self, deals: Deals, settings: Mapping[str, Constant] | None = None) -> None:
        self.deals = deals
        self.conditions = Conditions(self, settings=settings)
        self.cases = {fact.id: fact for fact in deals.library.facts if not fact.formula}
        self.ways: dict[str, Ways] = {}

    def place(self, name: str) -> Place:
        return self.deals.place(name)

    def fact(self, name: str) -> Ways | None:
        rule = self.cases.get(name)
        if rule is None:
            return None
        if name not in self.ways:
            ways: list[tuple[Term, Operand]] = []
            before = TRUE
            for case in rule.cases:
                holds = self.conditions.truth(case.when.expression).holds
                ways.append((terms.all_of(before, holds), _operand(case.value)))
                before = terms.all_of(before, terms.no(holds))
            ways.append((before, _operand(rule.default)))
            self.ways[name] = _merged(ways)
        return self.ways[name]


class Deals:
    """The valid deals of a library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.needs = needs(library)
        self.space = Space(self.needs.entries, self.needs.lengths)
        deal = Type("record", fields=dict(library.schema.type.fields))
        self.deal = Place.of(self.space, (), TRUE, deal)
        self.roots = {
            name: Place.of(self.space, (name,), TRUE, library.names[name])
            for name in ("facts", "parameters")
            if name in library.names
        }
        self.roots["pack"] = Place.of(self.space, ("pack",), TRUE, pack_type())
        self.conditions = ByCases(self).conditions

    # ---- names

    def mended(self, settings: Mapping[str, Constant]) -> Conditions:
        """The conditions of the same deals with some fields set."""
        return ByCases(self, settings).conditions

    def place(self, name: str) -> Place:
        return self.roots[name] if name in self.roots else self.deal.member(name)

    # ---- when

    @cached_property
    def as_of(self) -> Linear:
        """The date of the law."""
        facts = self.roots.get("facts")
        if facts is not None and facts.type is not None and "as_of" in facts.type.fields:
            return facts.member("as_of").number
        self.space.whole.add(("as_of",))
        return terms.number(Aspect("number", ("as_of",)))

    def in_force(self, period: Period) -> Term:
        """Whether something dated is in force on the date of the law."""
        start = terms.at_most(_day(period.start), self.as_of) if period.start else TRUE
        end = terms.less(self.as_of, _day(period.end)) if period.end else TRUE
        return terms.all_of(start, end)

    def layer(self, layer: LibraryLayer) -> Term:
        """Whether a layer counts for the deal."""
        return TRUE if layer.when is None else self.conditions.truth(layer.when.expression).holds

    # ---- what holds of every valid deal

    def facts_of_the_world(self) -> list[Term]:
        """What the schema, the calendar, the law's dates and the formulas say, over what was asked about so far.

        Call it when everything that is to be proven has been translated.
        """
        parts = [*self._schema(), *self._dates(), *self._parameters(), *self._formulas()]
        parts += self.space.axioms()
        return [part for part in parts if part is not TRUE]

    def _schema(self) -> Iterator[Term]:
        document = fold_required(self.library.schema.document)
        yield from self._group(Translation(document), document, self.deal, ())

    def _group(
        self, translation: Translation, node: Mapping[str, Any], place: Place, path: tuple[Any, ...]
    ) -> Iterator[Term]:
        """The constraints of one place and of those below it that the library reads."""
        while "$ref" in node:
            resolved = translation.resolved(node["$ref"])
            assert isinstance(resolved, Mapping)
            node = {**resolved, **{key: value for key, value in node.items() if key != "$ref"}}
        own = {key: value for key, value in node.items() if key not in {"properties", "additionalProperties", "items"}}
        if place.kinds == {"string"}:
            # Which texts are allowed matters where a text is asked about; length and pattern never do.
            own = {key: own[key] for key in ("enum", "const") if key in own and place.path in self.space.texts}
        if place.kinds <= {"object", "null"} or (path in self.needs.values and not _named(place)):
            yield translation.accepts(own, place)
        for name, child in node.get("properties", {}).items():
            if (*path, name) in self.needs.paths:
                yield from self._group(translation, child, place.member(name), (*path, name))
        if "items" in node and (*path, "[]") in self.needs.paths:
            for entry in place.entries():
                yield from self._group(translation, node["items"], entry, (*path, "[]"))

    def _dates(self) -> Iterator[Term]:
        """Days of the calendar that the forms of a deal allow, and the date of the law."""
        first = Linear(constant=datetime.date(YEARS[0], 1, 1).toordinal())
        last = Linear(constant=datetime.date(YEARS[1], 12, 31).toordinal())
        for path in self._dated():
            number = terms.number(Aspect("number", path))
            yield terms.all_of(terms.at_most(first, number), terms.at_most(number, last))
        meta = self.deal.member("meta")
        before = TRUE
        assert meta.type is not None
        for name in DATES:
            if name in meta.type.fields:
                date = meta.member(name)
                yield terms.implies(terms.all_of(before, date.present), terms.equal(self.as_of, date.number))
                before = terms.all_of(before, terms.no(date.present))

    def _dated(self) -> Iterator[tuple[Any, ...]]:
        for path in list(self.space.whole):
            read = self._type_at(path)
            if read is not None and read.kind in {"date", "month"}:
                yield path

    def _type_at(self, path: tuple[Any, ...]) -> Type | None:
        type_: Type | None = Type("record", fields=dict(self.library.schema.type.fields))
        if path and path[0] in self.roots:
            type_ = self.roots[str(path[0])].type
            path = path[1:]
        for step in path:
            if type_ is None:
                return None
            if not isinstance(step, str):
                type_ = type_.item
            elif step not in type_.fields:
                return None
            else:
                type_ = type_.fields[step].type
        return type_

    def _parameters(self) -> Iterator[Term]:
        """Each legal value by the date of the law; no date before the first of any of them."""
        for parameter in self.library.parameters.values():
            yield from self._parameter(parameter)

    def _parameter(self, parameter: Parameter) -> Iterator[Term]:
        starts = [start for start, _ in parameter.values]
        yield terms.at_most(_day(starts[0]), self.as_of)
        if ("parameters", parameter.id) not in self.needs.paths:
            return
        place = self.place("parameters").member(parameter.id)
        for (start, value), end in zip(parameter.values, [*starts[1:], ""], strict=True):
            held = self.in_force(Period(start, end))
            yield terms.implies(held, terms.equal(place.number, Linear(constant=Fraction(value))))

    def _formulas(self) -> Iterator[Term]:
        if "facts" in self.roots:
            yield from known_of(self.library.facts, self.needs.paths, self.place, self.library.services)

    # ---- rules

    @cached_property
    def rules(self) -> Mapping[str, Term]:
        """For every rule of severity error: when it finds no fault."""
        return {
            rule.id: self.satisfied(rule, self.conditions) for rule in self.library.rules if rule.severity == "error"
        }

    def satisfied(self, rule: Rule, conditions: Conditions) -> Term:
        """When a rule finds no fault."""
        asked = terms.all_of(self.layer(rule.layer), self.in_force(rule.effective))
        return terms.all_of(
            *(terms.implies(terms.all_of(asked, when), holds) for when, holds in self.cases_of(rule, conditions))
        )

    def cases_of(self, rule: Rule, conditions: Conditions) -> Iterable[tuple[Term, Term]]:
        """When a rule applies and what it then asks, once for the deal or for each entry of its list."""
        if rule.each is None:
            yield self._asked(rule, conditions, TRUE)
            return
        name, collection = rule.each
        assert isinstance(collection.expression, Read)
        place = conditions.place(collection.expression)
        for entry in place.entries():
            yield self._asked(rule, conditions.binding(name, entry), entry.there)

    @staticmethod
    def _asked(rule: Rule, conditions: Conditions, given: Term) -> tuple[Term, Term]:
        when = TRUE if rule.when is None else conditions.truth(rule.when.expression).holds
        return terms.all_of(given, when), conditions.truth(rule.asserted.expression).holds


def _named(place: Place) -> bool:
    """Whether the place takes one of the names of its type, as it does by itself."""
    return place.type is not None and place.type.kind in {"enum", "localised"}


def _operand(value: Any) -> Operand:
    if isinstance(value, (bool, str)):
        return value
    return Linear(constant=Fraction(value))


def _merged(ways: list[tuple[Term, Operand]]) -> Ways:
    """The cases with the same value as one."""
    found: dict[Any, Term] = {}
    for when, operand in ways:
        key = ("number", operand.constant) if isinstance(operand, Linear) else operand
        found[key] = terms.any_of(found.get(key, FALSE), when)
    return tuple((when, Linear(constant=key[1]) if isinstance(key, tuple) else key) for key, when in found.items())


def _day(text: str) -> Linear:
    return Linear(constant=ordinal(text))
