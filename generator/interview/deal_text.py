"""The answers of an interview as the text of a deal, finished or to be resumed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from generator.diagnostics import Diagnostic, Severity
from generator.interview.partial import type_at
from generator.schema_types import Type
from generator.source import Source

# The group that an unfinished deal has beside those of a deal: what was answered with "nothing" stands nowhere else.
INTERVIEW: Final = "interview"
NONE: Final = "none"

_PLAIN = re.compile(r"[a-z][a-z0-9_]*|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?", re.ASCII)
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_WIDTH: Final = 110


def deal_yaml(type_: Type, values: Mapping[str, Any]) -> str:
    """The values as YAML, in the order of the schema: groups in blocks, entries of lists on one line where they fit."""
    return "\n".join(_block(type_, values, 0)) + "\n"


def unfinished_yaml(type_: Type, values: Mapping[str, Any], none: frozenset[str]) -> str:
    """The values with what was answered with "nothing", as a file from which an interview goes on."""
    head = [
        "# Dossier inachevé : reprenez l'entretien avec « clausier new FICHIER --interview ».",
        "# Unfinished deal: go on with `clausier new FILE --interview`.",
        f"{INTERVIEW}: {{{NONE}: {one_line(sorted(none))}}}",
        "",
    ]
    return "\n".join(head) + deal_yaml(type_, values)


def resumed(type_: Type, source: Source) -> tuple[frozenset[str] | None, tuple[Diagnostic, ...]]:
    """The paths that were answered with "nothing" in an unfinished deal, or what is wrong with that list."""
    kept = source.value.get(INTERVIEW) if isinstance(source.value, dict) else None
    none = kept.get(NONE, []) if isinstance(kept, dict) else None
    if not isinstance(none, list) or not all(isinstance(path, str) for path in none):
        message = "this is no unfinished deal of an interview"
        help_ = (
            f"an unfinished deal has a group `{INTERVIEW}:` with a list `{NONE}`; choose another name for a new deal"
        )
        return None, (Diagnostic("not-unfinished", Severity.ERROR, message, source.span((INTERVIEW,)), help_),)
    unknown = [index for index, path in enumerate(none) if type_at(type_, path) is None]
    if unknown:
        message = f"no field is named `{none[unknown[0]]}`"
        span = source.span((INTERVIEW, NONE, unknown[0]))
        return None, (Diagnostic("unknown-field", Severity.ERROR, message, span, "remove it from the list"),)
    return frozenset(none), ()


def _block(type_: Type, values: Mapping[str, Any], depth: int) -> Iterator[str]:
    margin = "  " * depth
    for name in [*(n for n in type_.fields if n in values), *(n for n in values if n not in type_.fields)]:
        value = values[name]
        member = type_.fields[name].type if name in type_.fields else None
        if member is not None and member.kind == "record" and isinstance(value, dict) and value:
            yield f"{margin}{name}:"
            yield from _block(member, value, depth + 1)
        elif isinstance(value, list) and value and (len(margin) + len(one_line(value)) > _WIDTH or _has_groups(value)):
            yield f"{margin}{name}:"
            yield from (f"{margin}  - {one_line(entry)}" for entry in value)
        else:
            yield f"{margin}{name}: {one_line(value)}"
        if depth == 0:
            yield ""


def _has_groups(value: list[Any]) -> bool:
    return any(isinstance(entry, dict) for entry in value)


def one_line(value: Any) -> str:
    """A value on one line of YAML; texts in quotes wherever YAML could read something else."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{one_line(key)}: {one_line(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(one_line(item) for item in value) + "]"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value not in _WORDS
        return value if plain else json.dumps(value, ensure_ascii=False)
    return str(value) if isinstance(value, Decimal) else json.dumps(value)
