"""What was found before: the user's cache of things that follow from their key alone, and the digest of the program.

Nothing here is ever needed: without a cache, or with another's, everything is made again and comes out the same.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final, Generic, TypeVar

from generator.workspace import WorkspaceError, read_text, write_whole

Value = TypeVar("Value")


class Same(Generic[Value]):
    """A frozen value as the key of a cache in memory: it equals itself alone, however long it takes to compare."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value


CACHED_ENTRIES: Final = 1000
NO_CACHE: Final = "CLAUSIER_NO_CACHE"
"""The variable that switches the user's cache off where it is set to anything."""


def _cache_folder(kind: str) -> Path | None:
    """Where things of this kind are kept; nowhere for a user without a home, or who wants no cache."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    folder = root if os.path.isabs(root) else os.path.expanduser("~/.cache")
    return Path(folder) / "clausier" / kind if os.path.isabs(folder) and not os.environ.get(NO_CACHE) else None


def recall(kind: str, key: str) -> str:
    """What ``remember`` kept under this key in the user's cache; empty where there is nothing that can be read."""
    folder = _cache_folder(kind)
    if folder is None:
        return ""
    try:
        return read_text(folder / key)
    except WorkspaceError:
        return ""


def remember(kind: str, key: str, text: str, entries: int = CACHED_ENTRIES) -> None:
    """Keep a text in the user's cache, whole or not at all; a cache that cannot be written is none."""
    remember_bytes(kind, key, text.encode(), entries)


def recall_bytes(kind: str, key: str) -> bytes:
    """What ``remember_bytes`` kept, where nobody but this user can have written it; else nothing.

    What is kept may hold code: it is trusted as far as the program's own compiled files are.
    """
    folder = _cache_folder(kind)
    if folder is None:
        return b""
    try:
        if not (_is_own(os.stat(folder)) and _is_own(os.lstat(folder / key))):
            return b""
        return (folder / key).read_bytes()
    except OSError:
        return b""


def _is_own(status: os.stat_result) -> bool:
    """Whether a file or folder is this user's and nobody else may write it."""
    owned = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return owned and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not stat.S_ISLNK(status.st_mode)


def remember_bytes(kind: str, key: str, content: bytes, entries: int = CACHED_ENTRIES) -> None:
    """Keep bytes in the user's cache, whole or not at all, and of its kind no more than the latest ``entries``."""
    folder = _cache_folder(kind)
    if folder is None:
        return
    with suppress(WorkspaceError, OSError):
        write_whole(folder / key, content)
        # Hidden are the files that other processes are writing.
        entries_ = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        kept = sorted(entries_, key=lambda entry: entry.stat().st_mtime_ns)
        for entry in kept[:-entries]:
            entry.unlink()


@lru_cache(maxsize=1)
def engine_digest() -> str:
    """The digest of every file of the program itself, by name and content."""
    here = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(here):
        folders[:] = sorted(name for name in folders if name not in {"__pycache__", "library_data"})
        for name in sorted(files):
            if not name.endswith((".pyc", ".part")) and not name.startswith("."):
                path = Path(folder, name)
                digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@lru_cache(maxsize=1)
def program_state() -> str:
    """The digest of the program, of the Python that runs it and of the names and versions of what is installed."""
    digest = hashlib.sha256(f"{engine_digest()}\0{sys.version}\0{sys.implementation.cache_tag}".encode())
    for folder in sys.path:
        with suppress(OSError):
            for name in sorted(os.listdir(folder or ".")):
                if name.endswith(".dist-info"):
                    digest.update(f"\0{name}".encode())
    return digest.hexdigest()
