"""What is wrong with the credit scale of a deal, each fault as a case that its client understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from generator import formats
from generator.formulas.context import Context, Localised, both, capitalised
from generator.formulas.credit_cases import (
    MINUTE,
    Downtime,
    Misses,
    shown_downtime,
    shown_rate,
    smallest_downtime,
)
from generator.formulas.credit_grid import (
    SCOPES,
    Band,
    Fault,
    Kind,
    Stretch,
    bands_of,
    faults_of_bands,
    faults_of_promise,
)
from generator.formulas.credit_promises import Case, Promise, promises_of

Deal = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of the scale in words, with the places in ``sla.credits.tiers`` of the bands to look at."""

    kind: Kind
    words: Localised
    bands: tuple[int, ...]


def findings(deal: Deal, promises: Mapping[str, Sequence[Promise]]) -> Iterator[Finding]:
    """Every fault of the scale, once, shown by the promise with the smallest case; ``promises`` are by scope.

    Only a commitment earns credits: objectives are looked at where a scope promises nothing else.
    """
    for scope in SCOPES:
        bands = bands_of(deal, scope)
        binding = [promise for promise in promises[scope] if promise.binding]
        judged = binding or (promises[scope] if bands else [])
        if not judged:
            continue
        shown: dict[tuple[Any, ...], list[tuple[Promise, Fault]]] = {}
        for promise in judged:
            for fault in faults_of_promise(bands, promise.value):
                shown.setdefault(fault.key, []).append((promise, fault))
        highest = max(promises[scope], key=lambda promise: promise.value)
        for fault in faults_of_bands(bands, highest.value):
            shown.setdefault(fault.key, []).append((highest, fault))
        for places in shown.values():
            promise, fault = min(places, key=_size)
            words = both(lambda language, p=promise, f=fault: _said(p, f, language))  # type: ignore[misc]
            yield Finding(fault.kind, words, tuple(band.index for band in fault.bands))


def _size(place: tuple[Promise, Fault]) -> tuple[int, Fraction, int]:
    promise, fault = place
    match promise.case(fault.results) if fault.results is not None else None:
        case Downtime(rank=(coarseness, seconds)):
            return coarseness, seconds, 0
        case Misses(missed, measured):
            return 0, Fraction(missed), measured
        case _:
            return 0, Fraction(0), 0


# ---- sentences

# What one minute or miss does, then what several do.
_VERBS: Mapping[Kind, Mapping[str, tuple[str, str]]] = {
    Kind.HOLE: {
        "fr": (
            "rompt la promesse de {promise} et ne donne droit à aucun avoir : {hole}",
            "rompent la promesse de {promise} et ne donnent droit à aucun avoir : {hole}",
        ),
        "en": (
            "breaks the promise of {promise} and earns no credit: {hole}",
            "break the promise of {promise} and earn no credit: {hole}",
        ),
    },
    Kind.OVERLAP: {
        "fr": ("tombe dans deux paliers : {bands}", "tombent dans deux paliers : {bands}"),
        "en": ("falls in two bands: {bands}", "fall in two bands: {bands}"),
    },
    Kind.FALLS: {
        "fr": ("vaut un avoir de {credit}", "valent un avoir de {credit}"),
        "en": ("earns a credit of {credit}", "earn a credit of {credit}"),
    },
    Kind.ABOVE: {
        "fr": (
            "tient la promesse de {promise} et tombe pourtant dans un palier : {bands}",
            "tiennent la promesse de {promise} et tombent pourtant dans un palier : {bands}",
        ),
        "en": (
            "keeps the promise of {promise} and yet falls in a band: {bands}",
            "keep the promise of {promise} and yet fall in a band: {bands}",
        ),
    },
}
_OBJECTIVE: Mapping[str, tuple[str, str]] = {
    "fr": (
        "manque l'objectif de {promise} et n'entre dans aucun palier : {hole}",
        "manquent l'objectif de {promise} et n'entrent dans aucun palier : {hole}",
    ),
    "en": (
        "misses the objective of {promise} and falls in no band: {hole}",
        "miss the objective of {promise} and fall in no band: {hole}",
    ),
}
_HOLE = {"fr": "aucun palier de {low} à {high}", "en": "no band from {low} to {high}"}
_NO_BAND = {"fr": "le barème n'a pas de palier pour cette mesure", "en": "the scale has no band for this measure"}
_UNUSED: Mapping[Kind, Localised] = {
    Kind.EMPTY: {"fr": "aucun résultat ne tombe dans le palier {bands}", "en": "no result falls in the band {bands}"},
    Kind.IDLE: {
        "fr": "aucun résultat ne tombe dans le palier {bands} : la plus haute promesse est de {promise}",
        "en": "no result falls in the band {bands}: the highest promise is {promise}",
    },
}


