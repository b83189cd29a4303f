"""Findings as JUnit XML: well-formed whatever a deal holds, and the same findings as everywhere else."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from generator.cli import console, main
from generator.cli.junit import Suite, as_junit, cases_of, library_suites, refused
from generator.diagnostics import Diagnostic, Note, Report, Severity, Span
from generator.lint import DESCRIPTIONS
from generator.workspace import WorkspaceError
from tests.proving import PROOFS, inside
from tests.proving import run as run_in

ROOT = Path(__file__).resolve().parent.parent
WRONG = "contracts/pme-dix-erreurs.yaml"
RIGHT = "contracts/pme-acme.yaml"
LINE = "  payment_days: 90"
PAYMENT = Diagnostic(
    "rule", Severity.ERROR, "Le délai est de 90 jours.", Span("contracts/pme.yaml", 2, 17, 19, LINE),
    "Ramenez-le à 60 jours.", (Note("rule R172", Span("clauses/rules/billing.yaml", 12, 5, 9)),), "R172",
)  # fmt: skip
TYPO = Diagnostic(
    "unknown-name", Severity.WARNING, "no fact is named `teir`", Span("clauses/a.md", 3, 7, 11, "when: teir")
)

# ---- the shape, as the schema of Jenkins publishes it, with the two attributes that GitLab and GitHub's reporters read

ATTRIBUTES: dict[str, tuple[set[str], set[str]]] = {  # those that must be there, those that may
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
    ),
    "testcase": ({"name"}, {"time", "classname", "group", "file", "line"}),
    **dict.fromkeys(("failure", "error", "skipped"), (set(), {"type", "message"})),
    "properties": (set(), set()),
    "property": ({"name", "value"}, set()),
    **dict.fromkeys(("system-out", "system-err"), (set(), set())),
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testsuite", "properties", "testcase", "system-out", "system-err"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
    "properties": {"property"},
}
TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")
NUMBER = re.compile(r"[0-9]+")


def faults(element: ElementTree.Element) -> list[str]:
    """Where a report departs from the schema, or counts other tests than it holds."""
    if element.tag not in ATTRIBUTES:
        return [f"no element is named {element.tag}"]
    needed, allowed = ATTRIBUTES[element.tag]
    found = [f"{element.tag} lacks {name}" for name in needed - set(element.attrib)]
    found += [f"{element.tag} has {name}" for name in set(element.attrib) - needed - allowed]
    if not TIME.fullmatch(element.get("time", "")):
        found.append(f"{element.tag} takes {element.get('time')}")
    if element.tag in {"testsuites", "testsuite"}:
        cases = list(element.iter("testcase"))
        held = {"tests": len(cases)}
        for outcome, name in {"failure": "failures", "error": "errors", "skipped": "skipped"}.items():
            held[name] = sum(case.find(outcome) is not None for case in cases)
        found += [
            f"{element.tag} counts {element.get(name)} {name} of {count}"
            for name, count in held.items()
            if name in element.attrib and element.get(name) != str(count)
        ]
    if element.tag in {"testsuites", "testsuite", "testcase"} and (element.text or "").strip():
        found.append(f"{element.tag} has text")
    if "line" in element.attrib and not NUMBER.fullmatch(element.attrib["line"]):
        found.append(f"{element.tag} is on line {element.get('line')}")
    for child in element:
        if child.tag not in CHILDREN.get(element.tag, set()):
            found.append(f"{child.tag} stands in {element.tag}")
        if (child.tail or "").strip():
            found.append(f"text behind {child.tag}")
        found += faults(child)
    return found


def read(text: str) -> ElementTree.Element:
    """A report as a server reads it, found sound."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    assert faults(root) == []
    names = Counter((case.get("classname"), case.get("name")) for case in root.iter("testcase"))
    assert [name for name, count in names.items() if count > 1] == []
    return root


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<testsuites><testcase name='a'/></testsuites>", "testcase stands in testsuites"),
        ("<testsuites><testsuite tests='0' failures='0' errors='0'/></testsuites>", "testsuite lacks name"),
        ("<testsuite name='a' tests='1' failures='0' errors='0'/>", "testsuite counts 1 tests of 0"),
        ("<testcase name='a' line='x'/>", "testcase is on line x"),
        ("<testcase name='a' time='soon'/>", "testcase takes soon"),
        ("<testcase name='a'>words</testcase>", "testcase has text"),
        ("<testcase name='a'><failure kind='b'/></testcase>", "failure has kind"),
        ("<testcase name='a'><passed/></testcase>", "passed stands in testcase"),
    ],
)
def test_the_checker_finds_what_the_schema_forbids(text: str, fault: str) -> None:
    assert fault in faults(ElementTree.fromstring(text))


