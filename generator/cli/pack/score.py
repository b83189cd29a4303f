"""``clausier pack score``: how much of the checklist a pack answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli import console, drafts
from generator.cli.checkout import checkout_path

if TYPE_CHECKING:
    from generator.cli.junit import Case
    from generator.score import Score, Scored

LEVELS = ("absent", "mentioned", "precise", "consistent")
REPORT = "clausier pack score"
MARKS = ("·", "○", "◐", "●")


@click.command("score", short_help="Score a pack by the checklist.")
@drafts.deal_argument
@click.option("--format", "format_", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True,
              help="How the score is shown; junit: JUnit XML, an item a test.")  # fmt: skip
@click.option("--missing", "only_missing", is_flag=True, help="Only the items that are not at their highest level.")
@drafts.text_language_option
@drafts.as_of_option
@drafts.provider_option
def command(deal: Path, format_: str, only_missing: bool, language: str, as_of: str, provider: Path | None) -> None:
    """Score the pack of DEAL by the checklist of the library, item by item: where it stands, and what it lacks.

    \b
    ·  absent       none of its places stands in the pack
    ○  mentioned    one of them does
    ◐  precise      all of them do, and the deal leaves nothing open
    ●  consistent   and no rule that compares it with the rest finds anything

    The score is the sum of weight × level over the most that could be reached. Exit status 1 where the deal has errors.

    \b
    Examples:
      clausier pack score contracts/dupont.yaml
      clausier pack score contracts/dupont.yaml --missing
      clausier pack score contracts/dupont.yaml --format json
    """
    from generator.score import score

    run = drafts.one_deal(deal, "", as_of, provider)
    assert run.draft is not None
    made = run.draft
    shown = language or next(iter(made.numbered), "")
    found = score(made, shown)
    if found is None:
        if format_ == "junit":
            console.out_xml(drafts.junit_of(REPORT, (run,)))
            console.end(console.FINDINGS)
        drafts.stopped(run)
    listed = [one for one in found.items if not only_missing or one.level < len(LEVELS) - 1]
    if format_ == "json":
        console.out_json({
            "version": 1, "file": run.file, "points": found.points, "most": found.most,
            "percent": float(round(100 * found.share, 1)), "items": [_as_json(one) for one in listed],
        })  # fmt: skip
    elif format_ == "junit":
        from generator.cli.junit import Suite, as_junit, cases_of

        cases = (*cases_of(run.report, errors_only=True), *(_as_case(run.file, one, shown) for one in listed))
        console.out_xml(as_junit(REPORT, (Suite(checkout_path(run.file), cases),)))
    else:
        _show(found, listed, shown)
    console.end(drafts.status_of((run,)))


def _as_json(scored: Scored) -> dict[str, Any]:
    return {
        "id": scored.item.id, "name": dict(scored.item.name), "weight": scored.item.weight, "level": scored.level,
        "found": list(scored.found), "lacking": list(scored.lacking), "open": scored.unsettled,
        "rules": list(scored.broken),
    }  # fmt: skip


def _as_case(file: str, scored: Scored, language: str) -> Case:
    """An item as a test: skipped below its highest level, since what lacks keeps no contract from being made."""
    from generator.cli.junit import Case

    name = f"{scored.item.id} {scored.item.name[language]}"
    if scored.level == len(LEVELS) - 1:
        return Case(name, file)
    message = f"{LEVELS[scored.level]} (level {scored.level} of {len(LEVELS) - 1})"
    return Case(name, file, 0, "skipped", message, "\n".join((message, *_lacks(scored))))


def _show(score: Score, listed: list[Scored], language: str) -> None:
    group = ""
    for one in listed:
        if one.item.group[language] != group:
            group = one.item.group[language]
            console.out(f"\n{group}")
        console.out(f"  {MARKS[one.level]} {one.item.id}  {one.item.name[language]} ({one.item.weight})")
        if one.found:
            console.out(f"         {', '.join(one.found)}")
        for words in _lacks(one):
            console.out(f"         {words}")
    percent = f"{100 * float(score.share):.1f} %"
    console.out(f"\nscore: {percent} ({score.points} of {score.most} points, {len(score.items)} items)")


def _lacks(scored: Scored) -> list[str]:
    said = [f"not in the pack: {', '.join(scored.lacking)}"] if scored.lacking else []
    if scored.unsettled and scored.item.precise is not None:
        said.append(f"left open: {scored.item.precise.text}")
    if scored.broken:
        said.append(f"the rules {', '.join(scored.broken)} find something")
    return said
