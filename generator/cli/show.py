"""``clausier show``: any stage of a deal as YAML or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli import console, drafts

if TYPE_CHECKING:
    from generator.pipeline import Draft


@click.command("show", short_help="Show a stage of a deal as YAML or JSON.")
@drafts.deal_argument
@click.option("--stage", type=click.Choice(["source", "deal", "facts", "rulings", "plan", "document"]), required=True,
              help="What to show.")  # fmt: skip
@click.option("--as", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True,
              help="How to write it.")  # fmt: skip
@drafts.language_option
@drafts.as_of_option
@drafts.provider_option
def command(deal: Path, stage: str, form: str, language: str, as_of: str, provider: Path | None) -> None:
    """Show what one stage made of DEAL. Amounts and dates are text.

    \b
    source    the file as it was read
    deal      every value with the defaults, and where each comes from
    facts     derived values, each with its reason; statutory values on their date
    rulings   what the rules of the library found
    plan      each document, section and slot with the clause that fills it; the clauses that lost
    document  the numbered text of the contract, one tree a language

    \b
    Examples:
      clausier show contracts/dupont.yaml --stage facts
      clausier show contracts/dupont.yaml --stage plan --as json
    """
    from generator.cli import stages

    run = drafts.one_deal(deal, language, as_of, provider)
    assert run.draft is not None
    value = stages.STAGES[stage](run.draft)
    if value is None:
        drafts.stopped(run)
    if form == "json":
        console.out_json(value)
    else:
        console.out(_yaml(value, run.draft, stage))


def _yaml(value: Any, draft: Draft, stage: str) -> str:
    import sys

    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text: str = yaml.dump(value, Dumper=dumper, sort_keys=False, allow_unicode=utf8, width=120)
    return f"# {stage} of {console.visible(draft.file)}\n{text}".rstrip("\n")
