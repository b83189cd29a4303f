"""What is known of the facts that formulas compute, as terms: only what proofs need, and what is always true.

Of every other formula nothing is assumed but the type of what it gives. A test computes the facts of random deals and
compares.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

from generator.library.model import FactRule, Service
from generator.prove import terms
from generator.prove.places import Path, Place
from generator.prove.terms import Linear, Term

Roots = Callable[[str], Place]
"""The place of a root: a group of the deal, or ``facts``."""
Services = Mapping[str, Service]
Known = Callable[[Roots, Place, Services], Iterator[Term]]


def known_of(rules: Iterable[FactRule], paths: Collection[Path], place: Roots, services: Services) -> Iterator[Term]:
    """What holds of the facts at these paths; ``services`` are those of the catalogue."""
    for rule in rules:
        if rule.formula and ("facts", rule.id) in paths:
            fact = place("facts").member(rule.id)
            if rule.type.kind == "money":
                yield terms.at_most(Linear(), fact.number)
            known = KNOWN.get(rule.formula)
            if known is not None:
                yield from known(place, fact, services)


def _subscribed(place: Roots, fact: Place, services: Services) -> Iterator[Term]:
    """One row for each service of the deal."""
    sold = place("services")
    for name in sold.keyed:
        yield terms.same(fact.has(name), sold.has(name))
    yield terms.equal(fact.size, sold.size)


def _processing(place: Roots, fact: Place, services: Services) -> Iterator[Term]:
    """One sheet for each service of the deal whose catalogue entry has one, and those of the deal."""
    sold, own = place("services"), place("dp").member("processing")
    with_sheet = [name for name, service in services.items() if service.processing is not None]
    none = terms.all_of(terms.equal(own.size, Linear()), *(terms.no(sold.has(name)) for name in with_sheet))
    yield terms.same(terms.equal(fact.size, Linear()), none)


def _same_length(*path: str) -> Known:
    def known(place: Roots, fact: Place, services: Services) -> Iterator[Term]:
        """As many rows as the list of the deal has entries."""
        listed = place(path[0])
        for name in path[1:]:
            listed = listed.member(name)
        yield terms.equal(fact.size, listed.size)

    return known


def _count(place: Roots, fact: Place, services: Services) -> Iterator[Term]:
    """Not below nought."""
    yield terms.at_most(Linear(), fact.number)


KNOWN: Final[Mapping[str, Known]] = {
    "processing": _processing,
    "subscribed": _subscribed,
    "declined": _same_length("scope", "declined_services"),
    "super_caps": _same_length("liability", "super_cap"),
    "update_gap_days": _count,
    "site_rows": _same_length("scope", "sites"),
}
