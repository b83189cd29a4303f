"""The two libraries of a comparison: of the work tree, of a commit, of another folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.diagnostics import Diagnostic, Severity
from generator.git import Repository, repository_of
from generator.library.model import Library
from generator.library.proof import LOCK
from generator.pipeline import library_of
from generator.programs import fill_folder, scratch_folder
from generator.schema import DealSchema, SchemaError
from generator.workspace import Workspace, WorkspaceError, read_text, read_whole

SCHEMAS: Final = tuple(
    f"{kind}.schema.json" for kind in ("clause", "deal", "glossary", "layer", "outline", "profile", "rules")
)
SCHEMA_BYTES: Final = 4 << 20
_WORK_TREE: Final = "the work tree"
_RANGE: Final = re.compile(r"(.*?)(?<!\.)\.\.(?!\.)(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Side:
    """One library of a comparison: ``name`` as the user called it, ``commit`` its full name where it is one.

    ``foreign`` says that it is not the library that ships with this program: it may have been written for another.
    """

    name: str
    workspace: Workspace
    library: Library | None
    findings: tuple[Diagnostic, ...]
    commit: str = ""
    foreign: bool = False

    def files(self) -> dict[str, bytes]:
        """The YAML files of the library and its schemas by their names below the library's parent folder."""
        paths = {self.workspace.shown(path): path for path in self.workspace.library_files() if path.suffix == ".yaml"}
        paths |= {f"schemas/{path.name}": path for path in sorted(self.workspace.schemas.glob("*.schema.json"))}
        return {name: read_whole(path, SCHEMA_BYTES) for name, path in paths.items()}


@contextmanager
def sides(own: Workspace, revisions: Sequence[str], folder: Path | None = None) -> Iterator[tuple[Side, Side]]:
    """The old library and the new one, as long as the block lasts.

    One revision is compared with the library ``own`` in the work tree, two with each other, in this order; ``folder``
    is another copy of the library, compared with ``own``. Raises ``WorkspaceError`` for what cannot be found.
    """
    if folder is not None:
        yield side_of(str(folder), _copy_in(folder, own), foreign=True), side_of(_WORK_TREE, own)
        return
    repository = repository_of(own.clauses.parent)
    commits = [repository.commit(revision) for revision in revisions]
    with scratch_folder() as scratch:
        made = [
            _committed(repository, own, revision, commit, scratch / str(number))
            for number, (revision, commit) in enumerate(zip(revisions, commits, strict=True))
        ]
        yield made[0], made[1] if len(made) > 1 else side_of(_WORK_TREE, own)


def revisions_in(words: Sequence[str]) -> tuple[str, ...]:
    """The revisions that were named: ``A B`` and ``A..B`` are two, and an end that is left out is ``HEAD``."""
    found: list[str] = []
    for word in words:
        match = None if _searches(word) else _RANGE.match(word)
        found += [word] if match is None else [end or "HEAD" for end in match.groups()]
    return tuple(found)


def of_a_common_ancestor(word: str) -> bool:
    """Whether a word asks for what changed since two revisions parted: `A...B` compares no two libraries."""
    return "..." in word and not _searches(word)


def _searches(word: str) -> bool:
    """Whether a revision is named by words of its message, which may hold dots."""
    return word.startswith(":") or "{/" in word


def side_of(name: str, workspace: Workspace, commit: str = "", *, foreign: bool = False) -> Side:
    """A library with its name, or with every reason why it cannot be read."""
    if not foreign:
        library, findings = library_of(workspace)
        return Side(name, workspace, library, findings)
    findings = tuple(_schema_findings(workspace))
    library = None
    if not findings:
        try:
            library, findings = library_of(workspace)
        except WorkspaceError as refusal:
            file = Path(refusal.file)
            if file.is_relative_to(workspace.clauses.parent):
                refusal.file = workspace.shown(file)
            findings = (_unreadable(refusal),)
        except Exception as error:
            # A library of another time may have a shape that its own schemas allow and today's reader does not know:
            # whatever comes of it is said of the library, and is no fault of the program.
            what = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
            findings = (
                Diagnostic(
                    "foreign-library",
                    Severity.ERROR,
                    f"this version of the program cannot read the library ({what})",
                    None,
                    "compare with a later revision",
                    file=workspace.shown(workspace.clauses),
                ),
            )
    return Side(name, workspace, library, findings, commit, foreign)


def _committed(repository: Repository, own: Workspace, revision: str, commit: str, folder: Path) -> Side:
    clauses, schemas = own.clauses.name, own.schemas.name
    files = repository.files(commit, (clauses, schemas), revision)
    if not any(name.startswith(f"{clauses}/") for name in files):
        reason = f"the revision has no clause library in {own.clauses}"
        raise WorkspaceError(revision, reason, "name a revision that has one, or compare with a folder: `--with DIR`")
    # The lock too: contracts print whether their library is proven.
    kept = (".md", ".yaml", ".json", LOCK)
    fill_folder(folder, {name: content for name, content in files.items() if name.endswith(kept)})
    return side_of(revision, Workspace(folder / clauses, folder / schemas), commit, foreign=True)


def _copy_in(folder: Path, own: Workspace) -> Workspace:
    """The library in a folder that holds ``clauses``, or is one; without schemas of its own it is read with ours."""
    if not folder.is_dir():
        raise WorkspaceError(
            str(folder), "there is no such folder", "name the folder that holds `clauses` and `schemas`"
        )
    inside = folder / own.clauses.name
    clauses = (inside if inside.is_dir() else folder).absolute()
    if not any(path.name == "layer.yaml" for path in clauses.glob("*/layer.yaml")):
        reason = "this folder holds no clause library"
        raise WorkspaceError(str(folder), reason, "name the folder that holds `clauses` and `schemas`")
    schemas = clauses.parent / own.schemas.name
    return Workspace(clauses, schemas if schemas.is_dir() else own.schemas)


def _schema_findings(workspace: Workspace) -> Iterator[Diagnostic]:
    """What is wrong with the schemas that a library brings along: without them nothing of it can be read."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as BadSchema

    for name in SCHEMAS:
        file = f"{workspace.schemas.name}/{name}"
        try:
            text = read_text(workspace.schemas / name, SCHEMA_BYTES)
            Draft202012Validator.check_schema(json.loads(text))
            if name == "deal.schema.json" and DealSchema.from_text(text).type.kind != "record":
                raise SchemaError("a deal is a group of fields")
        except WorkspaceError as refusal:
            refusal.file = file
            yield _unreadable(refusal)
        except (ValueError, RecursionError, BadSchema, SchemaError, LookupError, TypeError, AttributeError) as error:
            what = " ".join(str(getattr(error, "message", error)).split())[:200]
            message = f"this schema cannot be read ({what})"
            yield Diagnostic("bad-schema", Severity.ERROR, message, None, "correct the schema", file=file)


def _unreadable(refusal: WorkspaceError) -> Diagnostic:
    return Diagnostic("unreadable", Severity.ERROR, refusal.reason, None, refusal.remedy, file=refusal.file)
