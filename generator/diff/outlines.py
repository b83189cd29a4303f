"""The outlines of two libraries: documents, sections and slots that came, went, moved or follow another rule."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from generator.diagnostics import Span
from generator.diff.changes import Change, Detail, details_of
from generator.diff.values import NOTHING, value_changes
from generator.library.model import Condition, Outline, Slot
from generator.source import Source

Sources = Mapping[str, Source]


def outline_changes(
    old: Sequence[Outline], new: Sequence[Outline], old_files: Sources, new_files: Sources
) -> tuple[Change, ...]:
    """Documents first, then sections, then slots. The files are those that are not the same in both libraries."""
    ours, theirs = ({outline.id: outline for outline in outlines} for outlines in (old, new))
    repeated = _repeated(old) | _repeated(new)
    return (
        *_kind(
            "outline",
            {id_: (_outline(outline), outline.span, "") for id_, outline in ours.items()},
            {id_: (_outline(outline), outline.span, "") for id_, outline in theirs.items()},
        ),
        *_kind("section", _sections(old, old_files), _sections(new, new_files)),
        *_kind("slot", _slots(old, repeated), _slots(new, repeated)),
    )


_Things = Mapping[str, tuple[dict[str, Any], Span, str]]
"""What is said of each thing by its id, its place in a file, and what it stands in."""


def _kind(kind: str, old: _Things, new: _Things) -> Iterator[Change]:
    shifted = _shifted(old, new)
    for id_, (said, span, inside) in old.items():
        if id_ not in new:
            home = Detail("in", inside, NOTHING)
            yield Change("removed", kind, id_, span, ((home,) if inside else ()) + _presence(said, gone=True))
    for id_, (said, span, inside) in new.items():
        if id_ not in old:
            home = Detail("in", NOTHING, inside)
            yield Change("added", kind, id_, span, ((home,) if inside else ()) + _presence(said, gone=False))
            continue
        before, _, was_inside = old[id_]
        details = tuple(details_of(value_changes(before, said)))
        if was_inside != inside:
            yield Change("moved", kind, id_, span, (Detail("in", was_inside, inside), *details))
        elif id_ in shifted:
            follows = Detail("after", _neighbour(old, id_), _neighbour(new, id_))
            yield Change("moved", kind, id_, span, (follows, *details))
        elif details:
            yield Change("changed", kind, id_, span, details)


def _presence(said: Mapping[str, Any], *, gone: bool) -> tuple[Detail, ...]:
    changes = value_changes(said, {}) if gone else value_changes({}, said)
    return tuple(details_of(changes))


def _neighbour(things: _Things, id_: str) -> str:
    """The thing before this one in what it stands in; ``the beginning`` where it is the first."""
    before = "the beginning"
    for other, (_, _, inside) in things.items():
        if other == id_:
            break
        if inside == things[id_][2]:
            before = other
    return before


def _shifted(old: _Things, new: _Things) -> set[str]:
    """The fewest things to be moved for the order of the old library to become that of the new one."""
    homes: dict[str, list[str]] = {}
    for id_, (_, _, inside) in new.items():
        if id_ in old and old[id_][2] == inside:
            homes.setdefault(inside, []).append(id_)
    position = {id_: index for index, id_ in enumerate(old)}
    shifted: set[str] = set()
    for ids in homes.values():
        shifted |= set(ids) - _longest_ordered(ids, position)
    return shifted


def _longest_ordered(ids: Sequence[str], position: Mapping[str, int]) -> set[str]:
    """A longest subsequence of ids whose positions ascend."""
    ends: list[int] = []
    chains: list[tuple[str, ...]] = []
    for id_ in ids:
        at = bisect_left(ends, position[id_])
        chain = (*(chains[at - 1] if at else ()), id_)
        ends[at : at + 1] = [position[id_]]
        chains[at : at + 1] = [chain]
    return set(chains[-1]) if chains else set()


# ---- what is said of each


def _outline(outline: Outline) -> dict[str, Any]:
    return {
        "kind": outline.kind,
        "title": dict(outline.title),
        "name": dict(outline.name),
        "precedence": outline.precedence,
        "position": outline.position,
        "contents": outline.contents,
        **({"cover": outline.cover} if outline.cover else {}),
        **({"each": outline.each} if outline.each else {}),
        **({"inherits_terms": True} if outline.inherits_terms else {}),
        **_when("when", outline.when),
    }


def _sections(outlines: Sequence[Outline], files: Sources) -> dict[str, tuple[dict[str, Any], Span, str]]:
    found: dict[str, tuple[dict[str, Any], Span, str]] = {}
    for outline in outlines:
        source = files.get(outline.file)
        for index, section in enumerate(outline.sections):
            said: dict[str, Any] = {**_when("when", section.when), **({"each": section.each} if section.each else {})}
            if section.title and source is not None:
                # As it is written: the library keeps a title as a template.
                said["title"] = source.value["sections"][index]["title"]
            found[_unique(f"{outline.id}/{section.id}", found)] = (said, section.span, outline.id)
    return found


def _slots(outlines: Sequence[Outline], repeated: Set[str]) -> dict[str, tuple[dict[str, Any], Span, str]]:
    """The slots; one that either library has at several places is known by its place too."""
    found: dict[str, tuple[dict[str, Any], Span, str]] = {}
    for outline in outlines:
        for section in outline.sections:
            home = f"{outline.id}/{section.id}"
            for slot in section.slots:
                name = f"{slot.id} in {home}" if slot.id in repeated else slot.id
                found[_unique(name, found)] = (_slot(slot), slot.span, home)
    return found


def _repeated(outlines: Sequence[Outline]) -> set[str]:
    counts = Counter(slot.id for outline in outlines for section in outline.sections for slot in section.slots)
    return {id_ for id_, count in counts.items() if count > 1}


def _slot(slot: Slot) -> dict[str, Any]:
    return {"policy": slot.policy, **_when("applies", slot.applies)}


def _when(name: str, condition: Condition | None) -> dict[str, Any]:
    return {name: condition.text} if condition is not None else {}


def _unique(name: str, taken: Mapping[str, Any]) -> str:
    """The name, with a number where an earlier thing has it already."""
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name} ({number})"
    return unique
