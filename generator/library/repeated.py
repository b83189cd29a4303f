"""The lists over which outlines repeat a section or a document, and what a clause of theirs may read of an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from generator.schema_types import Type

# By the name that texts read: services repeat a section, mandates a document.
REPEATED: Final[Mapping[str, tuple[str, str]]] = {
    "service": ("facts", "subscribed"),
    "mandate": ("third_parties", "mandates"),
}


def entry_types(names: Mapping[str, Type]) -> dict[str, Type]:
    """The type of an entry of each of these lists, by its name; lists that the deals of a library lack are left out."""
    found = {}
    for name, (root, member) in REPEATED.items():
        if root in names and member in names[root].fields:
            item = names[root].fields[member].type.item
            if item is not None:
                found[name] = item
    return found
