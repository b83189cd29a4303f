"""Values of a deal that are not known yet, and groups that refuse to hand them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Open:
    """What stands in a scope where a value is not known: its path, and the values that are left if they are few."""

    path: str
    values: frozenset[Any] | None = None
    absent: bool = True


class StillOpen(Exception):
    """A formula or a condition asked for a value that is not known yet."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Watched(dict[str, Any]):
    """A group of a deal that refuses to hand out what is not known: formulas run on it as on any deal."""

    def __getitem__(self, name: str) -> Any:
        return _known(dict.__getitem__(self, name))

    def get(self, name: str, default: Any = None) -> Any:
        return _known(dict.get(self, name, default))

    def __contains__(self, name: object) -> bool:
        found = dict.__contains__(self, name)
        if found:
            value = dict.get(self, str(name))
            if isinstance(value, Open) and value.absent:
                raise StillOpen(value.path)
        return found

    def __iter__(self) -> Iterator[str]:
        for value in dict.values(self):
            _known(value)
        return dict.__iter__(self)

    def __len__(self) -> int:
        return sum(1 for _ in iter(self))

    def keys(self) -> Any:
        iter(self)
        return dict.keys(self)

    def values(self) -> Any:
        iter(self)
        return dict.values(self)

    def items(self) -> Any:
        iter(self)
        return dict.items(self)

    def copy(self) -> dict[str, Any]:
        iter(self)
        return dict(dict.items(self))


def _known(value: Any) -> Any:
    if isinstance(value, Open):
        raise StillOpen(value.path)
    return value
