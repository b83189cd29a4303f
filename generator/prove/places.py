"""The places of a deal as variables of a proof: what may stand at a path, and the value that a given deal has there.

A place is a path with the kinds of values that may stand there. Everything that a condition or a schema may ask of it
is a term over variables, each named by an ``Aspect``; ``value_of`` says what an aspect is in a deal at hand.

Lists are modelled by entries: those of a list that is keyed by a closed set of names one by one, of any other list as
many anonymous ones as the questions about it can tell apart. Longer lists hold nothing new: each further entry is like
one of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from generator.conditions.expressions import Key
from generator.prove import terms
from generator.prove.aspects import Aspect, Path, dotted, form, found, ordinal, value_of
from generator.prove.terms import FALSE, TRUE, Linear, Term
from generator.schema_types import NUMERIC_KINDS, ORDERED_TEXT_KINDS, Type

__all__ = ["ANYTHING", "Aspect", "Path", "Place", "Space", "dotted", "form", "found", "ordinal", "value_of"]

STRUCTURES: Final = {"record": "object", "list": "array"}
# Up to so many entries the length of a list by names is theirs, and further where a condition asks further.
COUNTED: Final = 2


class Space:
    """The variables in use, with what holds of them whatever the deal: a text is not two texts at once.

    ``entries`` says how many anonymous entries a list needs; lists that it does not name have none. ``lengths`` are the
    greatest that the length of a list by names is compared with.
    """

    def __init__(self, entries: Mapping[Path, int] | None = None, lengths: Mapping[Path, int] | None = None) -> None:
        self.entries = dict(entries or {})
        self.lengths = dict(lengths or {})
        self.texts: dict[Path, dict[str, Term]] = {}
        self.patterns: dict[Path, dict[str, Term]] = {}
        self.sized: set[Path] = set()
        self.kinds: dict[Path, tuple[Term, ...]] = {}
        self.whole: set[Path] = set()
        self.counted: set[Path] = set()
        self.named: dict[Path, dict[str, None]] = {}
        self.links: list[Term] = []

    def entries_of(self, path: Path) -> int:
        """How many anonymous entries are modelled; nested lists share the need of their kind."""
        return self.entries.get(tuple("[]" if isinstance(step, (int, Key)) else step for step in path), 0)

    def axioms(self) -> Iterator[Term]:
        """What holds of the variables that were asked for so far."""
        for kinds in self.kinds.values():
            yield terms.exactly_one(kinds)
        for path, constants in self.texts.items():
            yield terms.at_most_one(constants.values())
            for text, term in constants.items():
                for pattern, matched in self.patterns.get(path, {}).items():
                    yield terms.implies(term, matched if re.search(pattern, text) else terms.no(matched))
                if path in self.sized:
                    size = terms.number(Aspect("size", path))
                    yield terms.implies(term, terms.equal(size, Linear(constant=len(text))))
        for path in self.sized:
            yield terms.at_most(Linear(), terms.number(Aspect("size", path)))
            yield terms.whole(Aspect("size", path))
        for path in self.whole:
            yield terms.whole(Aspect("number", path))
        yield from self.links


class Place(NamedTuple):
    """What may stand at a path. ``there`` is when something does, ``kinds`` the JSON kinds that it may have.

    ``type`` is the declared type, where there is one; a place without (of a schema at large) has every kind.
    """

    space: Space
    path: Path
    there: Term
    kinds: frozenset[str]
    type: Type | None = None

    @staticmethod
    def of(space: Space, path: Path, there: Term, type_: Type) -> Place:
        return Place(space, path, there, _kinds(type_), type_)

    # ---- what stands there

    @property
    def present(self) -> Term:
        """A value other than null: what conditions call defined."""
        return terms.all_of(self.there, terms.no(self.kind("null"))) if "null" in self.kinds else self.there

    def kind(self, name: str) -> Term:
        """Whether the value is of a JSON kind: null, boolean, number, string, array, object."""
        if name not in self.kinds:
            return FALSE
        if len(self.kinds) == 1:
            return TRUE
        if self.path not in self.space.kinds:
            self.space.kinds[self.path] = tuple(
                terms.variable(Aspect("kind", self.path, k)) for k in sorted(self.kinds)
            )
        return terms.variable(Aspect("kind", self.path, name))

    @property
    def true(self) -> Term:
        """The boolean at the place."""
        return terms.variable(Aspect("true", self.path))

    @property
    def number(self) -> Linear:
        """The number at the place; a date is its day, a time its minute."""
        if self.type is not None and (self.type.kind == "integer" or self.type.kind in ORDERED_TEXT_KINDS):
            self.space.whole.add(self.path)
        return terms.number(Aspect("number", self.path))

    @property
    def ordered_text(self) -> bool:
        return self.type is not None and self.type.kind in ORDERED_TEXT_KINDS

    def text(self, text: str) -> Term:
        """Whether the value is this text."""
        if self.type is not None and self.ordered_text:
            return terms.equal(self.number, Linear(constant=ordinal(text))) if form(text) == self.type.kind else FALSE
        if len(self.path) > 1 and isinstance(self.path[-2], Key) and self.path[-2].attribute == self.path[-1]:
            # The entry is the one of this name.
            return terms.constant(self.path[-2].value == text)
        known = self.space.texts.setdefault(self.path, {})
        if text not in known:
            match self.path:
                case (*_, Key(attribute, name), str() as last) if last == attribute:
                    # The entry was found by this very text.
                    return terms.constant(text == name)
            if self.type is not None and self.type.kind == "enum":
                if text not in self.type.values:
                    return FALSE
                known.update({value: terms.variable(Aspect("is", self.path, value)) for value in self.type.values})
                self.space.links.append(terms.any_of(*known.values()))
            else:
                known[text] = terms.variable(Aspect("is", self.path, text))
        return known[text]

    def matches(self, pattern: str) -> Term:
        """Whether the text matches a pattern: nothing is known of it, but for the texts that are named."""
        known = self.space.patterns.setdefault(self.path, {})
        return known.setdefault(pattern, terms.variable(Aspect("matches", self.path, pattern)))

    @property
    def size(self) -> Linear:
        """The length of a text or list, the number of members of a group."""
        self.space.sized.add(self.path)
        size = terms.number(Aspect("size", self.path))
        if self.keyed and self.path not in self.space.counted:
            self.space.counted.add(self.path)
            there = [entry.there for entry in self.keyed_entries()]
            most = max(COUNTED, self.space.lengths.get(self.path, 0) + 1)
            self.space.links += _counted(size, there, most, repeats=not (self.type and self.type.key))
        return size

    # ---- below it

    def member(self, name: str, type_: Type | None = None, *, always: bool = False) -> Place:
        """The member of a group. With a declared type, ``always`` says that the group never lacks it."""
        if self.type is not None and name in self.type.fields:
            field = self.type.fields[name]
            type_, always = field.type, field.always
        path = (*self.path, name)
        # A group that is null has no members, whatever the schema promises of one that is there.
        there = self.present if always else terms.all_of(self.present, terms.variable(Aspect("there", path)))
        if type_ is None:
            return Place(self.space, path, there, ANYTHING)
        return Place.of(self.space, path, there, type_)

    @property
    def other(self) -> Term:
        """Whether the group has members of other names than those that are known."""
        return FALSE if self.type is not None else terms.variable(Aspect("other", self.path))

    @property
    def keyed(self) -> tuple[str, ...]:
        """The closed set of names that entries of this list have; empty for other lists."""
        item = self.type.item if self.type is not None else None
        if item is None or self.type is None:
            return ()
        if item.kind == "enum":
            return item.values
        if item.kind == "record" and self.type.key:
            return item.fields[self.type.key].type.values
        return ()

    def entry(self, name: str) -> Place:
        """The entry with a name: the key of a record, or a scalar itself."""
        assert self.type is not None and self.type.item is not None
        attribute = self.type.key if self.type.item.kind == "record" else ""
        path = (*self.path, Key(attribute, name))
        there = terms.all_of(self.present, terms.variable(Aspect("there", path)))
        entry = Place.of(self.space, path, there, self.type.item)
        if not self.keyed and name not in self.space.named.setdefault(self.path, {}):
            # One of the entries of an open list; the others are anonymous.
            self.space.named[self.path][name] = None
            self.space.links.append(terms.implies(there, terms.at_most(Linear(constant=1), self.size)))
        return entry

    def keyed_entries(self) -> tuple[Place, ...]:
        return tuple(self.entry(name) for name in self.keyed)

    def entries(self) -> tuple[Place, ...]:
        """The entries of the list that are modelled."""
        if self.keyed:
            return self.keyed_entries()
        item = self.type.item if self.type is not None else None
        places = [self.entry(name) for name in self.space.named.get(self.path, ())]
        for index in range(self.space.entries_of(self.path)):
            there = terms.all_of(self.present, terms.at_most(Linear(constant=index + 1), self.size))
            path = (*self.path, index)
            places.append(Place.of(self.space, path, there, item) if item else Place(self.space, path, there, ANYTHING))
        return tuple(places)

    def counted_entries(self) -> tuple[Place, ...]:
        """The entries of which each stands for one: those that conditions name may be among the anonymous ones."""
        return tuple(entry for entry in self.entries() if self.keyed or isinstance(entry.path[-1], int))

    def some_of(self, test: str) -> Linear:
        """The number of entries of which a test is true, where not all of them are modelled."""
        key = Aspect("free", self.path, ("count_where", test))
        count = terms.number(key)
        links = (terms.whole(key), terms.at_most(Linear(), count), terms.at_most(count, self.size))
        self.space.links += [link for link in links if link not in self.space.links]
        return count

    def has(self, name: str) -> Term:
        """Whether an entry of the list has this name, or is this text."""
        if self.keyed:
            return self.entry(name).there if name in self.keyed else FALSE
        return self.entry(name).there


ANYTHING: Final = frozenset({"null", "boolean", "number", "string", "array", "object"})


def _kinds(type_: Type) -> frozenset[str]:
    if type_.kind == "localised":
        kinds = {"string", "object"}
    elif type_.kind == "boolean" or type_.kind in STRUCTURES:
        kinds = {STRUCTURES.get(type_.kind, type_.kind)}
    else:
        kinds = {"number"} if type_.kind in NUMERIC_KINDS else {"string"}
    return frozenset(kinds | ({"null"} if type_.nullable else set()))


def _counted(size: Linear, there: list[Term], most: int, *, repeats: bool) -> Iterator[Term]:
    """How the length of a keyed list hangs on its entries: exactly up to ``most`` entries, as a bound above.

    A list of plain names ``repeats``: it may name the same one twice, so that it is at least as long as it has names.
    """
    # How many of the entries so far are there, at least: none, one, two …
    reached = [TRUE, *(FALSE for _ in there[:most])]
    for one in there:
        more = (terms.any_of(now, terms.all_of(one, less)) for less, now in pairwise(reached))
        reached = [TRUE, *more]
    for number, term in enumerate(reached[1:], 1):
        longer = terms.at_most(Linear(constant=number), size)
        yield terms.implies(term, longer)
        if number == 1 or not repeats:
            yield terms.implies(longer, term)
    if not repeats:
        yield terms.at_most(size, Linear(constant=len(there)))
