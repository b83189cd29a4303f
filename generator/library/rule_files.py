"""Facts, parameters, rules, approvals, obligations, prohibitions and legal facts out of YAML files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from generator.conditions.judge import known_names
from generator.diagnostics import did_you_mean
from generator.library.model import (
    ApprovalRule,
    ChecklistItem,
    FactCase,
    FactRule,
    Fix,
    Holiday,
    Law,
    LibraryLayer,
    Obligation,
    Parameter,
    Prohibition,
    Rule,
)
from generator.library.reading import Findings, check_day, read_condition, read_expression, read_period, read_texts
from generator.library.types import BadType, declared_type, parameter_type
from generator.schema import DealSchema
from generator.schema_types import Type
from generator.source import Path, Source


def entries(sources: Iterable[Source], kind: str) -> Iterator[tuple[Source, Path, dict[str, Any]]]:
    """Every entry of one kind over all files, with its place."""
    for source in sources:
        for index, entry in enumerate(source.value.get(kind, ())):
            yield source, (kind, index), entry


def read_facts(
    sources: list[Source], schema: DealSchema, formulas: frozenset[str], findings: Findings
) -> tuple[FactRule, ...]:
    """The declared facts with their types; cases are compiled later, when every name is known."""
    facts: dict[str, FactRule] = {}
    for source, here, entry in entries(sources, "facts"):
        span = source.span((*here, "id"))
        if entry["id"] in facts:
            findings.add("duplicate-fact", span, f"the fact `{entry['id']}` is declared twice", "keep one")
            continue
        try:
            type_ = declared_type(entry["type"], schema)
        except BadType as error:
            findings.add("bad-type", source.span((*here, "type")), str(error))
            continue
        formula = entry.get("formula", "")
        if formula and formula not in formulas:
            near = did_you_mean(formula, formulas)
            findings.add(
                "unknown-formula",
                source.span((*here, "formula")),
                f"no formula is named `{formula}`",
                f"did you mean `{near}`?" if near else known_names(dict.fromkeys(formulas)),
            )
        if bool(formula) == ("default" in entry):
            findings.add("bad-fact", span, "a fact has either cases with a default, or a formula")
        if "default" in entry:
            for place, value in (
                (("default",), entry["default"]),
                *((("cases", i, "value"), case["value"]) for i, case in enumerate(entry.get("cases", ()))),
            ):
                if not fits(type_, value):
                    findings.add("type-mismatch", source.span((*here, *place)), f"`{value}` is not {type_.shown()}")
        facts[entry["id"]] = FactRule(
            entry["id"],
            type_,
            (),
            entry.get("default"),
            formula,
            tuple(entry.get("reads", ())),
            entry["describes"],
            span,
        )
    return tuple(facts.values())


def fits(type_: Type, value: Any) -> bool:
    """Whether a plain value is of the kind of a type; lists and groups are not looked into."""
    match type_.kind:
        case "boolean":
            return isinstance(value, bool)
        case "enum":
            return value in type_.values
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number" | "money" | "percent":
            return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
        case _:
            return isinstance(value, (str, dict, list))


def read_fact_cases(
    sources: list[Source], names: dict[str, Type], findings: Findings
) -> dict[str, tuple[FactCase, ...]]:
    """The cases of every fact, compiled; a fact that reads itself through others is a finding."""
    from generator.conditions.expressions import reads

    cases: dict[str, tuple[FactCase, ...]] = {}
    needs: dict[str, set[str]] = {}
    spans: dict[str, Any] = {}
    for source, here, entry in entries(sources, "facts"):
        compiled = []
        needed = {path.split(".")[1] for path in entry.get("reads", ()) if path.startswith("facts.")}
        for index, path in enumerate(entry.get("reads", ())):
            read_expression(source, (*here, "reads", index), path, names, findings)
        for index, case in enumerate(entry.get("cases", ())):
            when = read_condition(source, (*here, "cases", index, "when"), case["when"], names, findings)
            if when is not None:
                compiled.append(FactCase(when, case["value"]))
                needed |= {str(read.path[1]) for read in reads(when.expression) if read.path[0] == "facts"}
        cases[entry["id"]] = tuple(compiled)
        needs[entry["id"]] = needed
        spans[entry["id"]] = source.span((*here, "id"))
    for name in needs:
        cycle = _cycle(name, needs)
        if cycle and min(cycle) == name:
            findings.add("fact-cycle", spans[name], "these facts read each other: " + " → ".join((*cycle, name)))
    return cases


def _cycle(start: str, needs: Mapping[str, set[str]]) -> tuple[str, ...]:
    """The shortest way from a fact back to itself, or nothing."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while paths:
        path = paths.pop(0)
        for following in sorted(needs.get(path[-1], ())):
            if following == start:
                return path
            if following not in seen:
                seen.add(following)
                paths.append((*path, following))
    return ()


