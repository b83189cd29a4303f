"""Edits of a deal: what one is, the merged deal with it, its author's text with it, and how it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal

from generator.schema_types import Type
from generator.violations import Path

Kind = Literal["set", "add", "remove"]


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One field of the merged deal changed.

    ``set`` gives the value at ``path`` (``old`` is ``None`` where there was none), ``add`` a new entry to the list at
    ``path``, ``remove`` takes the field or the entry at ``path`` away. ``weight`` tells how unusual the change is, the
    least first. ``sample`` tells that ``new`` stands for whatever the author has to give, ``because`` the rule that
    asks for the edit once the others are made; it is empty for the edits that do what was asked for.
    """

    kind: Kind
    path: Path
    new: Any
    old: Any
    weight: int
    sample: bool = False
    because: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind} {self.path} {self.new!r}"

    def clashes(self, other: Edit) -> bool:
        """Whether two edits give different values to one field, or one changes what the other takes away."""
        if self.kind == "add" or other.kind == "add":
            return self.key == other.key
        if self.kind == other.kind == "set":
            return self.path == other.path
        shared = min(len(self.path), len(other.path))
        return self.path[:shared] == other.path[:shared]


def fields(edits: Sequence[Edit]) -> int:
    """How many fields edits change; what is given inside of a group that is added belongs to the group.

    A list that is emptied counts as often as it has entries: as many are lost.
    """
    added = [edit.path for edit in edits if edit.kind == "set" and edit.old is None and isinstance(edit.new, dict)]
    counted = [edit for edit in edits if not any(edit.path[: len(path)] == path != edit.path for path in added)]
    return sum(len(edit.old) if edit.new == [] and edit.old else 1 for edit in counted)


def edited(values: Mapping[str, Any], edits: Sequence[Edit]) -> dict[str, Any]:
    """The merged values with the edits, each made in what the earlier ones left; only what is on a path is copied."""
    changed: Any = dict(values)
    for edit in edits:
        changed = _changed(changed, edit.path, edit)
    return dict(changed)


def _changed(value: Any, path: Path, edit: Edit) -> Any:
    if not path:
        return [*(value or ()), edit.new] if edit.kind == "add" else edit.new
    head, *rest = path
    inside: Any = list(value) if isinstance(head, int) else dict(value or {})
    if not rest and edit.kind == "remove":
        del inside[head]
    else:
        inside[head] = _changed(inside[head] if isinstance(head, int) else inside.get(head), tuple(rest), edit)
    return inside


def at(values: Any, path: Path) -> Any:
    """The value at a path; ``None`` where there is none."""
    value = values
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


class Unwritable(Exception):
    """An edit of an entry that only a profile has, which an earlier edit named: no author can write it so."""


def rewritten(type_: Type, own: Any, merged: Mapping[str, Any], edits: Sequence[Edit]) -> Any:
    """What the author of a deal would write to make the edits: ``own`` are the values of the deal's text, ``merged``
    those of the merged deal before the edits.

    A list that profiles and deal share entry by entry gets the entry that changes; any other list is written whole.
    Raises ``Unwritable``.
    """
    values, whole = own, merged
    for edit in edits:
        values = _written(type_, values, whole, edit.path, edit)
        whole = _changed(whole, edit.path, edit)
    return values


def _written(type_: Type, own: Any, merged: Any, path: Path, edit: Edit) -> Any:
    if not path:
        if edit.kind != "add":
            return edit.new
        return [*(merged or () if own is None and not type_.merge else own or ()), edit.new]
    head, *rest = path
    if isinstance(head, int):
        return _list_written(type_, own, merged, path, edit)
    inside = dict(own or {})
    if not rest and edit.kind == "remove":
        inside.pop(head, None)
        return inside
    below = merged.get(head) if merged is not None else None
    inside[head] = _written(type_.fields[head].type, inside.get(head), below, tuple(rest), edit)
    return inside


def _list_written(type_: Type, own: Any, merged: Any, path: Path, edit: Edit) -> list[Any]:
    head, *rest = path
    assert isinstance(head, int) and type_.item is not None
    inside = list(own if own is not None else () if type_.merge else merged)
    at = head
    if type_.merge and head < len(merged or ()):
        identity = type_.identity(merged[head])
        at = next((i for i, entry in enumerate(inside) if type_.identity(entry) == identity), len(inside))
        if at == len(inside):
            inside.append({name: merged[head][name] for name in type_.merge})
    if at >= len(inside) or head >= len(merged or ()):
        raise Unwritable(edit)
    if not rest and edit.kind == "remove":
        del inside[at]
    else:
        inside[at] = _written(type_.item, inside[at], merged[head], tuple(rest), edit)
    return inside


