"""Other programs: where they lie, the folders that they work in, and that none outlives what it was started for."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from generator.parts import locked
from generator.workspace import WorkspaceError, remedy_of

_SCRATCH: Final = "clausier-run-"
# The line never comes: what ends the reading is that nobody holds the other end any more.
_GUARD: Final = "read -r _; kill -s KILL 0"


def find_program(names: Sequence[str], places: Sequence[str] = ()) -> Path | None:
    """The first of these programs that the search path has, else the first of ``places`` that is a file."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    found = found or next((place for place in places if os.path.isfile(place)), None)
    # Not resolved: some programs look at the name by which they were called.
    return Path(found).absolute() if found else None


def stop_program(process: subprocess.Popen[bytes]) -> None:
    """End a program that leads its own group of processes, and all that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def started(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program at work in a folder, as long as the block lasts: then it is ended, with all that it started.

    That is so where this process is killed, too: another one, which is there first and leads the group of processes
    that the program joins, waits for it to be gone. Raises ``OSError`` where the program cannot be started.
    """
    guard = _guard()
    process: subprocess.Popen[bytes] | None = None
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # 0 makes a group of its own.
            process_group=None if sys.platform == "win32" else guard.pid if guard is not None else 0,
        )
        yield process
    finally:
        leader = guard or process
        if leader is not None:
            stop_program(leader)
        if process is not None:
            process.wait()
        if guard is not None:
            guard.wait()
            assert guard.stdin is not None
            guard.stdin.close()


def _guard() -> subprocess.Popen[bytes] | None:
    """What ends its group of processes when this process is no more; none where the system cannot have one."""
    if sys.platform == "win32":
        return None
    with suppress(OSError):
        return subprocess.Popen(
            ["/bin/sh", "-c", _GUARD],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
    return None


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A private folder for what another program reads and writes; it is gone at the end, with all that is in it.

    Those of processes that were killed go first. Raises ``WorkspaceError`` where none can be made.
    """
    held, folder = _made()
    try:
        yield folder
    finally:
        # A program that was stopped may still be writing: what it leaves behind then is removed by the next run.
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            os.close(held)


def _made() -> tuple[int, Path]:
    """A new folder, with the file that holds its lock."""
    try:
        parent = tempfile.gettempdir()
        _sweep(parent)
        while True:
            folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=parent)).resolve()
            held = _open(str(folder))
            # Somebody may have taken it for one that nobody holds, before it was locked.
            if locked(held) is not False and folder.is_dir():
                return held, folder
            os.close(held)
    except OSError as error:
        raise _refusal(error) from error


def _open(folder: str) -> int:
    if sys.platform == "win32":
        return -1  # a system without such locks
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _sweep(parent: str) -> None:
    """Remove the folders of processes that have ended. Whose are not ours is left alone."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        for entry in os.scandir(parent):
            if not entry.name.startswith(_SCRATCH):
                continue
            with suppress(OSError):
                held = _open(entry.path)
                try:
                    if os.fstat(held).st_uid == os.getuid() and locked(held):
                        shutil.rmtree(entry.path, ignore_errors=True)
                finally:
                    os.close(held)


def fill_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write these files, by their names below a scratch folder, with the folders that they need.

    Raises ``WorkspaceError``.
    """
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise _refusal(error) from error


def produced_file(path: Path) -> bytes | None:
    """What another program has written under this name; nothing where it wrote no file, or an empty one.

    Raises ``WorkspaceError``.
    """
    try:
        return path.read_bytes() or None if path.is_file() and not path.is_symlink() else None
    except OSError as error:
        raise _refusal(error) from error


def _refusal(error: OSError) -> WorkspaceError:
    reason = f"the temporary folder cannot be used ({error.strerror or error})"
    remedy = remedy_of(error, "check it, or name another one in the variable TMPDIR")
    return WorkspaceError(str(error.filename or "TMPDIR"), reason, remedy)
