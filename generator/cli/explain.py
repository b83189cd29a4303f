"""``clausier explain``: why this clause, why not another, where a number comes from."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli import console, drafts


@click.command("explain", short_help="Say why a clause, a number or a value is in a contract.")
@drafts.deal_argument
@click.argument("topic", default="", metavar="[TOPIC]")
@drafts.text_language_option
@drafts.as_of_option
@drafts.provider_option
def command(deal: Path, topic: str, language: str, as_of: str, provider: Path | None) -> None:
    """Say why the contract of DEAL is as it is: all of it, or one TOPIC.

    TOPIC is a slot, a clause, a rule, an approval, a document, a number of the contract, a fact, a statutory value or a
    field of the deal.

    \b
    Examples:
      clausier explain contracts/dupont.yaml
      clausier explain contracts/dupont.yaml liability.cap
      clausier explain contracts/dupont.yaml "article 7.2"
      clausier explain contracts/dupont.yaml R081
      clausier explain contracts/dupont.yaml D15
      clausier explain contracts/dupont.yaml billing.payment_days
    """
    from generator.explain import NothingToExplain, explanation

    run = drafts.one_deal(deal, language, as_of, provider)
    assert run.draft is not None
    try:
        text = explanation(run.draft, topic, language)
    except NothingToExplain as nothing:
        if run.draft.facts is None or (run.draft.plan is None and not topic):
            drafts.stopped(run)
        raise click.UsageError(str(nothing)) from None
    console.out("\n".join(console.visible(line) for line in text.splitlines()))
