"""A value that somebody meant to write later is announced at its place, and stops a deal that goes to signature."""

from __future__ import annotations

import pytest

from generator import Draft, draft
from generator.cli.new import skeleton
from generator.pipeline import draft_text
from generator.placeholders import placeholders
from tests.deals import CONTRACTS

ACME = (CONTRACTS / "pme-acme.yaml").read_text("utf-8")
EXAMPLES = sorted(path.name for path in CONTRACTS.glob("*.yaml"))


def found(made: Draft) -> list[tuple[str, int]]:
    """The messages about values to be written, each with its line."""
    return [(d.message, d.span.line) for d in made.report.diagnostics if d.code == "placeholder-value" and d.span]


@pytest.mark.parametrize(
    "text",
    [
        "À compléter", "à compléter", "A COMPLETER", "[à compléter]", "[nom du client à compléter]", "Nom à compléter",
        "Adresse du siège à compléter", "À compléter, 75001 Paris", "[rue à compléter], 75001 Paris", "[…]", "[...]",
        "[ ]", "TBD", "XXX", "Société XXXX", "______", "???", "To be completed", "[to be confirmed by the client]",
        "000000000", "000 000 000", "FR00000000000", "Lorem ipsum".lower(),
    ],
)  # fmt: skip
def test_a_value_to_be_written_is_found(text: str) -> None:
    assert list(placeholders({"client": {"names": ["ACME", text]}})) == [(("client", "names", 1), text)]


@pytest.mark.parametrize(
    "text",
    [
        "ACME SAS", "8 rue de l'Usine, 68000 Colmar", "risques et matériel à remplacer", "les fiches à compléter",
        "732829320", "0,00", "00 00", "work to be completed by the client", "[RSSI] du client", "XX", "Todorov & Fils",
        "Nom commercial",
    ],
)  # fmt: skip
def test_a_value_that_says_something_is_not(text: str) -> None:
    assert list(placeholders({"names": [text]})) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_example_has_a_value_to_be_written(name: str) -> None:
    assert found(draft(CONTRACTS / name)) == []


def test_the_finding_stands_at_the_value() -> None:
    text = ACME.replace('legal_name: "ACME SAS"', 'legal_name: "À compléter"')
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "À compléter" in line)
    assert found(draft_text("deal.yaml", text, CONTRACTS)) == [
        ("`parties.client.legal_name` is still to be written: `À compléter`", line)
    ]


def test_a_starter_is_warned_of_each_value_that_it_leaves_to_be_written() -> None:
    made = draft_text("deal.yaml", skeleton("pme"), CONTRACTS)
    named = {message.split("`")[1] for message, _ in found(made)}
    assert named == {
        "parties.client.legal_name", "parties.client.address", "parties.client.siren", "parties.client.signatory.name",
        "parties.client.contacts[0].name", "parties.client.contacts[1].name", "parties.client.contacts[2].name",
        "parties.client.authorised_approvers[0].name", "scope.sites[0].address",
    }  # fmt: skip
    assert len(named) == len(found(made))
    assert made.complete
