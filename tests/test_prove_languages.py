"""What a deal decides is printed in both languages of a text or in neither; the ends of words are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.cli.findings import as_text
from generator.diagnostics import Diagnostic
from generator.library.model import Library
from generator.prove.prover import Problem, Prover
from tests.seeded import with_clause
from tests.seeded_texts import Texts
from tests.small_library import small_library

HEAD = '---\nslot: purpose\nsources:\n  - {cite: "contract-pack", checked: 2026-11-21}\n---\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("languages")


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return small_library(folder)


def findings(library: Library, folder: Path, french: str, english: str) -> list[Diagnostic]:
    texts = Texts(library, folder, folder / "schemas" / "clause.schema.json")
    text = f"{HEAD}\n# fr: Objet\n\n{french}\n\n# en: Purpose\n\n{english}\n"
    changed = with_clause(library, texts.read(library.clauses["purpose"], text))
    problem = Problem.of(changed)
    verdicts = Prover(problem).verdicts(problem.unsettled)
    assert verdicts.unknown == ()
    return [goal.finding for goal in verdicts.failed if goal.kind == "languages-differ"]


VIP = "{% if client.vip %}"


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Voir [](#hours).", "See [](#hours)."),
        (f"Texte{VIP} et [](#hours){{% endif %}}.", f"Text{VIP} and [](#hours){{% endif %}}."),
        ("{{ sla.p1 }} heure{% if sla.p1 >= 2 %}s{% endif %}.", "{{ sla.p1 }} hour{% if sla.p1 != 1 %}s{% endif %}."),
        ("{{ sla.p1 }} heure{{ sla.p1 | plural }}.", "{{ sla.p1 }} hour{{ sla.p1 | plural }}."),
        (f"Texte{VIP} du mandat{{% else %}} de l'accord{{% endif %}}.", "Text."),
        (f"- Un.\n{VIP}\n- Deux.\n{{% endif %}}", f"- One.\n{VIP}\n- Two.\n{{% endif %}}"),
    ],
)
def test_two_texts_that_say_the_same(library: Library, folder: Path, french: str, english: str) -> None:
    assert findings(library, folder, french, english) == []


@pytest.mark.parametrize(
    ("french", "english", "what"),
    [
        ("Voir [](#hours).", "See the hours.", "`#hours`"),
        ("Texte {{ sla.p1 }}.", "Text {{ sla.p2 }}.", "`sla.p1`"),
        (f"Texte{VIP} et [](#hours){{% endif %}}.", "Text and [](#hours).", "`#hours`"),
        (f"Texte {VIP}un jour{{% endif %}}.", "Text one day.", "the branch 9:13, one of 1 and 0,"),
        (f"Texte {VIP}un jour{{% endif %}}.", "Text {% if not client.vip %}one day{% endif %}.", "the branch 9:13"),
        (f"- Un.\n{VIP}\n- Deux.\n{{% endif %}}", "- One.\n- Two.", "item or row 2"),
        ("- Un.\n- Deux.", "- One.", "one of 2 and 1 items and rows"),
    ],
)
def test_two_texts_that_do_not(library: Library, folder: Path, french: str, english: str, what: str) -> None:
    first = findings(library, folder, french, english)[0]
    assert first.message == f"{what} of `purpose` can be printed in one language and not in the other"


def test_the_finding_shows_both_places(library: Library, folder: Path) -> None:
    french = f"Texte{VIP} et [](#hours){{% endif %}}."
    (finding,) = findings(library, folder, french, "Text and [](#hours).")
    shown = as_text(finding)
    assert "clauses/base/purpose.md:9:" in shown
    assert "in the other language it stands here" in shown
    assert "clauses/base/purpose.md:13:" in shown
