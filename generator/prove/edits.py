"""From an assignment of a proof to a deal: what differs from a deal at hand, put into it."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

from generator.conditions.expressions import Key
from generator.prove.places import Aspect, Path, dotted, found, value_of
from generator.prove.samples import Samples, complete
from generator.schema_types import Type

Values = Mapping[Hashable, bool | Fraction | None]
MOST_SHOWN = 3
"""So many values of a group or list are shown."""
DERIVED = frozenset({"facts", "parameters", "pack", "as_of"})


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of a deal and what becomes of it; an empty text where it is absent. ``where`` is its path."""

    path: str
    old: str
    new: str
    where: Path = ()

    def __str__(self) -> str:
        if not self.old and not self.new:
            return self.path
        return f"{self.path} {self.old or 'absent'} -> {self.new or 'absent'}"


def edited(type_: Type, base: Mapping[str, Any], wanted: Values, samples: Samples) -> dict[str, Any]:
    """A copy of a deal in which the aspects are as they should be, as far as one edit after the other can bring it."""
    deal: dict[str, Any] = deepcopy(dict(base))
    aspects = {
        key: v for key, v in wanted.items() if isinstance(key, Aspect) and key.path and key.path[0] not in DERIVED
    }
    order = {"there": 0, "size": 1}
    for aspect, value in sorted(
        aspects.items(), key=lambda entry: (len(entry[0].path), order.get(entry[0].name, 2), repr(entry[0]))
    ):
        if value is None or value_of(aspect, deal) == value:
            continue
        own = type_at(type_, aspect.path)
        if own is not None:
            _apply(deal, aspect, value, own, samples)
    return complete(type_, deal, samples)  # type: ignore[no-any-return]


def with_new_entries(
    type_: Type, base: Mapping[str, Any], wanted: Values
) -> tuple[dict[str, Any], dict[Hashable, bool | Fraction | None]]:
    """A deal, and what is wanted of it, in which every entry of a list that would change is a new one after the others.

    Entries with names of a closed set stay as they are: there is only one of each.
    """
    deal: dict[str, Any] = deepcopy(dict(base))
    moved: dict[Path, int] = {}
    found_: dict[Hashable, bool | Fraction | None] = {}
    for key, value in wanted.items():
        if isinstance(key, Aspect) and any(isinstance(step, int) for step in key.path):
            at = next(index for index, step in enumerate(key.path) if isinstance(step, int))
            key = Aspect(key.name, _moved(type_, deal, key.path, at, moved), key.detail)
        found_[key] = value
    return deal, found_


def _moved(type_: Type, deal: dict[str, Any], path: Path, at: int, moved: dict[Path, int]) -> Path:
    """The path in a copy of the entry that it leads into."""
    there, entries = found(path[:at], deal)
    index, own = path[at], type_at(type_, path[:at])
    if not there or not isinstance(entries, list) or not isinstance(index, int) or own is None or _named(own):
        return path
    if path[: at + 1] not in moved:
        if index >= len(entries):
            return path
        moved[path[: at + 1]] = len(entries)
        entries.append(renamed(deepcopy(entries[index]), own, entries))
    return (*path[:at], moved[path[: at + 1]], *path[at + 1 :])


def _named(type_: Type) -> bool:
    """Whether the entries of a list have names of a closed set."""
    item = type_.item
    if item is None:
        return False
    return item.kind == "enum" or bool(type_.key and item.fields[type_.key].type.kind == "enum")


def renamed(entry: Any, type_: Type, others: Sequence[Any]) -> Any:
    """An entry of a list under a name that no other entry has, where entries have names."""
    if not isinstance(entry, dict) or type_.item is None:
        return entry
    names = [type_.key] if type_.key else list(type_.merge)[::-1]
    for name in names:
        if _is_text(type_.item, name) and isinstance(entry.get(name), str):
            entry[name] = _other_name(entry[name], {other.get(name) for other in others})
            return entry
    taken = {type_.identity(other) for other in others}
    if type_.identity(entry) in taken:
        entry.update(next((free for free in _free(type_.item, names, entry) if type_.identity(free) not in taken), {}))
    return entry


