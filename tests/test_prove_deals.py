"""Which deals a proof looks at: those that were named, and of the others none before something fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.conditions.expressions import Key
from generator.pipeline import deal_in, library_of
from generator.prove import DealsAtHand, KnownDeal, known_deal, needs, prove, terms
from generator.prove.aspects import Aspect
from generator.prove.seeking import Apart
from generator.prove.solver import Solver
from generator.workspace import Workspace
from tests.proving import PROOFS, inside, run

FINE, FOUND, USAGE = 0, 1, 2


@pytest.fixture
def good() -> Iterator[Workspace]:
    with inside() as workspace:
        yield workspace


def at_hand(workspace: Workspace, read: list[str]) -> DealsAtHand:
    """The deals beside a library; the names of those that were read are noted."""
    library = library_of(workspace)[0]
    assert library is not None
    asked = needs(library)

    def deals() -> Iterator[KnownDeal]:
        for path in sorted(Path("contracts").glob("*.yaml")):
            read.append(path.name)
            merged = deal_in(library, path)
            deal = known_deal(library, str(path), merged, asked) if merged is not None else None
            if deal is not None:
                yield deal

    return DealsAtHand(deals())


def test_a_library_of_which_all_holds_is_proven_without_reading_a_deal(good: Workspace) -> None:
    library, read = library_of(good)[0], list[str]()
    assert library is not None
    assert prove(library, at_hand(good, read)).lock.complete
    assert read == []


def test_all_deals_are_read_where_something_is_dead_and_none_of_them_is_a_witness() -> None:
    with inside(PROOFS / "dead-clause" / "bad") as workspace:
        library, read = library_of(workspace)[0], list[str]()
        assert library is not None
        codes = {finding.code for finding in prove(library, at_hand(workspace, read)).findings}
        assert "dead-clause" in codes
        assert read == sorted(path.name for path in Path("contracts").glob("*.yaml"))


def test_deals_at_hand_are_a_sequence_that_reads_as_far_as_it_must(good: Workspace) -> None:
    read: list[str] = []
    deals = at_hand(good, read)
    assert deals and len(read) == 1
    assert [deal.name for deal in deals[:1]] == [f"contracts/{read[0]}"]
    assert len(read) == 1
    assert deals[1] is deals[:2][1]
    assert list(deals) == deals.read_all() == deals[:]
    assert deals[-1] is deals.read[len(deals) - 1]
    with pytest.raises(IndexError):
        deals[len(deals)]


def test_a_named_deal_that_is_not_valid_is_said_though_the_proof_needs_no_deal(good: Workspace) -> None:
    Path("contracts/wrong.yaml").write_text("meta: {}\n", "utf-8")
    unsaid = run(good, "library", "prove", "--again")
    said = run(good, "library", "prove", "--again", "contracts/wrong.yaml")
    assert (unsaid.exit_code, said.exit_code) == (FINE, FINE)
    assert "is not a valid deal" not in unsaid.output
    assert "warning: contracts/wrong.yaml is not a valid deal and is left aside" in said.output


def test_a_named_deal_that_cannot_be_read_ends_the_command(good: Workspace) -> None:
    result = run(good, "library", "prove", "--again", "contracts/absent.yaml")
    assert result.exit_code == USAGE
    assert "contracts/absent.yaml: there is no such file" in result.output


# ---- seeking deals


def test_what_asks_for_contraries_or_for_two_texts_at_a_place_is_not_sought_together() -> None:
    one, two = (terms.variable(Aspect("is", ("segment",), text)) for text in ("tpe", "pme"))
    there = terms.variable(Aspect("there", ("services", Key("code", "backup"))))
    with_it, without = terms.all_of(one, there), terms.no(there)
    apart = Apart()
    assert apart.together([with_it, two, without, one], 8) == [with_it, one]
    assert apart.together([two, without, one], 8) == [two, without]
    assert apart.together([two, without], 1) == [two]
    apart.learn(two, without)
    assert apart.together([two, without], 8) == [two]


def test_the_solver_tells_of_any_number_of_terms_which_are_true() -> None:
    solver = Solver(frozenset(), 5000)
    wanted = [terms.variable(Aspect("true", (str(number),))) for number in range(600)]
    solver.always(term if number % 3 else terms.no(term) for number, term in enumerate(wanted))
    assert solver.ask([]) == "yes"
    assert solver.true(wanted) == [term for number, term in enumerate(wanted) if number % 3]
    assert solver.true([]) == []
