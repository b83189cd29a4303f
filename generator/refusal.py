"""What the outside world refuses, as the one exception that stops a command."""

from __future__ import annotations


class WorkspaceError(Exception):
    """The outside world refused: a file is missing, unreadable, not a regular file, too large, or cannot be written.

    ``file`` is the path as the user named it, ``reason`` says what is the case, ``remedy`` what to do.
    """

    def __init__(self, file: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason
        self.remedy = remedy
