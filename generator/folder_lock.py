"""The lock of a folder of packs: one build writes into it at a time, so that a pack is that of one build."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from generator.parts import locked, sweep
from generator.workspace import WorkspaceError, is_link, refusing

RECORDS: Final = ".clausier"
"""The folder, beside packs, of what the program notes about them."""


@contextmanager
def sole_writer(folder: Path, patience: float = 15.0) -> Iterator[None]:
    """Hold the lock of a folder of packs as long as the block lasts, and remove what killed builds left of records.

    Raises ``WorkspaceError`` where another process has it for so long. The system gives it back when all who hold it
    have ended, however they ended: the workers of a process included.
    """
    path = folder / RECORDS / "lock"
    if is_link(path.parent):
        raise WorkspaceError(str(path.parent), "this is a link", "remove it or choose another folder")
    flags = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    with refusing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o644)
    try:
        until = time.monotonic() + patience
        while locked(descriptor) is False:
            if time.monotonic() > until:
                raise WorkspaceError(str(folder), "another build writes here", "wait until it has ended")
            time.sleep(0.05)
        sweep(str(path.parent))
        yield
    finally:
        os.close(descriptor)
