"""Git as a reader: the files of a commit. Nothing that the settings of a repository name is started."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread, Timer
from typing import IO, Final

from generator.programs import find_program, stop_program
from generator.workspace import WorkspaceError

# Seconds that one run may take; a library is read in a tenth of one.
TIME_LIMIT: Final = 60.0
LARGEST_LISTING: Final = 16 << 20
LARGEST_TOTAL: Final = 64 << 20
_MESSAGE: Final = 4096
_LONGEST_NAME: Final = 1000
_OBJECT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_FILES: Final = frozenset({b"100644", b"100755"})
_WITHOUT: Final = "or compare with a folder: `--with DIR`"
# The commands that are used here list and copy objects: they run no hook, filter, pager or text converter. What is left
# is a partial clone, whose missing objects git would fetch by the programs that the repository names.
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SETTINGS: Final = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.useReplaceRefs=false"),
    *("-c", "protocol.allow=never"),
)


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository that a folder lies in; names of files count from this folder.

    Every method raises ``WorkspaceError``: with the revision for its ``file`` where that is at fault.
    """

    program: Path
    folder: Path

    def commit(self, revision: str) -> str:
        """The full name of the commit that a revision names: ``HEAD~3``, a tag, a branch, the beginning of a name."""
        unknown = WorkspaceError(
            revision, "the repository has no such revision", "`git log --oneline` and `git tag` list those that it has"
        )
        if not revision or revision.startswith("-") or len(revision) > _LONGEST_NAME or not revision.isprintable():
            raise WorkspaceError(revision, "this is no name of a revision", unknown.remedy)
        name = self._resolved(revision)
        # Asked of the object: to `:/words` of a revision nothing can be appended.
        commit = self._resolved(f"{name}^{{commit}}") if name else ""
        if not commit:
            raise unknown
        return commit

    def _resolved(self, revision: str) -> str:
        status, output, _ = self._run(("rev-parse", "--verify", "--quiet", "--end-of-options", revision), _MESSAGE)
        name = output.decode("ascii", "replace").strip()
        return name if status == 0 and _OBJECT.match(name) else ""

    def files(self, commit: str, folders: Sequence[str], revision: str) -> Mapping[str, bytes]:
        """The regular files below these folders in a commit, by their names; links and submodules are left out.

        ``revision`` is how the user called the commit.
        """
        listing = self._output(("ls-tree", "-r", "-z", "-l", commit, "--", *folders), LARGEST_LISTING, revision)
        names: dict[str, bytes] = {}
        total = 0
        for entry in listing.split(b"\0")[:-1]:
            about, _, path = entry.partition(b"\t")
            mode, _, object_name, size = about.split()
            if mode not in _FILES:
                continue
            if not size.isdigit():
                raise _lacking(revision)
            name = os.fsdecode(path)
            if not _is_below(name, folders):
                raise WorkspaceError(revision, "a file of it has a name that leads elsewhere", _WITHOUT)
            names[name] = object_name
            total += int(size)
        if total > LARGEST_TOTAL:
            reason = f"its library and schemas are larger than {LARGEST_TOTAL >> 20} MiB"
            raise WorkspaceError(revision, reason, _WITHOUT)
        contents = self._contents(sorted(set(names.values())), revision)
        return {name: contents[object_name] for name, object_name in names.items()}

    def _contents(self, objects: Sequence[bytes], revision: str) -> dict[bytes, bytes]:
        if not objects:
            return {}
        limit = LARGEST_TOTAL + 128 * len(objects)
        output = self._output(("cat-file", "--batch"), limit, revision, b"".join(name + b"\n" for name in objects))
        contents: dict[bytes, bytes] = {}
        start = 0
        for name in objects:
            end = output.find(b"\n", start)
            header = output[start:end].split()
            if end < 0 or len(header) != 3 or header[:2] != [name, b"blob"]:
                raise _lacking(revision)
            start = end + 1 + int(header[2]) + 1
            contents[name] = output[end + 1 : start - 1]
        return contents

    def _output(self, words: Sequence[str], limit: int, revision: str, given: bytes = b"") -> bytes:
        status, output, message = self._run(words, limit, given)
        if len(output) > limit:
            raise WorkspaceError(revision, f"git lists more than {limit >> 20} MiB", _WITHOUT)
        if status != 0:
            reason = f"git cannot read it ({message or f'status {status}'})"
            raise WorkspaceError(revision, reason, f"see what `git fsck` says, {_WITHOUT}")
        return output

    def _run(self, words: Sequence[str], limit: int, given: bytes = b"") -> tuple[int, bytes, str]:
        """The exit status, at most ``limit + 1`` bytes of output, and the first line of what git complains of."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        try:
            process = subprocess.Popen(
                [str(self.program), "--no-pager", *_SETTINGS, *words],
                cwd=self.folder,
                env=environment | _ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            reason = f"git cannot be started ({error.strerror})"
            raise WorkspaceError(str(self.program), reason, f"check it, {_WITHOUT}") from error
        expired: list[bool] = []

        def expire() -> None:
            expired.append(True)
            stop_program(process)

        timer = Timer(TIME_LIMIT, expire)
        complaints: list[bytes] = []
        with process:
            assert process.stdin is not None and process.stdout is not None and process.stderr is not None
            others = (
                Thread(target=_feed, args=(process.stdin, given), daemon=True),
                Thread(target=_listen, args=(process.stderr, complaints), daemon=True),
            )
            timer.start()
            try:
                for other in others:
                    other.start()
                output = process.stdout.read(limit + 1)
                if len(output) > limit:
                    stop_program(process)
                for other in others:
                    other.join()
                status = process.wait()
            except BaseException:
                stop_program(process)
                raise
            finally:
                timer.cancel()
        if expired:
            reason = f"git did not finish within {TIME_LIMIT:g} seconds and was stopped"
            raise WorkspaceError(str(self.folder), reason, _WITHOUT)
        lines = b"".join(complaints).decode("utf-8", "replace").splitlines()
        return status, output, lines[0].removeprefix("fatal: ") if lines else ""


def repository_of(folder: Path) -> Repository:
    """The repository that a folder lies in. Raises ``WorkspaceError`` where there is none, or no git."""
    program = find_program(("git",))
    if program is None:
        raise WorkspaceError("git", "git is not installed", f"install git, {_WITHOUT}")
    repository = Repository(program, folder)
    status, _, message = repository._run(("rev-parse", "--git-dir"), _MESSAGE)
    if status != 0:
        absent = "not a git repository" in message
        reason = "this folder is in no git repository" if absent else f"git does not read this folder ({message})"
        remedy = "run it in a checkout" if absent else "see what `git status` says there"
        raise WorkspaceError(str(folder), reason, f"{remedy}, {_WITHOUT}")
    return repository


def _lacking(revision: str) -> WorkspaceError:
    reason = "the repository lacks a file of it (a shallow, partial or damaged clone)"
    return WorkspaceError(revision, reason, f"fetch the whole history, {_WITHOUT}")


def _is_below(name: str, folders: Sequence[str]) -> bool:
    """Whether a name of a listing stays below the folders that were asked for, on every system."""
    parts = name.split("/")
    return parts[0] in folders and not any(part in {"", ".", ".."} or "\\" in part or ":" in part for part in parts)


def _feed(stream: IO[bytes], content: bytes) -> None:
    with suppress(OSError):
        stream.write(content)
        stream.close()


def _listen(stream: IO[bytes], heard: list[bytes]) -> None:
    with suppress(OSError, ValueError):
        heard.append(stream.read(_MESSAGE))
