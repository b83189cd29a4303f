"""``clausier playbook``: where a deal stands in what is negotiated, who must agree, and what may still be offered."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli import console, drafts
from generator.cli.new import segments, skeleton
from generator.workspace import Workspace


@click.command("playbook", short_help="Say where a deal stands in what is negotiated, and who must agree.")
@click.argument("deal", type=console.NamedPath(path_type=Path), metavar="[DEAL]", required=False)
@click.option("--segment", type=click.Choice(segments()), help="Without DEAL: the whole book for such a client.")
@click.option("--strict", is_flag=True, help="Exit status 1 where the deal is beyond a floor.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How it is shown.")  # fmt: skip
@drafts.text_language_option
@drafts.as_of_option
@drafts.provider_option
@click.pass_context
def command(
    ctx: click.Context,
    deal: Path | None,
    segment: str | None,
    strict: bool,
    format_: str,
    language: str,
    as_of: str,
    provider: Path | None,
) -> None:
    """Say of each topic of the playbook where DEAL stands: the article, who must agree, what may be offered next.

    Deals beyond a floor come first. Without DEAL, the whole book for a segment: every position with the fields that
    lead there and the text that a contract prints. Nothing here keeps a draft from being written.

    \b
    Examples:
      clausier playbook contracts/dupont.yaml
      clausier playbook contracts/dupont.yaml --strict --lang en
      clausier playbook --segment pme
      clausier playbook contracts/dupont.yaml --format json
    """
    if (deal is None) == (segment is None):
        raise click.UsageError("name a deal, or a segment with --segment", ctx)
    if deal is None:
        assert segment is not None
        _book(segment, language or "fr", as_of, provider, format_)
        return
    run = drafts.one_deal(deal, language, as_of, provider)
    assert run.draft is not None
    if run.draft.library is None or run.draft.facts is None:
        drafts.stopped(run)
    from generator.playbook.report import Telling, as_json, lines

    tongue = language or next(iter(run.draft.numbered), "fr")
    telling = Telling(run.draft.library, run.draft.facts, tongue)
    told = telling.lines_of(run.draft)
    if format_ == "json":
        console.out_json({"version": 1, "file": run.file, "beyond": telling.beyond(told), "topics": as_json(told)})
    else:
        console.out("\n".join(console.visible(line) for line in lines(telling, told, run.file)))
    console.end(console.FINDINGS if strict and telling.beyond(told) else console.FINE)


def _book(segment: str, language: str, as_of: str, provider: Path | None, format_: str) -> None:
    """The book for the starter deal of a segment; provider profiles are looked up as for a deal in contracts/."""
    from generator.pipeline import Options, draft_text

    workspace, file, folder = Workspace.default(), f"{segment}.yaml", Path("contracts")
    options = Options(language, as_of, provider)
    text = skeleton(segment)
    base = draft_text(file, text, folder, workspace, options)
    if base.library is None or base.facts is None:
        drafts.stopped(drafts.DealRun(folder / file, base, base.report))
    from generator.playbook.book import book
    from generator.playbook.report import Telling, book_json, book_lines

    telling = Telling(base.library, base.facts, language)
    pages = tuple(book(file, text, folder, workspace, options, base))
    if format_ == "json":
        console.out_json({"version": 1, "segment": segment, "topics": book_json(telling, pages)})
    else:
        console.out("\n".join(console.visible(line) for line in book_lines(telling, pages, segment)))
