"""Lists in short for a summary of one page: the first entries, and how many others the contract has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generator import formats
from generator.formulas.context import Context, Localised, both, capitalised, joined
from generator.formulas.hours import calendar_name, calendar_of, hours_text

Deal = Mapping[str, Any]
# What a page has room for.
SERVICES = 8
DECLINED = 4
COUNTS = 6
TIERS = 1
AVAILABILITIES = 2
_OTHERS = {"fr": "{} autres", "en": "{} others"}


def shortened(entries: Sequence[Localised], limit: int) -> Localised:
    """``A, B et 7 autres``; a list that is one entry too long is printed whole, since "1 other" is no shorter."""
    if not entries:
        return {"fr": "néant", "en": "none"}
    shown = entries if len(entries) <= limit + 1 else entries[:limit]
    left = len(entries) - len(shown)

    def say(language: str) -> str:
        words = [entry[language] for entry in shown]
        if left:
            words.append(_OTHERS[language].format(formats.number(left, language)))
        return formats.join(words, language)

    return both(say)


def services_named(deal: Deal, context: Context) -> Localised:
    return joined([row["name"] for row in context.facts["subscribed"]])


def services_in_short(deal: Deal, context: Context) -> Localised:
    return shortened([row["name"] for row in context.facts["subscribed"]], SERVICES)


def declined_in_short(deal: Deal, context: Context) -> Localised:
    return shortened([row["name"] for row in context.facts["declined"]], DECLINED)


def estate_in_short(deal: Deal, context: Context) -> Localised:
    """Users and equipment in scope, each with its number: ``Utilisateurs nominatifs (62), Postes fixes (58)``."""
    rows = [*context.facts["user_rows"], *context.facts["asset_rows"]]
    counted = [
        {language: f"{row['class'][language]} ({formats.number(row['qty'], language)})" for language in ("fr", "en")}
        for row in rows
    ]
    return shortened(counted, COUNTS)


def availability_in_short(deal: Deal, context: Context) -> Localised:
    """Each service with the availability promised for it: ``Hébergement (99,9 %)``."""
    promised = [
        {
            language: f"{row['service'][language]} ({formats.percent(row['target_pct'], language)})"
            for language in ("fr", "en")
        }
        for row in context.facts["availability_rows"]
    ]
    return shortened(promised, AVAILABILITIES)


def _tiers_shown(deal: Deal) -> Sequence[Mapping[str, Any]]:
    tiers: Sequence[Mapping[str, Any]] = deal["bcdr"]["tiers"]
    return tiers if len(tiers) <= TIERS + 1 else tiers[:TIERS]


def main_tiers(deal: Deal, context: Context) -> list[dict[str, Any]]:
    """The first tiers of protection; ``other_tiers`` counts the rest."""
    return [
        {name: tier[name] for name in ("name", "rpo_h", "rto_h", "nature")}
        | {"calendar": calendar_name(deal, tier["calendar_ref"])}
        for tier in _tiers_shown(deal)
    ]


def other_tiers(deal: Deal, context: Context) -> int:
    return len(deal["bcdr"]["tiers"]) - len(_tiers_shown(deal))


def channel_hours(deal: Deal, context: Context) -> Localised:
    """When each channel of support is answered, those with the same hours together, as they are declared."""
    channels: dict[str, list[str]] = {}
    for channel in deal["support"]["channels"]:
        channels.setdefault(channel["calendar_ref"], []).append(channel["type"])

    def say(language: str) -> str:
        parts = []
        for reference, types in channels.items():
            calendar = calendar_of(deal, reference)
            if calendar is None:
                continue
            names = [context.label("support.channels[].type", type_)[language] for type_ in types]
            closed = {"fr": ", hors jours de fermeture", "en": ", except closing days"}[language]
            hours = hours_text(calendar)[language] + ("" if calendar["holidays_open"] else closed)
            named = {"fr": f"{formats.join(names, language)}\u00a0: ", "en": f"{formats.join(names, language)}: "}
            parts.append((named[language] if len(channels) > 1 else "") + hours)
        return {"fr": "\u00a0; ", "en": "; "}[language].join(parts)

    return capitalised(both(say))


FORMULAS = {
    formula.__name__: formula
    for formula in (
        services_named,
        services_in_short,
        declined_in_short,
        estate_in_short,
        availability_in_short,
        main_tiers,
        other_tiers,
        channel_hours,
    )
}
