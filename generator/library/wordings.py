"""The words of a library that contracts print and that no clause text holds, as entries that can be approved.

Definitions, titles of documents and articles, words of service sheets, default texts of profiles, names of closing
days, texts and figures that facts and parameters bring, and the labels of the deal schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from generator.diagnostics import Span
from generator.library.approved import Wording, approvals_in
from generator.library.model import LANGUAGES, LibraryClause
from generator.library.reading import Findings
from generator.schema import DealSchema
from generator.schema_types import Field
from generator.source import Path, Source, read_yaml

LABELS_FILE: Final = "labels.yaml"
"""Where approvals of the schema's labels are kept, in the folder of the library: the schema itself has no place."""

NEW_LABELS: Final = (
    "# The approvals of the labels in schemas/deal.schema.json; `clausier library approve` writes them.\nversion: 1\n"
)
SCHEMA_FILE: Final = "schemas/deal.schema.json"
"""How findings name the file that the labels stand in."""

# Groups of the deal whose fields contracts print by their description: tables of quantities.
_DESCRIBED: Final = ("scope.assets", "scope.users")
_DESCRIPTION: Final = re.compile(r"(?P<fr>.*) \| EN: (?P<en>.*)", re.DOTALL)
# Words of the schema's grammar, which are no part of the name of a field.
_GRAMMAR: Final = frozenset({"properties", "items", "$defs", "allOf", "anyOf", "oneOf", "if", "then", "else", "not"})
# What decides, in the entry itself, where and when its words are printed.
_USES: Final[Mapping[str, tuple[str, ...]]] = {
    "holiday": ("fixed", "easter", "zones"),
    "fact": ("type", "formula", "reads"),
    "sheet": ("unit", "nature", "levels"),
}


def read_wordings(
    sources: Iterable[tuple[str, Source]],
    clauses: Iterable[LibraryClause],
    schema: DealSchema,
    schema_text: str,
    labels_file: str,
    findings: Findings,
) -> dict[str, Wording]:
    """Every entry by its id, from library files by their kind, all of a shape that was checked.

    ``schema_text`` is the file of the schema, for places in it; ``labels_file`` is how findings name the file of the
    labels, which need not be there.
    """
    found: dict[str, Wording] = {}
    labels = read_yaml(labels_file, NEW_LABELS)[0]
    assert labels is not None
    for kind, source in sources:
        if kind == "labels":
            labels = source
        for wording in _OF_KIND.get(kind, _nothing)(source):
            _add(found, wording)
    for clause in clauses:
        if clause.service is not None:
            entry = clause.front.value["service"]
            gathered = _gathered(entry, ("service",))
            span = clause.service.span
            for wording in _made(f"sheet.{clause.service.code}", gathered, entry, clause.front, ("service",), span):
                _add(found, wording)
    for wording in _labels(schema, schema_text, labels):
        _add(found, wording)
    for name in labels.value:
        if name != "version" and f"label.{name}" not in found:
            help_ = "remove the entry: the approval is of words that are no longer there"
            findings.add("unknown-label", labels.span((name,), key=True), f"no label is named `{name}`", help_)
    return found


def _add(found: dict[str, Wording], wording: Wording) -> None:
    """Add an entry, with a number behind its id where an earlier one has it: no words may be left out."""
    number, unique = 1, wording.id
    while unique in found:
        number += 1
        unique = f"{wording.id} ({number})"
    found[unique] = wording if number == 1 else replace(wording, id=unique)


def _nothing(_: Source) -> Iterator[Wording]:
    return iter(())


Words = dict[str, dict[str, str]]


@dataclass
class _Gathered:
    """The words of an entry by language and name, where each stands, and the names of those that are templates."""

    words: Words = field(default_factory=dict)
    places: dict[str, dict[str, Path]] = field(default_factory=dict)
    templates: set[str] = field(default_factory=set)

    def put(
        self, name: str, texts: Mapping[str, str], path: Path | None = None, *, step: Path = (), template: bool = False
    ) -> None:
        """Add a text under its name, or with a number behind it where the name is taken.

        The text of a language stands at ``path``, the language and ``step``; without a path it is part of another.
        """
        for language, text in texts.items():
            lines = self.words.setdefault(language, {})
            number, unique = 1, name
            while unique in lines:
                number += 1
                unique = f"{name} ({number})"
            lines[unique] = one_line(text)
            if path is not None:
                self.places.setdefault(language, {})[unique] = (*path, language, *step)
            if template:
                self.templates.add(unique)


def _made(
    id_: str,
    gathered: _Gathered,
    entry: Mapping[str, Any],
    source: Source,
    home: Path,
    span: Span,
    uses: Mapping[str, Any] | None = None,
) -> Iterator[Wording]:
    """The wording of an entry, where it has words at all."""
    if gathered.words:
        used = _USES.get(id_.partition(".")[0], ())
        decided = uses if uses is not None else {name: entry[name] for name in used if name in entry}
        places, templates = gathered.places, frozenset(gathered.templates)
        yield Wording(id_, gathered.words, decided, approvals_in(entry), source, home, span, places, templates)


# ---- kinds of files


def _terms(source: Source) -> Iterator[Wording]:
    for index, entry in enumerate(source.value["terms"]):
        here = ("terms", index)
        gathered = _Gathered()
        for name in ("term", "definition"):
            texts = {language: entry[language][name] for language in LANGUAGES}
            gathered.put(name, texts, here, step=(name,), template=name == "definition")
        # By its forms a term is found in texts, and its definition printed.
        forms = {"forms": {language: entry[language].get("forms", []) for language in LANGUAGES}}
        yield from _made(f"glossary.{entry['id']}", gathered, entry, source, here, source.span((*here, "id")), forms)


