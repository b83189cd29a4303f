"""Findings as SARIF 2.1.0: what a code scanner reads is what a person reads."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from generator.cli import main
from generator.cli.console import visible
from generator.cli.sarif import as_sarif, uri_of
from generator.diagnostics import Diagnostic, Note, Report, Severity, Span
from generator.source import Source, read_yaml
from generator.workspace import WorkspaceError

ROOT = Path(__file__).resolve().parent.parent
LINE = "  payment_days: 90"
RULE = Note("rule R172", Span("clauses/rules/billing.yaml", 12, 5, 9))
PAYMENT = Diagnostic(
    "rule",
    Severity.ERROR,
    "Le délai de paiement est de 90 jours.",
    Span("contracts/pme.yaml", 2, 17, 19, LINE),
    "Ramenez-le à 60 jours.",
    (RULE,),
    "R172",
    "C. com. L441-10 I",
    (("billing.payment_days", "60"),),
)
TYPO = Diagnostic(
    "unknown-name", Severity.WARNING, "no fact is named `teir`", Span("clauses/a.md", 3, 7, 11, "when: teir")
)

Json = dict[str, Any]


def source(text: str) -> Source:
    read, found = read_yaml("contracts/pme.yaml", text)
    assert read is not None, found
    return read


def run_of(*findings: Diagnostic, **options: Any) -> Json:
    log = as_sarif(Report(findings), "check", **options)
    assert json.loads(json.dumps(log)) == log
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run: Json = log["runs"][0]
    well_formed(run)
    return run


def result_of(finding: Diagnostic, **options: Any) -> Json:
    result: Json = run_of(finding, **options)["results"][0]
    return result


# ---- the shape, as the standard asks for it

RUN = {"tool", "automationDetails", "columnKind", "invocations", "results"}
RESULT = {
    "ruleId", "ruleIndex", "level", "message", "partialFingerprints", "properties", "locations", "relatedLocations",
    "fixes",
}  # fmt: skip
REFERENCE = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+")


def well_formed(run: Json) -> None:
    assert set(run) == RUN
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert set(rule) - {"helpUri"} == {"id", "shortDescription", "fullDescription", "help"}
        for words in ("shortDescription", "fullDescription", "help"):
            message_is_plain(rule[words])
    for result in run["results"]:
        assert set(result) <= RESULT
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        message_is_plain(result["message"])
        related = result.get("relatedLocations", [])
        assert [place["id"] for place in related] == list(range(1, len(related) + 1))
        for place in (*result.get("locations", []), *related):
            place_is_sound(place["physicalLocation"])
    prints = [print_ for result in run["results"] for print_ in result["partialFingerprints"].values()]
    assert len(set(prints)) == len(prints)
    for words in strings(run):
        assert all(visible(line) == line for line in words.split("\n"))


def message_is_plain(message: Json) -> None:
    assert set(message) == {"text"}
    assert message["text"]
    assert re.search(r"[{}]", message["text"].replace("{{", "").replace("}}", "")) is None
    assert re.search(r"(?<!\\)\]\(", message["text"]) is None


def place_is_sound(place: Json) -> None:
    assert REFERENCE.fullmatch(place["artifactLocation"]["uri"].removeprefix("file://"))
    if "region" in place:
        region = place["region"]
        assert list(region) == ["startLine", "startColumn", "endLine", "endColumn"]
        assert region["startLine"] == region["endLine"] >= 1
        assert region["endColumn"] >= region["startColumn"] >= 1


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


# ---- one finding


def test_a_finding_with_all_its_parts() -> None:
    result = result_of(PAYMENT)
    assert (result["ruleId"], result["level"], result["properties"]) == ("R172", "error", {"severity": "error"})
    assert result["message"]["text"] == (
        "Le délai de paiement est de 90 jours.\n"
        "rule: R172 (clauses/rules/billing.yaml:12)\n"
        "law: C. com. L441-10 I\n"
        "help: Ramenez-le à 60 jours.\n"
        "fix: billing.payment_days: 60 (verified)"
    )
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "contracts/pme.yaml"},
                "region": {"startLine": 2, "startColumn": 17, "endLine": 2, "endColumn": 19},
            }
        }
    ]
    assert [(place["id"], place["message"]["text"]) for place in result["relatedLocations"]] == [(1, "rule R172")]


def test_a_rule_of_the_library_and_a_check_each_have_a_description() -> None:
    run = run_of(PAYMENT, TYPO, replace(TYPO, code="long-sentence"), descriptions={"long-sentence": "Too long."})
    described = {rule["id"]: rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]}
    assert described == {
        "R172": "Rule R172 of the clause library.", "unknown-name": "Unknown name", "long-sentence": "Too long.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.APPROVAL, "note"), (Severity.INFO, "note")],
)
def test_each_severity_has_its_level_and_keeps_its_name(severity: Severity, level: str) -> None:
    result = result_of(replace(TYPO, severity=severity))
    assert (result["level"], result["properties"]["severity"]) == (level, severity.value)


def test_a_finding_on_a_file_has_no_region_and_one_on_nothing_no_place() -> None:
    placeless = replace(TYPO, span=None)
    assert result_of(replace(placeless, file="build/x"))["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "build/x"}}}
    ]
    assert "locations" not in result_of(placeless)


def test_a_column_counts_characters_and_not_the_units_of_utf_16() -> None:
    line = "name: 😀 é typo"
    result = result_of(replace(TYPO, span=Span("a.yaml", 1, 11, 15, line)))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "typo"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("`{{ value }}` of {0}", "`{{{{ value }}}}` of {{0}}"),
        ("see [](#liability.cap)", "see [\\](#liability.cap)"),
        ("services[2] is in [a] (b)", "services[2] is in [a] (b)"),
        ("red\x1b[2J and \u202e", "red\\x1b[2J and \\u202e"),
        ("two\n  lines", "two lines"),
    ],
)
def test_nothing_in_a_message_is_a_placeholder_a_link_or_a_control_character(message: str, shown: str) -> None:
    assert result_of(replace(TYPO, message=message))["message"]["text"] == shown


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("contracts/pme.yaml", "contracts/pme.yaml"),
        ("../deals/été 1.yaml", "../deals/%C3%A9t%C3%A9%201.yaml"),
        ("c:x#y?.yaml", "c%3Ax%23y%3F.yaml"),
        ("/srv/deals/a.yaml", "file:///srv/deals/a.yaml"),
        ("a\udcff.yaml", "a%FF.yaml"),
    ],
)
def test_the_name_of_a_file_is_a_reference(file: str, uri: str) -> None:
    assert uri_of(file) == uri


def test_a_file_that_cannot_be_read_is_a_notification() -> None:
    run = run_of(refusals=(WorkspaceError("nope.yaml", "there is no such file", "check the path"),))
    (invocation,) = run["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert (invocation["executionSuccessful"], told["level"]) == (False, "error")
    assert told["message"]["text"] == "there is no such file\ncheck the path"
    place_is_sound(told["locations"][0]["physicalLocation"])


@given(st.text(min_size=1), st.text(), st.integers(1, 10**6), st.integers(1, 500), st.integers(0, 40))
def test_any_finding_makes_a_sound_log(message: str, line: str, number: int, column: int, length: int) -> None:
    span = Span("a.yaml", number, column, column + length, line)
    finding = Diagnostic("some-code", Severity.ERROR, message or "?", span, message, (Note(line or "n", span),))
    run_of(finding, replace(finding, code="other-code"), refusals=(WorkspaceError("a.yaml", message),))


# ---- fingerprints


def fingerprint(finding: Diagnostic) -> str:
    shown: str = result_of(finding)["partialFingerprints"]["clausierFinding/v1"]
    return shown


def moved(finding: Diagnostic, **changes: Any) -> Diagnostic:
    assert finding.span is not None
    return replace(finding, span=replace(finding.span, **changes))


def test_a_finding_is_recognised_after_lines_were_added_or_messages_translated() -> None:
    assert fingerprint(moved(PAYMENT, line=40)) == fingerprint(PAYMENT)
    assert fingerprint(replace(PAYMENT, message="The payment period is 90 days.")) == fingerprint(PAYMENT)
    assert fingerprint(moved(PAYMENT, source_line=f"  {LINE}", column=19, end_column=21)) == fingerprint(PAYMENT)


def test_another_rule_file_line_or_place_in_the_line_is_another_finding() -> None:
    others = [
        replace(PAYMENT, rule="R173"),
        moved(PAYMENT, file="contracts/eti.yaml"),
        moved(PAYMENT, source_line="  payment_days: 91"),
        moved(PAYMENT, column=3, end_column=15),
        replace(PAYMENT, span=None, file="contracts/pme.yaml"),
    ]
    assert len({fingerprint(finding) for finding in (PAYMENT, *others)}) == 6


def test_two_equal_lines_have_two_fingerprints() -> None:
    twice = run_of(PAYMENT, moved(PAYMENT, line=9))["results"]
    first, second = (result["partialFingerprints"]["clausierFinding/v1"] for result in twice)
    assert (first[-2:], second) == (":1", first[:-2] + ":2")


# ---- fixes

DEAL = f"billing:\n{LINE} # too long\n  payment_basis: 'end_of_month'\n  in_advance: true\n"


def fixed(text: str, *fix: tuple[str, str]) -> str | None:
    """The deal after the edits of the fix were made by somebody who knows only SARIF."""
    finding = replace(PAYMENT, fix=fix)
    result = result_of(finding, sources=(source(text),))
    if "fixes" not in result:
        return None
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "contracts/pme.yaml"}
    lines = text.split("\n")
    edits = sorted(change["replacements"], key=lambda edit: tuple(edit["deletedRegion"].values()), reverse=True)
    for edit in edits:
        region = edit["deletedRegion"]
        line = lines[region["startLine"] - 1]
        put = line[: region["startColumn"] - 1] + edit["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
        lines[region["startLine"] - 1] = put
    return "\n".join(lines)


def test_a_verified_fix_is_an_edit_of_the_deal() -> None:
    done = fixed(
        DEAL, ("billing.payment_days", "60"), ("billing.payment_basis", "invoice_date"), ("billing.in_advance", "false")
    )
    assert done == ("billing:\n  payment_days: 60 # too long\n  payment_basis: invoice_date\n  in_advance: false\n")


@pytest.mark.parametrize(
    "text",
    ["billing: {payment_days: 90, note: a}\n", '"billing" : {note: [a, b], "payment_days" : "90"}\n'],
)
def test_a_fix_leaves_the_rest_of_the_line(text: str) -> None:
    assert fixed(text, ("billing.payment_days", "60")) == re.sub('"?90"?', "60", text)


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("billing: {note: a}\n", "billing.payment_days", "60"),
        ("billing:\n  payment_days: {a: 1}\n", "billing.payment_days", "60"),
        ("billing:\n  payment_days: >-\n    90\n", "billing.payment_days", "60"),
        ("billing:\n  basis: end of\n    month\n", "billing.basis", "invoice"),
        ("billing: {basis: a}\n", "billing.basis", "b, days: 3"),
        ("billing: {basis: a}\n", "billing.basis", "x # y"),
    ],
)
def test_a_fix_that_is_no_edit_of_one_line_is_only_told(text: str, path: str, value: str) -> None:
    assert fixed(text, (path, value)) is None


# ---- the commands


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLAUSIER_PAGES", "0")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="clausier")


def logged(result: Result) -> Json:
    logged: Json = json.loads(result.stdout)["runs"][0]
    well_formed(logged)
    return logged


WRONG = "contracts/pme-dix-erreurs.yaml"


@pytest.mark.usefixtures("folder")
def test_check_logs_every_finding_that_it_shows() -> None:
    plain = run("check", WRONG, "--format", "json")
    result = run("check", WRONG, "--format", "sarif")
    found = json.loads(plain.stdout)["deals"][0]["findings"]
    results = logged(result)["results"]
    assert (result.exit_code, len(results)) == (1, len(found))
    assert [shown["message"]["text"].split("\n")[0] for shown in results] == [one["message"] for one in found]
    assert all(shown["locations"] for shown in results)


@pytest.mark.usefixtures("folder")
def test_the_fixes_of_a_log_put_the_deal_right() -> None:
    results = logged(run("check", WRONG, "--format", "sarif"))["results"]
    lines = Path(WRONG).read_text("utf-8").split("\n")
    mended = set()
    for result in results:
        for fix in result.get("fixes", ()):
            mended.add(result["ruleId"])
            for edit in fix["artifactChanges"][0]["replacements"]:
                region = edit["deletedRegion"]
                line = lines[region["startLine"] - 1]
                after = line[: region["startColumn"] - 1] + edit["insertedContent"]["text"]
                lines[region["startLine"] - 1] = after + line[region["endColumn"] - 1 :]
    assert len(mended) >= 4
    Path(WRONG).write_text("\n".join(lines), "utf-8")
    left = {result["ruleId"] for result in logged(run("check", WRONG, "--format", "sarif"))["results"]}
    assert left & mended == set()


@pytest.mark.usefixtures("folder")
def test_deals_that_cannot_be_read_are_in_the_log() -> None:
    result = run("check", "nope.yaml", "--format", "sarif")
    log = logged(result)
    assert (result.exit_code, log["invocations"][0]["executionSuccessful"], log["results"]) == (2, False, [])


@pytest.mark.usefixtures("folder")
def test_build_logs_too_and_quietly_errors_alone() -> None:
    result = run("build", WRONG, "contracts/pme-acme.yaml", "--to", "json", "--format", "sarif", "--quiet")
    assert result.exit_code == 1
    assert {shown["level"] for shown in logged(result)["results"]} == {"error"}
    assert Path("build/acme-2026").is_dir() or list(Path("build").iterdir())
    whole = logged(run("build", WRONG, "--to", "json", "--format", "sarif"))["results"]
    assert {shown["level"] for shown in whole} >= {"error", "warning"}


@pytest.mark.usefixtures("folder")
def test_a_pack_that_cannot_be_written_is_in_the_log() -> None:
    Path("taken").write_text("", "utf-8")
    result = run("build", "contracts/pme-acme.yaml", "--to", "json", "-o", "taken/below", "--format", "sarif")
    assert result.exit_code == 3
    assert logged(result)["invocations"][0]["toolExecutionNotifications"][0]["level"] == "error"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_finding_of_a_deal_has_the_same_fingerprint_in_both_languages(folder: Path, language: str) -> None:
    results = logged(run("check", str(folder / WRONG), "--messages", language, "--format", "sarif"))["results"]
    usual = logged(run("check", str(folder / WRONG), "--format", "sarif"))["results"]
    prints = [
        {r["partialFingerprints"]["clausierFinding/v1"] for r in some if "region" in str(r)}
        for some in (results, usual)
    ]
    assert prints[0] == prints[1]


def test_the_library_is_linted_with_what_each_check_looks_for() -> None:
    log = logged(run("library", "lint", "--format", "sarif"))
    described = {rule["id"]: rule["shortDescription"]["text"] for rule in log["tool"]["driver"]["rules"]}
    assert len(described) >= 1
    assert all(text.endswith(".") for text in described.values())


def test_another_command_does_not_offer_it() -> None:
    assert run("doctor", "x.docx", "--format", "sarif").exit_code == 2
