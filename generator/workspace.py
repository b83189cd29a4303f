"""The only door to files: bounded reads, whole-or-nothing writes, where the library and the schemas lie."""

from __future__ import annotations

import datetime
import errno
import hashlib
import os
import re
import shutil
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import subprocess

MAX_TEXT_BYTES = 1 << 20


class WorkspaceError(Exception):
    """The outside world refused: a file is missing, unreadable, not a regular file, too large, or cannot be written.

    ``file`` is the path as the user named it, ``reason`` says what is the case, ``remedy`` what to do.
    """

    def __init__(self, file: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason
        self.remedy = remedy


def read_text(path: Path, limit: int = MAX_TEXT_BYTES) -> str:
    """The UTF-8 text of a regular file of at most ``limit`` bytes, without a byte order mark."""
    name = str(path)
    content = read_whole(path, limit)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:64]:
        raise WorkspaceError(name, "the file is not UTF-8 text", "save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WorkspaceError(name, f"the file is not UTF-8 text (line {line})", "save it as UTF-8") from error


def read_whole(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` of them.

    The file is opened once and its kind is asked of the open file, so that it cannot be swapped in between.
    """
    name = str(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError as error:
        raise WorkspaceError(name, "there is no such file", "check the path") from error
    except OSError as error:
        remedy = "name a file by a shorter path" if error.errno == errno.ENAMETOOLONG else "check its permissions"
        raise WorkspaceError(name, f"the file cannot be read ({error.strerror})", remedy) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        kind = "a folder, not a file" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise WorkspaceError(name, f"this is {kind}", "name a regular file")
    with os.fdopen(descriptor, "rb") as file:
        # As much memory as the file needs, unless it grows meanwhile: room for the limit takes longer than the reading.
        content = file.read(min(limit, status.st_size) + 1)
        content += file.read(limit + 1 - len(content)) if len(content) > status.st_size else b""
    if len(content) > limit:
        raise WorkspaceError(name, f"the file is larger than {limit // 1024} KiB", "make it smaller")
    return content


def read_input(stream: TextIO | None, name: str, limit: int) -> bytes:
    """The bytes that are piped in, at most ``limit`` of them; ``name`` is how findings call them.

    ``stream`` is ``sys.stdin``, which is ``None`` for a program that was started without one.
    """
    if stream is None:
        raise WorkspaceError(name, "nothing is piped in", "name a file, or pipe one in")
    try:
        content = stream.buffer.read(limit + 1)
    except OSError as error:
        raise WorkspaceError(name, f"the input cannot be read ({error.strerror})", "name a file instead") from error
    if len(content) > limit:
        raise WorkspaceError(name, f"the input is larger than {limit // 1024} KiB", "make it smaller")
    return content


_PART = re.compile(r"\.clausier-\w+\.part")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a temporary file in the same folder, flushed to the disk, then renamed."""
    write_all({path: content})


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files, each whole, and none before all of them are on the disk under temporary names.

    Nothing is left of them where one cannot be written. Raises ``WorkspaceError``.
    """
    temporaries: dict[Path, str] = {}
    try:
        for path, content in files.items():
            with _refusing(path):
                temporaries[path] = _target(path)
                _fill(temporaries[path], content)
        for path in files:
            with _refusing(path):
                os.replace(temporaries.pop(path), path)
    finally:
        for temporary in temporaries.values():
            with suppress(OSError):
                os.unlink(temporary)


def remove_files(paths: Iterable[Path]) -> None:
    """Remove files that are no longer wanted; one that is not there is no mistake. Raises ``WorkspaceError``."""
    for path in paths:
        with _refusing(path):
            path.unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    """Remove a folder where nothing is left in it. Raises ``WorkspaceError``."""
    with _refusing(path), suppress(FileNotFoundError):
        if not os.listdir(path):
            path.rmdir()


def clear_parts(folder: Path) -> None:
    """Remove what writers that were killed left of files that they never named."""
    with suppress(FileNotFoundError, NotADirectoryError):
        remove_files(folder / name for name in os.listdir(folder) if _PART.fullmatch(name))


def _target(path: Path) -> str:
    """The empty temporary file that will be renamed to this name, in a folder that is made where it lacks."""
    if path.is_symlink():
        raise WorkspaceError(str(path), "the target is a link", "remove it or choose another folder")
    if path.is_dir():
        raise WorkspaceError(str(path), "the target is a folder", "remove it or choose another name")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".clausier-", suffix=".part")
    os.close(descriptor)
    return temporary


def _fill(temporary: str, content: bytes) -> None:
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(temporary, 0o644)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """What the system refuses while this file is written, as a ``WorkspaceError``."""
    try:
        yield
    except OSError as error:
        reason = f"the file cannot be written ({error.strerror})"
        raise WorkspaceError(str(path), reason, remedy_of(error, "check the folder")) from error


_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room in your share of the disk",
    errno.EACCES: "choose a folder that you may write in, or have its permissions changed",
    errno.EPERM: "choose a folder that you may write in, or have its permissions changed",
    errno.EROFS: "choose a folder that can be written",
    errno.ENAMETOOLONG: "choose a shorter name or path",
    errno.ELOOP: "remove the link that leads in a circle",
    errno.ENOTDIR: "a part of the path is a file: choose another path",
}


def remedy_of(error: OSError, otherwise: str) -> str:
    """What to do about what the system refused."""
    return _REMEDIES.get(error.errno or 0, otherwise)


def exists(path: Path) -> bool:
    """Whether there is anything of this name. Raises ``WorkspaceError`` for what the system does not let us see."""
    with _refusing(path):
        try:
            os.lstat(path)
        except FileNotFoundError:
            return False
        return True


def is_link(path: Path) -> bool:
    """Whether this is a link. Raises ``WorkspaceError`` for a path that the system does not take."""
    with _refusing(path):
        return path.is_symlink()


def files_below(folder: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    """The files with these endings in a folder and below it, but hidden ones and links. Raises ``WorkspaceError``."""

    def refuse(error: OSError) -> None:
        raise WorkspaceError(str(error.filename), f"the folder cannot be read ({error.strerror})", "check the path")

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.endswith(endings) and not name.startswith(".") and not path.is_symlink():
                yield path


def stamp_of(path: str) -> tuple[int, int] | None:
    """Size and time of change (nanoseconds) of a regular file; ``None`` where there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def file_digest(path: str) -> str:
    """The digest (SHA-256) of a file; empty where it cannot be read."""
    with suppress(OSError), open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _locked(descriptor: int) -> bool:
    import fcntl

    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


@contextmanager
def sole_writer(path: Path, patience: float = 15.0) -> Iterator[None]:
    """Hold a lock as long as the block lasts. Raises ``WorkspaceError`` where another process has it for so long.

    The system gives it back when all who hold it have ended, however they ended: the workers of a process included.
    """
    with _refusing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        until = time.monotonic() + patience
        while sys.platform != "win32" and not _locked(descriptor):
            if time.monotonic() > until:
                raise WorkspaceError(str(path.parent.parent), "another build writes here", "wait until it has ended")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where the clause library and the schemas lie. Both ship with the program; a house may name its own library."""

    clauses: Path
    schemas: Path

    @staticmethod
    def default() -> Workspace:
        """The library beside the package: the checkout's own in development, the shipped one after installation."""
        here = Path(__file__).resolve().parent
        for root in (here.parent, here / "library_data"):
            if (root / "clauses").is_dir() and (root / "schemas").is_dir():
                return Workspace(root / "clauses", root / "schemas")
        raise WorkspaceError(str(here), "the clause library is not installed", "reinstall clausier")

    def library_files(self) -> Iterator[Path]:
        """Every Markdown and YAML file of the library, in a stable order; links and editor backups are left out."""
        for name in self._library_names():
            yield Path(name)

    def _library_names(self) -> list[str]:
        found = []
        for folder, folders, files in os.walk(self.clauses):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in files:
                path = os.path.join(folder, name)
                if name.endswith((".md", ".yaml")) and not name.startswith(".") and not os.path.islink(path):
                    found.append(path)
        return sorted(found)

    def schema_files(self) -> list[Path]:
        """Every schema, in a stable order."""
        return sorted(self.schemas.glob("*.json"))

    def shown(self, path: Path) -> str:
        """The name of a library file in findings: from the library's own folder on, wherever the program is started.

        The library is kept for the whole process and its names go into files: the working folder may not matter.
        """
        return path.relative_to(self.clauses.parent).as_posix()

    def library_digest(self) -> str:
        """The digest of every library file and of the deal schema, by name and content."""
        digest = hashlib.sha256()
        for name in [*self._library_names(), str(self.schemas / "deal.schema.json")]:
            with open(name, "rb") as file:
                digest.update(os.path.relpath(name, self.clauses).encode() + b"\0" + file.read() + b"\0")
        return digest.hexdigest()

    def schemas_digest(self) -> str:
        """The digest of the schemas, by which the files of a library are read."""
        digest = hashlib.sha256()
        for path in sorted(self.schemas.glob("*.json")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def library_state(self) -> tuple[tuple[str, int, int], ...]:
        """Name, time of change and size of every library file: equal as long as nothing was edited or proven."""
        files = [*self._library_names(), str(self.schemas / "deal.schema.json")]
        files += [str(lock) for lock in (self.clauses / "library.lock",) if lock.is_file()]
        return tuple((path, status.st_mtime_ns, status.st_size) for path in files for status in (os.stat(path),))


def today() -> str:
    """The day of this computer's clock as ``2026-06-01``, or that of SOURCE_DATE_EPOCH (seconds, UTC) where it is set.

    For what is recorded about the present, never for a contract: that one has the date of its deal.
    """
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds:
        return datetime.date.today().isoformat()
    try:
        if not (seconds.isascii() and seconds.isdigit()):
            raise ValueError
        return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        reason = f"`{seconds}` is not a number of seconds since 1970"
        raise WorkspaceError("SOURCE_DATE_EPOCH", reason, "correct this variable, or unset it") from None


def folder_above(folder: Path) -> Path:
    """The folder above, also of the working folder: the parent of ``.`` is itself and that of ``..`` is ``.``."""
    return folder / ".." if folder.name in {"", ".."} else folder.parent


def shown_path(path: Path) -> str:
    """The path as findings show it: relative to the working folder where it lies below it."""
    try:
        return Path(os.path.abspath(path)).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):  # the working folder may be gone
        return path.as_posix()


# ---- other programs


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
def scratch_folder() -> Iterator[Path]:
    """A private folder for what another program reads and writes; it is gone at the end, with all that is in it."""
    # A program that was stopped may still be writing: what it leaves behind then is no reason to fail.
    with tempfile.TemporaryDirectory(prefix="clausier-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


def fill_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write these files, by their names below a scratch folder, with the folders that they need."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def produced_file(path: Path) -> bytes | None:
    """What another program has written under this name; nothing where it wrote no file, or an empty one."""
    return path.read_bytes() or None if path.is_file() and not path.is_symlink() else None
