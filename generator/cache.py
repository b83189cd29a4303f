"""What was found before: the user's cache of things that follow from their key alone, and the digest of the program.

Nothing here is ever needed: without a cache, or with another's, everything is made again and comes out the same.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import sys
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, wraps
from pathlib import Path
from threading import Lock
from typing import Final, Generic, TypeVar

from generator.workspace import WorkspaceError, write_whole

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


Key = TypeVar("Key")


def once_each(function: Callable[[Key], Value]) -> Callable[[Key], Value]:
    """``function`` of one frozen value, run once for each object: the quickest memory, for what is asked most.

    The objects are kept, so that no other can take the identity of one.
    """
    known: dict[int, tuple[Key, Value]] = {}

    @wraps(function)
    def remembering(key: Key) -> Value:
        entry = known.get(id(key))
        if entry is not None:
            return entry[1]
        if len(known) >= _OBJECTS:
            known.clear()
        value = function(key)
        known[id(key)] = (key, value)
        return value

    return remembering


class Latest(Generic[Key, Value]):
    """What was made last by its key, at most so many: for pure functions whose arguments are no keys themselves."""

    def __init__(self, most: int) -> None:
        self.most: Final = most
        self._known: OrderedDict[Key, Value] = OrderedDict()
        # The workers of a scheduler may be threads of one process.
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def recall(self, key: Key) -> Value | None:
        """What was kept for this key, if it is still there."""
        with self._lock:
            value = self._known.get(key)
            if value is not None:
                self._known.move_to_end(key)
            return value

    def cache_clear(self) -> None:
        """Forget everything, as what ``lru_cache`` makes does by this name."""
        with self._lock:
            self._known.clear()

    def keep(self, key: Key, value: Value) -> None:
        """Keep a value, and forget the one that nobody asked for longest."""
        with self._lock:
            self._known[key] = value
            if len(self._known) > self.most:
                self._known.popitem(last=False)


def is_off() -> bool:
    """Whether everything is to be made anew."""
    return bool(os.environ.get(NO_CACHE))


_OBJECTS: Final = 1 << 16
CACHED_ENTRIES: Final = 1000
NO_CACHE: Final = "CLAUSIER_NO_CACHE"
"""The variable that switches off the user's cache, and what is kept of one deal for the next, where it is set."""
CACHE_KEY: Final = "CLAUSIER_CACHE_KEY"
"""The variable that holds the key of the seals, for machines that share a cache; without it each user has a key."""
_SEAL: Final = 32
_LONGEST_TEXT: Final = 1 << 20


def _cache_folder(kind: str) -> Path | None:
    """Where things of this kind are kept; nowhere for a user without a home, or who wants no cache."""
    folder = _own_folder("XDG_CACHE_HOME", "~/.cache")
    return folder / kind if folder is not None and not is_off() else None


def _own_folder(variable: str, otherwise: str) -> Path | None:
    root = os.environ.get(variable, "")
    folder = root if os.path.isabs(root) else os.path.expanduser(otherwise)
    return Path(folder) / "clausier" if os.path.isabs(folder) else None


def recall(kind: str, key: str) -> str:
    """What ``remember`` kept under this key in the user's cache; empty where there is nothing that can be trusted."""
    content = recall_bytes(kind, key)
    return content.decode("utf-8", "replace") if len(content) <= _LONGEST_TEXT else ""


def remember(kind: str, key: str, text: str, entries: int = CACHED_ENTRIES) -> None:
    """Keep a text in the user's cache, whole or not at all; a cache that cannot be written is none."""
    remember_bytes(kind, key, text.encode(), entries)


def recall_bytes(kind: str, key: str) -> bytes:
    """What ``remember_bytes`` kept under this key, as it was kept; else nothing.

    What is kept may hold code. It is taken where nobody but this user can have written it and where its seal is right,
    which is made with a key that does not lie in the cache: whoever can only fill or change a cache runs nothing.
    """
    folder = _cache_folder(kind)
    if folder is None:
        return b""
    try:
        if not (_is_own(os.stat(folder)) and _is_own(os.lstat(folder / key))):
            return b""
        with open(folder / key, "rb") as file:
            seal, content = file.read(_SEAL), file.read()
    except OSError:
        return b""
    secret = _secret(make=False)
    return content if secret and hmac.compare_digest(seal, _seal(secret, kind, key, content)) else b""


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
        secret = _secret(make=True)
        if not secret:
            return
        write_whole(folder / key, _seal(secret, kind, key, content) + content)
        # Hidden are the files that other processes are writing.
        entries_ = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        kept = sorted(entries_, key=lambda entry: entry.stat().st_mtime_ns)
        for entry in kept[:-entries]:
            entry.unlink()


def _seal(secret: bytes, kind: str, key: str, content: bytes) -> bytes:
    """What nobody finds for a content without the secret; an entry under another name has another."""
    return hmac.digest(hmac.digest(secret, f"{kind}/{key}".encode(), "sha256"), content, "sha256")


def _secret(*, make: bool) -> bytes:
    """The key of the seals, made at its first use; empty where there is none that only this user can know."""
    given = os.environ.get(CACHE_KEY, "")
    if given:
        return given.encode("utf-8", "surrogateescape")
    folder = _own_folder("XDG_STATE_HOME", "~/.local/state")
    if folder is None:
        return b""
    path = folder / "cache.key"
    with suppress(OSError):
        if make and not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Written under a name of its own and then linked: of two processes that begin one's key is that of both.
            own = path.with_name(f"cache.{os.urandom(8).hex()}.part")
            descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(32))
            try:
                os.link(own, path)
            finally:
                own.unlink()
        status = os.lstat(path)
        if _is_own(status) and stat.S_ISREG(status.st_mode) and not status.st_mode & (stat.S_IRGRP | stat.S_IROTH):
            return path.read_bytes()
    return b""


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
