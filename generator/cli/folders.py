"""Which files are deals: those that were named, and of a folder all that say so."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from generator.workspace import WorkspaceError, read_text

ENDINGS: Final = (".yaml", ".yml")
# A provider profile lies among the deals that use it.
_PROFILE: Final = "provider.yaml"
_DEAL: Final = re.compile(r"^[\"']?meta[\"']?[ \t]*:|\bdeal_id\b", re.MULTILINE)


def deal_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Each deal once, in the order of the arguments; of folders in the order of their names.

    What was named is a deal, whatever it says. Below a folder, hidden files, links and what is no deal are left aside.
    Raises ``WorkspaceError`` for a folder that cannot be listed.
    """
    seen: set[str] = set()
    for path in paths:
        for file in _below(path) if path.is_dir() else (path,):
            key = os.path.realpath(file)
            if key not in seen:
                seen.add(key)
                yield file


def _below(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise WorkspaceError(str(error.filename), f"the folder cannot be read ({error.strerror})", "check the path")

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            hidden = name.startswith(".") or name == _PROFILE or path.is_symlink()
            if name.endswith(ENDINGS) and not hidden and _says_so(path):
                yield path


def _says_so(path: Path) -> bool:
    """Whether a file says that it is a deal; of one that cannot be read, whoever reads it says why."""
    try:
        return _DEAL.search(read_text(path)) is not None
    except WorkspaceError:
        return True
