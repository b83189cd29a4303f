"""What differs between two plain values: the paths at which something came, went or became something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

# The attributes by which entries of a list are known, in the order in which they are tried.
_IDENTITIES: Final = ("id", "code", "slot", "name", "cite")
_SEPARATOR: Final = "."


class Nothing:
    """Stands for a value on the side that does not have it: null is a value."""


NOTHING: Final = Nothing()


@dataclass(frozen=True, slots=True)
class ValueChange:
    """``old`` or ``new`` is ``NOTHING`` where that side has no value at ``path``.

    In a path, ``[3]`` is the fourth entry of a list, ``[x]`` the entry whose identity is ``x``, ``[]`` some entry.
    """

    path: str
    old: Any
    new: Any


def same(old: Any, new: Any) -> bool:
    """Whether two values say the same: 1 and 1.0 do, 1 and true do not."""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(same(old[name], new[name]) for name in old)
    if _is_list(old) and _is_list(new):
        return len(old) == len(new) and all(map(same, old, new))
    return bool(old == new)


def value_changes(old: Any, new: Any, path: str = "") -> Iterator[ValueChange]:
    """Every difference, in the order of the old value and then of the new one."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from value_changes(old.get(name, NOTHING), new.get(name, NOTHING), _below(path, str(name)))
    elif _is_list(old) and _is_list(new):
        yield from _list_changes(old, new, path)
    elif not same(old, new):
        yield ValueChange(path, old, new)


def _below(path: str, name: str) -> str:
    return f"{path}{_SEPARATOR}{name}" if path else name


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _list_changes(old: Sequence[Any], new: Sequence[Any], path: str) -> Iterator[ValueChange]:
    identity = _identity(old, new)
    if identity:
        before, after = ({entry[identity]: entry for entry in entries} for entries in (old, new))
        for key in [*before, *(key for key in after if key not in before)]:
            yield from value_changes(before.get(key, NOTHING), after.get(key, NOTHING), f"{path}[{key}]")
        kept = [[key for key in one if key in other] for one, other in ((before, after), (after, before))]
        if kept[0] != kept[1]:
            yield ValueChange(f"{path}[]", tuple(kept[0]), tuple(kept[1]))
        return
    if all(isinstance(entry, (str, int)) for entry in (*old, *new)):
        # `True` and 1 are one value to the matcher.
        ours, theirs = [(type(entry), entry) for entry in old], [(type(entry), entry) for entry in new]
        for operation, start, end, first, last in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            if operation != "equal":
                yield from (ValueChange(f"{path}[]", entry, NOTHING) for entry in old[start:end])
                yield from (ValueChange(f"{path}[]", NOTHING, entry) for entry in new[first:last])
        return
    start = 0
    while start < min(len(old), len(new)) and same(old[start], new[start]):
        start += 1
    tail = 0
    while tail < min(len(old), len(new)) - start and same(old[-1 - tail], new[-1 - tail]):
        tail += 1
    for index in range(start, max(len(old), len(new)) - tail):
        one = old[index] if index < len(old) - tail else NOTHING
        other = new[index] if index < len(new) - tail else NOTHING
        yield from value_changes(one, other, f"{path}[{index}]")


def _identity(old: Sequence[Any], new: Sequence[Any]) -> str:
    """The attribute that tells the entries of both lists apart; empty where there is none."""
    entries = [*old, *new]
    if not entries or not all(isinstance(entry, Mapping) for entry in entries):
        return ""
    for name in _IDENTITIES:
        if all(isinstance(entry.get(name), str) for entry in entries) and all(
            len({entry[name] for entry in side}) == len(side) for side in (old, new)
        ):
            return name
    return ""


def shown(value: Any, limit: int = 160) -> str:
    """A value on one line, as YAML writes it; cut where it is long."""
    text = _inline(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_inline(item)}" for name, item in value.items()) + "}"
    if _is_list(value):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value).replace("\n", "¶")
