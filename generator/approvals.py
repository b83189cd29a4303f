"""What lawyers have approved in the library: the state of each text, and how its file records it.

An approval holds for a text and stands beside it, with the digest of what was read. Texts are those of clauses, and
the words that contracts print beside them: definitions, titles, labels and the like (``generator.library.wordings``).
"""

from __future__ import annotations

import hashlib
import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from generator.characters import FORBIDDEN, character_name
from generator.diagnostics import Diagnostic, Severity, Span
from generator.library.approved import Approval, State, Wording
from generator.library.clause_files import as_written
from generator.library.front import ByEntry, FrontMatterError, with_approvals
from generator.library.load import LIBRARY_FILE_BYTES
from generator.library.model import LANGUAGES, Library, LibraryClause
from generator.library.wordings import LABELS_FILE, NEW_LABELS
from generator.source import Path as Place
from generator.source import Source, read_yaml
from generator.workspace import MAX_TEXT_BYTES, Workspace, exists, read_text, read_whole

MAX_NAME = 200

Approvable = LibraryClause | Wording
Changes = Mapping[str, Mapping[str, Approval | None]]
"""By the id of a text and by language: its new approval, or ``None`` for one that is taken away."""

_Wanted = tuple[Approvable, Mapping[str, Approval | None]]

# What decides, in the front matter, for which deals and where the text is printed, and what the sheet of a service
# prints beside it. Sources, the lock and the digest of a replaced text change nothing that a client signs.
_USE = ("slot", "when", "exception_to", "effective", "requires", "excludes", "binds", "service")


@dataclass(frozen=True, slots=True)
class TextState:
    """One text of the library with its approval; ``use_changed`` says that it now stands elsewhere, or in the
    contracts of other deals, than on the day of the approval."""

    entry: Approvable
    language: str
    state: State
    approval: Approval | None
    use_changed: bool


def approvable(library: Library) -> dict[str, Approvable]:
    """All that can be approved, by its id; a clause goes before other words that have the same one."""
    clauses: dict[str, Approvable] = dict(sorted(library.clauses.items()))
    return {**clauses, **{id_: words for id_, words in sorted(library.wordings.items()) if id_ not in clauses}}


def states(library: Library) -> Iterator[TextState]:
    """The state of every text, clauses first, by id and language."""
    clauses = (clause for _, clause in sorted(library.clauses.items()))
    wordings = (wording for _, wording in sorted(library.wordings.items()))
    entries: Iterator[Approvable] = chain(clauses, wordings)
    for entry in entries:
        for language in languages_of(entry):
            approval = entry.approved.get(language)
            yield TextState(entry, language, entry.approval_state(language), approval, use_changed(entry, language))


def languages_of(entry: Approvable) -> tuple[str, ...]:
    """The languages in which there is a text."""
    return tuple(language for language in LANGUAGES if isinstance(entry, LibraryClause) or language in entry.words)


def digest_of(entry: Approvable, language: str) -> str:
    """The digest of the text as the library holds it now."""
    return entry.texts[language].digest if isinstance(entry, LibraryClause) else entry.digest(language)


def text_of(entry: Approvable, language: str) -> str:
    """The text as a lawyer reads it, which is what the digest is made of."""
    return entry.texts[language].source.strip() if isinstance(entry, LibraryClause) else entry.text(language)


def place_of(entry: Approvable, language: str) -> Span:
    """Where the text stands."""
    return entry.texts[language].span if isinstance(entry, LibraryClause) else entry.span


def where_printed(entry: Approvable, language: str) -> Iterator[str]:
    """What decides where and when the text is printed, line by line, for who reads it."""
    if isinstance(entry, Wording):
        for name, value in entry.uses.items():
            shown = _in_language(value, language)
            if isinstance(shown, str | int) and not isinstance(shown, bool):
                yield f"{name}: {shown}"
            elif isinstance(shown, list) and shown and all(isinstance(item, str) for item in shown):
                yield f"{name}: {', '.join(shown)}"
        return
    yield f"slot: {entry.slot}"
    yield f"when: {entry.when.text if entry.when is not None else 'always'}"
    if entry.layer.when is not None:
        yield f"layer {entry.layer.id}: {entry.layer.when.text}"
    if entry.exception_to:
        yield f"exception to: {entry.exception_to}"
    period = entry.effective
    if period.start or period.end:
        yield f"effective: {period.start or 'ever'} to {period.end or 'further notice'}"


def lines_of(entry: Approvable) -> tuple[str, int, int]:
    """The file of a text, with the first and the last line of what belongs to it: of a clause, the whole file."""
    if isinstance(entry, LibraryClause):
        return entry.file, 1, sys.maxsize
    if entry.span.file != entry.source.file:
        return entry.span.file, entry.span.line, entry.span.line
    size = len(entry.home)
    lines = [place.line for path, place in entry.source.places.items() if path[:size] == entry.home]
    return entry.span.file, min(lines, default=0), max(lines, default=0)


def approval_place(entry: Approvable, language: str, field: str) -> Span:
    """Where a field of an approval stands: ``by``, ``on``, ``text`` or ``use``."""
    source, home = _kept(entry)
    return source.span((*home, "approved", language, field))


def use_changed(entry: Approvable, language: str) -> bool:
    """Whether the condition, place or sheet of the text changed since the approval, where that recorded them."""
    approval = entry.approved.get(language)
    return approval is not None and approval.use not in {"", use_digest(entry, language)}


