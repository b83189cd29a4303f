"""The playbook: where deals stand, who must agree, and what may still be offered."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from generator.diagnostics import Diagnostic
from generator.explain import explanation
from generator.library.load import load_library
from generator.library.model import Library
from generator.library.playbook import approvals_of
from generator.pipeline import Draft, Options, draft, draft_text
from generator.playbook import stands, way_to, written
from generator.workspace import Workspace
from tests.deals import library, spread

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
# One deal a segment, and one under the other law.
EXAMPLES = ("tpe-boulangerie", "pme-acme", "eti-cogere", "gc-grand-compte", "be-pme-bruxelles")


@cache
def drafted(name: str) -> Draft:
    return draft(CONTRACTS / f"{name}.yaml")


def standing(made: Draft) -> dict[str, str]:
    """The position of each topic that is judged in a deal."""
    assert made.library is not None
    assert made.facts is not None
    return {stand.topic.id: stand.position.name for stand in stands(made.library, made.facts)}


# ---- the values of every position


def offered() -> list[tuple[str, str]]:
    topics = dict.fromkeys(topic.id for topic in library().playbook.topics)
    return [(name, topic) for name in EXAMPLES for topic in topics]


def in_turn() -> list[tuple[str, str]]:
    """Each topic with one of the examples."""
    topics = list(dict.fromkeys(topic for _, topic in offered()))
    return [(EXAMPLES[number % len(EXAMPLES)], topic) for number, topic in enumerate(topics)]


@pytest.mark.parametrize(("name", "topic"), spread(offered(), in_turn()))
def test_the_values_of_a_position_bring_a_deal_there_and_break_no_rule(name: str, topic: str) -> None:
    base = drafted(name)
    assert base.source is not None
    assert base.facts is not None
    assert not base.report.has_errors
    text = "\n".join(base.source.lines)
    judged = next(stand.topic for stand in stands(library(), base.facts) if stand.topic.id == topic)
    for position in judged.positions:
        way = way_to(position, base.facts)
        if way is None:
            continue
        made = draft_text(f"{name}.yaml", text, CONTRACTS, None, Options(over=written(way)))
        assert standing(made)[topic] == position.name
        assert made.complete, [finding.message for finding in made.report.diagnostics if finding.is_error]


def test_every_position_is_offered_to_some_client() -> None:
    reached = set()
    for name in EXAMPLES:
        facts = drafted(name).facts
        assert facts is not None
        for stand in stands(library(), facts):
            topic = stand.topic
            reached |= {(topic.layer.id, topic.id, p.name) for p in topic.positions if way_to(p, facts) is not None}
    assert reached == {(t.layer.id, t.id, p.name) for t in library().playbook.topics for p in t.positions}


def test_there_are_as_many_topics_whatever_law_applies_and_no_fewer_than_twenty() -> None:
    known = {frozenset(standing(drafted(name))) for name in EXAMPLES}
    assert len(known) == 1
    (topics,) = known
    assert len(topics) == 23
    assert {"insurance", "reference", "late-fees", "payment"} <= topics


@pytest.mark.parametrize("name", sorted(path.stem for path in CONTRACTS.glob("*.yaml")))
def test_an_approval_is_asked_for_each_position_that_is_not_preferred(name: str) -> None:
    made = drafted(name)
    assert made.rulings is not None
    known = {approval.id for approval in approvals_of(library().playbook)}
    asked = {needed.rule.id for needed in made.rulings.approvals} & known
    away = {f"{topic}.{position}" for topic, position in standing(made).items() if position != "preferred"}
    assert {id_.removeprefix("A-").removeprefix("BE-").removeprefix("FR-") for id_ in asked} == away


def test_nobody_must_approve_the_same_matter_twice() -> None:
    fields = [(topic.at, topic.layer.id) for topic in library().playbook.topics]
    own = {approval.at for approval in library().approvals} - {at for at, _ in fields}
    assert len(set(fields)) == len(fields)
    assert not own & {"billing.payment_days", "liability.super_cap", "liability.uncapped", "dp.breach_notice_h"}


def test_every_role_of_an_approval_has_a_name() -> None:
    assert {approval.role for approval in library().approvals} <= set(library().playbook.roles)


@pytest.mark.parametrize(
    ("approval", "edit"),
    [
        ("A-uncapped.floor", "liability.uncapped emptied (5 entries)"),
        ("A-audit.floor", "security.audit.pentest true -> false, security.audit.right on_site -> documentary"),
        ("A-credits.floor", "sla.credits.enabled true -> false"),
    ],
)
def test_what_spares_an_approval_leads_back_and_never_farther_out(approval: str, edit: str) -> None:
    told = explanation(drafted("gc-grand-compte"), approval)
    assert f"  would not be needed with: {edit}\n" in told


# ---- what is wrong with a playbook

ROLES = 'roles:\n  - {id: legal, name: {fr: "juridique", en: "legal"}}\n  - {id: management, name: {fr: "direction", en: "management"}}\n'  # noqa: E501
SOUND: dict[str, Any] = {
    "id": "cap",
    "slot": "liability.cap",
    "title": {"fr": "Plafond", "en": "Cap"},
    "why": {"fr": "Le plafond borne le risque.", "en": "The cap bounds the risk."},
    "at": "liability.cap.multiplier",
    "positions": [
        {
            "position": "preferred",
            "when": "liability.cap.multiplier <= 1",
            "says": {"fr": "Le plafond suit la politique.", "en": "The cap follows the policy."},
            "values": [{"set": {"liability.cap.multiplier": 1}}],
        },
        {
            "position": "fallback",
            "when": "liability.cap.multiplier <= 2",
            "role": "legal",
            "says": {"fr": "Le plafond dépasse la politique.", "en": "The cap exceeds the policy."},
        },
        {
            "position": "floor",
            "when": "liability.cap.multiplier <= 3",
            "role": "legal",
            "says": {"fr": "Le plafond est élevé.", "en": "The cap is high."},
        },
        {"position": "beyond", "says": {"fr": "Le plafond est trop élevé.", "en": "The cap is too high."}},
    ],
}

Load = Callable[..., tuple[Library | None, tuple[Diagnostic, ...]]]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads the smallest library with these topics in the base and, by the name of a layer, in others."""

    def loaded(*topics: Any, **layers: Any) -> tuple[Library | None, tuple[Diagnostic, ...]]:
        clauses = tmp_path / "clauses"
        shutil.copytree(ROOT / "tests" / "bad" / "_library", clauses)
        monkeypatch.chdir(tmp_path)
        (clauses / "base" / "playbook.yaml").write_text(ROLES + "topics: " + json.dumps(topics), "utf-8")
        for name, (layer, topic) in layers.items():
            (clauses / name).mkdir()
            (clauses / name / "layer.yaml").write_text(json.dumps({"id": name, **layer}), "utf-8")
            (clauses / name / "playbook.yaml").write_text(json.dumps({"topics": [topic]}), "utf-8")
        return load_library(Workspace(clauses, ROOT / "schemas"), frozenset())

    return loaded


