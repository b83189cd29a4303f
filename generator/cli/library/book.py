"""``clausier library book``: the whole library as one Word file."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli import console, drafts
from generator.diagnostics import Report
from generator.workspace import Workspace, WorkspaceError, shown_path, write_whole


@click.command("book", short_help="Write the library as one Word file for lawyers.")
@click.argument("deals", nargs=-1, type=console.NamedPath(path_type=Path), metavar="[DEAL...]")
@click.option("-o", "--output", required=True, type=console.NamedPath(path_type=Path), metavar="FILE.docx",
              help="The Word file to write.")  # fmt: skip
@click.option(
    "--only", "prefix", default="", metavar="PREFIX", help="Only the clauses and other entries whose id begins so."
)
@click.option("--lang", "language", type=click.Choice(["fr", "en", "both"]), default="both", show_default=True,
              help="The languages of the texts.")  # fmt: skip
def command(deals: tuple[Path, ...], output: Path, prefix: str, language: str) -> None:
    """Write every clause to one Word file: texts, conditions in words, sources, approvals, where each is used.

    Definitions, titles, labels and other words that contracts print come last, with their approvals.
    Lawyers edit the texts and words with tracked changes; `clausier library import` reads them back. With DEALs, each
    clause says which of them include it.

    \b
    Examples:
      clausier library book -o library.docx
      clausier library book -o library.docx contracts/*.yaml
      clausier library book -o liability.docx --only liability. --lang fr
    """
    from generator.book.write import book
    from generator.pipeline import library_of

    if output.suffix.lower() != ".docx":
        raise click.BadParameter(f"`{output}` does not end in .docx", param_hint="-o")
    library, found = library_of(Workspace.default())
    if library is None:
        drafts.Findings("text").show(Report.of(found))
        console.end(console.FINDINGS)
    count = sum(id_.startswith(prefix) for id_ in library.clauses)
    others = sum(id_.startswith(prefix) for id_ in library.wordings)
    if not count and not others:
        raise click.BadParameter(f"no text has an id that begins with `{prefix}`", param_hint="--only")
    included = _included(deals) if deals else None
    languages = ("fr", "en") if language == "both" else (language,)
    write_whole(output, book(library, languages, prefix, included))
    console.out(f"wrote {console.visible(shown_path(output))}: {count} clauses, {count * len(languages)} texts")
    console.out(f"and {others} other entries, as definitions and titles")
    console.out("next: clausier library import shows what a lawyer changed in it")


def _included(deals: tuple[Path, ...]) -> dict[str, list[str]]:
    """By clause, the deals whose contract includes it. Raises ``WorkspaceError`` for one that makes no contract."""
    included: dict[str, list[str]] = {}
    for run in drafts.draft_deals(deals):
        if run.refusal is not None:
            raise run.refusal
        plan = run.draft.plan if run.draft is not None else None
        if plan is None:
            raise WorkspaceError(run.file, "no contract can be made of this deal", "run `clausier check` on it first")
        for clause in plan.clauses():
            included.setdefault(clause.id, []).append(run.path.stem)
    return included
