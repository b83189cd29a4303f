"""What a library says, by digests of its pieces: a contract that read none of what changed is as it was.

The *frame* is what any contract may rest on: rules, facts, outlines, glossary, profiles, service sheets and schemas. Of
the clauses each contract prints some, and of the others it reads only whether they are chosen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generator.library.model import LANGUAGES, LibraryClause
from generator.workspace import Workspace, read_whole

# What decides in the front matter where and when a clause is chosen, and what no contract prints of it.
_CHOOSING: Final = ("slot", "when", "effective", "exception_to", "requires", "excludes")
_SILENT: Final = frozenset({*_CHOOSING, "sources", "locked", "replaces_text", "approved"})
_MOST_BYTES: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Digests:
    """A clause by digests: of what chooses it, of the rest of its front matter, and in each language of its text with
    whether that text is approved."""

    choice: str
    front: str
    texts: Mapping[str, str]


Contents = Mapping[str, Digests]


def frame_digest(workspace: Workspace, clauses: Iterable[LibraryClause]) -> str:
    """The digest of all that any contract may rest on: every file of the library but the clauses, by name and content,
    the service sheets and the schemas."""
    digest = hashlib.sha256(f"{workspace.clauses.name}\0{workspace.schemas_digest()}".encode())
    for path in workspace.library_files():
        if path.suffix == ".yaml":
            digest.update(f"\0{path.relative_to(workspace.clauses).as_posix()}\0".encode())
            digest.update(read_whole(path, _MOST_BYTES))
    for clause in clauses:
        if clause.service is not None:
            digest.update(f"\0{clause.id}\0{_json(clause.front.value['service'])}".encode())
    return digest.hexdigest()


def contents_text(clauses: Iterable[LibraryClause]) -> str:
    """The digests of all clauses as a text, which is kept beside contracts; ``read_contents`` reads it."""
    return _json({clause.id: _entry(clause) for clause in clauses})


def read_contents(text: str) -> Contents:
    """The digests of all clauses. Raises ``ValueError`` for what ``contents_text`` did not write."""
    return {
        id_: Digests(choice, front, dict(zip(LANGUAGES, texts, strict=True)))
        for id_, (choice, front, *texts) in json.loads(text).items()
    }


def _entry(clause: LibraryClause) -> list[str]:
    front: dict[str, Any] = clause.front.value
    where = [clause.layer.id, clause.file]
    choice = [*where, *(front.get(name) for name in _CHOOSING)]
    rest = [*where, {name: value for name, value in front.items() if name not in _SILENT}]
    texts = [f"{clause.texts[language].digest} {clause.approval_state(language)}" for language in LANGUAGES]
    return [_short(choice), _short(rest), *texts]


def _short(value: Any) -> str:
    return hashlib.sha256(_json(value).encode()).hexdigest()[:16]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=repr)
