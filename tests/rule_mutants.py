"""Faults put into the rules of the real library, and what notices them.

``python -m tests.rule_mutants`` writes ``docs/mutants-of-rules.md``.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from generator.library.model import Library
from tests.deals import library
from tests.mutant_deals import drafts_at
from tests.mutant_judge import Judge
from tests.mutant_rules import VERDICTS, RuleJudge
from tests.mutants import Judged, percent
from tests.seeded import Fault, shared_out
from tests.seeded_rules import Rules

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "mutants-of-rules.md"
COUNT: Final = 200
SEED: Final = 4

# How many faults of a hundred are of each kind.
SHARES: Final = {"rules": 50, "approvals": 12, "weight": 10, "rule dates": 6, "tells": 16, "legal values": 6}
TITLES: Final = {
    "rules": "condition of a rule",
    "approvals": "condition of an approval",
    "weight": "severity of a rule, law that it cites",
    "rule dates": "from when and until when a rule counts",
    "tells": "where a rule points, what it tells, its fix",
    "legal values": "value fixed by law, or its date",
}


def chosen(known: Library, count: int, seed: int) -> list[Fault]:
    """So many faults, each kind with its share and in it each way to go wrong as often as the others."""
    pick = random.Random(seed)
    return shared_out(list(Rules(known).faults(pick)), SHARES, count, pick)


def judged_all(count: int, seed: int) -> list[Judged]:
    """The verdict on each of so many faults."""
    judge = RuleJudge(Judge(library(), drafts_at(sorted((ROOT / "contracts").glob("*.yaml")))))
    found = []
    for fault in chosen(library(), count, seed):
        verdict, said = judge.verdict(fault)
        found.append(Judged(fault.kind, fault.how, fault.place, fault.change, verdict, said))
    return found


# ---- the page


def score(found: Sequence[Judged], *, cases: bool) -> tuple[int, int]:
    """How many of the faults that change anything are noticed, with the cases of the rules or without; of how many."""
    counts = Counter(one.verdict for one in found)
    missed = counts["survived"] + (0 if cases else counts["cases"])
    return len(found) - counts["same"] - missed, len(found) - counts["same"]


def page(found: Sequence[Judged], seed: int) -> str:
    """The page that tells what was noticed."""
    without, with_cases = score(found, cases=False), score(found, cases=True)
    missed = [one for one in found if one.verdict == "survived"]
    lines = [
        "# Seeded faults in rules",
        "",
        "One thing of a rule, of an approval or of a legal value is changed at a time: what it asks, how heavy it is,",
        "the law that it cites, its dates, where it points, what it tells, what it mends. It is asked who notices, in",
        "the order of the table; faults in clauses have [their own page](mutants.md). Made by",
        f"`python -m tests.rule_mutants`, {len(found)} faults, seed {seed}.",
        "",
        f"- Without the cases of the rules: **{percent(*without)}** ({without[0]} of {without[1]}).",
        f"- With them: **{percent(*with_cases)}** ({with_cases[0]} of {with_cases[1]}).",
        "",
        "| fault in | faults | types | checks | proof | obligations | cases | nobody | no change |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    rows = [(title, [one for one in found if one.kind == kind]) for kind, title in TITLES.items()]
    for title, own in [*rows, ("all", [*found])]:
        counts = Counter(one.verdict for one in own)
        lines.append(f"| {title} | {len(own)} | " + " | ".join(str(counts[verdict]) for verdict in VERDICTS) + " |")
    lines += [
        "",
        "- **types**: the library is not read at all; **checks**: `clausier library lint` finds something new.",
        "- **proof**: a goal of `clausier library prove` that held no longer does: one about the rule itself,",
        "  or, where no case notices the fault, any; **obligations**: one written from the law alone.",
        "- **cases**: an edit of an example that breaks or keeps the rule is judged otherwise (`tests/cases/rules`),",
        "  or something else is said of it than a person accepted (`tests/golden/rules.txt`).",
        "- **no change**: every deal is judged as before, which the solver decides. These faults are not counted.",
        "",
        "## Noticed by nobody",
        "",
        *([f"- {one.place} ({one.how}) {one.change}" for one in missed] or ["None."]),
    ]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="how many faults (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="which ones (%(default)s)")
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write what was found (%(default)s)")
    given = parser.parse_args(arguments)
    started = time.process_time()
    found = judged_all(given.count, given.seed)
    given.page.write_text(page(found, given.seed), "utf-8")
    print(f"{len(found)} faults, {time.process_time() - started:.0f} s of processor, {given.page}")


if __name__ == "__main__":
    main()
