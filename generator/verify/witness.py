"""What a file can be compared with: the contract built again, from the deal that it carries or one that is given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from generator.batch.records import read_record
from generator.doctor import opened
from generator.doctor.names import NAME, W
from generator.doctor.wordfile import WordFile
from generator.document.walk import text_of
from generator.ooxml.names import clause_bookmark, reference_bookmark
from generator.pipeline import Draft, Options, draft_text, profile_places, source_digest
from generator.record import RECEIPT, record
from generator.source import read_yaml
from generator.verify.carried import Carried, Receipt, read_receipt
from generator.verify.reading import Reading, reading
from generator.workspace import Workspace, WorkspaceError, file_digest, read_text, shown_path

_DEAL_NAME: Final = "deal.yaml"


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asks for. ``against`` is the deal to compare with, ``library`` the folder of another library,
    ``record`` a receipt that was kept, a record of a build or a folder of packs."""

    against: Path | None = None
    library: Path | None = None
    provider: Path | None = None
    base: Path | None = None
    record: Path | None = None
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A contract built again. ``receipt`` is the one that its files would carry."""

    draft: Draft
    files: Mapping[str, bytes]
    receipt: Receipt
    # What each document says, by its id, once it was asked for; all of them in one file have no id.
    readings: dict[str, Reading] = field(default_factory=dict, compare=False)


def rebuilt(held: Carried, request: Request, path: Path | None) -> Witness | str:
    """The contract built again, or why it cannot be. Raises ``WorkspaceError`` for files that the user named."""
    workspace = _workspace(request)
    if request.against is not None:
        file, text, folders = shown_path(request.against), read_text(request.against), [request.against.parent]
        as_of = request.as_of
    elif held.deal:
        file, text, folders = _DEAL_NAME, held.deal, list(_folders(path, workspace))
        as_of = request.as_of or held.date_of_law
    else:
        return "it carries no deal"
    provider = request.provider
    if provider is None and request.against is None:
        provider = _profile(held, file, text, folders)
        if provider is None:
            return "the provider profile that it was built with is not here: name it with --provider"
    options = Options(held.language, as_of, provider, request.base)
    beside = tuple(file_digest(str(path)) for path in (provider, request.base) if path is not None)
    made = _made(file, text, folders[0], workspace, options, (workspace.library_state(), beside))
    if isinstance(made, str) and request.against is not None:
        # Nothing was compared with what the user asked for: no weaker witness takes its place.
        raise WorkspaceError(str(request.against), made, "name a deal that `clausier check` finds right")
    return made


# The files of one pack are verified one after the other.
@lru_cache(maxsize=2)
def _made(file: str, text: str, folder: Path, workspace: Workspace, options: Options, _: object) -> Witness | str:
    draft = draft_text(file, text, folder, workspace, options)
    if not draft.complete:
        wrong = next((f.message for f in draft.report.diagnostics if f.is_error), "it is not complete")
        return f"its deal cannot be built here: {wrong}"
    files = record(draft)
    receipt = read_receipt(files[RECEIPT].decode())
    assert receipt is not None
    return Witness(draft, files, receipt)


def _workspace(request: Request) -> Workspace:
    if request.library is None:
        return Workspace.default()
    for root in (request.library, request.library.parent):
        if (root / "clauses").is_dir() and (root / "schemas").is_dir():
            return Workspace(root / "clauses", root / "schemas")
    reason = "this is no library: it has no folders `clauses` and `schemas`"
    raise WorkspaceError(str(request.library), reason, "name a checkout of the library")


def _folders(path: Path | None, workspace: Workspace) -> Iterator[Path]:
    """Where the deal of a file may have been when it was built: its provider profile lies there."""
    if path is not None:
        made = read_record(path.absolute().parent.parent, path.absolute().parent.name)
        if made is not None:
            yield (path.absolute().parent.parent / made.deal).parent
        yield path.absolute().parent
    yield from (Path("."), Path("contracts"), workspace.clauses.parent / "contracts")


def _profile(held: Carried, file: str, text: str, folders: list[Path]) -> Path | None:
    """The first profile of the name that the deal has which is the one that the receipt names."""
    source, _ = read_yaml(file, text)
    value = source.value if source is not None else None
    for step in ("parties", "provider", "profile"):
        value = value.get(step) if isinstance(value, dict) else None
    if not isinstance(value, str) or not value.replace("-", "").isalnum():
        return None
    wanted = held.receipt["provider"]["sha256"] if held.receipt is not None else ""
    for folder in folders:
        for place in profile_places(folder, value):
            try:
                found, _ = read_yaml(str(place), read_text(place))
            except WorkspaceError:
                continue
            if not wanted or source_digest(found) == wanted:
                return place
    return None


# ---- the same file, built again


def as_built(witness: Witness, file: WordFile, found: Reading) -> Reading:
    """What the file would say had it just been built: the same documents of the pack, in the same language."""
    (contract,) = witness.draft.contracts.values()
    parts = [part.id for part in contract.document.parts]
    here = _parts(witness, file, parts)
    if here:
        return _read(witness, here[0] if len(here) == 1 else "")
    # Not one of our bookmarks is left: the documents that say most of what the file says.
    told = {line.words for line in found.lines}
    readings = [_read(witness, part) for part in ("", *parts)]
    return max(readings, key=lambda one: _shared({line.words for line in one.lines}, told))


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _parts(witness: Witness, file: WordFile, parts: list[str]) -> list[str]:
    """The documents of which the file has the heading or a clause."""
    names = {start.get(NAME) for start in file.main.elements(f"{W}bookmarkStart")}
    first = next(iter(witness.receipt["clauses"].values()))
    by_clause = {entry["part"] for entry in first if clause_bookmark(entry["slot"]) in names}
    return [part for part in parts if part in by_clause or reference_bookmark(part) in names]


def _read(witness: Witness, part: str) -> Reading:
    """A document of the contract, or all of them in one file, as its Word file says it."""
    from generator.writers import docx

    if part not in witness.readings:
        (contract,) = witness.draft.contracts.values()
        content = docx.write(contract, (part,) if part else None, embedded=witness.files, house=witness.draft.house)
        file, _ = opened("built", content)
        assert file is not None
        witness.readings[part] = reading(file)
    return witness.readings[part]


# ---- names


def names_of(draft: Draft) -> Mapping[str, str]:
    """What each bookmark of a clause or a heading is called: ``article 7.2 “Plafond” (`liability.cap`, D01)``."""
    numbered = next(iter(draft.numbered.values()))
    labels = numbered.labels
    named: dict[str, str] = {}
    for part in numbered.document.parts:
        named[reference_bookmark(part.id)] = f"“{part.title}” ({part.id})"
        for section in part.sections:
            title = text_of(section.title, numbered)
            if title:
                label = labels[section.anchor]
                number = f"{label.reference} " if label.number else ""
                named[reference_bookmark(section.anchor)] = f"{number}“{title}” ({part.id})"
            for clause in section.clauses:
                found = labels.get(clause.anchor)
                number = f"{found.reference} " if found is not None and found.number else ""
                own = text_of(clause.title, numbered) or title or part.title
                named[clause_bookmark(clause.anchor)] = f"{number}“{own}” (`{clause.anchor}`, {part.id})"
    return named


def kept_receipt(path: Path) -> str:
    """The text of a receipt that the user kept. Raises ``WorkspaceError``."""
    text = read_text(path)
    if read_receipt(text) is None:
        raise WorkspaceError(str(path), "this is no receipt of a build", "name the receipt.json of the pack")
    return json.dumps(json.loads(text), sort_keys=True)
