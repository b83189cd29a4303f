"""What was built: a record of each contract beside the packs, by which the next build knows what it need not do.

``DIR/.clausier/<deal id>.jsonl`` has two lines of JSON. The first says what the contract was made of and which files it
is; the second what is in it, and is read only where something changed. A record is written after its files: where the
two disagree, the record is wrong and the contract is built again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from generator.folder_lock import RECORDS
from generator.library.contents import Contents, read_contents
from generator.workspace import WorkspaceError, is_link, read_whole, write_whole

FOLDER: Final = RECORDS
VERSION: Final = 1
_MOST_BYTES: Final = 16 << 20
_SEPARATOR: Final = re.compile(r"[/\\\0]")
# The escape of a surrogate: characters are written as they are, so that none of ours has it.
_HALF: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")


class File(NamedTuple):
    """A file of a pack as it was written: its name, size, time of change in nanoseconds, and SHA-256."""

    name: str
    size: int
    time: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """What a contract was made of and which files it is.

    ``deal`` is the deal's file as seen from the folder of packs, ``name`` its name alone, ``text`` its digest.
    ``profile`` and ``base`` are what deal and profile name, ``beside`` where the profile was found and the digests of
    both; ``run`` is what all deals of a build share. ``library`` names the digests of all clauses, ``used`` those that
    are printed, ``heeds`` the languages whose text counts. ``left`` are files of earlier packs that this one does not
    have; ``coming`` has the digests of files that a build was about to write when this was recorded.
    """

    id: str
    deal: str
    name: str = ""
    text: str = ""
    profile: str = ""
    base: str = ""
    beside: tuple[str, ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)
    library: str = ""
    used: str = ""
    heeds: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    left: tuple[File, ...] = ()
    coming: Mapping[str, str] = field(default_factory=dict)


Details = Mapping[str, Any]


def refuse_linked(folder: Path) -> None:
    """Refuse records that would be written where a link leads. Raises ``WorkspaceError``."""
    if is_link(folder / FOLDER):
        raise WorkspaceError(str(folder / FOLDER), "the target is a link", "remove it or choose another folder")


def record_path(folder: Path, deal_id: str) -> Path:
    return folder / FOLDER / f"{deal_id}.jsonl"


def record_text(record: Record, details: Details) -> bytes:
    head = {"version": VERSION, **asdict(record)}
    lines = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in (head, details))
    # Where the locale is not of UTF-8, Python reads the bytes of a file's name as stand-ins: they are written as bytes.
    return ("\n".join(lines) + "\n").encode(errors="surrogateescape")


def read_record(folder: Path, deal_id: str) -> Record | None:
    """The record of a deal; ``None`` where there is none that can be read, or that this program wrote."""
    try:
        head = json.loads(_line(folder, deal_id, 0).decode(errors="surrogateescape"))
        if head.pop("version") != VERSION or head["id"] != deal_id:
            return None
        for name in ("files", "left"):
            head[name] = tuple(File(*file) for file in head[name])
        for name in ("deal", "name"):
            head[name] = os.fsdecode(head[name].encode(errors="surrogateescape"))
        record = Record(**{**head, "beside": tuple(head["beside"]), "heeds": tuple(head["heeds"])})
    except (WorkspaceError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None
    return record if _is_sound(record) else None


def _is_sound(record: Record) -> bool:
    """Whether the values are of their types, and the names those of files that lie in the folder of the pack."""
    # Of what JSON holds, no type is sure.
    held: dict[str, Any] = {name: getattr(record, name) for name in Record.__slots__}
    texts = [held[name] for name in ("deal", "name", "text", "profile", "base", "library", "used")]
    mappings = (held["run"], held["coming"])
    if not all(isinstance(text, str) for text in (*texts, *held["beside"], *held["heeds"])):
        return False
    if not all(isinstance(mapping, dict) for mapping in mappings):
        return False
    files: list[Any] = [*held["files"], *held["left"]]
    named = [*((file.name, file.sha256) for file in files), *held["coming"].items()]
    return all(isinstance(number, int) for file in files for number in (file.size, file.time)) and all(
        isinstance(name, str)
        and isinstance(digest, str)
        and name not in {"", ".", ".."}
        and not _SEPARATOR.search(name)
        for name, digest in named
    )


def read_details(folder: Path, deal_id: str) -> Details:
    """What was in the contract; nothing where that cannot be read."""
    try:
        details = json.loads(_line(folder, deal_id, 1))
    except (WorkspaceError, ValueError, IndexError, RecursionError):
        return {}
    return details if isinstance(details, dict) else {}


def _line(folder: Path, deal_id: str, number: int) -> bytes:
    """One of the two lines of a record. Raises ``ValueError`` for one that this program did not write."""
    line = read_whole(record_path(folder, deal_id), _MOST_BYTES).split(b"\n", 1)[number]
    # A line has next to no escapes: to look for one takes a hundredth of the time.
    if b"\\u" in line and _HALF.search(line):
        raise ValueError("half a character, which cannot be written again")
    return line


# ---- the libraries that contracts were built from


def _library_path(folder: Path, tag: str) -> Path:
    return folder / FOLDER / f"library-{tag}.json"


def keep_contents(folder: Path, tag: str, text: str) -> None:
    """Keep the digests of a library's clauses, to tell later which of them changed. Raises ``WorkspaceError``."""
    refuse_linked(folder)
    path = _library_path(folder, tag)
    if kept_text(folder, tag) != text:
        write_whole(path, text.encode(), swept=True)


def kept_text(folder: Path, tag: str) -> str:
    try:
        return read_whole(_library_path(folder, tag), _MOST_BYTES).decode()
    except (WorkspaceError, UnicodeDecodeError):
        return ""


def kept_contents(folder: Path, tag: str) -> Contents | None:
    """The digests of the clauses of a library of before; ``None`` where they are not known."""
    try:
        return read_contents(kept_text(folder, tag))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
