"""What a change of the library means for contracts, by examples: a library before in git, one after, what is said."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator.batch.deals import deals_in
from generator.cli import main
from generator.diff.read import Side, side_of
from generator.diff.values import NOTHING
from generator.impact import Impact, impact_of
from generator.impact.figures import Leaf, difference, printed_value
from generator.impact.phrases import PHRASES
from generator.impact.standing import standing_of
from generator.library.clause_files import as_written
from generator.pipeline import Options
from generator.schema_types import Type
from generator.workspace import Workspace
from tests.deals import spread
from tests.test_library_diff import edit, workspace_in

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "impact.md"

CLAUSE = """---
slot: {slot}
when: context.segment != "tpe"
sources:
  - {{cite: "contract-pack D11", checked: 2026-11-21}}
{approved}---

# fr: {title}

Les parties tiennent {{{{ facts.meetings | number }}}} réunions {words}.

# en: {title_en}

The parties hold {{{{ facts.meetings | number }}}} meetings {words_en}.
"""
FACT = (
    "  - {{id: meetings, type: integer, cases: [{{when: \"context.segment == 'pme'\", value: {number}}}], default: 1,"
    ' describes: {{fr: "Réunions par an", en: "Meetings a year"}}}}\n'
)
DEALS = ("pme-acme", "tpe-boulangerie", "gc-grand-compte", "eti-cogere", "pme-dix-erreurs")
SLOT = "      - {{slot: {slot}, policy: exactly_one, applies: 'context.segment != \"tpe\"'}}\n"
SIGNED_ON = "2026-05-20"


def clause(folder: Path, slot: str, words: str = "au siège du Client", approved: str = "") -> str:
    """Write a clause of the test's own and say its text."""
    english = {"au siège du Client": "at the Client's premises"}.get(words, "at the Provider's premises")
    name = slot.partition(".")[2]
    text = CLAUSE.format(
        slot=slot, title=name.capitalize(), title_en=name, words=words, words_en=english, approved=approved
    )
    (folder / "clauses/base/governance" / f"{name}.md").write_text(text, "utf-8")
    return text