# ---- one finding


def written(*findings: Diagnostic, judged: tuple[str, ...] = (), errors_only: bool = False) -> ElementTree.Element:
    cases = cases_of(Report(findings), judged, errors_only=errors_only)
    return read(ElementTree.tostring(as_junit("clausier check", [Suite("contracts/pme.yaml", cases)]), "unicode"))


def outcomes(root: ElementTree.Element) -> dict[str, str]:
    return {case.get("name", ""): case[0].tag if len(case) else "passed" for case in root.iter("testcase")}


def test_an_error_is_a_test_that_failed_at_its_place() -> None:
    [case] = written(PAYMENT).iter("testcase")
    assert case.attrib == {
        "classname": "contracts/pme.yaml", "name": "R172", "file": "contracts/pme.yaml", "line": "2", "time": "0",
    }  # fmt: skip
    assert case[0].attrib == {"message": "error[R172]: Le délai est de 90 jours."}
    assert (case[0].text or "").split("\n") == [
        "error[R172]: Le délai est de 90 jours.",
        "  --> contracts/pme.yaml:2:17",
        "   |",
        " 2 |   payment_days: 90",
        "   |                 ^^",
        "   = rule: R172 (clauses/rules/billing.yaml:12)",
        "   = help: Ramenez-le à 60 jours.",
    ]


@pytest.mark.parametrize(
    ("severity", "outcome"),
    [
        (Severity.ERROR, "failure"),
        (Severity.WARNING, "skipped"),
        (Severity.APPROVAL, "skipped"),
        (Severity.INFO, "skipped"),
    ],
)
def test_what_is_no_error_is_skipped_and_says_what_it_is(severity: Severity, outcome: str) -> None:
    [case] = written(replace(TYPO, severity=severity)).iter("testcase")
    assert (case[0].tag, case[0].get("message")) == (
        outcome,
        f"{severity.value}[unknown-name]: no fact is named `teir`",
    )


def test_two_findings_of_one_rule_have_two_names() -> None:
    again = replace(PAYMENT, message="another")
    assert list(outcomes(written(PAYMENT, again, replace(again, message="third")))) == ["R172", "R172 (2)", "R172 (3)"]


def test_a_rule_that_found_nothing_passed() -> None:
    assert outcomes(written(PAYMENT, judged=("R171", "R172"))) == {"R172": "failure", "R171": "passed"}


def test_a_warning_that_is_not_shown_did_not_pass_either() -> None:
    assert outcomes(written(PAYMENT, TYPO, judged=("unknown-name", "x"), errors_only=True)) == {
        "R172": "failure",
        "x": "passed",
    }


def test_what_the_world_refused_is_a_test_that_broke() -> None:
    case = refused("readable", WorkspaceError("nope.yaml", "there is no such file", "check the path"))
    root = read(ElementTree.tostring(as_junit("c", [Suite("nope.yaml", (case,))]), "unicode"))
    [told] = root.iter("error")
    assert (told.get("message"), told.text) == (
        "nope.yaml: there is no such file",
        "there is no such file\ncheck the path",
    )