def folded(edits: Sequence[Edit]) -> list[Edit]:
    """The same edits, with the samples for members of a group that is added, or of an entry, in that group itself."""
    kept: list[Edit] = []
    for edit in edits:
        at = next(
            (i for i, group in enumerate(kept) if edit.sample and edit.kind == "set" and _holds(group, edit)), None
        )
        if at is None:
            kept.append(edit)
        else:
            inside = _changed(kept[at].new, edit.path[len(kept[at].path) :], edit)
            kept[at] = replace(kept[at], new=inside)
    return kept


def _holds(group: Edit, edit: Edit) -> bool:
    return group.kind == "set" and group.sample and edit.path[: len(group.path)] == group.path != edit.path


# ---- how an edit reads

_NAMING: Final = ("id", "code", "name", "vendor", "type", "role", "service", "metric", "label")
_LONGEST: Final = 40


def words(before: Sequence[Edit], edit: Edit, type_: Type, deal: Mapping[str, Any]) -> str:
    """``context.sector general -> finance``; ``type_`` is the type of a deal, ``before`` the edits made before."""
    values = edited(deal, before)
    where, at = _named(edit.path, type_, values)
    if any(earlier.sample and edit.path[: len(earlier.path)] == earlier.path for earlier in before):
        return f"{where} = {_placeholder(at) if edit.sample else shown(edit.new)}"
    if edit.kind == "add":
        return f"{where} + {_entry_words(at.item, edit)}"
    if edit.kind == "remove":
        return f"{where} taken out"
    if at.kind == "list" and edit.new == []:
        return f"{where} emptied ({_entries(len(edit.old))})"
    if at.kind == "record" and edit.old is None:
        return f"{where} added{_to_give(at, edit.new)}"
    return f"{where} {shown(edit.old)} -> {_placeholder(at) if edit.sample else shown(edit.new)}"


def _named(path: Path, type_: Type, values: Any) -> tuple[str, Type]:
    """A path with entries by their names, ``tools['rmm'].mfa``, and the type that stands there."""
    text, at, value = "", type_, values
    for step in path:
        inside: Any = None
        if isinstance(step, int):
            inside = value[step] if isinstance(value, list) and step < len(value) else None
            name = entry_name(at, inside)
            text += f"['{name}']" if name else f"[{step + 1}]"
            assert at.item is not None
            at = at.item
        else:
            inside = value.get(step) if isinstance(value, Mapping) else None
            text += f".{step}" if text else step
            at = at.fields[step].type
        value = inside
    return text, at


def entry_name(type_: Type, entry: Any) -> str:
    """What tells an entry of a list from the others, as a person would say it; empty where nothing does."""
    if not isinstance(entry, Mapping):
        return str(entry) if isinstance(entry, str) and len(entry) <= _LONGEST else ""
    identity = type_.identity(entry)
    if identity is not None:
        return " ".join(identity)
    return next((str(entry[name]) for name in _NAMING if isinstance(entry.get(name), str)), "")


def _entry_words(type_: Type | None, edit: Edit) -> str:
    entry = edit.new
    if type_ is None or not isinstance(entry, Mapping):
        return shown(entry) if type_ is None or not edit.sample else _placeholder(type_)
    key = next((name for name in _NAMING if type_.fields.get(name) and type_.fields[name].type.kind == "enum"), "")
    return (str(entry[key]) if key in entry else "an entry") + _to_give(type_, entry, key)


def _to_give(type_: Type, given: Mapping[str, Any], key: str = "") -> str:
    """The members that the author has to fill in: those that the schema asks for and has no value for."""
    asked = [name for name in given if name != key and not type_.fields[name].type.has_default]
    return f" ({', '.join(asked)} to be given)" if asked else ""


def _placeholder(type_: Type) -> str:
    return f"({type_.shown()} to be given)"


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


def shown(value: Any) -> str:
    """A value as a person reads it: no exponent, no long text."""
    if value is None:
        return "absent"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:.0f}" if value == value.to_integral_value() else f"{value.normalize():f}"
    if isinstance(value, Mapping):
        return "a group of fields"
    if isinstance(value, list):
        return _entries(len(value))
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
