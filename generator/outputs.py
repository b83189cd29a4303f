"""The files of a pack: which documents go into which file, in which format, under which name."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.document.nodes import Numbered
from generator.pipeline import Draft

FORMATS = ("docx", "md", "html", "json")
Write = Callable[[Numbered, Sequence[str] | None], bytes]


@dataclass(frozen=True, slots=True)
class Output:
    """A file to write: its name inside the folder of the deal, its bytes, and what it holds (part ids)."""

    name: str
    content: bytes
    parts: tuple[str, ...]


def outputs(draft: Draft, formats: Sequence[str] = ("docx",), bound: bool | None = None) -> tuple[Output, ...]:
    """The files of a complete draft; ``bound`` is one file for the whole pack, the default for the segment ``tpe``."""
    assert draft.deal is not None and draft.complete
    deal_id = draft.deal.values["meta"]["deal_id"]
    if bound is None:
        bound = draft.deal.values["context"]["segment"] == "tpe"
    resolved = resolved_yaml(draft).encode()
    made: list[Output] = []
    for language, numbered in draft.numbered.items():
        ids = [part.id for part in numbered.document.parts]
        groups = [ids] if bound else [[id_] for id_ in ids]
        for format_ in formats:
            write = _writer(format_, {"resolved.yaml": resolved})
            for group in groups:
                part = next(p for p in numbered.document.parts if p.id == group[0])
                suffix = "" if bound else f"-{part.id}-{slug(part.name)}"
                name = f"{deal_id}{suffix}.{language}.{format_}"
                made.append(Output(name, write(numbered, None if bound else group), tuple(group)))
    made.append(Output("resolved.yaml", resolved, ()))
    return tuple(made)


def _writer(format_: str, embedded: Mapping[str, bytes]) -> Write:
    match format_:
        case "docx":
            from generator.writers import docx

            return lambda numbered, parts: docx.write(numbered, parts, embedded=embedded)
        case "md":
            from generator.writers import markdown

            return markdown.write
        case "html":
            from generator.writers import html

            return html.write
        case "json":
            from generator.writers import json as json_writer

            return json_writer.write
        case _:
            raise ValueError(f"unknown format {format_}")


def slug(text: str) -> str:
    """A part of a file name: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


# ---- resolved deal


def resolved_yaml(draft: Draft) -> str:
    """Every value of the merged deal with its origin, then every fact with its reason, as YAML with comments."""
    assert draft.deal is not None and draft.facts is not None and draft.library is not None
    lines = ["# The deal as it was used: every value, and where it comes from."]
    _emit(lines, draft.deal.values, draft, (), 0)
    lines.append("# Derived values, and why.")
    lines.append("facts:")
    for name, value in draft.facts.scope["facts"].items():
        reason = draft.facts.reasons[name]
        why = (
            f"formula {reason.rule.formula}"
            if reason.rule.formula
            else ("default" if reason.case is None else f"case {reason.case + 1}")
        )
        lines.append(f"  {name}: {_inline(value)}  # {why}, {reason.rule.span}")
    return "\n".join(lines) + "\n"


def _emit(lines: list[str], value: Mapping[str, Any], draft: Draft, path: tuple[str | int, ...], depth: int) -> None:
    assert draft.deal is not None
    for name, item in value.items():
        here = (*path, name)
        indent = "  " * depth
        if isinstance(item, Mapping) and item and not set(item) <= {"fr", "en"}:
            lines.append(f"{indent}{name}:")
            _emit(lines, item, draft, here, depth + 1)
        elif isinstance(item, list) and item and isinstance(item[0], Mapping):
            lines.append(f"{indent}{name}:")
            for index, entry in enumerate(item):
                origin = draft.deal.origin((*here, index)).shown()
                lines.append(f"{indent}  - {_inline(entry)}  # {origin}")
        else:
            lines.append(f"{indent}{name}: {_inline(item)}  # {draft.deal.origin(here).shown()}")


def _inline(value: Any) -> str:
    """A value as one line of YAML (JSON is YAML); decimals are written as they are."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    if value is None or isinstance(value, (bool, int, str)):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(str(value))


def plain(value: Any) -> Any:
    """Any stage's value as JSON can hold it: decimals as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)
