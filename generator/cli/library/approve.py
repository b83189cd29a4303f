"""``clausier library approve``: a lawyer's approval of texts, written into the files of their clauses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from generator.cli import console, drafts, findings
from generator.diagnostics import Diagnostic, Report, did_you_mean

if TYPE_CHECKING:
    from generator.library.model import Approval, Library, LibraryClause
    from generator.workspace import Workspace

_CURED = "stale-approval"  # the one finding that an approval puts right


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for, read from the command line."""

    clauses: tuple[str, ...]
    prefixes: tuple[str, ...]
    languages: tuple[str, ...]
    by: str
    on: str
    digests: tuple[str, ...]
    withdraw: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One text whose approval is recorded or, with ``new`` absent, taken away."""

    clause: LibraryClause
    language: str
    new: Approval | None

    @property
    def old(self) -> Approval | None:
        return self.clause.approved.get(self.language)

    @property
    def text(self) -> str:
        """``the French text of `liability.cap` ``."""
        from generator.lint.prose import LANGUAGE_NAMES

        return f"the {LANGUAGE_NAMES[self.language]} text of `{self.clause.id}`"


@click.command("approve", short_help="Record a lawyer's approval of texts.")
@click.argument("clauses", nargs=-1, metavar="[CLAUSE]...")
@click.option("--all-of", "prefixes", multiple=True, metavar="PREFIX",
              help="Every clause whose name begins so, as in `liability`, not approved as it is.")  # fmt: skip
@click.option("--lang", "languages", type=click.Choice(["fr", "en"]), multiple=True, required=True,
              help="Language of the text that was read; twice for both.")  # fmt: skip
@click.option("--by", default="", metavar="NAME", help="Who has read and approves the text.")
@click.option("--on", default="", callback=drafts.date_value, metavar="DATE",
              help="Day of the approval. Without it: today, or the day of SOURCE_DATE_EPOCH.")  # fmt: skip
@click.option("--digest", "digests", multiple=True, metavar="DIGEST",
              help="Digest of the text that was read, once for each text: any other text is refused.")  # fmt: skip
@click.option("--withdraw", is_flag=True, help="Take the approval away instead.")
@click.option("--dry-run", is_flag=True, help="Show the texts and their digests, write nothing.")
def command(
    clauses: tuple[str, ...], prefixes: tuple[str, ...], languages: tuple[str, ...], by: str, on: str,
    digests: tuple[str, ...], withdraw: bool, dry_run: bool,
) -> None:  # fmt: skip
    """Record in the file of each CLAUSE that NAME has read its text and approves it.

    The text is shown first, as it stands in the file, with its digest. The approval names that digest: once the text
    is edited, it no longer counts. Nothing but the approval changes in the file, and either all files are written or
    none. A text with errors of `clausier library lint` is not approved.

    \b
    Examples:
      clausier library approve liability.client-cap --lang fr --dry-run
      clausier library approve liability.client-cap --lang fr --by "Me Exemple" --digest 9a2969953935
      clausier library approve --all-of liability --lang fr --lang en --by "Me Exemple" --on 2026-11-20
      clausier library approve liability.client-cap --lang fr --withdraw
    """
    from generator.pipeline import library_of
    from generator.workspace import Workspace, write_all

    wish = _wish(clauses, prefixes, languages, by, on, digests, withdraw, dry_run)
    workspace = Workspace.default()
    library, found = library_of(workspace)
    if library is None:
        _refuse(found, "the clause library has errors; nothing was read")
    changes = _changes(library, wish)
    if not withdraw:
        _refuse_faults(library, changes)
        for change in changes:
            _show_text(change)
        _match_digests(changes, wish.digests)
    # Without a name there is no approval to try.
    files = _files(library, workspace, changes) if withdraw or wish.by else {}
    if not dry_run:
        write_all(files)
    if withdraw or not dry_run:
        for change in changes:
            _tell(change)
    count = f"{len(changes)} {'approval' if len(changes) == 1 else 'approvals'}"
    verb = "withdrawn" if withdraw else "recorded"
    console.out(f"{count} would be {verb}; nothing was written" if dry_run else f"{count} {verb}")


# ---- what is asked for


def _wish(
    clauses: tuple[str, ...], prefixes: tuple[str, ...], languages: tuple[str, ...], by: str, on: str,
    digests: tuple[str, ...], withdraw: bool, dry_run: bool,
) -> Wish:  # fmt: skip
    """The options as one wish. Raises ``click.UsageError`` where they do not go together."""
    if not clauses and not prefixes:
        raise click.UsageError("no clause is named; name it, or name several with --all-of")
    if withdraw:
        if by or on or digests:
            raise click.UsageError("--withdraw takes an approval away; --by, --on and --digest have no place there")
        return Wish(clauses, prefixes, tuple(dict.fromkeys(languages)), "", "", (), True)
    from generator.approvals import fault_of_name
    from generator.workspace import today

    by = unicodedata.normalize("NFC", by)
    fault = fault_of_name(by)
    if fault and not (dry_run and not by):
        raise click.BadParameter(f"{fault}; write who has read the text, as in `Me Exemple`", param_hint="--by")
    present = today()
    if on > present:
        raise click.BadParameter(f"{on} is not yet come, today is {present}", param_hint="--on")
    return Wish(clauses, prefixes, tuple(dict.fromkeys(languages)), by, on or present, digests, False)


def _changes(library: Library, wish: Wish) -> tuple[Change, ...]:
    """Every text that is meant. Raises ``click.UsageError`` for a name that nothing has, or where nothing is left."""
    from generator.approvals import approval_of, use_changed

    named = {id_: _clause(library, id_) for id_ in wish.clauses}
    below = {clause.id: clause for prefix in wish.prefixes for clause in _below(library, prefix)}
    changes = []
    for id_, clause in {**named, **below}.items():
        for language in wish.languages:
            state = clause.approval_state(language)
            if wish.withdraw:
                if state != "none":
                    changes.append(Change(clause, language, None))
            elif id_ in named or state != "approved" or use_changed(clause, language):
                changes.append(Change(clause, language, approval_of(clause, language, wish.by, wish.on)))
    if not changes:
        what = "no approval of these texts is recorded" if wish.withdraw else "all of these texts are approved"
        raise click.UsageError(f"{what}; `clausier library approvals` lists them")
    return tuple(changes)


def _clause(library: Library, id_: str) -> LibraryClause:
    if id_ in library.clauses:
        return library.clauses[id_]
    near = did_you_mean(id_, library.clauses)
    if slot := library.by_slot.get(id_):
        help_ = "it is a place, which these can fill: " + ", ".join(f"`{clause.id}`" for clause in slot)
    else:
        help_ = f"did you mean `{near}`?" if near else "`clausier library approvals` lists them all"
    raise click.UsageError(f"no clause is named `{console.visible(id_)}`; {help_}")


def _below(library: Library, prefix: str) -> list[LibraryClause]:
    stem = prefix.rstrip(".")
    found = [clause for id_, clause in sorted(library.clauses.items()) if f"{id_}.".startswith(f"{stem}.")]
    if stem and found:
        return found
    parts = {".".join(id_.split(".")[:count]) for id_ in library.clauses for count in range(1, id_.count(".") + 2)}
    near = did_you_mean(stem, sorted(parts))
    help_ = f"did you mean `{near}`?" if near else "name the first words of a clause, up to a dot"
    raise click.UsageError(f"no clause begins with `{console.visible(prefix)}`; {help_}")


# ---- what stands in the way


def _refuse(found: Sequence[Diagnostic], why: str) -> NoReturn:
    report = Report.of(found)
    drafts.Findings("text").show(report)
    console.out(f"{why} ({findings.tally(report)})")
    console.end(console.FINDINGS)


def _refuse_faults(library: Library, changes: Sequence[Change]) -> None:
    """A text that the library itself finds fault with is not approved."""
    from generator.lint import lint

    files = {change.clause.file for change in changes}
    faults = [
        finding
        for finding in lint(library).diagnostics
        if finding.is_error and finding.code != _CURED and finding.span is not None and finding.span.file in files
    ]
    if faults:
        _refuse(faults, "nothing was approved: put these texts right first")


def _match_digests(changes: Sequence[Change], digests: Sequence[str]) -> None:
    """With --digest, the texts that are approved are those that were read. Raises ``click.UsageError``."""
    if not digests:
        return
    for change in changes:
        assert change.new is not None
        if change.new.digest not in digests:
            now = change.new.digest
            message = f"{change.text} is not the one that was read: its digest is {now} now; nothing was written"
            raise click.BadParameter(message, param_hint="--digest")
    unused = set(digests) - {change.new.digest for change in changes if change.new is not None}
    if unused:
        shown = console.visible(min(unused))
        raise click.BadParameter(f"`{shown}` is the digest of none of these texts; nothing was written",
                                 param_hint="--digest")  # fmt: skip


def _files(library: Library, workspace: Workspace, changes: Sequence[Change]) -> dict[Path, bytes]:
    """The new content of every file, read again and compared; none where one of them cannot be made."""
    from generator.approvals import file_of, recorded

    by_clause: dict[str, dict[str, Approval | None]] = {}
    for change in changes:
        by_clause.setdefault(change.clause.id, {})[change.language] = change.new
    files: dict[Path, bytes] = {}
    refused: list[Diagnostic] = []
    for id_, approvals in by_clause.items():
        clause = library.clauses[id_]
        content, found = recorded(library, workspace, clause, approvals)
        refused.extend(found)
        if content is not None:
            files[file_of(clause, workspace)] = content
    if refused:
        _refuse(refused, "nothing was written")
    return files


# ---- what is said


def _say(line: str) -> None:
    console.out(console.visible(line))


def _show_text(change: Change) -> None:
    """The text as it stands in the file, which is what the digest is made of, and where and when it is printed."""
    clause, text = change.clause, change.clause.texts[change.language]
    _say(f"{change.text} ({clause.file}:{text.span.line}), digest {text.digest}")
    for line in _place(clause):
        _say(f"  {line}")
    console.out()
    for line in text.source.strip().splitlines():
        _say(f"    {line}".rstrip())
    console.out()


def _place(clause: LibraryClause) -> Iterator[str]:
    yield f"slot: {clause.slot}"
    yield f"when: {clause.when.text if clause.when is not None else 'always'}"
    if clause.layer.when is not None:
        yield f"layer {clause.layer.id}: {clause.layer.when.text}"
    if clause.exception_to:
        yield f"exception to: {clause.exception_to}"
    period = clause.effective
    if period.start or period.end:
        yield f"effective: {period.start or 'ever'} to {period.end or 'further notice'}"


def _tell(change: Change) -> None:
    """What became of one text, and of the approval that stood there before."""
    old, new = change.old, change.new
    if new is None:
        assert old is not None
        _say(f"withdraw: the approval of {change.text} by {old.by} on {old.on}")
        return
    _say(f"approved: {change.text} by {new.by} on {new.on}, digest {new.digest} ({change.clause.file})")
    if old is not None:
        of = "" if old.digest == new.digest else f" of an earlier text ({old.digest})"
        _say(f"  it takes the place of the approval by {old.by} on {old.on}{of}")
