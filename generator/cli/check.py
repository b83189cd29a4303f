"""``clausier check``: every stage, no file."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli import console, drafts


@click.command("check", short_help="Say what is wrong with deals, and where.")
@drafts.deals_argument
@drafts.report_format_option
@drafts.as_of_option
@drafts.provider_option
@drafts.base_option
@drafts.messages_option
def command(
    deals: tuple[Path, ...], format_: str, as_of: str, provider: Path | None, base: Path | None, messages: str | None
) -> None:
    """Run every stage on each DEAL and write no file.

    Each finding has its place in the file, the rule and the law behind it, and what to do.

    \b
    Examples:
      clausier check contracts/dupont.yaml
      clausier check contracts/*.yaml --format github
      clausier check contracts/dupont.yaml --as-of 2027-01-01 --messages en
    """
    runs = drafts.draft_deals(deals, as_of=as_of, provider=provider, messages=messages, base=base)
    if format_ == "json":
        console.out_json({"version": 1, "deals": [drafts.run_json(run) for run in runs]})
    elif format_ == "sarif":
        console.out_json(drafts.sarif_of("check", runs))
    elif format_ == "junit":
        console.out_xml(drafts.junit_of("clausier check", runs))
    else:
        shown = drafts.Findings(format_)
        for run in runs:
            shown.run(run, "checked")
    console.end(drafts.status_of(runs))
