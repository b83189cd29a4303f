"""The corpus of ``contracts/cover``: few deals that show every clause, and every atom of every condition both ways.

Their contracts are as a person accepted them: ``python -m tests.test_cover`` accepts a change.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.library.model import LANGUAGES
from generator.pipeline import Draft, Options, draft
from generator.prove.cover import Drafted, Targets, check, deal_files, planned, read_index, targets
from generator.prove.cover.corpus import INDEX
from generator.prove.cover.files import Profiles, deal_text
from generator.prove.cover.growing import BESIDE
from generator.prove.cover.search import grower_of
from generator.writers import markdown
from tests.deals import CONTRACTS, library, spread
from tests.proving import inside, run

COVER = CONTRACTS / "cover"
GOLDEN = Path(__file__).parent / "golden" / "cover.json"
DEALS = tuple(path.name for path in deal_files(COVER))
EACH_RUN = DEALS[::4]


# What no deal was found for though the solver does not exclude it; a search that goes on finds more, so that this
# number only falls.
MOST_MISSED = 154


@cache
def wanted() -> Targets:
    return targets(library())


@cache
def drafts(name: str) -> dict[str, Draft]:
    """The draft of a deal in each language."""
    return {language: draft(COVER / name, options=Options(language)) for language in LANGUAGES}


def printed(name: str) -> dict[str, Any]:
    """What is compared: the clauses in their order, and a digest of the words in each language."""
    return {
        language: {
            "clauses": [clause.id for clause in made.plan.clauses()] if made.plan is not None else [],
            "words": hashlib.sha256(markdown.write(made.numbered[language])).hexdigest()[:16],
        }
        for language, made in drafts(name).items()
    }


@pytest.mark.parametrize("name", spread(DEALS, EACH_RUN))
def test_a_deal_of_the_corpus_makes_a_contract_in_both_languages(name: str) -> None:
    for made in drafts(name).values():
        assert [str(finding.message) for finding in made.report.diagnostics if finding.is_error] == []
        assert made.complete


@pytest.mark.parametrize("name", spread(DEALS, EACH_RUN))
def test_the_contract_of_a_deal_is_as_it_was_accepted(name: str) -> None:
    assert printed(name) == json.loads(GOLDEN.read_text("utf-8"))[name]


def test_no_contract_was_accepted_for_a_deal_that_is_not_there() -> None:
    assert sorted(json.loads(GOLDEN.read_text("utf-8"))) == sorted(DEALS)


@pytest.mark.nightly
def test_every_clause_is_in_the_contract_of_some_deal() -> None:
    """By drafts as contracts are made; the check below asks the same of every clause with the conditions alone."""
    plans = [drafts(name)[LANGUAGES[0]].plan for name in DEALS]
    printed_clauses = {clause.id for plan in plans if plan is not None for clause in plan.clauses()}
    unreachable = {name.removeprefix("clause ") for name in read_index(COVER).unreachable}
    assert set(library().clauses) - printed_clauses - unreachable == set()


def test_every_atom_is_true_in_some_deal_and_false_in_another() -> None:
    """But for those of which the index says that they are so in no valid deal, or that none was found."""
    checked = check(library(), wanted(), COVER)
    assert [finding.message for finding in checked.findings] == []
    assert checked.deals == len(DEALS)


def test_little_is_missed_and_nothing_without_a_reason() -> None:
    missed = read_index(COVER).missed
    assert len(missed) <= MOST_MISSED
    assert {name for name, reason in missed.items() if not reason} == set()


@pytest.mark.nightly
def test_a_corpus_without_one_of_its_deals_lacks_something(tmp_path: Path) -> None:
    """The reduction left no deal that the others make unnecessary."""
    (tmp_path / "index.json").write_text((COVER / "index.json").read_text("utf-8"), "utf-8")
    for profile in (*CONTRACTS.glob("*/provider.yaml"), *COVER.glob("*/provider.yaml")):
        (tmp_path / profile.parent.name).symlink_to(profile.parent)
    for name in DEALS[:-1]:
        (tmp_path / name).write_text((COVER / name).read_text("utf-8"), "utf-8")
    messages = [finding.message for finding in check(library(), wanted(), tmp_path).findings]
    assert messages
    assert all(message.startswith("no deal of the corpus shows: ") for message in messages)


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_deal_that_is_written_short_says_the_same(path: Path) -> None:
    drafted, _ = planned(library(), path.name, path.read_text("utf-8"), CONTRACTS)
    if drafted is None:
        assert "erreurs" in path.name
        return
    said = Profiles(library(), CONTRACTS).short(dict(drafted.deal.values))
    again, found = planned(library(), "short.yaml", deal_text(said, ["a remark"]).decode(), CONTRACTS)
    assert again is not None, found
    assert again.deal.values == drafted.deal.values


def test_what_a_profile_gives_cannot_be_left_out_of_a_deal() -> None:
    drafted, _ = planned(library(), "pme.yaml", (CONTRACTS / "pme-acme.yaml").read_text("utf-8"), CONTRACTS)
    assert drafted is not None
    values = dict(drafted.deal.values)
    less = {**values, "tools": values["tools"][1:], "onboarding": {}}
    restored = Profiles(library(), CONTRACTS).restored(less)
    assert len(restored["tools"]) == len(values["tools"])
    assert restored["onboarding"].keys() == values["onboarding"].keys()


def test_a_deal_grows_until_it_shows_a_clause_that_it_had_not() -> None:
    drafted, _ = planned(library(), "pme.yaml", (CONTRACTS / "pme-acme.yaml").read_text("utf-8"), CONTRACTS)
    assert drafted is not None
    grower = grower_of(wanted(), [drafted], CONTRACTS)
    start = grower.of(dict(drafted.deal.values), drafted)
    target = wanted().clauses["dpa.docking"]
    assert target.term not in start.shows
    grown = grower.grown(start, frozenset({target.term}))
    assert target.term in grown.shows


def start_of(name: str) -> Drafted:
    drafted, found = planned(library(), name, (CONTRACTS / name).read_text("utf-8"), CONTRACTS)
    assert drafted is not None, found
    return drafted


def test_the_deal_that_comes_nearest_to_a_target_is_changed_for_it() -> None:
    """Of an amendment, a contract and a renewal it is the renewal that shows the text of another renewal."""
    starts = [start_of(name) for name in ("pme-acme.yaml", "pme-avenant.yaml", "pme-renouvellement.yaml")]
    grower = grower_of(wanted(), starts, CONTRACTS)
    term = wanted().clauses["renewal.period-express"].term
    seed = grower.seed([grower.of(dict(start.deal.values), start) for start in starts], term)
    assert seed is not None and term in seed.shows
    before = dict(starts[-1].deal.values)
    assert {name for name in before if seed.values[name] != before[name]} == {"term"}
    assert seed.values["term"] == {**before["term"], "renewal": "express"}


def test_what_a_provider_gives_is_not_looked_for_with_that_provider() -> None:
    """A company of France has a SIREN in its profile, so that only a deal of another provider can show that none is."""
    name = "parties.identity fr: parties.provider.siren is defined false"
    term = next(target.term for target in wanted() if target.name == name)
    french, belgian = start_of("pme-acme.yaml"), start_of("be-pme-bruxelles.yaml")
    grower = grower_of(wanted(), [french, belgian], CONTRACTS)
    bases = [grower.of(dict(start.deal.values), start) for start in (french, belgian)]
    assert grower.seed(bases[:1], term) is None
    assert grower.refusals[term] == BESIDE
    seed = grower.seed(bases, term)
    assert seed is not None and term in seed.shows
    assert seed.values["parties"]["provider"] == belgian.deal.values["parties"]["provider"]


def test_a_corpus_is_written_and_its_deals_show_everything() -> None:
    """In the small library of the proofs: two deals at hand, and what they do not show is found."""
    with inside() as workspace:
        result = run(workspace, "library", "cover")
        assert result.exit_code == 0, result.output
        assert "not covered: 0" in result.stdout
        files = sorted(path.name for path in Path("contracts/cover").iterdir())
        index = read_index(Path("contracts/cover"))
        assert files == [*index.deals, INDEX]
        assert len(index.deals) > 2
        assert index.unreachable
        checked = run(workspace, "library", "cover", "--check")
        assert checked.exit_code == 0, checked.output


def test_the_search_goes_on_from_the_deals_of_the_corpus() -> None:
    with inside() as workspace:
        run(workspace, "library", "cover")
        written = {path.name: path.read_bytes() for path in Path("contracts/cover").iterdir()}
        result = run(workspace, "library", "cover")
        assert "shows" not in result.stderr.replace("things to show", "")
        assert {path.name: path.read_bytes() for path in Path("contracts/cover").iterdir()} == written


def test_a_deal_that_is_gone_is_found_again() -> None:
    with inside() as workspace:
        run(workspace, "library", "cover")
        lost = Path("contracts/cover") / read_index(Path("contracts/cover")).deals[-1]
        lost.unlink()
        assert run(workspace, "library", "cover", "--check").exit_code == 1
        assert run(workspace, "library", "cover").exit_code == 0
        assert run(workspace, "library", "cover", "--check").exit_code == 0


def test_a_corpus_of_another_library_is_named() -> None:
    with inside() as workspace:
        run(workspace, "library", "cover")
        rules = workspace.clauses / "base" / "rules.yaml"
        text = rules.read_text("utf-8")
        rules.write_text(text.replace("site.staff <= 500", "site.staff <= 501"), "utf-8")
        assert rules.read_text("utf-8") != text
        result = run(workspace, "library", "cover", "--check")
        assert result.exit_code == 1
        assert "error[stale-corpus]" in result.output


def test_words_of_a_clause_make_no_corpus_stale() -> None:
    with inside() as workspace:
        run(workspace, "library", "cover")
        clause = next(path for path in sorted(workspace.clauses.rglob("*.md")) if "# en:" in path.read_text("utf-8"))
        clause.write_text(clause.read_text("utf-8").rstrip() + " And so it is.\n", "utf-8")
        assert run(workspace, "library", "cover", "--check").exit_code == 0


def test_an_index_that_is_none_is_said_to_be_none() -> None:
    with inside() as workspace:
        run(workspace, "library", "cover")
        (Path("contracts/cover") / INDEX).write_text('{"deals": 3}', "utf-8")
        result = run(workspace, "library", "cover", "--check")
        assert result.exit_code not in {0, 1}
        assert "is no index of a corpus" in result.output
        assert "Traceback" not in result.output


def accept() -> None:
    GOLDEN.parent.mkdir(exist_ok=True)
    words = {name: printed(name) for name in DEALS}
    GOLDEN.write_text(json.dumps(words, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    accept()
