"""Faults put into rules and approvals: in what they ask, how heavy they are, what they cite, tell and mend."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from generator.conditions.expressions import Read, reads
from generator.conditions.judge import Complaint
from generator.conditions.parse import parse_condition
from generator.library.model import Condition, Fix, Library, Parameter, Period, Rule
from generator.library.templates import Insert
from generator.library.walk import conditions, templates
from generator.schema_types import Type
from tests.seeded import Fault, Refused, swapped, variants
from tests.seeded_conditions import Pool, pool_of

SEVERITIES: Final = ("error", "warning", "info")
YEAR: Final = datetime.timedelta(days=365)
NEXT_YEAR: Final = "2027-01-01"
Make = Callable[[], Library]


@dataclass(frozen=True)
class Rules:
    """The rules, the approvals and the legal values of a library, each with what a tired author does to them."""

    library: Library

    def faults(self, pick: random.Random) -> Iterator[Fault]:
        for index, rule in enumerate(self.library.rules):
            put = self._putting(index)
            yield from self._asked(rule, put)
            yield from self._weight(rule, put, pick)
            yield from self._dates(rule, put)
            yield from self._fixes(rule, put, pick)
            yield from self._told(rule, put, pick)
        yield from self._approvals()
        yield from self._values()

    def _putting(self, index: int) -> Callable[..., Library]:
        rules = self.library.rules
        return lambda **changes: replace(self.library, rules=swapped(rules, index, replace(rules[index], **changes)))

    @cached_property
    def pool(self) -> Pool:
        return pool_of(read for condition in conditions(self.library) for read in reads(condition.expression))

    # ---- what a rule asks

    def _asked(self, rule: Rule, put: Callable[..., Library]) -> Iterator[Fault]:
        names = self._names(rule)
        for part, condition in (("asserted", rule.asserted), ("when", rule.when)):
            if condition is None:
                continue
            for how, text in variants(condition, self.pool):
                yield Fault(
                    "rules",
                    how,
                    str(condition.span),
                    f"{rule.id}: `{condition.text}` → `{text}`",
                    lambda part=part, condition=condition, text=text: put(**{part: _read(condition, text, names)}),
                )
        if rule.when is not None:
            change = f"{rule.id}: `{rule.when.text}` → `none`"
            yield Fault("rules", "dropped", str(rule.when.span), change, lambda: put(when=None))

    def _names(self, rule: Rule) -> Mapping[str, Type]:
        if rule.each is None:
            return self.library.names
        name, collection = rule.each
        expression = collection.expression
        assert isinstance(expression, Read)
        assert expression.type.item is not None
        return {**self.library.names, name: expression.type.item}

    # ---- how heavy it is and since when

    def _weight(self, rule: Rule, put: Callable[..., Library], pick: random.Random) -> Iterator[Fault]:
        for severity in SEVERITIES:
            if severity != rule.severity:
                change = f"{rule.id}: {rule.severity} → {severity}"
                yield Fault("weight", "severity", str(rule.span), change, lambda new=severity: put(severity=new))
        if rule.fact:
            other = pick.choice([id_ for id_ in self.library.law if id_ != rule.fact])
            for how, fact in (("law", other), ("law dropped", ""), ("misspelt", f"{rule.fact}x")):
                change = f"{rule.id}: cites {rule.fact} → {fact or 'nothing'}"
                yield Fault("weight", how, str(rule.span), change, lambda fact=fact: put(fact=fact))

    def _dates(self, rule: Rule, put: Callable[..., Library]) -> Iterator[Fault]:
        start, end = rule.effective.start, rule.effective.end
        periods = [("ended", Period(start, "2026-01-01")), ("late", Period(NEXT_YEAR, end))]
        if start:
            earlier = (datetime.date.fromisoformat(start) - YEAR).isoformat()
            periods += [("early", Period(earlier, end)), ("date dropped", Period("", end))]
        for how, period in periods:
            change = f"{rule.id}: in force from {period.start or 'ever'} until {period.end or 'ever'}"
            yield Fault("rule dates", how, str(rule.span), change, lambda period=period: put(effective=period))

    # ---- what it mends, points at and tells

    def _fixes(self, rule: Rule, put: Callable[..., Library], pick: random.Random) -> Iterator[Fault]:
        settings = rule.fix.settings if rule.fix is not None else ()
        for place, (path, value) in enumerate(settings):
            type_ = self._deal_types.get(path)
            alike = [other for other, kind in self._deal_types.items() if other != path and kind == type_]
            changes = [("fix", (path, other)) for other in _other_values(value, type_)]
            changes += [("fix elsewhere", (pick.choice(alike), value))] if alike else []
            changes += [("misspelt", (f"{path}x", value))]
            for how, setting in changes:
                change = f"the fix of {rule.id}: {path}: {value} → {setting[0]}: {setting[1]}"
                fix = Fix(swapped(settings, place, setting))
                yield Fault("tells", how, str(rule.span), change, lambda fix=fix, how=how: self._fixed(put, fix, how))

    def _fixed(self, put: Callable[..., Library], fix: Fix, how: str) -> Library:
        if how == "misspelt":
            raise Refused("a fix of a field that no deal has")
        return put(fix=fix)

    def _told(self, rule: Rule, put: Callable[..., Library], pick: random.Random) -> Iterator[Fault]:
        if rule.at and not rule.each:
            alike = [path for path in self._deal_types if path != rule.at]
            near = [path for path in alike if path.rpartition(".")[0] == rule.at.rpartition(".")[0]]
            other = pick.choice(near or alike)
            yield Fault("tells", "at", str(rule.span), f"{rule.id}: at {rule.at} → {other}", lambda: put(at=other))
        for part in ("message", "help"):
            texts = getattr(rule, part)
            for language, content in texts.items():
                for insert in [node for node in templates(content) if isinstance(node, Insert)]:
                    for new in self._inserts_like(rule, insert, pick):
                        said = {**texts, language: _with(content, insert, new)}
                        change = f"{rule.id}: the {part} ({language}) tells {new.path} for {insert.path}"
                        yield Fault(
                            "tells", "value", str(rule.span), change, lambda part=part, said=said: put(**{part: said})
                        )
                        both = {key: _with(text, insert, new) for key, text in texts.items()}
                        change = f"{rule.id}: the {part} tells {new.path} for {insert.path}"
                        yield Fault(
                            "tells", "value", str(rule.span), change, lambda part=part, both=both: put(**{part: both})
                        )

    def _inserts_like(self, rule: Rule, insert: Insert, pick: random.Random) -> list[Insert]:
        """Another value of the same kind printed by a rule, if there is one: of the same list where one is walked."""
        bound = rule.each[0] if rule.each is not None else ""
        root = insert.path.split(".")[0]
        alike = [
            other
            for path, other in sorted(self._inserts.items())
            if path != insert.path
            and (other.type.kind, other.type.unit) == (insert.type.kind, insert.type.unit)
            and path.split(".")[0] in self.library.names
        ]
        return [pick.choice(alike)] if alike and root != bound else []

    @cached_property
    def _inserts(self) -> dict[str, Insert]:
        contents = (text for rule in self.library.rules for text in (*rule.message.values(), *rule.help.values()))
        return {n.path: n for content in contents for n in templates(content) if isinstance(n, Insert)}

    @cached_property
    def _deal_types(self) -> dict[str, Type]:
        return dict(_plain_fields(Type("record", fields=self.library.schema.type.fields), ""))

    # ---- approvals and legal values

    def _approvals(self) -> Iterator[Fault]:
        approvals = self.library.approvals
        for index, approval in enumerate(approvals):
            for how, text in variants(approval.when, self.pool):
                yield Fault(
                    "approvals",
                    how,
                    str(approval.when.span),
                    f"{approval.id}: `{approval.when.text}` → `{text}`",
                    lambda index=index, text=text: replace(
                        self.library,
                        approvals=swapped(
                            approvals,
                            index,
                            replace(approvals[index], when=_read(approvals[index].when, text, self.library.names)),
                        ),
                    ),
                )

    def _values(self) -> Iterator[Fault]:
        for name, parameter in self.library.parameters.items():
            for place, (start, value) in enumerate(parameter.values):
                later = (datetime.date.fromisoformat(start) + YEAR).isoformat()
                for how, new in (
                    ("number", (start, value + 1)),
                    ("number", (start, value * 10)),
                    ("late", (later, value)),
                ):
                    values = swapped(parameter.values, place, new)
                    changed = replace(parameter, values=values)
                    if [day for day, _ in values] != sorted({day for day, _ in values}):
                        continue
                    change = f"{name}: {start}: {value} → {new[0]}: {new[1]}"
                    yield Fault(
                        "legal values",
                        how,
                        str(parameter.span),
                        change,
                        lambda name=name, changed=changed: self._valued(name, changed),
                    )

    def _valued(self, name: str, parameter: Parameter) -> Library:
        return replace(self.library, parameters={**self.library.parameters, name: parameter})


def _read(condition: Condition, text: str, names: Mapping[str, Type]) -> Condition:
    try:
        expression = parse_condition(text, names)
    except Complaint as complaint:
        raise Refused(complaint.message) from complaint
    return Condition(text, expression, condition.span)


def _other_values(value: Any, type_: Type | None) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, Decimal)):
        yield value + 1
        yield value - 1
        yield value * 10
    elif type_ is not None and type_.values:
        yield from [other for other in type_.values if other != value][:2]


def _with(content: Iterable[Any], old: Insert, new: Insert) -> tuple[Any, ...]:
    return tuple(new if isinstance(node, Insert) and node.path == old.path else node for node in content)


def _plain_fields(type_: Type, prefix: str) -> Iterator[tuple[str, Type]]:
    for name, member in type_.fields.items():
        path = f"{prefix}.{name}" if prefix else name
        if member.type.kind == "record":
            yield from _plain_fields(member.type, path)
        else:
            yield path, member.type
