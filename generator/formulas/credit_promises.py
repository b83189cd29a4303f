"""What a deal promises and measures: each availability, each target of a time, with the cases that it may meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator.formulas.context import Context, Localised, both
from generator.formulas.credit_cases import (
    Downtime,
    Misses,
    Period,
    periods_of,
    smallest_downtime,
    smallest_misses,
)
from generator.formulas.credit_grid import Stretch

Deal = Mapping[str, Any]
Case = Downtime | Misses

_IN = {"fr": "en", "en": "in"}


@dataclass(frozen=True, slots=True)
class Promise:
    """One promised value, in percent: ``binding`` if it is a commitment, so that a credit is due when it is missed.

    ``named`` follows the measured quantity in a sentence (``de « Hébergement »``). Availability has the periods of the
    first contract year, asked for when a case is needed; attainment the least number of measurements that give a rate.
    """

    value: Decimal
    binding: bool
    named: Localised
    periods: Callable[[], Sequence[Period]] | None
    sample: int

    def case(self, results: Stretch) -> Case | None:
        """The smallest case with one of these results; ``None`` where nothing is ever measured."""
        if self.periods is not None:
            return smallest_downtime(results, self.periods())
        return smallest_misses(results, self.sample)


def promises_of(deal: Deal, context: Context) -> dict[str, list[Promise]]:
    """What a deal promises, by scope: each availability, each target of a time."""
    availability = []
    for entry in deal["availability"]:
        name = context.service_name(entry["service"])
        named = {"fr": f"de «\u00a0{name['fr']}\u00a0»", "en": f"of “{name['en']}”"}
        availability.append(
            Promise(
                Decimal(entry["target_pct"]), entry["nature"] == "guarantee", named, _periods(deal, entry, context), 0
            )
        )
    sample = int(deal["sla"]["measurement"]["min_sample"])
    attainment = []
    for target in deal["sla"]["targets"]:
        named = _target_name(target, context)
        attainment.append(
            Promise(Decimal(target["attainment_pct"]), target["nature"] == "guarantee", named, None, sample)
        )
    return {"availability": availability, "attainment": attainment}


def _periods(deal: Deal, entry: Mapping[str, Any], context: Context) -> Callable[[], Sequence[Period]]:
    return lambda: tuple(periods_of(deal, entry, context))


def _target_name(target: Mapping[str, Any], context: Context) -> Localised:
    """``en Prise en charge, Incident P1``."""
    metric = context.label("sla.targets[].metric", target["metric"])
    ticket = context.label("sla.targets[].ticket_type", target["ticket_type"])
    return both(lambda language: f"{_IN[language]} {metric[language]}, {ticket[language]} {target['priority']}")