def write_before(folder: Path) -> None:
    """The program's own library with two clauses and a fact more, and some deals."""
    for name in ("clauses", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    slots = SLOT.format(slot="governance.meetings") + SLOT.format(slot="governance.goes")
    edit(
        folder / "clauses/outlines/D11.yaml", "      - governance.follow-up\n", f"      - governance.follow-up\n{slots}"
    )
    facts = folder / "clauses/base/facts.yaml"
    edit(facts, "  - {id: merchant,", FACT.format(number=2) + "  - {id: merchant,")
    _, _, digests = as_written("meetings.md", clause(folder, "governance.meetings"))
    approved = "".join(f"  {lang}: {{by: Me Durand, on: 2026-11-20, text: {digests[lang]}}}\n" for lang in digests)
    clause(folder, "governance.meetings", approved=f"approved:\n{approved}")
    clause(folder, "governance.goes")
    contracts = folder / "contracts"
    shutil.copytree(ROOT / "contracts", contracts, ignore=lambda _, names: {n for n in names if n == "cover"})
    for path in contracts.glob("*.yaml"):
        if path.stem not in DEALS:
            path.unlink()
    text = (contracts / "pme-acme.yaml").read_text("utf-8")
    (contracts / "clients").mkdir()
    signed = text.replace("kind: contract,", f"kind: contract, status: signed, signature_date: {SIGNED_ON},")
    (contracts / "clients" / "signed.yml").write_text(signed.replace("acme-2026", "acme-signed"), "utf-8")
    (contracts / "clients" / "notes.yaml").write_text("to: do\n", "utf-8")
    (contracts / "clients" / "torn.yaml").write_text("meta: [\n", "utf-8")


# A warning of some of the deals.
RULE = "law-jur-rennes-2024"


def change_rule(folder: Path) -> None:
    rules = folder / "clauses/jurisdictions/FR/rules/advice.yaml"
    head, id_, tail = rules.read_text("utf-8").partition(f"id: {RULE}\n")
    rules.write_text(head + id_ + tail.replace("severity: warning", "severity: error", 1), "utf-8")


def change_condition(folder: Path) -> None:
    edit(folder / "clauses/base/governance/improvement.md", 'context.segment != "tpe"', 'context.segment == "gc"')
    outline = folder / "clauses/outlines/D11.yaml"
    slot = "governance.improvement, policy: exactly_one, applies: 'context.segment "
    edit(outline, slot + '!= "tpe"', slot + '== "gc"')


def change_parameter(folder: Path) -> None:
    values = 'id: recovery_fee, values: {2013-01-01: "40"'
    edit(folder / "clauses/jurisdictions/FR/parameters.yaml", values, values + ', 2026-03-01: "45"')


def change_fact(folder: Path) -> None:
    edit(folder / "clauses/base/facts.yaml", FACT.format(number=2), FACT.format(number=3))


def change_text(folder: Path) -> None:
    for old, new in (("au siège du Client", "chez le Prestataire"), ("the Client's premises", "the Provider's")):
        edit(folder / "clauses/base/governance/meetings.md", old, new)


def change_profile(folder: Path) -> None:
    profile = folder / "clauses/base/profiles/pme.yaml"
    edit(profile, "cap: {multiplier: 1,", "cap: {multiplier: 1.4,")
    edit(profile, "payment_days: 30", "payment_days: 45")
    targets = folder / "clauses/base/profiles/sla/pme_standard.yaml"
    found = re.search(r"priority: P1, metric: response, target_min: (\d+)", targets.read_text("utf-8"))
    assert found is not None
    edit(targets, found.group(), found.group().replace(found.group(1), "30"))


def add_clause(folder: Path) -> None:
    outline = folder / "clauses/outlines/D11.yaml"
    slot = SLOT.format(slot="governance.meetings")
    edit(outline, slot, slot + SLOT.format(slot="governance.comes"))
    clause(folder, "governance.comes")


def remove_clause(folder: Path) -> None:
    edit(folder / "clauses/outlines/D11.yaml", SLOT.format(slot="governance.goes"), "")
    (folder / "clauses/base/governance/goes.md").unlink()


PLANTED: tuple[Callable[[Path], None], ...] = (
    change_rule, change_condition, change_parameter, change_fact, change_text, change_profile, add_clause,
    remove_clause,
)  # fmt: skip


def git(folder: Path, *words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    person = {f"GIT_{role}_{what}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", "-c", "init.defaultBranch=main", *words]
    ran = subprocess.run(command, cwd=folder, env=environment | alone | person, capture_output=True, check=True)
    return ran.stdout.decode()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["library", "impact", *words])


@dataclass(frozen=True)
class Planted:
    """A checkout whose library of `v1` has been changed in many ways since; what the command says of it as JSON."""

    folder: Path
    before: Side
    after: Side
    status: int
    json: dict[str, Any]

    def contract(self, name: str) -> dict[str, Any]:
        return next(one for one in self.json["contracts"] if Path(one["file"]).stem == name)

    def clauses(self, name: str) -> dict[str, dict[str, Any]]:
        return {entry["id"]: entry for entry in self.contract(name)["clauses"]}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    folder = tmp_path_factory.mktemp("checkout")
    write_before(folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "v1")
    git(folder, "tag", "v1")
    before = tmp_path_factory.mktemp("before")
    for name in ("clauses", "schemas"):
        shutil.copytree(folder / name, before / name)
    for plant in PLANTED:
        plant(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(Workspace, "default", staticmethod(lambda: workspace_in(folder)))
        ran = run("v1", "--format", "json", "--messages", "fr")
        sides = [side_of(name, workspace_in(place)) for name, place in (("v1", before), ("now", folder))]
        assert [side.findings for side in sides] == [(), ()]
        yield Planted(folder, sides[0], sides[1], ran.exit_code, json.loads(ran.output))


# ---- which contracts


def test_every_contract_of_the_folder_is_in_one_of_the_lists_and_what_is_no_deal_in_none(planted: Planted) -> None:
    said = planted.json
    assert {Path(one["file"]).name for one in said["contracts"]} == {
        "pme-acme.yaml", "gc-grand-compte.yaml", "tpe-boulangerie.yaml", "eti-cogere.yaml", "signed.yml",
        "pme-dix-erreurs.yaml",
    }  # fmt: skip
    assert said["undrafted"] == ["contracts/clients/torn.yaml"]
    assert said["counts"]["contracts"] == 7
    assert said["unreadable"] == said["unchanged"] == []


def test_a_contract_that_the_change_keeps_from_being_built_ends_the_command_with_status_one(planted: Planted) -> None:
    assert planted.status == 1
    broken = planted.contract("pme-acme")
    assert broken["complete"] == {"old": True, "new": False}
    errors = {entry["rule"]: entry["change"] for entry in broken["findings"] if entry["severity"] == "error"}
    assert errors[RULE] == "changed"
    assert [entry["was"] for entry in broken["findings"] if entry["rule"] == RULE] == ["warning"]
    assert "peuvent plus être établis" in planted.json["summary"]


def test_a_signed_contract_comes_first_and_needs_an_amendment(planted: Planted) -> None:
    first = planted.json["contracts"][0]
    assert first["deal_id"] == "acme-signed"
    assert first["standing"]["step"] == "signed"
    assert first["standing"]["signed_on"] == SIGNED_ON
    assert first["standing"]["says"] == "signé le 20\u00a0mai 2026\u00a0: un avenant est nécessaire"
    assert planted.json["counts"]["signed"] == 1
    assert planted.contract("pme-acme")["standing"]["step"] == "open"


def test_what_was_in_error_before_stays_so_and_says_what_else_changes(planted: Planted) -> None:
    assert planted.contract("pme-dix-erreurs")["complete"] == {"old": False, "new": False}


# ---- figures


def figures(planted: Planted, name: str) -> dict[str, tuple[str, str, str]]:
    entries = planted.contract(name)["figures"]
    return {entry["path"]: (entry["old"], entry["new"], entry["difference"]) for entry in entries}


def test_values_are_printed_with_their_units_and_the_difference(planted: Planted) -> None:
    found = figures(planted, "pme-acme")
    assert found["billing.payment_days"] == ("30\u00a0jours", "45\u00a0jours", "+15\u00a0jours")
    assert found["parameters.recovery_fee"] == ("40\u00a0€", "45\u00a0€", "+5\u00a0€")
    assert found["facts.meetings"] == ("2", "3", "+1")
    assert found["sla.targets[P1, incident, response].target_min"] == ("1\u00a0h", "30\u00a0min", "−30\u00a0min")


def test_what_is_negotiated_stands_before_other_values(planted: Planted) -> None:
    leading = [entry["leading"] for entry in planted.contract("pme-acme")["figures"]]
    assert leading == sorted(leading, reverse=True)
    names = [entry["path"] for entry in planted.contract("pme-acme")["figures"] if entry["leading"]]
    assert any(name.startswith("sla.targets[P1") for name in names)
    assert "facts.meetings" not in names


@pytest.mark.parametrize(
    ("type_", "old", "new", "said"),
    [
        (Type("money"), Decimal(40000), Decimal(82000), "+42\u202f000\u00a0€"),
        (Type("integer", unit="minutes"), 480, 240, "−4\u00a0h"),
        (Type("percent"), Decimal("99.5"), Decimal(99), "−0,5\u00a0pt"),
        (Type("date"), "2026-01-31", "2026-03-02", "+30\u00a0jours"),
        (Type("money"), NOTHING, Decimal(1), ""),
        (Type("boolean"), True, False, ""),
        (Type("integer"), 1, None, ""),
        (Type("string"), "a", "b", ""),
    ],
)
def test_a_difference_has_the_unit_of_its_value(type_: Type, old: Any, new: Any, said: str) -> None:
    assert difference(Leaf(("root", "field"), (), type_, old, new), "fr").replace(" ", "\u00a0") == said


def test_a_value_of_another_type_than_its_field_is_printed_as_it_is() -> None:
    assert printed_value(Type("integer", unit="days"), "soon", "en") == "soon"
    assert printed_value(Type("money"), None, "en") == "none"
    assert printed_value(Type("boolean"), False, "fr") == "non"
    assert len(printed_value(Type("string"), "x" * 999, "en")) < 200


# ---- clauses


def test_each_clause_has_its_sign_its_number_and_a_reason(planted: Planted) -> None:
    clauses = planted.clauses("pme-acme")
    said = {id_: (entry["change"], entry["reason"]) for id_, entry in clauses.items()}
    assert said["governance.comes"] == ("added", "nouvelle clause de la bibliothèque")
    assert said["governance.goes"] == ("removed", "n’est plus dans la bibliothèque")
    assert said["governance.meetings"] == ("wording", "son texte a changé")
    improvement = planted.clauses("eti-cogere")["governance.improvement"]
    assert improvement["change"] == "removed"
    assert improvement["reason"].startswith("sa condition a changé\u00a0: « Segment".replace("« ", "«\u00a0"))
    assert said["price.payment-standard"] == ("values", "imprime des valeurs qui ont changé")
    assert re.fullmatch(r"D11, article\sI\.\d+", clauses["governance.comes"]["number"])
    assert clauses["governance.comes"]["title"] == "Comes"
    assert clauses["governance.comes"]["file"] == "clauses/base/governance/comes.md"


def test_a_contract_has_only_the_changes_that_it_prints(planted: Planted) -> None:
    assert {"governance.comes", "governance.goes", "governance.improvement"} & planted.clauses(
        "tpe-boulangerie"
    ).keys() == set()
    assert "governance.improvement" not in planted.clauses("gc-grand-compte")


def test_a_condition_that_holds_now_names_the_value_behind_it(planted: Planted, tmp_path: Path) -> None:
    folder = copied(planted.before.workspace.clauses.parent, tmp_path)
    edit(folder / "clauses/base/profiles/pme.yaml", "improvement_plan: false", "improvement_plan: true")
    new, deal = side_in(folder), planted.folder / "contracts/pme-acme.yaml"
    (contract,) = compared(planted.before, new, deal).contracts
    (come,) = [entry for entry in contract.clauses if entry.sign == "added"]
    assert come.id == "governance.improvement"
    assert come.reason.startswith("sa condition est désormais remplie")
    assert "\u00a0: non → oui" in come.reason
    (back,) = compared(new, planted.before, deal).contracts
    (gone,) = [entry for entry in back.clauses if entry.sign == "removed"]
    assert gone.reason.startswith("sa condition n’est plus remplie")
    assert [figure.new for figure in back.figures] == ["non"]


# ---- whether it is signed


@pytest.mark.parametrize(
    ("meta", "step", "says"),
    [
        ({"status": "signed", "signature_date": "2026-06-01"}, "signed", "signed on 1 June 2026: needs an amendment"),
        ({"status": "signed"}, "signed", "signed: needs an amendment"),
        ({"status": "terminated", "signature_date": "2026-06-01"}, "closed", "terminated: nothing to do"),
        ({"status": "superseded"}, "closed", "superseded: nothing to do"),
        ({"status": "draft"}, "open", "draft: to be built again"),
        ({"status": "for_signature", "signature_date": "2026-06-01"}, "dated", "write `meta.status: signed`"),
    ],
)
def test_the_deal_says_whether_its_contract_is_signed(
    planted: Planted, meta: dict[str, str], step: str, says: str
) -> None:
    assert planted.after.library is not None
    standing = standing_of(planted.after.library, {"meta": meta}, "en")
    assert standing.step == step
    assert says in standing.says.replace("\u00a0", " ")


# ---- approvals


def test_approvals_of_the_deal_name_the_role_and_the_reason(planted: Planted) -> None:
    said = {entry["id"]: entry for entry in planted.contract("pme-acme")["approvals"]}
    fallback = said["A-FR-payment.fallback"]
    assert (fallback["change"], fallback["role"]) == ("added", "direction commerciale")
    assert fallback["reason"].startswith("Le client paie à 45")
    assert planted.json["counts"]["approvals"] >= 2


def test_a_lawyers_approval_that_became_stale_is_named_once_a_language_and_where_it_is_printed(
    planted: Planted,
) -> None:
    stale = [(entry["id"], entry["language"], entry["by"]) for entry in planted.json["stale"]]
    assert stale == [("governance.meetings", "fr", "Me Durand"), ("governance.meetings", "en", "Me Durand")]
    here = [(entry["id"], entry["language"]) for entry in planted.contract("pme-acme")["stale"]]
    assert here == [("governance.meetings", "fr")]
    assert planted.contract("tpe-boulangerie")["stale"] == []


# ---- formats


def test_the_text_ends_with_one_line_of_summary_and_says_the_reasons(planted: Planted) -> None:
    shown = run("v1", "--messages", "en").output
    assert "signed on 20 May 2026: needs an amendment" in shown.replace("\u00a0", " ")
    assert "Payment period: 30 days → 45 days (+15 days)" in shown.replace("\u00a0", " ")
    assert "+ D11, article" in shown
    assert (
        shown.strip().splitlines()[-1].startswith("v1 compared with the work tree: 6 of 7 contracts change, 1 of them")
    )


def test_the_page_is_one_file_without_requests_and_its_links_lead_somewhere(planted: Planted, tmp_path: Path) -> None:
    file = tmp_path / "impact.html"
    ran = run("v1", "--format", "html", "-o", str(file))
    assert ran.exit_code == 1
    page = file.read_text("utf-8")
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert re.findall(r'(?:src|href)="(?!#)', page) == []
    assert "<script" not in page
    body = re.search(r"<main.*</main>", page, re.DOTALL)
    assert body is not None
    tree = ElementTree.fromstring(body.group().replace("<br>", "<br/>").replace("<wbr>", "<wbr/>"))
    assert len(tree.findall(".//article")) >= 6
    assert [cell.get("scope") for cell in tree.iter("th")].count(None) == 0
    assert {element.text for element in tree.iter("del")} >= {"au siège du Client"}


def test_names_of_a_deal_are_text_in_the_page_and_nothing_else(planted: Planted, tmp_path: Path) -> None:
    deal = planted.folder / "contracts" / "hostile.yaml"
    text = (planted.folder / "contracts/pme-acme.yaml").read_text("utf-8")
    deal.write_text(text.replace("ACME SAS", "</b><script>alert(1)</script>"), "utf-8")
    try:
        ran = run("v1", str(deal), "--format", "html")
    finally:
        deal.unlink()
    assert "<script" not in ran.output
    assert "&lt;script&gt;alert" in ran.output


def test_sarif_has_a_result_at_each_changed_clause_with_the_contracts(planted: Planted) -> None:
    deals = ("contracts/clients/signed.yml", "contracts/tpe-boulangerie.yaml")
    ran = run("v1", *deals, "--format", "sarif", "--messages", "en")
    (log,) = json.loads(ran.output)["runs"]
    places = {
        (result["ruleId"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]): result
        for result in log["results"]
    }
    found = places["clause-changes-contracts", "clauses/base/governance/comes.md"]
    assert "contracts/clients/signed.yml (signed on 20\u00a0May 2026: needs an amendment)" in found["message"][
        "text"
    ].replace("20 May", "20\u00a0May")
    assert found["level"] == "warning"
    assert found["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
    assert ("contract-broken", "contracts/tpe-boulangerie.yaml") in places
    assert ("stale-approval", "clauses/base/governance/meetings.md") in places


def test_the_phrases_are_the_same_in_both_languages() -> None:
    french, english = PHRASES["fr"], PHRASES["en"]
    assert french.keys() == english.keys()
    fields = {name: [set(re.findall(r"\{(\w+)\}", texts[name])) for texts in (french, english)] for name in french}
    assert {name for name, (one, other) in fields.items() if one != other} == set()


# ---- a contract that the change does not reach need not be drafted


def copied(folder: Path, place: Path) -> Path:
    for name in ("clauses", "schemas"):
        shutil.copytree(folder / name, place / name)
    return place


def side_in(folder: Path) -> Side:
    side = side_of("after", workspace_in(folder))
    assert side.findings == ()
    return side


def compared(old: Side, new: Side, *paths: Path, thorough: bool = False) -> Impact:
    return impact_of(old, new, tuple(deals_in(paths)), Options(), "fr", thorough=thorough)


def test_all_at_once_comes_out_the_same_where_every_deal_is_drafted(planted: Planted) -> None:
    folder = planted.folder / "contracts"
    both = [compared(planted.before, planted.after, folder, thorough=thorough) for thorough in (False, True)]
    assert both[0] == both[1]


@pytest.mark.parametrize(
    "plant", spread([change_text, change_rule, change_parameter, change_condition], [change_condition])
)
def test_one_change_comes_out_the_same_where_every_deal_is_drafted(
    planted: Planted, plant: Callable[[Path], None], tmp_path: Path
) -> None:
    assert planted.before.library is not None
    folder = copied(planted.before.workspace.clauses.parent, tmp_path)
    plant(folder)
    new, contracts = side_in(folder), planted.folder / "contracts"
    deals = [contracts / f"{name}.yaml" for name in ("pme-acme", "eti-cogere", "tpe-boulangerie")]
    seen, drafted = (compared(planted.before, new, *deals, thorough=thorough) for thorough in (False, True))
    assert seen == drafted
    assert seen.contracts
    # A value of the law is read by the rules of every deal.
    assert seen.unchanged or plant is change_parameter


def test_without_a_change_nothing_is_said_to_change(planted: Planted) -> None:
    impact = compared(planted.after, planted.after, planted.folder / "contracts")
    assert impact.contracts == ()
    assert len(impact.unchanged) + len(impact.undrafted) == 7
    thorough = compared(planted.after, planted.after, planted.folder / "contracts", thorough=True)
    assert thorough == impact


# ---- odd cases


def test_usage(planted: Planted) -> None:
    for words, said in (
        ((), "name a revision to compare with, as in `clausier library impact HEAD`"),
        (("nowhere",), "the repository has no such revision"),
        (("v1", "contracts/nobody.yaml"), "there is no such file"),
        (("v1...v1",), "has three dots"),
        (("contracts/pme-acme.yaml",), "name a revision first"),
        (("contracts/", "v1"), "name a revision first"),
        (("v1", "--with", "clauses"), "`--with` stands instead of a revision"),
        (("v1", "contracts/my-msp"), "there is no deal in it"),
        (("v1", "--provider", "nobody.yaml"), "there is no such file"),
    ):
        ran = run(*words)
        assert ran.exit_code == 2, ran.output
        assert said in ran.output


def test_two_revisions_are_compared_with_each_other(planted: Planted) -> None:
    ran = run("v1..v1", "contracts/pme-acme.yaml", "--messages", "en")
    assert ran.exit_code == 0
    assert ran.output == "v1 compared with v1: none of 1 contract changes, 1 unchanged\n"


def test_a_folder_is_compared_where_there_is_no_git(planted: Planted) -> None:
    before = planted.before.workspace.clauses.parent
    ran = run("--with", str(before), "contracts/gc-grand-compte.yaml", "--messages", "en")
    assert ran.exit_code == 1
    last = ran.output.strip().splitlines()[-1]
    assert last.startswith(f"{before} compared with the work tree: 1 of 1 contract changes, 1 can no longer be built")


def test_a_deal_that_cannot_be_read_stops_no_other(planted: Planted) -> None:
    bad = planted.folder / "contracts" / "latin.yaml"
    bad.write_bytes(b"meta: {deal_id: caf\xe9}\n")
    try:
        ran = run("v1", "contracts/latin.yaml", "contracts/gc-grand-compte.yaml", "--messages", "en")
    finally:
        bad.unlink()
    assert ran.exit_code == 2
    assert "Unreadable: contracts/latin.yaml (the file is not UTF-8 text (line 1))" in ran.output
    assert "~ contracts/gc-grand-compte.yaml" in ran.output


def test_of_a_folder_deals_alone_are_taken_each_once_and_sorted(tmp_path: Path) -> None:
    deal = "meta: {deal_id: one}\n"
    for name, text in {
        "b.yaml": deal, "a.yml": deal, "sub/c.yaml": deal, "my/provider.yaml": deal, ".hidden.yaml": deal,
        ".git/d.yaml": deal, "notes.yaml": "to: do\n", "e.txt": deal,
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "b.yaml")
    found = list(deals_in((tmp_path / "sub" / "c.yaml", tmp_path, tmp_path / "notes.yaml")))
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["sub/c.yaml", "a.yml", "b.yaml", "notes.yaml"]


# ---- the page of the documentation

SHOWN = ("v1", "contracts/clients/signed.yml", "contracts/eti-cogere.yaml", "--messages", "en")


def test_the_page_shows_what_is_printed(planted: Planted) -> None:
    assert PAGE.read_text("utf-8").split("```text\n")[1].split("```")[0] == run(*SHOWN).output


def test_the_page_names_every_option() -> None:
    page, help_ = PAGE.read_text("utf-8"), run("--help").output
    options = set(re.findall(r"--[a-z]+", help_)) - {"--help", "--output"}
    assert {option for option in options if f"`{option}" not in page and f" {option} " not in page} == set()


def write_page() -> None:
    """Write the example of the page anew."""
    import tempfile

    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        folder = Path(scratch)
        write_before(folder)
        for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "v1"), ("tag", "v1")):
            git(folder, *words)
        for plant in PLANTED:
            plant(folder)
        patch.chdir(folder)
        patch.setattr(Workspace, "default", staticmethod(lambda: workspace_in(folder)))
        printed = run(*SHOWN).output
    before, _, rest = PAGE.read_text("utf-8").partition("```text\n")
    PAGE.write_text(f"{before}```text\n{printed}```{rest.partition('```')[2]}", "utf-8")


if __name__ == "__main__":
    write_page()
