"""The values of a contract that are no longer the same, as its parties would say them, with the difference.

Which of them come first is content: what the playbook negotiates, then what a summary of the contract prints.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from generator import formats
from generator.cache import Same
from generator.condition_words import Vocabulary, described
from generator.conditions.expressions import Read, reads
from generator.conditions.judge import Complaint
from generator.diff.values import NOTHING, same, shown
from generator.document.nodes import Value
from generator.document.walk import inlines
from generator.impact.phrases import say
from generator.library.model import Library
from generator.library.templates import Insert, Repeat
from generator.library.values import formatter
from generator.library.walk import found
from generator.pipeline import Draft
from generator.schema_types import NUMERIC_KINDS, Type

_UNITS: Final = {
    "minutes": formats.duration, "hours": formats.hours, "days": formats.days, "weeks": formats.weeks,
    "business_days": formats.business_days, "months": formats.months, "years": formats.years,
}  # fmt: skip
_DERIVED: Final = frozenset({"facts", "parameters"})
# Facts of other kinds are the reasons of conditions, or rows that formulas make of fields shown themselves.
_TELLING: Final = frozenset({*NUMERIC_KINDS, "duration", "date", "month", "time", "enum"})
_MOST: Final = 120


@dataclass(frozen=True, slots=True)
class Figure:
    """A value that changes. ``path`` is its place in the deal, facts or legal values; ``old`` and ``new`` are printed.

    ``difference`` is empty where the two cannot be subtracted; ``leading`` says that it is negotiated or summed up.
    """

    path: str
    name: str
    old: str
    new: str
    difference: str
    leading: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is not the same on both sides. ``steps`` are fields, ``entries`` what tells the entries apart."""

    steps: tuple[str, ...]
    entries: tuple[tuple[int, str, str], ...]
    type: Type
    old: Any
    new: Any
    exclusive: bool = False

    @property
    def dotted(self) -> str:
        """The path without the entries of lists."""
        return ".".join(self.steps)

    @property
    def path(self) -> str:
        keys = {depth: key for depth, key, _ in self.entries}
        return ".".join(f"{step}[{keys[depth]}]" if depth in keys else step for depth, step in enumerate(self.steps, 1))


def figures(before: Draft, after: Draft, language: str) -> tuple[tuple[Figure, ...], int]:
    """What changes for the parties, the most important first, and how many other values change behind it."""
    assert before.facts is not None and after.facts is not None
    assert before.library is not None and after.library is not None
    if before.facts.scope == after.facts.scope:
        return (), 0
    leaves = list(changed_leaves(before, after, language))
    printed = {*_printed(before), *_printed(after)}
    order = (*leading_paths(Same(after.library)), *leading_paths(Same(before.library)))
    moved = {leaf.dotted for leaf in leaves}
    rules = {fact.id: fact.reads for library in (before.library, after.library) for fact in library.facts}
    kept: list[tuple[int, Leaf]] = []
    for leaf in leaves:
        place = next((index for index, path in enumerate(order) if _within(leaf.dotted, path)), len(order))
        known = place < len(order) or leaf.dotted in printed
        if _tells(leaf, known, moved, rules):
            kept.append((place, leaf))
    vocabulary = Vocabulary(after.library)
    shown_first = sorted(kept, key=lambda entry: entry[0])
    told = tuple(_figure(leaf, place < len(order), vocabulary, language) for place, leaf in shown_first)
    told = tuple(figure for figure in told if figure.old != figure.new)
    return told, len(leaves) - len(told)