def use_digest(entry: Approvable, language: str) -> str:
    """The digest of where and when a text is printed: 12 hexadecimal digits; empty where its entry does not say so."""
    if isinstance(entry, Wording):
        if not entry.uses:
            return ""
        layer: list[str] = []
        used = {name: _in_language(value, language) for name, value in entry.uses.items()}
    else:
        front = entry.front.value
        used = {name: _in_language(front[name], language) for name in _USE if name in front}
        layer = [entry.layer.id, entry.layer.when.text if entry.layer.when is not None else ""]
    canonical = json.dumps([layer, used], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _in_language(value: Any, language: str) -> Any:
    """A value of a library file without its words in other languages, and without approvals."""
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES):
            return value.get(language)
        return {name: _in_language(item, language) for name, item in value.items() if name != "approved"}
    return [_in_language(item, language) for item in value] if isinstance(value, list) else value


def approval_of(entry: Approvable, language: str, by: str, on: str) -> Approval:
    """The approval of a text as the library holds it now."""
    return Approval(by, on, digest_of(entry, language), use_digest(entry, language))


def fault_of_name(name: str) -> str:
    """What is wrong with the name of a person who approves; empty for a good one."""
    if not name.strip():
        return "the name is blank"
    if name != " ".join(name.split()):
        return "the name is not one line with single spaces"
    if bad := FORBIDDEN.search(name):
        return f"the name holds the character {character_name(bad.group())}"
    return f"the name is longer than {MAX_NAME} characters" if len(name) > MAX_NAME else ""


# ---- the files


def _kept(entry: Approvable) -> tuple[Source, Place]:
    """The YAML that holds the approvals of a text, and the path of the entry that they stand in."""
    return (entry.front, ()) if isinstance(entry, LibraryClause) else (entry.source, entry.home)


def recorded(
    library: Library, workspace: Workspace, changes: Changes
) -> tuple[dict[Path, bytes], tuple[Diagnostic, ...]]:
    """The new content of every file that keeps one of these approvals.

    Nothing else in a file changes: the result is read again and compared before it is given back. Returns the reasons
    where that cannot be. Raises ``WorkspaceError`` for a file that cannot be read.
    """
    entries = approvable(library)
    by_file: dict[str, list[_Wanted]] = {}
    for id_, approvals in changes.items():
        by_file.setdefault(_kept(entries[id_])[0].file, []).append((entries[id_], approvals))
    clauses = {clause.file: clause for clause in library.clauses.values()}
    files: dict[Path, bytes] = {}
    refused: list[Diagnostic] = []
    for file, wanted in by_file.items():
        path = workspace.clauses.parent / file
        content, reason = _recorded(path, clauses.get(file), wanted)
        if content is not None:
            files[path] = content
        refused += reason
    return files, tuple(refused)


def _recorded(
    path: Path, clause: LibraryClause | None, wanted: Sequence[_Wanted]
) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """The new content of one file: that of a clause, or a file that is YAML from its first line on."""
    first, _ = wanted[0]
    source, _ = _kept(first)
    fresh = path.name == LABELS_FILE and not exists(path)
    raw = NEW_LABELS.encode() if fresh else read_whole(path, MAX_TEXT_BYTES)
    text = NEW_LABELS if fresh else read_text(path)
    homes: ByEntry = {_kept(entry)[1]: approvals for entry, approvals in wanted}
    before = _as_read(source.file, text, clause)
    if before is None or before[0].value != source.value or (clause is not None and before[2] != _digests(clause)):
        return None, (_refusal(first, "the file was changed while it was read", "run the command again"),)
    try:
        changed = with_approvals(text, homes, front=clause is not None)
    except FrontMatterError:
        return None, (_unwritable(first, homes),)
    after = _as_read(source.file, changed, clause)
    if after is None or after[0].value != _expected(source.value, homes) or after[1] != before[1]:
        return None, (_unwritable(first, homes),)
    mark = BOM_UTF8 if raw.startswith(BOM_UTF8) else b""
    return mark + changed.encode(), ()


def _as_read(file: str, text: str, clause: LibraryClause | None) -> tuple[Source, str, dict[str, str]] | None:
    """The YAML of a file, what stands behind it, and the digests of the texts there; ``None`` where it is none."""
    if clause is not None:
        source, body, digests = as_written(file, text)
    else:
        source, body, digests = read_yaml(file, text, max_bytes=LIBRARY_FILE_BYTES)[0], "", {}
    return (source, body, digests) if source is not None else None


def _digests(clause: LibraryClause) -> dict[str, str]:
    return {language: text.digest for language, text in clause.texts.items()}


def _expected(value: Any, homes: ByEntry) -> Any:
    """The value of a file with these approvals."""
    changed = deepcopy(value)
    for home, approvals in homes.items():
        entry = changed
        for step in home:
            entry = entry.setdefault(step, {}) if isinstance(entry, dict) else entry[step]
        approved = entry.setdefault("approved", {})
        for language, approval in approvals.items():
            approved.pop(language, None)
            if approval is not None:
                held = {"by": approval.by, "on": approval.on, "text": approval.digest}
                approved[language] = {**held, "use": approval.use} if approval.use else held
        if not approved:
            del entry["approved"]
        if not entry and home:
            del changed[home[0]]
    return changed


def _unwritable(entry: Approvable, homes: ByEntry) -> Diagnostic:
    languages = dict.fromkeys(language for approvals in homes.values() for language in approvals)
    held = "front matter" if isinstance(entry, LibraryClause) else "file"
    return _refusal(
        entry,
        f"the approval of `{entry.id}` cannot be written without changing something else in its {held}",
        f"write the {held} one key a line and without tabs, or edit `approved:` by hand for " + " and ".join(languages),
    )


def _refusal(entry: Approvable, message: str, help_: str) -> Diagnostic:
    source, home = _kept(entry)
    return Diagnostic(
        "approval-not-recorded", Severity.ERROR, message, source.span((*home, "approved"), key=True), help_
    )
