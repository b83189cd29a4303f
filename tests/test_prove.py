"""The proofs of the library, by examples: ``tests/proofs/<kind>`` holds the smallest bad library of each kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.cli.findings import as_text
from generator.library.model import Library
from generator.pipeline import draft_text, library_of
from generator.prove import KINDS, KnownDeal, Proof, known_deal, needs, prove, solver
from generator.prove.counterexample import FAULTS
from generator.prove.lock import Lock, read_lock
from generator.prove.plain import NAME, plain_deal
from generator.prove.prover import Problem
from generator.prove.terms import Assignment
from generator.workspace import Workspace
from tests.deals import drafted as draft_of
from tests.deals import random_deal
from tests.proving import PROOFS, ROOT, findings, inside, run, shown

FINE, FOUND, USAGE, NOT_FINISHED = 0, 1, 2, 3
LOCK = "library.lock"


@pytest.fixture
def good() -> Iterator[Workspace]:
    with inside() as workspace:
        yield workspace


def loaded(workspace: Workspace) -> Library:
    library, found = library_of(workspace)
    assert library is not None, "\n".join(as_text(finding) for finding in found)
    return library


def deals_of(workspace: Workspace, library: Library) -> list[KnownDeal]:
    """The valid deals beside a library."""
    asked, found = needs(library), []
    for path in sorted(Path("contracts").glob("*.yaml")):
        drafted = draft_text(str(path), path.read_text("utf-8"), path.parent, workspace)
        assert drafted.deal is not None
        deal = known_deal(library, str(path), drafted.deal, asked)
        found += [deal] if deal is not None else []
    return found


def proof_of(workspace: Workspace, earlier: Lock | None = None) -> Proof:
    library = loaded(workspace)
    return prove(library, deals_of(workspace, library), earlier=earlier)


def changed(workspace: Workspace, file: str, old: str, new: str) -> None:
    path = workspace.clauses / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


# ---- every kind, by example


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_library_is_told_where_why_and_with_which_deal(kind: str) -> None:
    text = (PROOFS / kind / "finding.txt").read_text("utf-8").rstrip("\n")
    assert f"error[{kind}]: " in text
    assert shown(kind) == text


@pytest.mark.parametrize("kind", KINDS)
def test_its_good_twin_is_proven(kind: str) -> None:
    with inside(PROOFS / kind / "good") as workspace:
        result = run(workspace, "library", "prove")
    assert result.output.startswith("proven: ")
    assert result.exit_code == FINE


def test_every_example_is_of_a_kind() -> None:
    assert {path.name for path in PROOFS.iterdir() if not path.name.startswith("_")} == set(KINDS)


@pytest.mark.parametrize("kind", ["undefined-term", "dead-slot", "exception-conflict"])
def test_the_order_of_the_findings_is_the_same_in_every_run(kind: str) -> None:
    script = f"import sys; from tests.proving import shown; sys.stdout.write(shown({kind!r}))"
    texts = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {(PROOFS / kind / "finding.txt").read_bytes().rstrip(b"\n")}


# ---- counterexamples

SHOWN = sorted(kind for kind in KINDS if "for example" in (PROOFS / kind / "finding.txt").read_text("utf-8"))


@pytest.mark.parametrize("kind", SHOWN)
def test_a_saved_counterexample_meets_the_fault(kind: str) -> None:
    with inside(PROOFS / kind / "bad") as workspace:
        proof = proof_of(workspace)
        run(workspace, "library", "prove", "--again", "--save", "contracts/shown")
        files = sorted(Path("contracts/shown").glob("*.yaml"))
        assert len(files) == len(proof.examples) > 0
        for file, (name, example) in zip(files, proof.examples.items(), strict=True):
            assert len(example.edits) <= 4
            assert file.read_text("utf-8").startswith(f"# {name}\n# {example.shown()}\n")
            report = draft_text(str(file), file.read_text("utf-8"), file.parent, workspace).report
            met = {finding.code for finding in report.diagnostics if finding.is_error}
            kind_of = name.split(" ")[0]
            if kind_of in FAULTS:
                assert met & FAULTS[kind_of]
            assert met <= {"rule"} | {code for codes in FAULTS.values() for code in codes}
            assert ("rule" in met) == (kind_of == "fix-fails")


@pytest.mark.parametrize(
    ("examples", "notes"),
    [
        (25, ["the program stops before it comes to this: no clause", "3 more stop at the same place before"]),
        (1, ["3 more say the same of other places"]),
    ],
)
def test_what_one_fault_does_to_many_places_is_told_once_and_after_it(
    examples: int, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.prove.MOST_EXAMPLES", examples)
    with inside(PROOFS / "missing-clause" / "bad") as workspace:
        purpose = workspace.clauses / "base" / "purpose.md"
        text = purpose.read_text("utf-8").replace(".\n", ", see [](#renewal) and [](#renewal).\n")
        purpose.write_text(text, "utf-8")
        shown = run(workspace, "library", "prove").stdout
        held = json.loads(run(workspace, "library", "prove", "--again", "--format", "json").stdout)
    codes = [line.split("]")[0] for line in shown.splitlines() if line.startswith("error[")]
    assert codes == ["error[missing-clause", "error[dangling-reference"]
    assert all(f"= note: {note}" in shown for note in notes)
    assert (held["failed"], len(held["findings"])) == (5, 5)


def test_what_is_wrong_with_the_library_alone_is_no_fault_of_a_deal() -> None:
    with inside(PROOFS / "slot-conflict" / "bad") as workspace:
        library = loaded(workspace)
        drafted = draft_text("pme", Path("contracts/pme.yaml").read_text("utf-8"), Path("contracts"), workspace)
        assert drafted.report.has_errors
        assert [deal.name for deal in deals_of(workspace, library)] == ["contracts/pme.yaml", "contracts/tpe.yaml"]


def test_a_fact_that_reads_what_is_absent_is_shown_on_a_deal_at_hand(good: Workspace) -> None:
    changed(good, "base/facts.yaml", "parties.client.headcount is defined and ", "")
    result = run(good, "library", "prove")
    assert "this condition can read `parties.client.headcount` in a deal that does not have it" in result.stdout
    assert "for example contracts/tpe.yaml as it is" in result.stdout
    assert "the program then says: the fact `size` reads `parties.client.headcount`" in result.stdout


def test_without_any_deal_the_plainest_one_stands_in() -> None:
    with inside(PROOFS / "missing-clause" / "bad") as workspace:
        for path in Path("contracts").glob("*.yaml"):
            path.unlink()
        library = loaded(workspace)
        plain = plain_deal(library, needs(library))
        assert plain is not None and plain.name == NAME
        result = run(workspace, "library", "prove")
    assert f"for example {NAME} with term.renewal tacit -> express\n" in result.stdout
    assert "the program then says: no clause fills `renewal` of D01 for this deal" in result.stdout


def test_a_library_that_contradicts_itself_has_no_plainest_deal() -> None:
    with inside(PROOFS / "no-valid-deal" / "bad") as workspace:
        library = loaded(workspace)
        assert plain_deal(library, needs(library)) is None


# ---- the record


def test_an_unchanged_library_is_answered_without_being_read(good: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(good, "library", "prove").exit_code == FINE

    def never(_: Workspace) -> Any:
        raise AssertionError("the library was read")

    monkeypatch.setattr("generator.pipeline.library_of", never)
    again = run(good, "library", "prove")
    assert (again.exit_code, again.stdout.endswith("the library has not changed since\n")) == (FINE, True)


def test_the_record_is_that_of_the_library(good: Workspace) -> None:
    run(good, "library", "prove")
    lock = read_lock(good)
    assert lock is not None and lock.complete
    assert lock.library == good.library_digest()
    assert loaded(good).proven
    changed(good, "base/co-management.md", "The Client keeps a part of the tasks.", "The Client keeps some tasks.")
    assert not loaded(good).proven


def test_only_what_changed_is_proven_again(good: Workspace) -> None:
    first = proof_of(good)
    assert first.kept == 0
    changed(good, "base/co-management.md", "The Client keeps a part of the tasks.", "The Client keeps some tasks.")
    second = proof_of(good, first.lock)
    assert second.questions == 0
    assert second.kept == len(first.lock.proven)
    changed(good, "base/hours/office.md", "when: sla.hours == 'office'", "when: sla.hours in ['office']")
    changed(good, "base/renewal/express.md", "'express'", "'express' and term.months > 1")
    third = proof_of(good, first.lock)
    assert 0 < third.kept < second.kept
    assert [finding.code for finding in third.findings] == ["missing-clause"]


def test_a_record_that_somebody_edits_proves_nothing_else(good: Workspace) -> None:
    run(good, "library", "prove")
    changed(good, "base/renewal/express.md", "'express'", "'express' and term.months > 1")
    path = good.clauses / LOCK
    held = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**held, "failed": 0, "unknown": 0}), "utf-8")
    result = run(good, "library", "prove")
    assert result.exit_code == FOUND
    assert result.stdout.startswith("error[missing-clause]: ")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 2}', "\x00"])
def test_a_record_that_cannot_be_read_is_none(text: str, good: Workspace) -> None:
    (good.clauses / LOCK).write_text(text, "utf-8")
    assert read_lock(good) is None
    assert run(good, "library", "prove").exit_code == FINE


def test_the_library_is_proven_and_its_record_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    workspace = Workspace.default()
    proof = prove(loaded(workspace))
    assert [as_text(finding) for finding in proof.findings] == []
    assert set(proof.lock.goals) <= set(KINDS)
    lock = read_lock(workspace)
    assert lock is not None and lock.complete
    assert lock.library == workspace.library_digest()


# ---- options and refusals


def test_one_slot_is_proven_alone_and_nothing_is_recorded() -> None:
    with inside(PROOFS / "missing-clause" / "bad") as workspace:
        other = run(workspace, "library", "prove", "--slot", "cap")
        own = run(workspace, "library", "prove", "--slot", "renewal")
        unknown = run(workspace, "library", "prove", "--slot", "renewals")
        assert not (workspace.clauses / LOCK).exists()
    assert (other.exit_code, own.exit_code, unknown.exit_code) == (FINE, FOUND, USAGE)
    assert findings(own).startswith("error[missing-clause]: no clause fills `renewal`")
    assert "did you mean `renewal`?" in unknown.output


def test_a_deal_that_is_named_must_be_readable_and_valid() -> None:
    with inside(PROOFS / "missing-clause" / "bad") as workspace:
        missing = run(workspace, "library", "prove", "contracts/nobody.yaml")
        Path("contracts/late.yaml").write_text(
            Path("contracts/tpe.yaml").read_text("utf-8") + "term: {notice_months: 18}\n", "utf-8"
        )
        invalid = run(workspace, "library", "prove", "contracts/late.yaml", "contracts/tpe.yaml")
        near = run(workspace, "library", "prove", "--again", "contracts/tpe.yaml")
    assert missing.exit_code == USAGE and "contracts/nobody.yaml" in missing.output
    assert invalid.stderr == "warning: contracts/late.yaml is not a valid deal and is left aside\n"
    assert "for example contracts/tpe.yaml with term.months 12 -> " in near.stdout


def test_a_solver_that_gives_up_proves_nothing(good: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver.Solver, "ask", lambda *_: "unknown")
    result = run(good, "library", "prove")
    assert result.exit_code == NOT_FINISHED
    assert result.stdout.startswith("error[not-proven]: not proven: the solver gave up on whether ")
    assert " 0 of " in result.stdout.splitlines()[-1]
    lock = read_lock(good)
    assert lock is not None and lock.unknown > 0 and not lock.complete
    assert not loaded(good).proven


def test_without_the_solver_it_is_said_how_to_get_it(good: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    result = run(good, "library", "prove")
    assert result.exit_code == NOT_FINISHED
    assert result.stderr == "error: the solver is not installed; install it with: pip install 'clausier[prove]'\n"
    assert not (good.clauses / LOCK).exists()


def test_a_library_that_does_not_load_is_not_proven(good: Workspace) -> None:
    changed(good, "base/hours/office.md", "sla.hours == 'office'", "sla.hours == 'offices'")
    result = run(good, "library", "prove")
    assert result.exit_code == FOUND
    assert "did you mean `office`?" in result.stdout
    assert result.stdout.endswith("the clause library has errors, nothing was proven\n")


def test_the_findings_as_json_as_annotations_and_as_sarif() -> None:
    with inside(PROOFS / "missing-clause" / "bad") as workspace:
        held = json.loads(run(workspace, "library", "prove", "--format", "json").stdout)
        github = run(workspace, "library", "prove", "--format", "github").stdout
        sarif = json.loads(run(workspace, "library", "prove", "--format", "sarif").stdout)
    assert (held["failed"], held["unknown"], held["counts"]["error"]) == (1, 0, 1)
    edit = {"path": "term.renewal", "old": "tacit", "new": "express"}
    assert held["examples"] == [{"goal": "missing-clause D01 renewal", "deal": "contracts/pme.yaml", "edits": [edit]}]
    place = "file=clauses/outlines/D01.yaml,line=17,endLine=17,col=9,endColumn=15"
    assert github.startswith(f"::error {place},title=missing-clause::")
    [found] = sarif["runs"][0]["results"]
    assert found["ruleId"] == "missing-clause"
    [rule] = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == KINDS["missing-clause"]


# ---- what formulas give


def test_what_is_known_of_formulas_holds_of_random_deals(monkeypatch: pytest.MonkeyPatch, nightly: bool) -> None:
    monkeypatch.chdir(ROOT)
    library = loaded(Workspace.default())
    problem = Problem.of(library)
    known = list(problem.contracts.deals._formulas())
    assert known
    judged = 0
    seeds = range(40 if nightly else 12)
    for seed in seeds:
        drafted = draft_of(random_deal(seed))
        if drafted.deal is None or drafted.facts is None:
            continue
        deal = KnownDeal("", drafted.deal, drafted.facts, problem.contracts.deals.needs)
        values: Assignment = deal.assignment()
        assert [term for term in known if values.holds(term) is False] == []
        judged += 1
    assert judged > len(seeds) // 2
