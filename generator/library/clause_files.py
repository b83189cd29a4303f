"""One Markdown file, one clause: front matter, then the text in each language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from generator.diagnostics import Span
from generator.library.approved import approvals_in
from generator.library.compile import compile_clause_text, text_digest
from generator.library.marks import Terms, TextFile
from generator.library.model import (
    LANGUAGES,
    Citation,
    LibraryClause,
    LibraryLayer,
    Service,
    ServiceLevel,
)
from generator.library.reading import Findings, check_shape, read_condition, read_expression, read_period
from generator.library.repeated import entry_types
from generator.library.templates import ClauseText
from generator.schema_types import Type
from generator.source import Source, read_yaml

_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_LANGUAGE = re.compile(r"^# (fr|en):[ \t]*(.*?)[ \t]*$", re.MULTILINE)


def read_clause(
    file: str,
    text: str,
    id_: str,
    layer: LibraryLayer,
    names: Mapping[str, Type],
    text_names: Mapping[str, Type],
    terms: Mapping[str, Terms],
    schema_file: FilePath,
    findings: Findings,
) -> LibraryClause | None:
    """The clause in a file; ``None`` with findings when the file is not one."""
    text = text.replace("\r\n", "\n")
    front_match = _FRONT.match(text)
    if front_match is None:
        findings.add(
            "front-matter",
            Span(file, 1, 1, 2, text.split("\n")[0]),
            "the file does not begin with front matter",
            "begin with `---`, `slot:`, `sources:`, `---`",
        )
        return None
    source, found = read_yaml(file, front_match.group(1), first_line=2)
    findings.items.extend(found)
    if source is None or not check_shape(source, schema_file, findings):
        return None
    front: dict[str, Any] = source.value
    scope = dict(names)
    inner = dict(text_names)
    binds = front.get("binds", "")
    if binds:
        bound = entry_types(names)
        if binds not in bound:
            findings.add(
                "unknown-name",
                source.span(("binds",)),
                f"nothing can be bound as `{binds}`",
                f"known: {', '.join(bound)}",
            )
            return None
        inner[binds] = bound[binds]
    before = len(findings.items)
    texts = _texts(TextFile(file, text), front_match.end(), inner, terms, findings)
    when = read_condition(source, ("when",), front.get("when"), scope, findings)
    service = _service(source, front["service"], names, findings) if "service" in front else None
    effective = read_period(source, ("effective",), front.get("effective", {}), findings)
    if len(findings.items) > before:
        return None
    return LibraryClause(
        id=id_,
        layer=layer,
        slot=front["slot"],
        when=when,
        exception_to=front.get("exception_to", ""),
        effective=effective,
        requires=tuple(front.get("requires", ())),
        excludes=tuple(front.get("excludes", ())),
        locked=front.get("locked", False),
        replaces_text=front.get("replaces_text", ""),
        sources=tuple(Citation(s["cite"], s.get("fact", ""), s.get("checked", "")) for s in front["sources"]),
        approved=approvals_in(front),
        texts=texts,
        service=service,
        binds=binds,
        file=file,
        span=source.span(("slot",)),
        front=source,
    )


def as_written(file: str, text: str) -> tuple[Source | None, str, dict[str, str]]:
    """The front matter of a clause file, all that stands behind it, and the digest of each text as the library has it.

    For a file that the library could be read from: nothing is compiled, and only the front matter may be refused.
    """
    text = text.replace("\r\n", "\n")
    front = _FRONT.match(text)
    if front is None:
        return None, "", {}
    source, _ = read_yaml(file, front.group(1), first_line=2)
    headings = [match for match in _LANGUAGE.finditer(text) if match.start() >= front.end()]
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    digests = {
        heading.group(1): text_digest(text[heading.start(2) : end])
        for heading, end in zip(headings, ends, strict=False)
    }
    return source, text[front.end() :], digests


def _texts(
    file: TextFile, start: int, names: Mapping[str, Type], terms: Mapping[str, Terms], findings: Findings
) -> dict[str, ClauseText]:
    headings = [match for match in _LANGUAGE.finditer(file.text) if match.start() >= start]
    first = headings[0].start() if headings else len(file.text)
    lost = file.text[start:first]
    if headings and lost.strip():
        place = file.span(start + len(lost) - len(lost.lstrip()))
        findings.add("text-outside", place, "these words stand before the first text", "put them under `# fr: Title`")
    texts: dict[str, ClauseText] = {}
    for index, heading in enumerate(headings):
        language = heading.group(1)
        end = headings[index + 1].start() if index + 1 < len(headings) else len(file.text)
        if language in texts:
            findings.add(
                "duplicate-language", file.span(heading.start()), f"the {language} text stands twice", "keep one"
            )
            continue
        text, found = compile_clause_text(
            file, language, (heading.start(2), heading.end(2)), (heading.end(), end), names, terms[language]
        )
        findings.items.extend(found)
        if text is not None:
            texts[language] = text
    for language in LANGUAGES:
        if language not in texts and not any(heading.group(1) == language for heading in headings):
            findings.add(
                "missing-language", file.span(start), f"the {language} text is missing", f"add `# {language}: Title`"
            )
    return texts


def _service(source: Source, value: Mapping[str, Any], names: Mapping[str, Type], findings: Findings) -> Service:
    levels = []
    for index, level in enumerate(value.get("levels", ())):
        here = ("service", "levels", index)
        parts: dict[str, Any] = {}
        for part in ("response", "execution"):
            parts[part] = None
            if part in level:
                read = read_expression(source, (*here, part), level[part], dict(names), findings)
                if read is not None and not (read[1].is_number and read[1].unit):
                    findings.add(
                        "type-mismatch", source.span((*here, part)), f"`{level[part]}` is not a time with a unit"
                    )
                parts[part] = read[0] if read is not None else None
        levels.append(
            ServiceLevel(
                level["event"],
                level.get("target"),
                parts["response"],
                parts["execution"],
                level.get("nature", "objective"),
            )
        )
    return Service(
        code=value["code"],
        rank=value["rank"],
        unit=value["unit"],
        nature=value["nature"],
        needs_tools=tuple(value.get("needs_tools", ())),
        uses_tools=tuple(value.get("uses_tools", ())),
        human=value.get("human", False),
        security=value.get("security", False),
        backup=value.get("backup", False),
        levels=tuple(levels),
        processing=value.get("processing"),
        declined_risk=value.get("declined_risk"),
        span=source.span(("service", "code")),
        prerequisites=tuple(value.get("prerequisites", ())),
    )
