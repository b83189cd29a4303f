"""``clausier library approvals``: which texts of the library a lawyer has approved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import click

from generator.cli import console, drafts, findings
from generator.diagnostics import Report

if TYPE_CHECKING:
    from generator.approvals import TextState

_STATES: tuple[Literal["approved", "stale", "none"], ...] = ("approved", "stale", "none")


@click.command("approvals", short_help="List which texts a lawyer has approved.")
@click.option("--stale", "only_stale", is_flag=True,
              help="Only what was edited since its approval: the text, or its condition.")  # fmt: skip
@click.option("--missing", "only_missing", is_flag=True, help="Only what nobody has approved.")
@click.option("--only", "prefix", default="", metavar="PREFIX",
              help="List and count only texts whose name begins so, as in `liability` or `glossary`.")  # fmt: skip
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How the list is shown.")  # fmt: skip
def command(only_stale: bool, only_missing: bool, prefix: str, format_: str) -> None:
    """List every text of the library with its approval: by whom, on which day, and whether it still holds.

    Clauses come first, then what else contracts print: definitions (`glossary.…`), titles (`outline.…`), words of
    service sheets (`sheet.…`), default texts (`profile.…`), labels (`label.…`), closing days and values of the law.

    An approval is stale once the text was edited. Where the condition, the slot, the exception, the dates or the
    service sheet changed, the approval of the text holds and the list says so.

    Exit status 1 where an approval is stale.

    \b
    Examples:
      clausier library approvals
      clausier library approvals --stale
      clausier library approvals --missing --only glossary
      clausier library approvals --format json
    """
    from generator.approvals import states
    from generator.pipeline import library_of
    from generator.workspace import Workspace

    library, found = library_of(Workspace.default())
    stem = prefix.rstrip(".")
    every = [
        text
        for text in (states(library) if library is not None else ())
        if not stem or f"{text.entry.id}.".startswith(f"{stem}.")
    ]
    if library is not None and not every:
        raise click.UsageError(f"no text begins with `{console.visible(prefix)}`; leave out --only for a list of all")
    listed = [
        text
        for text in every
        if not (only_stale or only_missing)
        or (only_stale and (text.state == "stale" or text.use_changed))
        or (only_missing and text.state == "none")
    ]
    report = Report.of(found)
    if format_ == "json":
        console.out_json({
            "version": 1, "counts": _counts(every), "approvals": [_as_json(text) for text in listed],
            "findings": [findings.as_json(finding) for finding in report.diagnostics],
        })  # fmt: skip
    elif library is None:
        drafts.Findings("text").show(report)
        console.out(f"the clause library has errors: {findings.tally(report)}")
    else:
        _show(every, listed)
    stale = any(text.state == "stale" for text in every)
    console.end(console.FINDINGS if stale or library is None else console.FINE)


def _show(every: Sequence[TextState], listed: Sequence[TextState]) -> None:
    width = max((len(text.entry.id) for text in listed), default=0)
    for text in listed:
        line = f"{text.entry.id:{width}}  {text.language}  {text.state:8}"
        if text.approval is not None:
            line += f"  {text.approval.on}  {text.approval.by}"
        if text.use_changed:
            line += "  (condition changed since approval)"
        console.out(console.visible(line.rstrip()))
    for language, counts in _counts(every).items():
        shown = ", ".join(f"{counts[state]} {state}" for state in _STATES)
        changed = counts["condition_changed"]
        console.out(f"{language}: {shown}" + (f"; {changed} with a changed condition" if changed else ""))


def _counts(every: Sequence[TextState]) -> dict[str, dict[str, int]]:
    """By language, how many texts there are of each state."""
    counts: dict[str, dict[str, int]] = {}
    for language in dict.fromkeys(text.language for text in every):
        texts = [text for text in every if text.language == language]
        tally = Counter(text.state for text in texts)
        counts[language] = {**{state: tally[state] for state in _STATES},
                            "condition_changed": sum(text.use_changed for text in texts)}  # fmt: skip
    return counts


def _as_json(text: TextState) -> findings.Json:
    """``digest`` is that of the text now, ``approved_digest`` that of the text that was approved."""
    from generator.approvals import digest_of, place_of
    from generator.library.approved import Wording

    approval = text.approval
    span = place_of(text.entry, text.language)
    return {
        "kind": text.entry.kind if isinstance(text.entry, Wording) else "clause",
        "id": text.entry.id,
        "language": text.language,
        "state": text.state,
        "by": approval.by if approval is not None else None,
        "on": approval.on if approval is not None else None,
        "digest": digest_of(text.entry, text.language),
        "approved_digest": approval.digest if approval is not None else None,
        "condition_changed": text.use_changed,
        "file": span.file,
        "line": span.line,
    }
