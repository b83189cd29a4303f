"""Files on their way to the disk: under names of their own, and held by a lock as long as their writer lives.

A process that is killed leaves its files behind, and its locks end with it: whoever writes next into the folder knows
by that which of them nobody will finish, and removes them. Where the system has no such locks, none is removed.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

# One file of a writer holds the lock of all; the others have its name and a number.
_PART: Final = re.compile(r"\.clausier-(\w+)(?:\.[0-9]+)?\.part")
_FLAGS: Final = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_LOOK: Final = _FLAGS | getattr(os, "O_NONBLOCK", 0)
_TAKEN: Final = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES})


def locked(descriptor: int) -> bool | None:
    """Whether the lock of an open file is ours now; ``None`` where there are no locks, as on Windows."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _TAKEN else None
    return True


class Parts:
    """The temporary files of one writer in one folder; ``several`` if there will be more than one.

    ``write`` and ``end`` raise ``OSError``.
    """

    def __init__(self, folder: str, *, several: bool) -> None:
        self.folder = folder
        self._stem = ""
        self._lock = -1
        self._names: dict[str, None] = {}
        self._count = 0
        self._several = several

    def write(self, content: bytes) -> str:
        """The path of a temporary file with this content, which is on the disk."""
        if self._lock < 0:
            self._begin()
        if not self._several:
            _fill(self._lock, content)
            return next(iter(self._names))
        self._count += 1
        path, descriptor = self._new(f"{self._stem}.{self._count}")
        try:
            _fill(descriptor, content)
        finally:
            os.close(descriptor)
        return path

    def placed(self, path: str) -> None:
        """A temporary file has its own name now."""
        del self._names[path]

    def end(self) -> None:
        """Remove what is left of them, and give the lock back."""
        lock, self._lock = self._lock, -1
        # The one that holds the lock is the last to go.
        for path in reversed(list(self._names)):
            with suppress(OSError):
                os.unlink(path)
        if lock >= 0:
            os.close(lock)

    def _begin(self) -> None:
        while True:
            self._stem = os.urandom(8).hex()
            path, descriptor = self._new(self._stem)
            # Somebody may have taken it for one that nobody holds, before it was locked.
            if locked(descriptor) is not False and os.fstat(descriptor).st_nlink:
                self._lock = descriptor
                return
            self.placed(path)
            os.close(descriptor)

    def _new(self, stem: str) -> tuple[str, int]:
        path = os.path.join(self.folder, f".clausier-{stem}.part")
        # Named before it is there: an interruption may come between the two.
        self._names[path] = None
        return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o644)


def _fill(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def make_folders(folder: Path, made: list[Path]) -> None:
    """Make a folder with those above it, and add to ``made`` those that were not there. Raises ``OSError``."""
    if folder.is_dir():
        return
    make_folders(folder.parent, made)
    try:
        folder.mkdir()
    except FileExistsError:
        if not folder.is_dir():
            raise
        return
    made.append(folder)


def sync_folder(folder: str) -> None:
    """See to it that the names of a folder are on the disk, where the system can say so. Raises ``OSError``."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | _FLAGS)
    except PermissionError:
        return  # a folder that may be written and not be listed
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def sweep(folder: str) -> None:
    """Remove the temporary files of writers that have ended. What cannot be removed stays, and harms nobody."""
    with suppress(OSError):
        names = [name for name in os.listdir(folder) if name.startswith(".clausier-")]
        by_writer: dict[str, list[str]] = {}
        for name in names:
            if found := _PART.fullmatch(name):
                by_writer.setdefault(found[1], []).append(os.path.join(folder, name))
        for stem, paths in by_writer.items():
            _sweep(os.path.join(folder, f".clausier-{stem}.part"), paths)


def sweep_below(folder: str) -> None:
    """The same in a folder and all below it: whoever writes there again may write elsewhere."""
    for place, _, _ in os.walk(folder):
        sweep(place)


def _sweep(lock: str, paths: list[str]) -> None:
    """Remove the files of one writer, unless he holds the lock; a lock that is gone is held by nobody."""
    descriptor = -1
    try:
        if lock in paths:
            descriptor = os.open(lock, os.O_WRONLY | _LOOK)
            if not (stat.S_ISREG(os.fstat(descriptor).st_mode) and locked(descriptor)):
                return
        for path in sorted(paths, key=lambda path: path == lock):
            with suppress(OSError):
                os.unlink(path)
    except OSError:
        return
    finally:
        if descriptor >= 0:
            os.close(descriptor)
