"""``clausier library prove``: what holds of the library for every valid deal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import console, drafts, findings
from generator.diagnostics import Report
from generator.workspace import WorkspaceError, shown_path

if TYPE_CHECKING:
    from generator.deal import Deal
    from generator.library.model import Library
    from generator.prove import KnownDeal, Proof

KNOWN = ("contracts/*.yaml", "contracts/cover/*.yaml")
# What programs read has every finding; a person is told once what one fault does to hundreds of places.
_WHOLE = frozenset({"json", "sarif", "junit"})


@click.command("prove", short_help="Prove the clause library for every valid deal.")
@click.argument("deals", nargs=-1, type=console.NamedPath(path_type=Path), metavar="[DEAL...]")
@click.option("--slot", default="", metavar="SLOT", help="Only what concerns this slot; nothing is recorded.")
@click.option("--again", is_flag=True, help="Prove everything again, whatever an earlier proof has settled.")
@click.option("--timeout", type=click.IntRange(1, 3600), default=5, show_default=True, metavar="SECONDS",
              help="How long the solver may think about one question.")  # fmt: skip
@click.option("--save", type=console.NamedPath(path_type=Path, file_okay=False), metavar="FOLDER",
              help="Write the deals on which goals break into this folder, as deal files.")  # fmt: skip
@drafts.report_format_option
def command(deals: tuple[Path, ...], slot: str, again: bool, timeout: int, save: Path | None, format_: str) -> None:
    """Prove for every valid deal, not for samples: each slot has its clause, nothing is dead, no condition and no text
    reads what is absent, what the law obliges is in. Where that fails, a deal that shows it is found and tried.

    DEAL... are valid deals that counterexamples should be near to. Without them: contracts/*.yaml. What is proven is
    recorded in library.lock beside the library. Exit status: 1 something does not hold, 3 not proven.

    \b
    Examples:
      clausier library prove
      clausier library prove --slot liability.cap
    """
    from generator.cache import engine_digest
    from generator.library.proof import proven_goals
    from generator.workspace import Workspace

    workspace, engine = Workspace.default(), engine_digest()
    goals = {} if again or slot else proven_goals(workspace, workspace.library_digest(), engine)
    if goals:
        # Said before the parts of a proof are loaded, which takes twice as long as to see that nothing has changed.
        _unchanged(goals, format_)
    from generator.pipeline import library_of
    from generator.prove import DealsAtHand, SolverMissing, prove
    from generator.prove.lock import read_lock, write_lock

    earlier = None if again else read_lock(workspace)
    library, found = library_of(workspace)
    if library is None:
        _shown(Report.of(found), format_, "the clause library has errors, nothing was proven")
        console.end(console.FINDINGS)
    if slot and slot not in library.by_slot:
        from generator.diagnostics import did_you_mean

        near = did_you_mean(slot, library.by_slot)
        raise click.UsageError(f"no slot is named `{slot}`" + (f"; did you mean `{near}`?" if near else ""))
    invalid: dict[str, Deal] = {}
    known = DealsAtHand(_known(library, deals or _default(), invalid, named=bool(deals)))
    if deals:
        # What is wrong with deals that were named is said, whether a proof needs them or not.
        known.read_all()
    try:
        proof = prove(
            library,
            known,
            slot=slot,
            earlier=earlier,
            engine=engine,
            timeout=timeout * 1000,
            invalid=invalid,
        )
    except SolverMissing:
        console.err("error: the solver is not installed; install it with: pip install 'clausier[prove]'")
        console.end(console.NOT_FINISHED)
    if not slot:
        write_lock(workspace, proof.lock)
    if save is not None:
        _save(library, proof, save)
    report = Report.of(proof.findings) if format_ in _WHOLE else Report(proof.chief)
    _shown(report, format_, _summary(proof), proof.lock.goals, proof)
    if proof.lock.failed:
        console.end(console.FINDINGS)
    console.end(console.NOT_FINISHED if proof.lock.unknown else console.FINE)


def _default() -> list[Path]:
    return [path for pattern in KNOWN for path in sorted(Path().glob(pattern))]


def _known(library: Library, paths: Iterable[Path], invalid: dict[str, Deal], *, named: bool) -> Iterator[KnownDeal]:
    """The deals at these paths that are valid, each read when it is asked for; the others, with which rules find fault,
    are noted as ``invalid`` by their files.

    Raises ``WorkspaceError`` for one that was ``named`` and cannot be read.
    """
    from generator.pipeline import deal_in
    from generator.prove import known_deal, needs

    asked = needs(library)
    for path, merged in drafts.of_each(paths, lambda path: deal_in(library, path)):
        if isinstance(merged, WorkspaceError):
            if named:
                raise merged
            continue
        file = shown_path(path)
        deal = known_deal(library, file, merged, asked) if merged is not None else None
        if deal is not None:
            yield deal
            continue
        if merged is not None:
            invalid[file] = merged
        if named:
            console.err(f"warning: {console.visible(file)} is not a valid deal and is left aside")


def _unchanged(counts: Mapping[str, int], format_: str) -> None:
    line = f"proven: {sum(counts.values()):,} goals of {len(counts)} kinds; the library has not changed since"
    _shown(Report(), format_, line, counts)
    console.end(console.FINE)


def _summary(proof: Proof) -> str:
    lock = proof.lock
    seconds = sum(lock.seconds.values())
    if lock.complete:
        head = f"proven: {proof.goals:,} goals of {len(lock.goals)} kinds"
    else:
        head = f"not proven: {lock.failed} of {proof.goals:,} goals do not hold, {lock.unknown} could not be decided"
    how = f"{proof.settled:,} by guards alone, {proof.kept:,} as before, {proof.questions} questions, {seconds:.1f} s"
    return f"{head} ({how})"


def _shown(report: Report, format_: str, line: str, kinds: Iterable[str] = (), proof: Proof | None = None) -> None:
    """``kinds`` are those of the goals that were asked."""
    if format_ == "json":
        console.out_json(_json(report, proof))
    elif format_ == "sarif":
        from generator.cli.sarif import as_sarif, library_report
        from generator.prove.kinds import KINDS
        from generator.workspace import Workspace

        console.out_json(as_sarif(library_report(Workspace.default(), report), "library-prove", descriptions=KINDS))
    elif format_ == "junit":
        from generator.cli.junit import as_junit, library_suites

        console.out_xml(as_junit("clausier library prove", library_suites(report, kinds)))
    else:
        shown = drafts.Findings(format_)
        shown.show(report)
        shown.line(line)


def _json(report: Report, proof: Proof | None) -> findings.Json:
    held: findings.Json = {"version": 1, "counts": findings.counts_json(report)}
    if proof is not None:
        held["goals"] = dict(proof.lock.goals)
        held["failed"], held["unknown"] = proof.lock.failed, proof.lock.unknown
        held["seconds"] = dict(proof.lock.seconds)
        held["examples"] = [
            {
                "goal": name,
                "deal": example.base,
                "edits": [{"path": edit.path, "old": edit.old, "new": edit.new} for edit in example.edits],
            }
            for name, example in proof.examples.items()
        ]
    held["findings"] = [findings.as_json(finding) for finding in report.diagnostics]
    return held


def _save(library: Library, proof: Proof, folder: Path) -> None:
    """Each deal at hand as a deal file that `clausier check` reads, beside the provider profile that it names."""
    from generator.prove.written import written
    from generator.workspace import write_all

    deals = {
        f"counterexample-{number:02}.yaml": (example.values, [name, example.shown()])
        for number, (name, example) in enumerate(proof.examples.items(), 1)
    }
    write_all({folder / name: content for name, content in written(library, deals).items()} if deals else {})
