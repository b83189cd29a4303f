"""``clausier library approve``: a lawyer's approval of texts, written into the files that they stand in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

import click

from generator.cli import console, drafts, findings
from generator.diagnostics import Diagnostic, Report, did_you_mean

if TYPE_CHECKING:
    from generator.approvals import Approvable
    from generator.library.approved import Approval
    from generator.library.model import Library

_CURED = "stale-approval"  # the one finding that an approval puts right


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for, read from the command line."""

    names: tuple[str, ...]
    prefixes: tuple[str, ...]
    everything: bool
    languages: tuple[str, ...]
    by: str
    on: str
    digests: tuple[str, ...]
    withdraw: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One text whose approval is recorded or, with ``new`` absent, taken away."""

    entry: Approvable
    language: str
    new: Approval | None

    @property
    def old(self) -> Approval | None:
        return self.entry.approved.get(self.language)

    @property
    def text(self) -> str:
        """``the French text of `liability.cap` ``."""
        from generator.lint.prose import LANGUAGE_NAMES

        return f"the {LANGUAGE_NAMES[self.language]} text of `{self.entry.id}`"

    @property
    def file(self) -> str:
        """The file that keeps the approval."""
        from generator.approvals import approval_place

        return approval_place(self.entry, self.language, "by").file


@click.command("approve", short_help="Record a lawyer's approval of texts.")
@click.argument("names", nargs=-1, metavar="[TEXT]...")
@click.option("--all-of", "prefixes", multiple=True, metavar="PREFIX",
              help="Every text whose name begins so, as `liability` or `glossary`, not approved as it is.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Every text of the library that is not approved as it is.")
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
    names: tuple[str, ...], prefixes: tuple[str, ...], everything: bool, languages: tuple[str, ...], by: str, on: str,
    digests: tuple[str, ...], withdraw: bool, dry_run: bool,
) -> None:  # fmt: skip
    """Record in the file of each TEXT that NAME has read it and approves it.

    A TEXT is a clause, or other words that contracts print: `glossary.TERM` is a definition, `outline.D03` the titles
    of a document; `clausier library approvals` lists them all. The text is shown first, as it stands in the file, with
    its digest. The approval names that digest: once the text is edited, it no longer counts. Nothing but the approval
    changes in the file, and either all files are written or none. A text with errors of `clausier library lint` is not
    approved.

    \b
    Examples:
      clausier library approve liability.client-cap --lang fr --dry-run
      clausier library approve liability.client-cap --lang fr --by "Me Exemple" --digest 9a2969953935
      clausier library approve glossary.incident outline.D03 --lang fr --by "Me Exemple"
      clausier library approve --all-of liability --lang fr --lang en --by "Me Exemple" --on 2026-11-20
      clausier library approve --all --lang fr --by "Me Exemple"
      clausier library approve liability.client-cap --lang fr --withdraw
    """
    from generator.approvals import recorded
    from generator.parts import sweep_below
    from generator.pipeline import library_of
    from generator.workspace import Workspace, write_all

    asked = Wish(names, prefixes, everything, tuple(dict.fromkeys(languages)), by, on, digests, withdraw)
    wish = _checked(asked, dry_run)
    workspace = Workspace.default()
    if not dry_run:
        sweep_below(str(workspace.clauses))
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
    if withdraw or wish.by:
        by_text: dict[str, dict[str, Approval | None]] = {}
        for change in changes:
            by_text.setdefault(change.entry.id, {})[change.language] = change.new
        files, refused = recorded(library, workspace, by_text)
        if refused:
            _refuse(refused, "nothing was written")
        if not dry_run:
            write_all(files)
    if withdraw or not dry_run:
        for change in changes:
            _tell(change)
    count = f"{len(changes)} {'approval' if len(changes) == 1 else 'approvals'}"
    verb = "withdrawn" if withdraw else "recorded"
    console.out(f"{count} would be {verb}; nothing was written" if dry_run else f"{count} {verb}")
    if library.proven and not dry_run:
        console.out("next: clausier library prove, because a proof is of these very files")


# ---- what is asked for


def _checked(wish: Wish, dry_run: bool) -> Wish:
    """The wish with the name and day to record. Raises ``click.UsageError`` for options that do not go together."""
    if not (wish.names or wish.prefixes or wish.everything):
        raise click.UsageError("no text is named; name it, or name several with --all-of or --all")
    if wish.withdraw:
        if wish.by or wish.on or wish.digests:
            raise click.UsageError("--withdraw takes an approval away; --by, --on and --digest have no place there")
        return wish
    from generator.approvals import fault_of_name
    from generator.workspace import today

    by = unicodedata.normalize("NFC", wish.by)
    fault = fault_of_name(by)
    if fault and not (dry_run and not by):
        raise click.BadParameter(f"{fault}; write who has read the text, as in `Me Exemple`", param_hint="--by")
    present = today()
    if wish.on > present:
        raise click.BadParameter(f"{wish.on} is not yet come, today is {present}", param_hint="--on")
    return replace(wish, by=by, on=wish.on or present)


def _changes(library: Library, wish: Wish) -> tuple[Change, ...]:
    """Every text that is meant. Raises ``click.UsageError`` for a name that nothing has, or where nothing is left."""
    from generator.approvals import approvable, approval_of, languages_of, use_changed

    known = approvable(library)
    named = {id_: _named(library, known, id_) for id_ in wish.names}
    below = {entry.id: entry for prefix in wish.prefixes for entry in _below(known, prefix)}
    changes = []
    for id_, entry in {**named, **below, **(known if wish.everything else {})}.items():
        for language in wish.languages:
            if language not in languages_of(entry):
                continue
            state = "none" if language not in entry.approved else entry.approval_state(language)
            if wish.withdraw:
                if state != "none":
                    changes.append(Change(entry, language, None))
            elif id_ in named or state != "approved" or use_changed(entry, language):
                changes.append(Change(entry, language, approval_of(entry, language, wish.by, wish.on)))
    if not changes:
        what = "no approval of these texts is recorded" if wish.withdraw else "all of these texts are approved"
        raise click.UsageError(f"{what}; `clausier library approvals` lists them")
    return tuple(changes)


def _named(library: Library, known: Mapping[str, Approvable], id_: str) -> Approvable:
    if id_ in known:
        if id_ in library.clauses and id_ in library.wordings:
            other = library.wordings[id_].span
            raise click.UsageError(
                f"`{console.visible(id_)}` names a clause and an entry ({other.file}:{other.line}); rename one of them"
            )
        return known[id_]
    if slot := library.by_slot.get(id_):
        help_ = "it is a place, which these can fill: " + ", ".join(f"`{clause.id}`" for clause in slot)
    elif term := _term_called(library, id_):
        help_ = f"it is a term of the glossary: `{term}`"
    else:
        near = did_you_mean(id_, known)
        help_ = f"did you mean `{near}`?" if near else "`clausier library approvals` lists them all"
    raise click.UsageError(f"no text is named `{console.visible(id_)}`; {help_}")


def _term_called(library: Library, word: str) -> str:
    """The name of the definition that a word of a text leads to: by the id of the term, or by one of its forms."""
    wanted = word.removeprefix("glossary.").casefold()
    for term in library.glossary.values():
        if wanted in {term.id.casefold(), *(form.casefold() for forms in term.forms.values() for form in forms)}:
            return f"glossary.{term.id}"
    return ""


def _below(known: Mapping[str, Approvable], prefix: str) -> list[Approvable]:
    stem = prefix.rstrip(".")
    found = [entry for id_, entry in known.items() if f"{id_}.".startswith(f"{stem}.")]
    if stem and found:
        return found
    parts = {".".join(id_.split(".")[:count]) for id_ in known for count in range(1, id_.count(".") + 2)}
    near = did_you_mean(stem, sorted(parts))
    help_ = f"did you mean `{near}`?" if near else "name the first words of a text, up to a dot"
    raise click.UsageError(f"no text begins with `{console.visible(prefix)}`; {help_}")


# ---- what stands in the way


def _refuse(found: Sequence[Diagnostic], why: str) -> NoReturn:
    report = Report.of(found)
    drafts.Findings("text").show(report)
    console.out(f"{why} ({findings.tally(report)})")
    console.end(console.FINDINGS)


def _refuse_faults(library: Library, changes: Sequence[Change]) -> None:
    """A text that the library itself finds fault with is not approved."""
    from generator.approvals import lines_of
    from generator.lint import lint

    places = [lines_of(change.entry) for change in changes]
    faults = [
        finding
        for finding in lint(library).diagnostics
        if finding.is_error
        and finding.code != _CURED
        and (span := finding.span) is not None
        and any(span.file == file and first <= span.line <= last for file, first, last in places)
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


# ---- what is said


def _say(line: str) -> None:
    console.out(console.visible(line))


def _show_text(change: Change) -> None:
    """The text as it stands in the file, which is what the digest is made of, and where and when it is printed."""
    from generator.approvals import digest_of, place_of, text_of, where_printed

    entry, language = change.entry, change.language
    span = place_of(entry, language)
    _say(f"{change.text} ({span.file}:{span.line}), digest {digest_of(entry, language)}")
    for line in where_printed(entry, language):
        _say(f"  {line}")
    console.out()
    for line in text_of(entry, language).splitlines():
        _say(f"    {line}".rstrip())
    console.out()


def _tell(change: Change) -> None:
    """What became of one text, and of the approval that stood there before."""
    old, new = change.old, change.new
    if new is None:
        assert old is not None
        _say(f"withdraw: the approval of {change.text} by {old.by} on {old.on}")
        return
    _say(f"approved: {change.text} by {new.by} on {new.on}, digest {new.digest} ({change.file})")
    if old is not None:
        of = "" if old.digest == new.digest else f" of an earlier text ({old.digest})"
        _say(f"  it takes the place of the approval by {old.by} on {old.on}{of}")
