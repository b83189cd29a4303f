"""Conditions in words: every condition of the real library, and the shapes that it does not use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from generator.condition_words import Vocabulary, condition_words
from generator.conditions.expressions import reads
from generator.conditions.parse import parse_condition
from generator.library.model import Condition
from generator.schema_types import Type
from tests.deals import library


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(library())


def conditions() -> Iterator[tuple[Condition, Mapping[str, Type]]]:
    """Every condition of the library, with the types of the names that are bound around it."""
    for clause in library().clauses.values():
        if clause.when is not None:
            yield clause.when, {}
    for outline in library().outlines:
        sections = [section.when for section in outline.sections]
        slots = [slot.applies for section in outline.sections for slot in section.slots]
        for condition in (outline.when, *sections, *slots):
            if condition is not None:
                yield condition, {}
    for rule in library().rules:
        bound: dict[str, Type] = {}
        if rule.each is not None:
            name, each = rule.each
            item = next(reads(each.expression)).type.item
            assert item is not None
            bound = {name: item}
        for condition in (rule.when, rule.asserted):
            if condition is not None:
                yield condition, bound
    for fact in library().facts:
        for case in fact.cases:
            yield case.when, {}
    for other in (*library().approvals, *library().obligations, *library().prohibitions, *library().layers):
        if other.when is not None:
            yield other.when, {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_condition_of_the_library_has_a_sentence_without_a_raw_path(language: str) -> None:
    undescribed = {attribute for fact in library().facts for attribute in _attributes(fact.type)}
    count = 0
    for condition, bound in conditions():
        said = condition_words(condition.expression, language, vocabulary(), bound)
        count += 1
        assert said and said[0] not in " .,", condition.text
        assert said.count("(") == said.count(")"), said
        # What no schema describes is shown by its name: legal values by their id, attributes of rows of a fact.
        rest = re.sub(r"(?:valeur légale|statutory value) \w+", "", said)
        raw = set(re.findall(r"\b\w+\.\w+\.?\w*\b", rest)) - {"art.", "com."}
        raw = {word for word in raw if not re.search(r"\d", word)}
        assert not raw, (condition.text, said)
        for path in {read.path for read in reads(condition.expression)}:
            last = str(path[-1])
            if "_" in last and last not in undescribed and path[0] != "parameters":
                assert last not in rest, (condition.text, said)
    assert count > 1000


def _attributes(type_: Type) -> Iterator[str]:
    for name, member in type_.fields.items():
        yield name
        yield from _attributes(member.type)
    if type_.item is not None:
        yield from _attributes(type_.item)


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        (
            "context.segment == 'pme' and 'backup_server' in services",
            "« Segment du client » est « petite ou moyenne entreprise » et « Services souscrits » comprend "
            "« Sauvegarde des serveurs »",
            "“Client segment” is “small or medium-sized enterprise” and “Subscribed services” includes “Server backup”",
        ),
        (
            "not ('monitoring' in services or 'helpdesk' in services)",
            "« Services souscrits » ne comprend ni « Supervision » ni « Centre de services »",
            "“Subscribed services” includes none of “Monitoring” and “Service desk”",
        ),
        (
            "context.segment in ['eti', 'gc'] and sla.credits.enabled",
            "(« Segment du client » est « entreprise de taille intermédiaire » ou « grande entreprise ») et "
            "« Des avoirs sont dus » : oui",
            "(“Client segment” is “mid-sized company” or “large company”) and “Credits are due”: yes",
        ),
        (
            "not (context.segment in ['eti', 'gc'])",
            "« Segment du client » n’est ni « entreprise de taille intermédiaire » ni « grande entreprise »",
            "“Client segment” is none of “mid-sized company” and “large company”",
        ),
        (
            "billing.payment_days > 45",
            "« Délai de paiement » vaut plus de 45 jours",
            "“Payment period” is more than 45 days",
        ),
        (
            "45 < billing.payment_days",
            "« Délai de paiement » vaut plus de 45 jours",
            "“Payment period” is more than 45 days",
        ),
        (
            "not (billing.payment_days > 45)",
            "« Délai de paiement » vaut au plus 45 jours",
            "“Payment period” is at most 45 days",
        ),
        (
            "meta.effective_date >= '2026-06-01'",
            "« Date d'effet du contrat » ne vient pas avant le 1er juin 2026",
            "“Effective date of the agreement” is not before 1 June 2026",
        ),
        ("bcdr.tiers | length > 0", "« Niveaux de protection » n’est pas vide", "“Protection tiers” is not empty"),
        ("bcdr.tiers | length < 1", "« Niveaux de protection » est vide", "“Protection tiers” is empty"),
        (
            "bcdr.tiers | length >= 3",
            "le nombre d’éléments de « Niveaux de protection » vaut au moins 3",
            "the number of items of “Protection tiers” is at least 3",
        ),
        (
            "bcdr.tiers | count_where(immutable) >= 2",
            "le nombre d’éléments de « Niveaux de protection » pour lesquels « Copie immuable » : oui vaut au moins 2",
            "the number of items of “Protection tiers” for which “Immutable copy”: yes is at least 2",
        ),
        (
            "not (scope.sites | all(onsite == 'excluded'))",
            "pour un élément de « Sites du client » au moins, « Interventions sur site » n’est pas « exclues »",
            "for at least one item of “Client sites”, “On-site work” is not “excluded”",
        ),
        (
            "not (bcdr.tiers | any(immutable))",
            "pour aucun élément de « Niveaux de protection », « Copie immuable » : oui",
            "for no item of “Protection tiers”, “Immutable copy”: yes",
        ),
        (
            "context.previous_provider is defined",
            "« Prestataire précédent » est au dossier",
            "“Previous provider” is in the deal",
        ),
        (
            "2 * billing.payment_days + 3 >= 5 * (billing.payment_days - 1)",
            "2 × « Délai de paiement » + 3 vaut au moins 5 × (« Délai de paiement » \u2212 1)",
            "2 × “Payment period” + 3 is at least 5 × (“Payment period” \u2212 1)",
        ),
    ],
)  # fmt: skip
def test_a_condition_in_words(text: str, french: str, english: str) -> None:
    expression = parse_condition(text, library().names)
    said = [condition_words(expression, language, vocabulary()).replace("\u00a0", " ") for language in ("fr", "en")]
    assert said == [french, english]


def test_a_name_of_several_fields_says_which_is_meant() -> None:
    said = {
        condition_words(parse_condition(f"parties.{party}.{field} is defined", library().names), "en", vocabulary())
        for party in ("client", "provider")
        for field in ("address", "signatory")
    }
    assert len(said) == 4


def test_no_two_fields_of_a_deal_have_one_name_in_conditions_that_the_library_has() -> None:
    by_name: dict[str, set[str]] = {}
    for condition, bound in conditions():
        for read in reads(condition.expression):
            if str(read.path[0]) in library().names and read.path[0] not in ("facts", "parameters"):
                by_name.setdefault(vocabulary().name(read, "fr", bound), set()).add(read.dotted)
    assert {name: paths for name, paths in by_name.items() if len(paths) > 1} == {}