def _tells(leaf: Leaf, known: bool, moved: Iterable[str], rules: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a change is told: of a field whenever it changes, of what is derived from fields where it is known."""
    if leaf.steps[0] not in _DERIVED:
        # What only one library has at all is told where a contract or the playbook knows of it.
        return known or bool(leaf.entries) or (leaf.old is not NOTHING and leaf.new is not NOTHING)
    if not known:
        return False
    if len(leaf.steps) < 3 and not leaf.entries and leaf.type.kind in _TELLING:
        return True
    sources = rules.get(leaf.steps[1], ())
    return not any(_within(path, source) or _within(source, path) for path in moved for source in sources)


def _within(path: str, around: str) -> bool:
    return path == around or path.startswith(f"{around}.")


# ---- which values lead


@lru_cache(maxsize=2)
def leading_paths(same_library: Same[Library]) -> tuple[str, ...]:
    """Paths of what is negotiated, in the order of the playbook, then of what summaries print, facts with what they
    are made of."""
    library = same_library.value
    paths: dict[str, None] = {}
    for topic in library.playbook.topics:
        paths.setdefault(topic.at)
        for position in topic.positions:
            if position.when is not None:
                paths.update(dict.fromkeys(_bare(read) for read in reads(position.when.expression)))
    for outline in library.outlines:
        if outline.kind == "summary":
            slots = [outline.cover, *(slot.id for section in outline.sections for slot in section.slots)]
            paths.update(dict.fromkeys(_summed_up(library, slots)))
    rules = {f"facts.{fact.id}": fact.reads for fact in library.facts}
    return tuple(dict.fromkeys(path for known in paths for path in (known, *rules.get(known, ())) if "." in path))


def _summed_up(library: Library, slots: Iterable[str]) -> Iterator[str]:
    for slot in slots:
        for clause in library.by_slot.get(slot, ()):
            for text in clause.texts.values():
                for insert in found(Insert, text.blocks):
                    yield from map(_bare, reads(insert.expression))
                for repeat in found(Repeat, text.blocks):
                    yield from map(_bare, reads(repeat.collection))


def _bare(read: Read) -> str:
    return ".".join(step for step in read.path if isinstance(step, str))


def _printed(draft: Draft) -> Iterator[str]:
    for numbered in draft.numbered.values():
        for part in numbered.document.parts:
            yield from (inline.path for _, inline in inlines(part) if isinstance(inline, Value))


# ---- what changes


def changed_leaves(before: Draft, after: Draft, language: str) -> Iterator[Leaf]:
    """Every value at the end of a path that is not the same in the two drafts of a deal."""
    assert before.facts is not None and after.facts is not None
    assert before.library is not None and after.library is not None
    old, new = before.facts.scope, after.facts.scope
    for root in dict.fromkeys((*new, *old)):
        type_ = after.library.names.get(root) or before.library.names.get(root)
        if type_ is not None:
            yield from _leaves(Leaf((root,), (), type_, old.get(root, NOTHING), new.get(root, NOTHING)), language)


def _leaves(leaf: Leaf, language: str) -> Iterator[Leaf]:
    old, new, type_ = leaf.old, leaf.new, leaf.type
    if old is not NOTHING and new is not NOTHING and same(old, new):
        return
    sides = [value for value in (old, new) if value is not NOTHING]
    if type_.kind == "record" and all(isinstance(value, Mapping) for value in sides):
        if len(sides) < 2 and leaf.entries and leaf.entries[-1][0] == len(leaf.steps):
            # An entry that came or went is one change, whatever it holds.
            yield leaf
            return
        for name, member in type_.fields.items():
            values = [value.get(name, NOTHING) if value is not NOTHING else NOTHING for value in (old, new)]
            if any(value is not NOTHING for value in values):
                exclusive = any(name in group for group in type_.alternatives)
                inner = Leaf((*leaf.steps, name), leaf.entries, member.type, values[0], values[1], exclusive)
                yield from _leaves(inner, language)
    elif type_.kind == "list" and type_.item is not None and type_.item.kind == "record" and _are_lists(sides):
        yield from _entries(leaf, type_.item, language)
    else:
        yield leaf


def _are_lists(values: Iterable[Any]) -> bool:
    return all(isinstance(value, (list, tuple)) for value in values)


def _entries(leaf: Leaf, item: Type, language: str) -> Iterator[Leaf]:
    """The entries of two lists beside each other: by what tells them apart, else one after the other."""
    ours, theirs = (_keyed(leaf.type, value if value is not NOTHING else ()) for value in (leaf.old, leaf.new))
    for key in dict.fromkeys((*ours, *theirs)):
        old, new = ours.get(key, NOTHING), theirs.get(key, NOTHING)
        entry = new if new is not NOTHING else old
        label = (len(leaf.steps), ", ".join(key), _label(leaf.type, item, entry, key, language))
        yield from _leaves(Leaf(leaf.steps, (*leaf.entries, label), item, old, new), language)


def _keyed(type_: Type, entries: Iterable[Any]) -> dict[tuple[str, ...], Any]:
    listed = list(entries)
    keys = [type_.identity(entry) for entry in listed]
    if None in keys or len(set(keys)) < len(keys):
        return {(str(number),): entry for number, entry in enumerate(listed, 1)}
    return {key: entry for key, entry in zip(keys, listed, strict=True) if key is not None}


def _label(type_: Type, item: Type, entry: Any, key: tuple[str, ...], language: str) -> str:
    """What an entry is called: by its name, else by the labels of what tells it apart."""
    name = entry.get("name") if isinstance(entry, Mapping) else None
    if isinstance(name, Mapping) and language in name:
        return str(name[language])
    attributes = type_.merge or ((type_.key,) if type_.key else ())
    if len(attributes) != len(key):
        return ", ".join(key)
    types = [item.fields[attribute].type for attribute in attributes]
    labels = (kind.labels[v][language] if v in kind.labels else v for kind, v in zip(types, key, strict=True))
    return ", ".join(labels)


# ---- how it is said


def _figure(leaf: Leaf, leading: bool, vocabulary: Vocabulary, language: str) -> Figure:
    old, new = (printed_value(leaf.type, value, language) for value in (leaf.old, leaf.new))
    return Figure(leaf.path, _name(leaf, vocabulary, language), old, new, difference(leaf, language), leading)


def _name(leaf: Leaf, vocabulary: Vocabulary, language: str) -> str:
    if not leaf.entries:
        return vocabulary.name(Read(leaf.steps, leaf.type, True, 0, 0), language, {})
    depth = leaf.entries[-1][0]
    around = vocabulary.name(Read(leaf.steps[:depth], _type_at(leaf, depth, vocabulary), True, 0, 0), language, {})
    named = f"{around} ({', '.join(label for _, _, label in leaf.entries)})"
    own = "" if leaf.exclusive or depth == len(leaf.steps) else described(leaf.type, language) or leaf.steps[-1]
    return f"{named}, {own}" if own else named


def _type_at(leaf: Leaf, depth: int, vocabulary: Vocabulary) -> Type:
    type_ = vocabulary.library.names.get(leaf.steps[0])
    for step in leaf.steps[1:depth]:
        inner = type_.item if type_ is not None and type_.kind == "list" else type_
        member = inner.fields.get(step) if inner is not None else None
        type_ = member.type if member is not None else None
    return type_ or leaf.type


def printed_value(type_: Type, value: Any, language: str) -> str:
    """A value as a contract would print it, with its unit."""
    if value is NOTHING or value is None:
        return say(language, "absent")
    if isinstance(value, bool):
        return say(language, "yes" if value else "no")
    if type_.kind == "record" and isinstance(value, Mapping):
        return say(language, "entry")
    try:
        counted = formats.money if type_.kind == "money" else _UNITS.get(type_.unit)
        text = counted(value, language) if counted is not None else formatter(type_, "", "")(value, language)
    except (Complaint, LookupError, TypeError, ValueError, ArithmeticError):
        # A library of another time may give a field another type than its value has here.
        text = shown(value)
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"


def difference(leaf: Leaf, language: str) -> str:
    """How much more or less it is, in the unit of the value: ``+42 000 €``."""
    old, new, type_ = leaf.old, leaf.new, leaf.type
    if type_.kind == "date" and isinstance(old, str) and isinstance(new, str):
        days = (datetime.date.fromisoformat(new) - datetime.date.fromisoformat(old)).days
        return _signed(days, formats.days(abs(days), language))
    if not type_.is_number or any(value is NOTHING or value is None or value is True for value in (old, new)):
        return ""
    try:
        change = Decimal(str(new)) - Decimal(str(old))
    except InvalidOperation:
        return ""
    if type_.kind == "percent" or type_.unit == "percent":
        return _signed(change, say(language, "points", value=formats.number(abs(change), language)))
    return _signed(change, printed_value(type_, abs(change), language))


def _signed(change: Decimal | int, text: str) -> str:
    return f"{'+' if change > 0 else '−'}{text}"
