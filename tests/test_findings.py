"""Findings as a person, a program and GitHub Actions read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.cli.console import coloured, visible
from generator.cli.findings import annotation, as_github, as_json, as_text, framed, harmless, tally
from generator.diagnostics import LONGEST, Diagnostic, Note, Report, Severity, Span

PAYMENT = Diagnostic(
    "rule",
    Severity.ERROR,
    "Le délai de paiement est de 90 jours.",
    Span("contracts/pme.yaml", 41, 17, 19, "  payment_days: 90"),
    "Ramenez-le à 60 jours.",
    (Note("rule R172", Span("clauses/jurisdictions/FR/rules/billing.yaml", 12, 5, 9)),),
    "R172",
    "C. com. L441-10 I (COM-L441-10-I, lu dans le texte de la loi)",
    (("billing.payment_days", "60"), ("billing.payment_basis", "invoice_date")),
)
TYPO = Diagnostic(
    "unknown-name",
    Severity.ERROR,
    "no fact is named `deal.teir`",
    Span("clauses/base/liability/cap.md", 3, 7, 16, 'when: deal.teir in ["standard", "premium"]'),
    "did you mean `deal.tier`?",
)


def at(line: str, column: int, end: int, number: int = 1) -> Diagnostic:
    return Diagnostic("code", Severity.ERROR, "message", Span("deal.yaml", number, column, end, line))


# ---- text


def test_a_rule_is_shown_with_its_place_law_help_and_fix() -> None:
    assert as_text(PAYMENT) == (
        "error[R172]: Le délai de paiement est de 90 jours.\n"
        "  --> contracts/pme.yaml:41:17\n"
        "   |\n"
        "41 |   payment_days: 90\n"
        "   |                 ^^\n"
        "   = rule: R172 (clauses/jurisdictions/FR/rules/billing.yaml:12)\n"
        "   = law: C. com. L441-10 I (COM-L441-10-I, lu dans le texte de la loi)\n"
        "   = help: Ramenez-le à 60 jours.\n"
        "   = fix: billing.payment_days: 60; billing.payment_basis: invoice_date (verified)"
    )


def test_another_check_is_shown_with_its_code() -> None:
    assert as_text(TYPO) == (
        "error[unknown-name]: no fact is named `deal.teir`\n"
        "  --> clauses/base/liability/cap.md:3:7\n"
        "   |\n"
        ' 3 | when: deal.teir in ["standard", "premium"]\n'
        "   |       ^^^^^^^^^\n"
        "   = help: did you mean `deal.tier`?"
    )


def test_an_approval_is_named_after_its_rule() -> None:
    finding = Diagnostic("approval", Severity.APPROVAL, "approval needed (legal): high cap", rule="A-cap",
                         notes=(Note("rule A-cap", Span("rules.yaml", 7, 5, 6)),))  # fmt: skip
    assert as_text(finding) == (
        "approval[A-cap]: approval needed (legal): high cap\n   = rule: A-cap (rules.yaml:7)"  # no place: no frame
    )


def test_a_note_with_a_place_says_where() -> None:
    first = Note("it is given here first", Span("deal.yaml", 2, 3, 8, "  siren: 1"))
    assert as_text(replace(at("  siren: 2", 3, 8, 3), code="duplicate-key", notes=(first,))) == (
        "error[duplicate-key]: message\n"
        "  --> deal.yaml:3:3\n"
        "   |\n"
        " 3 |   siren: 2\n"
        "   |   ^^^^^\n"
        "   = note: it is given here first (deal.yaml:2:3)"
    )


def test_a_finding_on_a_file_without_a_line_names_the_file() -> None:
    finding = Diagnostic("stale-file", Severity.WARNING, "1 file is left", file="build/acme")
    assert as_text(finding) == "warning[stale-file]: 1 file is left\n  --> build/acme"


def test_the_frame_grows_with_the_number_of_the_line() -> None:
    assert as_text(at("a: b", 4, 5, 1234)) == (
        "error[code]: message\n    --> deal.yaml:1234:4\n     |\n1234 | a: b\n     |    ^"
    )


@pytest.mark.parametrize(
    ("line", "column", "end", "frame"),
    [
        ("\tname: x", 8, 9, "    name: x\n          ^"),
        ("a\tb", 3, 4, "a   b\n    ^"),
        ("名前: ＡＢ x", 8, 9, "名前: ＡＢ x\n           ^"),
        ("名前: 値", 5, 6, "名前: 値\n      ^^"),
        ("e\u0301t\u00e9: x", 7, 8, "e\u0301t\u00e9: x\n     ^"),
        ("a: \x1b[31mx", 9, 10, "a: \\x1b[31mx\n           ^"),
        ("a: \u202ex", 4, 5, "a: \\u202ex\n   ^^^^^^"),
        ("a: b", 9, 12, "a: b\n    ^"),
        ("a: b", 4, 4, "a: b\n   ^"),
        ("a: bcd", 4, 99, "a: bcd\n   ^^^"),
        ("a: b\r", 4, 5, "a: b\n   ^"),
    ],
    ids=["tab", "tab-inside", "wide-before", "wide-marked", "combining", "control", "bidi", "past-end", "empty",
         "clipped", "carriage-return"],
)  # fmt: skip
def test_the_mark_stands_under_its_text(line: str, column: int, end: int, frame: str) -> None:
    text, start, length = framed(Span("deal.yaml", 1, column, end, line))
    assert f"{text}\n{' ' * start}{'^' * length}" == frame


def test_of_a_long_line_the_part_around_the_mark_is_shown() -> None:
    line = "x" * 5000 + "HERE" + "y" * 5000
    text, start, length = framed(Span("deal.yaml", 1, 5001, 5005, line))
    assert (len(text), text[start : start + length], length) == (168, "HERE", 4)
    assert text.startswith("... xxx")
    assert text.endswith("yyy ...")


@pytest.mark.parametrize(("width", "whole"), [(160, True), (161, False)])
def test_a_line_is_shown_whole_up_to_its_limit(width: int, whole: bool) -> None:
    text, _, _ = framed(Span("deal.yaml", 1, 1, 2, "x" * width))
    assert (text == "x" * width) is whole


def test_messages_and_file_names_cannot_steer_the_terminal() -> None:
    finding = Diagnostic("code", Severity.ERROR, "first\nsecond \x1b[2J", Span("a\x1b]0;x\x07\n.yaml", 1, 1, 2, "x"),
                         "one\ntwo")  # fmt: skip
    assert as_text(finding) == (
        "error[code]: first second \\x1b[2J\n"
        "  --> a\\x1b]0;x\\x07\\n.yaml:1:1\n"
        "   |\n"
        " 1 | x\n"
        "   | ^\n"
        "   = help: one two"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dupont & Fils <SARL> {{7*7}}", "Dupont & Fils <SARL> {{7*7}}"),
        ("می\u200cخواهم 👩\u200d🚀 é\u00a0;", "می\u200cخواهم 👩\u200d🚀 é\u00a0;"),
        ("a\x00\t\r\n\x7f\x85", "a\\x00\\t\\r\\n\\x7f\\x85"),
        ("a\u200b\u2028\ufeff\ue000\U000f0000", "a\\u200b\\u2028\\ufeff\\ue000\\U000f0000"),
        ("a\udcff\ud800", "a\\xff\\ud800"),
    ],
    ids=["markup", "joiners", "control", "invisible", "surrogates"],
)
def test_only_what_deceives_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_on_a_terminal_the_parts_have_their_colours() -> None:
    finding = at("a: b", 4, 5)
    assert as_text(finding, coloured) == (
        "\x1b[31m\x1b[1merror[code]\x1b[0m: \x1b[1mmessage\x1b[0m\n"
        "\x1b[34m  -->\x1b[0m deal.yaml:1:4\n"
        "\x1b[34m   |\x1b[0m\n"
        "\x1b[34m 1 |\x1b[0m a: b\n"
        "\x1b[34m   |\x1b[0m    \x1b[31m\x1b[1m^\x1b[0m"
    )


# ---- JSON


def test_a_finding_as_json() -> None:
    assert as_json(PAYMENT) == {
        "severity": "error",
        "code": "rule",
        "rule": "R172",
        "message": "Le délai de paiement est de 90 jours.",
        "file": "contracts/pme.yaml",
        "line": 41,
        "column": 17,
        "end_column": 19,
        "help": "Ramenez-le à 60 jours.",
        "citation": "C. com. L441-10 I (COM-L441-10-I, lu dans le texte de la loi)",
        "fix": [
            {"path": "billing.payment_days", "value": "60"},
            {"path": "billing.payment_basis", "value": "invoice_date"},
        ],
        "notes": [
            {
                "text": "rule R172",
                "file": "clauses/jurisdictions/FR/rules/billing.yaml",
                "line": 12,
                "column": 5,
                "end_column": 9,
            }
        ],
    }


def test_a_finding_without_a_place_has_null_for_it() -> None:
    shown = as_json(Diagnostic("stale-file", Severity.WARNING, "1 file is left", file="build/acme"))
    assert (shown["file"], shown["line"], shown["column"], shown["end_column"]) == ("build/acme", None, None, None)


# ---- GitHub Actions


def test_a_finding_as_an_annotation() -> None:
    assert as_github(PAYMENT) == (
        "::error file=contracts/pme.yaml,line=41,endLine=41,col=17,endColumn=18,title=R172::"
        "Le délai de paiement est de 90 jours."
        "%0Arule: R172 (clauses/jurisdictions/FR/rules/billing.yaml:12)"
        "%0Alaw: C. com. L441-10 I (COM-L441-10-I, lu dans le texte de la loi)"
        "%0Ahelp: Ramenez-le à 60 jours."
        "%0Afix: billing.payment_days: 60; billing.payment_basis: invoice_date (verified)"
    )


@pytest.mark.parametrize(
    ("severity", "command"),
    [
        (Severity.ERROR, "error"),
        (Severity.WARNING, "warning"),
        (Severity.APPROVAL, "notice"),
        (Severity.INFO, "notice"),
    ],
)
def test_each_severity_has_its_annotation(severity: Severity, command: str) -> None:
    assert as_github(Diagnostic("code", severity, "message")) == f"::{command} title=code::message"


def test_nothing_in_a_finding_can_start_another_command() -> None:
    finding = Diagnostic("code", Severity.ERROR, "100 %\n::add-mask::x\r\n%0A::stop", Span("a,b:c\n::x.yaml", 2, 1, 1))
    assert as_github(finding) == (
        "::error file=a%2Cb%3Ac\\n%3A%3Ax.yaml,line=2,endLine=2,col=1,endColumn=1,title=code::"
        "100 %25 ::add-mask::x %250A::stop"
    )


def test_a_message_of_several_lines_stays_one_annotation() -> None:
    assert annotation("error", {"file": "a"}, "one\r\ntwo") == "::error file=a::one%0D%0Atwo"


def test_a_plain_line_of_the_log_holds_no_command() -> None:
    assert harmless("checked ##[set-output name=x]y.yaml") == "checked ## [set-output name=x]y.yaml"


# ---- tally


@pytest.mark.parametrize(
    ("severities", "text"),
    [
        ((), "no findings"),
        ((Severity.ERROR,), "1 error"),
        ((Severity.ERROR, Severity.ERROR, Severity.WARNING), "2 errors, 1 warning"),
        ((Severity.APPROVAL,), "1 approval needed"),
        ((Severity.APPROVAL, Severity.APPROVAL, Severity.INFO), "2 approvals needed, 1 remark"),
    ],
)
def test_a_report_is_counted_in_words(severities: tuple[Severity, ...], text: str) -> None:
    found = [Diagnostic("code", severity, f"message {index}") for index, severity in enumerate(severities)]
    assert tally(Report.of(found)) == text


def test_a_message_shows_the_two_ends_of_what_it_quotes_at_length() -> None:
    finding = Diagnostic("yaml-tag", Severity.ERROR, f"the tag `{'x' * 70_000}` is not read", help="y" * LONGEST)
    assert len(finding.message) < LONGEST
    assert finding.message.startswith("the tag `xxx")
    assert finding.message.endswith("xxx` is not read")
    assert finding.help == "y" * LONGEST
