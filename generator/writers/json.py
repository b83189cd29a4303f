"""The numbered tree as JSON, for programs that compare, index or check contracts.

::

    {"type": "Numbered", "version": 1,
     "document": {"type": "Document", "language": "fr",
                  "properties": {"type": "Properties", "title": …},
                  "parts": [{"type": "Part", "id": "D01", …, "sections": […]}]},
     "labels": {"liability.cap": {"marker": "7.2", "reference": "article 7.2", "number": "7.2",
                                  "level": 1, "part": "D01"}, …}}

Every node is an object whose ``type`` is the name of its class in ``generator.document.nodes`` and whose other keys
are the fields of that class, in their order there, under the same names. A ``Reference`` has, besides its ``target``,
the ``text`` that is printed for it. ``labels`` is sorted by anchor and holds the anchors of the written parts and
those that they refer to. Money and dates are text as printed; nothing is a float.

A contract in two languages is ``{"type": "Facing", "version": 1, "prevailing": "fr", "left": …, "right": …}``: two such
trees, which may be walked side by side, and the language that prevails.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields

from generator.document.nodes import Document, Label, Numbered, Part, Reference
from generator.document.pair import Contract, Facing
from generator.writers.reading import chosen

VERSION = 1

Json = dict[str, "Json"] | list["Json"] | str | int | bool | None


def write(contract: Contract, parts: Sequence[str] | None = None) -> bytes:
    """The pack, or the parts with these ids, as UTF-8 JSON. Raises ``UnknownPart`` for an id it does not have."""
    tree: Json
    if isinstance(contract, Facing):
        sides: dict[str, Json] = {"left": _tree(contract.left, parts), "right": _tree(contract.right, parts)}
        tree = {"type": "Facing", "version": VERSION, "prevailing": contract.prevailing, **sides}
    else:
        tree = _tree(contract, parts)
    return (json.dumps(tree, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _tree(numbered: Numbered, parts: Sequence[str] | None) -> Json:
    written = chosen(numbered, parts)
    ids = {part.id for part in written}
    referred: set[str] = set()
    document = _object(numbered.document, numbered, referred, parts=written)
    labels: dict[str, Json] = {
        anchor: _label(label)
        for anchor, label in sorted(numbered.labels.items())
        if label.part in ids or anchor in referred
    }
    return {"type": "Numbered", "version": VERSION, "document": document, "labels": labels}


def _label(label: Label) -> Json:
    return {name: getattr(label, name) for name in _names(Label)}


def _object(node: object, numbered: Numbered, referred: set[str], parts: tuple[Part, ...] = ()) -> Json:
    """A node and all below it; the targets of its references are added to ``referred``."""
    shown: dict[str, Json] = {"type": type(node).__name__}
    for name in _names(type(node)):
        value = parts if isinstance(node, Document) and name == "parts" else getattr(node, name)
        shown[name] = _value(value, numbered, referred)
    if isinstance(node, Reference):
        referred.add(node.target)
        shown["text"] = numbered.labels[node.target].reference
    return shown


def _value(value: object, numbered: Numbered, referred: set[str]) -> Json:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, tuple):
        return [_value(entry, numbered, referred) for entry in value]
    return _object(value, numbered, referred)


def _names(node: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(node))
