"""What the profiles of a library give to every deal that names them, as terms: no deal file can take it away again.

The proofs speak of merged deals, whatever they were merged from. A corpus is of deal files: what no profile leaves open
is out of their reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from generator.library.model import Library
from generator.pipeline import SEGMENT, SLA_PROFILE
from generator.prove import terms
from generator.prove.deals import Deals
from generator.prove.edits import type_at
from generator.prove.places import Place
from generator.prove.terms import Linear, Term
from generator.schema_types import Type

ROOT: Final = "values"


def given(deals: Deals) -> Iterator[Term]:
    """What holds of every deal that is made of a file: its profile is one of the library, and gives what it gives."""
    library = deals.library
    segments = _ids(library, SEGMENT)
    yield from _profiles(deals, SEGMENT, segments)
    yield from _profiles(deals, SLA_PROFILE, [name for name in library.profiles if name not in segments])


def given_by(deals: Deals, values: Mapping[str, Any]) -> Term:
    """What a deal has to which these values are given, and that it cannot take away again."""
    fields = deals.library.schema.type.fields
    return terms.all_of(
        *(
            there
            for group, inner in values.items()
            if group in fields and (group,) in deals.needs.paths
            for there in _kept(deals, deals.place(group), (group,), fields[group].type, inner)
        )
    )


def _ids(library: Library, path: tuple[str, ...]) -> list[str]:
    own = type_at(library.schema.type, path)
    return [name for name in own.values if name in library.profiles] if own is not None else []


def _profiles(deals: Deals, path: tuple[str, ...], names: list[str]) -> Iterator[Term]:
    own = type_at(deals.library.schema.type, path)
    if own is None or not names:
        return
    place = _at(deals, path)
    yield terms.implies(place.present, terms.any_of(*(place.text(name) for name in names)))
    for name in names:
        values = deals.library.profiles[name].value.get(ROOT) or {}
        named = terms.all_of(place.present, place.text(name))
        yield terms.implies(named, given_by(deals, values))


def _at(deals: Deals, path: tuple[str, ...]) -> Place:
    place = deals.place(path[0])
    for step in path[1:]:
        place = place.member(step)
    return place


def _kept(deals: Deals, place: Place, path: tuple[str, ...], type_: Type, value: Any) -> Iterator[Term]:
    """What is there below a place where a profile has a value, as far as the library asks about it."""
    if value is None or path not in deals.needs.paths:
        return
    yield place.present
    if type_.kind == "record" and isinstance(value, Mapping):
        for name, inner in value.items():
            field = type_.fields.get(name)
            if field is None or field.type.nullable or any(name in group for group in type_.alternatives):
                continue
            if (*path, name) in deals.needs.paths:
                yield from _kept(deals, place.member(name), (*path, name), field.type, inner)
    elif type_.merge and isinstance(value, list):
        yield terms.at_most(Linear(constant=len(value)), place.size)