def test_the_library_has_a_suite_a_file_and_one_for_what_was_found_right() -> None:
    found = Report((TYPO, replace(TYPO, span=None)))
    suites = library_suites(found, ("unknown-name", "long-sentence"))
    assert [(suite.name, [case.name for case in suite.cases]) for suite in suites] == [
        ("clauses/a.md", ["unknown-name"]),
        ("clause library", ["unknown-name", "long-sentence"]),
    ]
    assert [[case.outcome for case in suite.cases] for suite in suites] == [["skipped"], ["skipped", "passed"]]


@given(st.text(), st.text(), st.text(), st.integers(1, 10**6))
def test_any_text_makes_a_sound_report(message: str, line: str, name: str, number: int) -> None:
    span = Span(name, number, 1, 3, line)
    finding = Diagnostic(name or "x", Severity.ERROR, message, span, message, (Note(line, span),))
    broken = refused(name, WorkspaceError(name, message, line))
    root = as_junit(name, [Suite(name, (*cases_of(Report((finding, finding))), broken))])
    read(ElementTree.tostring(root, "unicode"))


@pytest.mark.parametrize("text", ["\x00\x1b[31m", "]]>", "<b>&amp;", "\ufffe\uffff", "\ud800", "\u202e", "a\nb\r\tc"])
def test_markup_and_control_characters_are_shown(text: str) -> None:
    [case] = written(replace(PAYMENT, message=text)).iter("testcase")
    assert case[0].get("message") == f"error[R172]: {console.visible(' '.join(text.split()))}"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_a_report_is_the_same_in_any_encoding_of_the_terminal(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace")
    monkeypatch.setattr("sys.stdout", stream)
    finding = replace(PAYMENT, message="Le délai — 90 € 😀")
    console.out_xml(as_junit("clausier check", [Suite("contracts/été.yaml", cases_of(Report((finding,))))]))
    stream.flush()
    root = ElementTree.fromstring(stream.buffer.getvalue())  # type: ignore[attr-defined]
    [case] = root.iter("testcase")
    assert case.get("classname") == "contracts/été.yaml"
    assert case[0].get("message") == "error[R172]: Le délai — 90 € 😀"


# ---- the commands


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLAUSIER_PAGES", "0")
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="clausier")


Found = Counter[tuple[str, str, str]]


def told_by_json(findings: list[dict[str, Any]]) -> Found:
    """Severity with rule or check, place, message."""
    return Counter(
        (
            f"{one['severity']}[{one['rule'] if one['code'] in {'rule', 'approval'} and one['rule'] else one['code']}]",
            f"{one['file']}:{one['line']}",
            console.visible(" ".join(one["message"].split())),
        )
        for one in findings
    )


def told_by_junit(root: ElementTree.Element) -> Found:
    told: Found = Counter()
    for case in root.iter("testcase"):
        for outcome in (*case.iter("failure"), *case.iter("skipped")):
            head, _, message = outcome.attrib["message"].partition(": ")
            told[head, f"{case.get('file', '')}:{case.get('line')}", message] += 1
    return told


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", [("check",), ("build", "--to", "json")])
def test_deals_have_the_findings_of_json_and_its_exit_status(words: tuple[str, ...]) -> None:
    deals = (WRONG, RIGHT, "contracts/tpe-boulangerie.yaml", "nope.yaml")
    plain, result = run(*words, *deals, "--format", "json"), run(*words, *deals, "--format", "junit")
    root = read(result.stdout)
    shown = json.loads(plain.stdout)["deals"]
    assert (result.exit_code, result.stderr) == (plain.exit_code, "") == (2, "")
    assert [suite.get("name") for suite in root] == list(deals)
    assert told_by_junit(root) == told_by_json([one for deal in shown for one in deal["findings"]])
    assert [case.get("name") for case in root.iter("testcase") if case.find("error") is not None] == ["readable"]
    assert root.get("failures") == str(sum(deal["counts"]["error"] for deal in shown))


