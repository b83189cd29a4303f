"""What the readers of library files share: findings, places, conditions and short texts out of YAML."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from generator.accepts import Accepts, acceptor
from generator.conditions import Names
from generator.conditions.judge import Complaint
from generator.conditions.parse import parse_condition, parse_value
from generator.diagnostics import Diagnostic, Severity, Span
from generator.library.compile import TextCompiler
from generator.library.marks import Terms, TextFile, no_terms
from generator.library.model import LANGUAGES, Condition, Period
from generator.library.templates import InlineTemplate
from generator.schema import DealSchema
from generator.schema_types import Type
from generator.source import Path, Source
from generator.violations import violations_of


@dataclass
class Findings:
    """The findings of a library load, in the order of the files."""

    items: list[Diagnostic] = field(default_factory=list)

    def add(self, code: str, span: Span, message: str, help_: str = "") -> None:
        self.items.append(Diagnostic(code, Severity.ERROR, message, span, help_))


def span_in(source: Source, path: Path, start: int, end: int) -> Span:
    """A part of a scalar: exact for a value on one line, else the value's own place."""
    place = source.span(path)
    quoted = 1 if place.source_line[place.column - 1 : place.column] in {"'", '"'} else 0
    column = place.column + quoted + start
    if column > len(place.source_line):
        return place
    return Span(
        place.file,
        place.line,
        column,
        min(place.column + quoted + max(end, start + 1), len(place.source_line) + 1),
        place.source_line,
    )


def read_condition(source: Source, path: Path, value: Any, names: Names, findings: Findings) -> Condition | None:
    """The condition at ``path``; ``true`` stands for no condition at all."""
    if value is None or value is True:
        return None
    if value is False:
        findings.add("constant-condition", source.span(path), "this condition is never true", "remove the entry")
        return None
    try:
        expression = parse_condition(str(value), names)
    except Complaint as complaint:
        span = span_in(source, path, complaint.start, complaint.end)
        findings.add(complaint.code, span, complaint.message, complaint.help)
        return None
    return Condition(str(value), expression, source.span(path))


def read_expression(
    source: Source, path: Path, value: Any, names: Names, findings: Findings
) -> tuple[Condition, Type] | None:
    """A value expression (a list to walk, a duration to print) with its type."""
    try:
        expression, type_ = parse_value(str(value), names)
    except Complaint as complaint:
        findings.add(
            complaint.code, span_in(source, path, complaint.start, complaint.end), complaint.message, complaint.help
        )
        return None
    return Condition(str(value), expression, source.span(path)), type_


def read_text(
    source: Source, path: Path, text: str, language: str, names: Names, findings: Findings, terms: Terms = no_terms
) -> tuple[InlineTemplate, ...]:
    """A one-paragraph text out of YAML; findings point into the YAML file."""
    place = source.span(path)
    if "\n" in text.rstrip("\n") and place.source_line[place.column - 1 : place.column] != "|":
        # YAML joins the lines of such a value, and of an empty line it leaves an end of line that Markdown joins too.
        findings.add("not-one-line", place, "these paragraphs would be joined", "write one, or make two texts of them")
    file = TextFile(source.file, text)
    compiler = TextCompiler(file, language, names, terms)
    content = compiler.inline(0, len(text))
    for item in compiler.found:
        start = (item.span.column - 1) if item.span is not None else 0
        end = (item.span.end_column - 1) if item.span is not None else 1
        findings.add(item.code, span_in(source, path, start, end), item.message, item.help)
    return content


def read_texts(
    source: Source,
    path: Path,
    value: Mapping[str, str],
    names: Names,
    findings: Findings,
    terms: Mapping[str, Terms] | None = None,
) -> dict[str, tuple[InlineTemplate, ...]]:
    """The same text in every language."""
    return {
        language: read_text(
            source, (*path, language), value[language], language, names, findings, (terms or {}).get(language, no_terms)
        )
        for language in LANGUAGES
    }


@lru_cache(maxsize=32)
def _validator(schema_file: FilePath) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema_file.read_text("utf-8")))


@lru_cache(maxsize=32)
def _accepts(schema_file: FilePath) -> Accepts:
    """What tells a file that is right in a tenth of the time; of one that is wrong it cannot say why."""
    return acceptor(json.loads(schema_file.read_text("utf-8"), parse_float=Decimal))


def check_shape(source: Source, schema_file: FilePath, findings: Findings) -> bool:
    """Whether the file has the shape that its schema asks for; every violation is a finding."""
    if _accepts(schema_file)(source.value):
        return True
    validator = _validator(schema_file)
    found = list(violations_of(validator, source.value, {}))
    for violation in found:
        span = source.span(violation.path, key=violation.key)
        findings.add(violation.code, span, violation.message.replace("`deal`", "the file"), violation.help)
    return not found


def check_day(source: Source, path: Path, day: str, findings: Findings, *, key: bool = False) -> None:
    """Say so where a date is none; ``key`` where it is a key, not a value."""
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        findings.add("wrong-date", source.span(path, key=key), f"`{day}` is no day of the calendar", "write another")


def read_period(source: Source, path: Path, value: Mapping[str, str], findings: Findings) -> Period:
    """The period at ``path``, of days that exist; the empty one counts always."""
    for end, day in value.items():
        check_day(source, (*path, end), day, findings)
    period = Period(value.get("from", ""), value.get("to", ""))
    if period.start and period.end and period.start >= period.end:
        help_ = "`to` is the first day on which it counts no more"
        findings.add("wrong-date", source.span((*path, "to")), "this period ends before it begins", help_)
    return period


def root_names(schema: DealSchema, facts: Type, parameters: Type, pack: Type | None) -> dict[str, Type]:
    """The roots that conditions and texts may read."""
    names = {name: member.type for name, member in schema.type.fields.items()}
    names["facts"] = facts
    names["parameters"] = parameters
    if pack is not None:
        names["pack"] = pack
    return names
