"""The only door to files: bounded reads, whole-or-nothing writes, where the library and the schemas lie."""

from __future__ import annotations

import datetime
import errno
import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from generator.listing import Listing, listed
from generator.parts import Parts, make_folders, sweep, sync_folder
from generator.refusal import NotWritten as NotWritten
from generator.refusal import WorkspaceError as WorkspaceError
from generator.refusal import remedy_of as remedy_of

MAX_TEXT_BYTES = 1 << 20
MOST_LIBRARY_BYTES = 8 << 20


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
    """The bytes of a regular file of at most ``limit`` of them, as they were at one moment.

    The file is opened once and its kind is asked of the open file, so that it cannot be swapped in between.
    """
    name = str(path)
    for _ in range(_READINGS):
        descriptor = _opened(name)
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            os.close(descriptor)
            kind = "a folder, not a file" if stat.S_ISDIR(before.st_mode) else "not a regular file"
            raise WorkspaceError(name, f"this is {kind}", "name a regular file")
        try:
            with os.fdopen(descriptor, "rb") as file:
                # As much memory as the file needs, unless it grows meanwhile: room for the limit takes longer than the
                # reading.
                content = file.read(min(limit, before.st_size) + 1)
                content += file.read(limit + 1 - len(content)) if len(content) > before.st_size else b""
                after = os.fstat(file.fileno())
        except OSError as error:
            raise _unreadable(name, error) from error
        if len(content) > limit:
            raise WorkspaceError(name, f"the file is larger than {limit // 1024} KiB", "make it smaller")
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(content) == after.st_size:
            return content
    raise WorkspaceError(name, "the file is being changed while it is read", "run the command again once it is saved")


# So often something that changes while it is read is read anew.
_READINGS: Final = 3


def _opened(name: str) -> int:
    try:
        return os.open(name, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError as error:
        raise WorkspaceError(name, "there is no such file", "check the path") from error
    except OSError as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: OSError) -> WorkspaceError:
    remedy = "name a file by a shorter path" if error.errno == errno.ENAMETOOLONG else "check its permissions"
    remedy = "check the disk" if error.errno == errno.EIO else remedy
    return WorkspaceError(name, f"the file cannot be read ({error.strerror})", remedy)


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


def write_whole(path: Path, content: bytes, *, swept: bool = False) -> None:
    """Write a file whole or not at all: a temporary file in the same folder, flushed to the disk, then renamed."""
    write_all({path: content}, swept=swept)


def write_all(files: Mapping[Path, bytes], *, swept: bool = False, fresh: bool = False) -> None:
    """Write several files, each whole, and none before all of them are on the disk under temporary names.

    Nothing is left of them where one cannot be written; what killed writers left in their folders is removed, unless
    these were ``swept`` before. ``fresh`` files may not be there yet. Raises ``WorkspaceError``.
    """
    refuse_targets(files, fresh=fresh)
    count = Counter(path.parent for path in files)
    writers: dict[Path, Parts] = {}
    made: list[Path] = []
    temporaries: dict[Path, str] = {}
    try:
        for path, content in files.items():
            folder = path.parent
            with refusing(path):
                if folder not in writers:
                    make_folders(folder, made)
                    if not swept:
                        sweep(str(folder))
                    writers[folder] = Parts(str(folder), several=count[folder] > 1)
                temporaries[path] = writers[folder].write(content)
        for path in files:
            with refusing(path):
                _place(temporaries[path], path, fresh=fresh)
                writers[path.parent].placed(temporaries[path])
        made.clear()
        for folder in writers:
            with refusing(folder):
                sync_folder(str(folder))
    finally:
        for folder, parts in writers.items():
            with refusing(folder):
                parts.end()
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()


def _place(temporary: str, path: Path, *, fresh: bool) -> None:
    """Give a temporary file its name. What is there already is never replaced by a fresh one."""
    if not fresh:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        os.rename(temporary, path)  # a file system without links
        return
    os.unlink(temporary)


def _taken(path: Path) -> WorkspaceError:
    return WorkspaceError(str(path), "the file exists already", "choose another name, or remove it first")


def refuse_targets(paths: Iterable[Path], *, fresh: bool = False) -> None:
    """Raise ``WorkspaceError`` for a file that nothing may be written to."""
    for path in paths:
        with refusing(path):
            _refuse_target(path, fresh=fresh)


