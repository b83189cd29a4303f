"""What lawyers have approved in the library: the state of each text, and how the file of a clause records it.

An approval holds for a text and stands in the front matter beside it, with the digest of what was read.
"""

from __future__ import annotations

import hashlib
import json
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from generator.diagnostics import Diagnostic, Severity
from generator.library.clause_files import read_clause
from generator.library.front import FrontMatterError, with_approval
from generator.library.model import LANGUAGES, Approval, Library, LibraryClause
from generator.library.reading import Findings, root_names
from generator.library.types import pack_type
from generator.source import FORBIDDEN, character_name
from generator.workspace import MAX_TEXT_BYTES, Workspace, read_text, read_whole

MAX_NAME = 200

# What decides, in the front matter, for which deals and where the text is printed, and what the sheet of a service
# prints beside it. Sources, the lock and the digest of a replaced text change nothing that a client signs.
_USE = ("slot", "when", "exception_to", "effective", "requires", "excludes", "binds", "service")


@dataclass(frozen=True, slots=True)
class TextState:
    """One text of the library with its approval; ``use_changed`` says that its clause now stands elsewhere, or in
    the contracts of other deals, than on the day of the approval."""

    clause: LibraryClause
    language: str
    state: Literal["approved", "stale", "none"]
    approval: Approval | None
    use_changed: bool


def states(library: Library) -> Iterator[TextState]:
    """The state of every text, by clause and language."""
    for _, clause in sorted(library.clauses.items()):
        for language in LANGUAGES:
            approval = clause.approved.get(language)
            yield TextState(clause, language, clause.approval_state(language), approval, use_changed(clause, language))


def use_changed(clause: LibraryClause, language: str) -> bool:
    """Whether the condition, place or sheet of the clause changed since the approval, where that recorded them."""
    approval = clause.approved.get(language)
    return approval is not None and approval.use not in {"", use_digest(clause, language)}


def use_digest(clause: LibraryClause, language: str) -> str:
    """The digest of where and when a text is printed: 12 hexadecimal digits, as that of the text."""
    front = clause.front.value
    used = {name: _in_language(front[name], language) for name in _USE if name in front}
    layer = (clause.layer.id, clause.layer.when.text if clause.layer.when is not None else "")
    canonical = json.dumps([layer, used], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _in_language(value: Any, language: str) -> Any:
    """A value of the front matter without its words in other languages."""
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES):
            return value.get(language)
        return {name: _in_language(item, language) for name, item in value.items()}
    return [_in_language(item, language) for item in value] if isinstance(value, list) else value


def approval_of(clause: LibraryClause, language: str, by: str, on: str) -> Approval:
    """The approval of a text as the library holds it now."""
    return Approval(by, on, clause.texts[language].digest, use_digest(clause, language))


def fault_of_name(name: str) -> str:
    """What is wrong with the name of a person who approves; empty for a good one."""
    if not name.strip():
        return "the name is blank"
    if name != " ".join(name.split()):
        return "the name is not one line with single spaces"
    if bad := FORBIDDEN.search(name):
        return f"the name holds the character {character_name(bad.group())}"
    return f"the name is longer than {MAX_NAME} characters" if len(name) > MAX_NAME else ""


# ---- the file


def file_of(clause: LibraryClause, workspace: Workspace) -> Path:
    """Where the text of a clause is kept."""
    return workspace.clauses.parent / clause.file


def recorded(
    library: Library, workspace: Workspace, clause: LibraryClause, approvals: Mapping[str, Approval | None]
) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """The content of a clause's file with these approvals by language, ``None`` for one that is taken away.

    Nothing else in the file changes: the result is read again and compared before it is given back. Returns ``None``
    and the reason where that cannot be. Raises ``WorkspaceError`` for a file that cannot be read.
    """
    path = file_of(clause, workspace)
    mark = BOM_UTF8 if read_whole(path, MAX_TEXT_BYTES).startswith(BOM_UTF8) else b""
    text = read_text(path)
    before = _read(library, workspace, clause, text)
    if before is None or _digests(before) != _digests(clause) or before.front.value != clause.front.value:
        return None, (_refusal(clause, "the file was changed while it was read", "run the command again"),)
    try:
        for language, approval in approvals.items():
            text = with_approval(text, language, approval)
    except FrontMatterError:
        return None, (_unwritable(clause, approvals),)
    after = _read(library, workspace, clause, text)
    if after is None or _digests(after) != _digests(clause) or after.front.value != _expected(clause, approvals):
        return None, (_unwritable(clause, approvals),)
    states = {language: after.approval_state(language) for language in approvals}
    if states != {language: "approved" if approval else "none" for language, approval in approvals.items()}:
        return None, (_unwritable(clause, approvals),)
    return mark + text.encode(), ()


def _read(library: Library, workspace: Workspace, clause: LibraryClause, text: str) -> LibraryClause | None:
    """The clause as the library would read it from this text of its file."""
    facts, parameters = library.names["facts"], library.names["parameters"]
    text_names = root_names(library.schema, facts, parameters, pack_type())
    return read_clause(
        clause.file,
        text,
        clause.id,
        clause.layer,
        library.names,
        text_names,
        library.terms,
        workspace.schemas / "clause.schema.json",
        Findings(),
    )


def _digests(clause: LibraryClause) -> dict[str, str]:
    return {language: text.digest for language, text in clause.texts.items()}


def _expected(clause: LibraryClause, approvals: Mapping[str, Approval | None]) -> dict[str, Any]:
    front: dict[str, Any] = deepcopy(clause.front.value)
    approved = front.setdefault("approved", {})
    for language, approval in approvals.items():
        approved.pop(language, None)
        if approval is not None:
            approved[language] = {
                "by": approval.by, "on": approval.on, "text": approval.digest, "use": approval.use,
            }  # fmt: skip
    if not approved:
        del front["approved"]
    return front


def _unwritable(clause: LibraryClause, approvals: Mapping[str, Approval | None]) -> Diagnostic:
    return _refusal(
        clause,
        f"the approval of `{clause.id}` cannot be written without changing something else in its front matter",
        "write the front matter one key a line, or edit `approved:` by hand for " + " and ".join(approvals),
    )


def _refusal(clause: LibraryClause, message: str, help_: str) -> Diagnostic:
    span = clause.front.span(("approved",), key=True)
    return Diagnostic("approval-not-recorded", Severity.ERROR, message, span, help_)
