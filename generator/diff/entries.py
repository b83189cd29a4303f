"""What the YAML files of two libraries say beside clauses and outlines, entry by entry, and their schemas.

Only files that are not the same byte by byte are read again: an entry that two libraries share stands in others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generator.diagnostics import Span
from generator.diff.approvals import ENTRIES
from generator.diff.changes import Change, Detail, Sign, detail_of, details_of
from generator.diff.values import NOTHING, ValueChange, value_changes
from generator.library.load import LIBRARY_FILE_BYTES
from generator.library.wordings import LABELS_FILE
from generator.source import Source, read_yaml

Files = Mapping[str, bytes]

# What the entries of a list of a library file are called.
_KINDS: Final = {
    "terms": "term",
    "rules": "rule",
    "approvals": "approval",
    "obligations": "obligation",
    "forbidden": "prohibition",
    "facts": "fact",
    "parameters": "parameter",
    "law": "law",
    "holidays": "holiday",
    "roles": "role",
    "topics": "topic",
}
_ORDER: Final = ("layer", *_KINDS.values(), "profile", "other", *ENTRIES)
# Entries that may hold approvals of their words.
_APPROVED: Final = frozenset({"term", "fact", "parameter", "holiday", "profile"})


@dataclass(frozen=True, slots=True)
class _Entry:
    value: Any
    span: Span


def changed_sources(files: Files, others: Files) -> dict[str, Source]:
    """The YAML files that the other library does not have in the same words, by name."""
    found = {}
    for name, content in files.items():
        if name.endswith(".yaml") and others.get(name) != content:
            source, _ = read_yaml(name, content.decode("utf-8-sig"), max_bytes=LIBRARY_FILE_BYTES)
            # The library could be loaded from this file.
            assert source is not None
            found[name] = source
    return found


def entry_changes(old: Mapping[str, Source], new: Mapping[str, Source]) -> tuple[Change, ...]:
    """Every entry that is not the same in both libraries: its values, or the file that it stands in."""
    ours, theirs = (_entries(sources) for sources in (old, new))
    changes = []
    for (kind, id_), entry in ours.items():
        if (kind, id_) not in theirs:
            changes.append(Change("removed", kind, id_, entry.span, _whole(entry, gone=True)))
    for (kind, id_), entry in theirs.items():
        before = ours.get((kind, id_))
        if before is None:
            changes.append(Change("added", kind, id_, entry.span, _whole(entry, gone=False)))
            continue
        details = list(details_of(value_changes(before.value, entry.value)))
        sign: Sign = "changed"
        if before.span.file != entry.span.file:
            sign = "moved"
            details.insert(0, Detail("file", before.span.file, entry.span.file))
        if details:
            changes.append(Change(sign, kind, id_, entry.span, tuple(details)))
    return in_order(changes)


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Entries kind by kind, each by its id."""
    return tuple(sorted(changes, key=lambda change: (_ORDER.index(change.kind), change.id)))


def _whole(entry: _Entry, *, gone: bool) -> tuple[Detail, ...]:
    """Each field of an entry that only one of the libraries has."""
    fields = entry.value if isinstance(entry.value, Mapping) else {"": entry.value}
    shown = ((name, value) for name, value in fields.items() if name != "id")
    return tuple(
        detail_of(ValueChange(name, value, NOTHING) if gone else ValueChange(name, NOTHING, value))
        for name, value in shown
    )


def _entries(sources: Mapping[str, Source]) -> dict[tuple[str, str], _Entry]:
    """Every entry by its kind and id; one whose id was taken by an earlier one gets a number."""
    found: dict[tuple[str, str], _Entry] = {}
    for name, source in sources.items():
        if "/outlines/" in name or name.endswith(f"/{LABELS_FILE}"):
            continue
        for kind, id_, value, span in _entries_of(name, source):
            number, unique = 1, id_
            while (kind, unique) in found:
                number += 1
                unique = f"{id_} ({number})"
            # Of approvals is said elsewhere what became of them.
            if kind in _APPROVED:
                value = {field: item for field, item in value.items() if field != "approved"}
            found[kind, unique] = _Entry(value, span)
    return found


def _entries_of(name: str, source: Source) -> Iterator[tuple[str, str, Any, Span]]:
    whole = "layer" if name.endswith("/layer.yaml") else "profile" if "/profiles/" in name else ""
    if whole:
        yield whole, source.value["id"], source.value, source.span(("id",))
        return
    for key, value in source.value.items():
        if key not in _KINDS:
            yield "other", key, value, source.span((key,))
            continue
        for index, entry in enumerate(value):
            yield _KINDS[key], entry["id"], entry, source.span((key, index, "id"))


# ---- schemas


def schema_changes(old: Files, new: Files) -> tuple[Change, ...]:
    """What the schemas allow, ask for or call otherwise, at the fields that they do it for."""
    changes = []
    for name in sorted({*old, *new}):
        if not name.endswith(".schema.json") or old.get(name) == new.get(name):
            continue
        documents = [json.loads(files.get(name, b"{}")) for files in (old, new)]
        details = tuple(
            detail_of(ValueChange(_field(change.path), change.old, change.new)) for change in value_changes(*documents)
        )
        if details:
            changes.append(Change("changed", "schema", name.removeprefix("schemas/"), None, details))
    return tuple(changes)


def _field(path: str) -> str:
    """``sla.hours.maximum`` of ``properties.sla.properties.hours.maximum``.

    ``properties`` is a word of the schema at every other step only: a field may be called so too.
    """
    shown: list[str] = []
    named = False
    for step in path.split("."):
        if not named and step in {"properties", "$defs"}:
            named = True
            continue
        named = False
        shown.append(step)
    return ".".join(shown)
