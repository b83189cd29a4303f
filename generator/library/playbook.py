"""The playbook out of YAML files, and the approvals that its positions ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.conditions.expressions import And, Not
from generator.diagnostics import did_you_mean
from generator.library.layers import Condition, LibraryLayer
from generator.library.model import ApprovalRule, Outline
from generator.library.reading import Findings, read_condition, read_texts
from generator.library.rule_files import entries, fits
from generator.library.topics import POSITIONS, Playbook, Position, Topic, Way
from generator.schema_types import Type
from generator.source import Path, Source

LayeredSource = tuple[LibraryLayer, Source]


class PlaybookFiles:
    """Gathers the topics and the roles over the files of all layers."""

    def __init__(self, names: dict[str, Type], outlines: Iterable[Outline], findings: Findings) -> None:
        self.names = names
        self.slots = {slot.id for outline in outlines for section in outline.sections for slot in section.slots}
        self.findings = findings

    def read(self, sources: Sequence[LayeredSource]) -> Playbook:
        roles = self.roles(source for _, source in sources)
        topics: dict[tuple[str, str], Topic] = {}
        for layer, source in sources:
            for _, here, entry in entries([source], "topics"):
                topic = self.topic(source, here, entry, layer, roles)
                if (topic.id, layer.id) in topics:
                    self.findings.add(
                        "duplicate-topic", topic.span, f"the topic `{topic.id}` is given twice", "keep one"
                    )
                topics[topic.id, layer.id] = topic
        return Playbook(tuple(_in_force(tuple(topics.values()))), roles)

    def roles(self, sources: Iterable[Source]) -> dict[str, Mapping[str, str]]:
        """The roles in the order of the files, from the lowest to the highest."""
        roles: dict[str, Mapping[str, str]] = {}
        for source, here, entry in entries(sources, "roles"):
            if entry["id"] in roles:
                span = source.span((*here, "id"))
                self.findings.add("duplicate-role", span, f"the role `{entry['id']}` is given twice", "keep one")
            roles[entry["id"]] = entry["name"]
        return roles

    def topic(
        self, source: Source, here: Path, entry: Mapping[str, Any], layer: LibraryLayer, roles: Mapping[str, Any]
    ) -> Topic:
        if entry["slot"] not in self.slots:
            self.unknown("slot", source, (*here, "slot"), entry["slot"], self.slots)
        if "at" in entry:
            self.field(source, (*here, "at"), entry["at"])
        names = [position["position"] for position in entry["positions"]]
        if names != list(POSITIONS[: len(names)]):
            self.findings.add(
                "position-order",
                source.span((*here, "positions")),
                f"the positions of `{entry['id']}` are " + ", ".join(names),
                "write them in this order, the last only where a deal can go there: " + ", ".join(POSITIONS),
            )
        last = len(names) - 1
        positions = tuple(
            self.position(source, (*here, "positions", index), position, roles, last=index == last)
            for index, position in enumerate(entry["positions"])
        )
        when = read_condition(source, (*here, "when"), entry.get("when"), self.names, self.findings)
        return Topic(
            id=entry["id"],
            layer=layer,
            slot=entry["slot"],
            title=read_texts(source, (*here, "title"), entry["title"], self.names, self.findings),
            why=read_texts(source, (*here, "why"), entry["why"], self.names, self.findings),
            at=entry.get("at", ""),
            fact=entry.get("fact", ""),
            counts=(when,) if when is not None else (),
            positions=positions,
            span=source.span((*here, "id")),
        )

    def position(
        self, source: Source, here: Path, entry: Mapping[str, Any], roles: Mapping[str, Any], *, last: bool
    ) -> Position:
        name, role = entry["position"], entry.get("role", "")
        when = read_condition(source, (*here, "when"), entry.get("when"), self.names, self.findings)
        if last == ("when" in entry):
            what = "the last position is where all other deals stand" if last else f"the position {name} is without end"
            help_ = "take `when` away, or add the position beyond" if last else "give it a condition `when`"
            self.findings.add("position-order", source.span((*here, "position")), what, help_)
        if name == "beyond" and not role:
            role = ["", *roles][-1]
        elif (name in ("preferred", "beyond")) == bool(role):
            what = "is agreed by nobody" if not role else "needs nobody's agreement, or that of the highest role"
            span = source.span((*here, "position"))
            self.findings.add("bad-role", span, f"the position {name} {what}", "correct `role`")
        elif role and role not in roles:
            self.unknown("role", source, (*here, "role"), role, roles)
        return Position(
            name=name,
            when=when,
            says=read_texts(source, (*here, "says"), entry["says"], self.names, self.findings),
            role=role,
            ask=read_texts(source, (*here, "ask"), entry["ask"], self.names, self.findings) if "ask" in entry else {},
            ways=tuple(self.ways(source, here, entry)),
            span=source.span((*here, "position")),
        )

    def ways(self, source: Source, here: Path, entry: Mapping[str, Any]) -> Iterator[Way]:
        for index, way in enumerate(entry.get("values", ())):
            place = (*here, "values", index)
            when = read_condition(source, (*place, "when"), way.get("when"), self.names, self.findings)
            for path, value in way["set"].items():
                type_ = self.field(source, (*place, "set", path), path, key=True)
                # An amount is quoted in a deal, so that it keeps its cents.
                quoted = type_ is not None and type_.kind == "money" and isinstance(value, str)
                if type_ is not None and not quoted and not fits(type_, value):
                    span = source.span((*place, "set", path))
                    self.findings.add("type-mismatch", span, f"`{value}` is not {type_.shown()}")
            yield Way(when, tuple(way["set"].items()))

    def field(self, source: Source, here: Path, dotted: str, *, key: bool = False) -> Type | None:
        """The type of a field of the deal; a path that leads to none is a finding."""
        root, *steps = dotted.split(".")
        type_ = self.names.get(root) if root not in {"facts", "parameters"} else None
        for step in steps:
            type_ = type_.fields[step].type if type_ is not None and step in type_.fields else None
        if type_ is None:
            self.findings.add("unknown-name", source.span(here, key=key), f"`{dotted}` is not a field of the deal")
        return type_

    def unknown(self, what: str, source: Source, here: Path, name: str, known: Iterable[str]) -> None:
        near = did_you_mean(name, known)
        help_ = f"did you mean `{near}`?" if near else ""
        self.findings.add(f"unknown-{what}", source.span(here), f"no {what} is named `{name}`", help_)


def _in_force(topics: Sequence[Topic]) -> Iterator[Topic]:
    """The topics, each counted only where no higher layer that counts has a topic of its id."""
    for topic in topics:
        higher = [o.layer for o in topics if o.id == topic.id and o.layer.rank > topic.layer.rank]
        over = [layer.when for layer in higher if layer.when is not None]
        if len(over) == len(higher):
            yield replace(topic, counts=(*topic.counts, *map(_negated, over)))


def approvals_of(playbook: Playbook) -> Iterator[ApprovalRule]:
    """For each position that somebody must agree to, the approval that a deal there needs."""
    for topic in playbook.topics:
        before, away = topic.counts, None
        prefix = f"A-{topic.id}" if topic.layer.when is None else f"A-{topic.layer.id}-{topic.id}"
        for position in topic.positions:
            own = (position.when,) if position.when is not None else ()
            if position.role:
                when = _all_of((*before, *own))
                id_ = f"{prefix}.{position.name}"
                yield ApprovalRule(id_, position.role, when, position.says, topic.at, topic.layer, position.span, away)
            before = (*before, *map(_negated, own))
            away = away or _all_of(before)


def _negated(condition: Condition) -> Condition:
    expression = Not(condition.expression)
    return Condition(f"not ({condition.text})", expression, condition.span)


def _all_of(conditions: Sequence[Condition]) -> Condition:
    """All conditions, asked in this order; the span is that of the last, the position's own where it has one."""
    expression = And(tuple(condition.expression for condition in conditions))
    text = " and ".join(f"({condition.text})" for condition in conditions)
    return Condition(text, expression, conditions[-1].span)
