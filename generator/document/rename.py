"""A tree whose anchors are all its own, so that two languages of one contract can stand in one file."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final

from generator.document.nodes import (
    Clause,
    Item,
    LineBreak,
    Numbered,
    Paragraph,
    Part,
    Reference,
    Section,
    Table,
    Term,
    Text,
    Value,
)

_LEAVES: Final = (str, bool, Text, Value, Term, LineBreak)


def renamed(numbered: Numbered, suffix: str) -> Numbered:
    """The same document with ``suffix`` after every anchor, the id of every part, and every target of a reference.

    The anchors of e-signature are what providers search for, and stay.
    """
    parts = tuple(_node(part, suffix) for part in numbered.document.parts)
    labels = {anchor + suffix: replace(label, part=label.part + suffix) for anchor, label in numbered.labels.items()}
    return Numbered(replace(numbered.document, parts=parts), labels)


def _node(node: Any, suffix: str) -> Any:
    if isinstance(node, _LEAVES):
        return node
    if isinstance(node, tuple):
        return tuple([_node(entry, suffix) for entry in node])
    match node:
        case Reference(target):
            return Reference(target + suffix)
        case Part():
            own = {"id": node.id + suffix}
        case Section() | Clause() | Paragraph() | Item() | Table():
            own = {"anchor": node.anchor + suffix}
        case _:
            own = {}
    others = {field.name: _node(getattr(node, field.name), suffix) for field in fields(node) if field.name not in own}
    return type(node)(**own, **others)
