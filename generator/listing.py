"""The files of a library folder: those that are read, and what lies there that nobody would read unasked."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from generator.refusal import WorkspaceError

MOST_FILES: Final = 5_000
_ENDINGS: Final = (".md", ".yaml")
# `rules.yml` and `Cap.MD` look like files of a library: an author would believe that they count.
_NEARLY: Final = re.compile(r".*\.(?:md|markdown|mdown|mkd|ya?ml)", re.IGNORECASE)


class Stray(NamedTuple):
    """What lies in a library and is not read: its path, what it is, what to do."""

    path: str
    reason: str
    help: str


class Listing(NamedTuple):
    """The paths of the files that are read, in a stable order, and what else was found."""

    files: tuple[str, ...]
    strays: tuple[Stray, ...]


def listed(folder: Path) -> Listing:
    """What lies in a folder and below it, but what is hidden. Raises ``WorkspaceError`` where it cannot be listed."""
    files: list[str] = []
    strays: list[Stray] = []
    for entry in _entries(str(folder)):
        if entry.is_symlink():
            strays.append(Stray(entry.path, "a link in a library is not followed", "put the file itself there"))
        elif not entry.is_file(follow_symlinks=False):
            strays.append(Stray(entry.path, "this is not a regular file", "remove it"))
        elif entry.name.endswith(_ENDINGS):
            files.append(entry.path)
        elif _NEARLY.fullmatch(entry.name):
            strays.append(Stray(entry.path, "a file with this ending is not read", "let it end in .md or .yaml"))
        if len(files) + len(strays) > MOST_FILES:
            reason = f"the library holds more than {MOST_FILES} files"
            raise WorkspaceError(str(folder), reason, "remove what is no part of it")
    return Listing(tuple(sorted(files)), tuple(sorted(strays)))


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """Everything below a folder that is no folder itself; a link to a folder is a link."""
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        yield entry
        except OSError as error:
            reason = f"the folder cannot be read ({error.strerror})"
            raise WorkspaceError(place, reason, "check its permissions") from error