def _free(item: Type, names: Sequence[str], entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """An entry with other names of closed sets, those first in which few of its names are others."""
    sets = [item.fields[name].type.values or (entry.get(name),) for name in names]
    held = [entry.get(name) for name in names]
    for chosen in sorted(
        product(*sets), key=lambda found: sum(one != two for one, two in zip(found, held, strict=True))
    ):
        yield {**entry, **dict(zip(names, chosen, strict=True))}


def _is_text(item: Type, name: str) -> bool:
    return name in item.fields and item.fields[name].type.kind == "string"


def type_at(type_: Type, path: Path) -> Type | None:
    """The declared type at a path."""
    current: Type | None = type_
    for step in path:
        if current is None:
            return None
        if not isinstance(step, str):
            current = current.item
        elif step in current.fields:
            current = current.fields[step].type
        else:
            return None
    return current


def _apply(deal: dict[str, Any], aspect: Aspect, value: bool | Fraction, type_: Type, samples: Samples) -> None:
    there, parent = found(aspect.path[:-1], deal)
    if not there or parent is None:
        return
    match aspect.name:
        case "there":
            _place(parent, aspect.path, bool(value), type_, samples)
        case "kind" if value and aspect.detail == "null" and type_.nullable:
            _place(parent, aspect.path, False, type_, samples)
        case "size" if type_.kind == "list" and isinstance(value, Fraction):
            _resize(found(aspect.path, deal)[1], int(value), aspect.path, type_, samples)
        case "is" | "true" | "number" if not found(aspect.path, deal)[0]:
            # Nothing stands there in the new deal either, so that nobody asks what it is.
            return
        case "is" if value:
            _set(parent, aspect.path[-1], aspect.detail)
        case "true":
            _set(parent, aspect.path[-1], value)
        case "number" if isinstance(value, Fraction):
            _set(parent, aspect.path[-1], plain_number(type_, value))


def _place(parent: Any, path: Path, there: bool, type_: Type, samples: Samples) -> None:
    step = path[-1]
    if isinstance(step, Key) and isinstance(parent, list):
        if there:
            parent.append(_entry(step, path, type_, samples))
        else:
            parent[:] = [entry for entry in parent if _name(entry, step.attribute) != step.value]
    elif isinstance(step, str) and isinstance(parent, dict):
        if there:
            parent[step] = samples.at(path, type_)
        else:
            parent.pop(step, None)


def _entry(key: Key, path: Path, type_: Type, samples: Samples) -> Any:
    if not key.attribute:
        return key.value
    return {**samples.at(path, type_), key.attribute: key.value}


def _name(entry: Any, attribute: str) -> Any:
    return entry.get(attribute) if attribute and isinstance(entry, Mapping) else entry


def _resize(entries: Any, size: int, path: Path, type_: Type, samples: Samples) -> None:
    if not isinstance(entries, list) or type_.item is None or size > len(entries) + 20:
        return
    del entries[size:]
    while len(entries) < size:
        index = len(entries)
        entry = deepcopy(entries[-1]) if entries else samples.at((*path, index), type_.item)
        entries.append(renamed(entry, type_, entries))


def _other_name(name: str, taken: set[Any]) -> str:
    number = 2
    while name in taken:
        name = f"{name.rstrip('0123456789-')}-{number}"
        number += 1
    return name


def _set(parent: Any, step: Any, value: Any) -> None:
    if isinstance(parent, dict) or (isinstance(parent, list) and isinstance(step, int) and step < len(parent)):
        parent[step] = value
    elif isinstance(step, Key) and isinstance(parent, list) and not step.attribute:
        parent.append(value)


def plain_number(type_: Type, value: Fraction) -> Any:
    """A number of a proof as the deal holds it: a day as a date, an amount as a decimal."""
    match type_.kind:
        case "date":
            return datetime.date.fromordinal(int(value)).isoformat()
        case "month":
            return datetime.date.fromordinal(int(value)).isoformat()[:7]
        case "time":
            return f"{int(value) // 60:02}:{int(value) % 60:02}"
        case "integer":
            return int(value)
        case _:
            return Decimal(value.numerator) / Decimal(value.denominator)


def differences(type_: Type, old: Any, new: Any, path: Path = ()) -> list[Edit]:
    """Where two deals differ, field by field; an entry that is added or gone counts as one."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        found_: list[Edit] = []
        for name in dict.fromkeys((*old, *new)):
            field = type_.fields.get(str(name))
            inner = field.type if field is not None else type_
            found_ += differences(inner, old.get(name), new.get(name), (*path, str(name)))
        return found_
    if isinstance(old, list) and isinstance(new, list):
        return _list_differences(type_, old, new, path)
    if old == new:
        return []
    return [Edit(dotted(path), shown(old), shown(new), path)]


def _list_differences(type_: Type, old: list[Any], new: list[Any], path: Path) -> list[Edit]:
    item = type_.item or type_
    if not new and len(old) > 1:
        return [Edit(dotted(path), f"{len(old)} entries", "none", path)]
    key = type_.key or (type_.merge[0] if len(type_.merge) == 1 else "")
    if not key:
        if len(old) == len(new) and all(isinstance(entry, Mapping) for entry in (*old, *new)):
            pairs = enumerate(zip(old, new, strict=True))
            return [edit for index, (one, two) in pairs for edit in differences(item, one, two, (*path, index))]
        edits = [Edit(f"{dotted(path)} + {_short(entry)}", "", "") for entry in new if entry not in old]
        edits += [Edit(f"{dotted(path)} - {_short(entry)}", "", "") for entry in old if entry not in new]
        if old != new and not edits:
            edits = [Edit(dotted(path), f"{len(old)} entries", f"{len(new)} entries")]
        return [replace(edit, where=path) for edit in edits]
    before = {entry.get(key): entry for entry in old}
    after = {entry.get(key): entry for entry in new}
    added = [("+", name) for name in after if name not in before]
    gone = [("-", name) for name in before if name not in after]
    edits = [Edit(f"{dotted(path)} {sign} {name}", "", "", (*path, Key(key, str(name)))) for sign, name in added + gone]
    for name in after:
        if name in before:
            edits += differences(item, before[name], after[name], (*path, Key(key, str(name))))
    return edits


def reverted(values: Mapping[str, Any], base: Mapping[str, Any], where: Path) -> dict[str, Any]:
    """A copy of a deal in which one place is again as in the deal that it was made from."""
    changed: dict[str, Any] = deepcopy(dict(values))
    there, old = found(where, base)
    held, parent = found(where[:-1], changed)
    step = where[-1]
    if not held:
        return changed
    if isinstance(parent, dict) and isinstance(step, str):
        if there:
            parent[step] = deepcopy(old)
        else:
            parent.pop(step, None)
    elif isinstance(parent, list) and isinstance(step, Key):
        kept = [entry for entry in parent if _name(entry, step.attribute) != step.value]
        parent[:] = [*kept, deepcopy(old)] if there else kept
    return changed


def _short(entry: Any) -> str:
    """A group with the first of its values, anything else as it is shown."""
    if not isinstance(entry, Mapping):
        return shown(entry)
    named = [f"{name}: {shown(value) or 'null'}" for name, value in list(entry.items())[:MOST_SHOWN]]
    return "{" + ", ".join([*named, "…"] if len(entry) > MOST_SHOWN else named) + "}"


def shown(value: Any) -> str:
    """A value as a deal file has it, in short."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Mapping():
            return _short(value)
        case list() if all(not isinstance(entry, (Mapping, list)) for entry in value) and len(value) <= MOST_SHOWN:
            return "[" + ", ".join(shown(entry) for entry in value) + "]"
        case list():
            return f"{len(value)} entries"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def deal_file(values: Mapping[str, Any], remarks: list[str], *, flow: bool | None = False) -> bytes:
    """A deal as a deal file, all its values written out; ``remarks`` stand above it as comments.

    With ``flow`` of ``None`` groups and lists without others inside stand on one line.
    """
    import yaml

    head = "".join(f"# {' '.join(remark.split())}\n" for remark in remarks)
    text = yaml.safe_dump(_plain(values), allow_unicode=True, sort_keys=False, width=120, default_flow_style=flow)
    return (head + text).encode()


def _plain(value: Any) -> Any:
    """A value of a deal as YAML writes it."""
    match value:
        case Mapping():
            return {str(name): _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case Decimal():
            return float(value) if value != value.to_integral_value() else int(value)
        case _:
            return value