def _said(promise: Promise, fault: Fault, language: str) -> str:
    words = {
        "promise": formats.percent(promise.value, language),
        "bands": formats.join([_band(band, language) for band in fault.bands], language) if fault.bands else "",
    }
    if fault.results is None:
        return _UNUSED[fault.kind][language].format(**words)
    case = promise.case(fault.results)
    if fault.kind is Kind.FALLS and fault.better is not None:
        # Of one and the same month, so that the two can be compared.
        same = [case.period] if isinstance(case, Downtime) else []
        better = smallest_downtime(fault.better, same) if same else promise.case(fault.better)
        return _fallen(promise, (fault.bands[0], fault.better, better), (fault.bands[1], fault.results, case), language)
    ends = (formats.percent(end, language) for end in (fault.results.low, fault.results.high))
    hole = _HOLE if fault.bands or fault.kind is not Kind.HOLE else _NO_BAND
    words["hole"] = hole[language].format(**dict(zip(("low", "high"), ends, strict=True)))
    verbs = _OBJECTIVE if fault.kind is Kind.HOLE and not promise.binding else _VERBS[fault.kind]
    subject, several = _subject(promise, case, fault.results, language)
    return f"{subject} {verbs[language][several].format(**words)}"


def _fallen(
    promise: Promise,
    better: tuple[Band, Stretch, Case | None],
    worse: tuple[Band, Stretch, Case | None],
    language: str,
) -> str:
    """Two cases of one promise, of which the worse one earns less."""
    subject, several = _subject(promise, better[2], better[1], language)
    verb = _VERBS[Kind.FALLS][language][several].format(credit=formats.percent(better[0].credit, language))
    quantity, _ = _quantity(worse[2], worse[1], language)
    less = formats.percent(worse[0].credit, language)
    if language == "fr":
        return f"{subject} {verb}, mais {quantity}{_rate(worse[2], worse[1], language)} un avoir de {less} seulement"
    return f"{subject} {verb}, but {quantity}{_rate(worse[2], worse[1], language)} only one of {less}"


def _subject(promise: Promise, case: Case | None, results: Stretch, language: str) -> tuple[str, bool]:
    """What happened, with its rate, and whether its verb is in the plural."""
    quantity, several = _quantity(case, results, language)
    when = ""
    if isinstance(case, Downtime):
        quantity += {"fr": " d'indisponibilité", "en": " of downtime"}[language]
        when = f" {case.period.when[language]}"
    return f"{quantity} {promise.named[language]}{when}{_rate(case, results, language)}", several


def _quantity(case: Case | None, results: Stretch, language: str) -> tuple[str, bool]:
    """``22 minutes``, ``2 délais manqués sur 34``; without a case, the lowest result."""
    match case:
        case Downtime(seconds=seconds):
            several = seconds >= 2 * MINUTE or (seconds > MINUTE and language == "en")
            return shown_downtime(seconds, language), several
        case Misses(missed, measured):
            several = missed > 1
            words = {"fr": ("délai manqué sur", "délais manqués sur"), "en": ("miss out of", "misses out of")}
            counts = formats.number(missed, language), formats.number(measured, language)
            return f"{counts[0]} {words[language][several]} {counts[1]}", several
        case None:
            rate = formats.percent(results.low, language)
            return {"fr": f"un résultat de {rate}", "en": f"a result of {rate}"}[language], False


def _rate(case: Case | None, results: Stretch, language: str) -> str:
    return f" ({shown_rate(case.rate, results)[language]})" if case is not None else ""


def _band(band: Band, language: str) -> str:
    """``de 98 % à 99 % (avoir de 5 %)``."""
    low, credit = formats.percent(band.low, language), formats.percent(band.credit, language)
    promise = {"fr": "la promesse", "en": "the promise"}[language]
    high = promise if band.high is None else formats.percent(band.high, language)
    if language == "fr":
        return f"de {low} à {high} (avoir de {credit})"
    return f"from {low} to {high} (credit of {credit})"


def credit_band_problems(deal: Deal, context: Context) -> list[Localised]:
    """What the scale leaves open, pays twice, or pays less for a worse result, each as the smallest case that shows it.

    Sentences without their full stop. Empty without credits, and for a scale without any band: a rule of its own asks
    for one.
    """
    credits = deal["sla"]["credits"]
    if not credits["enabled"] or not credits["tiers"]:
        return []
    return [capitalised(finding.words) for finding in findings(deal, promises_of(deal, context))]


FORMULAS = {"credit_band_problems": credit_band_problems}
