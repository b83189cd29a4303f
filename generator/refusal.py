"""What the outside world refuses, as the one exception that stops a command."""

from __future__ import annotations

import errno


class WorkspaceError(Exception):
    """The outside world refused: a file is missing, unreadable, not a regular file, too large, or cannot be written.

    ``file`` is the path as the user named it, ``reason`` says what is the case, ``remedy`` what to do.
    """

    def __init__(self, file: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason
        self.remedy = remedy


class NotWritten(WorkspaceError):
    """The outside world refused what was to be written: the disk is full or fails, or nothing may be written there."""


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