@pytest.mark.usefixtures("folder")
def test_a_deal_names_the_rules_by_which_it_was_judged() -> None:
    root = read(run("check", RIGHT, "--format", "junit").stdout)
    held = Counter(outcomes(root).values())
    assert held["failure"] == 0
    assert held["passed"] > 100
    misspelt = Path(RIGHT).read_text("utf-8").replace("meta:", "mate:", 1)
    Path("misspelt.yaml").write_text(misspelt, "utf-8")
    assert "passed" not in outcomes(read(run("check", "misspelt.yaml", "--format", "junit").stdout)).values()


@pytest.mark.usefixtures("folder")
def test_a_pack_is_written_or_not_or_was_refused() -> None:
    shown = outcomes(read(run("build", RIGHT, "--to", "json", "--format", "junit").stdout))
    assert shown["written"] == "passed"
    assert "written" not in outcomes(read(run("build", WRONG, "--to", "json", "--format", "junit").stdout))
    Path("taken").write_text("", "utf-8")
    refused_ = run("build", RIGHT, "--to", "json", "-o", "taken/below", "--format", "junit")
    assert (refused_.exit_code, outcomes(read(refused_.stdout))["written"]) == (3, "error")
    Path("same.yaml").write_text(Path(RIGHT).read_text("utf-8"), "utf-8")
    shutil.copytree("contracts/my-msp", "my-msp")
    clash = run("build", RIGHT, "same.yaml", "--to", "json", "--format", "junit")
    assert clash.exit_code == 1
    assert "written" not in outcomes(read(clash.stdout))


def test_the_library_is_linted() -> None:
    plain, result = run("library", "lint", "--format", "json"), run("library", "lint", "--format", "junit")
    root = read(result.stdout)
    shown = json.loads(plain.stdout)
    assert result.exit_code == plain.exit_code
    assert told_by_junit(root) == told_by_json(shown["findings"])
    passed = {name for name, outcome in outcomes(root).items() if outcome == "passed"}
    assert passed == set(DESCRIPTIONS) - {one["code"] for one in shown["findings"]}


def test_the_library_is_proven_or_not() -> None:
    with inside(PROOFS / "missing-clause" / "bad") as workspace:
        plain = run_in(workspace, "library", "prove", "--format", "json")
        result = run_in(workspace, "library", "prove", "--format", "junit")
    root, shown = read(result.stdout), json.loads(plain.stdout)
    assert (result.exit_code, plain.exit_code) == (1, 1)
    assert told_by_junit(root) == told_by_json(shown["findings"])
    passed = {name for name, outcome in outcomes(root).items() if outcome == "passed"}
    assert passed == set(shown["goals"]) - {"missing-clause"}


@pytest.mark.usefixtures("folder")
def test_an_item_of_the_checklist_that_lacks_is_skipped() -> None:
    plain = run("pack", "score", RIGHT, "--format", "json")
    result = run("pack", "score", RIGHT, "--format", "junit")
    items = json.loads(plain.stdout)["items"]
    shown = outcomes(read(result.stdout))
    assert (result.exit_code, plain.exit_code) == (0, 0)
    assert [name.split()[0] for name in shown] == [item["id"] for item in items]
    lacking = [item["id"] for item in items if item["level"] < 3]
    assert [name.split()[0] for name, outcome in shown.items() if outcome == "skipped"] == lacking
    assert lacking
    missing = outcomes(read(run("pack", "score", RIGHT, "--missing", "--format", "junit").stdout))
    assert set(missing.values()) == {"skipped"}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("deal", [WRONG, "misspelt.yaml"])
def test_a_pack_that_is_not_scored_says_why(deal: str) -> None:
    Path("misspelt.yaml").write_text("meta: {deal_ident: a}\n", "utf-8")
    found = json.loads(run("check", deal, "--format", "json").stdout)["deals"][0]["findings"]
    result = run("pack", "score", deal, "--format", "junit")
    root = read(result.stdout)
    errors = Counter({told: count for told, count in told_by_json(found).items() if told[0].startswith("error")})
    failed = Counter({told: count for told, count in told_by_junit(root).items() if told[0].startswith("error")})
    assert (result.exit_code, failed) == (1, errors)
    assert errors