def changed(index: int | None = None, without: tuple[str, ...] = (), **values: Any) -> dict[str, Any]:
    """A copy of the sound topic with other fields, of the whole or of one position."""
    topic: dict[str, Any] = json.loads(json.dumps(SOUND))
    target = topic if index is None else topic["positions"][index]
    target.update(values)
    for name in without:
        del target[name]
    return topic


def test_a_sound_playbook_is_read(load: Load) -> None:
    found, findings = load(SOUND)
    assert findings == ()
    assert found is not None
    assert [(approval.id, approval.role) for approval in found.approvals] == [
        ("A-cap.fallback", "legal"), ("A-cap.floor", "legal"), ("A-cap.beyond", "management"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "code", "message"),
    [
        (changed(slot="liability.cup"), "unknown-slot", "no slot is named `liability.cup`"),
        (changed(at="liability.cup"), "unknown-name", "`liability.cup` is not a field of the deal"),
        (changed(0, values=[{"set": {"liability.caps": 1}}]), "unknown-name", "`liability.caps` is not a field"),
        (changed(0, values=[{"set": {"facts.x": 1}}]), "unknown-name", "`facts.x` is not a field of the deal"),
        (changed(0, values=[{"set": {"liability.cap.multiplier": "un"}}]), "type-mismatch", "`un` is not"),
        (changed(0, says={"fr": "Le plafond suit la politique."}), "missing-field", ".says.en` is missing"),
        (changed(1, role="legl"), "unknown-role", "no role is named `legl`"),
        (changed(1, without=("role",)), "bad-role", "the position fallback is agreed by nobody"),
        (changed(0, role="legal"), "bad-role", "the position preferred needs nobody's agreement"),
        (changed(3, role="legal"), "bad-role", "the position beyond needs nobody's agreement"),
        (changed(1, position="floor"), "position-order", "the positions of `cap` are preferred, floor, floor, beyond"),
        (changed(1, without=("when",)), "position-order", "the position fallback is without end"),
        (changed(3, when="liability.cap.multiplier <= 9"), "position-order", "the last position is where all other"),
        (changed(2, when="liability.cap.multiplier <= facts.x"), "unknown-name", "facts.x"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_playbook_is_told_where_it_stands(
    topic: dict[str, Any], code: str, message: str, load: Load
) -> None:
    found, findings = load(topic)
    assert found is None
    told = [finding for finding in findings if finding.code == code and message in finding.message]
    assert told, [(finding.code, finding.message) for finding in findings]
    assert told[0].span is not None
    assert told[0].span.file == "clauses/base/playbook.yaml"


def test_a_topic_is_given_once_a_layer(load: Load) -> None:
    assert [finding.code for finding in load(SOUND, SOUND)[1]] == ["duplicate-topic"]


def test_a_higher_layer_replaces_a_topic_by_its_id_in_the_deals_that_it_counts_for(load: Load) -> None:
    other = changed(0, when="liability.cap.multiplier <= 0.5")
    layer = {"name": {"fr": "Belge", "en": "Belgian"}, "rank": 10, "when": "legal.law == 'BE'"}
    found, findings = load(SOUND, BE=(layer, other))
    assert findings == ()
    assert found is not None
    for law, counted in (("FR", "A-cap."), ("BE", "A-BE-cap.")):
        scope = {"legal": {"law": law}, "liability": {"cap": {"multiplier": 4}}}
        held = [
            a.id for a in found.approvals if (a.layer.when is None or a.layer.when.run(scope)) and a.when.run(scope)
        ]
        assert held == [f"{counted}beyond"]


# ---- the command


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["playbook", *words], prog_name="clausier")


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def article_of_the_cap() -> str:
    return draft(CONTRACTS / "pme-acme.yaml").numbered["fr"].labels["liability.cap"].number


def acme(folder: Path, multiplier: str) -> Path:
    shutil.copytree(CONTRACTS / "my-msp", folder / "my-msp")
    text = (CONTRACTS / "pme-acme.yaml").read_text("utf-8")
    path = folder / "acme.yaml"
    path.write_text(text.replace("multiplier: 1,", f"multiplier: {multiplier},"), "utf-8")
    return path


def test_the_command_says_where_a_deal_stands_and_what_may_be_offered(tmp_path: Path) -> None:
    lines = run(str(acme(tmp_path, "1.5")), "--lang", "fr").stdout.replace("\u00a0", " ").splitlines()
    assert lines[0].endswith("23 sujets ; 0 au-delà du plancher, 0 au plancher, 1 en repli")
    assert lines[2:10] == [
        "REPLI",
        f"  Plafond de responsabilité — D01, article {article_of_the_cap()}   [cap]",
        "    Le plafond de responsabilité (1,5 fois les redevances d’une année) dépasse la politique pour ce segment.",
        "    accord : direction juridique",
        "    à demander en échange : Une durée initiale plus longue, ou un plafond pour tous les sinistres de l’année.",
        "    pour revenir (préféré), par exemple : liability.cap.multiplier: 1",
        "    concession suivante (plancher, accord : direction financière), par exemple : liability.cap.multiplier: 2",
        "      à demander en échange : Un prix qui couvre le risque, et aucun plafond majoré au-delà.",
    ]


def test_a_deal_beyond_a_floor_comes_first_and_fails_only_when_asked_to(tmp_path: Path) -> None:
    path = str(acme(tmp_path, "4"))
    loose, strict = run(path, "--lang", "en"), run(path, "--lang", "en", "--strict")
    assert (loose.exit_code, strict.exit_code) == (0, 1)
    assert loose.stdout == strict.stdout
    shown = loose.stdout.replace("\u00a0", " ").splitlines()
    assert shown[2:4] == ["BEYOND THE FLOOR", f"  Liability cap — D01, Section {article_of_the_cap()}   [cap]"]
    assert "    agreed by: management\n" in loose.stdout
    assert "    to go back (floor), for example: liability.cap.multiplier: 2\n" in loose.stdout


def test_the_positions_of_a_deal_as_json(inside: None) -> None:
    shown = json.loads(run("contracts/pme-dix-erreurs.yaml", "--format", "json", "--lang", "en").stdout)
    payment = next(topic for topic in shown["topics"] if topic["id"] == "payment")
    assert (shown["version"], shown["beyond"], len(shown["topics"])) == (1, 0, 23)
    assert (payment["position"], payment["role"], payment["next"]) == ("floor", "finance", None)
    assert payment["back"] == {
        "position": "fallback",
        "role": "sales_director",
        "ask": "Payment by direct debit, or invoicing in advance.",
        "set": {"billing.payment_days": 45, "billing.payment_basis": "invoice_date"},
    }
    assert payment["law"].startswith("C. com. L441-10 I (COM-L441-10-I")


def test_the_book_of_a_segment_shows_each_position_with_its_text(inside: None) -> None:
    shown = json.loads(run("--segment", "pme", "--format", "json").stdout)
    convenience = next(topic for topic in shown["topics"] if topic["id"] == "convenience")
    texts = {one["position"]: " ".join(one["text"]) for one in convenience["positions"]}
    assert list(texts) == ["preferred", "fallback", "floor", "beyond"]
    assert "25\u00a0% des Redevances récurrentes" in texts["preferred"]
    assert "n’oblige à aucune indemnité" in texts["floor"]
    restoration = next(topic for topic in shown["topics"] if topic["id"] == "restoration")
    assert [one["offered"] for one in restoration["positions"]] == [True, False, False, False]


def test_a_deal_or_a_segment_is_named_and_not_both(inside: None) -> None:
    for words in ((), ("contracts/pme-acme.yaml", "--segment", "pme")):
        result = run(*words)
        assert result.exit_code == 2
        assert "name a deal, or a segment with --segment" in result.stderr
