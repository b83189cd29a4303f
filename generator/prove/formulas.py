"""What is known of the facts that formulas compute, as terms: only what proofs need, and what is always true.

Of every other formula nothing is assumed but the type of what it gives. A test computes the facts of random deals and
compares.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

from generator.library.model import FactRule
from generator.prove import terms
from generator.prove.places import Path, Place
from generator.prove.terms import Linear, Term

Roots = Callable[[str], Place]
"""The place of a root: a group of the deal, or ``facts``."""


def known_of(rules: Iterable[FactRule], paths: Collection[Path], place: Roots) -> Iterator[Term]:
    """What holds of the facts at these paths."""
    for rule in rules:
        if rule.formula and ("facts", rule.id) in paths:
            fact = place("facts").member(rule.id)
            if rule.type.kind == "money":
                yield terms.at_most(Linear(), fact.number)
            known = KNOWN.get(rule.formula)
            if known is not None:
                yield from known(place, fact)


def _subscribed(place: Roots, fact: Place) -> Iterator[Term]:
    """One row for each service of the deal."""
    services = place("services")
    for name in services.keyed:
        yield terms.same(fact.has(name), services.has(name))
    yield terms.equal(fact.size, services.size)


def _same_length(*path: str) -> Callable[[Roots, Place], Iterator[Term]]:
    def known(place: Roots, fact: Place) -> Iterator[Term]:
        """As many rows as the list of the deal has entries."""
        listed = place(path[0])
        for name in path[1:]:
            listed = listed.member(name)
        yield terms.equal(fact.size, listed.size)

    return known


KNOWN: Final[Mapping[str, Callable[[Roots, Place], Iterator[Term]]]] = {
    "subscribed": _subscribed,
    "declined": _same_length("scope", "declined_services"),
    "super_caps": _same_length("liability", "super_cap"),
    "site_rows": _same_length("scope", "sites"),
}