def read_parameters(sources: list[Source], findings: Findings) -> dict[str, Parameter]:
    """Dated values fixed by law."""
    parameters: dict[str, Parameter] = {}
    for source, here, entry in entries(sources, "parameters"):
        span = source.span((*here, "id"))
        if entry["id"] in parameters:
            findings.add("duplicate-parameter", span, f"the parameter `{entry['id']}` is given twice")
            continue
        for day in entry["values"]:
            check_day(source, (*here, "values", day), day, findings, key=True)
        values = tuple(sorted((date, Decimal(str(value))) for date, value in entry["values"].items()))
        parameters[entry["id"]] = Parameter(
            entry["id"], parameter_type(entry["unit"]), values, entry.get("fact", ""), entry["checked"], span
        )
    return parameters


class RuleFiles:
    """Gathers rules, approvals, obligations, prohibitions and legal facts over the files of all layers."""

    def __init__(self, names: dict[str, Type], findings: Findings) -> None:
        self.names = names
        self.findings = findings
        self.rules: list[Rule] = []
        self.approvals: list[ApprovalRule] = []
        self.obligations: list[Obligation] = []
        self.prohibitions: list[Prohibition] = []
        self.checklist: list[ChecklistItem] = []
        self.law: dict[str, Law] = {}
        self.holidays: list[Holiday] = []
        self.ids: dict[str, str] = {}

    def read(self, source: Source, layer: LibraryLayer) -> None:
        for _, here, entry in entries([source], "rules"):
            self.rule(source, here, entry, layer)
        for _, here, entry in entries([source], "approvals"):
            self.unique(source, here, entry)
            # Here no condition is not the same as one that always holds: the approval would never be asked for.
            asked = "true" if entry["when"] is True else entry["when"]
            when = read_condition(source, (*here, "when"), asked, self.names, self.findings)
            reason = read_texts(source, (*here, "reason"), entry["reason"], self.names, self.findings)
            if when is not None:
                self.approvals.append(
                    ApprovalRule(
                        entry["id"], entry["role"], when, reason, entry.get("at", ""), layer, source.span((*here, "id"))
                    )
                )
        for _, here, entry in entries([source], "obligations"):
            self.unique(source, here, entry)
            when = read_condition(source, (*here, "when"), entry.get("when"), self.names, self.findings)
            self.obligations.append(
                Obligation(entry["id"], when, tuple(entry["include"]), entry["fact"], layer, source.span((*here, "id")))
            )
        for _, here, entry in entries([source], "forbidden"):
            self.unique(source, here, entry)
            when = read_condition(source, (*here, "when"), entry.get("when"), self.names, self.findings)
            self.prohibitions.append(
                Prohibition(
                    entry["id"], when, tuple(entry["clauses"]), entry.get("fact", ""), layer, source.span((*here, "id"))
                )
            )
        for _, here, entry in entries([source], "checklist"):
            self.unique(source, here, entry)
            self.checklist.append(
                ChecklistItem(
                    entry["id"],
                    entry["group"],
                    entry["name"],
                    entry["weight"],
                    tuple(tuple(places) if isinstance(places, list) else (places,) for places in entry["places"]),
                    read_condition(source, (*here, "precise"), entry.get("precise"), self.names, self.findings),
                    tuple(entry.get("rules", ())),
                    source.span((*here, "id")),
                )
            )
        for _, here, entry in entries([source], "law"):
            if entry["id"] in self.law:
                self.findings.add("duplicate-law", source.span((*here, "id")), f"`{entry['id']}` is given twice")
            self.law[entry["id"]] = Law(
                entry["id"],
                entry["article"],
                entry["says"],
                entry["status"],
                entry.get("effective", ""),
                str(entry.get("checked", "")),
            )

        country = source.value.get("zones", ())
        for _, _, entry in entries([source], "holidays"):
            self.holidays.append(
                Holiday(
                    entry["id"],
                    entry["names"],
                    entry.get("fixed", ""),
                    entry.get("easter", 0),
                    frozenset(entry.get("zones", country)),
                )
            )

    def unique(self, source: Source, here: Path, entry: Mapping[str, Any]) -> None:
        folded = entry["id"].casefold()
        if folded in self.ids:
            self.findings.add(
                "duplicate-rule",
                source.span((*here, "id")),
                f"two rules have the id `{entry['id']}`",
                f"the other is at {self.ids[folded]}",
            )
        self.ids[folded] = str(source.span((*here, "id")))

    def rule(self, source: Source, here: Path, entry: Mapping[str, Any], layer: LibraryLayer) -> None:
        self.unique(source, here, entry)
        names, each = self.names, None
        for name, path in entry.get("each", {}).items():
            read = read_expression(source, (*here, "each", name), path, self.names, self.findings)
            if read is None:
                return
            if name in names or read[1].kind != "list" or read[1].item is None:
                self.findings.add("bad-rule", source.span((*here, "each")), "`each` binds a new name to a list")
                return
            names = {**names, name: read[1].item}
            each = (name, read[0])
        when = read_condition(source, (*here, "when"), entry.get("when"), names, self.findings)
        asserted = read_condition(source, (*here, "assert"), entry["assert"], names, self.findings)
        message = read_texts(source, (*here, "message"), entry["message"], names, self.findings)
        help_ = read_texts(source, (*here, "help"), entry["help"], names, self.findings) if "help" in entry else {}
        fix = self.fix(source, here, entry)
        if asserted is None:
            return
        effective = read_period(source, (*here, "effective"), entry.get("effective", {}), self.findings)
        self.rules.append(
            Rule(
                id=entry["id"],
                severity=entry["severity"],
                each=each,
                when=when,
                asserted=asserted,
                at=entry.get("at", ""),
                fact=entry.get("fact", ""),
                message=message,
                help=help_,
                fix=fix,
                effective=effective,
                layer=layer,
                span=source.span((*here, "id")),
            )
        )

    def fix(self, source: Source, here: Path, entry: Mapping[str, Any]) -> Fix | None:
        if "fix" not in entry:
            return None
        deal = Type("record", fields={})
        for path in entry["fix"]["set"]:
            root = path.split(".")[0]
            deal = self.names.get(root, deal)
            if root not in self.names or root in {"facts", "parameters"} or not _has_path(deal, path.split(".")[1:]):
                self.findings.add(
                    "unknown-name",
                    source.span((*here, "fix", "set", path), key=True),
                    f"`{path}` is not a field of the deal",
                )
        return Fix(tuple(entry["fix"]["set"].items()))


def _has_path(type_: Type, steps: list[str]) -> bool:
    for step in steps:
        if type_.kind != "record" or step not in type_.fields:
            return False
        type_ = type_.fields[step].type
    return True
