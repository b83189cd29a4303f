"""``clausier new --interview``: what is asked, in what order, and what the answers make.

``python -m tests.test_interview`` accepts a change of the dialogue that ``docs/interview.md`` shows.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from generator.cli import main
from generator.facts import derive
from generator.interview.answers import Unreadable
from generator.interview.deal_text import deal_yaml, one_line
from generator.interview.interview import Interview
from generator.interview.partial import value_at, with_value, without
from generator.interview.questions import Question, choice_type
from generator.library.model import Library
from generator.pipeline import Draft, Options, draft, draft_text, library_of, merged_deal
from generator.plan import select
from generator.schema import coerce
from generator.schema_types import Type
from generator.source import read_yaml
from generator.workspace import Workspace
from tests.deals import spread

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
# Questions that are asked at most, proposals that are changed at most, until the deal has the clauses of the example.
EXAMPLES = {
    "tpe-boulangerie": (33, 10),
    "pme-acme": (31, 14),
    "sante-clinique": (37, 22),
    "gc-grand-compte": (34, 28),
    "eti-banque-dora": (34, 22),
    "pme-mairie-publique": (33, 16),
    "be-pme-bruxelles": (33, 18),
    "pme-cadrage": (29, 6),
    "pme-avenant": (34, 8),
    "pme-renouvellement": (33, 5),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with the provider profile of the examples in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLAUSIER_PAGES", "0")
    shutil.copytree(CONTRACTS / "my-msp", tmp_path / "my-msp")
    return tmp_path


def library() -> Library:
    found = library_of(Workspace.default())[0]
    assert found is not None
    return found


def begun(example: Draft) -> Interview:
    """The interview of a new deal: the file and the provider give a name each, an option another kind of document."""
    assert example.deal is not None and example.deal.provider_source is not None
    kind = example.deal.values["meta"]["kind"]
    known = {
        "meta": {"deal_id": "made"} | ({} if kind == "contract" else {"kind": kind}),
        "parties": {"provider": {"profile": value_at(example.deal.values, "parties.provider.profile")}},
    }
    return Interview.of(library(), example.deal.provider_source, known)


@cache
def held(name: str) -> tuple[Draft, Interview, tuple[tuple[str, str], ...], int]:
    """The interview of an example, answered as its file says: draft, end, (path, answer) in order, how many asked."""
    example = draft(CONTRACTS / f"{name}.yaml")
    assert example.source is not None
    wanted = coerce(library().schema.type, example.source.value, example.source.raw)
    interview, asked = begun(example), 0
    given: list[tuple[str, str]] = []
    while True:
        question = interview.question
        if question is None:
            others = [p for p in interview.proposals if value_at(wanted, p.path) not in (None, p.value)]
            if not others:
                return example, interview, tuple(given), asked
            question = interview.about(others[0].path)
            assert question is not None
        else:
            asked += 1
        text = typed_answer(question.type, value_at(wanted, question.path))
        given.append((question.path, text))
        interview = interview.answered(question, text) if text else interview.given(question, None)


def typed_answer(type_: Type, value: Any) -> str:
    """What a person types for a value; an empty line for nothing."""
    if value is None:
        return ""
    if type_.kind == "record":
        return "y"
    if isinstance(value, bool):
        return "y" if value else "n"
    return one_line(value) if isinstance(value, (list, dict)) else str(value)


def chosen(values: Mapping[str, Any]) -> set[str] | None:
    """The clauses of the deal with these values, by the stages that decide them; ``None`` where it is not valid."""
    source, _ = read_yaml("made.yaml", deal_yaml(library().schema.type, values))
    assert source is not None
    deal, _ = merged_deal(library(), source, CONTRACTS, Options())
    facts = derive(library(), deal)[0] if deal is not None else None
    plan = select(library(), facts)[0] if facts is not None else None
    return {clause.id for clause in plan.clauses()} if plan is not None else None


def clauses_of(made: Draft) -> set[str]:
    assert made.plan is not None, made.report
    return {clause.id for clause in made.plan.clauses()}


def made_of(values: Mapping[str, Any]) -> Draft:
    return draft_text(str(CONTRACTS / "made.yaml"), deal_yaml(library().schema.type, values), CONTRACTS)


@pytest.mark.parametrize("name", spread(EXAMPLES, ("tpe-boulangerie", "pme-acme", "pme-cadrage")))
def test_an_interview_answered_as_an_example_gives_the_clauses_of_the_example(name: str) -> None:
    example, interview, given, asked = held(name)
    made = made_of(interview.partial.values)
    assert clauses_of(made) == clauses_of(example)
    assert not made.report.has_errors
    assert interview.states.count("open") == 0
    most, changes = EXAMPLES[name]
    assert asked <= most and len(given) - asked <= changes, (asked, len(given) - asked)


def test_the_segment_comes_first_then_the_services_and_what_settles_nothing_comes_last() -> None:
    paths = [path for path, _ in held("tpe-boulangerie")[2]]
    assert paths[:4] == ["context.segment", "services", "parties.client.client_type", "meta.effective_date"]
    assert paths.index("parties.client.legal_name") > paths.index("meta.effective_date")


def test_an_ordinary_contract_is_made_unless_another_kind_of_document_is_chosen() -> None:
    _, interview, given, _ = held("tpe-boulangerie")
    assert not [path for path, _ in given if path == "meta.kind" or path.startswith("amends")]
    [kind] = [proposal for proposal in interview.proposals if proposal.path == "meta.kind"]
    assert kind.value == "contract"
    question = interview.about("meta.kind")
    assert question is not None
    asked_next = interview.answered(question, "amendment").question
    assert asked_next is not None and asked_next.path.startswith("amends.")


@pytest.mark.parametrize(
    ("path", "value"),
    [("amends.contract", "acme-2026"), ("amends.index_value", 342), ("onboarding.cadrage.deviation_pct", 5)],
)
def test_a_value_that_an_error_forbids_whatever_it_is_is_not_asked(path: str, value: Any) -> None:
    _, interview, given, _ = held("pme-acme")
    assert path not in dict(given)
    found = made_of(with_value(interview.partial.values, path, value)).report
    assert found.has_errors and not made_of(interview.partial.values).report.has_errors


def test_a_proposal_that_stands_in_the_way_of_the_contract_is_listed_though_no_clause_hangs_on_it() -> None:
    _, interview, _, _ = held("pme-acme")
    assert not [proposal for proposal in interview.proposals if proposal.errors]
    question = interview.about("scope.users.named")
    assert question is not None
    listed = {proposal.path: proposal for proposal in interview.answered(question, "0").proposals}
    assert "scope.users.named" not in listed, "what was answered is no proposal"
    unsaid = replace(
        interview, partial=replace(interview.partial, values=without(interview.partial.values, question.path))
    )
    listed = {proposal.path: proposal for proposal in unsaid.proposals}
    assert listed["scope.users.named"].errors and not listed["scope.users.named"].clauses


def test_no_question_is_asked_twice_and_each_settles_something_or_is_needed() -> None:
    example, _, given, asked = held("pme-acme")
    interview = begun(example)
    for path, text in given[:asked]:
        question = interview.question
        if question is None or question.path != path:
            break
        assert question.required or question.clauses or question.rules, path
        interview = interview.answered(question, text) if text else interview.given(question, None)
    paths = [path for path, _ in given]
    assert len(paths) == len(set(paths))


# ---- what is not asked cannot matter


def fields(type_: Type, prefix: str = "") -> Iterator[tuple[str, Type]]:
    """Every field that is not a group, by its dotted path."""
    for name, member in type_.fields.items():
        if member.type.kind == "record":
            yield from fields(member.type, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", member.type


def any_value(type_: Type, pick: random.Random) -> Any:
    """A value of a type at random, as a deal holds it; ``None`` where a list of groups would have to be invented."""
    match type_.kind:
        case "boolean":
            return pick.random() < 0.5
        case "enum":
            return pick.choice(type_.values)
        case "integer" | "number" | "percent":
            return pick.choice((0, 1, 2, 5, 12, 30, 60, 90))
        case "money":
            return pick.choice(("0.00", "10.00", "5000.00", "900000.00"))
        case "date":
            return f"20{pick.randint(27, 29)}-0{pick.randint(1, 9)}-1{pick.randint(0, 9)}"
        case "month":
            return f"20{pick.randint(24, 26)}-0{pick.randint(1, 9)}"
        case "string" | "localised":
            return "Texte"
        case _:
            return None


@pytest.mark.parametrize("name", ["tpe-boulangerie", "pme-acme"])
def test_a_field_that_was_not_asked_changes_no_clause_whatever_it_is(name: str) -> None:
    _, interview, given, _ = held(name)
    seen = {path for path, _ in given} | {proposal.path for proposal in interview.proposals}
    seen |= set(interview.partial.none)
    before = chosen(interview.partial.values)
    pick = random.Random(name)
    unasked = [(path, type_) for path, type_ in fields(library().schema.type)]
    unasked = [
        (path, type_)
        for path, type_ in unasked
        if not interview.partial.answered(path) and not any(path == p or path.startswith(f"{p}.") for p in seen)
    ]
    pick.shuffle(unasked)
    changed = 0
    for path, type_ in unasked:
        value = any_value(type_, pick)
        if value is None:
            continue
        clauses = chosen(with_value(interview.partial.values, path, value))
        if clauses is None:
            continue
        assert clauses == before, (path, value)
        changed += 1
        if changed == 40:
            break
    assert changed == 40


# ---- answers at random


def random_answer(question: Question, pick: random.Random) -> Any:
    """An answer at random; ``None`` for nothing."""
    type_, choices = question.type, choice_type(question.type)
    if not question.required and pick.random() < 0.4:
        return None
    if type_.kind == "record":
        return {}
    if choices is not None:
        chosen = pick.sample(choices.values, pick.randint(1, min(8, len(choices.values))))
        return [{type_.key: value} if type_.key else value for value in chosen]
    if question.path == "pricing.lines":
        price = pick.choice(("10.00", "9000.00"))
        return [
            {"id": "u", "service": "helpdesk", "unit": pick.choice(("user", "flat")), "qty": 3, "unit_price": price}
        ]
    if type_.kind == "list":
        return []
    return "732829320" if type_.form == "siren" else any_value(type_, pick)


@pytest.mark.parametrize("seed", spread(range(4), (0,)))
def test_what_an_interview_calls_certain_is_in_the_contract_whatever_was_answered(seed: int) -> None:
    pick = random.Random(seed)
    interview = begun(held("tpe-boulangerie")[0])
    for _ in range(200):
        question = interview.question
        if question is None:
            if pick.random() < 0.3 or not interview.proposals:
                break
            question = interview.about(pick.choice(interview.proposals).path)
            assert question is not None
        try:
            interview = interview.given(question, random_answer(question, pick))
        except Unreadable:
            continue
    assert interview.question is None
    states = interview.states
    assert states.count("open") == 0
    assert chosen(interview.partial.values) == {name for name, found in states.clauses.items() if found == "certain"}


# ---- the dialogue


def run(file: str, *lines: str, language: str = "en", options: tuple[str, ...] = ()) -> Result:
    words = ("new", file, "--interview", "--lang", language, *options)
    return CliRunner().invoke(main, words, input="".join(f"{line}\n" for line in lines), prog_name="clausier")


@cache
def lines_of(name: str) -> tuple[str, ...]:
    """What is typed in the interview of an example: the answers, and the name of each proposal that is changed."""
    example, _, given, _ = held(name)
    interview, lines = begun(example), []
    for path, text in given:
        question = interview.question
        if question is None:
            lines.append(path)
            question = interview.about(path)
            assert question is not None
        lines.append(text)
        interview = interview.answered(question, text) if text else interview.given(question, None)
    return (*lines, "")


@cache
def dialogue(name: str) -> tuple[Result, str]:
    """The whole interview of an example, and the file that it wrote."""
    result = run("made.yaml", *lines_of(name))
    assert result.exit_code == 0, result.output[-1500:]
    return result, Path("made.yaml").read_text(encoding="utf-8")


def test_the_dialogue_writes_the_commented_deal_and_says_what_check_says() -> None:
    result, text = dialogue("tpe-boulangerie")
    assert text.startswith("# yaml-language-server: $schema=")
    assert "# Segment du client / Client segment : tpe, pme, eti, gc" in text
    assert clauses_of(draft_text("made.yaml", text, CONTRACTS)) == clauses_of(held("tpe-boulangerie")[0])
    counts = [
        tuple(int(word) for word in line.split() if word.isdigit())
        for line in result.output.splitlines()
        if "clauses certain" in line
    ]
    assert all(sum(count) == len(library().clauses) for count in counts)
    assert counts[0][1] == 0 and counts[-1][2] == 0
    assert counts[-1][0] == held("tpe-boulangerie")[1].states.count("certain")
    assert "checked made.yaml: 2 warnings" in result.output


def test_the_file_holds_only_what_was_answered() -> None:
    values = yaml.safe_load(dialogue("tpe-boulangerie")[1])
    assert set(values) == {"meta", "parties", "context", "scope", "services", "pricing"}
    assert set(values["context"]) == {"segment", "sector", "signature_mode", "holiday_zone"}


def test_an_interview_that_is_left_is_kept_and_goes_on() -> None:
    lines = lines_of("tpe-boulangerie")
    left = run("made.yaml", *lines[:12], "q")
    assert left.exit_code == 3
    assert "saved in made.yaml; to go on: clausier new made.yaml --interview" in left.output
    kept = yaml.safe_load(Path("made.yaml").read_text(encoding="utf-8"))
    assert kept["context"] == {"segment": "tpe"} and "meta.signature_date" in kept["interview"]["none"]
    on = run("made.yaml", *lines[12:])
    assert on.exit_code == 0, on.output[-1500:]
    assert clauses_of(draft(Path("made.yaml"))) == clauses_of(held("tpe-boulangerie")[0])


def test_answers_that_end_too_early_write_nothing() -> None:
    result = run("made.yaml", "tpe", "1")
    assert result.exit_code == 2
    assert "the answers end before the questions; nothing was written" in result.output
    assert not Path("made.yaml").exists()


def test_a_file_that_is_no_unfinished_deal_is_not_overwritten() -> None:
    Path("made.yaml").write_text("meta: {deal_id: a}\n", encoding="utf-8")
    assert "the file exists already" in run("made.yaml", "tpe").output
    Path("made.yaml").write_text("interview: {none: [no.such.field]}\nmeta: {deal_id: a}\n", encoding="utf-8")
    refused = run("made.yaml", "tpe")
    assert refused.exit_code == 1
    assert "no field is named `no.such.field`" in refused.output and "made.yaml:1:" in refused.output


def test_an_unfinished_deal_that_was_spoilt_by_hand_is_refused_with_its_place() -> None:
    run("made.yaml", "tpe", "q")
    path = Path("made.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("segment: tpe", "segment: small"), encoding="utf-8")
    refused = run("made.yaml", "q")
    assert refused.exit_code == 1
    assert "made.yaml:12:12" in refused.output


def test_one_may_ask_why_and_go_back() -> None:
    result = run("made.yaml", "?", "gc", "<", "<", "tpe", "q")
    assert "This answer decides " in result.output and "Without it the deal is not valid." in result.output
    assert "clause advice.reporting — Provider transparency" in result.output
    assert "this is the first question" in result.output
    assert yaml.safe_load(Path("made.yaml").read_text(encoding="utf-8"))["context"]["segment"] == "tpe"


WRONG = [
    (("huge",), "`huge` is none of the choices"),
    (("7",), "there is no choice 7"),
    (("",), "an answer is needed"),
    (("tpe", "helpdesk, nothing"), "`nothing` is none of the choices"),
    (("tpe", "-"), "`services`"),
    (("tpe", "[{code: helpdesk, code: wifi}]"), "code"),
    (("tpe", "[{code: helpdesk"), "YAML"),
    (("tpe", "[{code: helpdesk, qty: many}]"), "`services[0].qty`"),
    (
        ("tpe", "1", "company", "2026-06-01", "[{id: a, service: helpdesk, unit: flat, qty: 1}]"),
        "`pricing.lines[0].unit_price`",
    ),
    (("tpe", "1", "company", "2026-06-01", "a", "helpdesk", "flat", "one"), "`one` is not a number"),
    (("tpe", "1", "company", "31/12/2026"), "`31/12/2026` is not a date"),
    (("tpe", "1", "company", "2026-02-30"), "a day of the calendar"),
]


@pytest.mark.parametrize(("lines", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_wrong_answer_is_refused_at_once_and_asked_again(lines: tuple[str, ...], message: str) -> None:
    result = run("made.yaml", *lines, "q")
    assert result.exit_code == 3, result.output[-800:]
    assert message in " ".join(result.output.split())
    assert "✘" in result.output


def test_the_dialogue_speaks_french() -> None:
    result = run("made.yaml", "?", "1", "q", language="fr")
    assert "Entretien pour made.yaml." in result.output
    assert "clauses certaines, 0 exclues, " in result.output
    assert "1 très petite entreprise (tpe)" in result.output
    assert "clause advice.reporting — " in result.output


def test_what_an_option_gives_is_not_asked() -> None:
    result = run("made.yaml", "q", options=("--segment", "pme", "--sector", "health"))
    assert "(services)" in result.output and "(context.segment)" not in result.output
    assert yaml.safe_load(Path("made.yaml").read_text(encoding="utf-8"))["context"] == {
        "segment": "pme",
        "sector": "health",
    }


def test_an_amendment_is_asked_for_with_an_option() -> None:
    result = run("made.yaml", "pme", "q", options=("--kind", "amendment"))
    assert "1. Client segment." in result.output and "(meta.kind)" not in result.output
    assert yaml.safe_load(Path("made.yaml").read_text(encoding="utf-8"))["meta"]["kind"] == "amendment"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--interview", "--kind", "amendmen"), "`amendmen` is not a kind of document; did you mean `amendment`?"),
        (("--segment", "pme", "--kind", "amendment"), "--kind goes with --interview"),
    ],
)
def test_a_kind_of_document_that_cannot_be_made_is_refused(options: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(main, ("new", "made.yaml", *options), prog_name="clausier")
    assert result.exit_code == 2 and message in result.output
    assert not Path("made.yaml").exists()


PAGE = ROOT / "docs" / "interview.md"
SHOWN = ("tpe", "?", "1, 4, 7", "company", "q")


def shown_in(page: str) -> str:
    return page.split("```text\n", 1)[1].split("```", 1)[0]


def test_the_page_shows_the_dialogue_as_it_is_printed() -> None:
    assert shown_in(PAGE.read_text("utf-8")) == run("boulangerie.yaml", *SHOWN).output


def accept() -> None:
    page = PAGE.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(CONTRACTS / "my-msp", Path(folder) / "my-msp")
        os.chdir(folder)
        printed = run("boulangerie.yaml", *SHOWN).output
    before, _, rest = page.partition("```text\n")
    PAGE.write_text(f"{before}```text\n{printed}```{rest.split('```', 1)[1]}", "utf-8")


if __name__ == "__main__":
    accept()