def _refuse_target(path: Path, *, fresh: bool) -> None:
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if stat.S_ISLNK(status.st_mode):
        raise NotWritten(str(path), "the target is a link", "remove it or choose another folder")
    if stat.S_ISDIR(status.st_mode):
        raise NotWritten(str(path), "the target is a folder", "remove it or choose another name")
    if not stat.S_ISREG(status.st_mode):
        raise NotWritten(str(path), "the target is not a regular file", "remove it or choose another folder")
    if fresh:
        raise _taken(path)
    if not status.st_mode & 0o222:
        raise NotWritten(str(path), "the target is read-only", "make it writable, or choose another folder")


def remove_files(paths: Iterable[Path]) -> None:
    """Remove files that are no longer wanted; one that is not there is no mistake. Raises ``WorkspaceError``."""
    for path in paths:
        with refusing(path):
            path.unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    """Remove a folder where nothing is left in it. Raises ``WorkspaceError``."""
    with refusing(path), suppress(FileNotFoundError):
        if not os.listdir(path):
            path.rmdir()


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """What the system refuses while this file is written, as ``NotWritten``."""
    try:
        yield
    except OSError as error:
        reason = f"the file cannot be written ({error.strerror})"
        raise NotWritten(str(path), reason, remedy_of(error, "check the folder")) from error


def read_own(path: Path) -> str:
    """The text of a deal. A link that leads out of its own folder and of the working folder is refused: a finding shows
    the line that it is about. Raises ``WorkspaceError``.
    """
    text = read_text(path)
    if path.is_symlink():
        target = Path(os.path.realpath(path))
        if not any(target.is_relative_to(os.path.realpath(home)) for home in (path.parent, ".")):
            raise WorkspaceError(str(path), "this is a link to a file elsewhere", "name that file itself")
    return text


def exists(path: Path) -> bool:
    """Whether there is anything of this name. Raises ``WorkspaceError`` for what the system does not let us see."""
    with refusing(path):
        try:
            os.lstat(path)
        except FileNotFoundError:
            return False
        return True


def is_link(path: Path) -> bool:
    """Whether this is a link. Raises ``WorkspaceError`` for a path that the system does not take."""
    with refusing(path):
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
    with suppress(OSError), open(path, "rb", opener=_without_waiting) as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _without_waiting(path: str, flags: int) -> int:
    """Open a file, and wait for nobody at the other end of what is none."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


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

    def listing(self) -> Listing:
        """What lies in the folder of the library. Raises ``WorkspaceError``."""
        return listed(self.clauses)

    def library_files(self) -> Iterator[Path]:
        """Every Markdown and YAML file of the library, in a stable order; links and editor backups are left out."""
        return map(Path, self.listing().files)

    def schema_files(self) -> list[Path]:
        """Every schema, in a stable order."""
        return sorted(self.schemas.glob("*.json"))

    def shown(self, path: Path) -> str:
        """The name of a library file in findings: from the library's own folder on, wherever the program is started.

        The library is kept for the whole process and its names go into files: the working folder may not matter.
        """
        return path.relative_to(self.clauses.parent).as_posix()

    def library_digest(self) -> str:
        """The digest of every library file and of the deal schema, by name and content, and of what is not read."""
        digest = hashlib.sha256()
        files, strays = self.listing()
        for name in [*files, str(self.schemas / "deal.schema.json")]:
            with open(name, "rb") as file:
                # A file that is longer is refused by its reader; room for the most takes longer than the reading.
                size = min(os.fstat(file.fileno()).st_size, MOST_LIBRARY_BYTES)
                held = file.read(size)
            digest.update(os.fsencode(os.path.relpath(name, self.clauses)) + b"\0" + held + b"\0")
        for stray in strays:
            digest.update(os.fsencode(os.path.relpath(stray.path, self.clauses)) + b"\0")
        return digest.hexdigest()

    def schemas_digest(self) -> str:
        """The digest of the schemas, by which the files of a library are read."""
        digest = hashlib.sha256()
        for path in sorted(self.schemas.glob("*.json")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def library_state(self) -> tuple[tuple[str, int, int, int], ...]:
        """Name, times of change and size of every library file: equal as long as nothing was edited or proven.

        The second time is the system's own, which nobody sets back. Raises ``WorkspaceError``.
        """
        names, strays = self.listing()
        files = [*names, *(stray.path for stray in strays), str(self.schemas / "deal.schema.json")]
        files += [str(lock) for lock in (self.clauses / "library.lock",) if lock.is_file()]
        found = []
        for path in files:
            try:
                status = os.lstat(path)
            except OSError as error:
                raise _unreadable(path, error) from error
            found.append((path, status.st_mtime_ns, status.st_ctime_ns, status.st_size))
        return tuple(found)


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