def _outline(source: Source) -> Iterator[Wording]:
    value = source.value
    gathered = _Gathered()
    for name in ("title", "name"):
        gathered.put(name, value[name], (name,))
    for index, section in enumerate(value["sections"]):
        if "title" in section:
            name = f"section {section.get('id', section.get('each', ''))}"
            gathered.put(name, section["title"], ("sections", index, "title"), template=True)
    sections = [[section.get("id", ""), section.get("when", True)] for section in value["sections"]]
    uses = {**{name: value.get(name) for name in ("kind", "precedence", "when")}, "sections": sections}
    yield from _made(f"outline.{value['id']}", gathered, value, source, (), source.span(("id",)), uses)


def _profile(source: Source) -> Iterator[Wording]:
    gathered = _gathered(source.value["values"], ("values",))
    yield from _made(f"profile.{source.value['id']}", gathered, source.value, source, (), source.span(("id",)))


def _rules(source: Source) -> Iterator[Wording]:
    for key, kind in (("holidays", "holiday"), ("facts", "fact"), ("parameters", "parameter")):
        for index, entry in enumerate(source.value.get(key, ())):
            here = (key, index)
            if kind == "parameter":
                gathered = _Gathered()
                for date, value in entry["values"].items():
                    gathered.put(str(date), dict.fromkeys(LANGUAGES, f"{value} {entry['unit']}"))
            else:
                texts = {name: entry[name] for name in ("names", "cases", "default") if name in entry}
                gathered = _gathered(texts, here)
            yield from _made(f"{kind}.{entry['id']}", gathered, entry, source, here, source.span((*here, "id")))


_OF_KIND: Final = {"glossary": _terms, "outline": _outline, "profile": _profile, "rules": _rules}


def _labels(schema: DealSchema, text: str, labels: Source) -> Iterator[Wording]:
    by_name: dict[str, _Gathered] = {}
    places: dict[str, Path] = {}
    for name, path, node in _named_nodes(schema.document, (), ()):
        places.setdefault(name, path)
        gathered = by_name.setdefault(name, _Gathered())
        for value, label in node.get("x-labels", {}).items():
            gathered.put(str(value), label, (*path, "x-labels", value))
        default = node.get("default")
        if isinstance(default, Mapping | list):
            _gather(gathered, default, "default", (*path, "default"))
    for name in _DESCRIBED:
        places.setdefault(name, tuple(step for part in name.split(".") for step in ("properties", part)))
        for field_name, member in _fields(schema, name):
            if described := _DESCRIPTION.fullmatch(member.type.description):
                by_name.setdefault(name, _Gathered()).put(field_name, described.groupdict())
    for name, gathered in by_name.items():
        span = _key_span(text, places[name])
        yield from _made(f"label.{name}", gathered, labels.value.get(name, {}), labels, (name,), span)


def _key_span(text: str, path: Path) -> Span:
    """Where a key stands in a JSON text, one key a line and indented by depth; the beginning where it is not so."""
    unit = re.search(r"\n( *)\"", text)
    at = 0
    for depth, step in enumerate(path, 1):
        if isinstance(step, str) and at >= 0 and unit is not None:
            at = text.find(f'\n{unit[1] * depth}"{step}":', at)
    if at < 0 or unit is None or not path:
        return Span(SCHEMA_FILE, 1, 1, 2, text.partition("\n")[0])
    shown = text[at + 1 :].partition("\n")[0]
    column = len(unit[1]) * len(path) + 1
    return Span(SCHEMA_FILE, text.count("\n", 0, at + 1) + 1, column, column + len(str(path[-1])) + 2, shown)


def _fields(schema: DealSchema, group: str) -> Iterable[tuple[str, Field]]:
    """The fields of a group of the deal; none where the schema has no such group."""
    type_ = schema.type
    for step in group.split("."):
        if step not in type_.fields:
            return ()
        type_ = type_.fields[step].type
    return type_.fields.items()


def _named_nodes(
    node: Any, name: tuple[str, ...], path: Path
) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:  # fmt: skip
    """The nodes of the schema that bring words: the field or definition that each stands in, and its place."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _named_nodes(item, name, (*path, index))
        return
    if not isinstance(node, Mapping):
        return
    if "x-labels" in node or isinstance(node.get("default"), Mapping | list):
        yield ".".join(name) or "deal", path, node
    for key, child in node.items():
        if key in {"properties", "$defs"}:
            for field, inner in child.items():
                yield from _named_nodes(inner, (*name, field), (*path, key, field))
        elif key in _GRAMMAR:
            yield from _named_nodes(child, name, (*path, key))


# ---- words


def collected(value: Any) -> Words:
    """Every text in several languages below a value, by language and by its dotted name; entries of lists by number."""
    return _gathered(value, ()).words


def _gathered(value: Any, path: Path) -> _Gathered:
    gathered = _Gathered()
    _gather(gathered, value, "", path)
    return gathered


def _gather(gathered: _Gathered, value: Any, name: str, path: Path) -> None:
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES) and all(isinstance(text, str) for text in value.values()):
            gathered.put(name, value, path)
            return
        for key, item in value.items():
            if key != "approved":
                _gather(gathered, item, f"{name}.{key}" if name else str(key), (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            _gather(gathered, item, f"{name}.{number}", (*path, number - 1))


def one_line(text: str) -> str:
    """A text on one line, as a contract prints it: blank edges and line breaks of the file are none of its words."""
    return " ".join(part.strip(" \t") for part in text.strip().split("\n"))
